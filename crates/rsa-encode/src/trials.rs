//! Trials of conditions: repeated measurements of the same sites.

use ndarray::{Array2, Axis};
use rsa_core::{Error, Measurements, Result};

/// The trials of each condition, as rows of one matrix of trials × sites.
pub(crate) struct Trials {
    pub(crate) values: Array2<f64>,
    /// The rows of each condition; run k is place k of every condition if the design is balanced.
    pub(crate) of_condition: Vec<Vec<usize>>,
    /// `true` if every condition has one trial in every run, so that trial k means run k everywhere.
    pub(crate) are_runs: bool,
}

impl Trials {
    /// Takes the mean of a condition in a run as one trial; without runs, each observation.
    ///
    /// # Errors
    /// `TooFewConditions` for fewer than three conditions, `Degenerate` if no condition has two trials.
    pub(crate) fn of(measurements: &Measurements) -> Result<Self> {
        let (n, q) = (measurements.n_conditions(), measurements.n_features());
        if n < 3 {
            return Err(Error::too_few_conditions(3, n, "a reliability is of differences between conditions"));
        }
        let n_runs = measurements.runs().map_or(0, <[String]>::len);
        let mut cells: Vec<Vec<usize>> = Vec::new();
        let mut of_condition = vec![Vec::new(); n];
        let mut cell_of_run = vec![None; n * n_runs];
        for (row, &condition) in measurements.condition_of().iter().enumerate() {
            let known = match measurements.run_of() {
                Some(runs) => &mut cell_of_run[condition * n_runs + runs[row]],
                None => &mut None,
            };
            let cell = *known.get_or_insert_with(|| {
                cells.push(Vec::new());
                cells.len() - 1
            });
            cells[cell].push(row);
        }
        for (cell, rows) in cells.iter().enumerate() {
            of_condition[measurements.condition_of()[rows[0]]].push(cell);
        }
        if let Some(runs) = measurements.run_of() {
            of_condition.iter_mut().for_each(|of: &mut Vec<usize>| of.sort_by_key(|&cell| runs[cells[cell][0]]));
        }
        if of_condition.iter().all(|of| of.len() < 2) {
            return Err(Error::degenerate(
                "no condition has two trials, so nothing tells signal from noise",
                "give each trial a row of its own, labeled by its condition",
            ));
        }
        let mut values = Array2::zeros((cells.len(), q));
        for (mut to, rows) in values.rows_mut().into_iter().zip(&cells) {
            let mean = measurements.values().select(Axis(0), rows).mean_axis(Axis(0)).expect("no cell is empty");
            to.assign(&mean);
        }
        let are_runs = n_runs > 1 && of_condition.iter().all(|of| of.len() == n_runs);
        Ok(Self { values, of_condition, are_runs })
    }

    pub(crate) fn n_conditions(&self) -> usize {
        self.of_condition.len()
    }

    /// Returns the values of one site, trials of each condition together.
    pub(crate) fn of_site(&self, site: usize) -> Vec<Vec<f64>> {
        let column = self.values.column(site);
        self.of_condition.iter().map(|of| of.iter().map(|&row| column[row]).collect()).collect()
    }
}
