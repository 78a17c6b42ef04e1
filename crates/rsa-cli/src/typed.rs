//! The command as it was typed, for reports to record.

use std::{
    ffi::OsString,
    sync::{Mutex, PoisonError},
};

/// Command of the latest run in this process.
static TYPED: Mutex<String> = Mutex::new(String::new());

/// Remembers the arguments of this run, the first of which is the name of the program.
pub(crate) fn remember(arguments: &[OsString]) {
    let words = arguments.iter().skip(1).map(|argument| rsa_run::quote_argument(&argument.to_string_lossy()));
    let line = std::iter::once("rsakit".to_owned()).chain(words).collect::<Vec<_>>().join(" ");
    *TYPED.lock().unwrap_or_else(PoisonError::into_inner) = line;
}

/// Returns the command of this run, quoted for a POSIX shell.
pub(crate) fn command_line() -> String {
    TYPED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
