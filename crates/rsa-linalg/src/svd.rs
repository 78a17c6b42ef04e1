//! Singular value decomposition.

use faer::{
    MatMut, Par,
    diag::DiagMut,
    dyn_stack::{MemBuffer, MemStack},
    linalg::svd::{self as faer_svd, ComputeSvdVectors},
};
use ndarray::{Array2, ArrayView2, Axis};

use super::{
    backend::{self, Operand, is_negative},
    power_of_two,
};
use crate::{Error, Result};

/// Thin singular value decomposition A = U·diag(σ)·Vᵀ with k = min(n, p).
#[derive(Clone, Debug)]
pub struct Svd {
    /// Left singular vectors, n × k; the largest entry of each is positive.
    pub u: Array2<f64>,
    /// Singular values, largest first.
    pub sigma: Vec<f64>,
    /// Right singular vectors, p × k.
    pub v: Array2<f64>,
}

/// Computes the thin singular value decomposition of an n × p matrix.
///
/// # Errors
/// `NonFinite` for NaN or infinity in the input, `OutOfRange` if a singular value overflows, `NotConverged`.
pub fn svd(a: ArrayView2<'_, f64>) -> Result<Svd> {
    let (n, p) = a.dim();
    let k = n.min(p);
    let (mut u, mut v) = (vec![0.0; n * k], vec![0.0; p * k]);
    let sigma = decompose(
        a,
        Some(MatMut::from_column_major_slice_mut(&mut u, n, k)),
        Some(MatMut::from_column_major_slice_mut(&mut v, p, k)),
    )?;
    for (u, v) in u.chunks_mut(n.max(1)).zip(v.chunks_mut(p.max(1))) {
        if is_negative(u) {
            u.iter_mut().chain(v).for_each(|value| *value = -*value);
        }
    }
    let (u, v) = (backend::from_columns(n, k, u), backend::from_columns(p, k, v));
    let order = decreasing(&sigma);
    let sigma = order.iter().map(|&i| sigma[i]).collect();
    Ok(Svd { u: u.select(Axis(1), &order), sigma, v: v.select(Axis(1), &order) })
}

/// Computes the left singular vectors (n × k) and singular values of an n × p matrix, as [`svd`] does.
///
/// # Errors
/// See [`svd`].
pub fn left_singular_vectors(a: ArrayView2<'_, f64>) -> Result<(Array2<f64>, Vec<f64>)> {
    let n = a.nrows();
    let k = n.min(a.ncols());
    let mut u = vec![0.0; n * k];
    let sigma = decompose(a, Some(MatMut::from_column_major_slice_mut(&mut u, n, k)), None)?;
    for u in u.chunks_mut(n.max(1)) {
        if is_negative(u) {
            u.iter_mut().for_each(|value| *value = -*value);
        }
    }
    let order = decreasing(&sigma);
    let sigma = order.iter().map(|&i| sigma[i]).collect();
    Ok((backend::from_columns(n, k, u).select(Axis(1), &order), sigma))
}

/// Computes the singular values of a matrix, largest first.
///
/// # Errors
/// See [`svd`].
pub fn singular_values(a: ArrayView2<'_, f64>) -> Result<Vec<f64>> {
    let mut sigma = decompose(a, None, None)?;
    sigma.sort_by(|a, b| b.total_cmp(a));
    Ok(sigma)
}

/// Returns the order that sorts singular values, largest first.
///
/// The backend does not sort values that are 0 up to rounding.
fn decreasing(sigma: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..sigma.len()).collect();
    order.sort_by(|&i, &j| sigma[j].total_cmp(&sigma[i]));
    order
}

fn decompose(a: ArrayView2<'_, f64>, u: Option<MatMut<'_, f64>>, v: Option<MatMut<'_, f64>>) -> Result<Vec<f64>> {
    backend::ensure_finite(a)?;
    let (n, p) = a.dim();
    // The backend overflows above 1e154 and is silently wrong below 1e-160.
    let scale = power_of_two(a.iter());
    let scaled = a.mapv(|value| value / scale);
    let mut sigma = vec![0.0; n.min(p)];
    let wanted = |vectors: &Option<MatMut<'_, f64>>| match vectors {
        Some(_) => ComputeSvdVectors::Thin,
        None => ComputeSvdVectors::No,
    };
    let scratch = faer_svd::svd_scratch::<f64>(n, p, wanted(&u), wanted(&v), Par::Seq, Default::default());
    faer_svd::svd(
        Operand::new(scaled.view()).mat(),
        DiagMut::from_slice_mut(&mut sigma),
        u,
        v,
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    )
    .map_err(|_| {
        Error::not_converged(format!("the singular value decomposition of a {n} x {p} matrix did not converge"))
    })?;
    for value in &mut sigma {
        *value *= scale;
        if !value.is_finite() {
            return Err(Error::out_of_range("a singular value", "divide the features by their common scale first"));
        }
    }
    Ok(sigma)
}
