//! [`NoiseEstimator`] and [`NoiseScope`]: how noise is estimated, and of what.

use rsakit::core::CovarianceEstimator;
use serde::{Deserialize, Serialize};

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

/// Rows that share one noise covariance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoiseScope {
    /// All rows of a layer.
    #[default]
    Layer,
    /// The rows of a run: every run has a covariance of its own.
    Run,
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

    pub(crate) fn estimator(self) -> Option<CovarianceEstimator> {
        match self {
            Self::None => None,
            Self::Diagonal => Some(CovarianceEstimator::Diagonal),
            Self::ShrinkageIdentity => Some(CovarianceEstimator::ShrinkageIdentity),
            Self::ShrinkageDiagonal => Some(CovarianceEstimator::ShrinkageDiagonal),
            Self::Full => Some(CovarianceEstimator::Full),
        }
    }
}
