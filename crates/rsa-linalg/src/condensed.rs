//! Index arithmetic of the condensed upper triangle: pairs `i < j`, row by row.
//!
//! The order is (0,1), (0,2), …, (0,n−1), (1,2), …, as in SciPy's `squareform`.

use std::ops::Range;

use ndarray::Array2;
use rayon::prelude::*;

/// Number of pairs of `n` conditions.
pub const fn n_pairs(n: usize) -> usize {
    n * n.saturating_sub(1) / 2
}

/// Number of conditions that have `n_pairs` pairs; `None` if `n_pairs` is not triangular.
pub fn n_conditions(n_pairs: usize) -> Option<usize> {
    // n(n-1)/2 = L gives n = (1 + sqrt(1 + 8L)) / 2. The neighbors of the estimate are tried too, because the root is
    // rounded.
    let estimate = ((1.0 + (8.0 * n_pairs as f64 + 1.0).sqrt()) / 2.0) as usize;
    (estimate.saturating_sub(1)..=estimate + 1).find(|&n| n > 0 && self::n_pairs(n) == n_pairs)
}

/// Index of the pair `(i, j)`, `i < j`, of `n` conditions.
pub const fn index(n: usize, i: usize, j: usize) -> usize {
    i * (2 * n - i - 1) / 2 + j - i - 1
}

/// Iterates over all pairs `(i, j)`, `i < j`, in condensed order.
pub fn pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(move |i| (i + 1..n).map(move |j| (i, j)))
}

/// Cuts a condensed triangle into rows; row `i` holds the pairs of condition `i` with later conditions.
///
/// The last condition has no later condition and no row.
pub fn rows_mut(mut values: &mut [f64], n: usize) -> Vec<&mut [f64]> {
    let mut rows = Vec::with_capacity(n);
    for i in 0..n.saturating_sub(1) {
        let (row, rest) = values.split_at_mut(n - i - 1);
        rows.push(row);
        values = rest;
    }
    rows
}

/// Rectangular block of pairs, cut out of a condensed triangle.
#[derive(Debug)]
pub struct PairTile<'a> {
    /// First conditions of the pairs.
    pub rows: Range<usize>,
    /// Second conditions of the pairs; equal to `rows` on the diagonal.
    pub columns: Range<usize>,
    /// One slice for each of `rows`: its pairs with later conditions of `columns`.
    pub pairs: Vec<&'a mut [f64]>,
}

/// Cuts a condensed triangle into tiles of `size` by `size` conditions, smaller at the edge.
pub fn tiles_mut(values: &mut [f64], n: usize, size: usize) -> Vec<PairTile<'_>> {
    let mut rows = rows_mut(values, n).into_iter().enumerate();
    let mut all = Vec::new();
    for start in (0..n.saturating_sub(1)).step_by(size) {
        let block = |start: usize| start..(start + size).min(n);
        let tile = |columns: usize| PairTile { rows: block(start), columns: block(columns), pairs: Vec::new() };
        let mut tiles: Vec<PairTile<'_>> = (start..n).step_by(size).map(tile).collect();
        for (i, mut row) in rows.by_ref().take(size) {
            for tile in &mut tiles {
                let (pairs, rest) = row.split_at_mut(tile.columns.end - tile.columns.start.max(i + 1));
                tile.pairs.push(pairs);
                row = rest;
            }
        }
        all.append(&mut tiles);
    }
    all
}

/// Returns the symmetric n × n matrix of these values, with a diagonal of 0.
///
/// # Panics
/// If the number of values is not the number of pairs.
pub fn to_square(values: &[f64], n: usize) -> Array2<f64> {
    /// Number of rows written together. An entry below the diagonal is read from a column of the triangle, where one
    /// cache line holds entries of several neighboring rows.
    const ROWS: usize = 32;
    assert_eq!(values.len(), n_pairs(n), "values of all pairs");
    let mut square = vec![0.0; n * n];
    square.par_chunks_mut((ROWS * n).max(1)).enumerate().for_each(|(block, rows)| {
        let (first, count) = (block * ROWS, rows.len() / n);
        for j in 0..first {
            let start = index(n, j, first);
            let column = rows[j..].iter_mut().step_by(n);
            column.zip(&values[start..start + count]).for_each(|(entry, value)| *entry = *value);
        }
        for i in first..first + count {
            let start = index(n, i, i + 1);
            let row = (i - first) * n;
            rows[row + i + 1..row + n].copy_from_slice(&values[start..start + n - i - 1]);
            for j in first..i {
                rows[row + j] = values[index(n, j, i)];
            }
        }
    });
    Array2::from_shape_vec((n, n), square).expect("n rows of n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn index_counts_the_pairs_in_order() {
        for n in 0..9 {
            assert_eq!(pairs(n).count(), n_pairs(n));
            for (k, (i, j)) in pairs(n).enumerate() {
                assert_eq!(index(n, i, j), k);
            }
        }
    }

    #[test]
    fn the_square_has_every_pair_twice() {
        for n in [0, 1, 2, 3, 31, 32, 33, 70] {
            let mut values: Vec<f64> = (0..n_pairs(n)).map(|k| k as f64 + 1.0).collect();
            let expected = |i: usize, j: usize| if i == j { 0.0 } else { index(n, i.min(j), i.max(j)) as f64 + 1.0 };
            assert_eq!(to_square(&values, n), Array2::from_shape_fn((n, n), |(i, j)| expected(i, j)));
            let rows = rows_mut(&mut values, n);
            assert!(rows.iter().enumerate().all(|(i, row)| row[0] == expected(i, i + 1) && row.len() == n - i - 1));
        }
    }

    #[test]
    fn tiles_are_all_pairs() {
        for (n, size) in [(0, 2), (1, 2), (2, 2), (5, 2), (6, 3), (7, 3), (7, 10)] {
            let mut values: Vec<f64> = (0..n_pairs(n)).map(|k| k as f64).collect();
            let mut found = Vec::new();
            for tile in tiles_mut(&mut values, n, size) {
                for (i, pairs) in tile.rows.zip(tile.pairs) {
                    let columns = tile.columns.start.max(i + 1)..tile.columns.end;
                    assert!(columns.len() == pairs.len() && pairs.len() <= size);
                    found.extend(columns.zip(pairs).map(|(j, value)| (index(n, i, j), *value)));
                }
            }
            found.sort_by_key(|(place, _)| *place);
            assert_eq!(found, (0..n_pairs(n)).map(|k| (k, k as f64)).collect::<Vec<_>>(), "{n} by {size}");
        }
    }

    #[test]
    fn only_triangular_numbers_have_conditions() {
        for n in 1..300 {
            assert_eq!(n_conditions(n_pairs(n)), Some(n.max(1)), "n = {n}");
        }
        for other in [2, 4, 5, 7, 4187] {
            assert_eq!(n_conditions(other), None);
        }
        assert_eq!(n_conditions(n_pairs(100_003)), Some(100_003));
    }
}
