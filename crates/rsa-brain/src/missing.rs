//! [`MissingReason`]: the reasons for which a center has no value.

use std::fmt;

use rsa_core::{Error, ErrorKind};

/// Reason for which a center has no value in a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum MissingReason {
    /// The neighborhood has fewer voxels than a center needs.
    TooFewVoxels,
    /// A dissimilarity is no finite number.
    NonFinite,
    /// A pattern is constant, or all zero, and has no correlation, or no cosine, with others.
    ConstantPattern,
    /// All dissimilarities are equal, or all zero, and have no similarity with a model.
    ConstantRdm,
    /// The covariance of the noise of the neighborhood has no inverse.
    NotPositiveDefinite,
}

impl MissingReason {
    /// All reasons.
    pub const ALL: [Self; 5] =
        [Self::TooFewVoxels, Self::NonFinite, Self::ConstantPattern, Self::ConstantRdm, Self::NotPositiveDefinite];

    /// Returns the word for the reason in results.
    pub fn word(self) -> &'static str {
        match self {
            Self::TooFewVoxels => "too-few-voxels",
            Self::NonFinite => "non-finite",
            Self::ConstantPattern => "constant-pattern",
            Self::ConstantRdm => "constant-rdm",
            Self::NotPositiveDefinite => "not-positive-definite",
        }
    }

    /// Returns the reason that an error in computing dissimilarities is, if it is about the data of one center.
    pub(crate) fn of_rdm_error(error: &Error) -> Option<Self> {
        match error.kind() {
            ErrorKind::NonFinite { .. } | ErrorKind::OutOfRange { .. } => Some(Self::NonFinite),
            ErrorKind::Degenerate { .. } => Some(Self::ConstantPattern),
            _ => None,
        }
    }

    /// Returns the reason that an error in reading an RDM for a comparison is, if it is about the data of one center.
    pub(crate) fn of_comparison_error(error: &Error) -> Option<Self> {
        match error.kind() {
            ErrorKind::NonFinite { .. } | ErrorKind::OutOfRange { .. } => Some(Self::NonFinite),
            ErrorKind::Degenerate { .. } => Some(Self::ConstantRdm),
            _ => None,
        }
    }
}

impl fmt::Display for MissingReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
