//! Matrix products and inner products.

use std::{cell::Cell, ops::Range, sync::Mutex};

use faer::{
    Accum, MatMut, Par,
    linalg::matmul::{
        matmul,
        triangular::{self, BlockStructure},
    },
};
use ndarray::{Array2, ArrayView2, Axis, Slice};

use super::{
    accumulate::transpose_into,
    backend::{self, Operand},
    registers::on_wide_registers,
};
use crate::{Error, Result};

/// Computes the product `a`·`b` of an n × k and a k × m matrix.
///
/// Pass a transposed view for a transposed factor.
///
/// # Errors
/// `OutOfRange` if an entry overflows (or if the input is not finite).
///
/// # Panics
/// If the inner sizes differ.
pub fn product(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
    let (n, k, m) = (a.nrows(), a.ncols(), b.ncols());
    assert_eq!(k, b.nrows(), "inner sizes of a product");
    let mut values = vec![0.0; n * m];
    let threads = backend::product_threads(n * k * m);
    multiply_in_blocks(a, n * k * m, |accumulate, a, summed| {
        let out = MatMut::from_row_major_slice_mut(&mut values, n, m);
        let b = Operand::new(b.slice_axis(Axis(0), Slice::from(summed)));
        matmul(out, accumulate, a.mat(), b.mat(), 1.0, threads);
    });
    let out = Array2::from_shape_vec((n, m), values).expect("the buffer was made for this shape");
    backend::ensure_in_range(out, "an entry of a matrix product")
}

/// Writes the n × m product `a`·`b` into `out`, where a row begins every `stride` numbers, on the calling thread.
///
/// The function is meant for tasks that run in parallel. The caller must check the result for overflow.
///
/// # Panics
/// If the inner sizes differ or `out` is too short.
pub fn product_into(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>, out: &mut [f64], stride: usize) {
    assert_eq!(a.ncols(), b.nrows(), "inner sizes of a product");
    // The view is column-major and transposed, because the backend's row-major constructor handles the stride wrongly.
    let out = MatMut::from_column_major_slice_with_stride_mut(out, b.ncols(), a.nrows(), stride).transpose_mut();
    matmul(out, Accum::Replace, Operand::new(a).mat(), Operand::new(b).mat(), 1.0, Par::Seq);
}

/// Computes the n × n product `a`·`a`ᵀ of an n × k matrix, symmetric to the bit.
///
/// # Errors
/// `OutOfRange` if an entry overflows (or if the input is not finite).
pub fn gram(a: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
    let (n, k) = a.dim();
    let mut values = vec![0.0; n * n];
    let threads = backend::product_threads(n * n * k / 2);
    multiply_in_blocks(a, n * n * k / 2, |accumulate, a, _| {
        let out = MatMut::from_row_major_slice_mut(&mut values, n, n);
        lower_gram(&a, accumulate, out, threads);
    });
    let mut out = Array2::from_shape_vec((n, n), values).expect("the buffer was made for this shape");
    mirror_lower(&mut out);
    backend::ensure_in_range(out, "an entry of a Gram matrix")
}

/// Writes the upper triangle of `a`·`a`ᵀ, with the diagonal, into `out` as [`product_into`] does.
///
/// Entries below the diagonal stay as they are.
///
/// # Panics
/// If `out` is too short.
pub(super) fn upper_gram_into(a: ArrayView2<'_, f64>, out: &mut [f64], stride: usize) {
    // Column-major, so the lower triangle here is the upper one of `out`: the backend's row-major constructor handles
    // the stride wrongly.
    let out = MatMut::from_column_major_slice_with_stride_mut(out, a.nrows(), a.nrows(), stride);
    lower_gram(&Operand::new(a), Accum::Replace, out, Par::Seq);
}

fn lower_gram(a: &Operand<'_>, accumulate: Accum, out: MatMut<'_, f64>, threads: Par) {
    let (a, full) = (a.mat(), BlockStructure::Rectangular);
    triangular::matmul(out, BlockStructure::TriangularLower, accumulate, a, full, a.transpose(), full, 1.0, threads);
}

