//! Cholesky decomposition.

use faer::{
    MatMut, Par,
    dyn_stack::{MemBuffer, MemStack},
    linalg::cholesky::llt::factor,
};
use ndarray::{Array2, ArrayView2};

use super::{backend, power_of_two};
use crate::{Error, Result};

/// Computes the lower triangular L with A = L·Lᵀ of a symmetric positive definite matrix, reading its lower triangle.
///
/// # Errors
/// `NonFinite` for NaN or infinity in the input; `Degenerate`, naming the first row that depends on rows before it.
///
/// # Panics
/// If `a` is not square.
pub fn cholesky(a: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
    let n = a.nrows();
    assert_eq!(n, a.ncols(), "a symmetric matrix is square");
    backend::ensure_finite(a)?;
    // An even power of two, so that its root is a power of two as well.
    let root = power_of_two(&[power_of_two(a.iter()).sqrt()]);
    let mut factor: Vec<f64> = a.reversed_axes().iter().map(|value| value / root / root).collect();
    let scratch = factor::cholesky_in_place_scratch::<f64>(n, Par::Seq, Default::default());
    factor::cholesky_in_place(
        MatMut::from_column_major_slice_mut(&mut factor, n, n),
        Default::default(),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    )
    .map_err(|factor::LltError::NonPositivePivot { index }| {
        Error::degenerate(
            format!("the matrix is not positive definite: row {index} depends on the rows before it"),
            "shrink or regularize it first",
        )
    })?;
    let mut lower = backend::from_columns(n, n, factor);
    for ((i, j), value) in lower.indexed_iter_mut() {
        *value = if j > i { 0.0 } else { *value * root };
    }
    Ok(lower)
}
