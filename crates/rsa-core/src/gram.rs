//! [`Gram`]: the matrix of a kernel between all conditions, CKA's geometry.

use ndarray::{Array2, ArrayView2};

use crate::{Conditions, Error, Result, linalg};

/// Gram matrix: the kernel value k(xᵢ, xⱼ) of every two conditions, n × n, symmetric.
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
    /// Takes a symmetric matrix; entries that differ by rounding (1e-9 of the largest) are taken from the upper half.
    ///
    /// # Errors
    /// `TooFewConditions` if it is empty, `ShapeMismatch` if it is not square or not symmetric, `NonFinite`.
    pub fn new(mut values: Array2<f64>) -> Result<Self> {
        let n = values.nrows();
        if n == 0 {
            return Err(Error::too_few_conditions(1, 0, "a Gram matrix has one row for every condition"));
        }
        if values.ncols() != n {
            return Err(Error::shape_mismatch(format!("{n} x {} is not a Gram matrix: not square", values.ncols())));
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
        Ok(Self { values, conditions: Conditions::unlabelled(n) })
    }

    /// The same kernel for `conditions`.
    ///
    /// # Errors
    /// `ShapeMismatch` if `conditions` has another count.
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

    /// The kernel values, n × n.
    pub fn values(&self) -> ArrayView2<'_, f64> {
        self.values.view()
    }

    /// Which conditions the rows are.
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// HKH with H = I − 11ᵀ/n: rows and columns sum to 0.
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
    fn centring_removes_row_and_column_means() {
        let gram = Gram::new(array![[2.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 5.0]]).unwrap();
        let centered = gram.centered();
        for i in 0..3 {
            assert!(centered.row(i).sum().abs() < 1e-15 && centered.column(i).sum().abs() < 1e-15);
        }
    }
}