/// Calls `multiply` with the first factor `a` of a product, laid out so that the entries of one sum are contiguous.
///
/// The backend copies the second factor into the order of its kernel, and reads the first in place. In the first factor
/// of XᵀY, successive entries of one sum are a whole row of X apart, and reading them takes up to twice as long (a row
/// of 512 numbers fills a page). So a large factor is transposed, a block at a time.
fn multiply_in_blocks(
    a: ArrayView2<'_, f64>,
    multiplications: usize,
    mut multiply: impl FnMut(Accum, Operand<'_>, Range<usize>),
) {
    const BLOCK: usize = 2000;
    const WORTH_COPYING: usize = 1 << 22;
    let summed = a.ncols();
    if multiplications < WORTH_COPYING || a.strides()[1] == 1 {
        return multiply(Accum::Replace, Operand::new(a), 0..summed);
    }
    let mut block = Array2::zeros((0, 0));
    for start in (0..summed).step_by(BLOCK) {
        let range = start..(start + BLOCK).min(summed);
        transpose_into(a.slice_axis(Axis(1), Slice::from(range.clone())).reversed_axes(), &mut block);
        multiply(if start == 0 { Accum::Replace } else { Accum::Add }, Operand::new(block.view()), range);
    }
}

thread_local! {
    /// `true` on a thread that has its scratch.
    static HAS_SCRATCH: Cell<bool> = const { Cell::new(false) };
}

/// Allocates the scratch of matrix products on this thread and on all threads of the pool, `bytes` on each.
///
/// The backend allocates it at the first product of a thread, and ends the process if it cannot. This function asks for
/// as much first, so that a program learns of a limit of address space by an error. Later calls cost nothing.
///
/// # Errors
/// `TooLarge` if the system refuses the bytes.
pub fn allocate_product_scratch(bytes: usize) -> Result<()> {
    let turns = Mutex::new(());
    let allocate = || {
        // One after the other, so that what was asked for is still there.
        let _turn = turns.lock();
        HAS_SCRATCH.with(|has| match has.get() {
            true => Ok(()),
            false => first_product(bytes).map(|()| has.set(true)),
        })
    };
    allocate()?;
    rayon::broadcast(|_| allocate()).into_iter().collect()
}

fn first_product(bytes: usize) -> Result<()> {
    let mut asked = Vec::<u8>::new();
    asked.try_reserve_exact(bytes).map_err(|_| {
        let threads = rayon::current_num_threads();
        let message = format!(
            "matrix products take {} MiB of address space on each of {threads} threads, and the system allows less; raise \
             the limit (ulimit -v), or use fewer threads (--threads 1)",
            bytes.div_ceil(1 << 20)
        );
        Error::too_large(bytes as u64, 0, message)
    })?;
    drop(asked);
    // Small enough to cost nothing, and too large for the kernels without scratch.
    const SIZE: usize = 64;
    let ones = Array2::ones((SIZE, SIZE));
    product_into(ones.view(), ones.view(), &mut [0.0; SIZE * SIZE], SIZE);
    Ok(())
}

/// Copies the lower triangle onto the upper one, in tiles that stay in the cache.
pub fn mirror_lower(a: &mut Array2<f64>) {
    const TILE: usize = 32;
    let n = a.nrows();
    for rows in (0..n).step_by(TILE) {
        for columns in (rows..n).step_by(TILE) {
            for i in rows..(rows + TILE).min(n) {
                for j in columns.max(i + 1)..(columns + TILE).min(n) {
                    a[(i, j)] = a[(j, i)];
                }
            }
        }
    }
}

/// Computes Σ aᵢⱼ bᵢⱼ over two matrices of one shape, in a fixed order of summation.
///
/// # Panics
/// If the shapes differ.
pub fn inner_product(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>) -> f64 {
    assert_eq!(a.dim(), b.dim(), "shapes of an inner product");
    let rows = a.rows().into_iter().zip(b.rows());
    rows.map(|(a, b)| match (a.to_slice(), b.to_slice()) {
        (Some(a), Some(b)) => dot(a, b),
        _ => a.dot(&b),
    })
    .sum()
}

/// Computes Σ aₖbₖ of two vectors, in a fixed order of summation.
///
/// # Panics
/// If the lengths differ.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len(), "lengths of an inner product");
    on_wide_registers(
        #[inline(always)]
        || dot_by_lanes(a, b),
    )
}

