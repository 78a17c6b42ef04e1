//! QR decomposition.

use faer::{
    MatMut, Par,
    dyn_stack::{MemBuffer, MemStack},
    linalg::{
        householder::{self, apply_block_householder_sequence_on_the_left_in_place_scratch},
        qr::no_pivoting::factor,
    },
};
use ndarray::{Array2, ArrayView2};

use super::{backend, power_of_two};
use crate::{Error, Result};

/// Thin QR decomposition A = Q·R with k = min(n, p).
#[derive(Clone, Debug)]
pub struct Qr {
    /// Orthonormal columns, n × k.
    pub q: Array2<f64>,
    /// Upper triangular matrix, k × p; no entry of the diagonal is negative.
    pub r: Array2<f64>,
}

/// Computes the thin QR decomposition of an n × p matrix by Householder reflections.
///
/// # Errors
/// `NonFinite` for NaN or infinity in the input, `OutOfRange` if an entry of R overflows.
pub fn qr(a: ArrayView2<'_, f64>) -> Result<Qr> {
    backend::ensure_finite(a)?;
    let (n, p) = a.dim();
    let k = n.min(p);
    let scale = power_of_two(a.iter());
    let mut factors: Vec<f64> = a.reversed_axes().iter().map(|value| value / scale).collect();
    let mut q = vec![0.0; n * k];
    if k > 0 {
        let block = factor::recommended_block_size::<f64>(n, p);
        let mut coefficients = vec![0.0; block * k];
        let mut factors = MatMut::from_column_major_slice_mut(&mut factors, n, p);
        let mut coefficients = MatMut::from_column_major_slice_mut(&mut coefficients, block, k);
        let scratch = factor::qr_in_place_scratch::<f64>(n, p, block, Par::Seq, Default::default())
            .or(apply_block_householder_sequence_on_the_left_in_place_scratch::<f64>(n, block, k));
        let mut buffer = MemBuffer::new(scratch);
        let stack = MemStack::new(&mut buffer);
        factor::qr_in_place(factors.as_mut(), coefficients.as_mut(), Par::Seq, stack, Default::default());
        let mut q = MatMut::from_column_major_slice_mut(&mut q, n, k);
        q.as_mut().diagonal_mut().fill(1.0);
        householder::apply_block_householder_sequence_on_the_left_in_place_with_conj(
            factors.as_ref().subcols(0, k),
            coefficients.as_ref(),
            faer::Conj::No,
            q,
            Par::Seq,
            stack,
        );
    }
    let mut q = backend::from_columns(n, k, q);
    let mut r = Array2::zeros((k, p));
    for j in 0..p {
        for i in 0..k.min(j + 1) {
            r[(i, j)] = factors[j * n + i] * scale;
            if !f64::is_finite(r[(i, j)]) {
                return Err(Error::out_of_range("an entry of R", "divide the features by their common scale first"));
            }
        }
    }
    for i in 0..k {
        if r[(i, i)] < 0.0 {
            r.row_mut(i).mapv_inplace(|value| -value);
            q.column_mut(i).mapv_inplace(|value| -value);
        }
    }
    Ok(Qr { q, r })
}
