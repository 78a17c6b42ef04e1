//! [`Error`]: the one error of the workspace, and [`ErrorKind`]: what went wrong, for programs.

use std::{error, fmt, result, sync::Arc};

/// What every fallible function of the workspace returns.
pub type Result<T, E = Error> = result::Result<T, E>;

/// Something that the data or the parameters do not allow.
///
/// The message is a lower-case fragment that names the object, what was found, what is needed and the remedy.
/// Programs look at [`Error::kind`].
#[derive(Clone)]
pub struct Error(Arc<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    source: Option<Arc<dyn error::Error + Send + Sync>>,
}

/// The kinds of failure. Positions count from 0.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Two things that must agree in size do not.
    ShapeMismatch,
    /// Two things are labelled and their labels differ.
    LabelMismatch,
    /// The definition needs more conditions.
    TooFewConditions {
        /// How many would do.
        needed: usize,
        /// How many there are.
        found: usize,
    },
    /// A value is NaN or infinite.
    NonFinite {
        /// Row of the value.
        condition: usize,
        /// Column of the value.
        feature: usize,
    },
    /// The quantity is undefined on these data: no variance, no direction, no order.
    Degenerate {
        /// The object without variance.
        what: String,
    },
    /// A result is beyond what a 64-bit float can hold, on either end.
    OutOfRange {
        /// The quantity that overflows or vanishes.
        what: String,
    },
    /// A parameter has an illegal value.
    InvalidParameter {
        /// Its name.
        name: String,
        /// What it must be.
        requirement: String,
        /// What it was.
        found: String,
    },
    /// An iteration did not reach its answer.
    NotConverged,
    /// The work does not fit into the memory it may use.
    TooLarge {
        /// Bytes the work needs.
        needed: u64,
        /// Bytes it may use.
        allowed: u64,
    },
    /// The caller asked for the work to stop before its end.
    Cancelled,
    /// A geometry was handed to a measure of another type than the one that read it.
    Foreign,
    /// A file or a text is not what it claims to be.
    Format,
    /// The operating system refused.
    Io,
}

impl ErrorKind {
    /// The variant's name, as machine-readable output shows it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ShapeMismatch => "ShapeMismatch",
            Self::LabelMismatch => "LabelMismatch",
            Self::TooFewConditions { .. } => "TooFewConditions",
            Self::NonFinite { .. } => "NonFinite",
            Self::Degenerate { .. } => "Degenerate",
            Self::OutOfRange { .. } => "OutOfRange",
            Self::InvalidParameter { .. } => "InvalidParameter",
            Self::NotConverged => "NotConverged",
            Self::TooLarge { .. } => "TooLarge",
            Self::Cancelled => "Cancelled",
            Self::Foreign => "Foreign",
            Self::Format => "Format",
            Self::Io => "Io",
        }
    }
}

impl Error {
    fn new(kind: ErrorKind, message: String) -> Self {
        Self(Arc::new(Inner { kind, message, source: None }))
    }

