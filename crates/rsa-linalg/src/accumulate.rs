//! Matrix products added to a sum, over blocks of conditions or of features.

use faer::{
    Accum, MatMut, MatRef,
    linalg::matmul::{
        matmul,
        triangular::{self, BlockStructure},
    },
};
use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;

use super::backend::{self, Operand};

/// Adds `factor`·`a`·`b`, the product of an n × k and a k × m matrix, to the n × m matrix `sum`.
///
/// Pass a transposed view for a transposed factor. Overflow is not checked: a caller that sums over many blocks first
/// scales them to one unit. The product is a quarter faster where the rows of both factors are contiguous; for a
/// transposed factor that is used several times see [`transpose_into`].
///
/// # Panics
/// If the sizes differ, or the rows of `sum` are not contiguous.
pub fn add_product(sum: &mut Array2<f64>, factor: f64, a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>) {
    let (n, k, m) = (a.nrows(), a.ncols(), b.ncols());
    assert_eq!((k, sum.dim()), (b.nrows(), (n, m)), "sizes of a product that is added");
    let (a, b) = (Operand::new(a), Operand::new(b));
    let threads = backend::product_threads(n * k * m);
    matmul(destination(sum), Accum::Add, a.mat(), b.mat(), factor, threads);
}

/// Adds the lower triangle of `factor`·`a`·`a`ᵀ, with the diagonal, to `sum`, leaving the rest of `sum` as it is.
///
/// # Panics
/// If the sizes differ, or the rows of `sum` are not contiguous.
pub fn add_lower_gram(sum: &mut Array2<f64>, factor: f64, a: ArrayView2<'_, f64>) {
    let (n, k) = a.dim();
    assert_eq!(sum.dim(), (n, n), "size of a Gram matrix that is added");
    let a = Operand::new(a);
    let mat: MatRef<'_, f64> = a.mat();
    triangular::matmul(
        destination(sum),
        BlockStructure::TriangularLower,
        Accum::Add,
        mat,
        BlockStructure::Rectangular,
        mat.transpose(),
        BlockStructure::Rectangular,
        factor,
        backend::product_threads(n * n * k / 2),
    );
}

/// Writes `a`ᵀ into `out` with contiguous rows, reusing the memory of `out` if the shape fits.
pub fn transpose_into(a: ArrayView2<'_, f64>, out: &mut Array2<f64>) {
    /// Side of a tile; a tile of both matrices stays in the cache.
    const TILE: usize = 32;
    let (n, p) = a.dim();
    if out.dim() != (p, n) || !out.is_standard_layout() {
        *out = Array2::zeros((p, n));
    }
    let a = a.as_standard_layout();
    let from = a.as_slice().expect("rows side by side");
    let rows = out.as_slice_mut().expect("rows side by side");
    rows.par_chunks_mut((TILE * n).max(1)).enumerate().for_each(|(band, rows)| {
        for start in (0..n).step_by(TILE) {
            let end = (start + TILE).min(n);
            for (column, row) in (band * TILE..).zip(rows.chunks_exact_mut(n)) {
                let entries = from[start * p + column..].iter().step_by(p);
                row[start..end].iter_mut().zip(entries).for_each(|(to, from)| *to = *from);
            }
        }
    });
}

fn destination(sum: &mut Array2<f64>) -> MatMut<'_, f64> {
    let (n, m) = sum.dim();
    MatMut::from_row_major_slice_mut(sum.as_slice_mut().expect("rows side by side"), n, m)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(n: usize, m: usize) -> Array2<f64> {
        Array2::from_shape_fn((n, m), |(i, j)| ((i * 31 + j * 17) as f64 * 0.7).sin())
    }

    #[test]
    fn products_are_added_to_what_is_there() {
        let (a, b, before) = (numbers(70, 33), numbers(33, 41), numbers(70, 41));
        let mut sum = before.clone();
        add_product(&mut sum, 0.5, a.view(), b.view());
        assert!((&sum - &before - a.dot(&b) * 0.5).iter().all(|d| d.abs() < 1e-13));
        let mut sum = numbers(33, 41);
        add_product(&mut sum, 2.0, a.t(), before.view());
        assert!((&sum - &numbers(33, 41) - a.t().dot(&before) * 2.0).iter().all(|d| d.abs() < 1e-12));
    }

    #[test]
    fn a_gram_matrix_is_added_to_the_lower_triangle_alone() {
        for (n, k) in [(1, 1), (5, 3), (130, 70)] {
            let (a, before) = (numbers(n, k), numbers(n, n));
            let mut sum = before.clone();
            add_lower_gram(&mut sum, 0.25, a.view());
            let expected = &before + &(a.dot(&a.t()) * 0.25);
            for ((i, j), &value) in sum.indexed_iter() {
                let wanted = if i >= j { expected[(i, j)] } else { before[(i, j)] };
                assert!((value - wanted).abs() < 1e-13, "({i}, {j}) of {n} x {k}");
            }
        }
    }

    #[test]
    fn a_transposed_matrix_has_its_rows_side_by_side() {
        for (n, p) in [(1, 1), (33, 70), (64, 5)] {
            let a = numbers(n, p);
            for mut out in [Array2::zeros((0, 0)), numbers(p, n)] {
                transpose_into(a.view(), &mut out);
                assert_eq!(out, a.t());
                assert!(out.is_standard_layout());
            }
        }
    }

    #[test]
    fn sums_are_the_same_at_any_number_of_threads() {
        let (a, b) = (numbers(300, 700), numbers(700, 310));
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let (mut full, mut lower) = (Array2::zeros((300, 310)), Array2::zeros((300, 300)));
                add_product(&mut full, 1.0, a.view(), b.view());
                add_lower_gram(&mut lower, 1.0, a.view());
                (full, lower)
            })
        };
        let alone = on(1);
        for threads in [2, 3, 7] {
            assert_eq!(on(threads), alone, "{threads} threads");
        }
    }
}
