//! The noise that features are weighed by: none, given, or estimated from repeated observations.

use std::{collections::HashSet, path::Path};

use clap::ValueEnum;
use rsa_io::OpenOptions;
use rsakit::{
    Error, Result,
    core::{Covariance, CovarianceEstimator, Measurements, Precision},
};

use crate::verdict::Failure;

/// How the noise covariance is estimated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum NoiseEstimator {
    /// No noise is estimated
    #[default]
    None,
    /// Variances alone
    Diagonal,
    /// Shrunk towards one variance for all (Ledoit & Wolf 2004)
    ShrinkageIdentity,
    /// Correlations shrunk towards 0 (Schäfer & Strimmer 2005)
    ShrinkageDiagonal,
    /// The sample covariance
    Full,
}

/// The means that observations are taken about.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
enum About {
    Conditions,
    ConditionsWithinRuns,
}

/// Where the precision of the features comes from.
pub(super) enum Noise {
    Ignored,
    Known(Precision),
    Estimated { estimator: CovarianceEstimator, word: String },
}

/// How an estimate came about.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub(super) struct Estimate {
    estimator: String,
    /// Which means were removed.
    about: About,
    degrees_of_freedom: Option<f64>,
    shrinkage: Option<f64>,
}

impl Noise {
    /// What the arguments say; reads the precision.
    pub(super) fn new(
        estimator: NoiseEstimator,
        precision: Option<&Path>,
        options: &OpenOptions,
    ) -> std::result::Result<Self, Failure> {
        if let Some(path) = precision {
            return known(path, options)
                .map(Self::Known)
                .map_err(|error| Failure::impossible(format_args!("--precision: {error}")));
        }
        let word = estimator.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
        let estimator = match estimator {
            NoiseEstimator::None => return Ok(Self::Ignored),
            NoiseEstimator::Diagonal => CovarianceEstimator::Diagonal,
            NoiseEstimator::ShrinkageIdentity => CovarianceEstimator::ShrinkageIdentity,
            NoiseEstimator::ShrinkageDiagonal => CovarianceEstimator::ShrinkageDiagonal,
            NoiseEstimator::Full => CovarianceEstimator::Full,
        };
        Ok(Self::Estimated { estimator, word })
    }

    /// The precision for measurements; for patterns alone if there are none.
    pub(super) fn precision(&self, x: Option<&Measurements>) -> Result<(Option<Precision>, Option<Estimate>)> {
        match (self, x) {
            (Self::Ignored, _) => Ok((None, None)),
            (Self::Known(precision), _) => Ok((Some(precision.clone()), None)),
            (Self::Estimated { .. }, None) => Err(Error::degenerate(
                "every condition was observed once, so the data do not show their noise",
                "give repeated observations with --conditions, or a precision from elsewhere with --precision",
            )),
            (Self::Estimated { estimator, word }, Some(x)) => {
                let (covariance, about) = covariance(*estimator, x)?;
                let estimate = Estimate {
                    estimator: word.clone(),
                    about,
                    degrees_of_freedom: covariance.degrees_of_freedom(),
                    shrinkage: covariance.shrinkage(),
                };
                Ok((Some(covariance.precision()?), Some(estimate)))
            }
        }
    }
}

/// About the mean of each condition in each run, which takes what differs between runs for no noise, unless that leaves
/// less than half of the degrees of freedom: where most conditions were observed once a run, about that of each condition.
fn covariance(estimator: CovarianceEstimator, x: &Measurements) -> Result<(Covariance, About)> {
    let within_conditions = x.n_observations() - x.n_conditions();
    let cells: HashSet<_> = x.condition_of().iter().zip(x.run_of().unwrap_or_default()).collect();
    let within_runs = x.n_observations() - cells.len();
    match x.run_of().is_some() && 2 * within_runs >= within_conditions.max(1) {
        true => Ok((estimator.estimate_within_runs(x)?, About::ConditionsWithinRuns)),
        false => Ok((estimator.estimate_within_conditions(x)?, About::Conditions)),
    }
}

fn known(path: &Path, options: &OpenOptions) -> Result<Precision> {
    let name = path.display().to_string();
    let source = rsa_io::open(&name, options)?;
    let [layer] = source.layers() else {
        return Err(Error::invalid_parameter(name, "one array of features × features", source.layers().len()));
    };
    Precision::new(layer.read()?.values().to_owned()).map_err(|error| error.context(name))
}

impl Estimate {
    /// In words, for a table.
    pub(super) fn text(&self) -> String {
        let dof = self.degrees_of_freedom.map_or_else(String::new, |dof| format!(", {dof} degrees of freedom"));
        let shrinkage = self.shrinkage.map_or_else(String::new, |share| format!(", λ = {share:.3}"));
        let about = match self.about {
            About::Conditions => "conditions",
            About::ConditionsWithinRuns => "conditions within runs",
        };
        format!("{} about {about}{dof}{shrinkage}", self.estimator)
    }
}
