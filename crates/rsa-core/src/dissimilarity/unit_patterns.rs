//! Patterns divided by their length: what cosine and correlation distances look at.

use ndarray::{Array1, Array2, ArrayView1};

use crate::{Conditions, Error, Rdm, Representation, Result, linalg};

/// Half the squared distances between patterns scaled to length 1: one minus their cosine.
///
/// `centered` subtracts each pattern's own mean first, which makes the cosine a correlation.
/// Half a squared distance is the same number as 1 − cos, without its cancellation for nearly parallel patterns.
pub(super) fn half_squared_distances(x: &Representation, centered: bool) -> Result<Rdm> {
    super::ensure_pairs(x)?;
    let mut units = Array2::zeros(x.values().raw_dim());
    for (condition, mut unit) in units.rows_mut().into_iter().enumerate() {
        unit.assign(
            &direction(x.pattern(condition), centered).ok_or_else(|| flat(x.conditions(), condition, centered))?,
        );
    }
    let distances = linalg::squared_distances(units.view())?;
    let scale = distances.scale * distances.scale;
    // Two unit vectors are at most 2 apart; rounding may say a little more.
    let values = distances.values.iter().map(|value| (0.5 * value * scale).min(2.0)).collect();
    Rdm::new(values)?.with_conditions(x.conditions().clone())
}

/// `pattern` over its length, or `None` if it has no direction: all zero, or constant up to rounding if centred.
fn direction(pattern: ArrayView1<'_, f64>, centered: bool) -> Option<Array1<f64>> {
    let scale = linalg::power_of_two(pattern.iter());
    let mut unit = pattern.mapv(|value| value / scale);
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
    (length > 0.0).then(|| unit / length)
}

fn flat(conditions: &Conditions, condition: usize, centered: bool) -> Error {
    let (what, instead) = if centered { ("constant", "euclidean") } else { ("all zero", "euclidean") };
    Error::degenerate(
        format!(
            "the pattern of condition {} is {what} over its features, so it has no direction",
            conditions.name(condition)
        ),
        format!("drop that condition, or use a dissimilarity that needs no direction, such as {instead}"),
    )
}
