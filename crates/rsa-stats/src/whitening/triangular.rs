//! Solving with the triangular factor of a Cholesky decomposition.

use ndarray::ArrayView2;

/// Returns A⁻¹b, given the lower triangular L of A = L·Lᵀ.
pub(super) fn solve(lower: ArrayView2<'_, f64>, b: &[f64]) -> Vec<f64> {
    let n = b.len();
    assert_eq!(lower.dim(), (n, n), "one right-hand side for every row");
    let mut x = b.to_vec();
    for i in 0..n {
        let known: f64 = (0..i).map(|j| lower[(i, j)] * x[j]).sum();
        x[i] = (x[i] - known) / lower[(i, i)];
    }
    // Reads L by rows, which are columns of Lᵀ: each solved unknown is subtracted from the remaining right side.
    for i in (0..n).rev() {
        x[i] /= lower[(i, i)];
        let solved = x[i];
        (0..i).for_each(|j| x[j] -= lower[(i, j)] * solved);
    }
    x
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn the_product_comes_back() {
        // A = L·Lᵀ = [4 2; 2 10], and A·(1, 2) = (8, 22).
        let lower = array![[2.0, 0.0], [1.0, 3.0]];
        assert_eq!(solve(lower.view(), &[8.0, 22.0]), [1.0, 2.0]);
    }
}
