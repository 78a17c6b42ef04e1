//! One-to-one maps: for each site the one feature that fits it best in training.

use ndarray::{Array2, ArrayView2};
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
    let (mut features, _) = x.centered_in(fold);
    let mut targets = targets.to_owned();
    let [features_vary, sites_vary] = [&mut features, &mut targets].map(to_unit_length);
    let correlations = linalg::product(features.t(), targets.view())?;
    let best = |site: usize| {
        let candidates = (0..features_vary.len()).filter(|&feature| features_vary[feature]).map(|feature| {
            let r = correlations[(feature, site)];
            match by {
                UnitMatch::Signed => (r, UnitOfSite { feature, sign: 1.0 }),
                UnitMatch::Absolute => (r.abs(), UnitOfSite { feature, sign: 1f64.copysign(r) }),
            }
        });
        let best = candidates.reduce(|best, other| if other.0 > best.0 { other } else { best });
        best.filter(|_| sites_vary[site]).map(|(_, unit)| unit)
    };
    Ok((0..sites_vary.len()).map(best).collect())
}

/// Divides each column by its length; returns which columns are not 0.
fn to_unit_length(a: &mut Array2<f64>) -> Vec<bool> {
    let scale = |mut column: ndarray::ArrayViewMut1<'_, f64>| {
        let unit = power_of_two(column.iter());
        column /= unit;
        let length = column.dot(&column).sqrt();
        column /= if length > 0.0 { length } else { 1.0 };
        length > 0.0
    };
    a.columns_mut().into_iter().map(scale).collect()
}
