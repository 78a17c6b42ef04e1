//! Inverse of a noise covariance, stored as a factor.

use ndarray::{Array1, Array2, ArrayView2, Axis};

use super::{
    Covariance,
    covariance::{Entries, ensure_symmetric},
    low_rank::{LowRankCovariance, LowRankRoot},
    typical_errors::{root_mean_square, typical_errors},
};
use crate::{Error, Measurements, Representation, Result, linalg};

/// Precision S⁻¹ of the noise between features, the weights of Mahalanobis and crossnobis distances.
///
/// The inverse is never formed to compute distances: these use a Cholesky factor, or products with the residuals where
/// these are few, and [`whiten`](Self::whiten) uses the symmetric root.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::{Precision, Representation};
///
/// let precision = Precision::new(array![[4.0, 0.0], [0.0, 9.0]])?;
/// let whitened = precision.whiten(&Representation::new(array![[1.0, 1.0]])?)?;
/// assert!((whitened.values()[(0, 0)] - 2.0).abs() < 1e-14 && (whitened.values()[(0, 1)] - 3.0).abs() < 1e-14);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Precision(PrecisionFactor);

#[derive(Clone, Debug, PartialEq)]
enum PrecisionFactor {
    /// Standard deviations of independent noise.
    Deviations(Array1<f64>),
    /// Root of the inverse by products with the residuals.
    LowRank(LowRankRoot),
    /// L with S = LLᵀ.
    OfCovariance(Array2<f64>),
    /// L with S⁻¹ = LLᵀ.
    OfPrecision(Array2<f64>),
}

impl Precision {
    /// Builds a precision from the precision matrix itself, features × features.
    ///
    /// # Errors
    /// `ShapeMismatch` or `InvalidParameter` unless the matrix is square, symmetric and finite; `Degenerate` unless it
    /// is positive definite.
    pub fn new(matrix: Array2<f64>) -> Result<Self> {
        ensure_symmetric(matrix.view(), "noise precision")?;
        let lower = factorize(matrix.view(), "the noise precision", "give a positive definite precision")?;
        Ok(Self(PrecisionFactor::OfPrecision(lower)))
    }

    pub(super) fn of_covariance(covariance: &Covariance) -> Result<Self> {
        match &covariance.entries {
            Entries::Diagonal(variances) => {
                ensure_noise(variances.iter())?;
                Ok(Self(PrecisionFactor::Deviations(variances.mapv(f64::sqrt))))
            }
            Entries::LowRank(low_rank) => {
                ensure_noise(&low_rank.variances())?;
                Self::of_low_rank(low_rank, &describe(covariance))
            }
            Entries::Dense(matrix) => {
                ensure_noise(matrix.diag())?;
                let lower = factorize(matrix.view(), &describe(covariance), SHRINK)?;
                Ok(Self(PrecisionFactor::OfCovariance(lower)))
            }
        }
    }

    pub(super) fn of_low_rank(covariance: &LowRankCovariance, what: &str) -> Result<Self> {
        let root = covariance.root()?.ok_or_else(|| singular(what, SHRINK))?;
        Ok(Self(PrecisionFactor::LowRank(root)))
    }

    /// Number of features.
    pub fn n_features(&self) -> usize {
        match &self.0 {
            PrecisionFactor::Deviations(deviations) => deviations.len(),
            PrecisionFactor::LowRank(root) => root.n_features(),
            PrecisionFactor::OfCovariance(lower) | PrecisionFactor::OfPrecision(lower) => lower.nrows(),
        }
    }

    /// Computes the full matrix S⁻¹.
    ///
    /// # Errors
    /// `OutOfRange` if an entry overflows.
    pub fn matrix(&self) -> Result<Array2<f64>> {
        match &self.0 {
            PrecisionFactor::Deviations(deviations) => Ok(Array2::from_diag(&deviations.mapv(|sd| 1.0 / sd / sd))),
            PrecisionFactor::LowRank(root) => linalg::gram(root.project(Array2::eye(root.n_features()).view())?.view()),
            PrecisionFactor::OfCovariance(lower) => {
                linalg::gram(linalg::solve_lower(lower.view(), Array2::eye(lower.nrows()).view())?.t())
            }
            PrecisionFactor::OfPrecision(lower) => linalg::gram(lower.view()),
        }
    }

    /// Multiplies every pattern by the symmetric root S^−½ (multivariate noise normalization).
    ///
    /// Of all roots, the symmetric one keeps each whitened feature closest to the original feature and does not depend
    /// on the order of the features, so correlation distances of the result are meaningful. It takes one
    /// eigendecomposition, of order P³, unless the noise is independent.
    ///
    /// # Errors
    /// `ShapeMismatch` for other features, `OutOfRange` if a value overflows, `NotConverged`.
    pub fn whiten(&self, x: &Representation) -> Result<Representation> {
        self.ensure_features(x.n_features())?;
        let (values, precision) = self.whitened(x.values(), x.precision())?;
        Representation::new(values)?.with_precision(precision)?.with_conditions(x.conditions().clone())
    }

