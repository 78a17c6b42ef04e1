//! [`Regression`]: the combination of model RDMs nearest to a data RDM.

mod commonality;
mod least_squares;
mod non_negative;

use rsa_core::{Error, Rdm, Result, linalg::dot};

pub use self::commonality::{CommonalityAnalysis, ExplainedVariance};
pub(crate) use self::{
    least_squares::{Combinations, LeastSquares},
    non_negative::solve as non_negative_weights,
};
use crate::{
    comparison::{
        embedded::{CenteredValues, EmbeddingKind},
        joint,
    },
    ranks::SortedValues,
    whitening::IndependentNoise,
};

/// Linear regression of a data RDM on several model RDMs.
///
/// # Formula
/// The w that minimises ‖y − Σ wₖxₖ‖² over the pairs present in all RDMs. With an intercept a constant may be added to
/// the combination, by taking the means off all RDMs first; whitened, the norm is rᵀV⁻¹r of
/// [`WhitenedCosine`](crate::WhitenedCosine).
///
/// # Cost
/// For g models and L = n(n−1)/2 pairs O(L·g²), and O(g⁴) or so for weights that are not negative; whitening missing
/// pairs adds O(n³).
///
/// # Errors
/// `TooFewConditions` below three, `Degenerate` naming the model that is zero (with an intercept: constant) or a
/// combination of those before it, mismatched conditions, `OutOfRange` if a weight exceeds the range of `f64`,
/// `NotConverged` if rounding errors keep the search for weights that are not negative from ending.
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_stats::Regression;
///
/// let models = [Rdm::new(vec![1.0, 0.0, 0.0])?, Rdm::new(vec![1.0, 1.0, 0.0])?];
/// // 3·(1, 0, 0) - 1·(1, 1, 0); without negative weights the second model is left out, and 2 is the first entry.
/// let data = Rdm::new(vec![2.0, -1.0, 5.0])?;
/// let close = |found: Vec<f64>, expected: [f64; 2]| found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-14);
/// assert!(close(Regression::free().weights(&models, &data)?, [3.0, -1.0]));
/// assert!(close(Regression::non_negative().weights(&models, &data)?, [2.0, 0.0]));
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Lawson & Hanson 1974, Solving Least Squares Problems, doi:10.1137/1.9781611971217; Khaligh-Razavi & Kriegeskorte
/// 2014, PLoS Computational Biology, doi:10.1371/journal.pcbi.1003915.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Regression {
    /// Keep the weights from being negative.
    pub non_negative: bool,
    /// Subtract the mean of every RDM before fitting, as a Pearson correlation does.
    pub intercept: bool,
    /// Whiten by the covariance of the errors of dissimilarities before fitting, as a whitened comparison does.
    pub whitened: bool,
}

/// An RDM as a column of the regression.
struct RegressionColumn {
    /// Values of unit length.
    values: Vec<f64>,
    /// The power of two by which the dissimilarities were divided first; `length` is the second divisor.
    scale: f64,
    length: f64,
    /// Largest length in `values` that may be rounding.
    rounding: f64,
}

impl Regression {
    /// Returns the regression with weights of any sign and without an intercept.
    pub fn free() -> Self {
        Self { non_negative: false, intercept: false, whitened: false }
    }

    /// Returns the regression without negative weights and without an intercept.
    pub fn non_negative() -> Self {
        Self { non_negative: true, ..Self::free() }
    }

    /// Returns one weight for each of `models`.
    ///
    /// # Errors
    /// See the type.
    pub fn weights(&self, models: &[Rdm], data: &Rdm) -> Result<Vec<f64>> {
        joint::ensure_comparable(data).map_err(|error| error.context("data RDM"))?;
        let others: Vec<&Rdm> = models.iter().collect();
        let pairs = joint::weights_with(data, &others, None)?;
        let embedding = EmbeddingKind { ranks: false, centered: self.intercept, whitened: self.whitened, unit: true };
        let noise = embedding.noise(data, pairs.as_deref(), None)?;
        let column = |rdm: &Rdm, name: &dyn Fn() -> String| {
            RegressionColumn::new(embedding, rdm, pairs.as_deref(), noise.as_ref())
                .map_err(|error| error.context(name()))
        };
        let y = column(data, &|| "data RDM".into())?;
        let columns: Vec<RegressionColumn> = models
            .iter()
            .enumerate()
            .map(|(k, model)| column(model, &|| format!("model RDM {k}")))
            .collect::<Result<_>>()?;
        let problem = LeastSquares::new(&columns.iter().map(|x| x.values.as_slice()).collect::<Vec<_>>(), &y.values)?;
        if let Some(k) = (0..columns.len()).find(|&k| problem.independent_length(k) <= columns[k].rounding) {
            return Err(Error::degenerate(
                format!("model RDM {k} is a combination of those before it on the pairs compared"),
                "their weights could be anything; leave it out",
            ));
        }
        let unit = if self.non_negative { non_negative_weights(&problem)? } else { problem.solve() };
        unit.iter().zip(&columns).map(|(&weight, x)| y.per(x, weight)).collect()
    }
}

impl RegressionColumn {
    fn new(
        embedding: EmbeddingKind,
        rdm: &Rdm,
        weights: Option<&[f64]>,
        noise: Option<&IndependentNoise>,
    ) -> Result<Self> {
        let sorted = embedding.ranks.then(|| SortedValues::new(rdm.values(), rdm.rounding()));
        let CenteredValues { mut values, scale, .. } = embedding.weighted(rdm, sorted.as_ref(), weights, noise)?;
        let length = dot(&values, &values).sqrt();
        if length == 0.0 {
            return Err(joint::constant("zero"));
        }
        values.iter_mut().for_each(|value| *value /= length);
        let entries = if embedding.ranks { 0.0 } else { rdm.rounding() / scale }.max(f64::EPSILON);
        // Whitening shortens the part that all pairs share, but not their rounding errors.
        let rounding = (values.len() as f64).sqrt() * entries / length;
        Ok(Self { values, length, scale, rounding })
    }

