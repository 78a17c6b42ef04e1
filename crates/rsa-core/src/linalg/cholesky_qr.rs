//! QR decomposition by products: twice through the Gram matrix of the columns.

use faer::{MatMut, Par, linalg::triangular_solve};
use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;

use super::{
    Qr,
    backend::{self, Operand},
    cholesky, gram, inner_product, product, solve_lower,
};
use crate::{ErrorKind, Result};

/// What the columns of the first pass may differ from orthonormal ones, as the Frobenius norm of QᵀQ − 1. Below it the
/// second pass makes them so up to rounding.
const NEARLY_ORTHONORMAL: f64 = 0.1;

/// A QR decomposition that the columns were independent enough for.
#[derive(Clone, Debug)]
pub struct CholeskyQr {
    /// Q and R, as [`qr`](super::qr) has them.
    pub qr: Qr,
    /// A lower bound on the smallest singular value.
    pub smallest: f64,
}

/// The thin QR decomposition of an n × p matrix of independent columns, n ≥ p, several times as fast as by reflections.
///
/// R is the Cholesky factor of AᵀA, and Q what AR⁻¹ is; done again with that, Q is orthonormal up to rounding as long as
/// the first pass came near it, which is checked. `None` where it did not: columns that depend on each other, or nearly
/// (a condition number beyond about 1e6). Columns of about equal length serve it best.
///
/// Reference: Yamamoto et al. 2015, Electronic Transactions on Numerical Analysis 44, 306–326.
///
/// # Errors
/// `NonFinite` for NaN or infinity in the input, `OutOfRange` if an entry overflows.
pub fn cholesky_qr(a: ArrayView2<'_, f64>) -> Result<Option<CholeskyQr>> {
    let (n, p) = a.dim();
    if p == 0 || n < p {
        return Ok(None);
    }
    backend::ensure_finite(a)?;
    let Some(first) = positive(cholesky(gram(a.t())?.view()))? else { return Ok(None) };
    let mut q: Vec<f64> = a.iter().copied().collect();
    divide(&mut q, &first);
    let q_of_first = Array2::from_shape_vec((n, p), q).expect("as many entries as before");
    let products = gram(q_of_first.t())?;
    let away = &products - &Array2::<f64>::eye(p);
    if inner_product(away.view(), away.view()).sqrt() > NEARLY_ORTHONORMAL {
        return Ok(None);
    }
    let Some(second) = positive(cholesky(products.view()))? else { return Ok(None) };
    let mut q = q_of_first.into_raw_vec_and_offset().0;
    divide(&mut q, &second);
    let q = Array2::from_shape_vec((n, p), q).expect("as many entries as before");
    // A = (QL₂ᵀ)L₁ᵀ, and the triangle above the diagonal is exactly 0 in both.
    let lower = product(first.view(), second.view())?;
    let inverse = solve_lower(lower.view(), Array2::eye(p).view())?;
    let smallest = 1.0 / inner_product(inverse.view(), inverse.view()).sqrt();
    Ok(Some(CholeskyQr { qr: Qr { q, r: lower.reversed_axes() }, smallest }))
}

/// A Cholesky factor, `None` if the matrix was not positive definite.
fn positive(factor: Result<Array2<f64>>) -> Result<Option<Array2<f64>>> {
    match factor {
        Err(error) if matches!(error.kind(), ErrorKind::Degenerate { .. }) => Ok(None),
        found => found.map(Some),
    }
}

/// A·L⁻ᵀ in the place of A, row by row in blocks that threads take.
fn divide(a: &mut [f64], lower: &Array2<f64>) {
    const ROWS: usize = 256;
    let p = lower.nrows();
    let lower = Operand::new(lower.view());
    a.par_chunks_mut(ROWS * p).for_each(|rows| {
        let count = rows.len() / p;
        let columns = MatMut::from_column_major_slice_mut(rows, p, count);
        triangular_solve::solve_lower_triangular_in_place(lower.mat(), columns, Par::Seq);
    });
}

#[cfg(test)]
mod tests {
    use ndarray::Axis;

    use super::*;
    use crate::linalg::{singular_values, svd};

    fn numbers(n: usize, p: usize) -> Array2<f64> {
        Array2::from_shape_fn((n, p), |(i, j)| ((i * i * (j + 2) + 7 * i) as f64).sin())
    }

    fn largest(a: &Array2<f64>) -> f64 {
        a.iter().fold(0.0, |largest, value| f64::max(largest, value.abs()))
    }

    #[test]
    fn q_is_orthonormal_and_qr_the_matrix() {
        // Independent columns, then columns that are nearly dependent: a condition number of some 1e5.
        let mut near = numbers(600, 9);
        let mixed = near.slice_axis(Axis(1), ndarray::Slice::from(..8)).sum_axis(Axis(1));
        near.column_mut(8).mapv_inplace(|value| value * 1e-4);
        near.column_mut(8).zip_mut_with(&mixed, |value, mixed| *value += mixed);
        for a in [numbers(600, 9), numbers(10, 9), near] {
            let CholeskyQr { qr, smallest } = cholesky_qr(a.view()).unwrap().unwrap();
            assert!(largest(&(qr.q.t().dot(&qr.q) - Array2::<f64>::eye(9))) < 1e-14);
            assert!(largest(&(qr.q.dot(&qr.r) - &a)) < 1e-13);
            assert!(qr.r.indexed_iter().all(|((i, j), value)| j >= i || *value == 0.0));
            let least = singular_values(a.view()).unwrap()[8];
            assert!(smallest <= least * (1.0 + 1e-9) && smallest >= least / 3.1, "{smallest} for {least}");
        }
    }

    #[test]
    fn what_depends_on_other_columns_is_left_to_another_route() {
        let mut a = numbers(50, 5);
        let first = a.column(0).to_owned();
        a.column_mut(4).assign(&first);
        assert!(cholesky_qr(a.view()).unwrap().is_none());
        a.column_mut(4).zip_mut_with(&Array2::from_shape_fn((50, 1), |(i, _)| (i as f64).cos()).column(0), |a, b| {
            *a += 1e-9 * b;
        });
        assert!(cholesky_qr(a.view()).unwrap().is_none(), "a condition number of 1e9");
        assert!(cholesky_qr(Array2::zeros((5, 2)).view()).unwrap().is_none());
        assert!(cholesky_qr(numbers(3, 5).view()).unwrap().is_none());
        assert_eq!(cholesky_qr(ndarray::array![[f64::NAN]].view()).unwrap_err().kind().name(), "NonFinite");
    }

    #[test]
    fn threads_do_not_change_a_bit() {
        let a = numbers(1500, 40);
        let [one, three] = [1, 3].map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| cholesky_qr(a.view()).unwrap().unwrap().qr)
        });
        assert_eq!((one.q, one.r), (three.q, three.r));
    }

    #[test]
    fn the_singular_values_of_r_are_those_of_the_matrix() {
        let a = numbers(300, 12);
        let r = cholesky_qr(a.view()).unwrap().unwrap().qr.r;
        let (found, expected) = (svd(r.view()).unwrap().sigma, svd(a.view()).unwrap().sigma);
        assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-13 * expected[0]));
    }
}
