//! Noise that features are weighed by: none, given, or estimated from repeated observations.

use std::{collections::HashSet, path::Path};

use rsa_io::OpenOptions;
use rsakit::{
    Error, Result,
    core::{Covariance, CovarianceEstimator, Measurements, Precision, RowBlocks},
    spec::RdmSpec,
};
use serde::{Deserialize, Serialize};

use crate::{
    inputs::data_error,
    memory::{ensure_fits, float_bytes},
};

/// Estimator of the noise covariance of the features.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoiseEstimator {
    /// No noise is estimated.
    #[default]
    None,
    /// Variances alone.
    Diagonal,
    /// Covariance shrunk towards one variance for all features (Ledoit & Wolf 2004).
    ShrinkageIdentity,
    /// Covariance whose correlations are shrunk towards 0 (Schäfer & Strimmer 2005).
    ShrinkageDiagonal,
    /// Sample covariance.
    Full,
}

impl NoiseEstimator {
    /// Returns the word for the estimator.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Diagonal => "diagonal",
            Self::ShrinkageIdentity => "shrinkage-identity",
            Self::ShrinkageDiagonal => "shrinkage-diagonal",
            Self::Full => "full",
        }
    }

    fn estimator(self) -> Option<CovarianceEstimator> {
        match self {
            Self::None => None,
            Self::Diagonal => Some(CovarianceEstimator::Diagonal),
            Self::ShrinkageIdentity => Some(CovarianceEstimator::ShrinkageIdentity),
            Self::ShrinkageDiagonal => Some(CovarianceEstimator::ShrinkageDiagonal),
            Self::Full => Some(CovarianceEstimator::Full),
        }
    }
}

/// Means that observations are taken about before their noise is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoiseMeans {
    /// The mean of each condition.
    Conditions,
    /// The mean of each condition in each run.
    ConditionsWithinRuns,
}

/// Noise estimate of an RDM, as its result records it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoiseSummary {
    /// Estimator of the covariance.
    pub estimator: NoiseEstimator,
    /// Means that were removed.
    pub about: NoiseMeans,
    /// Degrees of freedom of the covariance.
    pub degrees_of_freedom: Option<f64>,
    /// Weight of the shrinkage target, from 0 to 1; `None` without shrinkage.
    pub shrinkage: Option<f64>,
}

impl NoiseSummary {
    /// Describes the estimate for a table.
    pub(super) fn text(&self) -> String {
        let dof = self.degrees_of_freedom.map_or_else(String::new, |dof| format!(", {dof} degrees of freedom"));
        let shrinkage = self.shrinkage.map_or_else(String::new, |share| format!(", λ = {share:.3}"));
        let about = match self.about {
            NoiseMeans::Conditions => "conditions",
            NoiseMeans::ConditionsWithinRuns => "conditions within runs",
        };
        format!("{} about {about}{dof}{shrinkage}", self.estimator.word())
    }
}

/// Numbers that the noise of the features takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoiseForm {
    /// None, or one for each feature.
    Few,
    /// As many as the rows have, a few times.
    Products,
    /// One for each pair of features.
    AllPairs,
}

/// Source of the precision of the features.
pub(super) enum NoiseSource {
    Ignored,
    Known(Precision),
    Estimated(NoiseEstimator, CovarianceEstimator),
}

impl NoiseSource {
    /// Reads the precision, if there is one; otherwise takes the estimator.
    pub(super) fn new(
        estimator: NoiseEstimator,
        precision: Option<&Path>,
        options: &OpenOptions,
        budget: usize,
    ) -> Result<Self> {
        if let Some(path) = precision {
            let known = read_precision(path, options, budget).map(Self::Known);
            return known.map_err(|error| data_error(error.context("--precision")));
        }
        Ok(estimator.estimator().map_or(Self::Ignored, |covariance| Self::Estimated(estimator, covariance)))
    }

    /// Returns the form of the noise that weighs `features`, from `rows` of them.
    pub(super) fn form(&self, rows: usize, features: usize, dissimilarity: &RdmSpec) -> NoiseForm {
        match self {
            Self::Ignored => NoiseForm::Few,
            Self::Known(_) => NoiseForm::AllPairs,
            // The symmetric root has all pairs, unless all features have one variance.
            Self::Estimated(_, CovarianceEstimator::ShrinkageDiagonal) if dissimilarity.needs_symmetric_root() => {
                NoiseForm::AllPairs
            }
            Self::Estimated(_, CovarianceEstimator::Diagonal) => NoiseForm::Few,
            Self::Estimated(_, estimator) if estimator.is_dense(rows, features) => NoiseForm::AllPairs,
            Self::Estimated(..) => NoiseForm::Products,
        }
    }

    /// Returns the precision for measurements, or for patterns alone if there are none.
    pub(super) fn precision(&self, x: Option<&Measurements>) -> Result<(Option<Precision>, Option<NoiseSummary>)> {
        match (self, x) {
            (Self::Ignored, _) => Ok((None, None)),
            (Self::Known(precision), _) => Ok((Some(precision.clone()), None)),
            (Self::Estimated(..), None) => Err(Error::degenerate(
                "every condition was observed once, so the data do not show their noise",
                "give repeated observations with --conditions, or a precision from elsewhere with --precision",
            )),
            (Self::Estimated(estimator, by), Some(x)) => {
                let (covariance, about) = estimate(*by, x)?;
                let summary = NoiseSummary {
                    estimator: *estimator,
                    about,
                    degrees_of_freedom: covariance.degrees_of_freedom(),
                    shrinkage: covariance.shrinkage(),
                };
                Ok((Some(covariance.precision()?), Some(summary)))
            }
        }
    }
}

/// Estimates the noise about the mean of each condition in each run, so that differences between runs are no noise.
///
/// Where that leaves less than half of the degrees of freedom, because most conditions were observed once a run, the
/// mean of each condition is removed instead.
fn estimate(estimator: CovarianceEstimator, x: &Measurements) -> Result<(Covariance, NoiseMeans)> {
    let within_conditions = x.n_observations() - x.n_conditions();
    let cells: HashSet<_> = x.condition_of().iter().zip(x.run_of().unwrap_or_default()).collect();
    let within_runs = x.n_observations() - cells.len();
    match x.run_of().is_some() && 2 * within_runs >= within_conditions.max(1) {
        true => Ok((estimator.estimate_within_runs(x)?, NoiseMeans::ConditionsWithinRuns)),
        false => Ok((estimator.estimate_within_conditions(x)?, NoiseMeans::Conditions)),
    }
}

fn read_precision(path: &Path, options: &OpenOptions, budget: usize) -> Result<Precision> {
    let name = path.display().to_string();
    let source = rsa_io::open(&name, &options.clone().with_all_features())?;
    let [layer] = source.layers() else {
        return Err(Error::invalid_parameter(name, "one array of features × features", source.layers().len()));
    };
    // The numbers, a copy, and the factor.
    let (rows, columns) = (layer.n_conditions(), layer.n_features());
    let needed = float_bytes(rows.saturating_mul(columns)).saturating_mul(3);
    let work = format_args!("{name}: a precision of {rows} × {columns} features");
    ensure_fits(work, needed, budget, "take fewer features, or --noise diagonal")?;
    Precision::new(layer.read()?.values().to_owned()).map_err(|error| error.context(name))
}
