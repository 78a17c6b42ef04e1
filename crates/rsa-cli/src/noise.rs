//! [`Noise`]: options for the noise of the features.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rsa_run::{NoiseEstimator, NoiseScope, NoiseSettings};

/// Options for the noise of the features.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Noise {
    /// Estimate the noise of the features, from repeated observations or from --residuals, and weigh them by it
    #[arg(long, value_enum, value_name = "ESTIMATOR", default_value_t)]
    noise: NoiseWord,
    /// Residuals of a regression (GLM), rows × the same features, to estimate the noise from
    ///
    /// Any input with rows of the features of INPUT: volumes have its voxels, also those of --mask and --roi. Of several
    /// arrays each is for the layer of its name. For several inputs as --conditions.
    #[arg(long, value_name = "FILE")]
    residuals: Vec<String>,
    /// Degrees of freedom of the residuals: rows − regressors [default: rows − 1]
    ///
    /// With --noise-per run those of each run, or one number for each run with commas between, in the order of the runs.
    #[arg(long, value_name = "N", value_delimiter = ',')]
    dof: Vec<f64>,
    /// Estimate one noise covariance for all rows of a layer, or one for each run
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    noise_per: ScopeWord,
    /// The run of each residual, for --noise-per run [default: the array `runs` of the residuals]
    #[arg(long, value_name = "FILE")]
    residual_runs: Vec<String>,
    /// The inverse of the noise covariance of the features, an array of features × features
    #[arg(long, value_name = "FILE", conflicts_with = "noise")]
    precision: Option<PathBuf>,
}

/// Estimator of the noise covariance, by its word.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum NoiseWord {
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

/// Rows that share one noise covariance, by a word.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum ScopeWord {
    /// All rows
    #[default]
    Layer,
    /// The rows of a run
    Run,
}

impl From<NoiseWord> for NoiseEstimator {
    fn from(estimator: NoiseWord) -> Self {
        match estimator {
            NoiseWord::None => Self::None,
            NoiseWord::Diagonal => Self::Diagonal,
            NoiseWord::ShrinkageIdentity => Self::ShrinkageIdentity,
            NoiseWord::ShrinkageDiagonal => Self::ShrinkageDiagonal,
            NoiseWord::Full => Self::Full,
        }
    }
}

impl Noise {
    pub(crate) fn settings(&self) -> NoiseSettings {
        NoiseSettings {
            estimator: self.noise.into(),
            precision: self.precision.clone(),
            residuals: self.residuals.clone(),
            residual_runs: self.residual_runs.clone(),
            dof: self.dof.clone(),
            scope: match self.noise_per {
                ScopeWord::Layer => NoiseScope::Layer,
                ScopeWord::Run => NoiseScope::Run,
            },
        }
    }
}
