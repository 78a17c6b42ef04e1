//! [`RdmReading`] and [`Treatment`]: the meaning of stored values, and their way to dissimilarities.

use crate::options::{Diagonal, OpenOptions, Similarities};

/// Meaning of the values of a file, as it is said.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RdmReading {
    pub(super) similarities: Similarities,
    pub(super) diagonal: Diagonal,
}

impl RdmReading {
    /// Returns the part of the options that is about RDMs.
    pub(super) fn new(options: &OpenOptions) -> Self {
        Self { similarities: options.similarities, diagonal: options.diagonal }
    }

    /// Returns the reading of a file that says that it holds dissimilarities.
    pub(super) fn of_dissimilarities(self) -> Self {
        Self { similarities: Similarities::Refuse, ..self }
    }
}

/// Steps by which stored values became dissimilarities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Treatment {
    /// 1 − s was taken.
    pub(super) one_minus: bool,
    /// A diagonal that is not 0 was left out.
    pub(super) diagonal_ignored: bool,
    /// Missing entries on one side of the diagonal were taken from the other.
    pub(super) mirrored: bool,
}
