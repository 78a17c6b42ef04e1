//! Noise that features are weighed by: none, given, or estimated from repeated observations or from residuals.

mod estimator;
mod residuals;
mod settings;
mod source;
mod summary;

pub(crate) use self::source::{FeatureNoise, NoiseForm, NoiseSource, estimate_noise};
pub use self::{
    estimator::{NoiseEstimator, NoiseScope},
    settings::NoiseSettings,
    summary::{NoiseMeans, NoiseSummary, RunNoiseSummary},
};
