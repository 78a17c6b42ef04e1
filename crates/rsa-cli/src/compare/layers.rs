//! Layers under measures.

use indicatif::ProgressBar;
use rayon::prelude::*;
use rsakit::{
    Error, Measure, MeasureSpec, Representation, Result,
    core::{AnyGeometry, AnyMeasure, Grid, RowBlocks},
};

use super::{
    certainty::{Certainty, Readable},
    report::{Failed, Report, Scores},
    sides::{Side, Sides},
    streamed::Streamed,
};
use crate::{
    memory::show,
    page::holds_layers,
    say,
    streaming::{self, IN_MEMORY},
    verdict::Failure,
};

/// For each measure, each layer's geometry.
type Geometries = Vec<Vec<Result<AnyGeometry>>>;

/// Compares all pairs under every measure, by the route that the size of the layers decides.
///
/// # Errors
/// Those of [`Certainty::add`], and those met while layers are read in blocks.
pub(super) fn compare(
    sides: &Sides,
    specs: &[MeasureSpec],
    certainty: Certainty,
    budget: usize,
    progress: &ProgressBar,
) -> std::result::Result<Report, Failure> {
    let shapes: Vec<_> = sides.all_layers().map(|layer| (layer.n_conditions(), layer.n_features())).collect();
    let bytes = shapes.iter().map(|&(n, p)| n * p * size_of::<f64>()).fold(0, usize::saturating_add);
    // What is asked beside the scores needs the layers in memory.
    let wanted = bytes > IN_MEMORY && !certainty.is_asked() && specs.iter().any(MeasureSpec::is_streamed);
    let (streamed, obstacle) = match wanted.then(|| Streamed::new(sides, budget, progress)) {
        Some(Ok(streamed)) => (Some(streamed), None),
        // They are read into memory then, if they fit.
        Some(Err(obstacle)) => (None, Some(obstacle)),
        None => (None, None),
    };
    let is_streamed = |spec: &MeasureSpec| streamed.as_ref().is_some_and(|streamed| streamed.serves(spec));
    let (in_blocks, in_memory): (Vec<&MeasureSpec>, Vec<&MeasureSpec>) =
        specs.iter().partition(|spec| is_streamed(spec));
    say_where(bytes, &in_blocks, certainty, obstacle.as_ref());
    let needed = streaming::in_memory(&in_memory, &shapes);
    let mut notes = sides.notes.clone();
    let read = match needed > budget {
        true => in_memory
            .iter()
            .map(|spec| refused(spec, sides, &streaming::too_large(spec, needed, budget, obstacle.as_ref())))
            .collect(),
        false => compare_in_memory(sides, &in_memory, certainty, &mut notes, progress)?,
    };
    let (mut read, mut streamed) = (
        read.into_iter(),
        streamed.map_or_else(|| Ok(Vec::new()), |streamed| streamed.compare(&in_blocks))?.into_iter(),
    );
    let results =
        specs.iter().filter_map(|spec| if is_streamed_in(&in_blocks, spec) { streamed.next() } else { read.next() });
    let names = |side: &Side| side.layers().iter().map(|layer| layer.name().to_owned()).collect();
    let last = sides.columns.as_ref().unwrap_or(&sides.rows);
    Ok(Report {
        inputs: sides.inputs(),
        holds: [&sides.rows, last].map(|side| holds_layers(side.layers())),
        what: "layers",
        against_itself: sides.columns.is_none(),
        n_conditions: sides.n_conditions(),
        rows: names(&sides.rows),
        columns: names(last),
        pair: None,
        results: results.collect(),
        notes,
    })
}

fn is_streamed_in(in_blocks: &[&MeasureSpec], spec: &MeasureSpec) -> bool {
    in_blocks.iter().any(|streamed| std::ptr::eq(*streamed, spec))
}

/// A measure that does not fit into memory has no score of any pair.
fn refused(spec: &MeasureSpec, sides: &Sides, error: &Error) -> Scores {
    let (n, m) = (sides.rows.layers().len(), sides.columns.as_ref().unwrap_or(&sides.rows).layers().len());
    let failed = |_, _| Err(Failed { error: error.clone(), of_pair: false });
    Scores::of_grids(spec, Grid::from_fn(n, m, failed), Grid::from_fn(n, m, |_, _| Vec::new()))
}

/// Reads every layer once, every geometry once, and compares all pairs; where it is asked how sure the scores are, layers
/// are read a second time and kept.
fn compare_in_memory(
    sides: &Sides,
    specs: &[&MeasureSpec],
    certainty: Certainty,
    notes: &mut Vec<String>,
    progress: &ProgressBar,
) -> std::result::Result<Vec<Scores>, Failure> {
    if specs.is_empty() {
        return Ok(Vec::new());
    }
    let measures: Vec<_> = specs.iter().map(|spec| spec.measure()).collect();
    progress.set_message("layers read");
    let rows = read(&sides.rows, sides, &measures, notes, progress);
    let columns = sides.columns.as_ref().map(|side| read(side, sides, &measures, notes, progress));
    progress.set_message("measures compared");
    specs.iter().for_each(|spec| say_route(spec, sides));
    let columns = columns.as_ref().unwrap_or(&rows);
    let scores = |(m, spec): (usize, &&MeasureSpec)| {
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
            certainty.add(scores, measure, &rows, columns.as_ref(), notes)?;
        }
    }
    Ok(results)
}

/// Says why layers that are large are read in blocks, or are not.
fn say_where(bytes: usize, in_blocks: &[&MeasureSpec], certainty: Certainty, obstacle: Option<&Error>) {
    let names: Vec<_> = in_blocks.iter().map(ToString::to_string).collect();
    let route = match obstacle {
        _ if bytes <= IN_MEMORY => return,
        _ if certainty.is_asked() => "not read in blocks, for --permutations or --interval".to_owned(),
        Some(obstacle) => format!("not read in blocks: {obstacle}"),
        None if names.is_empty() => "not read in blocks: no measure that is asked for has a form for it".to_owned(),
        None => format!("read in blocks for {}", names.join(", ")),
    };
    say::detail(format_args!(
        "the layers take {} as 64-bit floats, more than {}: {route}",
        show(bytes),
        show(IN_MEMORY)
    ));
}

/// Says by which route many layers are compared, for a measure that has a choice.
fn say_route(spec: &MeasureSpec, sides: &Sides) {
    let widths = |side: &Side| side.layers().iter().map(RowBlocks::n_features).collect::<Vec<_>>();
    let columns = sides.columns.as_ref().map(widths);
    if let Some(route) = spec.route(sides.n_conditions(), &widths(&sides.rows), columns.as_deref()) {
        say::detail(format_args!("{spec}: {route}"));
    }
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
