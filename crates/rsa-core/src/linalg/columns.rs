//! What is known of every column after one pass over the rows.

use rayon::prelude::*;

/// Rows of one task: a fixed partition, so that sums do not depend on the threads.
const ROWS: usize = 32;

/// Sum, sum of squares, smallest and largest value of every column.
pub(super) struct Columns {
    pub(super) sum: Vec<f64>,
    pub(super) square: Vec<f64>,
    pub(super) low: Vec<f64>,
    pub(super) high: Vec<f64>,
}

impl Columns {
    /// Of `rows` of `p` values side by side.
    pub(super) fn of(rows: &[f64], p: usize) -> Self {
        Self::total(rows.par_chunks(block(p)).map(|rows| Self::of_block(rows, p)).collect(), p)
    }

    /// Of `rows` times `factor`, which are written into `out`.
    pub(super) fn of_scaled(rows: &[f64], factor: f64, out: &mut [f64], p: usize) -> Self {
        let blocks = out.par_chunks_mut(block(p)).zip(rows.par_chunks(block(p)));
        let write = |(out, rows): (&mut [f64], &[f64])| {
            out.iter_mut().zip(rows).for_each(|(out, value)| *out = value * factor);
            Self::of_block(out, p)
        };
        Self::total(blocks.map(write).collect(), p)
    }

    fn none(p: usize) -> Self {
        Self { sum: vec![0.0; p], square: vec![0.0; p], low: vec![f64::INFINITY; p], high: vec![f64::NEG_INFINITY; p] }
    }

    fn of_block(rows: &[f64], p: usize) -> Self {
        let mut all = Self::none(p);
        for row in rows.chunks_exact(p.max(1)) {
            let columns = all.sum.iter_mut().zip(&mut all.square).zip(all.low.iter_mut().zip(&mut all.high));
            for (((sum, square), (low, high)), &value) in columns.zip(row) {
                *sum += value;
                *square += value * value;
                // A comparison with NaN is false.
                *low = if value < *low { value } else { *low };
                *high = if value > *high { value } else { *high };
            }
        }
        all
    }

    fn total(blocks: Vec<Self>, p: usize) -> Self {
        let mut all = Self::none(p);
        for block in blocks {
            add(&mut all.sum, &block.sum);
            add(&mut all.square, &block.square);
            all.low.iter_mut().zip(&block.low).for_each(|(low, other)| *low = low.min(*other));
            all.high.iter_mut().zip(&block.high).for_each(|(high, other)| *high = high.max(*other));
        }
        all
    }
}

/// Subtracts `shift[j]` from column j of `rows` of `p` values, and says what each column sums to then.
pub(super) fn subtract(rows: &mut [f64], shift: &[f64]) -> Vec<f64> {
    let p = shift.len();
    let subtract_from = |rows: &mut [f64]| {
        let mut sums = vec![0.0; p];
        for row in rows.chunks_exact_mut(p.max(1)) {
            for ((value, shift), sum) in row.iter_mut().zip(shift).zip(&mut sums) {
                *value -= shift;
                *sum += *value;
            }
        }
        sums
    };
    let blocks: Vec<Vec<f64>> = rows.par_chunks_mut(block(p)).map(subtract_from).collect();
    let mut all = vec![0.0; p];
    blocks.iter().for_each(|block| add(&mut all, block));
    all
}

/// Values of one task.
fn block(p: usize) -> usize {
    (ROWS * p).max(1)
}

fn add(sums: &mut [f64], others: &[f64]) {
    sums.iter_mut().zip(others).for_each(|(sum, other)| *sum += other);
}
