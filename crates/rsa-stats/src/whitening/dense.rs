//! Whitening by its definition, for tests: V is written out, and solved by elimination.

use ndarray::{Array2, ArrayView2};
use rsa_core::condensed;

/// Returns V = (CΣCᵀ)∘(CΣCᵀ), C the contrasts of all pairs.
pub(crate) fn covariance(sigma: ArrayView2<'_, f64>) -> Array2<f64> {
    let pairs: Vec<_> = condensed::pairs(sigma.nrows()).collect();
    Array2::from_shape_fn((pairs.len(), pairs.len()), |(a, b)| {
        let ((i, j), (k, l)) = (pairs[a], pairs[b]);
        (sigma[(i, k)] - sigma[(i, l)] - sigma[(j, k)] + sigma[(j, l)]).powi(2)
    })
}

/// Returns xᵀV⁻¹y on the pairs `present`.
pub(crate) fn inner_product(v: ArrayView2<'_, f64>, x: &[f64], y: &[f64], present: &[usize]) -> f64 {
    let mut rows: Vec<Vec<f64>> =
        present.iter().map(|&a| present.iter().map(|&b| v[(a, b)]).chain([y[a]]).collect()).collect();
    let n = rows.len();
    for k in 0..n {
        let pivot = (k..n).max_by(|&a, &b| rows[a][k].abs().total_cmp(&rows[b][k].abs())).unwrap();
        rows.swap(k, pivot);
        let above = rows[k].clone();
        for row in &mut rows[k + 1..] {
            let factor = row[k] / above[k];
            (k..=n).for_each(|column| row[column] -= factor * above[column]);
        }
    }
    let mut solution = vec![0.0; n];
    for k in (0..n).rev() {
        let known: f64 = (k + 1..n).map(|j| rows[k][j] * solution[j]).sum();
        solution[k] = (rows[k][n] - known) / rows[k][k];
    }
    present.iter().zip(&solution).map(|(&k, value)| x[k] * value).sum()
}
