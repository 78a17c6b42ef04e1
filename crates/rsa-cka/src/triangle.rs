//! [`Triangle`]: a symmetric matrix that holds every entry once and is centered in place.

use std::ops::Range;

use ndarray::{Array2, ArrayView2, ArrayViewMut2};
use rayon::prelude::*;
use rsa_core::{condensed, linalg};

use crate::Hsic;

/// A symmetric n × n matrix, stored as the entries above the diagonal and the diagonal.
///
/// A kernel matrix of many conditions is read from memory several times, which takes as long as computing it. Storing
/// half of the matrix halves this time. Each pass also computes the sums that the next step needs.
#[derive(Clone, Debug)]
pub(crate) struct Triangle {
    /// Entry (i, j) of every i < j, row by row.
    pairs: Vec<f64>,
    diagonal: Vec<f64>,
    sums: Sums,
}

/// Sums over the entries above the diagonal.
#[derive(Clone, Debug)]
struct Sums {
    /// Sum of each row of the matrix, without the diagonal.
    of_rows: Vec<f64>,
    /// Sum of the squares, each entry once.
    of_squares: f64,
}

impl Triangle {
    /// Makes the matrix with these entries above the diagonal, row by row, and this diagonal.
    ///
    /// `change` is applied to each row of entries above the diagonal first.
    pub(crate) fn new(pairs: Vec<f64>, diagonal: Vec<f64>, change: impl Fn(&mut [f64]) + Sync) -> Self {
        let sums = Sums { of_rows: Vec::new(), of_squares: 0.0 };
        let mut triangle = Self { pairs, diagonal, sums };
        triangle.change_rows(|_, row| change(row));
        triangle
    }

    /// Makes the matrix from a square one, of which the upper triangle is read.
    pub(crate) fn of_square(square: ArrayView2<'_, f64>) -> Self {
        let mut pairs = Vec::with_capacity(condensed::n_pairs(square.nrows()));
        for (i, row) in square.rows().into_iter().enumerate() {
            pairs.extend(row.iter().skip(i + 1));
        }
        Self::new(pairs, square.diag().to_vec(), |_| {})
    }

    /// Returns the square matrix with a constant added to every entry.
    pub(crate) fn to_square_plus(&self, constant: f64) -> Array2<f64> {
        let mut square = condensed::to_square(&self.pairs, self.n());
        square.diag_mut().iter_mut().zip(&self.diagonal).for_each(|(entry, value)| *entry = *value);
        square += constant;
        square
    }

    /// Returns the entries above the diagonal, row by row.
    pub(crate) fn pairs(&self) -> &[f64] {
        &self.pairs
    }

    /// Returns the diagonal.
    pub(crate) fn diagonal(&self) -> &[f64] {
        &self.diagonal
    }

    /// Returns the number of rows.
    pub(crate) fn n(&self) -> usize {
        self.diagonal.len()
    }

    /// Returns the sum of all entries without the diagonal.
    pub(crate) fn sum_of_pairs(&self) -> f64 {
        self.sums.of_rows.iter().sum()
    }

    /// Returns the Frobenius norm.
    pub(crate) fn length(&self) -> f64 {
        (2.0 * self.sums.of_squares + dot(&self.diagonal, &self.diagonal)).sqrt()
    }

    /// Returns the sum of the products of all entries.
    ///
    /// # Panics
    /// If the sizes differ.
    pub(crate) fn inner_product(&self, other: &Self) -> f64 {
        const CHUNK: usize = 1 << 16;
        let chunks = self.pairs.par_chunks(CHUNK).zip(other.pairs.par_chunks(CHUNK));
        // Collected first, so that the order of additions does not depend on the threads.
        let sums: Vec<f64> = chunks.map(|(a, b)| dot(a, b)).collect();
        2.0 * sums.iter().sum::<f64>() + dot(&self.diagonal, &other.diagonal)
    }

    /// Returns the matrix whose inner products are the estimate `hsic`, up to a factor that CKA cancels.
    ///
    /// The biased estimate takes HKH with H = I − 11ᵀ/n. The unbiased estimate takes the U-centered matrix (Székely &
    /// Rizzo 2014, doi:10.1214/14-AOS1255), which has a zero diagonal and rows that sum to 0.
    pub(crate) fn centered(mut self, hsic: Hsic) -> Self {
        /// Relative size of the row means below which a second centering pass cannot change an inner product.
        const TRACE: f64 = 1e-12;
        let n = self.n() as f64;
        if hsic == Hsic::Unbiased {
            self.diagonal.fill(0.0);
        }
        // A second pass removes the rounding of the first, if this rounding is large enough to matter.
        for _ in 0..2 {
            let (shares, total) = self.shares(hsic);
            self.change_rows(|i, row| {
                let own = shares[i] - total;
                row.iter_mut().zip(&shares[i + 1..]).for_each(|(value, other)| *value -= own + other);
            });
            if hsic == Hsic::Biased {
                self.diagonal.iter_mut().zip(&shares).for_each(|(value, share)| *value -= 2.0 * share - total);
            }
            let left = self.shares(hsic).0.into_iter().fold(0.0, |most: f64, share| most.max(share.abs()));
            if left * n <= TRACE * self.length() {
                break;
            }
        }
        self
    }

