//! Merging parts: sums over all conditions, and their scores.

use std::path::{Path, PathBuf};

use rsa_io::UnreadPart;
use rsakit::{
    Error, Measure, MeasureSpec, Result,
    core::{AnyMeasure, Observer, Streaming},
};

use super::part::{ACCUMULATION, SumsHeader};
use crate::{
    compare::{CompareResult, Compared, Frame, ensure_tables_fit},
    memory::{MemorySize, ensure_fits},
    streaming::{BlockRoute, LayerOrigin, LayerSums, PairShape},
};

/// Merges the parts that [`Accumulation::write`](super::Accumulation::write) wrote, and returns the scores.
///
/// Parts come in any order and are read one after the other, since together they may not fit into memory.
///
/// # Errors
/// `Format`, naming the parts, for parts that are damaged, missing, of different comparisons, or there twice; `TooLarge`
/// if the sums need more than `memory`; `Io`; `Cancelled`.
pub(crate) fn merge(paths: &[PathBuf], memory: Option<MemorySize>, observer: &dyn Observer) -> Result<CompareResult> {
    let budget = MemorySize::budget(memory, observer)?;
    let mut parts = Vec::with_capacity(paths.len());
    for path in paths {
        let (header, file) = open(path)?;
        // The sums of one part, and of all parts before it.
        ensure_fits(path.display(), file.bytes().saturating_mul(2), budget, "merge on a larger machine")?;
        parts.push((header, path.as_path()));
    }
    if let Some((SumsHeader { shape, measures, .. }, _)) = parts.first() {
        ensure_tables_fit([shape.rows, shape.n_columns()], measures.len(), budget)?;
    }
    parts.sort_by_key(|(header, _)| header.first);
    ensure_whole(&parts)?;
    let mut whole: Option<LayerSums> = None;
    for (_, path) in &parts {
        observer.ensure_going("merging parts")?;
        let (_, sums) = read(path)?;
        match &mut whole {
            None => whole = Some(sums),
            Some(whole) => whole.merge(&sums).map_err(|error| error.context(path.display()))?,
        }
    }
    let (Some(sums), Some((header, _))) = (whole, parts.first()) else {
        return Err(Error::invalid_parameter("the parts to merge", "at least one", 0));
    };
    header.notes.iter().for_each(|note| observer.note(note));
    compare_sums(header, &sums, budget, observer)
}

/// Returns the scores of all pairs from sums over all conditions.
///
/// # Errors
/// `TooLarge` if the tables of all pairs need more than `budget` bytes; `Cancelled`.
pub(super) fn compare_sums(
    header: &SumsHeader,
    sums: &LayerSums,
    budget: usize,
    observer: &dyn Observer,
) -> Result<CompareResult> {
    let layers: Vec<_> = header.layers.iter().map(Ok).collect();
    let (rows, columns) = header.layers.split_at(header.shape.rows);
    let columns = if header.shape.columns.is_some() { columns } else { rows };
    let names = |layers: &[LayerOrigin]| layers.iter().map(|layer| layer.name.clone()).collect();
    let frame = Frame {
        compared: Compared::Layers,
        n_conditions: header.n_conditions,
        inputs: header.inputs.clone(),
        rows: names(rows),
        columns: names(columns),
        notes: header.notes.clone(),
        seed: None,
    };
    let scores = header.measures.iter().map(|spec| sums.scores(spec, header.shape, &layers, observer));
    CompareResult::new(frame, scores.collect::<Result<_>>()?, budget)
}

/// Refuses parts of different computations, and parts that overlap or are missing; `parts` are sorted.
fn ensure_whole(parts: &[(SumsHeader, &Path)]) -> Result<()> {
    let refuse = |message: String| Err(Error::format(message));
    for pair in parts.windows(2) {
        let [(a, before), (b, after)] = pair else { continue };
        let (before, after) = (before.display(), after.display());
        if !a.is_of_the_same(b) {
            return refuse(format!(
                "{before} and {after} are parts of different comparisons: other layers or measures"
            ));
        }
        if b.first < a.last {
            let (from, to) = (b.first, a.last.min(b.last));
            return refuse(format!("{before} and {after} both have the conditions {from}..{to}"));
        }
        if b.first > a.last {
            return refuse(format!("the conditions {}..{} are missing between {before} and {after}", a.last, b.first));
        }
    }
    let (Some((first, _)), Some((last, _))) = (parts.first(), parts.last()) else { return Ok(()) };
    let n = first.n_conditions;
    if first.first > 0 {
        return refuse(format!("the conditions 0..{} of {n} are missing", first.first));
    }
    if last.last < n {
        return refuse(format!("the conditions {}..{n} of {n} are missing", last.last));
    }
    Ok(())
}

/// Opens a part and judges its header, before any sum is read.
fn open(path: &Path) -> Result<(SumsHeader, UnreadPart)> {
    let file = rsa_io::open_part(path)?;
    if file.kind() != ACCUMULATION {
        return Err(Error::format(format!(
            "{}: is a part of '{}' and the others are of '{ACCUMULATION}'; merge parts of one computation",
            path.display(),
            file.kind()
        )));
    }
    let header: SumsHeader = serde_json::from_str(file.header())
        .map_err(|error| damaged(path, format_args!("its header is damaged ({error})")))?;
    let measures: Vec<AnyMeasure> = header.measures.iter().map(MeasureSpec::measure).collect();
    let routes: Vec<BlockRoute<'_>> = measures.iter().filter_map(Measure::streamed).collect();
    let PairShape { rows, columns } = header.shape;
    let is_shape = Some(header.layers.len()) == rows.checked_add(columns.unwrap_or(0)) && rows > 0;
    if !is_shape || routes.len() != measures.len() {
        return Err(damaged(path, OTHER_SUMS));
    }
    let routes: Vec<&dyn Streaming> = routes.iter().map(AsRef::as_ref).collect();
    if file.bytes() > LayerSums::most_bytes(&routes, &header.widths(), header.shape) {
        return Err(damaged(path, OTHER_SUMS));
    }
    Ok((header, file))
}

const OTHER_SUMS: &str = "its sums are not those of its layers and measures";

fn damaged(path: &Path, what: impl std::fmt::Display) -> Error {
    Error::format(format!("{}: {what}; write the part again", path.display()))
}

/// Reads a part, and checks that its sums are those of its header.
pub(super) fn read(path: &Path) -> Result<(SumsHeader, LayerSums)> {
    let (header, file) = open(path)?;
    let matrices = file.read()?.matrices;
    let damaged = |what: String| damaged(path, what);
    let measures: Vec<AnyMeasure> = header.measures.iter().map(MeasureSpec::measure).collect();
    let routes: Vec<BlockRoute<'_>> = measures.iter().filter_map(Measure::streamed).collect();
    let routes: Vec<&dyn Streaming> = routes.iter().map(AsRef::as_ref).collect();
    let sums = LayerSums::from_arrays(&routes, matrices).map_err(|error| damaged(error.to_string()))?;
    if !sums.are_of(&header.widths(), header.shape) {
        return Err(damaged(OTHER_SUMS.to_owned()));
    }
    let claimed = header.last.checked_sub(header.first);
    if claimed != Some(sums.n_conditions()) || header.last > header.n_conditions {
        return Err(damaged(format!(
            "its header claims the conditions {}..{} and its sums are of {}",
            header.first,
            header.last,
            sums.n_conditions()
        )));
    }
    Ok((header, sums))
}
