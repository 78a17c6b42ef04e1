//! Crossnobis with one noise covariance for every run: each pair of runs is weighted by its own precision.

use ndarray::{Array2, ArrayView2, Axis, Slice};
use rayon::prelude::*;

use super::{
    super::{contrasts, ensure_going},
    SummedEstimate,
};
use crate::{Covariance, Error, Observer, Result, condensed, linalg};

/// Computes the mean over pairs of runs a < b of (uᵢᵃ − uⱼᵃ)ᵀ [(Sᵃ + Sᵇ)/2]⁻¹ (uᵢᵇ − uⱼᵇ).
///
/// `means` are run by run in the same order of `n` conditions.
pub(super) fn estimate(
    means: &Array2<f64>,
    n: usize,
    covariances: &[Covariance],
    observer: &dyn Observer,
) -> Result<SummedEstimate> {
    let runs = means.nrows() / n;
    if covariances.len() != runs {
        return Err(Error::shape_mismatch(format!(
            "{} noise covariances for {runs} runs; give one for every run, in the order of the runs",
            covariances.len()
        )));
    }
    let of_run = |run: usize| means.slice_axis(Axis(0), Slice::from(run * n..(run + 1) * n));
    let pairs = Vec::from_iter(condensed::pairs(runs));
    let products = pairs
        .par_iter()
        .map(|&(a, b)| {
            ensure_going(observer)?;
            products(of_run(a), of_run(b), &covariances[a], &covariances[b])
                .map_err(|error| error.context(format!("runs {a} and {b} (counted from 0)")))
        })
        .collect::<Result<Vec<_>>>()?;
    let mut mean = Array2::zeros((n, n));
    products.iter().for_each(|product| mean += product);
    mean /= pairs.len() as f64;
    Ok(SummedEstimate { values: contrasts::from_products(&mean), rounding: contrasts::rounding(&mean, means.ncols()) })
}

fn products(
    a: ArrayView2<'_, f64>,
    b: ArrayView2<'_, f64>,
    noise_a: &Covariance,
    noise_b: &Covariance,
) -> Result<Array2<f64>> {
    let precision = noise_a.average(noise_b)?.precision()?;
    linalg::product(precision.project(a)?.view(), precision.project(b)?.t())
}
