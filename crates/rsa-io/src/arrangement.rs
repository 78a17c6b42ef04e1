//! [`Arrangement`]: the matrix of conditions × features that a convention makes of an array.

use std::ops::Range;

use ndarray::{ArrayView2, ArrayViewMut2};
use rsa_core::{Conditions, Error, FeatureAxis, Features, Result};

use crate::{
    axes::{Axes, AxisName},
    convention::{AppliedConvention, Convention},
    layout::show_shape,
};

/// The way from the rows of an array, one for every stimulus, to conditions × features.
#[derive(Clone, Debug)]
pub(crate) struct Arrangement {
    /// The axis of the array that is the conditions.
    condition_axis: usize,
    /// `None` where the columns of the array are the features.
    mapping: Option<ColumnMap>,
    feature_axes: Vec<FeatureAxis>,
    applied: Option<AppliedConvention>,
}

/// Column offsets of positions and of features: the column of a position and a feature is the sum of their offsets.
#[derive(Clone, Debug)]
struct ColumnMap {
    convention: Convention,
    /// The lengths of the axes of positions.
    positions: Vec<usize>,
    position_columns: Vec<usize>,
    feature_columns: Vec<usize>,
}

impl Arrangement {
    /// Plans the arrangement of an array of `shape`, which has two axes or more.
    ///
    /// `axes` apply to arrays with that number of axes.
    ///
    /// # Errors
    /// `InvalidParameter` if the convention needs the names of the axes and there are none;
    /// `ShapeMismatch` if `axes` names another number of axes, or no axis of positions, for such a convention.
    pub(crate) fn new(shape: &[usize], convention: Convention, axes: Option<&Axes>) -> Result<Self> {
        let fitting = axes.filter(|axes| axes.names().len() == shape.len());
        let condition_axis = fitting.map_or(0, Axes::condition_axis);
        let applied = (shape.len() > 2).then(|| AppliedConvention { convention, axes: fitting.cloned() });
        if shape.len() == 2 || convention == Convention::Flatten {
            let named = fitting.map_or(&[][..], Axes::names).iter().zip(shape);
            let others = named.filter(|(name, _)| **name != AxisName::Conditions);
            let feature_axes = others.map(|(name, &length)| FeatureAxis::new(name.word(), length)).collect();
            return Ok(Self { condition_axis, mapping: None, feature_axes, applied });
        }
        let fitting = fitting.ok_or_else(|| unnamed(shape, convention, axes))?;
        let positions = axes_in_order(fitting, true);
        if positions.is_empty() {
            let words = AxisName::ALL.into_iter().filter(|name| name.is_position()).map(AxisName::word);
            return Err(Error::shape_mismatch(format!(
                "the array has shape {} and the axes {fitting}, none of which is a position; '{convention}' needs one of {}",
                show_shape(shape),
                words.collect::<Vec<_>>().join(", ")
            )));
        }
        let features = axes_in_order(fitting, false);
        let feature_axis = |&axis: &usize| FeatureAxis::new(fitting.names()[axis].word(), shape[axis]);
        let mapping = ColumnMap {
            convention,
            positions: positions.iter().map(|&axis| shape[axis]).collect(),
            position_columns: columns_along(shape, condition_axis, &positions),
            feature_columns: columns_along(shape, condition_axis, &features),
        };
        let feature_axes = features.iter().map(feature_axis).collect();
        Ok(Self { condition_axis, mapping: Some(mapping), feature_axes, applied })
    }

    /// Returns the arrangement with `axes` as those of the array, of which some were merged before.
    pub(crate) fn with_axes(self, axes: &Axes) -> Self {
        let convention = self.applied.map_or(Convention::Flatten, |applied| applied.convention);
        Self { applied: Some(AppliedConvention { convention, axes: Some(axes.clone()) }), ..self }
    }

    /// Returns the axis of the array that is the conditions.
    pub(crate) fn condition_axis(&self) -> usize {
        self.condition_axis
    }

    /// Returns `true` if the columns of the array are the features.
    pub(crate) fn is_flat(&self) -> bool {
        self.mapping.is_none()
    }

    /// Returns the convention, for an array of three or more axes.
    pub(crate) fn applied(&self) -> Option<&AppliedConvention> {
        self.applied.as_ref()
    }

    /// Returns the number of features of an array with `n_columns` columns.
    pub(crate) fn n_features(&self, n_columns: usize) -> usize {
        self.mapping.as_ref().map_or(n_columns, |mapping| mapping.feature_columns.len())
    }

    /// Returns the features of an array with `n_columns` columns, with their axes where they are named.
    pub(crate) fn features(&self, n_columns: usize) -> Features {
        let features = Features::unnamed(self.n_features(n_columns));
        match self.feature_axes.as_slice() {
            [] => features,
            axes => {
                features.with_axes(axes.to_vec(), None).expect("the axes have as many places as there are features")
            }
        }
    }

    /// Returns the conditions of an array with these `stimuli` as rows.
    pub(crate) fn conditions(&self, stimuli: &Conditions) -> Conditions {
        match &self.mapping {
            Some(mapping) if mapping.convention == Convention::Pixels => stimuli.at_positions(&mapping.positions),
            _ => stimuli.clone(),
        }
    }

    /// Returns the stimuli to which the conditions `rows` belong.
    pub(crate) fn stimuli(&self, rows: Range<usize>) -> Range<usize> {
        let size = self.rows_per_stimulus();
        rows.start / size..rows.end.div_ceil(size)
    }

