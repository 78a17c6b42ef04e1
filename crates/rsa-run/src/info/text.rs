//! Contents of files as text.

use super::{EventsInfo, FileInfo, InfoResult, LabelsInfo, LayerDescription, LayerInfo, RdmsInfo};
use crate::{
    document::{TextBlock, TextTable, four_digits},
    memory::show,
};

/// Most rows of a table that are shown; JSON has all of them.
const SHOWN: usize = 40;

pub(super) fn blocks(result: &InfoResult) -> Vec<TextBlock> {
    let mut blocks = Vec::new();
    for (i, file) in result.files.iter().enumerate() {
        if i > 0 {
            blocks.push(TextBlock::Lines(String::new()));
        }
        blocks.extend(of_file(file));
    }
    blocks
}

fn of_file(info: &FileInfo) -> Vec<TextBlock> {
    let heading = match &info.error {
        Some(error) => return vec![TextBlock::Lines(error.clone())],
        None => format!("{}: {}, {}", info.name, info.format, shown_bytes(info.bytes)),
    };
    let mut blocks = vec![TextBlock::Lines(heading)];
    if !info.arrays.is_empty() {
        blocks.push(TextBlock::Table(arrays(info)));
        blocks.extend(more(info.arrays.len()));
    }
    let mut lines = Vec::new();
    if let Some(kind) = &info.part {
        lines.push(format!("a part of a divided run: {kind}"));
    }
    if !info.layers.is_empty() {
        lines.extend(of_layers(&info.layers));
    }
    if !info.prepared.is_empty() {
        lines.push("prepared:".to_owned());
        lines.extend(info.prepared.iter().take(SHOWN).map(|line| format!("  {line}")));
    }
    lines.extend(info.rdms.as_ref().map(|rdms| format!("with --rdm: {}", of_rdms(rdms))));
    lines.extend(info.labels.as_ref().map(|labels| format!("labels: {}", of_labels(labels))));
    lines.extend(info.events.as_ref().map(of_events));
    blocks.extend(lines.into_iter().map(TextBlock::Lines));
    if info.layers.iter().any(|layer| layer.description.is_some()) {
        blocks.push(TextBlock::Lines(String::new()));
        blocks.push(TextBlock::Table(descriptions(&info.layers)));
        blocks.extend(more(info.layers.len()));
    }
    blocks.extend(info.notes.iter().map(|note| TextBlock::Lines(format!("note: {note}"))));
    let commands = info.commands.iter().enumerate();
    blocks.extend(
        commands.map(|(i, command)| TextBlock::Lines(format!("{} {command}", if i == 0 { "try:" } else { "    " }))),
    );
    blocks
}

fn more(rows: usize) -> Option<TextBlock> {
    (rows > SHOWN).then(|| TextBlock::Lines(format!(" … and {} more; --format json lists all", rows - SHOWN)))
}

fn arrays(info: &FileInfo) -> TextTable {
    let row = |array: &super::ArrayInfo| {
        let shape = array.shape.iter().map(ToString::to_string).collect::<Vec<_>>().join(" × ");
        let holds = match &array.reason {
            Some(reason) => format!("not read: {reason}"),
            None => array.dtype.clone(),
        };
        vec![array.name.clone(), shape, holds]
    };
    table(&["array", "shape", "type"], info.arrays.iter().take(SHOWN).map(row).collect(), 3)
}

