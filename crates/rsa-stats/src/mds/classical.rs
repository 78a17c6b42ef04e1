//! Classical scaling: points from an eigendecomposition, where a map begins.

use ndarray::Array2;
use rsa_core::{Result, linalg};

use super::smacof::Pairs;

/// The leading `dimensions` directions of −½HD²H. Where fewer have positive eigenvalues, the next ones stand in with the
/// size they have: a map that begins flat would stay flat.
pub(super) fn start(pairs: &Pairs, dimensions: usize) -> Result<Array2<f64>> {
    let n = pairs.n();
    // A missing dissimilarity is as large as the others in the mean.
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
