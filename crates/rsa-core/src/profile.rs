//! [`Profile`]: what a measure's number means and what it ignores.

use crate::Invariances;

/// What a measure promises about its numbers, as data.
///
/// A profile is a method of the measure's value, because it depends on the parameters: CKA with a radial basis
/// function of fixed bandwidth sees a change of scale, with the median bandwidth it does not.
/// The law tests prove every declared invariance, and that every other transformation is seen.
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
    /// Whether the triangle inequality holds for every three representations.
    pub metric: bool,
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
