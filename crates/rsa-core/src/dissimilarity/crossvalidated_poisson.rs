//! Divergence of Poisson rates, cross-validated between runs.

use super::{contrasts, folds, rates::Rates};
use crate::{Estimator, Measurements, Observer, Rdm, Result, linalg};

/// Symmetrized Kullback–Leibler divergence of Poisson rates, with rates and logarithms from different runs.
///
/// # Formula
/// dᵢⱼ = mean over runs f of Σ (λᵢ − λⱼ)^(others) (ln λᵢ − ln λⱼ)^(f) / P, λ = (u + λ₀·w)/(1 + w), where `others` is the
/// mean over all observations of the other runs. rsatoolbox 0.3.2 returns the last run's term alone.
///
/// # Shapes
/// Observations × P with condition and run in, n(n−1)/2 dissimilarities out.
///
/// # Range
/// (−∞, ∞), in units of the rates. The estimate is 0 on average for equal rates. For different rates it is biased,
/// because the logarithm of a noisy rate is biased.
///
/// # Invariances
/// Ignores the order of features and their repetition.
///
/// # Cost
/// One matrix product for each of M runs, 2·n²PM operations.
///
/// # Errors
/// As for every [`Estimator`]; every run must have every condition. `Degenerate` naming condition and feature of a rate
/// λ ≤ 0; `InvalidParameter` for a prior rate that is not positive or a negative weight.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::{CrossvalidatedPoisson, Estimator, Measurements};
///
/// // The difference of rates is 2 in both runs; ln 3 is from the first run and ln 2 from the second.
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Schütt et al. 2023, eLife, doi:10.7554/eLife.82566.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CrossvalidatedPoisson {
    /// Rate λ₀ that the prior expects, above 0.
    pub prior_rate: f64,
    /// Weight w of the prior in observations, at least 0.
    pub prior_weight: f64,
}

/// A weak prior of rate 1.
impl Default for CrossvalidatedPoisson {
    fn default() -> Self {
        Self { prior_rate: 1.0, prior_weight: 0.1 }
    }
}

impl Estimator for CrossvalidatedPoisson {
    fn rdm(&self, x: &Measurements) -> Result<Rdm> {
        self.rdm_observed(x, &())
    }

    fn rdm_observed(&self, x: &Measurements, observer: &dyn Observer) -> Result<Rdm> {
        let folds = folds::leave_one_run_out(x, x.values())?;
        let scale = 1.0 / (folds.len() * x.n_features()) as f64;
        let rates = |means| Rates::new(means, x.conditions(), self.prior_rate, self.prior_weight);
        let mut products = ndarray::Array2::zeros((x.n_conditions(), x.n_conditions()));
        let mut error = 0.0;
        for fold in &folds {
            super::ensure_going(observer)?;
            let (train, test) = (rates(&fold.train)?, rates(&fold.test)?);
            error += (train.error(x.precision()) + test.error(x.precision())) * scale;
            products += &(linalg::product(train.differences.view(), test.logarithms.t())? * scale);
        }
        let values = contrasts::from_products(&products);
        super::ensure_in_range(&values)?;
        let rounding = contrasts::rounding(&products, x.n_features()) + error;
        Rdm::new(values)?.with_rounding(rounding)?.with_conditions(x.conditions().clone())
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    /// Values of the definition, summed pair by pair and run by run with NumPy 2.4.6.
    #[test]
    fn every_run_counts() {
        let counts = Array2::from_shape_fn((12, 5), |(i, j)| ((i * 7 + j * 5 + i * i * j) % 13) as f64 + 1.0);
        let measurements = Measurements::new(counts, (0..12).map(|i| ["a", "b", "c", "d"][i % 4])).unwrap();
        let measurements = measurements.with_runs((0..12).map(|i| (i / 4).to_string())).unwrap();
        let rdm = CrossvalidatedPoisson::default().rdm(&measurements).unwrap();
        let expected = [
            5.497758891339698,
            0.5908040225449827,
            2.198550212082606,
            2.2977069270590533,
            2.1347659081911026,
            0.4443332570986338,
        ];
        for (found, expected) in rdm.values().iter().zip(expected) {
            assert!((found - expected).abs() < 1e-13, "{found} != {expected}");
        }
    }
}