    /// Multiplies every observation by the symmetric root S^−½, as [`whiten`](Self::whiten) does with patterns.
    ///
    /// # Errors
    /// See [`whiten`](Self::whiten).
    pub fn whiten_measurements(&self, x: &Measurements) -> Result<Measurements> {
        self.ensure_features(x.n_features())?;
        let (values, precision) = self.whitened(x.values(), x.precision())?;
        x.with_values(values)?.with_precision(precision)
    }

    /// Computes X·S^−½, and the relative spacing of its numbers from the spacing `precision` of those of X.
    ///
    /// Rounding errors are whitened as the patterns are. A large value that all patterns share may vanish, and its
    /// rounding errors stay.
    fn whitened(&self, x: ArrayView2<'_, f64>, precision: f64) -> Result<(Array2<f64>, f64)> {
        /// Numbers of which nothing but the sign is known.
        const COARSEST: f64 = 0.5;
        let errors = typical_errors(x);
        let [whitened, errors] = self.times_root([x.view(), errors.view()])?;
        let (before, after) = (root_mean_square(errors.view()), root_mean_square(whitened.view()));
        let stretched = if after > 0.0 { precision * (before / after) } else { precision };
        Ok((whitened, stretched.clamp(precision, COARSEST.max(precision))))
    }

    /// Computes Z with ZZᵀ = X·S⁻¹·Xᵀ, using whichever root of S⁻¹ is stored.
    ///
    /// # Errors
    /// `ShapeMismatch` for other features, `OutOfRange` if a value overflows.
    pub fn project(&self, x: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
        self.ensure_features(x.ncols())?;
        match &self.0 {
            PrecisionFactor::Deviations(deviations) => ensure_in_range(&x / deviations),
            PrecisionFactor::LowRank(root) => root.project(x),
            PrecisionFactor::OfCovariance(lower) => {
                Ok(linalg::solve_lower(lower.view(), x.reversed_axes())?.reversed_axes())
            }
            PrecisionFactor::OfPrecision(lower) => linalg::product(x, lower.view()),
        }
    }

    /// Computes X·S^−½ for two matrices X.
    fn times_root(&self, [x, other]: [ArrayView2<'_, f64>; 2]) -> Result<[Array2<f64>; 2]> {
        let whole;
        let (lower, power) = match &self.0 {
            PrecisionFactor::Deviations(_) => return Ok([self.project(x)?, self.project(other)?]),
            PrecisionFactor::LowRank(root) if root.is_symmetric() => {
                return Ok([self.project(x)?, self.project(other)?]);
            }
            PrecisionFactor::LowRank(root) => {
                whole = root.project(Array2::eye(root.n_features()).view())?;
                (&whole, 0.5)
            }
            PrecisionFactor::OfCovariance(lower) => (lower, -0.5),
            PrecisionFactor::OfPrecision(lower) => (lower, 0.5),
        };
        // The left singular vectors of L and the squares of its singular values are the eigenpairs of LLᵀ.
        let (vectors, sigma) = linalg::left_singular_vectors(lower.view())?;
        let weights = Array1::from_vec(sigma).mapv(|sigma| sigma.powf(2.0 * power));
        let times_root = |x: ArrayView2<'_, f64>| {
            let scores = linalg::product(x, vectors.view())? * &weights;
            linalg::product(scores.view(), vectors.t())
        };
        Ok([times_root(x)?, times_root(other)?])
    }

    fn ensure_features(&self, found: usize) -> Result<()> {
        match found == self.n_features() {
            true => Ok(()),
            false => Err(Error::shape_mismatch(format!(
                "patterns have {found} features and the noise precision has {}; estimate the noise from the same features",
                self.n_features()
            ))),
        }
    }
}

fn ensure_in_range(whitened: Array2<f64>) -> Result<Array2<f64>> {
    match whitened.iter().all(|value| value.is_finite()) {
        true => Ok(whitened),
        false => Err(Error::out_of_range("a whitened value", "divide the features by their common scale first")),
    }
}

fn ensure_noise<'a>(variances: impl IntoIterator<Item = &'a f64>) -> Result<()> {
    match variances.into_iter().position(|&variance| variance <= 0.0) {
        None => Ok(()),
        Some(feature) => Err(Error::degenerate(
            format!("feature {feature} (counted from 0) has no noise variance, so its precision is infinite"),
            "drop that feature",
        )),
    }
}

/// Remedy for an estimated covariance without an inverse.
const SHRINK: &str = "estimate it with shrinkage-diagonal or shrinkage-identity, or use diagonal";

