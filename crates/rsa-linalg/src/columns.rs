//! Sums and extremes of every column, from one pass over the rows.

use rayon::prelude::*;

/// Number of rows in one task. It is fixed, so sums do not depend on the number of threads.
const ROWS: usize = 32;

/// Sum, sum of squares, smallest and largest value of every column.
pub(super) struct Columns {
    pub(super) sum: Vec<f64>,
    pub(super) square: Vec<f64>,
    pub(super) low: Vec<f64>,
    pub(super) high: Vec<f64>,
}

impl Columns {
    /// Computes the sums and extremes over `rows` of `p` contiguous values, each value times `factor`.
    pub(super) fn of(rows: &[f64], factor: f64, p: usize) -> Self {
        let blocks: Vec<Self> = rows.par_chunks(task_size(p)).map(|rows| Self::of_block(rows, factor, p)).collect();
        let mut all = Self::empty(p);
        for block in blocks {
            add(&mut all.sum, &block.sum);
            add(&mut all.square, &block.square);
            all.low.iter_mut().zip(&block.low).for_each(|(low, other)| *low = low.min(*other));
            all.high.iter_mut().zip(&block.high).for_each(|(high, other)| *high = high.max(*other));
        }
        all
    }

    fn empty(p: usize) -> Self {
        Self { sum: vec![0.0; p], square: vec![0.0; p], low: vec![f64::INFINITY; p], high: vec![f64::NEG_INFINITY; p] }
    }

    fn of_block(rows: &[f64], factor: f64, p: usize) -> Self {
        let mut all = Self::empty(p);
        for row in rows.chunks_exact(p.max(1)) {
            let columns = all.sum.iter_mut().zip(&mut all.square).zip(all.low.iter_mut().zip(&mut all.high));
            for (((sum, square), (low, high)), value) in columns.zip(row) {
                let value = value * factor;
                *sum += value;
                *square += value * value;
                // A comparison with NaN is false, so NaN is skipped.
                *low = if value < *low { value } else { *low };
                *high = if value > *high { value } else { *high };
            }
        }
        all
    }
}

/// Writes into `out` the values of `rows` times `factor`, less `shift[j]` in column j; returns the sum of each column.
pub(super) fn shift_into(rows: &[f64], factor: f64, shift: &[f64], out: &mut [f64]) -> Vec<f64> {
    let p = shift.len();
    let write = |(out, rows): (&mut [f64], &[f64])| {
        let mut sums = vec![0.0; p];
        for (out, row) in out.chunks_exact_mut(p.max(1)).zip(rows.chunks_exact(p.max(1))) {
            for ((out, value), (shift, sum)) in out.iter_mut().zip(row).zip(shift.iter().zip(&mut sums)) {
                *out = value * factor - shift;
                *sum += *out;
            }
        }
        sums
    };
    let blocks = out.par_chunks_mut(task_size(p)).zip(rows.par_chunks(task_size(p)));
    let blocks: Vec<Vec<f64>> = blocks.map(write).collect();
    let mut all = vec![0.0; p];
    blocks.iter().for_each(|block| add(&mut all, block));
    all
}

/// Number of values in one task.
fn task_size(p: usize) -> usize {
    (ROWS * p).max(1)
}

fn add(sums: &mut [f64], others: &[f64]) {
    sums.iter_mut().zip(others).for_each(|(sum, other)| *sum += other);
}
