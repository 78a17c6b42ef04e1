//! [`Terminal`]: progress, notes and details of a job, on standard error.

use std::{io::IsTerminal, sync::Mutex};

use indicatif::{ProgressBar, ProgressStyle};
use rsa_run::Observer;

use crate::{output, say, verdict::Failure};

/// Observer that shows one progress bar, if standard error is a terminal, and prints notes and details.
pub(crate) struct Terminal {
    bar: ProgressBar,
    stage: Mutex<String>,
}

impl Terminal {
    /// Makes a bar that appears with the first progress.
    pub(crate) fn new() -> Self {
        let hidden = say::is_quiet() || !std::io::stderr().is_terminal();
        let bar = if hidden { ProgressBar::hidden() } else { ProgressBar::no_length() };
        let style = ProgressStyle::with_template("{elapsed:>4} {bar:30} {pos}/{len} {msg} {per_sec}");
        Self {
            bar: bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())),
            stage: Mutex::new(String::new()),
        }
    }

    /// Prints a result on standard output while the job goes on.
    pub(crate) fn print(&self, text: &str) -> Result<(), Failure> {
        self.bar.suspend(|| output::print(text))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Observer for Terminal {
    fn progress(&self, stage: &str, done: u64, total: u64) {
        if self.bar.is_hidden() {
            return;
        }
        let Ok(mut shown) = self.stage.lock() else { return };
        if *shown != stage {
            stage.clone_into(&mut shown);
            self.bar.set_message(stage.to_owned());
            self.bar.set_length(total);
        }
        self.bar.set_position(done);
    }

    fn note(&self, text: &str) {
        self.bar.suspend(|| say::note(text));
    }

    fn detail(&self, text: &str) {
        self.bar.suspend(|| say::detail(text));
    }
}
