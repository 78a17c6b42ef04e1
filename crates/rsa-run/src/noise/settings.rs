//! [`NoiseSettings`]: the part of a request that is about the noise of the features.

use std::path::PathBuf;

use rsakit::{Error, Result};
use serde::{Deserialize, Serialize};

use super::{NoiseEstimator, NoiseScope};
use crate::files_of_inputs::files_of_inputs;

/// Settings of the noise of the features: an estimator with its source, or a known precision.
///
/// The default estimates none. In JSON its fields stand among those of the request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NoiseSettings {
    /// Estimator of the noise between features.
    #[serde(rename = "noise")]
    pub estimator: NoiseEstimator,
    /// File with the known precision of the features, features × features. It excludes an estimator.
    pub precision: Option<PathBuf>,
    /// Residuals of a regression, rows × the features of the inputs, from which the noise is estimated.
    ///
    /// One file is for all inputs, several are for one each, as in [`RdmRequest::conditions`](crate::RdmRequest::conditions).
    /// Masks and regions choose their voxels, too.
    pub residuals: Vec<String>,
    /// File with the run of each residual, where every run has its own noise; for inputs as `residuals`.
    pub residual_runs: Vec<String>,
    /// Degrees of freedom of the residuals: one number, or one for each run that has its own noise.
    ///
    /// Without them they are the number of residuals − 1.
    pub dof: Vec<f64>,
    /// Rows that share one noise covariance.
    #[serde(rename = "noise_per")]
    pub scope: NoiseScope,
}

impl NoiseSettings {
    /// Returns `true` if features are weighed at all.
    pub(crate) fn are_given(&self) -> bool {
        self.estimator != NoiseEstimator::None || self.precision.is_some()
    }

    /// Refuses settings that do not go together.
    ///
    /// # Errors
    /// `InvalidParameter`.
    pub(crate) fn check(&self) -> Result<()> {
        let refuse = |name: &str, requirement: &str, found: &str| {
            Err(Error::invalid_parameter(name, requirement, found.to_owned()))
        };
        let estimates = self.estimator != NoiseEstimator::None;
        if estimates && self.precision.is_some() {
            return refuse("the noise of the features", "either --noise or --precision", "both");
        }
        let words = "given with --noise diagonal, shrinkage-diagonal, shrinkage-identity or full";
        if !estimates {
            let lonely =
                [("--residuals", !self.residuals.is_empty()), ("--noise-per run", self.scope == NoiseScope::Run)];
            if let Some((name, _)) = lonely.into_iter().find(|(_, is_given)| *is_given) {
                return refuse(name, words, "no --noise");
            }
        }
        if self.residuals.is_empty() && !self.dof.is_empty() {
            return refuse("--dof", "given with --residuals, whose degrees of freedom they are", "no --residuals");
        }
        if !self.residual_runs.is_empty() && (self.residuals.is_empty() || self.scope == NoiseScope::Layer) {
            let requirement = "given with --residuals and --noise-per run, which estimates the noise of each run";
            return refuse("--residual-runs", requirement, "one of them is missing");
        }
        if let Some(dof) = self.dof.iter().find(|dof| !(dof.is_finite() && **dof > 0.0)) {
            return refuse("--dof", "a number above 0", &dof.to_string());
        }
        match self.scope {
            NoiseScope::Layer if self.dof.len() > 1 => {
                refuse("--dof", "one number, or with --noise-per run one for each run", &self.dof.len().to_string())
            }
            _ => Ok(()),
        }
    }

    /// Returns all files that are read for `inputs`.
    ///
    /// # Errors
    /// The errors of [`files_of_inputs`].
    pub(crate) fn files(&self, inputs: &[String]) -> Result<Vec<PathBuf>> {
        let residuals = files_of_inputs("--residuals", &self.residuals, inputs)?;
        let runs = files_of_inputs("--residual-runs", &self.residual_runs, inputs)?;
        let own = residuals.into_iter().chain(runs).flatten().map(PathBuf::from);
        Ok(self.precision.clone().into_iter().chain(own).collect())
    }
}
