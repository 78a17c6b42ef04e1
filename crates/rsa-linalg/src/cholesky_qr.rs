//! QR decomposition of a tall matrix through the Gram matrix of its columns (Cholesky QR).

use std::ops::Range;

use faer::{MatMut, Par, linalg::triangular_solve};
use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;

use super::{
    backend::{self, Operand},
    cholesky, gram, inner_product, power_of_two, product, solve_lower,
};
use crate::{ErrorKind, Result};

/// Condition number of the Gram matrix up to which a single pass keeps Q orthonormal up to rounding.
const ONE_PASS: f64 = 64.0;

/// Largest Frobenius norm of QᵀQ − 1 after the first pass for which the second pass makes Q orthonormal up to rounding.
const NEARLY_ORTHONORMAL: f64 = 0.1;

/// Squared lengths of columns for which products of columns neither overflow nor vanish.
const SQUARES: Range<f64> = 1e-120..1e120;

/// QR decomposition of a matrix with independent columns, with Q as a product of two factors.
///
/// Multiplying with the factors one after the other is cheaper than forming Q.
#[derive(Clone, Debug)]
pub struct CholeskyQr {
    /// Nearly orthonormal columns, n × p; `None` if A itself takes their place.
    pub columns: Option<Array2<f64>>,
    /// Upper triangular p × p matrix with Q = `columns`·`to_basis`.
    pub to_basis: Array2<f64>,
    /// Upper triangular p × p matrix with A = Q·R.
    pub r: Array2<f64>,
    /// Largest power of two that is at most the length, for every column.
    pub lengths: Vec<f64>,
    /// Lower bound on the smallest singular value of A with each column divided by its entry of `lengths`.
    pub smallest: f64,
}

/// Computes the thin QR decomposition of an n × p matrix of independent columns, n ≥ p, much faster than reflections.
///
/// R is the Cholesky factor of AᵀA, after the columns were scaled to about equal length. Where AᵀA is well conditioned,
/// Q = AR⁻¹ is orthonormal up to rounding. Elsewhere a second pass decomposes AR⁻¹ in the same way; the result is
/// orthonormal if AR⁻¹ is nearly so, which is checked. The function returns `None` if that check fails, that is for
/// columns that are dependent or nearly so (a condition number beyond about 1e6), and for columns whose squared lengths
/// would overflow or vanish.
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
    // A non-finite value makes a product non-finite, so the values are searched only after an overflow.
    let mut products = gram(a.t()).or_else(|error| backend::ensure_finite(a).and(Err(error)))?;
    if !products.diag().iter().all(|square| SQUARES.contains(square)) {
        return Ok(None);
    }
    let lengths: Vec<f64> = products.diag().iter().map(|square| power_of_two(&[square.sqrt()])).collect();
    // Bit for bit the products of the divided columns, because the lengths are powers of two and divide exactly.
    products.indexed_iter_mut().for_each(|((i, j), value)| *value /= lengths[i] * lengths[j]);
    let Some(first) = if_definite(cholesky(products.view()))? else { return Ok(None) };
    let inverse = inverse(&first)?;
    if largest_row_sum(&products) * largest_row_sum(&gram(inverse.t())?) <= ONE_PASS {
        let mut to_basis = inverse.t().to_owned();
        to_basis.rows_mut().into_iter().zip(&lengths).for_each(|(mut row, length)| row /= *length);
        return Ok(Some(CholeskyQr::new(None, to_basis, first, &inverse, lengths)));
    }
    let mut columns: Vec<f64> = a.iter().copied().collect();
    columns.par_chunks_mut(p).for_each(|row| row.iter_mut().zip(&lengths).for_each(|(value, length)| *value /= length));
    divide(&mut columns, &first);
    let columns = Array2::from_shape_vec((n, p), columns).expect("as many entries as before");
    let products = gram(columns.t())?;
    if frobenius(&(&products - &Array2::<f64>::eye(p))) > NEARLY_ORTHONORMAL {
        return Ok(None);
    }
    let Some(second) = if_definite(cholesky(products.view()))? else { return Ok(None) };
    let inverse_of_second = self::inverse(&second)?;
    // A = (QL₂ᵀ)L₁ᵀ, with the columns of A divided by their lengths. Both factors are exactly 0 above the diagonal.
    let lower = product(first.view(), second.view())?;
    let inverse = product(inverse_of_second.view(), inverse.view())?;
    Ok(Some(CholeskyQr::new(Some(columns), inverse_of_second.reversed_axes(), lower, &inverse, lengths)))
}

