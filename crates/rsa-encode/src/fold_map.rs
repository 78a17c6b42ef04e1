//! [`FoldMap`]: a map fitted in one fold, as it predicts test conditions from the targets of training conditions.

use std::borrow::Cow;

use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut1, Axis};
use rsa_core::{
    Result,
    linalg::{self, numerical_rank},
};

use crate::factor::TrainFactor;

/// A linear map: predictions are weights·(basisᵀ·targets), less the training means of the targets.
pub(crate) struct FoldMap<'a> {
    /// Training conditions × directions.
    basis: Cow<'a, Array2<f64>>,
    /// Weights of all sites, or of some of them.
    parts: Vec<SiteWeights<'a>>,
    /// The penalty of each part, if leave-one-out chose it.
    pub(crate) chosen: Vec<f64>,
}

struct SiteWeights<'a> {
    /// Test conditions × directions.
    weights: Cow<'a, Array2<f64>>,
    /// The sites; `None` for all.
    sites: Option<Vec<usize>>,
}

impl<'a> FoldMap<'a> {
    /// Takes the map of all sites.
    pub(crate) fn joint(basis: Array2<f64>, weights: Array2<f64>) -> FoldMap<'static> {
        let parts = vec![SiteWeights { weights: Cow::Owned(weights), sites: None }];
        FoldMap { basis: Cow::Owned(basis), parts, chosen: Vec::new() }
    }

    /// Takes least squares.
    pub(crate) fn linear(factor: &'a TrainFactor) -> Self {
        let parts = vec![SiteWeights { weights: Cow::Borrowed(&factor.test), sites: None }];
        Self { basis: Cow::Borrowed(&factor.basis), parts, chosen: Vec::new() }
    }

    /// Takes ridge regression with the penalty `lambda` for all sites.
    pub(crate) fn ridge(factor: &'a TrainFactor, lambda: f64) -> Self {
        let parts =
            vec![SiteWeights { weights: Cow::Owned(penalized(&factor.test, &shrinkage(factor, lambda))), sites: None }];
        Self { basis: Cow::Borrowed(&factor.basis), parts, chosen: Vec::new() }
    }

    /// Takes ridge regression with a penalty, of which `multiples` are multiples of the unit, for some sites each.
    pub(crate) fn ridges(factor: &'a TrainFactor, sites_of: Vec<(f64, Option<Vec<usize>>)>) -> Self {
        let unit = factor.mean_square();
        let chosen = sites_of.iter().map(|(multiple, _)| *multiple).collect();
        let part = |(multiple, sites): (f64, Option<Vec<usize>>)| {
            let weights = penalized(&factor.test, &shrinkage(factor, multiple * unit));
            SiteWeights { weights: Cow::Owned(weights), sites }
        };
        let parts = sites_of.into_iter().map(part).collect();
        Self { basis: Cow::Borrowed(&factor.basis), parts, chosen }
    }

    /// Predicts the test conditions of all sites from their centered training values.
    ///
    /// A prediction that is 0 or constant up to rounding becomes exactly so.
    pub(crate) fn predict(&self, targets: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
        let coordinates = linalg::product(self.basis.t(), targets)?;
        let lengths = targets.fold_axis(Axis(0), 0.0, |sum: &f64, value| sum + value * value);
        let mut predicted = Array2::zeros((self.parts[0].weights.nrows(), targets.ncols()));
        for SiteWeights { weights, sites } in &self.parts {
            match sites {
                None => predicted = linalg::product(weights.view(), coordinates.view())?,
                Some(sites) => {
                    let some = linalg::product(weights.view(), coordinates.select(Axis(1), sites).view())?;
                    for (from, &to) in some.columns().into_iter().zip(sites) {
                        predicted.column_mut(to).assign(&from);
                    }
                }
            }
            let noise = noise(weights, targets.nrows());
            for site in sites.clone().unwrap_or_else(|| (0..targets.ncols()).collect()) {
                without_noise(predicted.column_mut(site), noise * lengths[site].sqrt());
            }
        }
        Ok(predicted)
    }
}

/// Returns the rounding of a prediction from targets of unit length.
///
/// It is that of a sum of products with the longest weights.
fn noise(weights: &Array2<f64>, n: usize) -> f64 {
    let longest = weights.rows().into_iter().map(|row| row.dot(&row)).fold(0.0, f64::max).sqrt();
    4.0 * (n as f64).sqrt() * f64::EPSILON * longest
}

fn without_noise(mut predicted: ArrayViewMut1<'_, f64>, noise: f64) {
    let range = |(low, high): (f64, f64), value: &f64| (low.min(*value), high.max(*value));
    let (low, high) = predicted.iter().fold((f64::INFINITY, f64::NEG_INFINITY), range);
    if high.max(-low) <= noise {
        predicted.fill(0.0);
    } else if high - low <= noise {
        predicted.fill(low);
    }
}

/// Returns the factor of each direction under a penalty: σ²/(σ² + λ).
pub(crate) fn shrinkage(factor: &TrainFactor, lambda: f64) -> Vec<f64> {
    factor.sigma.iter().map(|&sigma| shrunken(sigma, lambda)).collect()
}

fn shrunken(sigma: f64, lambda: f64) -> f64 {
    // The ratio of roots neither overflows nor vanishes where squares would.
    let ratio = lambda.sqrt() / sigma;
    1.0 / (1.0 + ratio * ratio)
}

fn penalized(a: &Array2<f64>, factors: &[f64]) -> Array2<f64> {
    a * &ArrayView1::from(factors)
}

/// Counts the directions that fill all that centered training conditions have.
pub(crate) fn interpolates(factor: &TrainFactor) -> bool {
    numerical_rank(&factor.sigma, 0.0) + 1 >= factor.basis.nrows()
}
