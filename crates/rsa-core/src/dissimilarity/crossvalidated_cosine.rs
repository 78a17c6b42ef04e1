//! Cross-validated cosine distance.

use super::crossvalidated_similarity;
use crate::{Estimator, Measurements, Observer, Rdm, Result};

/// Cross-validated cosine distance: like [`Cosine`](crate::Cosine), with products between runs only.
///
/// # Formula
/// For every run, G = X_others·X_runᵀ of mean patterns; aᵢ = ‖x̄ᵢ‖² of the mean over all observations; vᵢ = max(Gᵢᵢ,
/// 0.1·aᵢ); rᵢⱼ = Gᵢⱼ / max(√(vᵢvⱼ), 0.25·mean a), made symmetric and clipped to [−1, 1]. dᵢⱼ = 1 − the mean of rᵢⱼ
/// over runs. The floors keep denominators away from 0 under noise.
///
/// # Shapes
/// Observations × P with condition and run in, n(n−1)/2 dissimilarities out.
///
/// # Range
/// [0, 2]. Cross-validation removes the bias of the patterns' lengths; floors and clipping leave some bias.
///
/// # Invariances
/// Ignores orthogonal maps and one factor for all observations.
///
/// # Cost
/// One matrix product for each of M runs, 2·n²PM operations.
///
/// # Errors
/// As for every [`Estimator`]; every run must have every condition. `Degenerate` naming a condition whose mean pattern
/// is all zero.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::{CrossvalidatedCosine, Estimator, Measurements};
///
/// let values = array![[1.0, 2.0], [-1.0, -2.0], [2.0, 4.0], [-2.0, -4.0]];
/// let measurements = Measurements::new(values, ["a", "b", "a", "b"])?.with_runs(["1", "1", "2", "2"])?;
/// assert!((CrossvalidatedCosine.rdm(&measurements)?.get(0, 1) - 2.0).abs() < 1e-15);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Guggenmos, Sterzer & Cichy 2018, NeuroImage, doi:10.1016/j.neuroimage.2018.02.044.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CrossvalidatedCosine;

impl Estimator for CrossvalidatedCosine {
    fn rdm(&self, x: &Measurements) -> Result<Rdm> {
        self.rdm_observed(x, &())
    }

    fn rdm_observed(&self, x: &Measurements, observer: &dyn Observer) -> Result<Rdm> {
        crossvalidated_similarity::distances(x, false, observer)
    }
}
