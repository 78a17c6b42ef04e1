//! Layers under measures.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;
use rsakit::{
    Error, Measure, MeasureSpec, Result,
    core::{AnyGeometry, AnyMeasure, Grid, Observer, RowBlocks},
};

use super::{
    certainty::{Certainty, Readable},
    result::{CompareResult, Compared, Frame, ScoredBy, ensure_tables_fit},
    sides::{Side, Sides},
    streamed::Streamed,
};
use crate::{
    dead_units::count_dead_units,
    memory::show,
    scores::{PairCaveats, PairError, Scores},
    streaming::{self, IN_MEMORY},
};

/// For each measure, each layer's geometry.
type Geometries = Vec<Vec<Result<AnyGeometry>>>;

/// Compares all pairs under every measure. The size of the layers decides the route.
///
/// # Errors
/// The errors of [`Certainty::add`] and of reading layers in blocks; `Cancelled`.
pub(super) fn compare(
    sides: &Sides,
    specs: &[MeasureSpec],
    certainty: Certainty,
    budget: usize,
    observer: &dyn Observer,
) -> Result<CompareResult> {
    let last = sides.columns.as_ref().unwrap_or(&sides.rows);
    ensure_tables_fit([sides.rows.layers().len(), last.layers().len()], specs.len(), budget)?;
    let shapes: Vec<_> = sides.all_layers().map(|layer| (layer.n_conditions(), layer.n_features())).collect();
    let bytes = shapes.iter().map(|&(n, p)| n * p * size_of::<f64>()).fold(0, usize::saturating_add);
    // Tests and intervals need the layers in memory.
    let wanted = bytes > IN_MEMORY && !certainty.is_asked() && specs.iter().any(MeasureSpec::is_streamed);
    let (streamed, obstacle) = match wanted.then(|| Streamed::new(sides, budget, observer)) {
        Some(Ok(streamed)) => (Some(streamed), None),
        // They are read into memory then, if they fit.
        Some(Err(obstacle)) => (None, Some(obstacle)),
        None => (None, None),
    };
    let is_streamed = |spec: &MeasureSpec| streamed.as_ref().is_some_and(|streamed| streamed.serves(spec));
    let (in_blocks, in_memory): (Vec<&MeasureSpec>, Vec<&MeasureSpec>) =
        specs.iter().partition(|spec| is_streamed(spec));
    observer.ensure_going("the comparison")?;
    if let Some(route) = reading_route(bytes, &in_blocks, certainty, obstacle.as_ref()) {
        observer.detail(&route);
    }
    let needed = streaming::in_memory(&in_memory, &shapes);
    let mut notes = sides.notes.clone();
    let read = match needed > budget {
        true => in_memory
            .iter()
            .map(|spec| refused(spec, sides, &streaming::too_large(spec, needed, budget, obstacle.as_ref())))
            .collect(),
        false => compare_in_memory(sides, &in_memory, certainty, &mut notes, observer)?,
    };
    let (mut read, mut streamed) = (
        read.into_iter(),
        streamed.map_or_else(|| Ok(Vec::new()), |streamed| streamed.compare(&in_blocks))?.into_iter(),
    );
    let results =
        specs.iter().filter_map(|spec| if is_streamed_in(&in_blocks, spec) { streamed.next() } else { read.next() });
    let names = |side: &Side| side.layers().iter().map(|layer| layer.name().to_owned()).collect();
    let frame = Frame {
        compared: Compared::Layers,
        n_conditions: sides.n_conditions(),
        inputs: sides.inputs(),
        rows: names(&sides.rows),
        columns: names(last),
        notes,
        seed: certainty.is_asked().then_some(certainty.seed),
    };
    CompareResult::new(frame, results.collect(), budget)
}

fn is_streamed_in(in_blocks: &[&MeasureSpec], spec: &MeasureSpec) -> bool {
    in_blocks.iter().any(|streamed| std::ptr::eq(*streamed, spec))
}

/// Returns scores that are all `error`: the measure does not fit into memory.
fn refused(spec: &MeasureSpec, sides: &Sides, error: &Error) -> Scores {
    let (n, m) = (sides.rows.layers().len(), sides.columns.as_ref().unwrap_or(&sides.rows).layers().len());
    let failed = |_, _| Err(PairError { error: error.clone(), of_pair: false });
    let orientation = spec.measure().profile().orientation;
    Scores::from_grids(
        ScoredBy::Measure(spec.clone()),
        orientation,
        Grid::from_fn(n, m, failed),
        PairCaveats::default(),
    )
}

