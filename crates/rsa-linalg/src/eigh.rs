//! Eigendecomposition of symmetric matrices.

use faer::{
    MatMut, Par,
    diag::DiagMut,
    dyn_stack::{MemBuffer, MemStack},
    linalg::evd::{self, ComputeEigenvectors},
};
use ndarray::{Array2, ArrayView2};

use super::{
    backend::{self, Operand, is_negative},
    power_of_two,
};
use crate::{Error, Result};

/// Eigendecomposition A = V·diag(λ)·Vᵀ.
#[derive(Clone, Debug)]
pub struct Eigh {
    /// Eigenvalues, smallest first.
    pub values: Vec<f64>,
    /// Eigenvectors as columns, n × n; the largest entry of each is positive.
    pub vectors: Array2<f64>,
}

/// Computes the eigenvalues and eigenvectors of a symmetric matrix, reading its lower triangle.
///
/// # Errors
/// `NonFinite` for NaN or infinity in the input, `OutOfRange` if an eigenvalue overflows, `NotConverged`.
///
/// # Panics
/// If `a` is not square.
pub fn eigh(a: ArrayView2<'_, f64>) -> Result<Eigh> {
    let n = a.nrows();
    assert_eq!(n, a.ncols(), "a symmetric matrix is square");
    backend::ensure_finite(a)?;
    if n == 0 {
        // The backend computes n − 1, which underflows for n = 0.
        return Ok(Eigh { values: Vec::new(), vectors: Array2::zeros((0, 0)) });
    }
    let scale = power_of_two(a.iter());
    let scaled = a.mapv(|value| value / scale);
    let (mut values, mut vectors) = (vec![0.0; n], vec![0.0; n * n]);
    let scratch = evd::self_adjoint_evd_scratch::<f64>(n, ComputeEigenvectors::Yes, Par::Seq, Default::default());
    evd::self_adjoint_evd(
        Operand::new(scaled.view()).mat(),
        DiagMut::from_slice_mut(&mut values),
        Some(MatMut::from_column_major_slice_mut(&mut vectors, n, n)),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    )
    .map_err(|_| Error::not_converged(format!("the eigendecomposition of a {n} x {n} matrix did not converge")))?;
    for value in &mut values {
        *value *= scale;
        if !value.is_finite() {
            return Err(Error::out_of_range("an eigenvalue", "divide the features by their common scale first"));
        }
    }
    for vector in vectors.chunks_mut(n.max(1)) {
        if is_negative(vector) {
            vector.iter_mut().for_each(|value| *value = -*value);
        }
    }
    Ok(Eigh { values, vectors: backend::from_columns(n, n, vectors) })
}
