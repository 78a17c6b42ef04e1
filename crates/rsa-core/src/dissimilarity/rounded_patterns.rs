//! Errors of dissimilarities due to the precision of the patterns they are computed from.
//!
//! A value x that was rounded to numbers of relative spacing ε is wrong by εx/2 at most, and by εx/√12 on average; the
//! errors of different values are independent. A distance of two patterns changes by the part of their errors that
//! lies along their difference. Two distances of equal patterns before rounding, four patterns in all, then differ by
//! √4·εx/√12 = 0.58·εx on average, where x is the size of the values in the features that set the patterns apart.
//! With one feature, where errors cannot average out, they differ by 2ε times the largest value at most.

use ndarray::{Array2, ArrayView2};

use crate::{
    Observer, Representation, Result, linalg,
    linalg::ScaledDistances,
    noise::{root_mean_square, typical_errors},
};

/// Bound on the difference of two distances that are equal before rounding, in units of ε and the mean size of values.
///
/// It is seven times the mean difference, and twice the largest value of one feature if half of that is the mean size.
const OF_MEAN: f64 = 4.0;

/// Bound on that difference in units of ε and the largest value.
const OF_LARGEST: f64 = 2.0;

/// Returns `true` if values of this precision are rounded more than the arithmetic rounds.
fn are_rounded(precision: f64) -> bool {
    precision > f64::EPSILON
}

/// Computes squared distances, whose rounding includes that of the patterns.
pub(super) fn squared_distances(x: &Representation, observer: &dyn Observer) -> Result<ScaledDistances> {
    let mut distances = linalg::squared_distances_while(x.values(), &|| super::ensure_going(observer))?;
    distances.rounding += error_of_distances(x.values(), x.precision()) / distances.scale;
    Ok(distances)
}

/// Bounds the error of Euclidean distances between rows of numbers of relative spacing `precision`.
///
/// Features count by the part that they have in the squared distances, which is their variance. So a feature that is
/// far from 0 and the same for all patterns does not count.
pub(super) fn error_of_distances(x: ArrayView2<'_, f64>, precision: f64) -> f64 {
    if !are_rounded(precision) {
        return 0.0;
    }
    let moments = linalg::column_moments(x);
    let total: f64 = moments.variances.iter().sum();
    let weighted: f64 =
        moments.variances.iter().zip(&moments.mean_squares).map(|(weight, square)| weight * square).sum();
    if total > 0.0 { OF_MEAN * precision * (weighted / total).sqrt() * moments.scale } else { 0.0 }
}

/// Bounds the error of sums over features of absolute differences, in which every feature that varies counts alike.
pub(super) fn error_of_sums(x: ArrayView2<'_, f64>, precision: f64) -> f64 {
    if !are_rounded(precision) {
        return 0.0;
    }
    let moments = linalg::column_moments(x);
    let varying = moments.variances.iter().zip(&moments.mean_squares).filter(|(variance, _)| **variance > 0.0);
    OF_MEAN * precision * varying.map(|(_, square)| square).sum::<f64>().sqrt() * moments.scale
}

/// Bounds the error of Euclidean distances between the projections of rows of numbers of relative spacing `precision`.
///
/// `project` maps rows linearly. The features of the projections are taken to count alike, as those of whitened
/// patterns do.
pub(super) fn error_of_projected_distances(
    x: ArrayView2<'_, f64>,
    precision: f64,
    project: impl FnOnce(ArrayView2<'_, f64>) -> Result<Array2<f64>>,
) -> Result<f64> {
    if !are_rounded(precision) {
        return Ok(0.0);
    }
    let errors = project(typical_errors(x).view())?;
    Ok(OF_MEAN * precision * root_mean_square(errors.view()))
}

/// Bounds the error of a distance between patterns of length 1, whose largest value was `largest` times their length.
pub(super) fn error_of_units(largest: f64, precision: f64) -> f64 {
    if are_rounded(precision) { OF_LARGEST * precision * largest } else { 0.0 }
}

/// Bounds the error of sums of terms, from the sum of squared changes of each pattern's terms by relative errors of 1.
pub(super) fn error_of_terms(squared_changes: impl Iterator<Item = f64>, precision: f64) -> f64 {
    if are_rounded(precision) { OF_MEAN * precision * squared_changes.fold(0.0, f64::max).sqrt() } else { 0.0 }
}

#[cfg(test)]
mod tests;
