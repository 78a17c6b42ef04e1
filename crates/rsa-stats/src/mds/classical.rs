//! Classical scaling: the points at which a map begins, from an eigendecomposition.

use ndarray::Array2;
use rsa_core::{Result, linalg};

use super::smacof::Pairs;

/// Returns the points along the leading `dimensions` directions of −½HD²H.
///
/// Directions with a negative eigenvalue are scaled by its magnitude: a map that begins without extent in some
/// direction would never gain any.
pub(super) fn start(pairs: &Pairs, dimensions: usize) -> Result<Array2<f64>> {
    let n = pairs.n();
    // A missing dissimilarity is replaced by the mean of the others.
    let mean = pairs.mean();
    let squares = Array2::from_shape_fn((n, n), |(i, j)| match pairs.get(i, j) {
        _ if i == j => 0.0,
        value if value.is_nan() => -0.5 * mean * mean,
        value => -0.5 * value * value,
    });
    let rows = squares.mean_axis(ndarray::Axis(1)).expect("there are conditions");
    let all = rows.mean().expect("there are conditions");
    let kernel = Array2::from_shape_fn((n, n), |(i, j)| squares[(i, j)] - rows[i] - rows[j] + all);
    let eigen = linalg::eigh(kernel.view())?;
    let column = |k: usize| n - 1 - k;
    Ok(Array2::from_shape_fn((n, dimensions), |(i, k)| {
        eigen.vectors[(i, column(k))] * eigen.values[column(k)].abs().sqrt()
    }))
}
