//! The command as it was typed, for reports to record.

use std::{
    ffi::OsString,
    sync::{Mutex, PoisonError},
};

/// Command of the latest run in this process.
static TYPED: Mutex<String> = Mutex::new(String::new());

/// Remembers the arguments of this run, the first of which is the name of the program.
pub(crate) fn remember(arguments: &[OsString]) {
    let words = arguments.iter().skip(1).map(|argument| quoted(&argument.to_string_lossy()));
    let line = std::iter::once("rsakit".to_owned()).chain(words).collect::<Vec<_>>().join(" ");
    *TYPED.lock().unwrap_or_else(PoisonError::into_inner) = line;
}

/// Returns the command of this run, quoted for a POSIX shell.
pub(crate) fn command_line() -> String {
    TYPED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Quotes what a POSIX shell would change.
fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    match !argument.is_empty() && argument.chars().all(plain) {
        true => argument.to_owned(),
        false => format!("'{}'", argument.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_change_is_quoted() {
        assert_eq!(quoted("net_a.npz::conv1"), "net_a.npz::conv1");
        assert_eq!(quoted("svcca:keep=variance(0.9)"), "'svcca:keep=variance(0.9)'");
        assert_eq!(quoted("conv*"), "'conv*'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted(""), "''");
    }
}
