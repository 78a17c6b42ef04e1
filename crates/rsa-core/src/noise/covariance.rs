//! Covariance of the noise between features.

use ndarray::{Array1, Array2, ArrayView2};

use super::low_rank::LowRankCovariance;
use crate::{Error, Precision, Result, linalg::held_precision};

/// Covariance of the noise between features, P × P.
///
/// A covariance is estimated by a [`CovarianceEstimator`](crate::CovarianceEstimator) or given as a matrix. An
/// invertible one has a [`Precision`]. A diagonal estimate is stored as its P variances, and a shrunk one of many more
/// features than observations as the residuals and a diagonal.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::Covariance;
///
/// let precision = Covariance::new(array![[2.0, 0.0], [0.0, 0.5]])?.precision()?;
/// let matrix = precision.matrix()?;
/// assert!((matrix[(0, 0)] - 0.5).abs() < 1e-15 && (matrix[(1, 1)] - 2.0).abs() < 1e-15);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Covariance {
    pub(super) entries: Entries,
    pub(super) estimation: Option<Estimation>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Entries {
    Diagonal(Array1<f64>),
    LowRank(LowRankCovariance),
    Dense(Array2<f64>),
}

/// Degrees of freedom and shrinkage of an estimated covariance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Estimation {
    pub(super) degrees_of_freedom: f64,
    pub(super) shrinkage: Option<f64>,
}

impl Covariance {
    /// Builds a covariance from a symmetric matrix, features × features.
    ///
    /// # Errors
    /// `ShapeMismatch` unless the matrix is square, has a row, and is symmetric up to rounding; `InvalidParameter`
    /// naming an entry that is NaN or infinite.
    pub fn new(matrix: Array2<f64>) -> Result<Self> {
        ensure_symmetric(matrix.view(), "noise covariance")?;
        Ok(Self { entries: Entries::Dense(matrix), estimation: None })
    }

    /// Number of features.
    pub fn n_features(&self) -> usize {
        match &self.entries {
            Entries::Diagonal(variances) => variances.len(),
            Entries::LowRank(covariance) => covariance.diagonal.len(),
            Entries::Dense(matrix) => matrix.nrows(),
        }
    }

    /// Degrees of freedom of an estimate; `None` for a matrix that was given.
    pub fn degrees_of_freedom(&self) -> Option<f64> {
        self.estimation.map(|estimation| estimation.degrees_of_freedom)
    }

    /// Weight λ of the target in a shrinkage estimate, from 0 to 1; `None` without shrinkage.
    pub fn shrinkage(&self) -> Option<f64> {
        self.estimation.and_then(|estimation| estimation.shrinkage)
    }

    /// Returns the full matrix.
    pub fn matrix(&self) -> Array2<f64> {
        match &self.entries {
            Entries::Diagonal(variances) => Array2::from_diag(variances),
            Entries::LowRank(covariance) => covariance.matrix(),
            Entries::Dense(matrix) => matrix.clone(),
        }
    }

    /// Computes the inverse, stored as a factor.
    ///
    /// # Errors
    /// `Degenerate` naming the first feature without noise; `Degenerate` if the noise of a feature is a linear
    /// combination of the noise of others.
    pub fn precision(&self) -> Result<Precision> {
        Precision::of_covariance(self)
    }

    /// Computes the average of two covariances.
    ///
    /// # Errors
    /// `ShapeMismatch` if the covariances have different numbers of features.
    pub(crate) fn average(&self, other: &Self) -> Result<Self> {
        if self.n_features() != other.n_features() {
            return Err(Error::shape_mismatch(format!(
                "one noise covariance has {} features, another {}; estimate all from the same features",
                self.n_features(),
                other.n_features()
            )));
        }
        let entries = match (&self.entries, &other.entries) {
            (Entries::Diagonal(a), Entries::Diagonal(b)) => Entries::Diagonal((a + b) / 2.0),
            (Entries::LowRank(a), Entries::LowRank(b)) => Entries::LowRank(a.average(b)),
            _ => Entries::Dense((self.matrix() + other.matrix()) / 2.0),
        };
        Ok(Self { entries, estimation: None })
    }
}

/// Refuses a matrix that is not symmetric, not finite, or empty; `what` names it in messages.
pub(super) fn ensure_symmetric(matrix: ArrayView2<'_, f64>, what: &str) -> Result<()> {
    let (n, m) = matrix.dim();
    if n != m || n == 0 {
        return Err(Error::shape_mismatch(format!(
            "the {what} is {n} x {m}; it must have one row and one column for every feature"
        )));
    }
    if let Some(((i, j), value)) = matrix.indexed_iter().find(|(_, value)| !value.is_finite()) {
        return Err(Error::invalid_parameter(format!("entry ({i}, {j}) of the {what}"), "finite", value));
    }
    // A matrix inverted by another program is symmetric only up to the rounding of that inversion, which may have been
    // one in 32 bits.
    let largest = matrix.iter().fold(0.0, |max: f64, value| max.max(value.abs()));
    let rounding = f64::max(1e-8, 8.0 * held_precision(matrix.iter().copied()));
    let differs = |&((i, j), value): &((usize, usize), &f64)| (value - matrix[(j, i)]).abs() > rounding * largest;
    match matrix.indexed_iter().find(differs) {
        None => Ok(()),
        Some(((i, j), value)) => Err(Error::shape_mismatch(format!(
            "entry ({i}, {j}) of the {what} is {value} and ({j}, {i}) is {}; it must be symmetric",
            matrix[(j, i)]
        ))),
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn what_is_no_covariance_is_refused() {
        let kind = |matrix| Covariance::new(matrix).unwrap_err().kind().name();
        assert_eq!(kind(array![[1.0, 2.0]]), "ShapeMismatch");
        assert_eq!(kind(array![[1.0, 2.0], [1.0, 3.0]]), "ShapeMismatch");
        assert_eq!(kind(array![[1.0, f64::NAN], [f64::NAN, 3.0]]), "InvalidParameter");
        assert_eq!(kind(Array2::zeros((0, 0))), "ShapeMismatch");
    }
}
