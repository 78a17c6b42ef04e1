//! The triangular factor of a QR decomposition, computed without the orthogonal factor.

use faer::{
    MatMut, Par,
    dyn_stack::{MemBuffer, MemStack},
    linalg::qr::no_pivoting::factor,
};
use ndarray::{Array2, ArrayView2, Axis, concatenate};
use rayon::prelude::*;

use super::{backend, power_of_two, transpose_into};
use crate::{Error, Result};

/// Computes the R of a QR decomposition of an n × p matrix: min(n, p) × p, upper triangular, with RᵀR = AᵀA.
///
/// If the factors of blocks of rows are stacked, the R of the stack is the R of all rows. Merging factors in this way
/// (TSQR) loses no digits, whereas adding products AᵀA would. The signs of the rows of R are not fixed, because RᵀR
/// does not depend on them.
///
/// A tall matrix is cut into pieces that depend on its shape alone. The pieces are decomposed in parallel, and the
/// stack of their factors is decomposed again. The number of threads changes no bit.
///
/// # Errors
/// `NonFinite` for NaN or infinity in the input, `OutOfRange` if an entry of R overflows.
///
/// Reference: Demmel et al. 2012, SIAM Journal on Scientific Computing, doi:10.1137/080731992.
pub fn triangular_factor(a: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
    backend::ensure_finite(a)?;
    let scale = power_of_two(a.iter());
    let r = factor_in_pieces(a, scale) * scale;
    match r.iter().all(|value| value.is_finite()) {
        true => Ok(r),
        false => Err(Error::out_of_range("an entry of R", "divide the features by their common scale first")),
    }
}

/// Computes the factor of a / `scale`, piece by piece if the matrix is tall.
fn factor_in_pieces(a: ArrayView2<'_, f64>, scale: f64) -> Array2<f64> {
    /// Rows of a piece for each column. With fewer rows, merging costs more than it saves. (Cholesky QR, run twice,
    /// would take 1.5 times as many multiplications.)
    const ROWS: usize = 8;
    /// Smallest number of rows of a piece; a smaller piece is not worth a thread.
    const LEAST: usize = 1024;
    let (n, p) = a.dim();
    let rows = (ROWS * p).max(LEAST);
    if n < rows {
        return factor_by_reflections(a, scale);
    }
    // There are at least two pieces; the number depends on the shape of the matrix alone.
    let pieces: Vec<_> = a.axis_chunks_iter(Axis(0), n.div_ceil((n / rows).max(2))).collect();
    let factors: Vec<Array2<f64>> = pieces.into_par_iter().map(|piece| factor_by_reflections(piece, scale)).collect();
    let factors: Vec<_> = factors.iter().map(Array2::view).collect();
    factor_in_pieces(concatenate(Axis(0), &factors).expect("factors of as many columns").view(), 1.0)
}

fn factor_by_reflections(a: ArrayView2<'_, f64>, scale: f64) -> Array2<f64> {
    let (n, p) = a.dim();
    let k = n.min(p);
    if k == 0 {
        return Array2::zeros((k, p));
    }
    let mut columns = Array2::default((0, 0));
    transpose_into(a, &mut columns);
    columns /= scale;
    let factors = columns.as_slice_mut().expect("rows side by side");
    let block = factor::recommended_block_size::<f64>(n, p);
    let mut coefficients = vec![0.0; block * k];
    let scratch = factor::qr_in_place_scratch::<f64>(n, p, block, Par::Seq, Default::default());
    let mut buffer = MemBuffer::new(scratch);
    factor::qr_in_place(
        MatMut::from_column_major_slice_mut(factors, n, p),
        MatMut::from_column_major_slice_mut(&mut coefficients, block, k),
        Par::Seq,
        MemStack::new(&mut buffer),
        Default::default(),
    );
    Array2::from_shape_fn((k, p), |(i, j)| if i <= j { columns[(j, i)] } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use ndarray::Slice;

    use super::*;

    fn numbers(n: usize, p: usize) -> Array2<f64> {
        Array2::from_shape_fn((n, p), |(i, j)| ((i * i * (j + 2) + j) as f64).sin())
    }

    #[test]
    fn factors_of_blocks_have_the_products_of_the_whole() {
        // The last matrix is so tall that each of its blocks is cut into pieces.
        for (n, p) in [(50, 7), (50, 1), (9, 12), (1, 1), (5000, 40)] {
            let a = numbers(n, p);
            let cut = n / 3;
            let factor = |rows: Slice| triangular_factor(a.slice_axis(Axis(0), rows)).unwrap();
            let stacked = concatenate(Axis(0), &[factor(Slice::from(..cut)).view(), factor(Slice::from(cut..)).view()]);
            for r in [triangular_factor(stacked.unwrap().view()).unwrap(), triangular_factor(a.view()).unwrap()] {
                assert_eq!(r.dim(), (n.min(p), p));
                assert!(r.indexed_iter().all(|((i, j), &value)| i <= j || value == 0.0));
                let away = r.t().dot(&r) - a.t().dot(&a);
                assert!(away.iter().all(|d| d.abs() < 2e-14 * n.max(50) as f64), "{n} x {p}");
            }
        }
    }

    #[test]
    fn pieces_give_the_same_bits_at_any_number_of_threads() {
        let a = numbers(5000, 60);
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| triangular_factor(a.view()).unwrap())
        };
        let alone = on(1);
        assert_ne!(alone, factor_by_reflections(a.view(), 1.0), "in pieces");
        for threads in [2, 3, 7] {
            assert_eq!(on(threads), alone, "{threads} threads");
        }
    }

    #[test]
    fn extremes_keep_their_digits_and_nan_is_refused() {
        let a = numbers(9, 3);
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