    /// Returns terms tᵢ and a number s, such that centering subtracts tᵢ + tⱼ − s from entry (i, j).
    fn shares(&self, hsic: Hsic) -> (Vec<f64>, f64) {
        let n = self.n() as f64;
        match hsic {
            Hsic::Biased => {
                let with_diagonal = self.sums.of_rows.iter().zip(&self.diagonal);
                let shares: Vec<f64> = with_diagonal.map(|(sum, diagonal)| (sum + diagonal) / n).collect();
                let total = shares.iter().sum::<f64>() / n;
                (shares, total)
            }
            Hsic::Unbiased => {
                let shares: Vec<f64> = self.sums.of_rows.iter().map(|sum| sum / (n - 2.0)).collect();
                let total = shares.iter().sum::<f64>() / (n - 1.0);
                (shares, total)
            }
        }
    }

    /// Returns the matrix with its rows and columns in another order.
    pub(crate) fn reordered(&self, rows: &[usize]) -> Self {
        let n = self.n();
        let entry = |i: usize, j: usize| self.pairs[condensed::index(n, i.min(j), i.max(j))];
        let mut pairs = Vec::with_capacity(condensed::n_pairs(rows.len()));
        for (k, &i) in rows.iter().enumerate() {
            pairs.extend(rows[k + 1..].iter().map(|&j| entry(i, j)));
        }
        Self::new(pairs, rows.iter().map(|&i| self.diagonal[i]).collect(), |_| {})
    }

    /// Writes the entries of some rows and columns on and below the diagonal.
    pub(crate) fn write_lower(&self, rows: Range<usize>, columns: Range<usize>, mut out: ArrayViewMut2<'_, f64>) {
        for (mut out, j) in out.columns_mut().into_iter().zip(columns) {
            let below = rows.start.max(j + 1).min(rows.end);
            let start = condensed::index(self.n(), j, below.max(j + 1));
            let values = &self.pairs[start..start + rows.end - below];
            out.iter_mut().skip(below - rows.start).zip(values).for_each(|(entry, value)| *entry = *value);
            if rows.contains(&j) {
                out[j - rows.start] = self.diagonal[j];
            }
        }
    }

    /// Changes every row of the entries above the diagonal, and computes the sums again.
    ///
    /// Rows are summed in groups that depend on the number of rows alone, so the number of threads changes no bit.
    fn change_rows(&mut self, change: impl Fn(usize, &mut [f64]) + Sync) {
        let n = self.n();
        let mut groups = Vec::new();
        let (mut rest, mut first) = (self.pairs.as_mut_slice(), 0);
        for end in ends_of_groups(n) {
            let (group, later) = rest.split_at_mut((first..end).map(|i| n - i - 1).sum());
            groups.push((first, group));
            (rest, first) = (later, end);
        }
        let of_groups: Vec<Sums> = groups
            .into_par_iter()
            .map(|(first, group)| {
                let mut sums = Sums { of_rows: vec![0.0; n], of_squares: 0.0 };
                let (mut rest, mut i) = (group, first);
                while !rest.is_empty() {
                    let (row, later) = rest.split_at_mut(n - i - 1);
                    linalg::on_wide_registers(
                        #[inline(always)]
                        || change(i, row),
                    );
                    sums.add_row(i, row);
                    (rest, i) = (later, i + 1);
                }
                sums
            })
            .collect();
        self.sums = Sums { of_rows: vec![0.0; n], of_squares: 0.0 };
        for of_group in of_groups {
            self.sums.of_squares += of_group.of_squares;
            self.sums.of_rows.iter_mut().zip(of_group.of_rows).for_each(|(sum, part)| *sum += part);
        }
    }
}

impl Sums {
    fn add_row(&mut self, i: usize, row: &[f64]) {
        /// Number of independent partial sums, so that no addition waits for the one before.
        const LANES: usize = 16;
        let own = linalg::on_wide_registers(
            #[inline(always)]
            || {
                let (lanes, rest) = row.as_chunks::<LANES>();
                let (mut sums, mut squares) = ([0.0; LANES], [0.0; LANES]);
                for values in lanes {
                    for lane in 0..LANES {
                        sums[lane] += values[lane];
                        squares[lane] += values[lane] * values[lane];
                    }
                }
                for (lane, value) in rest.iter().enumerate() {
                    sums[lane] += value;
                    squares[lane] += value * value;
                }
                self.of_rows[i + 1..].iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
                [sums, squares].map(|lanes| lanes.iter().sum::<f64>())
            },
        );
        self.of_rows[i] += own[0];
        self.of_squares += own[1];
    }
}

