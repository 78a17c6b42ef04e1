//! Layers as points, as far apart as a measure says.

use rayon::prelude::*;
use rsakit::{
    Measure, MeasureSpec, Representation, Result,
    core::{Observer, compare_readable},
};

use super::{
    MdsRequest, Unmapped,
    second_order::{Point, align, dissimilarities, groups},
};
use crate::{
    inputs::{Input, data_error, open_layers},
    layer_filter::LayerFilter,
    notes::Notes,
};

/// Reads the layers of all inputs and compares all pairs. The layers of each input are joined by a path.
pub(super) fn read(
    request: &MdsRequest,
    spec: &MeasureSpec,
    filter: &LayerFilter,
    notes: &mut Notes<'_>,
    observer: &dyn Observer,
) -> Result<Unmapped> {
    let (mut points, mut inputs) = (Vec::<Point<Representation>>::new(), Vec::new());
    for (k, input) in request.inputs.iter().enumerate() {
        let (_, layers) = open_layers(input, filter, &request.options, notes)?;
        inputs.push(Input::from_layers(input, &layers));
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
