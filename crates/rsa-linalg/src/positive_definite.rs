//! Equations with a symmetric positive definite matrix.

use faer::{MatMut, Par, linalg::triangular_solve};
use ndarray::{Array2, ArrayView2};

use super::{
    backend::{self, Operand},
    cholesky, solve_lower,
};
use crate::Result;

/// Computes the X with A·X = `b` for a symmetric positive definite `a`, reading its lower triangle.
///
/// # Errors
/// The errors of [`cholesky`], and `OutOfRange` if an entry overflows (or if `b` is not finite).
///
/// # Panics
/// If `a` is not square, or `b` has another number of rows than `a`.
pub fn solve_positive_definite(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
    let lower = cholesky(a)?;
    let half = solve_lower(lower.view(), b)?;
    let (n, m) = half.dim();
    let mut solution: Vec<f64> = half.reversed_axes().iter().copied().collect();
    triangular_solve::solve_upper_triangular_in_place(
        Operand::new(lower.t()).mat(),
        MatMut::from_column_major_slice_mut(&mut solution, n, m),
        Par::Seq,
    );
    backend::ensure_in_range(backend::from_columns(n, m, solution), "the solution of a system of equations")
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn a_small_system_is_solved_by_hand() {
        // 4a + 2b = 8 and 2a + 5b = 8.
        let solution = solve_positive_definite(array![[4.0, 2.0], [2.0, 5.0]].view(), array![[8.0], [8.0]].view());
        let solution = solution.unwrap();
        assert!((solution[(0, 0)] - 1.5).abs() < 1e-15 && (solution[(1, 0)] - 1.0).abs() < 1e-15, "{solution}");
        let singular = solve_positive_definite(array![[1.0, 1.0], [1.0, 1.0]].view(), array![[1.0], [1.0]].view());
        assert_eq!(singular.unwrap_err().kind().name(), "Degenerate");
    }
}
