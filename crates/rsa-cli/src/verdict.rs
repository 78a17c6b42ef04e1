//! Exit statuses of commands.

use std::fmt;

use rsa_run::Completeness;

/// Outcome of a command that has a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// All was done: status 0.
    Complete,
    /// Some pairs could not be computed, or something was left out: status 3.
    Partial,
    /// No pair could be computed: status 1.
    Nothing,
}

/// Reason why a command has no result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It was asked for something that does not exist: status 2.
    Usage(String),
    /// The data or the system do not allow it: status 1.
    Impossible(String),
}

impl Failure {
    /// The arguments are wrong.
    pub(crate) fn usage(error: impl fmt::Display) -> Self {
        Self::Usage(error.to_string())
    }

    /// The data or the system do not allow it.
    pub(crate) fn impossible(error: impl fmt::Display) -> Self {
        Self::Impossible(error.to_string())
    }
}

impl From<rsakit::Error> for Failure {
    fn from(error: rsakit::Error) -> Self {
        match error.kind() {
            rsakit::core::ErrorKind::InvalidParameter { .. } => Self::usage(error),
            _ => Self::impossible(error),
        }
    }
}

impl From<Completeness> for Verdict {
    fn from(completeness: Completeness) -> Self {
        match completeness {
            Completeness::All => Self::Complete,
            Completeness::Some => Self::Partial,
            Completeness::None => Self::Nothing,
        }
    }
}

impl From<Verdict> for u8 {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Complete => 0,
            Verdict::Nothing => 1,
            Verdict::Partial => 3,
        }
    }
}

impl From<Failure> for u8 {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Impossible(_) => 1,
            Failure::Usage(_) => 2,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) | Self::Impossible(message) => f.write_str(message),
        }
    }
}
