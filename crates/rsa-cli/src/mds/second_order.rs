//! Layers, or RDMs, as points: as far apart as a measure says.

use std::path::Path;

use rsa_io::{Layer, OpenOptions};
use rsakit::{
    Error, Measure, MeasureSpec, Rdm, Representation,
    core::{Conditions, Grid, Orientation, compare_readable, condensed},
    spec::ComparisonSpec,
    stats::Comparison,
};

use super::Subject;
use crate::{
    alignment::Alignment,
    inputs::Wanted,
    page::{Input, Work, holds_layers, holds_rdms},
    verdict::Failure,
};

/// Something with a name and the input it is of.
struct Named<T> {
    name: String,
    input: usize,
    value: T,
}

/// Layers of all inputs under a measure; those of one input are joined.
pub(super) fn of_layers(
    inputs: &[String],
    wanted: &Wanted,
    options: &OpenOptions,
    spec: &MeasureSpec,
) -> Result<Subject, Failure> {
    let mut notes = Vec::new();
    let (mut layers, mut holds) = (Vec::<Named<Representation>>::new(), Vec::new());
    for (k, input) in inputs.iter().enumerate() {
        let source = rsa_io::open(input, options).map_err(Failure::impossible)?;
        notes.extend_from_slice(source.warnings());
        let mut found = source.into_layers();
        wanted.keep(&mut found, input, Layer::name)?;
        holds.push(Input { name: input.clone(), holds: holds_layers(&found) });
        for layer in found {
            let value = layer.read().map_err(Failure::impossible)?;
            layers.push(Named { name: layer.name().to_owned(), input: k, value });
        }
    }
    let alignment = Alignment::of(layers.iter().map(|layer| layer.value.conditions()));
    for layer in &mut layers {
        let aligned = alignment.align(layer.value.clone());
        layer.value = aligned.map_err(|error| Failure::impossible(error.context(place(inputs, layer))))?;
    }
    let measure = spec.measure();
    let values: Vec<_> = layers.iter().map(|layer| layer.value.clone()).collect();
    let scores = measure.pairwise(&values);
    let title = format!("layers under {spec}");
    let paths = (0..inputs.len())
        .map(|k| (0..layers.len()).filter(|&i| layers[i].input == k).collect::<Vec<_>>())
        .filter(|path| path.len() > 1)
        .collect();
    let (rdm, dissimilarity) = distances(inputs, &layers, &scores, measure.profile().orientation)?;
    let (groups, works) = (groups(inputs, &layers), spec.references());
    Ok(Subject { title, dissimilarity, rdm, groups, paths, notes, inputs: holds, works })
}

/// RDMs of all inputs under a comparison.
pub(super) fn of_rdms(
    inputs: &[String],
    wanted: &Wanted,
    options: &OpenOptions,
    spec: ComparisonSpec,
) -> Result<Subject, Failure> {
    let mut notes = Vec::new();
    let (mut rdms, mut holds) = (Vec::<Named<Rdm>>::new(), Vec::new());
    for (k, input) in inputs.iter().enumerate() {
        let mut stored = rsa_io::read_rdms(input, options).map_err(Failure::impossible)?;
        notes.extend(stored.warnings);
        wanted.keep(&mut stored.rdms, input, |(name, _)| name)?;
        let n = stored.rdms.first().map_or(0, |(_, rdm)| rdm.n_conditions());
        holds.push(Input { name: input.clone(), holds: holds_rdms(stored.rdms.len(), n) });
        rdms.extend(stored.rdms.into_iter().map(|(name, value)| Named { name, input: k, value }));
    }
    let alignment = Alignment::of(rdms.iter().map(|rdm| rdm.value.conditions()));
    for rdm in &mut rdms {
        let aligned = alignment.align(rdm.value.clone());
        rdm.value = aligned.map_err(|error| Failure::impossible(error.context(place(inputs, rdm))))?;
    }
    let comparison = spec.comparison();
    let read: Vec<_> = rdms.iter().map(|rdm| comparison.read(&rdm.value)).collect();
    let scores = compare_readable(&read, &read, |a, b| comparison.compare_all(a, b));
    let title = format!("RDMs under {spec}");
    let (rdm, dissimilarity) = distances(inputs, &rdms, &scores, Orientation::Similarity)?;
    let works = [vec![Work::KRIEGESKORTE_2008], spec.references()].concat();
    Ok(Subject {
        title,
        dissimilarity,
        rdm,
        groups: groups(inputs, &rdms),
        paths: Vec::new(),
        notes,
        inputs: holds,
        works,
    })
}

/// The RDM whose conditions are the `items`, and what its dissimilarities are.
fn distances<T>(
    inputs: &[String],
    items: &[Named<T>],
    scores: &Grid<rsakit::Result<f64>>,
    orientation: Orientation,
) -> Result<(Rdm, String), Failure> {
    let mut values = Vec::with_capacity(condensed::n_pairs(items.len()));
    for (i, j) in condensed::pairs(items.len()) {
        let both = [(i, j), (j, i)].map(|(i, j)| scores.get(i, j).as_ref().map_err(Error::clone));
        let [there, back] = both;
        let mean = there.and_then(|there| Ok(f64::midpoint(*there, *back?)));
        let mean = mean.map_err(|error| {
            Failure::impossible(error.context(format!("{} × {}", place(inputs, &items[i]), place(inputs, &items[j]))))
        })?;
        // Beyond 1 by rounding alone; an unbiased similarity below 0 is further apart than 1.
        values.push(if orientation == Orientation::Similarity { (1.0 - mean).max(0.0) } else { mean });
    }
    let names: Vec<_> = items.iter().map(|item| item.name.clone()).collect();
    let rdm = Rdm::new(values).and_then(|rdm| rdm.with_conditions(Conditions::labeled(names)));
    let dissimilarity = if orientation == Orientation::Similarity { "1 − similarity" } else { "distance" };
    Ok((rdm.map_err(Failure::impossible)?, dissimilarity.to_owned()))
}

/// The input that each item is of, where there are several.
fn groups<T>(inputs: &[String], items: &[Named<T>]) -> Vec<String> {
    match inputs.len() {
        1 => Vec::new(),
        _ => items.iter().map(|item| stem(&inputs[item.input])).collect(),
    }
}

fn place<T>(inputs: &[String], item: &Named<T>) -> String {
    format!("{}::{}", inputs[item.input], item.name)
}

fn stem(path: &str) -> String {
    let path = Path::new(path);
    path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
