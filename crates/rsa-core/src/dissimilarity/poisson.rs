//! Divergence of the firing rates of Poisson neurons.

use super::{contrasts, rates::Rates};
use crate::{Dissimilarity, Invariances, Observer, Rdm, Representation, Result, condensed, linalg};

/// Symmetrized Kullback–Leibler divergence between Poisson distributions, per feature.
///
/// Each value is a firing rate, or a mean count; a gamma prior keeps rates from being 0.
///
/// # Formula
/// dᵢⱼ = Σ_f (λᵢ − λⱼ)(ln λᵢ − ln λⱼ) / P, λ = (u + λ₀·w)/(1 + w), λ₀ the rate and w the weight of the prior.
///
/// # Shapes
/// n × P in, n(n−1)/2 dissimilarities out.
///
/// # Range
/// [0, ∞), in units of the rates; exactly 0 for equal patterns.
///
/// # Invariances
/// Ignores the order of features and their duplication. Zero padding rescales it if there is a prior; a scaling
/// rescales it if there is none.
///
/// # Cost
/// One matrix product, 2·n²P operations, and nP logarithms. Pairs that are much closer to each other than to the mean
/// pattern are summed directly.
///
/// # Errors
/// `TooFewConditions` below two; `Degenerate` naming condition and feature of a rate λ ≤ 0; `InvalidParameter` for a
/// prior rate that is not positive or a negative weight; `OutOfRange` if a sum overflows.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::{Dissimilarity, Poisson, Representation};
///
/// let x = Representation::new(array![[1.0], [3.0]])?;
/// let rdm = Poisson { prior_rate: 1.0, prior_weight: 0.0 }.rdm(&x)?;
/// assert!((rdm.get(0, 1) - 2.0 * 3f64.ln()).abs() < 1e-15);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Schütt et al. 2023, eLife, doi:10.7554/eLife.82566.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Poisson {
    /// Rate λ₀ that the prior expects, above 0.
    pub prior_rate: f64,
    /// Weight w of the prior in observations, at least 0.
    pub prior_weight: f64,
}

/// A weak prior of rate 1.
impl Default for Poisson {
    fn default() -> Self {
        Self { prior_rate: 1.0, prior_weight: 0.1 }
    }
}

/// Share of the divergences from the mean pattern below which a divergence is summed directly, because the matrix
/// product has lost two digits.
const CANCELLED: f64 = 1e-2;

impl Dissimilarity for Poisson {
    fn rdm(&self, x: &Representation) -> Result<Rdm> {
        self.rdm_observed(x, &())
    }

    fn rdm_observed(&self, x: &Representation, observer: &dyn Observer) -> Result<Rdm> {
        super::ensure_pairs(x.n_conditions())?;
        let (n, p) = (x.n_conditions(), x.n_features());
        super::ensure_going(observer)?;
        let rates = Rates::new(&x.values().to_owned(), x.conditions(), self.prior_rate, self.prior_weight)?;
        super::ensure_going(observer)?;
        let products = linalg::product(rates.differences.view(), rates.logarithms.t())?;
        let mut values = contrasts::from_products(&products);
        for (value, (i, j)) in values.iter_mut().zip(condensed::pairs(n)) {
            if j == i + 1 {
                super::ensure_going(observer)?;
            }
            if *value <= CANCELLED * (products[(i, i)] + products[(j, j)]) {
                *value = rates.divergence(i, j);
            }
            *value /= p as f64;
        }
        super::ensure_in_range(&values)?;
        let rounding = (contrasts::rounding(&products, p) + rates.error(x.precision())) / p as f64;
        Rdm::new(values)?.with_rounding(rounding)?.with_conditions(x.conditions().clone())
    }

    fn unchanged(&self) -> Invariances {
        Invariances::PERMUTATION | Invariances::DUPLICATION
    }

    fn rescaled(&self) -> Invariances {
        let prior = if self.prior_weight > 0.0 { Invariances::ZERO_PADDING } else { Invariances::SCALING };
        self.unchanged() | prior
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;
    use crate::Measurements;

    /// rsatoolbox 0.3.2: `calc_rdm(…, 'poisson')` of four condition means over three repeats.
    #[test]
    fn as_rsatoolbox() {
        let counts = Array2::from_shape_fn((12, 5), |(i, j)| ((i * 7 + j * 5 + i * i * j) % 13) as f64 + 1.0);
        let repeats = Measurements::new(counts, (0..12).map(|i| ["a", "b", "c", "d"][i % 4])).unwrap();
        let check = |poisson: Poisson, expected: [f64; 6]| {
            let rdm = poisson.rdm(&repeats.means().unwrap()).unwrap();
            for (found, expected) in rdm.values().iter().zip(expected) {
                assert!((found - expected).abs() < 1e-13 * expected, "{found} != {expected}");
            }
        };
        let expected = [
            5.281348287424168,
            1.1764548572831957,
            2.73298017355188,
            2.5563661406609626,
            2.4367864845206784,
            1.6034423906062387,
        ];
        check(Poisson::default(), expected);
        let expected = [
            3.31876343377521,
            0.7325944043209205,
            1.725932816856337,
            1.6309185470266783,
            1.5542291101234895,
            1.0386858380265054,
        ];
        check(Poisson { prior_rate: 2.0, prior_weight: 0.5 }, expected);
    }

    #[test]
    fn small_differences_of_large_rates_keep_their_digits() {
        let x = Representation::new(array![[1e6, 1e6], [1e6 + 1e-3, 1e6], [0.5, 1e6], [1e6, 1e6]]).unwrap();
        let rdm = Poisson { prior_rate: 1.0, prior_weight: 0.0 }.rdm(&x).unwrap();
        let difference = (1e6 + 1e-3) - 1e6;
        let expected = difference * (difference / 1e6) / 2.0;
        assert!((rdm.get(0, 1) / expected - 1.0).abs() < 1e-8, "{}", rdm.get(0, 1) / expected);
        assert_eq!(rdm.get(0, 3), 0.0);
    }

    #[test]
    fn a_rate_that_is_not_positive_is_named() {
        let x = Representation::new(array![[1.0, 2.0], [1.0, -3.0]]).unwrap().labeled(["cat", "dog"]).unwrap();
        let error = Poisson::default().rdm(&x).unwrap_err();
        assert!(
            error.to_string().starts_with("the Poisson rate of condition 'dog', feature 1 (counted from 0), is -2.6"),
            "{error}"
        );
        for (prior_rate, prior_weight) in [(0.0, 0.1), (1.0, -0.1), (f64::NAN, 0.1), (1.0, f64::INFINITY)] {
            let error = Poisson { prior_rate, prior_weight }.rdm(&x).unwrap_err();
            assert_eq!(error.kind().name(), "InvalidParameter");
        }
    }
}
