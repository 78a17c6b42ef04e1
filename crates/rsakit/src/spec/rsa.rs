//! [`RsaSpec`]: the two axes of RSA as text.

use std::fmt;

use rsa_core::{AnyMeasure, Correlation, Cosine, Dissimilarity, Error, Euclidean, Manhattan, Result, SquaredEuclidean};
use rsa_stats::{Bures, Comparison, KendallA, KendallB, Pearson, RhoA, Rsa, Spearman, WhitenedCosine, WhitenedPearson};

use super::{axes::Axes, grammar::Term, word_of};

/// RSA by the names of its parts.
pub type RsaSpec = Rsa<DissimilaritySpec, ComparisonSpec>;

/// A dissimilarity of a representation, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DissimilaritySpec {
    /// [`Euclidean`].
    Euclidean,
    /// [`SquaredEuclidean`].
    SquaredEuclidean {
        /// Divide by the number of features.
        per_feature: bool,
    },
    /// [`Correlation`].
    Correlation,
    /// [`Cosine`].
    Cosine,
    /// [`Manhattan`].
    Manhattan,
}

/// A comparison of RDMs, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ComparisonSpec {
    /// [`Pearson`].
    Pearson,
    /// [`Spearman`].
    Spearman,
    /// [`KendallA`].
    KendallA,
    /// [`KendallB`].
    KendallB,
    /// [`rsa_stats::Cosine`].
    Cosine,
    /// [`RhoA`].
    RhoA,
    /// [`WhitenedCosine`].
    WhitenedCosine,
    /// [`WhitenedPearson`].
    WhitenedPearson,
    /// [`Bures`].
    Bures,
}

const DISSIMILARITIES: [(&str, DissimilaritySpec); 5] = [
    ("euclidean", DissimilaritySpec::Euclidean),
    ("squared-euclidean", DissimilaritySpec::SquaredEuclidean { per_feature: false }),
    ("correlation", DissimilaritySpec::Correlation),
    ("cosine", DissimilaritySpec::Cosine),
    ("manhattan", DissimilaritySpec::Manhattan),
];

const COMPARISONS: [(&str, ComparisonSpec); 9] = [
    ("pearson", ComparisonSpec::Pearson),
    ("spearman", ComparisonSpec::Spearman),
    ("kendall-a", ComparisonSpec::KendallA),
    ("kendall-b", ComparisonSpec::KendallB),
    ("cosine", ComparisonSpec::Cosine),
    ("rho-a", ComparisonSpec::RhoA),
    ("whitened-cosine", ComparisonSpec::WhitenedCosine),
    ("whitened-pearson", ComparisonSpec::WhitenedPearson),
    ("bures", ComparisonSpec::Bures),
];

impl DissimilaritySpec {
    /// The dissimilarity itself.
    pub fn dissimilarity(self) -> Box<dyn Dissimilarity> {
        match self {
            Self::Euclidean => Box::new(Euclidean),
            Self::SquaredEuclidean { per_feature } => Box::new(SquaredEuclidean { per_feature }),
            Self::Correlation => Box::new(Correlation),
            Self::Cosine => Box::new(Cosine),
            Self::Manhattan => Box::new(Manhattan),
        }
    }

    fn from_term(term: Term<'_>) -> Result<Self> {
        match term.word {
            "squared-euclidean" => {
                let mut axes = Axes::new(term, &["per_feature"])?;
                let per_feature = match axes.take("per_feature") {
                    None => false,
                    Some(term) => term.choice("per_feature", &[("true", true), ("false", false)])?,
                };
                Ok(Self::SquaredEuclidean { per_feature })
            }
            "crossnobis" | "mahalanobis" => Err(Error::invalid_parameter(
                "rdm of rsa",
                "a dissimilarity of patterns alone",
                format_args!("'{}', which needs repeated runs or a noise covariance", term.word),
            )),
            _ => term.choice("rdm of rsa", &DISSIMILARITIES),
        }
    }
}

pub(super) fn from_term(term: Term<'_>) -> Result<RsaSpec> {
    let mut axes = Axes::new(term, &["rdm", "compare"])?;
    let dissimilarity = DissimilaritySpec::from_term(axes.need("rdm", "correlation")?)?;
    let comparison = axes.need("compare", "spearman")?.choice("compare of rsa", &COMPARISONS)?;
    Ok(Rsa::new(dissimilarity, comparison))
}

pub(super) fn measure(rsa: RsaSpec) -> AnyMeasure {
    fn with(dissimilarity: DissimilaritySpec, comparison: impl Comparison + 'static) -> AnyMeasure {
        AnyMeasure::new(Rsa::new(dissimilarity.dissimilarity(), comparison))
    }
    match rsa.comparison {
        ComparisonSpec::Pearson => with(rsa.dissimilarity, Pearson),
        ComparisonSpec::Spearman => with(rsa.dissimilarity, Spearman),
        ComparisonSpec::KendallA => with(rsa.dissimilarity, KendallA),
        ComparisonSpec::KendallB => with(rsa.dissimilarity, KendallB),
        ComparisonSpec::Cosine => with(rsa.dissimilarity, rsa_stats::Cosine),
        ComparisonSpec::RhoA => with(rsa.dissimilarity, RhoA),
        ComparisonSpec::WhitenedCosine => with(rsa.dissimilarity, WhitenedCosine),
        ComparisonSpec::WhitenedPearson => with(rsa.dissimilarity, WhitenedPearson),
        ComparisonSpec::Bures => with(rsa.dissimilarity, Bures),
    }
}

impl fmt::Display for DissimilaritySpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SquaredEuclidean { per_feature: true } => f.write_str("squared-euclidean(per_feature=true)"),
            other => f.write_str(word_of(&DISSIMILARITIES, other)),
        }
    }
}

impl fmt::Display for ComparisonSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(word_of(&COMPARISONS, self))
    }
}