fn of_layers(layers: &[LayerInfo]) -> Vec<String> {
    let span = |numbers: Vec<usize>| match (numbers.iter().min(), numbers.iter().max()) {
        (Some(low), Some(high)) if low != high => format!("{low} to {high}"),
        (Some(low), _) => low.to_string(),
        _ => "0".to_owned(),
    };
    let conditions = span(layers.iter().map(|layer| layer.n_conditions).collect());
    let features = span(layers.iter().map(|layer| layer.n_features).collect());
    let s = if layers.len() == 1 { "" } else { "s" };
    let mut lines =
        vec![format!("as patterns: {} layer{s} of {conditions} conditions × {features} features", layers.len())];
    let first = &layers[0];
    lines.push(match &first.labels {
        Some(labels) => format!("  conditions: {}", of_labels(labels)),
        None => {
            "  conditions: without labels; rows of two files are paired in the order in which they stand".to_owned()
        }
    });
    lines.extend(first.n_runs.map(|n_runs| format!("  runs: {n_runs}")));
    if let ([only], false) = (layers, first.structures.is_empty()) {
        lines.push(format!("  structures: {}", only.structures.join(", ")));
    }
    let mut conventions: Vec<_> = layers.iter().filter_map(|layer| layer.convention.clone()).collect();
    conventions.dedup();
    lines.extend(conventions.into_iter().map(|convention| format!("  axes: {convention}")));
    lines
}

fn of_rdms(rdms: &RdmsInfo) -> String {
    let s = if rdms.names.len() == 1 { "" } else { "s" };
    let labels = rdms.labels.as_ref().map_or_else(|| "without labels".to_owned(), of_labels);
    let missing =
        if rdms.n_missing > 0 { format!("; missing dissimilarities: {}", rdms.n_missing) } else { String::new() };
    format!("{} RDM{s} of {} conditions; {labels}{missing}", rdms.names.len(), rdms.n_conditions)
}

fn of_events(events: &EventsInfo) -> String {
    let EventsInfo { n_trials, n_conditions, n_without_condition, first_onset, last_end } = events;
    let conditions = match n_conditions {
        Some(n) => format!("{n} conditions (trial_type)"),
        None => "no column trial_type".to_owned(),
    };
    let without = match n_without_condition {
        0 => String::new(),
        1 => ", 1 trial without one (n/a)".to_owned(),
        n => format!(", {n} trials without one (n/a)"),
    };
    format!("events: {n_trials} trials from {first_onset} to {last_end} s; {conditions}{without}")
}

fn of_labels(labels: &LabelsInfo) -> String {
    let LabelsInfo { count, n_distinct, first } = labels;
    let all = if first.len() < *count { ", …" } else { "" };
    let distinct = if n_distinct < count { format!(" ({n_distinct} different)") } else { String::new() };
    format!("{count} labels{distinct}: '{}'{all}", first.join("', '"))
}

fn descriptions(layers: &[LayerInfo]) -> TextTable {
    let header = [
        "layer",
        "conditions",
        "features",
        "constant",
        "not finite",
        "smallest",
        "largest",
        "norms",
        "dimension",
        "unbiased",
    ];
    let described = layers.iter().filter_map(|layer| Some((layer, layer.description.as_ref()?)));
    let row = |(layer, description): (&LayerInfo, &LayerDescription)| {
        let count = |n: usize| n.to_string();
        let maybe = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), four_digits);
        let norms = description
            .norms
            .map_or_else(|| "–".to_owned(), |[low, high]| format!("{}–{}", four_digits(low), four_digits(high)));
        vec![
            layer.name.clone(),
            count(layer.n_conditions),
            count(layer.n_features),
            count(description.n_constant),
            count(description.n_non_finite),
            maybe(description.smallest),
            maybe(description.largest),
            norms,
            maybe(description.dimension),
            maybe(description.unbiased_dimension),
        ]
    };
    table(&header, described.take(SHOWN).map(row).collect(), 1)
}

fn table(header: &[&str], rows: Vec<Vec<String>>, first_number: usize) -> TextTable {
    let n_numbers = header.len() - first_number;
    TextTable { header: header.iter().map(|&name| name.to_owned()).collect(), rows, first_number, n_numbers }
}

fn shown_bytes(bytes: u64) -> String {
    const MIB: u64 = 1 << 20;
    match usize::try_from(bytes) {
        Ok(bytes) if bytes as u64 >= MIB => show(bytes),
        _ => format!("{bytes} bytes"),
    }
}
