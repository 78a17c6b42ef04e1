//! Covariances of more features than observations: a diagonal and products of the residuals, without a P × P matrix.

use ndarray::{Array1, Array2, ArrayView2, Axis, concatenate};

use crate::{Error, Result, linalg};

/// Covariance S = diag(d) + WᵀW, with W of fewer rows than columns.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LowRankCovariance {
    /// d, one for each feature.
    pub(super) diagonal: Array1<f64>,
    /// W, residuals × features.
    pub(super) factor: Array2<f64>,
}

/// Root of the inverse of such a covariance, from which the inverse follows by Woodbury's identity.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LowRankRoot {
    /// √d.
    deviations: Array1<f64>,
    /// B with (I + VᵀV)^−½ = I − BᵀB, where V = W·diag(d)^−½.
    reduction: Array2<f64>,
}

impl LowRankCovariance {
    /// Returns the variance of every feature.
    pub(super) fn variances(&self) -> Array1<f64> {
        let of_factor = self.factor.map_axis(Axis(0), |column| column.fold(0.0, |sum, w| sum + w * w));
        &self.diagonal + &of_factor
    }

    pub(super) fn matrix(&self) -> Array2<f64> {
        Array2::from_diag(&self.diagonal) + self.factor.t().dot(&self.factor)
    }

    /// Computes the average of two covariances of as many features.
    pub(super) fn average(&self, other: &Self) -> Self {
        let factor = concatenate![Axis(0), self.factor, other.factor] * 0.5_f64.sqrt();
        Self { diagonal: (&self.diagonal + &other.diagonal) / 2.0, factor }
    }

    /// Computes the root of the inverse, or returns `None` if the covariance is singular up to rounding.
    pub(super) fn root(&self) -> Result<Option<LowRankRoot>> {
        // No eigenvalue of the correlations is below the least share of d in a variance.
        let rounding = 16.0 * self.diagonal.len() as f64 * f64::EPSILON;
        if self.diagonal.iter().zip(&self.variances()).any(|(d, variance)| *d <= rounding * variance) {
            return Ok(None);
        }
        let deviations = self.diagonal.mapv(f64::sqrt);
        let scaled = &self.factor / &deviations;
        let eigen = linalg::eigh(linalg::gram(scaled.view())?.view())?;
        // (1 − 1/√(1 + μ))/μ, without its cancellation for a small μ.
        let weight = |mu: &f64| {
            let root = (1.0 + mu.max(0.0)).sqrt();
            (1.0 / (root * (1.0 + root))).sqrt()
        };
        let weights = Array1::from_iter(eigen.values.iter().map(weight));
        let reduction = linalg::product((eigen.vectors * &weights).t(), scaled.view())?;
        Ok(Some(LowRankRoot { deviations, reduction }))
    }
}

impl LowRankRoot {
    pub(super) fn n_features(&self) -> usize {
        self.deviations.len()
    }

    /// Returns `true` if the root is symmetric: d is the same for all features.
    pub(super) fn is_symmetric(&self) -> bool {
        self.deviations.iter().all(|sd| *sd == self.deviations[0])
    }

