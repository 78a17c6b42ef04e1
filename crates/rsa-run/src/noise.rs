//! Noise that features are weighed by: none, given, or estimated from repeated observations or from residuals.

mod estimator;
mod residuals;
mod settings;
mod source;
mod summary;

pub use self::{
    estimator::{NoiseEstimator, NoiseScope},
    summary::{NoiseMeans, NoiseSummary, RunNoiseSummary},
};
pub(crate) use self::{
    settings::NoiseSettings,
    source::{FeatureNoise, NoiseForm, NoiseSource},
};