    /// Converts the weight of column `x` into a weight of its dissimilarities.
    fn per(&self, x: &Self, weight: f64) -> Result<f64> {
        // Ratios of powers of two are exact, unless they leave the range.
        let scaled = weight * (self.length / x.length) * (self.scale / x.scale);
        match scaled.is_finite() && (scaled == 0.0) == (weight == 0.0) {
            true => Ok(scaled),
            false => Err(Error::out_of_range("a regression weight", "bring the RDMs to similar units first")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: [f64; 10] = [1.0, 2.0, 2.0, 4.0, 5.0, 3.0, 2.5, 6.0, 1.5, 4.0];
    const B: [f64; 10] = [2.0, 1.0, 3.0, 3.0, 6.0, 4.0, 2.0, 5.0, 1.0, 3.5];
    const C: [f64; 10] = [1.0, 0.0, 2.0, 1.0, 1.0, 3.0, 2.0, 2.0, 1.0, 0.5];
    const D: [f64; 10] = [2.0, 1.0, 1.0, 4.0, 5.0, 2.0, 3.0, 6.0, 2.0, 5.0];

    fn rdm(values: &[f64]) -> Rdm {
        Rdm::new(values.to_vec()).unwrap()
    }

    #[track_caller]
    fn check(found: &Result<Vec<f64>>, expected: &[f64], factor: f64) {
        for (found, expected) in found.as_ref().unwrap().iter().zip(expected) {
            assert!((found - factor * expected).abs() < 1e-13 * factor, "{found} and {expected}");
        }
    }

    /// Expected values by NumPy 2.4.6 `linalg.lstsq` and SciPy 1.17.1 `optimize.nnls`.
    ///
    /// Whitened: after multiplying with the Cholesky factor of the inverse of V, written out. Missing: without pairs 3
    /// and 7.
    #[test]
    fn numpy_and_scipy_agree_in_any_unit() {
        let cases: [([bool; 3], [f64; 3], f64); 8] = [
            ([false, false, false], [1.09608363119259, -0.023425189284752596, -0.20229447711287915], 1.0),
            ([false, false, true], [1.0321983417853982, -0.014368510021734178, -0.28290268051195333], 1.0),
            ([false, true, false], [1.0324277128255437, 0.05173879876911894, -0.31045189419940283], 1.00791974656811),
            ([false, true, true], [0.9887053111989769, 0.042532749420861236, -0.3964256836710639], 1.016077170418006),
            ([true, false, false], [1.153586090316349, -0.06834098043950768, -0.19681236416324555], 1.0),
            ([true, false, true], [0.9936822154364556, 0.004369800989785254, -0.31141413077814206], 1.0),
            ([true, true, false], [0.892974686693632, 0.17341854034419202, -0.37350099874179843], 0.9934995863373123),
            ([true, true, true], [0.5670852669706454, 0.3196667754651411, -0.6304645494045475], 0.9920244122338582),
        ];
        for ([missing, whitened, intercept], free, non_negative) in cases {
            let (mut a, mut c) = (A, C);
            if missing {
                (a[3], c[7]) = (f64::NAN, f64::NAN);
            }
            let models = [rdm(&a), rdm(&B), rdm(&c)];
            for factor in [1.0, 1000.0, 1e-200] {
                let data = rdm(&D.map(|value| value * factor));
                let fit = |regression| Regression { intercept, whitened, ..regression }.weights(&models, &data);
                check(&fit(Regression::free()), &free, factor);
                check(&fit(Regression::non_negative()), &[non_negative, 0.0, 0.0], factor);
            }
        }
    }

    #[test]
    fn models_without_a_weight_of_their_own_are_named() {
        let refused = |regression: Regression, models: &[&[f64]]| {
            let models: Vec<Rdm> = models.iter().map(|values| rdm(values)).collect();
            let error = regression.weights(&models, &rdm(&D)).unwrap_err();
            assert_eq!(error.kind().name(), "Degenerate");
            error.to_string()
        };
        let sum: [f64; 10] = std::array::from_fn(|k| 0.1 * A[k] + 0.7 * B[k]);
        for regression in [Regression::free(), Regression::non_negative()] {
            for whitened in [false, true] {
                let regression = Regression { whitened, ..regression };
                assert!(refused(regression, &[&A, &B, &sum]).starts_with("model RDM 2 is a combination"));
                assert!(refused(regression, &[&A, &[0.0; 10]]).starts_with("model RDM 1: "));
                let centered = Regression { intercept: true, ..regression };
                assert!(refused(centered, &[&[3.0; 10], &B]).starts_with("model RDM 0: "));
                let shifted = A.map(|value| 0.3 * value + 1.7);
                assert!(refused(centered, &[&A, &shifted]).starts_with("model RDM 1 is a combination"));
            }
        }
        let many: Vec<Rdm> = (0..4).map(|k| rdm(&[1.0, f64::from(k), f64::from(k * k)])).collect();
        let error = Regression::free().weights(&many, &rdm(&[1.0, 2.0, 5.0])).unwrap_err();
        assert!(error.to_string().starts_with("model RDM 3 is a combination"), "{error}");
        let error = Regression::free().weights(&[rdm(&A)], &rdm(&[0.0; 10])).unwrap_err();
        assert!(error.to_string().starts_with("data RDM: "), "{error}");
        assert_eq!(Regression::free().weights(&[], &rdm(&A)).unwrap(), [0.0; 0]);
    }
}
