//! [`PredictionScore`]: the agreement of predicted and measured responses of a site in one fold.

use ndarray::ArrayView1;
use rsa_core::linalg::power_of_two;

use crate::SplitResponses;

/// The agreement of predicted and measured responses of a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PredictionScore {
    /// Pearson's correlation over the test conditions of a fold, averaged over folds.
    ///
    /// The correlation of all predictions together is not offered. Training means fall where test values rise, so it is
    /// far below 0 for independent data.
    #[default]
    Pearson,
    /// The explained share of the squared deviations from the training mean, 1 − Σ‖y − ŷ‖²/Σ‖y − ȳ‖² over all folds.
    ExplainedVariance,
}

/// The result of one site in one fold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum SiteFold {
    /// The site does not vary over the test conditions.
    Skipped,
    /// The correlation, and whether it is 0 because the prediction is constant.
    Correlation { r: f64, is_constant: bool },
    /// Sums of squares, and whether the prediction is constant.
    Squares { residual: f64, total: f64, is_constant: bool },
}

impl PredictionScore {
    /// Scores predictions of site `site` of `target`; both are deviations from its training mean.
    pub(crate) fn of_site(
        self,
        predicted: ArrayView1<'_, f64>,
        measured: ArrayView1<'_, f64>,
        target: &SplitResponses,
        site: usize,
    ) -> SiteFold {
        let (low, high) = extremes(predicted);
        // A single prediction is no constant one.
        let is_constant = low == high && predicted.len() > 1;
        match self {
            Self::Pearson => {
                let (low, high) = extremes(measured);
                match target.is_constant(site, low, high) {
                    true => SiteFold::Skipped,
                    false if is_constant => SiteFold::Correlation { r: 0.0, is_constant },
                    false => correlation(predicted, measured),
                }
            }
            Self::ExplainedVariance => {
                // One unit for all folds, so that their sums can be added.
                let unit = power_of_two(target.values().column(site).iter());
                let square = |value: f64| (value / unit) * (value / unit);
                let residual =
                    predicted.iter().zip(measured).map(|(predicted, measured)| square(measured - predicted)).sum();
                let total = measured.iter().map(|measured| square(*measured)).sum();
                SiteFold::Squares { residual, total, is_constant }
            }
        }
    }
}

fn extremes(values: ArrayView1<'_, f64>) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &value| (low.min(value), high.max(value)))
}

fn correlation(predicted: ArrayView1<'_, f64>, measured: ArrayView1<'_, f64>) -> SiteFold {
    let (x, y) = (unit_deviations(predicted), unit_deviations(measured));
    let products = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let (xx, yy) = (products(&x, &x), products(&y, &y));
    match xx > 0.0 && yy > 0.0 {
        true => SiteFold::Correlation { r: (products(&x, &y) / (xx * yy).sqrt()).clamp(-1.0, 1.0), is_constant: false },
        false => SiteFold::Correlation { r: 0.0, is_constant: true },
    }
}

/// Returns the deviations from the mean, in a unit near the largest of them.
fn unit_deviations(values: ArrayView1<'_, f64>) -> Vec<f64> {
    let first = power_of_two(values.iter());
    let mean = values.iter().map(|value| value / first).sum::<f64>() / values.len() as f64;
    let deviations: Vec<f64> = values.iter().map(|value| value / first - mean).collect();
    let unit = power_of_two(&deviations);
    deviations.iter().map(|deviation| deviation / unit).collect()
}
