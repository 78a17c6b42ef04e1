//! Gram matrix of a kernel between all conditions, the geometry of CKA.

use ndarray::{Array2, ArrayView2};

use crate::{Conditions, Error, Rdm, Result, condensed, linalg};

/// Gram matrix: the kernel values k(xᵢ, xⱼ) of all pairs of conditions, n × n, symmetric.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::Gram;
///
/// // Two conditions on a line, at 0 and 2: centring moves them to -1 and 1.
/// let gram = Gram::new(array![[0.0, 0.0], [0.0, 4.0]])?;
/// assert_eq!(gram.centered(), array![[1.0, -1.0], [-1.0, 1.0]]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Gram {
    values: Array2<f64>,
    conditions: Conditions,
}

impl Gram {
    /// Builds a Gram matrix from a symmetric matrix.
    ///
    /// Opposite entries may differ by rounding (1e-9 of the largest entry, which allows for files with few digits). The
    /// upper one is kept.
    ///
    /// # Errors
    /// `TooFewConditions` if it is empty, `ShapeMismatch` if it is not square or not symmetric, `NonFinite`.
    pub fn new(mut values: Array2<f64>) -> Result<Self> {
        let n = values.nrows();
        if n == 0 {
            return Err(Error::too_few_conditions(1, 0, "a Gram matrix has one row for every condition"));
        }
        if values.ncols() != n {
            return Err(Error::shape_mismatch(format!(
                "a matrix of {n} x {} is not square; a Gram matrix has one row and one column for every condition",
                values.ncols()
            )));
        }
        if let Some(((i, j), &value)) = values.indexed_iter().find(|(_, value)| !value.is_finite()) {
            return Err(Error::non_finite_entry("a Gram matrix", i, j, value));
        }
        let tolerance = 1e-9 * values.iter().fold(0.0, |max: f64, value| max.max(value.abs()));
        for i in 0..n {
            for j in i + 1..n {
                if (values[(i, j)] - values[(j, i)]).abs() > tolerance {
                    let (a, b) = (values[(i, j)], values[(j, i)]);
                    return Err(Error::shape_mismatch(format!(
                        "entry ({i}, {j}) is {a} and ({j}, {i}) is {b}; a Gram matrix is symmetric"
                    )));
                }
                values[(j, i)] = values[(i, j)];
            }
        }
        Ok(Self { values, conditions: Conditions::unlabeled(n) })
    }

    /// Returns this Gram matrix with `conditions` for its rows.
    ///
    /// # Errors
    /// `ShapeMismatch` if the number of `conditions` differs.
    pub fn with_conditions(self, conditions: Conditions) -> Result<Self> {
        if conditions.count() != self.conditions.count() {
            return Err(Error::shape_mismatch(format!(
                "{} labels for a Gram matrix of {} conditions; give one label for every condition",
                conditions.count(),
                self.conditions.count()
            )));
        }
        Ok(Self { values: self.values, conditions })
    }

    /// Computes the centred Gram matrix −½HDH of points whose *squared* distances are given (classical scaling).
    ///
    /// If the dissimilarities are not squared Euclidean distances (noisy estimates, for example), some eigenvalues are
    /// negative.
    ///
    /// # Errors
    /// `Degenerate` if a dissimilarity is missing.
    ///
    /// Reference: Torgerson 1952, Psychometrika, doi:10.1007/BF02288916.
    pub fn from_squared_distances(rdm: &Rdm) -> Result<Self> {
        if rdm.has_missing() {
            return Err(Error::degenerate(
                "some dissimilarities are missing, and a Gram matrix needs all of them",
                "leave out conditions until all pairs are present",
            ));
        }
        let values = linalg::center_kernel(rdm.to_square() * -0.5);
        Self::new(values)?.with_conditions(rdm.conditions().clone())
    }

    /// Computes the squared distances that the kernel implies, kᵢᵢ + kⱼⱼ − 2kᵢⱼ.
    ///
    /// # Errors
    /// `ShapeMismatch` for a single condition.
    pub fn squared_distances(&self) -> Result<Rdm> {
        let n = self.conditions.count();
        let k = &self.values;
        let values = condensed::pairs(n).map(|(i, j)| k[(i, i)] + k[(j, j)] - 2.0 * k[(i, j)]).collect();
        // The rounding of a difference of entries is at most that of the largest entry.
        let largest = k.iter().fold(0.0, |max: f64, value| max.max(value.abs()));
        let rounding = 8.0 * f64::EPSILON * largest;
        Rdm::new(values)?.with_rounding(rounding)?.with_conditions(self.conditions.clone())
    }

    /// Kernel values, n × n.
    pub fn values(&self) -> ArrayView2<'_, f64> {
        self.values.view()
    }

    /// Conditions of the rows.
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// Computes HKH with H = I − 11ᵀ/n, whose rows and columns sum to 0.
    pub fn centered(&self) -> Array2<f64> {
        linalg::center_kernel(self.values.clone())
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn what_is_no_gram_matrix_is_refused() {
        let kind = |values| Gram::new(values).unwrap_err().kind().name();
        assert_eq!(kind(Array2::zeros((0, 0))), "TooFewConditions");
        assert_eq!(kind(Array2::zeros((2, 3))), "ShapeMismatch");
        assert_eq!(kind(array![[1.0, 0.5], [0.4, 1.0]]), "ShapeMismatch");
        assert_eq!(kind(array![[1.0, f64::NAN], [f64::NAN, 1.0]]), "NonFinite");
    }

    #[test]
    fn squared_distances_and_their_gram_matrix_are_one() {
        // Points 0, 3 and 5 on a line: squared distances 9, 25 and 4, centred positions -8/3, 1/3 and 7/3.
        let rdm = Rdm::new(vec![9.0, 25.0, 4.0]).unwrap();
        let gram = Gram::from_squared_distances(&rdm).unwrap();
        let points = [-8.0 / 3.0, 1.0 / 3.0, 7.0 / 3.0];
        for i in 0..3 {
            for j in 0..3 {
                assert!((gram.values()[(i, j)] - points[i] * points[j]).abs() < 1e-14);
            }
        }
        for (found, expected) in gram.squared_distances().unwrap().values().iter().zip(rdm.values()) {
            assert!((found - expected).abs() < 1e-13);
        }
        let partial = Rdm::new(vec![9.0, f64::NAN, 4.0]).unwrap();
        assert_eq!(Gram::from_squared_distances(&partial).unwrap_err().kind().name(), "Degenerate");
    }

    #[test]
    fn centering_removes_row_and_column_means() {
        let gram = Gram::new(array![[2.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 5.0]]).unwrap();
        let centered = gram.centered();
        for i in 0..3 {
            assert!(centered.row(i).sum().abs() < 1e-15 && centered.column(i).sum().abs() < 1e-15);
        }
    }
}
