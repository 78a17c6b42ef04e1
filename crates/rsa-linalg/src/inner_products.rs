//! Inner products between two lists of long vectors.

use std::{array, ops::Range};

use ndarray::Array2;
use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::{backend, product::mirror_lower};
use crate::Result;

/// Number of vectors of `a` in a tile. Each of the 12 products of a tile is summed in a register of its own.
const ROWS: usize = 4;

/// Number of vectors of `b` in a tile.
const COLUMNS: usize = 3;

/// Computes the inner products of every vector of `a` with every vector of `b`, all of one length.
///
/// The function is meant for a few long vectors. It multiplies them in place, a block of entries at a time. A general
/// matrix product would first copy the vectors into one matrix and then into its own order, which takes as long as
/// multiplying them.
///
/// # Errors
/// `OutOfRange` if a product overflows (or if the input is not finite).
///
/// # Panics
/// If the lengths differ.
pub fn inner_products(a: &[&[f64]], b: &[&[f64]]) -> Result<Array2<f64>> {
    /// Number of entries in a block; the blocks of about sixty vectors (60 × 3 KiB) fit the cache of a core.
    const BLOCK: usize = 384;
    /// Number of partial sums, computed in parallel and added in order. It is fixed, so the result does not depend on
    /// threads.
    const SUMS: usize = 64;
    let length = a.iter().chain(b).map(|vector| vector.len()).next().unwrap_or(0);
    assert!(a.iter().chain(b).all(|vector| vector.len() == length), "vectors of one length");
    let blocks = length.div_ceil(BLOCK);
    let entries_of_sum = blocks.div_ceil(SUMS).max(1) * BLOCK;
    let starts: Vec<usize> = (0..length).step_by(entries_of_sum).collect();
    let lower_half = same_list(a, b);
    let sum = |&start: &usize| {
        let end = (start + entries_of_sum).min(length);
        let mut sums = Array2::zeros((a.len(), b.len()));
        for start in (start..end).step_by(BLOCK) {
            let entries = start..(start + BLOCK).min(end);
            pulp::Arch::new().dispatch(Products { a, b, entries, lower_half, sums: &mut sums });
        }
        sums
    };
    let mut sums = Array2::zeros((a.len(), b.len()));
    starts.par_iter().map(sum).collect::<Vec<Array2<f64>>>().iter().for_each(|part| sums += part);
    if lower_half {
        mirror_lower(&mut sums);
    }
    backend::ensure_in_range(sums, "an inner product")
}

/// Returns `true` if two lists hold references to the same objects in the same order.
pub fn same_list<T: ?Sized>(a: &[&T], b: &[&T]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| std::ptr::eq(*a, *b))
}

/// Work of adding the products of one range of entries to `sums`.
///
/// If `lower_half` is set, entries above the diagonal are computed only where a tile crosses the diagonal.
struct Products<'a> {
    a: &'a [&'a [f64]],
    b: &'a [&'a [f64]],
    entries: Range<usize>,
    lower_half: bool,
    sums: &'a mut Array2<f64>,
}

impl WithSimd for Products<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let whole = self.a.len() / ROWS * ROWS;
        for i in (0..whole).step_by(ROWS) {
            self.add_rows::<S, ROWS>(simd, i);
        }
        for i in whole..self.a.len() {
            self.add_rows::<S, 1>(simd, i);
        }
    }
}

impl Products<'_> {
    /// Adds the products of the `R` vectors of `a` from `i` on.
    #[inline(always)]
    fn add_rows<S: Simd, const R: usize>(&mut self, simd: S, i: usize) {
        let rows: [&[f64]; R] = array::from_fn(|r| &self.a[i + r][self.entries.clone()]);
        let end = if self.lower_half { i + R } else { self.b.len() };
        let whole = end / COLUMNS * COLUMNS;
        for j in (0..whole).step_by(COLUMNS) {
            let columns: [&[f64]; COLUMNS] = array::from_fn(|c| &self.b[j + c][self.entries.clone()]);
            add(tile(simd, rows, columns), i, j, self.sums);
        }
        for j in whole..end {
            add(tile(simd, rows, [&self.b[j][self.entries.clone()]]), i, j, self.sums);
        }
    }
}

/// Computes every product of a row and a column of one tile.
#[inline(always)]
fn tile<S: Simd, const R: usize, const C: usize>(simd: S, rows: [&[f64]; R], columns: [&[f64]; C]) -> [[f64; C]; R] {
    let (rows, columns) = (rows.map(S::as_simd_f64s), columns.map(S::as_simd_f64s));
    let registers = rows[0].0.len();
    // Slicing to one length lets the compiler drop the bounds checks.
    let row_registers = rows.map(|(row, _)| &row[..registers]);
    let column_registers = columns.map(|(column, _)| &column[..registers]);
    let mut sums = [[simd.splat_f64s(0.0); C]; R];
    for k in 0..registers {
        for r in 0..R {
            for c in 0..C {
                sums[r][c] = simd.mul_add_e_f64s(row_registers[r][k], column_registers[c][k], sums[r][c]);
            }
        }
    }
    let mut products = [[0.0; C]; R];
    for r in 0..R {
        for c in 0..C {
            products[r][c] = simd.reduce_sum_f64s(sums[r][c]);
            for (x, y) in rows[r].1.iter().zip(columns[c].1) {
                products[r][c] += x * y;
            }
        }
    }
    products
}

fn add<const R: usize, const C: usize>(products: [[f64; C]; R], i: usize, j: usize, sums: &mut Array2<f64>) {
    for (r, products) in products.iter().enumerate() {
        for (c, product) in products.iter().enumerate() {
            sums[(i + r, j + c)] += product;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vectors(count: usize, length: usize, phase: f64) -> Vec<Vec<f64>> {
        let entry = |k: usize, at: usize| ((at * 17) as f64 * 0.7 + phase * k as f64).sin() * (k + 1) as f64;
        (0..count).map(|k| (0..length).map(|at| entry(k, at)).collect()).collect()
    }

    fn slices(vectors: &[Vec<f64>]) -> Vec<&[f64]> {
        vectors.iter().map(Vec::as_slice).collect()
    }

    #[test]
    fn all_pairs_are_there_whatever_the_counts_and_the_length() {
        let by_definition = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
        for (n, m, length) in [(1, 1, 1), (4, 3, 384), (5, 7, 2500), (9, 2, 391), (2, 9, 7), (0, 3, 5), (3, 0, 5)] {
            let (a, b) = (vectors(n, length, 0.3), vectors(m, length, 1.1));
            let (a, b) = (slices(&a), slices(&b));
            for (left, right) in [(&a, &b), (&a, &a)] {
                let found = inner_products(left, right).unwrap();
                assert_eq!(found.dim(), (left.len(), right.len()));
                for ((i, j), &found) in found.indexed_iter() {
                    let scale = by_definition(left[i], left[i]).max(by_definition(right[j], right[j]));
                    assert!((found - by_definition(left[i], right[j])).abs() <= 1e-14 * scale, "{i}, {j} of {n}, {m}");
                }
            }
        }
    }

    #[test]
    fn threads_do_not_change_a_bit() {
        let long = vectors(7, 100_000, 0.3);
        let long = slices(&long);
        let of_threads = |count| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build().unwrap();
            pool.install(|| inner_products(&long, &long[1..4]).unwrap())
        };
        assert_eq!(of_threads(1), of_threads(3));
    }

    #[test]
    fn an_overflow_is_an_error() {
        let huge = [1e200];
        assert_eq!(inner_products(&[&huge], &[&huge]).unwrap_err().kind().name(), "OutOfRange");
    }
}
