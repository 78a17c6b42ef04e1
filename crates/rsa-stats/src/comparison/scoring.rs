//! [`Scoring`]: the comparisons that inference can resample.

use std::fmt;

use rsa_core::{Rdm, Result};

use super::{
    Comparison, Cosine, KendallA, KendallB, Pearson, RhoA, Spearman, WhitenedCosine, WhitenedPearson,
    embedded::{EmbeddingKind, Embeds},
};

/// A comparison of RDMs that can be evaluated on a bootstrap resample of conditions.
///
/// The other comparisons (Bures, partial correlations, whitening by an estimated condition covariance) cannot. A condition
/// that was drawn twice has dissimilarity 0 from its copy by construction, and only sums over pairs can leave such pairs
/// out.
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

/// The form into which a comparison of [`Scoring`] brings RDMs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Preparation {
    /// A vector that is linear in the dissimilarities up to its length: cosine, Pearson, and both whitened.
    Linear(EmbeddingKind),
    /// Mid-ranks; `unit` divides by their length, otherwise by the length of ranks without ties.
    Ranks { unit: bool },
    /// Counts of pairs ordered alike; `without_ties` leaves tied pairs out of the denominator.
    Counts { without_ties: bool },
}

impl Scoring {
    /// All comparisons that can be resampled.
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

    /// Returns the word for the comparison in settings and output.
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

    /// Returns the form into which RDMs are brought.
    pub(crate) fn preparation(self) -> Preparation {
        match self {
            Self::Cosine => Preparation::Linear(Cosine::EMBEDDING),
            Self::Pearson => Preparation::Linear(Pearson::EMBEDDING),
            Self::WhitenedCosine => Preparation::Linear(WhitenedCosine::EMBEDDING),
            Self::WhitenedPearson => Preparation::Linear(WhitenedPearson::EMBEDDING),
            Self::Spearman => Preparation::Ranks { unit: Spearman::EMBEDDING.unit },
            Self::RhoA => Preparation::Ranks { unit: RhoA::EMBEDDING.unit },
            Self::KendallA => Preparation::Counts { without_ties: false },
            Self::KendallB => Preparation::Counts { without_ties: true },
        }
    }
}

impl Scoring {
    /// Compares two RDMs.
    ///
    /// # Errors
    /// Errors of [`Comparison::read`] and [`Comparison::compare`].
    pub fn compare(self, a: &Rdm, b: &Rdm) -> Result<f64> {
        fn read_and_compare<C: Comparison>(comparison: C, a: &Rdm, b: &Rdm) -> Result<f64> {
            let first = comparison.read(a).map_err(|error| error.context("first RDM"))?;
            comparison.compare(&first, &comparison.read(b).map_err(|error| error.context("second RDM"))?)
        }
        match self {
            Self::Cosine => read_and_compare(Cosine, a, b),
            Self::Pearson => read_and_compare(Pearson, a, b),
            Self::Spearman => read_and_compare(Spearman, a, b),
            Self::RhoA => read_and_compare(RhoA, a, b),
            Self::KendallA => read_and_compare(KendallA, a, b),
            Self::KendallB => read_and_compare(KendallB, a, b),
            Self::WhitenedCosine => read_and_compare(WhitenedCosine, a, b),
            Self::WhitenedPearson => read_and_compare(WhitenedPearson, a, b),
        }
    }
}

impl fmt::Display for Scoring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
