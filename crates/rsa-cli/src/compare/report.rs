//! What came out of a comparison: scores, failures, caveats.

use indicatif::ProgressBar;
use rayon::prelude::*;
use rsakit::{
    Error, Measure, MeasureSpec, Result,
    core::{AnyGeometry, AnyMeasure, Caveat, Grid, Orientation, compare_read},
};

use super::{Side, Sides};
use crate::verdict::Verdict;

/// All results of one comparison.
pub(crate) struct Report {
    /// The inputs as they were named.
    pub(crate) inputs: [String; 2],
    /// Whether the columns are the rows again.
    pub(crate) against_itself: bool,
    pub(crate) n_conditions: usize,
    pub(crate) rows: Vec<String>,
    pub(crate) columns: Vec<String>,
    /// One for each measure, in the order asked.
    pub(crate) results: Vec<Scores>,
    notes: Vec<String>,
}

/// The scores of all pairs under one measure.
pub(crate) struct Scores {
    pub(crate) spec: MeasureSpec,
    pub(crate) orientation: Orientation,
    pub(crate) values: Grid<std::result::Result<f64, Failed>>,
    pub(crate) caveats: Grid<Vec<Caveat>>,
}

/// Why a pair has no score.
pub(crate) struct Failed {
    pub(crate) error: Error,
    /// Whether the error is of the pair and names neither layer, or of one layer and names it.
    pub(crate) of_pair: bool,
}

/// For each measure, each layer's geometry.
type Geometries = Vec<Vec<Result<AnyGeometry>>>;

impl Report {
    /// Reads every layer once, every geometry once, and compares all pairs.
    pub(super) fn new(sides: Sides, specs: &[MeasureSpec], progress: &ProgressBar) -> Self {
        let measures: Vec<_> = specs.iter().map(MeasureSpec::measure).collect();
        progress.set_message("layers read");
        let rows = read(&sides.rows, &sides, &measures, progress);
        let columns = sides.columns.as_ref().map(|side| read(side, &sides, &measures, progress));
        progress.set_message("measures compared");
        let results = specs
            .iter()
            .enumerate()
            .map(|(m, spec)| {
                let columns = columns.as_ref().unwrap_or(&rows);
                let scores = Scores::new(spec, &measures[m], &rows[m], &columns[m]);
                progress.inc(1);
                scores
            })
            .collect();
        let names = |side: &Side| side.layers().iter().map(|layer| layer.name().to_owned()).collect();
        let last = sides.columns.as_ref().unwrap_or(&sides.rows);
        Self {
            inputs: [&sides.rows, last].map(|side| side.path().to_owned()),
            against_itself: sides.columns.is_none(),
            n_conditions: sides.n_conditions(),
            rows: names(&sides.rows),
            columns: names(last),
            results,
            notes: sides.notes,
        }
    }

    /// What went wrong with the pair at row `i` and column `j`, naming files and layers.
    pub(crate) fn message(&self, failed: &Failed, i: usize, j: usize) -> String {
        match failed.of_pair {
            false => failed.error.to_string(),
            true => {
                let [first, second] = &self.inputs;
                let place = format!("{first}::{} × {second}::{}", self.rows[i], self.columns[j]);
                failed.error.context(place).to_string()
            }
        }
    }

    /// What the inputs left out, and what was done to them.
    pub(crate) fn notes(&self) -> &[String] {
        &self.notes
    }

    pub(crate) fn verdict(&self) -> Verdict {
        let all = || self.results.iter().flat_map(|scores| scores.values.values());
        match (all().any(|score| score.is_ok()), all().any(|score| score.is_err())) {
            (true, false) => Verdict::Complete,
            (true, true) => Verdict::Partial,
            (false, _) => Verdict::Nothing,
        }
    }
}

/// Reads each layer and, before the next takes its place in memory, its geometry under every measure.
fn read(side: &Side, sides: &Sides, measures: &[AnyMeasure], progress: &ProgressBar) -> Geometries {
    let by_layer: Vec<Vec<_>> = side
        .layers()
        .par_iter()
        .map(|layer| {
            let x = sides.read(side, layer);
            let geometry = |measure: &AnyMeasure| {
                let x = x.as_ref().map_err(Error::clone)?;
                measure.geometry(x).map_err(|error| error.context(side.place(layer)))
            };
            let geometries = measures.iter().map(geometry).collect();
            progress.inc(1);
            geometries
        })
        .collect();
    let mut by_measure: Geometries = measures.iter().map(|_| Vec::with_capacity(by_layer.len())).collect();
    for geometries in by_layer {
        by_measure.iter_mut().zip(geometries).for_each(|(list, geometry)| list.push(geometry));
    }
    by_measure
}

impl Scores {
    fn new(
        spec: &MeasureSpec,
        measure: &AnyMeasure,
        rows: &[Result<AnyGeometry>],
        columns: &[Result<AnyGeometry>],
    ) -> Self {
        let scores = compare_read(measure, rows, columns);
        let (n, m) = (rows.len(), columns.len());
        let caveats = Grid::from_fn(n, m, |i, j| match (scores.get(i, j), &rows[i], &columns[j]) {
            (Ok(_), Ok(a), Ok(b)) => measure.caveats(a, b),
            _ => Vec::new(),
        });
        let values = Grid::from_fn(n, m, |i, j| {
            let of_pair = rows[i].is_ok() && columns[j].is_ok();
            scores.get(i, j).as_ref().copied().map_err(|error| Failed { error: error.clone(), of_pair })
        });
        Self { spec: *spec, orientation: measure.profile().orientation, values, caveats }
    }

    /// The column most alike to row `i`, which is not `except`.
    pub(crate) fn best_column(&self, i: usize, except: Option<usize>) -> Option<usize> {
        let scored = self.values.row(i).iter().enumerate().filter(|(j, _)| Some(*j) != except);
        let mut scored = scored.filter_map(|(j, score)| Some((j, *score.as_ref().ok()?)));
        let first = scored.next()?;
        let better = |best: (usize, f64), other: (usize, f64)| {
            if self.orientation.prefers(other.1, best.1) { other } else { best }
        };
        Some(scored.fold(first, better).0)
    }
}
