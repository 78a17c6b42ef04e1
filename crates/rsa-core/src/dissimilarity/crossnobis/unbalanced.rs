//! Crossnobis of any design, from mean products of conditions over all pairs from different runs.

use ndarray::{Array1, Array2, Axis, Slice};

use super::{
    super::{contrasts, ensure_going},
    SummedEstimate,
};
use crate::{Error, Measurements, Observer, Result, linalg, measurements::DesignCell};

/// Computes sᵢᵢ + sⱼⱼ − 2sᵢⱼ, where sᵢⱼ is the weighted mean product of patterns of i and j from different runs.
///
/// `weights` holds one weight for each cell of the design, a pair of condition and run. The sum over pairs of different
/// runs is the sum over all pairs less the sum over pairs within a run: with T the weighted sums over runs, S = TTᵀ −
/// Σ_f T^f T^fᵀ, and likewise for the weights. `means` are whitened, and `offset` was subtracted from them. Where runs
/// lack conditions, the offset does not drop out of the estimate. Its contribution to S is linear in ⟨T, offset⟩, apart
/// from a term that all sᵢⱼ share.
pub(super) fn estimate(
    x: &Measurements,
    cells: &[DesignCell],
    weights: &[f64],
    means: &Array2<f64>,
    offset: &Array2<f64>,
    observer: &dyn Observer,
) -> Result<SummedEstimate> {
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
        ensure_going(observer)?;
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
    // If conditions i and j have no pair from different runs, both were observed in one run only, and it is the same
    // run. So checking i = j suffices.
    if let Some(condition) = (0..n).find(|&i| n_pairs[(i, i)] == 0.0) {
        return Err(Error::degenerate(
            format!("condition {} was observed in one run only", x.conditions().name(condition)),
            "cross-validation needs every condition in two runs or more: drop that condition",
        ));
    }
    similarity = (similarity + shift) / n_pairs;
    Ok(SummedEstimate {
        values: contrasts::from_products(&similarity),
        rounding: contrasts::rounding(&similarity, means.ncols()),
    })
}