fn describe(covariance: &Covariance) -> String {
    let n_features = covariance.n_features();
    match covariance.degrees_of_freedom() {
        Some(dof) => format!("the noise covariance of {n_features} features from {dof} degrees of freedom"),
        None => format!("the noise covariance of {n_features} features"),
    }
}

fn singular(what: &str, remedy: &str) -> Error {
    Error::degenerate(format!("{what} is singular: some features are linear combinations of others"), remedy)
}

/// Computes the Cholesky factor of a matrix, refusing one that is singular up to rounding.
fn factorize(matrix: ArrayView2<'_, f64>, what: &str, remedy: &str) -> Result<Array2<f64>> {
    let singular = || singular(what, remedy);
    // Scaled to correlations, so that one tolerance suits features of any scale.
    let deviations = matrix.diag().mapv(f64::sqrt);
    if !deviations.iter().all(|&sd| sd > 0.0) {
        return Err(singular());
    }
    let correlations = &matrix / &deviations / deviations.view().insert_axis(Axis(1));
    let mut lower = linalg::cholesky(correlations.view()).map_err(|_| singular())?;
    let rounding = 16.0 * matrix.nrows() as f64 * f64::EPSILON;
    if lower.diag().iter().any(|&pivot| pivot * pivot <= rounding) {
        return Err(singular());
    }
    for (mut row, sd) in lower.rows_mut().into_iter().zip(&deviations) {
        row *= *sd;
    }
    Ok(lower)
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::CovarianceEstimator;

    #[test]
    fn the_precision_of_correlated_noise_is_the_inverse() {
        // The inverse of [[2, 1], [1, 1]] is [[1, -1], [-1, 2]].
        let covariance = Covariance::new(array![[2.0, 1.0], [1.0, 1.0]]).unwrap();
        let inverse = array![[1.0, -1.0], [-1.0, 2.0]];
        let close = |found: Array2<f64>, wanted: &Array2<f64>| (&found - wanted).iter().all(|d| d.abs() < 1e-13);
        let precision = covariance.precision().unwrap();
        assert!(close(precision.matrix().unwrap(), &inverse));
        let given = Precision::new(inverse.clone()).unwrap();
        assert!(close(given.matrix().unwrap(), &inverse));
        let x = array![[1.0, 2.0], [3.0, -1.0], [0.5, 0.0]];
        let quadratic = x.dot(&inverse).dot(&x.t());
        for precision in [precision, given] {
            assert!(close(linalg::gram(precision.project(x.view()).unwrap().view()).unwrap(), &quadratic));
            let whitened = precision.whiten(&Representation::new(x.clone()).unwrap()).unwrap();
            let found = linalg::gram(whitened.values()).unwrap();
            assert!(close(found.clone(), &quadratic), "{found} {quadratic}");
            let root = precision.whiten(&Representation::new(Array2::eye(2)).unwrap()).unwrap();
            assert!((root.values()[(0, 1)] - root.values()[(1, 0)]).abs() < 1e-15, "the root is symmetric");
        }
    }

    #[test]
    fn a_singular_covariance_is_an_error_that_names_the_remedy() {
        let residuals = Array2::from_shape_fn((4, 6), |(i, j)| ((i * 5 + j * j) as f64).sin());
        let error =
            CovarianceEstimator::Full.estimate_from_residuals(residuals.view(), 4.0).unwrap().precision().unwrap_err();
        assert_eq!(error.kind().name(), "Degenerate");
        let expected = "the noise covariance of 6 features from 4 degrees of freedom is singular: some features are \
                        linear combinations of others; estimate it with shrinkage-diagonal or shrinkage-identity, or \
                        use diagonal";
        assert_eq!(error.to_string(), expected);
        let shrunk = CovarianceEstimator::ShrinkageIdentity.estimate_from_residuals(residuals.view(), 4.0).unwrap();
        assert!(shrunk.precision().is_ok());
        assert!(Precision::new(array![[1.0, 2.0], [2.0, 1.0]]).is_err());
    }

    #[test]
    fn a_dead_feature_is_named_and_features_of_very_different_scale_are_not_singular() {
        for estimator in [CovarianceEstimator::Diagonal, CovarianceEstimator::ShrinkageDiagonal] {
            let residuals = array![[1.0, 0.0, 2.0], [-1.0, 0.0, 1.0], [0.5, 0.0, -3.0]];
            let error = estimator.estimate_from_residuals(residuals.view(), 2.0).unwrap().precision().unwrap_err();
            assert!(error.to_string().starts_with("feature 1 (counted from 0) has no noise variance"), "{error}");
        }
        let precision = Covariance::new(array![[1e12, 0.5], [0.5, 1e-12]]).unwrap().precision().unwrap();
        assert!((precision.matrix().unwrap()[(1, 1)] * 1e-12 * 0.75 - 1.0).abs() < 1e-12);
    }
}
