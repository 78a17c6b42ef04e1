//! Reproducible random matrices.

use ndarray::{Array1, Array2, Axis};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use rsa_core::linalg;

/// The generator of `seed` for one of several purposes, which do not share their numbers.
pub(crate) fn stream(seed: u64, purpose: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(purpose);
    rng
}

/// Independent standard normal entries.
pub(crate) fn normal(rng: &mut ChaCha8Rng, n: usize, p: usize) -> Array2<f64> {
    Array2::from_shape_simple_fn((n, p), || rng.sample(StandardNormal))
}

/// An orthogonal matrix, every one as likely as any other: QR, its signs fixed by a positive diagonal of R.
pub(crate) fn orthogonal(rng: &mut ChaCha8Rng, p: usize) -> Array2<f64> {
    orthonormal_columns(&normal(rng, p, p))
}

/// An orthonormal basis of the columns, as many as there are.
pub(crate) fn orthonormal_columns(matrix: &Array2<f64>) -> Array2<f64> {
    linalg::qr(matrix.view()).expect("a normal matrix is finite").q
}

/// The columns less their means.
pub(crate) fn centered(matrix: Array2<f64>) -> Array2<f64> {
    let means = matrix.mean_axis(Axis(0)).expect("there are rows");
    matrix - &means
}

/// A factor between 1/4 and 4, and not between 2/3 and 3/2.
pub(crate) fn factor(rng: &mut ChaCha8Rng) -> f64 {
    let size = rng.random_range(1.5..4.0);
    if rng.random() { size } else { 1.0 / size }
}

/// Independent factors.
pub(crate) fn factors(rng: &mut ChaCha8Rng, count: usize) -> Array1<f64> {
    Array1::from_shape_simple_fn(count, || factor(rng))
}
