//! Patterns divided by their length: what cosine and correlation distances look at.

use ndarray::{Array1, Array2, ArrayView1};

use crate::{Conditions, Error, Rdm, Representation, Result, linalg};

/// Half the squared distances between patterns scaled to length 1: one minus their cosine.
///
/// `centered` subtracts each pattern's own mean first, which makes the cosine a correlation.
/// Half a squared distance is the same number as 1 − cos, without its cancellation for nearly parallel patterns.
pub(super) fn half_squared_distances(x: &Representation, centered: bool) -> Result<Rdm> {
    super::ensure_pairs(x.n_conditions())?;
    let mut units = Array2::zeros(x.values().raw_dim());
    let mut largest_offset = 1.0_f64;
    for (condition, mut unit) in units.rows_mut().into_iter().enumerate() {
        let (direction, offset) =
            direction(x.pattern(condition), centered).ok_or_else(|| flat(x.conditions(), condition, centered))?;
        unit.assign(&direction);
        largest_offset = largest_offset.max(offset);
    }
    let distances = linalg::squared_distances(units.view())?;
    let scale = distances.scale * distances.scale;
    // Two unit vectors are at most 2 apart; rounding may say a little more.
    let values = distances.values.iter().map(|value| (0.5 * value * scale).min(2.0)).collect();
    // A unit vector is rounded as its pattern was, offset included; half a square changes by its distance times that.
    let rounding = distances.rounding * distances.scale * largest_offset;
    let of_squares = (distances.largest() * distances.scale + rounding) * rounding;
    Rdm::new(values)?.with_rounding(of_squares)?.with_conditions(x.conditions().clone())
}

/// `pattern` over its length and, if it is centred, how much longer it was before.
///
/// `None` if it has no direction: all zero, or constant up to rounding if centred.
fn direction(pattern: ArrayView1<'_, f64>, centered: bool) -> Option<(Array1<f64>, f64)> {
    let scale = linalg::power_of_two(pattern.iter());
    let mut unit = pattern.mapv(|value| value / scale);
    let whole = unit.dot(&unit).sqrt();
    if centered {
        if linalg::is_constant(unit.iter()) {
            return None;
        }
        // Twice: the second mean is the rounding of the first.
        for _ in 0..2 {
            let mean = unit.sum() / unit.len() as f64;
            unit -= mean;
        }
    }
    let length = unit.dot(&unit).sqrt();
    (length > 0.0).then(|| (unit / length, whole / length))
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
