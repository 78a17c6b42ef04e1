//! Estimators of RDMs from repeated measurements.

use crate::{Measurements, Observer, Rdm, Result};

/// Estimator of the dissimilarities of conditions from repeated, noisy measurements.
///
/// Noise makes every two patterns differ, so it biases a distance upward even after averaging. These estimators
/// multiply differences in one run with differences in another, whose noise is independent. Their estimates may be
/// negative.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::{Crossnobis, Estimator, Measurements};
///
/// let values = array![[0.0], [2.0], [1.0], [5.0]];
/// let measurements = Measurements::new(values, ["a", "b", "a", "b"])?.with_runs(["1", "1", "2", "2"])?;
/// let estimators: [Box<dyn Estimator>; 1] = [Box::new(Crossnobis::default())];
/// assert_eq!(estimators[0].rdm(&measurements)?.values(), [8.0]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
pub trait Estimator: Send + Sync {
    /// Estimates the dissimilarity of every two conditions.
    ///
    /// # Errors
    /// `TooFewConditions` for fewer than two conditions, `InvalidParameter` without run labels, `Degenerate` naming
    /// what the design lacks or the condition without dissimilarity, `OutOfRange` if an estimate overflows.
    fn rdm(&self, measurements: &Measurements) -> Result<Rdm>;

    /// Estimates like [`rdm`](Self::rdm), and stops if the observer cancels.
    ///
    /// Without an implementation of its own the method asks the observer once, before the work. The estimators of this
    /// crate ask between runs.
    ///
    /// # Errors
    /// The errors of [`rdm`](Self::rdm), and `Cancelled`.
    fn rdm_observed(&self, measurements: &Measurements, observer: &dyn Observer) -> Result<Rdm> {
        super::ensure_going(observer)?;
        self.rdm(measurements)
    }
}

impl<E: Estimator + ?Sized> Estimator for Box<E> {
    fn rdm(&self, measurements: &Measurements) -> Result<Rdm> {
        (**self).rdm(measurements)
    }

    fn rdm_observed(&self, measurements: &Measurements, observer: &dyn Observer) -> Result<Rdm> {
        (**self).rdm_observed(measurements, observer)
    }
}
