//! Uncertainty of scores: permutations of conditions, and conditions left out.

use rsakit::{
    Rdm, Representation, Result,
    core::{AnyMeasure, Grid, Observer},
    stats::{AnyComparison, Jackknife, PermutationOutcome, PermutationTest},
};

use crate::{
    inputs::data_error,
    scores::{Permuted, Scores},
};

/// Tests and intervals that are asked beside the scores.
#[derive(Clone, Copy)]
pub(super) struct Certainty {
    pub(super) permutations: Option<u64>,
    pub(super) interval: bool,
    pub(super) seed: u64,
}

/// Layers or RDMs of one side that could be read, with their places among all of that side.
pub(super) struct Readable<T = Representation> {
    all: usize,
    places: Vec<usize>,
    items: Vec<T>,
}

impl<T> Readable<T> {
    pub(super) fn new<E>(items: impl IntoIterator<Item = Result<T, E>>) -> Self {
        let mut all = 0;
        let counted = items.into_iter().inspect(|_| all += 1).enumerate();
        let (places, items) = counted.filter_map(|(k, x)| Some((k, x.ok()?))).unzip();
        Self { all, places, items }
    }

    /// Returns the place of layer or RDM `k` among the readable ones.
    fn place(&self, k: usize) -> Option<usize> {
        self.places.iter().position(|&place| place == k)
    }
}

/// Returns the p-values of what could be read in the grids of all pairs.
fn permuted<T>(found: &PermutationOutcome, rows: &Readable<T>, columns: &Readable<T>) -> Permuted {
    let whole = |p: &Grid<Option<f64>>| {
        let spread = |i: usize, j: usize| Some((rows.place(i)?, columns.place(j)?));
        Grid::from_fn(rows.all, columns.all, |i, j| spread(i, j).and_then(|(i, j)| *p.get(i, j)))
    };
    Permuted { p: whole(&found.p), p_corrected: whole(&found.p_corrected), tried: found.tried, exact: found.exact }
}

/// Adds p-values of RDMs to `scores`. Without columns the rows are compared with each other.
///
/// # Errors
/// Errors of RDMs with other conditions; `Cancelled`.
pub(super) fn test_rdms(
    test: PermutationTest,
    scores: &mut Scores,
    comparison: &AnyComparison,
    rows: &Readable<Rdm>,
    columns: Option<&Readable<Rdm>>,
    observer: &dyn Observer,
) -> Result<()> {
    if rows.items.is_empty() || scores.values.values().iter().all(Result::is_err) {
        return Ok(());
    }
    let found = match columns {
        None if rows.items.len() == 1 => return Ok(()),
        None => test.run_rdms_among(comparison, &rows.items, observer),
        Some(columns) => test.run_rdms(comparison, &rows.items, &columns.items, observer),
    };
    let found = found.map_err(|error| data_error(error.context(&scores.measure)))?;
    scores.permuted = Some(permuted(&found, rows, columns.unwrap_or(rows)));
    Ok(())
}

impl Certainty {
    /// Returns `true` if layers must be kept in memory.
    pub(super) fn is_asked(self) -> bool {
        self.interval || self.permutations.is_some()
    }

    /// Adds p-values and intervals to `scores`, and to `notes` the reason why pairs have no interval.
    ///
    /// Without columns the rows are compared with each other.
    ///
    /// # Errors
    /// Errors of layers with other conditions; the error of a pair that has a score on the data and none on permuted
    /// conditions; `Cancelled`.
    pub(super) fn add(
        self,
        scores: &mut Scores,
        measure: &AnyMeasure,
        rows: &Readable,
        columns: Option<&Readable>,
        notes: &mut Vec<String>,
        observer: &dyn Observer,
    ) -> Result<()> {
        let against_itself = columns.is_none();
        let columns = columns.unwrap_or(rows);
        if rows.items.is_empty() || columns.items.is_empty() || scores.values.values().iter().all(Result::is_err) {
            return Ok(());
        }
        let named = |error: rsakit::Error| data_error(error.context(&scores.measure));
        let spread = |i: usize, j: usize| Some((rows.place(i)?, columns.place(j)?));
        if let Some(permutations) = self.permutations {
            let test = PermutationTest { permutations, seed: self.seed };
            let found = match against_itself {
                true if rows.items.len() == 1 => return Ok(()),
                true => test.run_among_observed(measure, &rows.items, observer),
                false => test.run_observed(measure, &rows.items, &columns.items, observer),
            };
            scores.permuted = Some(permuted(&found.map_err(named)?, rows, columns));
        }
        if self.interval {
            let jackknife = Jackknife { seed: self.seed };
            let found = jackknife.run_all_observed(measure, &rows.items, &columns.items, observer).map_err(named)?;
            // The scores are there: what failed did so on a subset of the conditions.
            let failed: Vec<_> =
                found.values().iter().enumerate().filter_map(|(k, of)| Some((k, of.as_ref().err()?))).collect();
            let lacking = failed.iter().filter(|(k, _)| {
                let (i, j) = (rows.places[k / columns.items.len()], columns.places[k % columns.items.len()]);
                scores.values.get(i, j).is_ok()
            });
            let lacking: Vec<_> = lacking.collect();
            if let Some((_, error)) = lacking.first() {
                notes.push(format!("{}: {} scores have no interval: {error}", scores.measure, lacking.len()));
            }
            let interval = |i, j| spread(i, j).and_then(|(i, j)| Some(found.get(i, j).as_ref().ok()?.interval));
            scores.intervals = Some(Grid::from_fn(rows.all, columns.all, interval));
        }
        Ok(())
    }
}