impl CholeskyQr {
    /// Builds the decomposition from the Cholesky factor of the scaled products and its inverse.
    fn new(
        columns: Option<Array2<f64>>,
        to_basis: Array2<f64>,
        lower: Array2<f64>,
        inverse: &Array2<f64>,
        lengths: Vec<f64>,
    ) -> Self {
        let mut r = lower.reversed_axes();
        r.columns_mut().into_iter().zip(&lengths).for_each(|(mut column, length)| column *= *length);
        Self { columns, to_basis, r, lengths, smallest: 1.0 / frobenius(inverse) }
    }
}

fn inverse(lower: &Array2<f64>) -> Result<Array2<f64>> {
    solve_lower(lower.view(), Array2::eye(lower.nrows()).view())
}

fn frobenius(a: &Array2<f64>) -> f64 {
    inner_product(a.view(), a.view()).sqrt()
}

/// Returns an upper bound on the largest eigenvalue of a symmetric matrix.
fn largest_row_sum(a: &Array2<f64>) -> f64 {
    a.rows().into_iter().map(|row| row.iter().map(|value| value.abs()).sum()).fold(0.0, f64::max)
}

/// Returns the Cholesky factor, `None` if the matrix was not positive definite.
fn if_definite(factor: Result<Array2<f64>>) -> Result<Option<Array2<f64>>> {
    match factor {
        Err(error) if matches!(error.kind(), ErrorKind::Degenerate { .. }) => Ok(None),
        found => found.map(Some),
    }
}

/// Replaces A by A·L⁻ᵀ, with blocks of rows shared among threads.
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
    use ndarray::{Array1, Axis};

    use super::*;
    use crate::{singular_values, svd};

    fn numbers(n: usize, p: usize) -> Array2<f64> {
        Array2::from_shape_fn((n, p), |(i, j)| ((i * i * (j + 2) + 7 * i) as f64).sin())
    }

    fn largest(a: &Array2<f64>) -> f64 {
        a.iter().fold(0.0, |largest, value| f64::max(largest, value.abs()))
    }

    #[test]
    fn q_is_orthonormal_and_qr_the_matrix() {
        // Independent columns, then nearly dependent ones with a condition number of about 1e5.
        let mut near = numbers(600, 9);
        let mixed = near.slice_axis(Axis(1), ndarray::Slice::from(..8)).sum_axis(Axis(1));
        near.column_mut(8).mapv_inplace(|value| value * 1e-4);
        near.column_mut(8).zip_mut_with(&mixed, |value, mixed| *value += mixed);
        assert!(cholesky_qr(numbers(600, 9).view()).unwrap().unwrap().columns.is_none());
        assert!(cholesky_qr(near.view()).unwrap().unwrap().columns.is_some());
        let units = Array1::from_shape_fn(9, |j| 10f64.powi(3 * j as i32 - 12));
        for a in [numbers(600, 9), numbers(600, 9) * units, numbers(10, 9), near] {
            let found = cholesky_qr(a.view()).unwrap().unwrap();
            let q = found.columns.as_ref().unwrap_or(&a).dot(&found.to_basis);
            assert!(largest(&(q.t().dot(&q) - Array2::<f64>::eye(9))) < 1e-14);
            assert!(largest(&((q.dot(&found.r) - &a) / &Array1::from(found.lengths.clone()))) < 1e-13);
            let upper = |a: &Array2<f64>| a.indexed_iter().all(|((i, j), value)| j >= i || *value == 0.0);
            assert!(upper(&found.r) && upper(&found.to_basis));
            let least = singular_values((&a / &Array1::from(found.lengths)).view()).unwrap()[8];
            let smallest = found.smallest;
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
        let mut a = numbers(1500, 40);
        // Column 39 is close enough to column 0 that a second pass is needed.
        let first = a.column(0).to_owned();
        a.column_mut(39).zip_mut_with(&first, |value, first| *value = *value * 1e-3 + first);
        let [one, three] = [1, 3].map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| cholesky_qr(a.view()).unwrap().unwrap())
        });
        assert_eq!((one.columns, one.to_basis, one.r), (three.columns, three.to_basis, three.r));
    }

    #[test]
    fn the_singular_values_of_r_are_those_of_the_matrix() {
        let a = numbers(300, 12);
        let r = cholesky_qr(a.view()).unwrap().unwrap().r;
        let (found, expected) = (svd(r.view()).unwrap().sigma, svd(a.view()).unwrap().sigma);
        assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-13 * expected[0]));
    }
}
