//! Residuals of observations, and the covariance of those of a regression.

use ndarray::{Array2, ArrayView2};

use super::{Covariance, CovarianceEstimator};
use crate::{Error, Result, measurements};

impl CovarianceEstimator {
    /// Estimates the covariance of the residuals of a regression, rows × features, about the mean of each feature.
    ///
    /// `dof` are the degrees of freedom that the regression leaves, which are rows − regressors. Without them it is taken
    /// to have removed the mean alone: rows − 1. It is rsatoolbox's `cov_from_residuals`.
    ///
    /// # Errors
    /// `Degenerate` for a single row without `dof`; else as [`estimate_from_residuals`](Self::estimate_from_residuals).
    ///
    /// # Example
    /// ```
    /// use ndarray::array;
    /// use rsa_core::CovarianceEstimator;
    ///
    /// let residuals = array![[1.0], [3.0], [2.0]];
    /// let of = |dof| CovarianceEstimator::Full.estimate_about_mean(residuals.view(), dof);
    /// assert_eq!((of(None)?.matrix(), of(Some(1.0))?.matrix()), (array![[1.0]], array![[2.0]]));
    /// # Ok::<(), rsa_core::Error>(())
    /// ```
    pub fn estimate_about_mean(self, residuals: ArrayView2<'_, f64>, dof: Option<f64>) -> Result<Covariance> {
        let n = residuals.nrows();
        if n == 1 && dof.is_none() {
            return Err(Error::degenerate("a single row of residuals has no noise about its mean", "give more rows"));
        }
        // Not finite values are found, with their place, by the estimate.
        let about_mean = match n > 0 && residuals.iter().all(|value| value.is_finite()) {
            true => about_means(residuals, &vec![0; n], 1),
            false => residuals.to_owned(),
        };
        self.estimate_from_residuals(about_mean.view(), dof.unwrap_or(n as f64 - 1.0))
    }
}

/// Subtracts from every row the mean of its group; features that vary by the rounding of their values alone become 0.
pub(super) fn about_means(values: ArrayView2<'_, f64>, group_of: &[usize], n_groups: usize) -> Array2<f64> {
    let mut residuals = measurements::residuals(values, group_of, n_groups);
    for (mut column, values) in residuals.columns_mut().into_iter().zip(values.columns()) {
        // A feature that varies only by the rounding of its values is constant: its noise is 0, not tiny.
        let largest = values.fold(0.0_f64, |max, value| max.max(value.abs()));
        if column.iter().all(|z| z.abs() <= 4.0 * f64::EPSILON * largest) {
            column.fill(0.0);
        }
    }
    residuals
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn too_few_rows_and_values_that_are_not_finite_are_refused() {
        let error = |residuals: Array2<f64>, dof| {
            CovarianceEstimator::Diagonal.estimate_about_mean(residuals.view(), dof).unwrap_err()
        };
        assert_eq!(error(array![[1.0, 2.0]], None).kind().name(), "Degenerate");
        assert_eq!(error(Array2::zeros((0, 2)), None).kind().name(), "ShapeMismatch");
        assert_eq!(error(array![[1.0], [2.0]], Some(3.0)).kind().name(), "InvalidParameter");
        let message = error(array![[1.0, 2.0], [0.5, f64::NAN], [1.0, 1.0]], None).to_string();
        assert!(message.contains("observation 1") && message.contains("feature 1"), "{message}");
    }

    #[test]
    fn a_constant_feature_has_no_noise_beside_a_large_offset() {
        let residuals = array![[0.1, 1e9], [0.1, 1e9 + 2.0], [0.1, 1e9 + 4.0]];
        let covariance = CovarianceEstimator::Full.estimate_about_mean(residuals.view(), None).unwrap();
        assert_eq!(covariance.matrix(), array![[0.0, 0.0], [0.0, 4.0]]);
    }
}
