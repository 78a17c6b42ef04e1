//! Patterns divided by their length, for cosine and correlation distances.

use ndarray::{ArrayView1, ArrayView2};
use rayon::prelude::*;

use super::rounded_patterns;
use crate::{Conditions, Error, Observer, Rdm, Representation, Result, linalg};

/// Computes half the squared distances between patterns scaled to length 1, which is one minus their cosine.
///
/// If `centered`, the mean of each pattern is subtracted first, which makes the cosine a correlation. Half a squared
/// distance equals 1 − cos without its cancellation for nearly parallel patterns.
pub(super) fn half_squared_distances(x: &Representation, centered: bool, observer: &dyn Observer) -> Result<Rdm> {
    const MOST: f64 = 2.0;
    super::ensure_pairs(x.n_conditions())?;
    let p = x.n_features();
    let patterns = x.values();
    let patterns = patterns.as_slice().expect("rows side by side").par_chunks(p);
    let mut units = vec![0.0; x.n_conditions() * p];
    let constant = centered.then(|| x.precision());
    let unit = |(unit, pattern): (&mut [f64], &[f64])| write_unit(pattern, constant, unit);
    let sizes: Vec<Option<Size>> = units.par_chunks_mut(p).zip(patterns).map(unit).collect();
    if let Some(condition) = sizes.iter().position(Option::is_none) {
        return Err(no_direction(x.conditions(), condition, centered));
    }
    let largest = |of: fn(&Size) -> f64| sizes.iter().flatten().map(of).fold(0.0, f64::max);
    let error_of_patterns = rounded_patterns::error_of_units(largest(|size| size.largest), x.precision());
    let units = ArrayView2::from_shape((x.n_conditions(), p), &units).expect("as many values as before");
    let (halves, rounding) = linalg::half_squared_distances_of_units(units, &|| super::ensure_going(observer))?;
    // A unit vector carries the rounding of its pattern, offset included. Half a squared distance changes by the
    // distance times that rounding.
    let rounding = rounding * largest(|size| size.whole).max(1.0) + error_of_patterns;
    let mut rdm = Rdm::new(halves)?;
    // Half a squared distance of unit vectors is at most 2; rounding may exceed that slightly.
    if rdm.extremes()[1] > MOST {
        rdm = Rdm::new(rdm.values().iter().map(|value| value.min(MOST)).collect())?;
    }
    let rounding_of_halves = ((2.0 * rdm.extremes()[1]).sqrt() + rounding) * rounding;
    rdm.with_rounding(rounding_of_halves)?.with_conditions(x.conditions().clone())
}

/// Sizes of a pattern before centering, relative to its length after it.
struct Size {
    /// Length of the whole pattern.
    whole: f64,
    /// Largest magnitude.
    largest: f64,
}

/// Writes `pattern` divided by its length into `unit`, centered before if its `precision` is given.
///
/// Returns `None` if the pattern has no direction: it is all zero, or it is to be centered and constant within its
/// precision.
fn write_unit(pattern: &[f64], precision: Option<f64>, unit: &mut [f64]) -> Option<Size> {
    let [low, high] = linalg::extremes(pattern);
    if precision.is_some_and(|precision| linalg::are_equal(low, high, precision)) {
        return None;
    }
    let length = |values: &[f64]| {
        let values = ArrayView1::from(values);
        values.dot(&values).sqrt()
    };
    // The inverse of a power of two is exact, and multiplying is much faster than dividing.
    let scale = 1.0 / linalg::power_of_two(&[low, high]);
    unit.iter_mut().zip(pattern).for_each(|(unit, value)| *unit = value * scale);
    let whole = length(unit);
    if precision.is_some() {
        // The second pass removes the rounding that the first mean leaves.
        for _ in 0..2 {
            let mean = ArrayView1::from(&*unit).sum() / unit.len() as f64;
            unit.iter_mut().for_each(|value| *value -= mean);
        }
    }
    let own = length(unit);
    let inverse = 1.0 / own;
    unit.iter_mut().for_each(|value| *value *= inverse);
    (own > 0.0).then(|| Size { whole: whole / own, largest: high.max(-low) * scale / own })
}

fn no_direction(conditions: &Conditions, condition: usize, centered: bool) -> Error {
    let what = if centered { "constant" } else { "all zero" };
    Error::degenerate(
        format!(
            "the pattern of condition {} is {what} over its features, so it has no direction",
            conditions.name(condition)
        ),
        "drop that condition, or use a dissimilarity that needs no direction, such as the Euclidean distance",
    )
}
