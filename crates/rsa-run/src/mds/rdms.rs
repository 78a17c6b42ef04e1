//! RDMs as points, as far apart as a comparison says.

use rayon::prelude::*;
use rsakit::{
    Rdm, Result,
    core::{Observer, Orientation, compare_readable},
    spec::ComparisonSpec,
    stats::Comparison,
};

use super::{
    MdsRequest, Unmapped,
    second_order::{Point, align, dissimilarities, groups},
};
use crate::{inputs::read_rdms, layer_filter::LayerFilter, notes::Notes};

/// Reads the RDMs of all inputs and compares all pairs.
pub(super) fn read(
    request: &MdsRequest,
    spec: &ComparisonSpec,
    filter: &LayerFilter,
    notes: &mut Notes<'_>,
    observer: &dyn Observer,
) -> Result<Unmapped> {
    let (mut points, mut inputs) = (Vec::<Point<Rdm>>::new(), Vec::new());
    for (k, input) in request.inputs.iter().enumerate() {
        observer.ensure_going("the reading of the RDMs")?;
        let (rdms, described) = read_rdms(input, filter, &request.options, notes)?;
        inputs.push(described);
        points.extend(rdms.into_iter().map(|(name, value)| Point { name, input: k, value }));
    }
    let points = align(&request.inputs, points)?;
    let comparison = spec.comparison();
    let read: Vec<_> = points
        .par_iter()
        .map(|point| {
            observer.ensure_going("the reading of the RDMs")?;
            comparison.read(&point.value)
        })
        .collect();
    let scores = compare_readable(&read, &read, |a, b| comparison.compare_all_observed(a, b, observer));
    observer.ensure_going("the comparison of the RDMs")?;
    let (rdm, dissimilarity) = dissimilarities(&request.inputs, &points, &scores, Orientation::Similarity)?;
    Ok(Unmapped {
        title: format!("RDMs under {spec}"),
        dissimilarity,
        rdm,
        groups: groups(&request.inputs, &points),
        paths: Vec::new(),
        inputs,
    })
}
