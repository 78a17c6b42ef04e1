//! [`Reading`] and [`Treatment`]: what is said about stored values, and what was done to them.

use crate::options::{Diagonal, OpenOptions, Similarities};

/// What is said about the values of a file.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reading {
    pub(super) similarities: Similarities,
    pub(super) diagonal: Diagonal,
}

impl Reading {
    /// Returns what the options say.
    pub(super) fn new(options: &OpenOptions) -> Self {
        Self { similarities: options.similarities, diagonal: options.diagonal }
    }

    /// Returns the reading of a file that says that it holds dissimilarities.
    pub(super) fn of_dissimilarities(self) -> Self {
        Self { similarities: Similarities::Refuse, ..self }
    }
}

/// What was done to stored values to make them dissimilarities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Treatment {
    /// 1 − s was taken.
    pub(super) one_minus: bool,
    /// A diagonal that is not 0 was left out.
    pub(super) diagonal_ignored: bool,
    /// Missing entries on one side of the diagonal were taken from the other.
    pub(super) mirrored: bool,
}
