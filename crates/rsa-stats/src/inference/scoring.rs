//! [`Scoring`]: the comparisons that inference can resample.

use std::fmt;

use crate::comparison::{
    Cosine, Pearson, RhoA, Spearman, WhitenedCosine, WhitenedPearson,
    embedded::{Embedding, Embeds},
};

/// A comparison that a resample weighs without writing copies out, and that inference therefore takes.
///
/// The others (Bures, partial correlations, whitening by an estimated condition covariance) are not: a copied condition
/// has dissimilarity 0 from its copy by construction, and only what is summed over pairs can leave such pairs out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Scoring {
    /// [`Cosine`].
    Cosine,
    /// [`Pearson`].
    Pearson,
    /// [`Spearman`].
    #[default]
    Spearman,
    /// [`RhoA`].
    RhoA,
    /// [`KendallA`](crate::KendallA).
    KendallA,
    /// [`KendallB`](crate::KendallB).
    KendallB,
    /// [`WhitenedCosine`].
    WhitenedCosine,
    /// [`WhitenedPearson`].
    WhitenedPearson,
}

/// How an RDM is prepared for a comparison of [`Scoring`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Linear in the dissimilarities, up to its length: cosine, Pearson and the whitened two.
    Linear(Embedding),
    /// Mid-ranks; `true` divides by their length, `false` by that of ranks without ties.
    Ranks { unit: bool },
    /// Counts of pairs ordered alike; `true` leaves tied pairs out of the denominator.
    Counts { without_ties: bool },
}

impl Scoring {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Cosine,
        Self::Pearson,
        Self::Spearman,
        Self::RhoA,
        Self::KendallA,
        Self::KendallB,
        Self::WhitenedCosine,
        Self::WhitenedPearson,
    ];

    /// The word by which the comparison is known.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cosine => "cosine",
            Self::Pearson => "pearson",
            Self::Spearman => "spearman",
            Self::RhoA => "rho-a",
            Self::KendallA => "kendall-a",
            Self::KendallB => "kendall-b",
            Self::WhitenedCosine => "whitened-cosine",
            Self::WhitenedPearson => "whitened-pearson",
        }
    }

    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Cosine => Kind::Linear(Cosine::EMBEDDING),
            Self::Pearson => Kind::Linear(Pearson::EMBEDDING),
            Self::WhitenedCosine => Kind::Linear(WhitenedCosine::EMBEDDING),
            Self::WhitenedPearson => Kind::Linear(WhitenedPearson::EMBEDDING),
            Self::Spearman => Kind::Ranks { unit: Spearman::EMBEDDING.unit },
            Self::RhoA => Kind::Ranks { unit: RhoA::EMBEDDING.unit },
            Self::KendallA => Kind::Counts { without_ties: false },
            Self::KendallB => Kind::Counts { without_ties: true },
        }
    }
}

impl fmt::Display for Scoring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
