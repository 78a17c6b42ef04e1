//! Layers as points, as far apart as a measure says.

use rayon::prelude::*;
use rsa_io::Layer;
use rsakit::{
    Measure, MeasureSpec, Representation, Result,
    core::{Observer, RowBlocks, compare_readable},
};

use super::{
    MdsRequest, Unmapped,
    second_order::{Point, align, dissimilarities, groups},
};
use crate::{
    inputs::{Input, data_error, ensure_features_are_chosen, open_layers},
    layer_filter::LayerFilter,
    memory::{ensure_fits, float_bytes},
    notes::Notes,
    streaming,
};

/// Reads the layers of all inputs and compares all pairs. The layers of each input are joined by a path.
pub(super) fn read(
    request: &MdsRequest,
    spec: &MeasureSpec,
    filter: &LayerFilter,
    budget: usize,
    notes: &mut Notes<'_>,
    observer: &dyn Observer,
) -> Result<Unmapped> {
    ensure_features_are_chosen(request.inputs.iter().map(String::as_str), &request.options)?;
    let (mut opened, mut inputs) = (Vec::new(), Vec::new());
    for input in &request.inputs {
        let (_, layers) = open_layers(input, filter, &request.options, notes)?;
        inputs.push(Input::from_layers(input, &layers));
        opened.push(layers);
    }
    ensure_layers_fit(spec, opened.iter().flatten(), budget)?;
    let mut points = Vec::<Point<Representation>>::new();
    for (k, layers) in opened.into_iter().enumerate() {
        for layer in layers {
            observer.ensure_going("the reading of the layers")?;
            let value = layer.read().map_err(data_error)?;
            points.push(Point { name: layer.name().to_owned(), input: k, value });
        }
    }
    let points = align(&request.inputs, points)?;
    let measure = spec.measure();
    let read: Vec<_> = points
        .par_iter()
        .map(|point| {
            observer.ensure_going("the reading of the layers")?;
            measure.geometry(&point.value)
        })
        .collect();
    let scores = compare_readable(&read, &read, |a, b| measure.compare_all_observed(a, b, observer));
    observer.ensure_going("the comparison of the layers")?;
    let (rdm, dissimilarity) = dissimilarities(&request.inputs, &points, &scores, measure.profile().orientation)?;
    let path = |k: usize| (0..points.len()).filter(|&i| points[i].input == k).collect::<Vec<_>>();
    Ok(Unmapped {
        title: format!("layers under {spec}"),
        dissimilarity,
        rdm,
        groups: groups(&request.inputs, &points),
        paths: (0..request.inputs.len()).map(path).filter(|path| path.len() > 1).collect(),
        inputs,
    })
}

/// Refuses, before they are read, layers that do not fit into `budget` with their geometries.
fn ensure_layers_fit<'a>(spec: &MeasureSpec, layers: impl Iterator<Item = &'a Layer>, budget: usize) -> Result<()> {
    let shapes: Vec<_> = layers.map(|layer| (layer.n_conditions(), layer.n_features())).collect();
    let values = shapes.iter().map(|&(n, p)| float_bytes(n.saturating_mul(p))).fold(0, usize::saturating_add);
    let needed = streaming::in_memory(&[spec], &shapes).saturating_add(values);
    let remedy = "take fewer conditions or fewer layers; if rows are repeated observations of conditions, make RDMs with \
                  rsakit rdm --conditions and map those";
    let largest = shapes.iter().map(|&(n, _)| n).max().unwrap_or(0);
    ensure_fits(format_args!("{spec} of layers of {largest} conditions"), needed, budget, remedy)
}