    /// Returns the range of columns of the array from which the features `wanted` are computed.
    pub(crate) fn columns(&self, wanted: Range<usize>) -> Range<usize> {
        let Some(mapping) = &self.mapping else { return wanted };
        let columns = &mapping.feature_columns[wanted];
        let last_position = mapping.position_columns.iter().max();
        match (columns.iter().min(), columns.iter().max(), last_position) {
            // The column of the first position is 0.
            (Some(first), Some(last), Some(position)) => *first..last + position + 1,
            _ => 0..0,
        }
    }

    fn rows_per_stimulus(&self) -> usize {
        match &self.mapping {
            Some(mapping) if mapping.convention == Convention::Pixels => mapping.position_columns.len(),
            _ => 1,
        }
    }

    /// Writes the part of `block` that follows from `piece`.
    ///
    /// `block` is the conditions `rows` × the features `wanted`. `piece` holds some stimuli, from `first` on, and the
    /// columns that [`columns`](Self::columns) returns.
    pub(crate) fn arrange(
        &self,
        piece: ArrayView2<'_, f64>,
        first: usize,
        wanted: Range<usize>,
        rows: Range<usize>,
        mut block: ArrayViewMut2<'_, f64>,
    ) {
        let Some(mapping) = &self.mapping else { return };
        let start = self.columns(wanted.clone()).start;
        let features: Vec<usize> = mapping.feature_columns[wanted].iter().map(|column| column - start).collect();
        let n_positions = mapping.position_columns.len();
        for (k, row) in piece.rows().into_iter().enumerate() {
            let row = row.as_slice().expect("pieces are read row by row");
            let stimulus = first + k;
            match mapping.convention {
                Convention::Mean => mean(row, mapping, &features, block.row_mut(stimulus - rows.start)),
                Convention::Max => max(row, mapping, &features, block.row_mut(stimulus - rows.start)),
                Convention::Flatten | Convention::Pixels => {
                    let conditions = (stimulus * n_positions..).zip(&mapping.position_columns);
                    for (condition, position) in conditions.filter(|(condition, _)| rows.contains(condition)) {
                        let values = features.iter().map(|feature| row[feature + position]);
                        block
                            .row_mut(condition - rows.start)
                            .iter_mut()
                            .zip(values)
                            .for_each(|(out, value)| *out = value);
                    }
                }
            }
        }
    }
}

/// Writes the mean over positions for each of `features`.
///
/// Positions are added in an order that does not depend on the file, so that channels-first and channels-last arrays
/// give the same bits.
fn mean(row: &[f64], mapping: &ColumnMap, features: &[usize], mut out: ndarray::ArrayViewMut1<'_, f64>) {
    let count = mapping.position_columns.len() as f64;
    out.fill(0.0);
    // The faster axis is read in the inner loop.
    if features.len() > 1 && features[1] == features[0] + 1 {
        for position in &mapping.position_columns {
            out.iter_mut().zip(features).for_each(|(sum, feature)| *sum += row[feature + position]);
        }
    } else {
        for (sum, feature) in out.iter_mut().zip(features) {
            mapping.position_columns.iter().for_each(|position| *sum += row[feature + position]);
        }
    }
    for (sum, feature) in out.iter_mut().zip(features) {
        *sum = match sum.is_finite() {
            true => *sum / count,
            // The sum of large values may overflow although their mean does not; values that are not finite stay so.
            false => mapping.position_columns.iter().map(|position| row[feature + position] / count).sum(),
        };
    }
}

/// Writes the maximum over positions for each of `features`.
///
/// If some value is not finite, it is written instead, so that the check of all values finds it.
fn max(row: &[f64], mapping: &ColumnMap, features: &[usize], mut out: ndarray::ArrayViewMut1<'_, f64>) {
    for (largest, feature) in out.iter_mut().zip(features) {
        let values = || mapping.position_columns.iter().map(|position| row[feature + position]);
        *largest = values().fold(f64::NEG_INFINITY, f64::max);
        if let Some(odd) = values().find(|value| !value.is_finite()) {
            *largest = odd;
        }
    }
}

/// Returns the axes that are positions, or features, in an order that does not depend on the file.
fn axes_in_order(axes: &Axes, positions: bool) -> Vec<usize> {
    let place = |name: AxisName| axes.names().iter().position(|&own| own == name);
    let wanted = AxisName::ALL.into_iter().filter(|name| *name != AxisName::Conditions);
    wanted.filter(|name| name.is_position() == positions).filter_map(place).collect()
}

/// Returns the columns of the entries of `axes`, the last of them running fastest, where all other axes are at 0.
fn columns_along(shape: &[usize], condition_axis: usize, axes: &[usize]) -> Vec<usize> {
    let stride = |axis: usize| -> usize {
        let faster = (axis + 1..shape.len()).filter(|&other| other != condition_axis);
        faster.map(|other| shape[other]).product()
    };
    axes.iter().fold(vec![0], |columns, &axis| {
        let stride = stride(axis);
        columns.iter().flat_map(|column| (0..shape[axis]).map(move |k| column + k * stride)).collect()
    })
}

/// Returns the error of an array whose axes must be named and are not.
fn unnamed(shape: &[usize], convention: Convention, axes: Option<&Axes>) -> Error {
    let shown = show_shape(shape);
    match axes {
        None => Error::invalid_parameter(
            "axes",
            format!(
                "named for an array of shape {shown} under '{convention}', in the order of the file and separated by commas \
                 (--axes, for example conditions,channels,height,width)"
            ),
            "not named",
        ),
        Some(axes) => Error::shape_mismatch(format!(
            "the array of shape {shown} has {} axes and the list '{axes}' names {}; under '{convention}' read arrays of \
             another number of axes by themselves, with axes of their own",
            shape.len(),
            axes.names().len()
        )),
    }
}