#[inline(always)]
fn dot_by_lanes(a: &[f64], b: &[f64]) -> f64 {
    const LANES: usize = 16;
    let ((a_lanes, a_rest), (b_lanes, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [0.0; LANES];
    for (a, b) in a_lanes.iter().zip(b_lanes) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, Axis, Slice, array};

    use super::*;

    fn numbers(n: usize, m: usize) -> Array2<f64> {
        Array2::from_shape_fn((n, m), |(i, j)| ((i * 31 + j * 17) as f64 * 0.7).sin())
    }

    #[test]
    fn a_tall_factor_is_multiplied_multiply_in_blocks() {
        // Three blocks, the last of them short.
        let (a, b) = (numbers(4100, 40), numbers(4100, 30));
        let close = |found: Array2<f64>, expected: Array2<f64>| (found - expected).iter().all(|d| d.abs() < 1e-11);
        assert!(close(product(a.t(), b.view()).unwrap(), a.t().dot(&b)));
        assert!(close(gram(a.t()).unwrap(), a.t().dot(&a)));
    }

    #[test]
    fn products_of_any_memory_order_agree() {
        let (a, b) = (numbers(70, 33), numbers(33, 41));
        let expected = a.dot(&b);
        let close = |c: Array2<f64>| (&c - &expected).iter().all(|d| d.abs() < 1e-13);
        assert!(close(product(a.view(), b.view()).unwrap()));
        let by_columns = |m: &Array2<f64>| m.t().as_standard_layout().into_owned().reversed_axes();
        assert!(close(product(by_columns(&a).view(), by_columns(&b).view()).unwrap()));
        let wide = numbers(70, 80);
        let columns = wide.slice_axis(Axis(1), Slice::from(3..36));
        let strided = product(columns, b.view()).unwrap();
        assert!((&strided - &columns.dot(&b)).iter().all(|d| d.abs() < 1e-13));
    }

    #[test]
    fn a_gram_matrix_is_the_symmetric_product() {
        for (n, k) in [(1, 1), (5, 3), (33, 70), (130, 10)] {
            let a = numbers(n, k);
            let gram = gram(a.view()).unwrap();
            assert_eq!(gram, gram.t());
            assert!((&gram - &a.dot(&a.t())).iter().all(|d| d.abs() < 1e-12));
            let full = inner_product(gram.view(), gram.view());
            assert!((full - (&gram * &gram).sum()).abs() <= 1e-9 * full);
        }
    }

    #[test]
    fn an_overflow_is_an_error() {
        let a = array![[1e200, 1.0]];
        assert_eq!(gram(a.view()).unwrap_err().kind().name(), "OutOfRange");
        assert_eq!(product(a.view(), a.t()).unwrap_err().kind().name(), "OutOfRange");
        assert_eq!(gram(array![[f64::NAN]].view()).unwrap_err().kind().name(), "OutOfRange");
    }

    #[test]
    fn scratch_that_no_machine_has_is_an_error() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        pool.install(|| {
            let error = allocate_product_scratch(isize::MAX as usize).unwrap_err();
            assert_eq!(error.kind().name(), "TooLarge");
            assert!(error.to_string().contains("on each of 2 threads"), "{error}");
            allocate_product_scratch(1 << 20).unwrap();
            allocate_product_scratch(isize::MAX as usize).expect("it is there already");
        });
    }

    #[test]
    fn threads_do_not_change_a_bit() {
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let three = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        for (n, k, m) in [(517, 263, 301), (300, 1000, 301), (1025, 129, 257)] {
            let (a, b) = (numbers(n, k), numbers(k, m));
            let sequential = one.install(|| (product(a.view(), b.view()).unwrap(), gram(a.view()).unwrap()));
            let threaded = three.install(|| (product(a.view(), b.view()).unwrap(), gram(a.view()).unwrap()));
            assert_eq!(sequential, threaded, "{n} x {k} x {m}");
        }
    }
}
