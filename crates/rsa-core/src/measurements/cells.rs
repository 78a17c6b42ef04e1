//! Cells of a design, which are groups of observations of one condition in one run, and their means.

use ndarray::{Array2, ArrayView2, Zip};

use super::Measurements;
use crate::{Error, Result};

/// Cell of a design: the condition and the run of one or more observations.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DesignCell {
    pub(crate) condition: usize,
    pub(crate) run: usize,
    /// Number of observations, at least 1.
    pub(crate) count: usize,
}

/// Cells that have observations, run by run and, within a run, in the order of the conditions.
#[derive(Clone, Debug)]
pub(crate) struct DesignCells {
    list: Vec<DesignCell>,
    /// Index in `list` of the cell of each observation.
    cell_of: Vec<usize>,
    n_runs: usize,
}

impl DesignCells {
    pub(super) fn new(condition_of: &[usize], run_of: &[usize], n_runs: usize) -> Self {
        let mut order: Vec<usize> = (0..condition_of.len()).collect();
        order.sort_by_key(|&i| (run_of[i], condition_of[i]));
        let mut list: Vec<DesignCell> = Vec::new();
        let mut cell_of = vec![0; order.len()];
        for i in order {
            let (condition, run) = (condition_of[i], run_of[i]);
            match list.last_mut() {
                Some(last) if (last.condition, last.run) == (condition, run) => last.count += 1,
                _ => list.push(DesignCell { condition, run, count: 1 }),
            }
            cell_of[i] = list.len() - 1;
        }
        Self { list, cell_of, n_runs }
    }

    pub(crate) fn list(&self) -> &[DesignCell] {
        &self.list
    }

    pub(crate) fn n_runs(&self) -> usize {
        self.n_runs
    }

    /// Returns the index in [`list`](Self::list) of the cell of each observation.
    pub(crate) fn cell_of(&self) -> &[usize] {
        &self.cell_of
    }

    /// Computes the mean over the observations of every cell, cells × features.
    pub(crate) fn means(&self, values: ArrayView2<'_, f64>) -> Array2<f64> {
        group_means(values, &self.cell_of, self.list.len())
    }

    /// Returns `true` if every run has every condition.
    pub(crate) fn are_complete(&self, n_conditions: usize) -> bool {
        self.list.len() == self.n_runs * n_conditions
    }

    /// Refuses a design in which a run lacks a condition, naming both.
    pub(crate) fn ensure_complete(&self, measurements: &Measurements) -> Result<()> {
        let n = measurements.n_conditions();
        if self.are_complete(n) {
            return Ok(());
        }
        let expected = (0..self.n_runs * n).map(|k| (k / n, k % n));
        let found = self.list.iter().map(|cell| Some((cell.run, cell.condition))).chain([None]);
        let (run, condition) = expected
            .zip(found)
            .find_map(|(wanted, found)| (found != Some(wanted)).then_some(wanted))
            .expect("a design with fewer cells lacks one");
        let what = format!(
            "run '{}' has no observation of condition {}",
            measurements.runs().expect("cells come from runs")[run],
            measurements.conditions().name(condition)
        );
        Err(Error::degenerate(what, "drop that run or that condition"))
    }

    /// Refuses a design with a single run: cross-validation needs a second one.
    pub(crate) fn ensure_two_runs(&self, measurements: &Measurements) -> Result<()> {
        match (self.n_runs, measurements.runs()) {
            (1, Some(runs)) => Err(Error::degenerate(
                format!("all observations are from run '{}'", runs[0]),
                "cross-validation needs two runs or more with independent noise",
            )),
            _ => Ok(()),
        }
    }
}

/// Computes the mean of every group of rows.
///
/// The function averages differences from the first row of each group. So the mean of equal rows is exactly their
/// value, and the mean of rows with a large offset loses no digits.
pub(crate) fn group_means(values: ArrayView2<'_, f64>, group_of: &[usize], n_groups: usize) -> Array2<f64> {
    let mut first = vec![usize::MAX; n_groups];
    let mut counts = vec![0.0; n_groups];
    let mut means = Array2::zeros((n_groups, values.ncols()));
    for (i, &group) in group_of.iter().enumerate() {
        first[group] = first[group].min(i);
        counts[group] += 1.0;
        let pivot = values.row(first[group]);
        Zip::from(means.row_mut(group))
            .and(values.row(i))
            .and(pivot)
            .for_each(|sum, value, pivot| *sum += value - pivot);
    }
    for (group, mut mean) in means.rows_mut().into_iter().enumerate() {
        Zip::from(&mut mean)
            .and(values.row(first[group]))
            .for_each(|mean, pivot| *mean = pivot + *mean / counts[group]);
    }
    means
}

/// Subtracts from every row the mean of its group.
pub(crate) fn residuals(values: ArrayView2<'_, f64>, group_of: &[usize], n_groups: usize) -> Array2<f64> {
    let mut residuals = values.to_owned();
    // The second pass removes the rounding that the first mean leaves.
    for _ in 0..2 {
        let means = group_means(residuals.view(), group_of, n_groups);
        for (mut row, &group) in residuals.rows_mut().into_iter().zip(group_of) {
            row -= &means.row(group);
        }
    }
    residuals
}
