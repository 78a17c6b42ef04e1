//! Layers under measures.

use indicatif::ProgressBar;
use rayon::prelude::*;
use rsakit::{
    Error, Measure, MeasureSpec, Representation, Result,
    core::{AnyGeometry, AnyMeasure, RowBlocks},
};

use super::{
    certainty::{Certainty, Readable},
    report::{Report, Scores},
    sides::{Side, Sides},
};
use crate::{page::holds_layers, verdict::Failure};

/// For each measure, each layer's geometry.
type Geometries = Vec<Vec<Result<AnyGeometry>>>;

/// Reads every layer once, every geometry once, and compares all pairs; where it is asked how sure the scores are, layers
/// are read a second time and kept.
///
/// # Errors
/// Those of [`Certainty::add`].
pub(super) fn compare(
    sides: Sides,
    specs: &[MeasureSpec],
    certainty: Certainty,
    progress: &ProgressBar,
) -> std::result::Result<Report, Failure> {
    let measures: Vec<_> = specs.iter().map(MeasureSpec::measure).collect();
    progress.set_message("layers read");
    let mut notes = sides.notes.clone();
    let rows = read(&sides.rows, &sides, &measures, &mut notes, progress);
    let columns = sides.columns.as_ref().map(|side| read(side, &sides, &measures, &mut notes, progress));
    progress.set_message("measures compared");
    let columns = columns.as_ref().unwrap_or(&rows);
    let scores = |(m, spec): (usize, &MeasureSpec)| {
        let measure = &measures[m];
        let scores = Scores::new(
            spec.to_string(),
            measure.profile().orientation,
            [&rows[m], &columns[m]],
            |a, b| measure.compare_all(a, b),
            |a, b| measure.caveats(a, b),
        );
        progress.inc(1);
        scores
    };
    let mut results: Vec<Scores> = specs.iter().enumerate().map(scores).collect();
    if certainty.is_asked() {
        let readable = |side: &Side| Readable::new(side.layers().iter().map(|layer| sides.read(side, layer)).collect());
        let rows = readable(&sides.rows);
        let columns = sides.columns.as_ref().map(readable);
        progress.set_message("permutations and intervals");
        for (scores, measure) in results.iter_mut().zip(&measures) {
            certainty.add(scores, measure, &rows, columns.as_ref(), &mut notes)?;
        }
    }
    let names = |side: &Side| side.layers().iter().map(|layer| layer.name().to_owned()).collect();
    let last = sides.columns.as_ref().unwrap_or(&sides.rows);
    Ok(Report {
        inputs: [&sides.rows, last].map(|side| side.path().to_owned()),
        holds: [&sides.rows, last].map(|side| holds_layers(side.layers())),
        what: "layers",
        against_itself: sides.columns.is_none(),
        n_conditions: sides.n_conditions(),
        rows: names(&sides.rows),
        columns: names(last),
        pair: None,
        results,
        notes,
    })
}

/// Reads each layer and, before the next takes its place in memory, its geometry under every measure; notes dead units.
fn read(
    side: &Side,
    sides: &Sides,
    measures: &[AnyMeasure],
    notes: &mut Vec<String>,
    progress: &ProgressBar,
) -> Geometries {
    let by_layer: Vec<(Vec<_>, usize)> = side
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
            (geometries, x.as_ref().map_or(0, dead_units))
        })
        .collect();
    let dead = side.layers().iter().zip(&by_layer).filter(|(_, (_, dead))| *dead > 0);
    let dead: Vec<_> =
        dead.map(|(layer, (_, dead))| format!("{} ({dead} of {})", layer.name(), layer.n_features())).collect();
    if !dead.is_empty() {
        notes.push(format!("{}: features that never change (dead units) in {}", side.path(), dead.join(", ")));
    }
    let mut by_measure: Geometries = measures.iter().map(|_| Vec::with_capacity(by_layer.len())).collect();
    for (geometries, _) in by_layer {
        by_measure.iter_mut().zip(geometries).for_each(|(list, geometry)| list.push(geometry));
    }
    by_measure
}

/// How many features have one value for all conditions.
fn dead_units(x: &Representation) -> usize {
    let values = x.values();
    let mut alive = vec![false; values.ncols()];
    let first = values.row(0);
    for row in values.rows() {
        alive.iter_mut().zip(row.iter().zip(first)).for_each(|(alive, (value, first))| *alive |= value != first);
    }
    alive.into_iter().filter(|alive| !alive).count()
}
