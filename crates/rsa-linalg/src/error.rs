//! The error type of the workspace, [`Error`], and its machine-readable [`ErrorKind`].

use std::{error, fmt, result, sync::Arc};

/// Result of every fallible function of the workspace.
pub type Result<T, E = Error> = result::Result<T, E>;

/// Error for data or parameters that a function cannot work with.
///
/// The message is a lower-case fragment that names the object, what was found, what is needed and the remedy. Programs
/// should match on [`Error::kind`], not on the message.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    source: Option<Arc<dyn error::Error + Send + Sync>>,
}

/// Kinds of failure. Positions count from 0.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum ErrorKind {
    /// Two objects that must have the same size have different sizes.
    ShapeMismatch,
    /// Two labeled objects have different labels.
    LabelMismatch,
    /// A quantity needs more conditions than there are.
    TooFewConditions {
        /// Smallest number of conditions that suffices.
        needed: usize,
        /// Number of conditions found.
        found: usize,
    },
    /// A value is NaN or infinite.
    NonFinite {
        /// Row of the value.
        condition: usize,
        /// Column of the value.
        feature: usize,
    },
    /// A quantity is undefined on these data: no variance, no direction, no order.
    Degenerate {
        /// Object that carries no information for the quantity.
        what: String,
    },
    /// A result is too large or too small for a 64-bit float.
    OutOfRange {
        /// Quantity that overflows or underflows.
        what: String,
    },
    /// A parameter has an illegal value.
    InvalidParameter {
        /// Name of the parameter.
        name: String,
        /// Requirement on its value.
        requirement: String,
        /// Value found.
        found: String,
    },
    /// An iterative computation did not converge.
    NotConverged,
    /// The work needs more memory than it may use.
    TooLarge {
        /// Bytes the work needs.
        needed: u64,
        /// Bytes the work may use.
        allowed: u64,
    },
    /// The caller cancelled the work before its end.
    Cancelled,
    /// A measure was given a geometry, or sums, of another measure.
    Foreign,
    /// A file or a text is malformed.
    Format,
    /// The operating system reported an error.
    Io,
}

impl ErrorKind {
    /// Returns the name of the variant, as machine-readable output shows it.
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

