//! Dissimilarities of patterns, by name.

use std::fmt;

use rsa_core::{Correlation, Cosine, Dissimilarity, Euclidean, Manhattan, Poisson, SquaredEuclidean};

use crate::spec::axes::word_of;

/// A dissimilarity of the patterns of a representation, by name.
///
/// The words are `euclidean`, `squared-euclidean`, `squared-euclidean(per_feature=true)`, `correlation`, `cosine`,
/// `manhattan`, and `poisson` with `prior_rate` and `prior_weight`.
#[derive(Clone, Debug, PartialEq)]
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
    /// [`Poisson`], with its prior.
    Poisson(Poisson),
}

/// The words of the dissimilarities without parameters.
pub(super) const PLAIN: [(&str, DissimilaritySpec); 5] = [
    ("euclidean", DissimilaritySpec::Euclidean),
    ("squared-euclidean", DissimilaritySpec::SquaredEuclidean { per_feature: false }),
    ("correlation", DissimilaritySpec::Correlation),
    ("cosine", DissimilaritySpec::Cosine),
    ("manhattan", DissimilaritySpec::Manhattan),
];

impl DissimilaritySpec {
    /// Makes the dissimilarity.
    pub fn dissimilarity(&self) -> Box<dyn Dissimilarity> {
        match *self {
            Self::Euclidean => Box::new(Euclidean),
            Self::SquaredEuclidean { per_feature } => Box::new(SquaredEuclidean { per_feature }),
            Self::Correlation => Box::new(Correlation),
            Self::Cosine => Box::new(Cosine),
            Self::Manhattan => Box::new(Manhattan),
            Self::Poisson(poisson) => Box::new(poisson),
        }
    }
}

impl fmt::Display for DissimilaritySpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::SquaredEuclidean { per_feature: true } => f.write_str("squared-euclidean(per_feature=true)"),
            Self::Poisson(Poisson { prior_rate, prior_weight }) => {
                write!(f, "poisson{}", prior(prior_rate, prior_weight, &[]))
            }
            _ => f.write_str(word_of(&PLAIN, self)),
        }
    }
}

/// Writes the prior of a Poisson dissimilarity in parentheses, after other `arguments`, without default values.
pub(super) fn prior(prior_rate: f64, prior_weight: f64, arguments: &[&str]) -> String {
    let default = Poisson::default();
    let mut arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
    for (key, value, default) in
        [("prior_rate", prior_rate, default.prior_rate), ("prior_weight", prior_weight, default.prior_weight)]
    {
        if value != default {
            arguments.push(format!("{key}={value}"));
        }
    }
    if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(",")) }
}
