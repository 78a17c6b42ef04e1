//! Reproducible random matrices.

use ndarray::{Array1, Array2, Axis};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use rsa_core::linalg;

/// Returns the generator of `seed` for one of several purposes with independent streams.
pub(crate) fn stream(seed: u64, purpose: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(purpose);
    rng
}

/// Draws a matrix of independent standard normal entries.
pub(crate) fn normal(rng: &mut ChaCha8Rng, n: usize, p: usize) -> Array2<f64> {
    Array2::from_shape_simple_fn((n, p), || rng.sample(StandardNormal))
}

/// Draws a uniformly distributed orthogonal matrix: the Q of a normal matrix, with the diagonal of R positive.
pub(crate) fn orthogonal(rng: &mut ChaCha8Rng, p: usize) -> Array2<f64> {
    orthonormal_columns(&normal(rng, p, p))
}

/// Computes an orthonormal basis of the columns, one vector for each column.
pub(crate) fn orthonormal_columns(matrix: &Array2<f64>) -> Array2<f64> {
    linalg::qr(matrix.view()).expect("a normal matrix is finite").q
}

/// Subtracts the mean of every column.
pub(crate) fn centered(matrix: Array2<f64>) -> Array2<f64> {
    let means = matrix.mean_axis(Axis(0)).expect("there are rows");
    matrix - &means
}

/// Draws a factor between 1/4 and 2/3 or between 3/2 and 4, far enough from 1 to change a score that depends on it.
pub(crate) fn factor(rng: &mut ChaCha8Rng) -> f64 {
    let size = rng.random_range(1.5..4.0);
    if rng.random() { size } else { 1.0 / size }
}

/// Draws independent factors.
pub(crate) fn factors(rng: &mut ChaCha8Rng, count: usize) -> Array1<f64> {
    Array1::from_shape_simple_fn(count, || factor(rng))
}
