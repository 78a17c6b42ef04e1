//! The noise that features are weighed by: none, given, or estimated from repeated observations.

use std::path::Path;

use clap::ValueEnum;
use rsa_io::OpenOptions;
use rsakit::{
    Error, Result,
    core::{Covariance, CovarianceEstimator, Measurements, Precision},
};

use crate::verdict::Failure;

/// How the noise covariance is estimated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Estimator {
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
    degrees_of_freedom: Option<f64>,
    shrinkage: Option<f64>,
}

impl Noise {
    /// What the arguments say; reads the precision.
    pub(super) fn new(
        estimator: Estimator,
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
            Estimator::None => return Ok(Self::Ignored),
            Estimator::Diagonal => CovarianceEstimator::Diagonal,
            Estimator::ShrinkageIdentity => CovarianceEstimator::ShrinkageIdentity,
            Estimator::ShrinkageDiagonal => CovarianceEstimator::ShrinkageDiagonal,
            Estimator::Full => CovarianceEstimator::Full,
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
                let covariance = covariance(*estimator, x)?;
                let estimate = Estimate {
                    estimator: word.clone(),
                    degrees_of_freedom: covariance.degrees_of_freedom(),
                    shrinkage: covariance.shrinkage(),
                };
                Ok((Some(covariance.precision()?), Some(estimate)))
            }
        }
    }
}

/// About the mean of each condition in each run, where some were observed twice in one; otherwise about that of each
/// condition.
fn covariance(estimator: CovarianceEstimator, x: &Measurements) -> Result<Covariance> {
    if x.run_of().is_some() {
        match estimator.within_runs(x) {
            Err(error) if error.kind().name() == "Degenerate" => {}
            found => return found,
        }
    }
    estimator.within_conditions(x)
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
        format!("{}{dof}{shrinkage}", self.estimator)
    }
}
