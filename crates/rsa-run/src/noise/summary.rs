//! [`NoiseSummary`]: the noise estimate of an RDM, as its result records it.

use rsakit::core::Covariance;
use serde::{Deserialize, Serialize};

use super::NoiseEstimator;

/// Means that observations are taken about before their noise is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoiseMeans {
    /// The mean of each condition.
    Conditions,
    /// The mean of each condition in each run.
    ConditionsWithinRuns,
    /// The mean of residuals, which a regression has taken out already.
    Residuals,
}

/// Noise estimate of an RDM, as its result records it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoiseSummary {
    /// Estimator of the covariance.
    pub estimator: NoiseEstimator,
    /// Means that were removed.
    pub about: NoiseMeans,
    /// Degrees of freedom of the covariance; `None` where every run has its own.
    pub degrees_of_freedom: Option<f64>,
    /// Weight of the shrinkage target, from 0 to 1; `None` without shrinkage and where every run has its own.
    pub shrinkage: Option<f64>,
    /// The estimate of each run, where every run has its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<RunNoiseSummary>,
}

/// Noise estimate of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunNoiseSummary {
    /// Label of the run.
    pub run: String,
    /// Degrees of freedom of the covariance.
    pub degrees_of_freedom: Option<f64>,
    /// Weight of the shrinkage target, from 0 to 1; `None` without shrinkage.
    pub shrinkage: Option<f64>,
}

impl NoiseSummary {
    /// Describes one covariance for all rows.
    pub(super) fn new(estimator: NoiseEstimator, about: NoiseMeans, covariance: &Covariance) -> Self {
        let (degrees_of_freedom, shrinkage) = (covariance.degrees_of_freedom(), covariance.shrinkage());
        Self { estimator, about, degrees_of_freedom, shrinkage, runs: Vec::new() }
    }

    /// Describes a covariance of each run.
    pub(super) fn of_runs(
        estimator: NoiseEstimator,
        about: NoiseMeans,
        runs: &[String],
        covariances: &[Covariance],
    ) -> Self {
        let run = |(run, covariance): (&String, &Covariance)| RunNoiseSummary {
            run: run.clone(),
            degrees_of_freedom: covariance.degrees_of_freedom(),
            shrinkage: covariance.shrinkage(),
        };
        let runs = runs.iter().zip(covariances).map(run).collect();
        Self { estimator, about, degrees_of_freedom: None, shrinkage: None, runs }
    }

    /// Describes the estimate for a table.
    pub(crate) fn text(&self) -> String {
        let word = self.estimator.word();
        let of = match self.about {
            NoiseMeans::Conditions => format!("{word} about conditions"),
            NoiseMeans::ConditionsWithinRuns => format!("{word} about conditions within runs"),
            NoiseMeans::Residuals => format!("{word} of residuals"),
        };
        if self.runs.is_empty() {
            return format!("{of}{}", numbers(self.degrees_of_freedom, self.shrinkage));
        }
        let run = |one: &RunNoiseSummary| format!("run {}{}", one.run, numbers(one.degrees_of_freedom, one.shrinkage));
        format!("{of}, each run by its own: {}", self.runs.iter().map(run).collect::<Vec<_>>().join("; "))
    }
}

fn numbers(degrees_of_freedom: Option<f64>, shrinkage: Option<f64>) -> String {
    let dof = degrees_of_freedom.map_or_else(String::new, |dof| format!(", {dof} degrees of freedom"));
    let shrinkage = shrinkage.map_or_else(String::new, |share| format!(", λ = {share:.3}"));
    dof + &shrinkage
}
