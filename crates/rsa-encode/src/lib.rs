//! Encoding models: how well the features of one system predict the responses of another on new conditions.
//!
//! [`Predict`] fits a [`Mapping`] to training conditions and scores its predictions of test conditions. The folds of a
//! [`Split`] are a function of the [`ConditionGroups`] and a seed. [`Predictivity`] holds the scores of all sites.
//!
//! Noise limits what can be predicted: [`SiteReliability`] estimates the share of signal in the mean over trials, and
//! [`NormalizedVariance`] divides by it, or refuses.
//!
//! The other direction is decoding: a [`Decoder`] fits a [`Classifier`] to observations of known classes and assigns
//! others to them. [`KernelAnalysis`] measures how complex a function must be to tell classes apart. A [`NoiseModel`] gives
//! a model the noise of recorded sites before the two are compared.
//!
//! # Orders of summaries
//! The score is the mean over folds of a site's correlations, then the median over sites. Brain-Score takes the median
//! over sites in each split first, and then the mean over splits; [`Predictivity::mean_of_fold_medians`] gives that
//! number. Splits overlap, so the standard deviation over splits is a spread and no standard error.
//!
//! # Example
//! ```
//! use ndarray::Array2;
//! use rsa_core::{Measure, Representation};
//! use rsa_encode::{Mapping, Predict};
//!
//! let wave = |p, shift: f64| Array2::from_shape_fn((30, p), |(i, j)| (0.3 * i as f64 * (j + 1) as f64 + shift).sin());
//! let (x, y) = (Representation::new(wave(3, 0.0))?, Representation::new(wave(4, 0.5))?);
//! let ridge = Predict::default();
//! let components = Predict { map: Mapping::pls(2)?, ..Predict::default() };
//! for predict in [ridge, components] {
//!     assert!((-1.0..=1.0).contains(&predict.score(&x, &y)?));
//! }
//! # Ok::<(), rsa_core::Error>(())
//! ```

mod groups;
mod shuffle;
mod split;

mod mapping;
mod responses;

mod factor;
mod fold_map;
mod one_to_one;
mod pls;
mod ridge;

mod predictivity;
mod score;

mod alpha;
mod site_reliability;
mod split_half;
mod trials;

mod inner_folds;
mod normalized;

mod classifier;
mod decoder;
mod kernel_analysis;
mod noise_model;

mod caveats;
mod predict;
mod predict_profile;

pub use classifier::{Classifier, DiscriminantCovariance};
pub use decoder::{DecodedFold, Decoder, Decoding, DecodingTest};
pub use groups::ConditionGroups;
pub use inner_folds::{ChosenLayer, LayerCandidate};
pub use kernel_analysis::{KernelAnalysis, KernelCurve, KernelResampling};
pub use mapping::{Mapping, RidgePenalty, UnitMatch};
pub use noise_model::{NoiseModel, match_sites};
pub use normalized::NormalizedVariance;
pub use predict::{Predict, Predictor};
pub use predictivity::{Predictivity, SitePredictivity};
pub use responses::SplitResponses;
pub use score::PredictionScore;
pub use site_reliability::{ReliabilityTable, SiteReliability};
pub use split::{Split, SplitFold, SplitOrder, SplitScheme};

// A user of this crate alone also needs representations and errors.
pub use rsa_core;

#[cfg(test)]
mod tests {
    mod components;
    pub(crate) mod data;
    mod decoders;
    mod goldens;
    mod hostile;
    mod kernels;
    mod noises;
    mod oracles;
    mod penalties;
    mod predictions;
    mod reliabilities;
    mod simulations;
}

/// The example of this crate's README is compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct EncodeReadmeDoctests;
