//! Notes, details and errors, on standard error.

use std::{
    env,
    fmt::Display,
    io::{self, IsTerminal, Write},
    sync::atomic::{AtomicU8, Ordering},
};

use clap::Args;
use rsa_run::escape_text;

/// Amount of notes and details.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct Volume {
    /// Say what is read and done, too
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    verbose: bool,
    /// Say nothing but errors, and show no progress
    #[arg(long, short, global = true)]
    quiet: bool,
}

const QUIET: u8 = 0;
const NORMAL: u8 = 1;
const VERBOSE: u8 = 2;

static VOLUME: AtomicU8 = AtomicU8::new(NORMAL);

impl Volume {
    /// Sets it for the whole program.
    pub(crate) fn set(self) {
        let volume = match self {
            Self { quiet: true, .. } => QUIET,
            Self { verbose: true, .. } => VERBOSE,
            Self { .. } => NORMAL,
        };
        VOLUME.store(volume, Ordering::Relaxed);
    }
}

/// Returns `true` if only errors are printed.
pub(crate) fn is_quiet() -> bool {
    VOLUME.load(Ordering::Relaxed) == QUIET
}

/// Prints a note: something that was done to the data, or that one should know.
pub(crate) fn note(text: impl Display) {
    if !is_quiet() {
        print("note:", "1;33", text);
    }
}

/// Prints a detail, for users who asked for every step.
pub(crate) fn detail(text: impl Display) {
    if VOLUME.load(Ordering::Relaxed) == VERBOSE {
        print("·", "2", text);
    }
}

/// Prints an error.
pub(crate) fn error(text: impl Display) {
    print("error:", "1;31", text);
}

/// Prints a line; names in it come from files, so what a terminal would obey is escaped.
fn print(word: &str, code: &str, text: impl Display) {
    // A standard error that is closed or full must not cost the result.
    let _ = writeln!(io::stderr(), "{} {}", colored(word, code), escape_text(&text.to_string()));
}

/// Returns `word` in a color of the terminal, if there is a terminal and NO_COLOR (no-color.org) is not set.
fn colored(word: &str, code: &str) -> String {
    let forbidden = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    match io::stderr().is_terminal() && !forbidden {
        true => format!("\u{1b}[{code}m{word}\u{1b}[0m"),
        false => word.to_owned(),
    }
}
