//! [`Caveat`]: what is true of a score and must be said with it.

/// A reason to read a score with care. The score stands; it is not an error.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Caveat {
    /// Which reason, for programs.
    pub kind: CaveatKind,
    /// The reason with its numbers and a remedy, for people.
    pub message: String,
}

/// The kinds of caveat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum CaveatKind {
    /// Some canonical correlations are 1 because the conditions are few, whatever the data.
    ForcedCorrelations,
    /// The estimate rises with the number of features even for independent data.
    BiasedByDimension,
    /// The bandwidth of a kernel is so narrow that it sees all conditions as unlike.
    SaturatedKernel,
    /// Some dissimilarities are not those of any points, and what no points have was left out.
    ClippedEigenvalues,
}

impl CaveatKind {
    /// The variant's name, as machine-readable output shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ForcedCorrelations => "ForcedCorrelations",
            Self::BiasedByDimension => "BiasedByDimension",
            Self::SaturatedKernel => "SaturatedKernel",
            Self::ClippedEigenvalues => "ClippedEigenvalues",
        }
    }
}