/// Reads every layer once, every geometry once, and compares all pairs.
///
/// For tests and intervals, layers are read a second time and kept.
fn compare_in_memory(
    sides: &Sides,
    specs: &[&MeasureSpec],
    certainty: Certainty,
    notes: &mut Vec<String>,
    observer: &dyn Observer,
) -> Result<Vec<Scores>> {
    if specs.is_empty() {
        return Ok(Vec::new());
    }
    let measures: Vec<_> = specs.iter().map(|spec| spec.measure()).collect();
    let steps = Steps { observer, stage: "layers read", total: sides.n_layers(), done: AtomicU64::new(0) };
    let rows = read(&sides.rows, sides, &measures, notes, &steps)?;
    let columns = sides.columns.as_ref().map(|side| read(side, sides, &measures, notes, &steps)).transpose()?;
    let routes = specs.iter().filter_map(|spec| comparison_route(spec, sides));
    routes.for_each(|route| observer.detail(&route));
    let columns = columns.as_ref().unwrap_or(&rows);
    let steps = Steps { observer, stage: "measures compared", total: specs.len(), done: AtomicU64::new(0) };
    let scores = |(m, spec): (usize, &&MeasureSpec)| -> Result<Scores> {
        let measure = &measures[m];
        let scores = Scores::new(
            ScoredBy::Measure((*spec).clone()),
            measure.profile().orientation,
            [&rows[m], &columns[m]],
            |a, b| measure.compare_all_observed(a, b, observer),
            |a, b| measure.caveats(a, b),
        );
        steps.step()?;
        Ok(scores)
    };
    let mut results: Vec<Scores> = specs.iter().enumerate().map(scores).collect::<Result<_>>()?;
    if certainty.is_asked() {
        let read = |side: &Side| -> Result<Readable> {
            let read = |layer| {
                observer.ensure_going("reading layers")?;
                Ok(sides.read(side, layer))
            };
            Ok(Readable::new(side.layers().iter().map(read).collect::<Result<Vec<_>>>()?))
        };
        let rows = read(&sides.rows)?;
        let columns = sides.columns.as_ref().map(read).transpose()?;
        for (scores, measure) in results.iter_mut().zip(&measures) {
            certainty.add(scores, measure, &rows, columns.as_ref(), notes, observer)?;
        }
    }
    Ok(results)
}

/// Describes, of large layers, whether and why they are read in blocks.
fn reading_route(
    bytes: usize,
    in_blocks: &[&MeasureSpec],
    certainty: Certainty,
    obstacle: Option<&Error>,
) -> Option<String> {
    let names: Vec<_> = in_blocks.iter().map(ToString::to_string).collect();
    let route = match obstacle {
        _ if bytes <= IN_MEMORY => return None,
        _ if certainty.is_asked() => "not read in blocks, for --permutations or --interval".to_owned(),
        Some(obstacle) => format!("not read in blocks: {obstacle}"),
        None if names.is_empty() => "not read in blocks: no measure that is asked for has a form for it".to_owned(),
        None => format!("read in blocks for {}", names.join(", ")),
    };
    let (size, limit) = (show(bytes), show(IN_MEMORY));
    Some(format!("the layers take {size} as 64-bit floats, more than {limit}: {route}"))
}

/// Describes the route by which layers are compared, for a measure that has a choice.
fn comparison_route(spec: &MeasureSpec, sides: &Sides) -> Option<String> {
    let widths = |side: &Side| side.layers().iter().map(RowBlocks::n_features).collect::<Vec<_>>();
    let columns = sides.columns.as_ref().map(widths);
    let route = spec.route(sides.n_conditions(), &widths(&sides.rows), columns.as_deref())?;
    Some(format!("{spec}: {route}"))
}

/// Reads each layer and, before the next takes its place in memory, its geometry under every measure; notes dead units.
fn read(
    side: &Side,
    sides: &Sides,
    measures: &[AnyMeasure],
    notes: &mut Vec<String>,
    steps: &Steps<'_>,
) -> Result<Geometries> {
    let by_layer = side
        .layers()
        .par_iter()
        .map(|layer| {
            steps.observer.ensure_going("reading layers")?;
            let x = sides.read(side, layer);
            let geometry = |measure: &AnyMeasure| {
                let x = x.as_ref().map_err(Error::clone)?;
                steps.observer.ensure_going("reading geometries")?;
                measure.geometry(x).map_err(|error| error.context(side.place(layer)))
            };
            let geometries = measures.iter().map(geometry).collect();
            steps.step()?;
            Ok((geometries, x.as_ref().map_or(0, |x| count_dead_units(x.values()))))
        })
        .collect::<Result<Vec<(Vec<_>, usize)>>>()?;
    let dead = side.layers().iter().zip(&by_layer).filter(|(_, (_, dead))| *dead > 0);
    let dead: Vec<_> =
        dead.map(|(layer, (_, dead))| format!("{} ({dead} of {})", layer.name(), layer.n_features())).collect();
    if !dead.is_empty() {
        let note = format!("{}: features that never change (dead units) in {}", side.path(), dead.join(", "));
        steps.observer.note(&note);
        notes.push(note);
    }
    let mut by_measure: Geometries = measures.iter().map(|_| Vec::with_capacity(by_layer.len())).collect();
    for (geometries, _) in by_layer {
        by_measure.iter_mut().zip(geometries).for_each(|(list, geometry)| list.push(geometry));
    }
    Ok(by_measure)
}

/// Steps of one stage, counted by threads beside each other.
struct Steps<'a> {
    observer: &'a dyn Observer,
    stage: &'static str,
    total: usize,
    done: AtomicU64,
}

impl Steps<'_> {
    /// Reports one more step.
    fn step(&self) -> Result<()> {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.observer.progress(self.stage, done, self.total as u64);
        self.observer.ensure_going(self.stage)
    }
}
