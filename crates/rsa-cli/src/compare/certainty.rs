//! How sure scores are: permutations of conditions, and conditions left out.

use rsakit::{
    Representation,
    core::{AnyMeasure, Grid},
    stats::{Jackknife, PermutationTest},
};

use super::report::{Permuted, Scores};
use crate::verdict::Failure;

/// What is asked beside the scores.
#[derive(Clone, Copy)]
pub(super) struct Certainty {
    pub(super) permutations: Option<u64>,
    pub(super) interval: bool,
    pub(super) seed: u64,
}

/// Representations of one side, and the place of each among all layers of that side.
pub(super) struct Readable {
    all: usize,
    places: Vec<usize>,
    layers: Vec<Representation>,
}

impl Readable {
    pub(super) fn new(layers: Vec<rsakit::Result<Representation>>) -> Self {
        let all = layers.len();
        let (places, layers) = layers.into_iter().enumerate().filter_map(|(k, x)| Some((k, x.ok()?))).unzip();
        Self { all, places, layers }
    }

    /// Where layer `k` stands among the readable ones.
    fn place(&self, k: usize) -> Option<usize> {
        self.places.iter().position(|&place| place == k)
    }
}

impl Certainty {
    /// Whether layers must be kept.
    pub(super) fn is_asked(self) -> bool {
        self.interval || self.permutations.is_some()
    }

    /// Adds to `scores` what is asked, and to `notes` why a pair has no interval. Without columns the rows are held
    /// against themselves.
    ///
    /// # Errors
    /// If the layers are not all of the same conditions, or a score exists on the data and not on what was drawn from them.
    pub(super) fn add(
        self,
        scores: &mut Scores,
        measure: &AnyMeasure,
        rows: &Readable,
        columns: Option<&Readable>,
        notes: &mut Vec<String>,
    ) -> Result<(), Failure> {
        let against_itself = columns.is_none();
        let columns = columns.unwrap_or(rows);
        if rows.layers.is_empty() || columns.layers.is_empty() || scores.values.values().iter().all(Result::is_err) {
            return Ok(());
        }
        let wide = |error: rsakit::Error| Failure::impossible(error.context(&scores.measure));
        let spread = |i: usize, j: usize| Some((rows.place(i)?, columns.place(j)?));
        if let Some(permutations) = self.permutations {
            let test = PermutationTest { permutations, seed: self.seed };
            let found = match against_itself {
                true if rows.layers.len() == 1 => return Ok(()),
                true => test.run_among(measure, &rows.layers),
                false => test.run(measure, &rows.layers, &columns.layers),
            };
            let found = found.map_err(wide)?;
            let whole = |p: &Grid<Option<f64>>| {
                Grid::from_fn(rows.all, columns.all, |i, j| spread(i, j).and_then(|(i, j)| *p.get(i, j)))
            };
            let (p, p_corrected) = (whole(&found.p), whole(&found.p_corrected));
            scores.permuted = Some(Permuted { p, p_corrected, tried: found.tried, exact: found.exact });
        }
        if self.interval {
            let jackknife = Jackknife { seed: self.seed };
            let found = jackknife.run_all(measure, &rows.layers, &columns.layers).map_err(wide)?;
            // The scores are there: what failed did so on a subset of the conditions.
            let failed: Vec<_> =
                found.values().iter().enumerate().filter_map(|(k, of)| Some((k, of.as_ref().err()?))).collect();
            let lacking = failed.iter().filter(|(k, _)| {
                let (i, j) = (rows.places[k / columns.layers.len()], columns.places[k % columns.layers.len()]);
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
