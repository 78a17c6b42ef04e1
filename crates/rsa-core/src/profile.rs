//! [`Profile`]: the meaning of a measure's score, and the transformations that the score ignores.

use crate::Invariances;

/// The promises of a measure about its scores, as data.
///
/// A profile depends on the parameters of the measure: CKA with a radial basis function ignores a change of scale with
/// the median bandwidth, but not with a fixed bandwidth. The laws of `rsa-laws` check both directions: every declared
/// property holds, and every other property fails.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Profile {
    /// The meaning of large scores: alike or apart.
    pub orientation: Orientation,
    /// Smallest and largest value.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "read_range"))]
    pub range: [f64; 2],
    /// The score of a representation with itself.
    pub identity: Identity,
    /// `true` if exchanging the arguments leaves the score unchanged.
    pub symmetric: bool,
    /// `true` for a metric: 0 for a representation with itself, symmetric, with the triangle inequality.
    pub metric: bool,
    /// `true` if independent representations score 0 on average, for any numbers of features and conditions.
    ///
    /// A score of a biased measure says little without the score that chance alone would give.
    pub unbiased: bool,
    /// `true` if reordering the conditions of both arguments in the same way leaves the score unchanged.
    ///
    /// It is `false` where the places of the conditions decide which of them are predicted from which.
    pub reorderable: bool,
    /// The transformations of the first and of the second argument that the score ignores.
    ///
    /// A score with the caveat `Interpolation` depends on the units of features whatever stands here.
    pub invariances: [Invariances; 2],
}

/// Reads a range in which an end without bound is `null`, because JSON has no infinity.
#[cfg(feature = "serde")]
fn read_range<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<[f64; 2], D::Error> {
    let [low, high] = <[Option<f64>; 2] as serde::Deserialize>::deserialize(deserializer)?;
    Ok([low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY)])
}

/// The meaning of large values: alike or apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Orientation {
    /// The larger, the more alike.
    Similarity,
    /// The larger, the further apart.
    Distance,
}

impl Orientation {
    /// Returns the word in tables and in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Similarity => "similarity",
            Self::Distance => "distance",
        }
    }

    /// Returns `true` if `a` means more alike than `b`.
    pub fn prefers(self, a: f64, b: f64) -> bool {
        match self {
            Self::Similarity => a > b,
            Self::Distance => a < b,
        }
    }
}

/// The score of a representation with itself.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Identity {
    /// This value on all data.
    Always(f64),
    /// This value on data without ties; less alike with ties.
    WithoutTies(f64),
    /// No value that holds on all data: a map from a representation to itself may be imperfect.
    NotPromised,
}
