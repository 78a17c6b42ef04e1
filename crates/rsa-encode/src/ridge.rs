//! The choice of ridge penalties by leave-one-out.

use ndarray::{Array1, Array2, ArrayView2, Axis};
use rsa_core::{
    Result,
    linalg::{self, power_of_two},
};

use crate::{factor::TrainFactor, fold_map::shrinkage};

/// Number of penalties that are tried.
const PENALTIES: i32 = 17;

/// Returns the penalties that are tried, as multiples of the mean squared singular value: half decades about 1.
pub(crate) fn multiples() -> impl Iterator<Item = f64> {
    (0..PENALTIES).map(|step| 10f64.powf(f64::from(step - PENALTIES / 2) / 2.0))
}

/// Returns `true` for the smallest and largest multiple.
pub(crate) fn is_at_end(multiple: f64) -> bool {
    multiples().next().is_some_and(|first| multiple == first) || multiples().last() == Some(multiple)
}

/// Returns the multiple with the lowest leave-one-out error, summed over all sites of `targets`.
pub(crate) fn shared_multiple(factor: &TrainFactor, targets: ArrayView2<'_, f64>) -> Result<f64> {
    let errors = match targets.ncols() > targets.nrows() {
        true => errors(factor, rotated_sites(targets)?.view())?,
        false => errors(factor, targets)?,
    };
    Ok(lowest(errors.rows().into_iter().map(|row| row.sum())))
}

/// Returns as few sites as there are conditions, rotated so that sums of squares over all sites stay as they are.
fn rotated_sites(targets: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
    let linalg::Eigh { values, vectors } = linalg::eigh(linalg::gram(targets)?.view())?;
    let lengths: Array1<f64> = values.iter().map(|value| value.max(0.0).sqrt()).collect();
    Ok(vectors * &lengths)
}

/// Returns each multiple that is best for some sites, with these sites.
pub(crate) fn multiple_per_site(factor: &TrainFactor, targets: ArrayView2<'_, f64>) -> Result<Vec<(f64, Vec<usize>)>> {
    let mut units = targets.to_owned();
    // Each site in a unit of its own, so that no square of a small one vanishes beside the others.
    for mut site in units.columns_mut() {
        let unit = power_of_two(site.iter());
        site /= unit;
    }
    let errors = errors(factor, units.view())?;
    let best: Vec<f64> = errors.columns().into_iter().map(|column| lowest(column.iter().copied())).collect();
    let sites = |multiple| (0..best.len()).filter(|&site| best[site] == multiple).collect::<Vec<_>>();
    Ok(multiples().map(|multiple| (multiple, sites(multiple))).filter(|(_, sites)| !sites.is_empty()).collect())
}

fn lowest(errors: impl Iterator<Item = f64>) -> f64 {
    let (multiple, _) = multiples()
        .zip(errors)
        .reduce(|best, other| if other.1 < best.1 { other } else { best })
        .expect("there is a penalty");
    multiple
}

/// Returns the sum of squared leave-one-out errors for each penalty and site.
fn errors(factor: &TrainFactor, targets: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
    let unit = factor.mean_square();
    let coordinates = linalg::product(factor.basis.t(), targets)?;
    let mut errors = Array2::zeros((PENALTIES as usize, targets.ncols()));
    for (multiple, mut sums) in multiples().zip(errors.rows_mut()) {
        let residuals = leave_one_out(factor, targets, &coordinates, multiple * unit)?;
        sums.assign(&residuals.fold_axis(Axis(0), 0.0, |sum, value| sum + value * value));
    }
    Ok(errors)
}

/// Returns the error of each training condition if the map is refitted without it.
///
/// It is the residual divided by 1 − hᵢ, with the leverage hᵢ = 1/n + Σ uᵢₖ² fₖ (Allen 1974, doi:10.2307/1267500); the
/// mean counts as fitted, too.
pub(crate) fn leave_one_out(
    factor: &TrainFactor,
    targets: ArrayView2<'_, f64>,
    coordinates: &Array2<f64>,
    lambda: f64,
) -> Result<Array2<f64>> {
    let kept = Array1::from(shrinkage(factor, lambda));
    let fitted = linalg::product((&factor.basis * &kept).view(), coordinates.view())?;
    let mut residuals = &targets - &fitted;
    let n = factor.basis.nrows() as f64;
    for (mut row, basis) in residuals.rows_mut().into_iter().zip(factor.basis.rows()) {
        let leverage = 1.0 / n + basis.iter().zip(&kept).map(|(u, kept)| u * u * kept).sum::<f64>();
        row /= 1.0 - leverage;
    }
    Ok(residuals)
}
