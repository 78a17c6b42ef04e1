//! Layers or RDMs as points of an RDM of their own.

use rsakit::{
    Error, Rdm, Result,
    core::{Conditions, Grid, Orientation, condensed},
};

use crate::{
    alignment::{Align, Alignment},
    inputs::{data_error, stem},
};

/// Layer or RDM that becomes a point.
pub(super) struct Point<T> {
    /// Name in its input.
    pub(super) name: String,
    /// Index of the input.
    pub(super) input: usize,
    pub(super) value: T,
}

/// Brings all points into one order of conditions.
pub(super) fn align<T: Align>(inputs: &[String], points: Vec<Point<T>>) -> Result<Vec<Point<T>>> {
    let alignment = Alignment::new(points.iter().map(|point| point.value.conditions()));
    let align = |Point { name, input, value }| {
        let value = alignment.align(value);
        let value = value.map_err(|error| data_error(error.context(format!("{}::{name}", inputs[input]))))?;
        Ok(Point { name, input, value })
    };
    points.into_iter().map(align).collect()
}

/// Returns the RDM whose conditions are the points, from the scores of all pairs, and the name of its dissimilarities.
///
/// # Errors
/// The error of the first pair without a score.
pub(super) fn dissimilarities<T>(
    inputs: &[String],
    points: &[Point<T>],
    scores: &Grid<Result<f64>>,
    orientation: Orientation,
) -> Result<(Rdm, &'static str)> {
    let place = |i: usize| format!("{}::{}", inputs[points[i].input], points[i].name);
    let mut values = Vec::with_capacity(condensed::n_pairs(points.len()));
    for (i, j) in condensed::pairs(points.len()) {
        let [there, back] = [(i, j), (j, i)].map(|(i, j)| scores.get(i, j).as_ref().map_err(Error::clone));
        let mean = there.and_then(|there| Ok(f64::midpoint(*there, *back?)));
        let mean = mean.map_err(|error| data_error(error.context(format!("{} × {}", place(i), place(j)))))?;
        // A similarity is beyond 1 by rounding alone; an unbiased one below 0 is further apart than 1.
        values.push(if orientation == Orientation::Similarity { (1.0 - mean).max(0.0) } else { mean });
    }
    let names = points.iter().map(|point| point.name.clone());
    let rdm = Rdm::new(values).and_then(|rdm| rdm.with_conditions(Conditions::labeled(names))).map_err(data_error)?;
    Ok((rdm, if orientation == Orientation::Similarity { "1 − similarity" } else { "distance" }))
}

/// Returns the input of each point, if there are several inputs.
pub(super) fn groups<T>(inputs: &[String], points: &[Point<T>]) -> Vec<String> {
    match inputs.len() {
        1 => Vec::new(),
        _ => points.iter().map(|point| stem(&inputs[point.input])).collect(),
    }
}
