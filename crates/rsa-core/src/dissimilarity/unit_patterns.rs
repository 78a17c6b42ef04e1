//! Patterns divided by their length: what cosine and correlation distances look at.

use ndarray::{ArrayView1, ArrayView2};
use rayon::prelude::*;

use crate::{Conditions, Error, Rdm, Representation, Result, linalg};

/// Half the squared distances between patterns scaled to length 1: one minus their cosine.
///
/// `centered` subtracts each pattern's own mean first, which makes the cosine a correlation.
/// Half a squared distance is the same number as 1 − cos, without its cancellation for nearly parallel patterns.
pub(super) fn half_squared_distances(x: &Representation, centered: bool) -> Result<Rdm> {
    super::ensure_pairs(x.n_conditions())?;
    let p = x.n_features();
    let mut units: Vec<f64> = x.values().as_slice().expect("rows side by side").to_vec();
    let offsets: Vec<Option<f64>> = units.par_chunks_mut(p).map(|pattern| make_unit(pattern, centered)).collect();
    if let Some(condition) = offsets.iter().position(Option::is_none) {
        return Err(flat(x.conditions(), condition, centered));
    }
    let largest_offset = offsets.into_iter().flatten().fold(1.0, f64::max);
    let units = ArrayView2::from_shape((x.n_conditions(), p), &units).expect("as many values as before");
    let distances = linalg::squared_distances_of_units(units)?;
    let scale = distances.scale * distances.scale;
    // Two unit vectors are at most 2 apart; rounding may say a little more.
    let values = distances.values.iter().map(|value| (0.5 * value * scale).min(2.0)).collect();
    // A unit vector is rounded as its pattern was, offset included; half a square changes by its distance times that.
    let rounding = distances.rounding * distances.scale * largest_offset;
    let of_squares = (distances.largest() * distances.scale + rounding) * rounding;
    Rdm::new(values)?.with_rounding(of_squares)?.with_conditions(x.conditions().clone())
}

/// Divides `pattern` by its length, and says how much longer it was before it was centred.
///
/// `None` if it has no direction: all zero, or constant up to rounding if centred.
fn make_unit(pattern: &mut [f64], centered: bool) -> Option<f64> {
    let [low, high] = linalg::extremes(pattern);
    if centered && linalg::are_equal(low, high) {
        return None;
    }
    let length = |pattern: &[f64]| {
        let pattern = ArrayView1::from(pattern);
        pattern.dot(&pattern).sqrt()
    };
    // The inverse of a power of two is exact, and far faster to multiply by than a division.
    let scale = 1.0 / linalg::power_of_two(&[low, high]);
    pattern.iter_mut().for_each(|value| *value *= scale);
    let whole = length(pattern);
    if centered {
        // Twice: the second mean is the rounding of the first.
        for _ in 0..2 {
            let mean = ArrayView1::from(&*pattern).sum() / pattern.len() as f64;
            pattern.iter_mut().for_each(|value| *value -= mean);
        }
    }
    let own = length(pattern);
    let inverse = 1.0 / own;
    pattern.iter_mut().for_each(|value| *value *= inverse);
    (own > 0.0).then(|| whole / own)
}

fn flat(conditions: &Conditions, condition: usize, centered: bool) -> Error {
    let what = if centered { "constant" } else { "all zero" };
    Error::degenerate(
        format!(
            "the pattern of condition {} is {what} over its features, so it has no direction",
            conditions.name(condition)
        ),
        "drop that condition, or use a dissimilarity that needs no direction, such as euclidean",
    )
}
