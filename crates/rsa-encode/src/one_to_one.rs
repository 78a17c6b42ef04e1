//! One-to-one maps: for each site the one feature that fits it best in training.

use ndarray::{Array2, ArrayView1, ArrayView2};
use rsa_core::{
    Result,
    linalg::{self, power_of_two},
};

use crate::{SplitFold, SplitResponses, UnitMatch};

/// The feature of a site, with the factor by which its values are multiplied.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UnitOfSite {
    pub(crate) feature: usize,
    pub(crate) sign: f64,
}

/// Returns the best feature of each site; `None` for a site that does not vary in training, or if no feature does.
pub(crate) fn best_units(
    x: &SplitResponses,
    fold: &SplitFold,
    targets: ArrayView2<'_, f64>,
    by: UnitMatch,
) -> Result<Vec<Option<UnitOfSite>>> {
    let (mut features, mut test) = x.centered_in(fold);
    let mut targets = targets.to_owned();
    let [lengths, of_sites] = [&mut features, &mut targets].map(to_unit_length);
    test /=
        &ArrayView1::from(&lengths.iter().map(|length| if *length > 0.0 { *length } else { 1.0 }).collect::<Vec<_>>());
    let correlations = linalg::product(features.t(), targets.view())?;
    let best = |site: usize| {
        let candidates = (0..lengths.len()).filter(|&feature| lengths[feature] > 0.0).map(|feature| {
            let r = correlations[(feature, site)];
            match by {
                UnitMatch::Signed => (r, UnitOfSite { feature, sign: 1.0 }),
                UnitMatch::Absolute => (r.abs(), UnitOfSite { feature, sign: 1f64.copysign(r) }),
            }
        });
        let better = |(r, unit): (f64, UnitOfSite), (other_r, other): (f64, UnitOfSite)| match (
            other_r - r > TIED,
            r - other_r > TIED,
        ) {
            (true, _) => (other_r, other),
            (_, true) => (r, unit),
            _ => (r.max(other_r), first_in_order(unit, other, [&features, &test], x)),
        };
        candidates.reduce(better).filter(|_| of_sites[site] > 0.0).map(|(_, unit)| unit)
    };
    Ok((0..of_sites.len()).map(best).collect())
}

/// Distance of correlations below which they count as equal, and so do features.
const TIED: f64 = 1e-12;

/// Returns the one of two equally good features that comes first by its values, so that no order of features matters.
///
/// `rows` are the features about their training means, in units of their lengths. Their signs do not matter, nor does
/// that of the site. Features that agree in all rows may still differ in their units, which an error shows.
fn first_in_order(a: UnitOfSite, b: UnitOfSite, rows: [&Array2<f64>; 2], x: &SplitResponses) -> UnitOfSite {
    let all = || rows.into_iter().flat_map(Array2::rows);
    let sign = |feature: usize| {
        let first = all().map(|row| row[feature]).find(|value| value.abs() > TIED);
        1f64.copysign(first.unwrap_or(1.0))
    };
    let (of_a, of_b) = (sign(a.feature), sign(b.feature));
    let mut by_shape = all().map(|row| (of_a * row[a.feature], of_b * row[b.feature]));
    let raw = |row: &ArrayView1<'_, f64>, feature: usize| (row[feature] * x.scale() + x.means()[feature]).abs();
    let values = x.values();
    let mut by_units = values.rows().into_iter().map(|row| (raw(&row, a.feature), raw(&row, b.feature)));
    let differs = |&(of_a, of_b): &(f64, f64)| (of_a - of_b).abs() > TIED * of_a.max(of_b);
    let differs_in_shape = |&(of_a, of_b): &(f64, f64)| (of_a - of_b).abs() > TIED;
    let first = by_shape.find(differs_in_shape).or_else(|| by_units.find(differs));
    match first {
        Some((of_a, of_b)) if of_b > of_a => b,
        _ => a,
    }
}

/// Divides each column by its length and returns the lengths.
fn to_unit_length(a: &mut Array2<f64>) -> Vec<f64> {
    let scale = |mut column: ndarray::ArrayViewMut1<'_, f64>| {
        let unit = power_of_two(column.iter());
        column /= unit;
        let length = column.dot(&column).sqrt();
        column /= if length > 0.0 { length } else { 1.0 };
        length * unit
    };
    a.columns_mut().into_iter().map(scale).collect()
}
