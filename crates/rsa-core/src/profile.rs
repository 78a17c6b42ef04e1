//! [`Profile`]: what a measure's number means and what it ignores.

use crate::Invariances;

/// What a measure promises about its numbers, as data.
///
/// A profile is a method of the measure's value, because it depends on the parameters: CKA with a radial basis
/// function of fixed bandwidth sees a change of scale, with the median bandwidth it does not.
/// The laws of `rsa-laws` hold it true: what is declared holds, and what is not declared does not.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Profile {
    /// Whether large means alike or apart.
    pub orientation: Orientation,
    /// Smallest and largest value.
    pub range: [f64; 2],
    /// The score of a representation with itself.
    pub identity: Identity,
    /// Whether exchanging the arguments leaves the score unchanged.
    pub symmetric: bool,
    /// Whether it is a distance with the triangle inequality: 0 for a representation with itself, symmetric, and never
    /// shorter by a detour.
    pub metric: bool,
    /// Whether representations that have nothing to do with each other score 0 on average, however many their features
    /// and few their conditions. Where they do not, a score says little without what chance alone would give.
    pub unbiased: bool,
    /// What the score ignores in its first and in its second argument.
    pub invariances: [Invariances; 2],
}

/// Whether large values mean alike or apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
pub enum Orientation {
    /// The larger, the more alike.
    Similarity,
    /// The larger, the further apart.
    Distance,
}

impl Orientation {
    /// The word in tables and in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Similarity => "similarity",
            Self::Distance => "distance",
        }
    }

    /// Whether `a` means more alike than `b`.
    pub fn prefers(self, a: f64, b: f64) -> bool {
        match self {
            Self::Similarity => a > b,
            Self::Distance => a < b,
        }
    }
}

/// The score of a representation with itself.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Identity {
    /// This value on all data.
    Always(f64),
    /// This value on data without ties; less alike with ties.
    WithoutTies(f64),
}