    /// Returns `true` if both are clones of one error, and so share its message.
    pub fn is_clone_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Returns a `ShapeMismatch`; `message` names the sizes and the remedy.
    pub fn shape_mismatch(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::ShapeMismatch, message.into())
    }

    /// Returns a `LabelMismatch`; `message` names the labels and the remedy.
    pub fn label_mismatch(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::LabelMismatch, message.into())
    }

    /// Returns a `TooFewConditions`; `why` names the quantity that needs more conditions and the remedy.
    pub fn too_few_conditions(needed: usize, found: usize, why: impl fmt::Display) -> Self {
        let s = if found == 1 { "" } else { "s" };
        let message = format!("{found} condition{s} found, at least {needed} needed: {why}");
        Self::new(ErrorKind::TooFewConditions { needed, found }, message)
    }

    /// Returns a `NonFinite` for the value NaN or infinity at `condition` and `feature`.
    pub fn non_finite(condition: usize, feature: usize, value: f64) -> Self {
        let message = format!(
            "the value of condition {condition}, feature {feature} (both counted from 0) is {value}; \
             every value must be finite: drop or impute that condition or feature first"
        );
        Self::new(ErrorKind::NonFinite { condition, feature }, message)
    }

    /// Returns a `NonFinite` for entry `(i, j)` of a matrix between conditions; `what` names the matrix.
    pub fn non_finite_entry(what: impl fmt::Display, i: usize, j: usize, value: f64) -> Self {
        let message = format!("entry ({i}, {j}) of {what} is {value}; every entry must be finite");
        Self::new(ErrorKind::NonFinite { condition: i, feature: j }, message)
    }

    /// Returns a `NonFinite` for a value of an observation; `name` is the condition of that observation.
    pub fn non_finite_observation(observation: usize, name: &str, feature: usize, value: f64) -> Self {
        let message = format!(
            "the value of observation {observation} (condition {name}), feature {feature} (both counted from 0) is \
             {value}; every value must be finite: drop that observation or feature first"
        );
        Self::new(ErrorKind::NonFinite { condition: observation, feature }, message)
    }

    /// Returns a `Degenerate`: `what` carries no information for the quantity asked, and `remedy` says what to do.
    pub fn degenerate(what: impl Into<String>, remedy: impl fmt::Display) -> Self {
        let what = what.into();
        let message = format!("{what}; {remedy}");
        Self::new(ErrorKind::Degenerate { what }, message)
    }

    /// Returns an `OutOfRange`: `what` leaves the range of 64-bit floats, and `remedy` says what to do.
    pub fn out_of_range(what: impl Into<String>, remedy: impl fmt::Display) -> Self {
        let what = what.into();
        let message = format!("{what} cannot be held by a 64-bit float; {remedy}");
        Self::new(ErrorKind::OutOfRange { what }, message)
    }

    /// Returns an `InvalidParameter`: the parameter `name` must be `requirement`, and is `found`.
    pub fn invalid_parameter(
        name: impl Into<String>,
        requirement: impl Into<String>,
        found: impl fmt::Display,
    ) -> Self {
        let (name, requirement, found) = (name.into(), requirement.into(), found.to_string());
        let message = format!("{name} must be {requirement}, found {found}");
        Self::new(ErrorKind::InvalidParameter { name, requirement, found }, message)
    }

    /// Returns a `NotConverged`; `message` names the computation.
    pub fn not_converged(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotConverged, message.into())
    }

    /// Returns a `TooLarge` for work that needs `needed` bytes and may use `allowed`.
    ///
    /// `message` names the work and the remedy.
    pub fn too_large(needed: u64, allowed: u64, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::TooLarge { needed, allowed }, message.into())
    }

    /// Returns a `Cancelled`; `work` names what was stopped.
    pub fn cancelled(work: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Cancelled, format!("{work} was cancelled before its end"))
    }

    /// Returns a `Foreign`; `message` names the measure that was asked and the one that made the geometry.
    pub fn foreign(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Foreign, message.into())
    }

    /// Returns a `Format`; `message` names the file or text, what is wrong and the remedy.
    pub fn format(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Format, message.into())
    }

    /// Returns an `Io` for the error `source` of the operating system; `message` says what was being done.
    pub fn io(message: impl Into<String>, source: std::io::Error) -> Self {
        let message = format!("{}: {source}", message.into());
        Self(Arc::new(Inner { kind: ErrorKind::Io, message, source: Some(Arc::new(source)) }))
    }

    /// Returns the kind of failure.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Returns this error with `place: ` before its message: a file, an array, the first or second argument.
    #[must_use]
    pub fn context(&self, place: impl fmt::Display) -> Self {
        self.with_message(format!("{place}: {}", self.0.message))
    }

    /// Returns the error with one more remedy at the end of its message.
    #[must_use]
    pub fn with_remedy(&self, remedy: impl fmt::Display) -> Self {
        self.with_message(format!("{}; {remedy}", self.0.message))
    }

    fn with_message(&self, message: String) -> Self {
        Self(Arc::new(Inner { kind: self.0.kind.clone(), message, source: self.0.source.clone() }))
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
        let with_remedy = error.with_remedy("drop it");
        assert_eq!((with_remedy.kind(), with_remedy.to_string()), (error.kind(), format!("{error}; drop it")));
    }

    #[test]
    fn an_io_error_keeps_its_source() {
        use std::error::Error as _;
        let error = Error::io("a.npy", std::io::Error::other("gone")).context("reading");
        assert_eq!(error.kind().name(), "Io");
        assert!(error.source().is_some());
    }
}
