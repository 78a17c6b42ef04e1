//! [`Dissimilarity`]: how far apart two patterns are, and the RDM it makes of a representation; [`Estimator`]: the RDM
//! of repeated measurements, free of the bias that noise brings.

mod contrasts;
mod crossvalidated_similarity;
mod folds;
mod rates;
mod unit_patterns;

mod correlation;
mod cosine;
mod euclidean;
mod mahalanobis;
mod manhattan;
mod poisson;
mod squared_euclidean;

mod crossnobis;
mod crossvalidated_correlation;
mod crossvalidated_cosine;
mod crossvalidated_poisson;
mod estimator;

pub use correlation::Correlation;
pub use cosine::Cosine;
pub use crossnobis::{Crossnobis, PairWeighting, RunNoise};
pub use crossvalidated_correlation::CrossvalidatedCorrelation;
pub use crossvalidated_cosine::CrossvalidatedCosine;
pub use crossvalidated_poisson::CrossvalidatedPoisson;
pub use estimator::Estimator;
pub use euclidean::Euclidean;
pub use mahalanobis::Mahalanobis;
pub use manhattan::Manhattan;
pub use poisson::Poisson;
pub use squared_euclidean::SquaredEuclidean;

use crate::{Error, Invariances, Rdm, Representation, Result};

/// A dissimilarity between patterns: reads an [`Rdm`] off a [`Representation`].
///
/// It looks at two patterns alone: the RDM of some conditions is a part of that of all. It states what it ignores, so that
/// a comparison of its RDMs derives what the pair ignores.
pub trait Dissimilarity: Send + Sync {
    /// The dissimilarity of every two conditions.
    ///
    /// # Errors
    /// `TooFewConditions` below two, `Degenerate` naming a condition whose pattern has no dissimilarity,
    /// `OutOfRange` if a dissimilarity overflows or vanishes.
    fn rdm(&self, x: &Representation) -> Result<Rdm>;

    /// Transformations of the features that leave every dissimilarity as it is.
    fn unchanged(&self) -> Invariances;

    /// Transformations that multiply all dissimilarities by one positive factor, or leave them as they are.
    fn rescaled(&self) -> Invariances;
}

impl<D: Dissimilarity + ?Sized> Dissimilarity for Box<D> {
    fn rdm(&self, x: &Representation) -> Result<Rdm> {
        (**self).rdm(x)
    }

    fn unchanged(&self) -> Invariances {
        (**self).unchanged()
    }

    fn rescaled(&self) -> Invariances {
        (**self).rescaled()
    }
}

/// Refuses conditions without pairs.
fn ensure_pairs(n_conditions: usize) -> Result<()> {
    match n_conditions {
        0 | 1 => Err(Error::too_few_conditions(2, n_conditions, "a dissimilarity is between two conditions")),
        _ => Ok(()),
    }
}

/// Refuses distances beyond the largest float.
fn ensure_in_range(values: &[f64]) -> Result<()> {
    match values.iter().all(|value| value.is_finite()) {
        true => Ok(()),
        false => Err(Error::out_of_range("a distance", "divide the features by their common scale first")),
    }
}
