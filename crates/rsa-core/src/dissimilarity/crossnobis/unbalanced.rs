//! Any design: similarities of conditions over all pairs from different runs.

use ndarray::{Array1, Array2, Axis, Slice};

use super::{super::contrasts, Estimate};
use crate::{Error, Measurements, Result, linalg, measurements::Cell};

/// sᵢᵢ + sⱼⱼ − 2sᵢⱼ, sᵢⱼ the mean product of patterns of i and j from different runs, of cells with `weights`.
///
/// All pairs less those within a run: with T the weighted sums, S = TTᵀ − Σ_f T^f T^fᵀ, and likewise for the weights.
/// `means` are whitened and less `offset`, which does not drop out of this estimate where runs lack conditions;
/// what it adds to S is linear in ⟨T, offset⟩, but for a term that all sᵢⱼ share.
pub(super) fn estimate(
    x: &Measurements,
    cells: &[Cell],
    weights: &[f64],
    means: &Array2<f64>,
    offset: &Array2<f64>,
) -> Result<Estimate> {
    let n = x.n_conditions();
    let mut sums = means.clone();
    sums.rows_mut().into_iter().zip(weights).for_each(|(mut row, &weight)| row *= weight);
    let along_offset = linalg::product(sums.view(), offset.t())?.remove_axis(Axis(1));
    let mut total = Array2::zeros((n, sums.ncols()));
    let (mut weight, mut along) = (Array1::<f64>::zeros(n), Array1::<f64>::zeros(n));
    for (k, cell) in cells.iter().enumerate() {
        let mut row = total.row_mut(cell.condition);
        row += &sums.row(k);
        weight[cell.condition] += weights[k];
        along[cell.condition] += along_offset[k];
    }
    let mut similarity = linalg::gram(total.view())?;
    let mut shift = Array2::from_shape_fn((n, n), |(i, j)| along[i] * weight[j] + weight[i] * along[j]);
    let mut n_pairs = Array2::from_shape_fn((n, n), |(i, j)| weight[i] * weight[j]);
    let mut start = 0;
    for run in cells.chunk_by(|a, b| a.run == b.run) {
        let own = Slice::from(start..start + run.len());
        let products = linalg::gram(sums.slice_axis(Axis(0), own))?;
        for (a, i) in run.iter().map(|cell| cell.condition).enumerate() {
            for (b, j) in run.iter().map(|cell| cell.condition).enumerate() {
                let (k, l) = (start + a, start + b);
                similarity[(i, j)] -= products[(a, b)];
                shift[(i, j)] -= along_offset[k] * weights[l] + weights[k] * along_offset[l];
                n_pairs[(i, j)] -= weights[k] * weights[l];
            }
        }
        start += run.len();
    }
    // Two conditions without a pair from different runs are both in one and the same run only.
    if let Some(condition) = (0..n).find(|&i| n_pairs[(i, i)] == 0.0) {
        return Err(Error::degenerate(
            format!("condition {} was observed in one run only", x.conditions().name(condition)),
            "cross-validation needs every condition in two runs or more: drop that condition",
        ));
    }
    similarity = (similarity + shift) / n_pairs;
    Ok(Estimate {
        values: contrasts::of_products(&similarity),
        rounding: contrasts::rounding(&similarity, means.ncols()),
    })
}