/// Returns the ends of about 64 groups of rows of an n × n triangle, all with about the same number of entries.
fn ends_of_groups(n: usize) -> Vec<usize> {
    const GROUPS: usize = 64;
    let enough = condensed::n_pairs(n).div_ceil(GROUPS).max(1 << 12);
    let (mut ends, mut entries) = (Vec::new(), 0);
    for i in 0..n {
        entries += n - i - 1;
        if entries >= enough || i + 1 == n {
            ends.push(i + 1);
            entries = 0;
        }
    }
    ends
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    linalg::dot(a, b)
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, Axis, Slice};

    use super::*;

    fn symmetric(n: usize, offset: f64) -> Array2<f64> {
        Array2::from_shape_fn((n, n), |(i, j)| {
            ((i * j + i + j) as f64 * 0.7).sin() + ((i * i + j * j) as f64).cos() + offset
        })
    }

    #[test]
    fn it_is_the_square_it_came_from() {
        for n in [1, 2, 3, 40] {
            let square = symmetric(n, 0.3);
            let triangle = Triangle::of_square(square.view());
            assert_eq!(triangle.to_square_plus(0.0), square);
            assert_eq!(triangle.to_square_plus(2.0), &square + 2.0);
            assert!((triangle.length() - square.iter().map(|value| value * value).sum::<f64>().sqrt()).abs() < 1e-12);
            assert!((triangle.sum_of_pairs() - (square.sum() - square.diag().sum())).abs() < 1e-12);
            let other = symmetric(n, -0.2);
            let product = triangle.inner_product(&Triangle::of_square(other.view()));
            assert!((product - (&square * &other).sum()).abs() < 1e-11);
        }
    }

    #[test]
    fn centering_takes_the_means_of_rows_and_columns() {
        for (n, offset) in [(4, 0.0), (30, 0.0), (30, 1e8), (200, -5.0)] {
            let square = symmetric(n, offset);
            let biased = Triangle::of_square(square.view()).centered(Hsic::Biased).to_square_plus(0.0);
            let expected = linalg::center_kernel(square.clone());
            let tolerance = 1e-15 * (1.0 + offset.abs()) * n as f64;
            assert!((&biased - &expected).iter().all(|difference| difference.abs() < tolerance), "{n}, {offset}");
            let unbiased = Triangle::of_square(square.view()).centered(Hsic::Unbiased).to_square_plus(0.0);
            assert!(unbiased.diag().iter().all(|&value| value == 0.0));
            for centered in [&biased, &unbiased] {
                assert!(centered.sum_axis(Axis(0)).iter().all(|sum| sum.abs() < 1e-12), "{n}, {offset}");
            }
            // Off the diagonal, U-centering subtracts one number for each of the two conditions of an entry.
            let taken = &square - &unbiased;
            for (i, j, k, l) in [(0, 1, 2, 3), (0, 2, 1, 3)] {
                let mixed = taken[(i, j)] + taken[(k, l)] - taken[(i, l)] - taken[(k, j)];
                assert!(mixed.abs() < tolerance, "{n}, {offset}");
            }
        }
    }

    #[test]
    fn threads_change_no_bit() {
        let square = symmetric(300, 0.1);
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let centered = Triangle::of_square(square.view()).centered(Hsic::Biased);
                (centered.inner_product(&centered).to_bits(), centered.length().to_bits(), centered.pairs)
            })
        };
        assert_eq!(on(1), on(3));
    }

    #[test]
    fn other_orders_and_parts_are_those_of_the_square() {
        let square = symmetric(7, 0.0);
        let triangle = Triangle::of_square(square.view());
        let rows = [3, 0, 6, 5];
        assert_eq!(triangle.reordered(&rows).to_square_plus(0.0), square.select(Axis(0), &rows).select(Axis(1), &rows));
        for (rows, columns) in [(0..7, 0..7), (2..5, 0..4), (3..7, 3..7), (6..7, 0..2), (1..2, 0..2)] {
            let mut out = Array2::from_elem((rows.len(), columns.len()), f64::NAN);
            triangle.write_lower(rows.clone(), columns.clone(), out.view_mut());
            let part = square.slice_axis(Axis(0), Slice::from(rows.clone()));
            let part = part.slice_axis(Axis(1), Slice::from(columns.clone()));
            for ((i, j), value) in out.indexed_iter().filter(|((i, j), _)| columns.start + j <= rows.start + i) {
                assert_eq!(*value, part[(i, j)], "{rows:?}, {columns:?}");
            }
        }
    }
}