    /// Sizes disagree; the message says which and what to do.
    pub fn shape_mismatch(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::ShapeMismatch, message.into())
    }

    /// Labels disagree; the message says which and what to do.
    pub fn label_mismatch(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::LabelMismatch, message.into())
    }

    /// More conditions are needed; `why` names who needs them and the remedy.
    pub fn too_few_conditions(needed: usize, found: usize, why: impl fmt::Display) -> Self {
        let s = if found == 1 { "" } else { "s" };
        let message = format!("{found} condition{s} found, at least {needed} needed: {why}");
        Self::new(ErrorKind::TooFewConditions { needed, found }, message)
    }

    /// The value at `condition` and `feature` is NaN or infinite.
    pub fn non_finite(condition: usize, feature: usize, value: f64) -> Self {
        let message = format!(
            "the value of condition {condition}, feature {feature} (both counted from 0) is {value}; \
             every value must be finite: drop or impute that condition or feature first"
        );
        Self::new(ErrorKind::NonFinite { condition, feature }, message)
    }

    /// The entry `(i, j)` of the matrix `what` between conditions is NaN or infinite.
    pub fn non_finite_entry(what: impl fmt::Display, i: usize, j: usize, value: f64) -> Self {
        let message = format!("entry ({i}, {j}) of {what} is {value}; every entry must be finite");
        Self::new(ErrorKind::NonFinite { condition: i, feature: j }, message)
    }

    /// The value of an observation is NaN or infinite; `name` is the condition it was made under.
    pub fn non_finite_observation(observation: usize, name: &str, feature: usize, value: f64) -> Self {
        let message = format!(
            "the value of observation {observation} (condition {name}), feature {feature} (both counted from 0) is \
             {value}; every value must be finite: drop that observation or feature first"
        );
        Self::new(ErrorKind::NonFinite { condition: observation, feature }, message)
    }

    /// `what` carries no information for the quantity asked; `remedy` says what to do.
    pub fn degenerate(what: impl Into<String>, remedy: impl fmt::Display) -> Self {
        let what = what.into();
        let message = format!("{what}; {remedy}");
        Self::new(ErrorKind::Degenerate { what }, message)
    }

    /// `what` leaves the range of 64-bit floats; `remedy` says what to do.
    pub fn out_of_range(what: impl Into<String>, remedy: impl fmt::Display) -> Self {
        let what = what.into();
        let message = format!("{what} cannot be held by a 64-bit float; {remedy}");
        Self::new(ErrorKind::OutOfRange { what }, message)
    }

    /// The parameter `name` must meet `requirement`, and `found` does not.
    pub fn invalid_parameter(
        name: impl Into<String>,
        requirement: impl Into<String>,
        found: impl fmt::Display,
    ) -> Self {
        let (name, requirement, found) = (name.into(), requirement.into(), found.to_string());
        let message = format!("{name} must be {requirement}, found {found}");
        Self::new(ErrorKind::InvalidParameter { name, requirement, found }, message)
    }

    /// An iterative computation stopped short.
    pub fn not_converged(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotConverged, message.into())
    }

    /// The work needs `needed` bytes and may use `allowed`; the message names it and the remedy.
    pub fn too_large(needed: u64, allowed: u64, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::TooLarge { needed, allowed }, message.into())
    }

    /// The caller asked for `work` to stop.
    pub fn cancelled(work: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Cancelled, format!("{work} was cancelled before its end"))
    }

    /// A geometry came from another measure; the message names both.
    pub fn foreign(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Foreign, message.into())
    }

    /// A file or text is malformed.
    pub fn format(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Format, message.into())
    }

    /// The operating system's error `source`, met while doing what `message` says.
    pub fn io(message: impl Into<String>, source: std::io::Error) -> Self {
        let message = format!("{}: {source}", message.into());
        Self(Arc::new(Inner { kind: ErrorKind::Io, message, source: Some(Arc::new(source)) }))
    }

    /// What went wrong, for programs.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The same error with `place: ` before its message: a file, an array, the first or second argument.
    #[must_use]
    pub fn context(&self, place: impl fmt::Display) -> Self {
        Self(Arc::new(Inner {
            kind: self.0.kind.clone(),
            message: format!("{place}: {}", self.0.message),
            source: self.0.source.clone(),
        }))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.0.kind, self.0.message)
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn context_keeps_the_kind_and_names_the_place() {
        let error = Error::non_finite(3, 7, f64::NAN).context("a.npz::conv1");
        assert_eq!(error.kind(), &ErrorKind::NonFinite { condition: 3, feature: 7 });
        assert!(error.to_string().starts_with("a.npz::conv1: the value of condition 3, feature 7"));
    }

    #[test]
    fn an_io_error_keeps_its_source() {
        use std::error::Error as _;
        let error = Error::io("a.npy", std::io::Error::other("gone")).context("reading");
        assert_eq!(error.kind().name(), "Io");
        assert!(error.source().is_some());
    }
}
