//! Cross-validated Mahalanobis distance (crossnobis).

mod balanced;
mod between_runs;
mod unbalanced;

use ndarray::{Array2, ArrayView2};

use super::rounded_patterns;
use crate::{
    Covariance, Error, Estimator, Measurements, Observer, Precision, Rdm, Result,
    measurements::{DesignCells, group_means},
};

/// Cross-validated squared Mahalanobis distance per feature, an unbiased estimate of the true distance.
///
/// # Formula
/// dᵢⱼ = mean over ordered pairs of different runs a ≠ b of (uᵢᵃ − uⱼᵃ)ᵀ S⁻¹ (uᵢᵇ − uⱼᵇ) / P. In a design in which
/// every condition has the same number of observations in every run, this equals [M²·D(ū) − Σ_f D(u^f)] / (M(M−1)),
/// with D the squared Mahalanobis distance per feature, and rsatoolbox's `calc_rdm`.
///
/// In any other design dᵢⱼ = sᵢᵢ + sⱼⱼ − 2sᵢⱼ, where sᵢⱼ is the mean of xᵀS⁻¹y/P over all pairs of an observation x of
/// condition i and an observation y of condition j from different runs (or pairs of run means, see [`PairWeighting`]).
/// This is rsatoolbox's `calc_rdm_unbalanced`. Where runs lack conditions, patterns far from 0 make the estimate noisy:
/// subtract a pattern known beforehand, such as a baseline.
///
/// With one covariance for each run, the product between two runs is weighted by the inverse of the average of their
/// covariances.
///
/// # Shapes
/// Observations × P with condition and run in, n(n−1)/2 dissimilarities out.
///
/// # Range
/// (−∞, ∞): an unbiased estimate of a distance of 0 is negative about half of the time.
///
/// # Invariances
/// Without noise weights, orthogonal maps leave it unchanged. A translation leaves it unchanged if every condition has
/// the same number of observations in every run.
///
/// # Cost
/// M + 1 triangular matrix products for M runs, n²PM operations; also one Cholesky decomposition for every pair of runs
/// if each run has its own covariance.
///
/// # Errors
/// As for every [`Estimator`]: `Degenerate` with a single run or naming a condition that is in one run only.
/// `ShapeMismatch` if the noise is of other features or there is not one covariance for every run, in which case every
/// run must have every condition; `Degenerate` if an average of two covariances is singular.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::{Crossnobis, Estimator, Measurements};
///
/// let values = array![[0.0, 0.0], [2.0, 1.0], [1.0, 0.0], [4.0, -2.0]];
/// let measurements = Measurements::new(values, ["a", "b", "a", "b"])?.with_runs(["1", "1", "2", "2"])?;
/// // (2·3 + 1·(−2)) / 2
/// assert_eq!(Crossnobis::default().rdm(&measurements)?.values(), [2.0]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Walther et al. 2016, NeuroImage, doi:10.1016/j.neuroimage.2015.12.012;
/// Diedrichsen et al. 2016, arXiv:1607.01371 (<https://arxiv.org/abs/1607.01371>).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Crossnobis {
    /// Noise that weights the differences.
    pub noise: RunNoise,
    /// Weighting of pairs in an unbalanced design.
    pub weighting: PairWeighting,
}

/// Noise by which a cross-validated distance is weighted.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum RunNoise {
    /// No noise weights: cross-validated squared Euclidean distance per feature.
    #[default]
    Identity,
    /// One precision for all runs.
    Shared(Precision),
    /// One covariance for the condition means of each run, in the order of the runs.
    PerRun(Vec<Covariance>),
}

/// Weighting of pairs in an unbalanced design; with one covariance for each run it is always [`Runs`](Self::Runs).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PairWeighting {
    /// Every pair of observations from different runs counts alike.
    #[default]
    Observations,
    /// Every pair of different runs that have the two conditions counts alike.
    Runs,
}