    /// Computes Z with ZZᵀ = X·S⁻¹·Xᵀ.
    pub(super) fn project(&self, x: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
        let scaled = &x / &self.deviations;
        let along = linalg::product(scaled.view(), self.reduction.t())?;
        let whitened = &scaled - &linalg::product(along.view(), self.reduction.view())?;
        match whitened.iter().all(|value| value.is_finite()) {
            true => Ok(whitened),
            false => Err(Error::out_of_range("a whitened value", "divide the features by their common scale first")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Covariance, CovarianceEstimator, Precision, Representation};

    /// Five features and two residuals, with a diagonal that differs or not.
    fn covariances() -> [LowRankCovariance; 2] {
        let factor = Array2::from_shape_fn((2, 5), |(i, j)| ((3 * i + 2 * j * j) as f64).sin());
        let differing = Array1::from_shape_fn(5, |j| 0.3 + 0.2 * j as f64);
        [differing, Array1::from_elem(5, 0.4)].map(|diagonal| LowRankCovariance { diagonal, factor: factor.clone() })
    }

    fn patterns() -> Array2<f64> {
        Array2::from_shape_fn((4, 5), |(i, j)| ((i * 5 + j * 3) as f64 * 0.7).cos())
    }

    #[test]
    fn products_with_the_residuals_give_the_inverse() {
        for covariance in covariances() {
            let dense = Covariance::new(covariance.matrix()).unwrap().precision().unwrap();
            let root = covariance.root().unwrap().unwrap();
            let found = linalg::gram(root.project(patterns().view()).unwrap().view()).unwrap();
            let expected = linalg::gram(dense.project(patterns().view()).unwrap().view()).unwrap();
            assert!((&found - &expected).iter().all(|d| d.abs() < 1e-12), "{found} {expected}");
        }
    }

    #[test]
    fn the_symmetric_root_is_the_one_of_the_matrix() {
        let x = Representation::new(patterns()).unwrap();
        for covariance in covariances() {
            let dense = Covariance::new(covariance.matrix()).unwrap().precision().unwrap();
            let precision = Precision::of_low_rank(&covariance, "it").unwrap();
            let (found, expected) = (precision.whiten(&x).unwrap(), dense.whiten(&x).unwrap());
            assert!((&found.values() - &expected.values()).iter().all(|d| d.abs() < 1e-12));
            let matrices = [precision.matrix().unwrap(), dense.matrix().unwrap()];
            assert!((&matrices[0] - &matrices[1]).iter().all(|d| d.abs() < 1e-11));
        }
    }

    #[test]
    fn the_average_is_the_one_of_the_matrices() {
        let [a, b] = covariances();
        let expected = (a.matrix() + b.matrix()) / 2.0;
        assert!((&a.average(&b).matrix() - &expected).iter().all(|d| d.abs() < 1e-14));
    }

    #[test]
    fn without_a_diagonal_it_is_singular() {
        let [covariance, _] = covariances();
        let diagonal = &covariance.variances() * 1e-16;
        assert_eq!(LowRankCovariance { diagonal, ..covariance }.root().unwrap(), None);
    }

    /// The route of many features, on few of them.
    #[test]
    fn shrinkage_by_products_is_shrinkage_of_the_matrix() {
        let residuals = Array2::from_shape_fn((6, 40), |(i, j)| ((i * i * 7 + j * 5 + i * j * j) as f64).sin());
        for estimator in [CovarianceEstimator::ShrinkageIdentity, CovarianceEstimator::ShrinkageDiagonal] {
            let dense = estimator.estimate_as(residuals.view(), 5.0, true).unwrap();
            let products = estimator.estimate_as(residuals.view(), 5.0, false).unwrap();
            assert!((dense.shrinkage().unwrap() - products.shrinkage().unwrap()).abs() < 1e-13);
            assert!((&dense.matrix() - &products.matrix()).iter().all(|d| d.abs() < 1e-13));
            let x = Array2::from_shape_fn((5, 40), |(i, j)| ((i * 11 + j * j) as f64).cos());
            let quadratic = |noise: &Covariance| {
                let projected = noise.precision().unwrap().project(x.view()).unwrap();
                linalg::gram(projected.view()).unwrap()
            };
            let (found, expected) = (quadratic(&products), quadratic(&dense));
            let largest = expected.iter().fold(0.0, |max: f64, value| max.max(value.abs()));
            assert!((&found - &expected).iter().all(|d| d.abs() < 1e-12 * largest), "{estimator:?}");
        }
    }

    #[test]
    fn wide_shrinkage_takes_no_matrix_of_all_pairs() {
        use CovarianceEstimator::{Diagonal, Full, ShrinkageDiagonal, ShrinkageIdentity};
        for estimator in [ShrinkageIdentity, ShrinkageDiagonal] {
            assert!(estimator.is_dense(12, 999) && estimator.is_dense(400, 1200) && !estimator.is_dense(12, 60_000));
        }
        assert!(Full.is_dense(12, 60_000) && !Diagonal.is_dense(12, 10));
        // A dead feature is found in this form, too.
        let mut residuals = Array2::from_shape_fn((4, 1200), |(i, j)| ((i * 7 + j * 5) as f64).sin());
        residuals.column_mut(3).fill(0.0);
        let noise = ShrinkageDiagonal.estimate_from_residuals(residuals.view(), 3.0).unwrap();
        let error = noise.precision().unwrap_err();
        assert!(error.to_string().starts_with("feature 3 (counted from 0) has no noise variance"), "{error}");
        let noise = ShrinkageIdentity.estimate_from_residuals(residuals.view(), 3.0).unwrap();
        assert_eq!(noise.precision().unwrap().n_features(), 1200);
    }
}
