//! Leave-one-run-out cross-validation folds.

use ndarray::{Array2, ArrayView2, Axis};

use crate::{Measurements, Result, measurements::group_means};

/// Mean patterns (conditions × features) of the two parts of a cross-validation fold.
pub(super) struct Fold {
    /// Means over all observations of the other runs.
    pub(super) train: Array2<f64>,
    /// Means over the observations of the run that is left out.
    pub(super) test: Array2<f64>,
}

/// Makes one fold for every run of `x`, with `values` in place of the values of `x`.
///
/// # Errors
/// `TooFewConditions` for fewer than two conditions, `InvalidParameter` without run labels, `Degenerate` with one run
/// or naming a condition absent from a run.
pub(super) fn leave_one_run_out(x: &Measurements, values: ArrayView2<'_, f64>) -> Result<Vec<Fold>> {
    super::ensure_pairs(x.n_conditions())?;
    let cells = x.cells()?;
    cells.ensure_two_runs(x)?;
    cells.ensure_complete(x)?;
    let run_of = x.run_of().expect("cells come from runs");
    let means = |chosen: &dyn Fn(usize) -> bool| {
        let rows = Vec::from_iter((0..run_of.len()).filter(|&i| chosen(run_of[i])));
        let conditions = Vec::from_iter(rows.iter().map(|&i| x.condition_of()[i]));
        group_means(values.select(Axis(0), &rows).view(), &conditions, x.n_conditions())
    };
    Ok((0..cells.n_runs()).map(|run| Fold { train: means(&|r| r != run), test: means(&|r| r == run) }).collect())
}
