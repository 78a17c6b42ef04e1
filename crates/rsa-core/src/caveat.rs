//! [`Caveat`]: a reason to read a score with care.

/// A reason to read a score with care. The score stands: a caveat is no error.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Caveat {
    /// The kind of reason, for programs.
    pub kind: CaveatKind,
    /// The reason with its numbers and a remedy, for people.
    pub message: String,
}

/// The kinds of caveat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum CaveatKind {
    /// Some canonical correlations are 1 for any data, because there are few conditions.
    ForcedCorrelations,
    /// Canonical correlations of independent data would be large, because the directions fill much of the dimensions.
    ChanceCorrelations,
    /// Few dissimilarities are compared, or most of them are missing.
    FewPairs,
    /// The estimate rises with the number of features even for independent data.
    BiasedByDimension,
    /// The bandwidth of a kernel is so narrow that all conditions look unlike each other.
    SaturatedKernel,
    /// Dissimilarities that no points in space can have; the negative eigenvalues that show it were set to 0.
    ClippedEigenvalues,
    /// A map without penalty fits its training conditions exactly, because it has as many directions as they have.
    Interpolation,
    /// The best penalty is the smallest or the largest that was tried.
    PenaltyAtEnd,
    /// Responses or predictions do not vary, and were left out or count as unexplained.
    ConstantResponses,
    /// A normalized score is above its ceiling, by chance.
    AboveCeiling,
}

impl CaveatKind {
    /// Returns the variant's name, as machine-readable output shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ForcedCorrelations => "ForcedCorrelations",
            Self::ChanceCorrelations => "ChanceCorrelations",
            Self::FewPairs => "FewPairs",
            Self::BiasedByDimension => "BiasedByDimension",
            Self::SaturatedKernel => "SaturatedKernel",
            Self::ClippedEigenvalues => "ClippedEigenvalues",
            Self::Interpolation => "Interpolation",
            Self::PenaltyAtEnd => "PenaltyAtEnd",
            Self::ConstantResponses => "ConstantResponses",
            Self::AboveCeiling => "AboveCeiling",
        }
    }
}
