//! Noise between channels, of all times or of each.

use rsa_brain::MeasurementsInTime;
use rsakit::{
    Error, Result,
    core::{Covariance, Precision},
};
use serde::{Deserialize, Serialize};

use crate::noise::{NoiseEstimator, estimate_noise};

/// Times that share one noise covariance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoiseTimes {
    /// All times: the mean of their covariances.
    #[default]
    All,
    /// Each time has its own.
    Each,
}

/// Inverse noise covariances of a movie.
pub(super) enum MoviePrecisions {
    Ignored,
    Shared(Precision),
    Each(Vec<Precision>),
}

impl MoviePrecisions {
    pub(super) fn at(&self, k: usize) -> Option<&Precision> {
        match self {
            Self::Ignored => None,
            Self::Shared(precision) => Some(precision),
            Self::Each(all) => Some(&all[k]),
        }
    }
}

/// Estimates the noise from single trials about the mean of their condition, in each run if runs are known.
///
/// # Errors
/// `Degenerate` if no condition is repeated, or a covariance has no inverse.
pub(super) fn precisions(
    estimator: NoiseEstimator,
    times: NoiseTimes,
    trials: &MeasurementsInTime,
) -> Result<MoviePrecisions> {
    let Some(by) = estimator.estimator() else { return Ok(MoviePrecisions::Ignored) };
    if !trials.are_repeated() {
        return Err(Error::degenerate(
            "every condition was observed once, so the data do not show their noise",
            "give repeated trials with --conditions, or leave --noise out",
        ));
    }
    let covariance = |k: usize| -> Result<Covariance> {
        let (covariance, _) = estimate_noise(by, &trials.measurements_at(k)?)?;
        Ok(covariance)
    };
    let n = trials.times().len();
    match times {
        NoiseTimes::Each => {
            let each = (0..n).map(|k| covariance(k)?.precision()).collect::<Result<_>>()?;
            Ok(MoviePrecisions::Each(each))
        }
        NoiseTimes::All => {
            let mut mean = covariance(0)?.matrix() / n as f64;
            for k in 1..n {
                mean.scaled_add(1.0 / n as f64, &covariance(k)?.matrix());
            }
            Ok(MoviePrecisions::Shared(Covariance::new(mean)?.precision()?))
        }
    }
}
