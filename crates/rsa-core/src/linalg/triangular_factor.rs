//! The triangular factor alone.

use faer::{
    MatMut, Par,
    dyn_stack::{MemBuffer, MemStack},
    linalg::qr::no_pivoting::factor,
};
use ndarray::{Array2, ArrayView2};

use super::{backend, power_of_two};
use crate::{Error, Result};

/// The R of a QR decomposition of an n × p matrix: min(n, p) × p, upper triangular, with RᵀR = AᵀA.
///
/// Factors of blocks of rows, one below the other, have the factor of all rows: merging them (TSQR) loses no digit, which
/// sums of products AᵀA would. Signs are as they come: products of columns do not see them.
///
/// # Errors
/// `NonFinite` for NaN or infinity in the input, `OutOfRange` if an entry of R overflows.
///
/// Reference: Demmel et al. 2012, SIAM Journal on Scientific Computing, doi:10.1137/080731992.
pub fn triangular_factor(a: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
    backend::ensure_finite(a)?;
    let (n, p) = a.dim();
    let k = n.min(p);
    let scale = power_of_two(a.iter());
    let mut factors: Vec<f64> = a.reversed_axes().iter().map(|value| value / scale).collect();
    if k > 0 {
        let block = factor::recommended_block_size::<f64>(n, p);
        let mut coefficients = vec![0.0; block * k];
        let scratch = factor::qr_in_place_scratch::<f64>(n, p, block, Par::Seq, Default::default());
        let mut buffer = MemBuffer::new(scratch);
        factor::qr_in_place(
            MatMut::from_column_major_slice_mut(&mut factors, n, p),
            MatMut::from_column_major_slice_mut(&mut coefficients, block, k),
            Par::Seq,
            MemStack::new(&mut buffer),
            Default::default(),
        );
    }
    let r = Array2::from_shape_fn((k, p), |(i, j)| if i <= j { factors[j * n + i] * scale } else { 0.0 });
    match r.iter().all(|value| value.is_finite()) {
        true => Ok(r),
        false => Err(Error::out_of_range("an entry of R", "divide the features by their common scale first")),
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Axis, Slice, concatenate};

    use super::*;

    #[test]
    fn factors_of_blocks_have_the_products_of_the_whole() {
        for (n, p) in [(50, 7), (50, 1), (9, 12), (1, 1)] {
            let a = Array2::from_shape_fn((n, p), |(i, j)| ((i * i * (j + 2) + j) as f64).sin());
            let cut = n / 3;
            let factor = |rows: Slice| triangular_factor(a.slice_axis(Axis(0), rows)).unwrap();
            let stacked = concatenate(Axis(0), &[factor(Slice::from(..cut)).view(), factor(Slice::from(cut..)).view()]);
            let r = triangular_factor(stacked.unwrap().view()).unwrap();
            assert_eq!(r.dim(), (n.min(p), p));
            assert!(r.indexed_iter().all(|((i, j), &value)| i <= j || value == 0.0));
            assert!((r.t().dot(&r) - a.t().dot(&a)).iter().all(|d| d.abs() < 1e-12), "{n} x {p}");
        }
    }

    #[test]
    fn extremes_keep_their_digits_and_nan_is_refused() {
        let a = Array2::from_shape_fn((9, 3), |(i, j)| ((i * i * (j + 2)) as f64).sin());
        let expected = triangular_factor(a.view()).unwrap();
        for scale in [2f64.powi(600), 2f64.powi(-600)] {
            assert_eq!(triangular_factor((&a * scale).view()).unwrap(), &expected * scale);
        }
        assert_eq!(
            triangular_factor(Array2::from_elem((2, 2), f64::NAN).view()).unwrap_err().kind().name(),
            "NonFinite"
        );
    }
}
