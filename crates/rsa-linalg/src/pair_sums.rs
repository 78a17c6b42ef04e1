//! Weighted sums over the pairs of every condition.

use std::array;

use pulp::{Arch, Simd, WithSimd};

use crate::condensed;

/// Computes for each condition the sum of the values of its pairs, each times the weight of the other condition.
///
/// `values` holds one value for each pair, in [`condensed`] order, and is read once.
///
/// # Panics
/// If the number of values is not the number of pairs of `weights`.
pub fn sums_of_pairs(values: &[f64], weights: &[f64]) -> Vec<f64> {
    assert_eq!(values.len(), condensed::n_pairs(weights.len()), "a value for every pair");
    Arch::new().dispatch(SumsOfPairs { values, weights })
}

struct SumsOfPairs<'a> {
    values: &'a [f64],
    weights: &'a [f64],
}

/// Number of rows that are read together; each sum of a column is loaded and stored once for all these rows.
const ROWS: usize = 4;

impl WithSimd for SumsOfPairs<'_> {
    type Output = Vec<f64>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<f64> {
        let Self { values, weights } = self;
        let n = weights.len();
        let mut sums = vec![0.0; n];
        for first in (0..n).step_by(ROWS) {
            let end = (first + ROWS).min(n);
            // Pairs of two rows of the group.
            for i in first..end {
                for (j, value) in (i + 1..end).zip(&values[condensed::index(n, i, i + 1)..]) {
                    sums[i] += weights[j] * value;
                    sums[j] += weights[i] * value;
                }
            }
            if end < n {
                let rows: [&[f64]; ROWS] =
                    array::from_fn(|r| &values[condensed::index(n, first + r, end)..][..n - end]);
                let (row_sums, column_sums) = sums.split_at_mut(end);
                let own_weights = array::from_fn(|r| weights[first + r]);
                let over_columns = add_sums(simd, rows, own_weights, &weights[end..], column_sums);
                for (sum, over_columns) in row_sums[first..].iter_mut().zip(over_columns) {
                    *sum += over_columns;
                }
            }
        }
        sums
    }
}

/// Returns the weighted sums of rows over columns; adds the weighted sums of columns over rows to `column_sums`.
#[inline(always)]
fn add_sums<S: Simd>(
    simd: S,
    rows: [&[f64]; ROWS],
    weights: [f64; ROWS],
    column_weights: &[f64],
    column_sums: &mut [f64],
) -> [f64; ROWS] {
    let rows = rows.map(S::as_simd_f64s);
    let (weight_registers, weight_rest) = S::as_simd_f64s(column_weights);
    let (sum_registers, sum_rest) = S::as_mut_simd_f64s(column_sums);
    // Slicing to one length lets the compiler drop the bounds checks.
    let [a, b, c, d] = rows.map(|(row, _)| &row[..sum_registers.len()]);
    let weight_registers = &weight_registers[..sum_registers.len()];
    let [first, second, third, fourth] = weights;
    let own = [simd.splat_f64s(first), simd.splat_f64s(second), simd.splat_f64s(third), simd.splat_f64s(fourth)];
    let mut row_sums = [simd.splat_f64s(0.0); ROWS];
    for (k, sum) in sum_registers.iter_mut().enumerate() {
        let values = [a[k], b[k], c[k], d[k]];
        // No closures: one that is not inlined calls a function for every instruction.
        let upper = simd.mul_add_e_f64s(own[0], values[0], simd.mul_f64s(own[1], values[1]));
        let lower = simd.mul_add_e_f64s(own[2], values[2], simd.mul_f64s(own[3], values[3]));
        *sum = simd.add_f64s(*sum, simd.add_f64s(upper, lower));
        for r in 0..ROWS {
            row_sums[r] = simd.mul_add_e_f64s(values[r], weight_registers[k], row_sums[r]);
        }
    }
    let mut row_sums = row_sums.map(|sums| simd.reduce_sum_f64s(sums));
    for (k, (sum, weight)) in sum_rest.iter_mut().zip(weight_rest).enumerate() {
        for r in 0..ROWS {
            *sum += weights[r] * rows[r].1[k];
            row_sums[r] += rows[r].1[k] * weight;
        }
    }
    row_sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_counts_for_both_of_its_conditions() {
        for n in [1, 2, 3, 4, 5, 8, 9, 15, 16, 30] {
            let values: Vec<f64> = (0..condensed::n_pairs(n)).map(|k| (k as f64 * 1.7).sin()).collect();
            let weights: Vec<f64> = (0..n).map(|i| (i % 3) as f64).collect();
            let mut expected = vec![0.0; n];
            for (value, (i, j)) in values.iter().zip(condensed::pairs(n)) {
                expected[i] += weights[j] * value;
                expected[j] += weights[i] * value;
            }
            let found = sums_of_pairs(&values, &weights);
            assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-13), "{n}: {found:?} for {expected:?}");
        }
    }
}
