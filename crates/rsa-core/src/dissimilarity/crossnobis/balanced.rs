//! Crossnobis of balanced designs, from a distance matrix of the overall means and one of each run.

use ndarray::{Array2, ArrayView2, Axis, Slice};

use super::{super::ensure_going, SummedEstimate};
use crate::{Observer, Result, linalg, measurements::group_means};

/// Computes [M²·D(ū) − Σ_f D(u^f)] / (M(M−1)) of whitened means, run by run in the same order of `n` conditions.
///
/// Subtracting D(u^f) removes the products of each run with itself, which carry the bias of its noise.
pub(super) fn estimate(means: &Array2<f64>, n: usize, observer: &dyn Observer) -> Result<SummedEstimate> {
    let runs = means.nrows() / n;
    let m = runs as f64;
    let condition_of = Vec::from_iter((0..means.nrows()).map(|row| row % n));
    let SummedEstimate { mut values, mut rounding } =
        distances(group_means(means.view(), &condition_of, n).view(), m * m, observer)?;
    for run in 0..runs {
        let of_run = distances(means.slice_axis(Axis(0), Slice::from(run * n..(run + 1) * n)), 1.0, observer)?;
        values.iter_mut().zip(&of_run.values).for_each(|(value, own)| *value -= own);
        rounding += of_run.rounding;
    }
    let pairs = m * (m - 1.0);
    Ok(SummedEstimate { values: values.iter().map(|value| value / pairs).collect(), rounding: rounding / pairs })
}

/// Computes squared distances times `weight`.
fn distances(patterns: ArrayView2<'_, f64>, weight: f64, observer: &dyn Observer) -> Result<SummedEstimate> {
    let distances = linalg::squared_distances_while(patterns, &|| ensure_going(observer))?;
    let scale = |value: f64| weight * value * distances.scale * distances.scale;
    let rounding = 2.0 * (distances.largest() + distances.rounding) * distances.rounding;
    Ok(SummedEstimate {
        values: distances.values.iter().map(|&value| scale(value)).collect(),
        rounding: scale(rounding),
    })
}
