//! Parts: the sums of some conditions, in a file.

use std::path::{Path, PathBuf};

use ndarray::Array2;
use rsa_io::Layer;
use rsakit::{
    Measure, MeasureSpec,
    core::{AnyMeasure, RowBlocks, Streaming},
};
use serde::{Deserialize, Serialize};

use crate::{
    compare::{self, Report},
    format::Format,
    output::Output,
    page::holds_shapes,
    streaming::{Origin, Route, Shape, Sums},
    targets::Targets,
    verdict::{Failure, Verdict},
};

/// What kind of part it is, in its file.
pub(crate) const KIND: &str = "accumulation";

/// What a part is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PartHeader {
    pub(super) measures: Vec<String>,
    pub(super) inputs: [String; 2],
    pub(super) shape: Shape,
    pub(super) layers: Vec<Origin>,
    /// How many conditions the layers have in all.
    pub(super) n_conditions: usize,
    /// Of some numbers of every layer.
    pub(super) fingerprint: String,
    pub(super) first: usize,
    pub(super) last: usize,
    /// What the inputs left out, and what was done to them.
    pub(super) notes: Vec<String>,
}

impl PartHeader {
    /// Whether both are of the same computation. Files may have other paths on other machines.
    fn is_of_the_same(&self, other: &Self) -> bool {
        let layers = |header: &Self| {
            let known =
                header.layers.iter().map(|layer| (layer.name.clone(), layer.features, layer.precision.to_bits()));
            known.collect::<Vec<_>>()
        };
        (&self.measures, self.shape, layers(self), self.n_conditions, &self.fingerprint)
            == (&other.measures, other.shape, layers(other), other.n_conditions, &other.fingerprint)
    }
}

/// Tells layers apart that have the same shape: a hash of the first and the last condition of each.
pub(super) fn fingerprint(layers: &[&Layer]) -> rsakit::Result<String> {
    // FNV-1a: short, and the same everywhere and for ever.
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for layer in layers {
        let mut pattern = Array2::zeros((1, layer.n_features()));
        for condition in [0, layer.n_conditions() - 1] {
            layer.read_rows(condition..condition + 1, pattern.view_mut())?;
            for byte in pattern.iter().flat_map(|value| value.to_le_bytes()) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }
    Ok(format!("{hash:016x}"))
}

pub(super) fn write(header: &PartHeader, sums: Sums, output: &Output) -> Result<(), Failure> {
    let header = serde_json::to_string(header).map_err(Failure::impossible)?;
    let arrays = sums.into_arrays();
    let views: Vec<_> = arrays.iter().map(|(name, array)| (name.as_str(), array.view())).collect();
    output.write_with(|file| rsa_io::write_part(file, KIND, &header, &views))
}

/// Puts parts together and shows the scores. Parts are read one after the other, since together they may not fit.
pub(crate) fn merge(paths: &[PathBuf], format: Option<Format>, targets: &Targets) -> Result<Verdict, Failure> {
    let mut parts =
        paths.iter().map(|path| Ok((read(path)?.0, path.as_path()))).collect::<Result<Vec<_>, Failure>>()?;
    parts.sort_by_key(|(header, _)| header.first);
    ensure_whole(&parts)?;
    let mut whole: Option<Sums> = None;
    for (_, path) in &parts {
        let (_, sums) = read(path)?;
        match &mut whole {
            None => whole = Some(sums),
            Some(whole) => whole.merge(&sums).map_err(|error| Failure::impossible(error.context(path.display())))?,
        }
    }
    let (Some(sums), Some((header, _))) = (whole, parts.first()) else {
        return Err(Failure::usage("no part is named"));
    };
    let layers: Vec<_> = header.layers.iter().map(Ok).collect();
    let scores = |word: &String| {
        let spec: MeasureSpec = word.parse().map_err(Failure::impossible)?;
        sums.scores(&spec, header.shape, &layers).map_err(Failure::impossible)
    };
    let (rows, columns) = header.layers.split_at(header.shape.rows);
    let sides = [rows, if header.shape.columns.is_some() { columns } else { rows }];
    let holds = |layers: &[Origin]| {
        holds_shapes(&layers.iter().map(|layer| (header.n_conditions, layer.features)).collect::<Vec<_>>())
    };
    let names = |layers: &[Origin]| layers.iter().map(|layer| layer.name.clone()).collect();
    let report = Report {
        inputs: header.inputs.clone(),
        holds: sides.map(holds),
        what: "layers",
        against_itself: header.shape.columns.is_none(),
        n_conditions: header.n_conditions,
        rows: names(sides[0]),
        columns: names(sides[1]),
        pair: None,
        results: header.measures.iter().map(scores).collect::<Result<_, Failure>>()?,
        notes: header.notes.clone(),
    };
    compare::finish(&report, None, format, targets)
}

/// Refuses parts that are not those of one computation, each once and all of them; they come in order.
fn ensure_whole(parts: &[(PartHeader, &Path)]) -> Result<(), Failure> {
    let refuse = |message: String| Err(Failure::impossible(message));
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

fn read(path: &Path) -> Result<(PartHeader, Sums), Failure> {
    let file = rsa_io::read_part(path).map_err(Failure::impossible)?;
    let damaged = |what: String| Failure::impossible(format_args!("{}: {what}; write the part again", path.display()));
    if file.kind != KIND {
        return Err(Failure::impossible(format_args!(
            "{}: is a part of '{}' and the others are of '{KIND}'; merge parts of one computation",
            path.display(),
            file.kind
        )));
    }
    let header: PartHeader =
        serde_json::from_str(&file.header).map_err(|error| damaged(format!("its header is damaged ({error})")))?;
    let parsed = |word: &String| {
        let spec: MeasureSpec = word.parse().map_err(|error: rsakit::Error| damaged(error.to_string()))?;
        Ok(spec.measure())
    };
    let measures = header.measures.iter().map(parsed).collect::<Result<Vec<AnyMeasure>, Failure>>()?;
    let routes: Vec<Route<'_>> = measures.iter().filter_map(Measure::streamed).collect();
    let routes: Vec<&dyn Streaming> = routes.iter().map(AsRef::as_ref).collect();
    let sums = Sums::from_arrays(&routes, file.matrices).map_err(|error| damaged(error.to_string()))?;
    let widths: Vec<usize> = header.layers.iter().map(|layer| layer.features).collect();
    let is_shape = widths.len() == header.shape.rows + header.shape.columns.unwrap_or(0) && header.shape.rows > 0;
    if !is_shape || routes.len() != header.measures.len() || !sums.are_of(&widths, header.shape) {
        return Err(damaged("its sums are not those of its layers and measures".to_owned()));
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
