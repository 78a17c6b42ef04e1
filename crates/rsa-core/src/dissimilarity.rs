//! Dissimilarities of patterns, and estimators of dissimilarities from repeated measurements.

mod contrasts;
mod crossvalidated_similarity;
mod folds;
mod rates;
mod rounded_patterns;
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

use crate::{Error, Invariances, Observer, Rdm, Representation, Result};

/// Dissimilarity between patterns, which turns a [`Representation`] into an [`Rdm`].
///
/// The dissimilarity of two conditions depends on their two patterns alone, so the RDM of some conditions is a part of
/// the RDM of all. The trait states the transformations that a dissimilarity ignores; a comparison of RDMs derives from
/// them the transformations that the whole measure ignores.
pub trait Dissimilarity: Send + Sync {
    /// Computes the dissimilarity of every two conditions.
    ///
    /// # Errors
    /// `TooFewConditions` for fewer than two conditions, `Degenerate` naming a condition whose pattern has no
    /// dissimilarity, `OutOfRange` if a dissimilarity overflows or vanishes.
    fn rdm(&self, x: &Representation) -> Result<Rdm>;

    /// Computes like [`rdm`](Self::rdm), and stops if the observer cancels.
    ///
    /// Without an implementation of its own the method asks the observer once, before the work. The dissimilarities of
    /// this crate ask between blocks of pairs.
    ///
    /// # Errors
    /// The errors of [`rdm`](Self::rdm), and `Cancelled`.
    fn rdm_observed(&self, x: &Representation, observer: &dyn Observer) -> Result<Rdm> {
        ensure_going(observer)?;
        self.rdm(x)
    }

    /// Transformations of the features that leave every dissimilarity unchanged.
    fn unchanged(&self) -> Invariances;

    /// Transformations that leave all dissimilarities unchanged or multiply all by one positive factor.
    fn rescaled(&self) -> Invariances;
}

impl<D: Dissimilarity + ?Sized> Dissimilarity for Box<D> {
    fn rdm(&self, x: &Representation) -> Result<Rdm> {
        (**self).rdm(x)
    }

    fn rdm_observed(&self, x: &Representation, observer: &dyn Observer) -> Result<Rdm> {
        (**self).rdm_observed(x, observer)
    }

    fn unchanged(&self) -> Invariances {
        (**self).unchanged()
    }

    fn rescaled(&self) -> Invariances {
        (**self).rescaled()
    }
}

/// Returns an error if the observer cancels.
fn ensure_going(observer: &dyn Observer) -> Result<()> {
    observer.ensure_going("the computation of dissimilarities")
}

/// Refuses fewer than two conditions.
fn ensure_pairs(n_conditions: usize) -> Result<()> {
    match n_conditions {
        0 | 1 => Err(Error::too_few_conditions(2, n_conditions, "a dissimilarity needs a pair of conditions")),
        _ => Ok(()),
    }
}

/// Refuses distances that overflow.
fn ensure_in_range(values: &[f64]) -> Result<()> {
    match values.iter().all(|value| value.is_finite()) {
        true => Ok(()),
        false => Err(Error::out_of_range("a distance", "divide the features by their common scale first")),
    }
}

#[cfg(test)]
mod cancelling;