/// Estimates of all pairs times the number of features, and a bound on their rounding.
struct SummedEstimate {
    values: Vec<f64>,
    rounding: f64,
}

impl SummedEstimate {
    /// Adds to the rounding what follows from an error of the distances between the patterns `means`.
    fn with_errors(self, error: f64, means: &Array2<f64>) -> Self {
        // An error r of a distance d is an error 2dr of its square, and d is at most twice the longest pattern.
        let longest = means.rows().into_iter().map(|mean| mean.dot(&mean)).fold(0.0, f64::max).sqrt();
        Self { rounding: self.rounding + 2.0 * (2.0 * longest + error) * error, ..self }
    }
}

fn error_of_projected(x: &Measurements, precision: &Precision) -> Result<f64> {
    let project = |errors: ArrayView2<'_, f64>| precision.project(errors);
    rounded_patterns::error_of_projected_distances(x.values(), x.precision(), project)
}

impl Estimator for Crossnobis {
    fn rdm(&self, x: &Measurements) -> Result<Rdm> {
        self.rdm_observed(x, &())
    }

    fn rdm_observed(&self, x: &Measurements, observer: &dyn Observer) -> Result<Rdm> {
        super::ensure_pairs(x.n_conditions())?;
        let cells = x.cells()?;
        cells.ensure_two_runs(x)?;
        // With a large common offset, whitening and products would lose digits.
        let offset = group_means(x.values(), &vec![0; x.n_observations()], 1);
        let means = cells.means((&x.values() - &offset).view());
        let estimate = match &self.noise {
            RunNoise::Identity => {
                let error = rounded_patterns::error_of_distances(x.values(), x.precision());
                self.estimate(x, &cells, &means, &offset, observer)?.with_errors(error, &means)
            }
            RunNoise::Shared(precision) => {
                let (means, offset) = (precision.project(means.view())?, precision.project(offset.view())?);
                let error = error_of_projected(x, precision)?;
                self.estimate(x, &cells, &means, &offset, observer)?.with_errors(error, &means)
            }
            RunNoise::PerRun(covariances) => {
                cells.ensure_complete(x)?;
                let estimate = between_runs::estimate(&means, x.n_conditions(), covariances, observer)?;
                // The noise of two runs stands for all, because noise differs little between runs.
                let precision = covariances[0].average(&covariances[1])?.precision()?;
                estimate.with_errors(error_of_projected(x, &precision)?, &precision.project(means.view())?)
            }
        };
        let p = x.n_features() as f64;
        let values = Vec::from_iter(estimate.values.iter().map(|value| value / p));
        super::ensure_in_range(&values)?;
        Rdm::new(values)?.with_rounding(estimate.rounding / p)?.with_conditions(x.conditions().clone())
    }
}

impl Crossnobis {
    fn estimate(
        &self,
        x: &Measurements,
        cells: &DesignCells,
        means: &Array2<f64>,
        offset: &Array2<f64>,
        observer: &dyn Observer,
    ) -> Result<SummedEstimate> {
        let largest = means.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
        if largest > 0.0 && largest * largest < f64::MIN_POSITIVE {
            let remedy = "divide the features by their common scale first";
            return Err(Error::out_of_range("a cross-validated distance", remedy));
        }
        let n = x.n_conditions();
        let alike = match self.weighting {
            PairWeighting::Runs => true,
            PairWeighting::Observations => cells.list().windows(2).all(|two| two[0].count == two[1].count),
        };
        if alike && cells.are_complete(n) {
            return balanced::estimate(means, n, observer);
        }
        let weight = |count| if self.weighting == PairWeighting::Runs { 1.0 } else { count as f64 };
        let weights = Vec::from_iter(cells.list().iter().map(|cell| weight(cell.count)));
        unbalanced::estimate(x, cells.list(), &weights, means, offset, observer)
    }
}

#[cfg(test)]
mod tests;
