//! Triangular systems of equations.

use faer::{MatMut, Par, linalg::triangular_solve};
use ndarray::{Array2, ArrayView2};

use super::backend::{self, Operand};
use crate::Result;

/// Computes the X with L·X = `b` for a lower triangular `lower` without a 0 on its diagonal.
///
/// # Errors
/// `OutOfRange` if an entry overflows (or if the input is not finite).
///
/// # Panics
/// If `lower` is not square, or `b` has another number of rows than `lower`.
pub fn solve_lower(lower: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
    let (n, m) = b.dim();
    assert_eq!(lower.dim(), (n, n), "a triangular system has as many equations as unknowns");
    let mut solution: Vec<f64> = b.reversed_axes().iter().copied().collect();
    triangular_solve::solve_lower_triangular_in_place(
        Operand::new(lower).mat(),
        MatMut::from_column_major_slice_mut(&mut solution, n, m),
        Par::Seq,
    );
    backend::ensure_in_range(backend::from_columns(n, m, solution), "the solution of a triangular system")
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn a_small_system_is_solved_by_hand() {
        let lower = array![[2.0, 0.0], [1.0, 4.0]];
        // 2a = 6, a + 4b = 11.
        assert_eq!(
            solve_lower(lower.view(), array![[6.0, 2.0], [11.0, 1.0]].view()).unwrap(),
            array![[3.0, 1.0], [2.0, 0.0]]
        );
        assert_eq!(solve_lower(array![[0.0]].view(), array![[1.0]].view()).unwrap_err().kind().name(), "OutOfRange");
    }
}
