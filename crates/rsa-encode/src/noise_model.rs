//! [`NoiseModel`]: the noise of recorded sites, to be added to a model before the two are compared.

use ndarray::{Array2, Axis};
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rsa_core::{Error, Measurements, Representation, Result};

use crate::{shuffle::shuffled, trials::Trials};

/// The noise of trial means as a function of the response, fitted to repeated trials of many sites.
///
/// Responses have unit variance over all sites, conditions and trials. A line a·m + b describes the variance over trials
/// at the mean response m; a and b are averages of the lines of the sites.
///
/// Reference: Cadieu et al. 2014, doi:10.1371/journal.pcbi.1003963, equations 5 to 10; there the text speaks of variances
/// and the equations square the line. Here it is a line of variances.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NoiseModel {
    /// a, the growth of the variance with the response.
    pub slope: f64,
    /// b, the variance at a response of 0.
    pub intercept: f64,
    /// Number of trials in a mean: their harmonic mean over conditions.
    pub trials: f64,
    /// Variance of the means over sites and conditions that is no noise.
    pub signal: f64,
    /// Mean noise variance of the trial means.
    pub noise: f64,
    /// Mean response over sites and conditions.
    pub mean: f64,
}

impl NoiseModel {
    /// Fits the lines of all sites.
    ///
    /// # Errors
    /// `Degenerate` if no condition has two trials, no response varies, all conditions of every site have equal means, or
    /// noise explains all variance of the trial means.
    pub fn fit(measurements: &Measurements) -> Result<Self> {
        let Trials { values, of_condition, .. } = Trials::of(measurements)?;
        let (means, variances) = moments(&of_unit_variance(values)?, &of_condition);
        let repeated: Vec<usize> = (0..of_condition.len()).filter(|&i| of_condition[i].len() > 1).collect();
        let lines: Vec<[f64; 2]> =
            (0..means.ncols()).filter_map(|site| line(&means, &variances, &repeated, site)).collect();
        if lines.is_empty() {
            return Err(Error::degenerate(
                "every site responds alike to all conditions, so noise cannot depend on the response",
                "check that conditions label the rows",
            ));
        }
        let average = |which: usize| lines.iter().map(|line| line[which]).sum::<f64>() / lines.len() as f64;
        let (slope, intercept) = (average(0), average(1));
        let harmonic = of_condition.len() as f64 / of_condition.iter().map(|of| 1.0 / of.len() as f64).sum::<f64>();
        let mean = means.sum() / means.len() as f64;
        let noise = means.mapv(|m| (slope * m + intercept).max(0.0)).sum() / means.len() as f64 / harmonic;
        let signal = means.mapv(|m| (m - mean).powi(2)).sum() / means.len() as f64 - noise;
        if signal <= 0.0 {
            return Err(Error::degenerate(
                format!("noise explains all variance of the trial means (signal variance {signal:.3})"),
                "give more trials or sites; a model cannot be matched to sites without signal",
            ));
        }
        Ok(Self { slope, intercept, trials: harmonic, signal, noise, mean })
    }

    /// Scales a model to the signal's mean and variance, and adds noise as the sites have.
    ///
    /// # Errors
    /// `Degenerate` if the model does not vary.
    pub fn apply(&self, model: &Representation, seed: u64, draw: u64) -> Result<Representation> {
        let values = model.values();
        let mean = values.sum() / values.len() as f64;
        let variance = values.fold(0.0, |sum, value| sum + (value - mean).powi(2)) / values.len() as f64;
        if !(variance > 0.0 && variance.is_finite()) {
            return Err(Error::degenerate("the model does not vary, so it has no scale", "leave this model out"));
        }
        let factor = (self.signal / variance).sqrt();
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(draw);
        let noisy = values.mapv(|value| {
            let response = self.mean + (value - mean) * factor;
            let deviation = ((self.slope * response + self.intercept).max(0.0) / self.trials).sqrt();
            let deviate: f64 = StandardNormal.sample(&mut random);
            response + deviation * deviate
        });
        Representation::new(noisy)?.with_conditions(model.conditions().clone())
    }
}

/// Draws `count` features of a model without replacement, in rising order, to match the number of sites.
///
/// # Errors
/// `InvalidParameter` if the model has fewer features.
pub fn match_sites(model: &Representation, count: usize, seed: u64, draw: u64) -> Result<Representation> {
    let p = model.n_features();
    if count == 0 || count > p {
        return Err(Error::invalid_parameter("the number of sites to match", format!("1 to {p}, the features"), count));
    }
    let mut features: Vec<usize> = shuffled(seed, draw, p).into_iter().take(count).collect();
    features.sort_unstable();
    let drawn: Array2<f64> = model.values().select(Axis(1), &features);
    Representation::new(drawn)?.with_precision(model.precision())?.with_conditions(model.conditions().clone())
}

/// Divides the responses by their standard deviation over all trials and sites.
fn of_unit_variance(values: Array2<f64>) -> Result<Array2<f64>> {
    let count = values.len() as f64;
    let first = values[(0, 0)];
    let mean = first + values.iter().map(|value| value - first).sum::<f64>() / count;
    let deviation = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt();
    match deviation > 0.0 && deviation.is_finite() {
        true => Ok(values / deviation),
        false => Err(Error::degenerate("no response varies, so there is no noise to match", "check the responses")),
    }
}

/// Returns the mean and the unbiased variance over trials, both conditions × sites; 0 variance for a single trial.
fn moments(values: &Array2<f64>, of_condition: &[Vec<usize>]) -> (Array2<f64>, Array2<f64>) {
    let shape = (of_condition.len(), values.ncols());
    let (mut means, mut variances) = (Array2::zeros(shape), Array2::zeros(shape));
    for (i, rows) in of_condition.iter().enumerate() {
        let trials = values.select(Axis(0), rows);
        let mean = trials.sum_axis(Axis(0)) / rows.len() as f64;
        let squares = (&trials - &mean).mapv(|value| value * value).sum_axis(Axis(0));
        means.row_mut(i).assign(&mean);
        variances.row_mut(i).assign(&(squares / (rows.len() - 1).max(1) as f64));
    }
    (means, variances)
}

/// Fits the line of variances on means of a site by least squares, or returns `None` if the means do not differ.
fn line(means: &Array2<f64>, variances: &Array2<f64>, conditions: &[usize], site: usize) -> Option<[f64; 2]> {
    let n = conditions.len() as f64;
    let points = || conditions.iter().map(|&i| (means[(i, site)], variances[(i, site)]));
    let center = points().fold((0.0, 0.0), |sum, point| (sum.0 + point.0 / n, sum.1 + point.1 / n));
    let (mut square, mut product) = (0.0, 0.0);
    for (mean, variance) in points() {
        square += (mean - center.0).powi(2);
        product += (mean - center.0) * (variance - center.1);
    }
    (square > 0.0).then(|| [product / square, center.1 - product / square * center.0])
}
