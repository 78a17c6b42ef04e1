//! [`Evaluation`]: the conclusions of an inference, as plain values.

use super::GeneralizeTo;
use crate::resample::Correction;

/// The conclusions of an [`Inference`](super::Inference): scores, standard errors, intervals, tests and noise ceilings.
///
/// # Formula
/// The score of a model is the mean over subjects of its score for each. Variances, by `generalize_to`:
/// - `nothing` and `subjects`: vₛ, the variance over subjects. For a score it is the variance of the subjects' values
///   over their number;
/// - `conditions`: v꜀ = v₁ − v₂ + v₃ by leaving out one, two and three conditions, and v₁/3 at least;
/// - `both`: vₛ + v₁ − v₂ + v₃ − v꜀ₛ, where v꜀ₛ is the part that both variances contain, and 0.4 of the larger of vₛ
///   and v꜀ at least.
///
/// Intervals and tests use Student's t. The chapter [`inference_theory`](crate::inference_theory) derives all of this,
/// says why conditions are left out and not resampled, and shows how well intervals and tests are calibrated.
///
/// # Tests
/// Differences of models have variances of their own, by the same rule. p-values are probabilities of a tail, never 1
/// less a probability, so that small ones keep their digits. A value is `None` where there is nothing to test with: one
/// subject, or a standard error of 0.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Evaluation {
    /// Name of the scores: the comparison of RDMs, or the score of another instrument.
    pub comparison: String,
    /// The populations to which standard errors generalize.
    pub generalize_to: GeneralizeTo,
    /// Number of conditions.
    pub n_conditions: usize,
    /// Number of subjects.
    pub n_subjects: usize,
    /// Number of pairs of conditions that were missing somewhere and left out everywhere.
    pub pairs_dropped: usize,
    /// Numbers of resamples asked for, used and dropped.
    pub resamples: ResampleCounts,
    /// Seed of the random numbers.
    pub seed: u64,
    /// The correction for many tests.
    pub correction: Correction,
    /// Upper limit of the degrees of freedom of tests and intervals; `None` for one group of subjects.
    ///
    /// It is the number of groups less one; with both factors, of the factor with fewer groups.
    pub degrees_of_freedom: Option<usize>,
    /// The models, in the order in which they were given.
    pub models: Vec<ModelEvaluation>,
    /// The noise ceiling: how well any model could do.
    pub noise_ceiling: Option<NoiseCeiling>,
    /// The reason why there is no ceiling, if there is none.
    pub noise_ceiling_reason: Option<String>,
    /// Every two models, in order.
    pub pairwise: Vec<PairwiseDifference>,
    /// Sentences that must be reported with the numbers.
    pub warnings: Vec<String>,
}

/// Numbers of resamples.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ResampleCounts {
    /// Number asked for.
    pub requested: u64,
    /// Number used.
    pub used: u64,
    /// Number dropped.
    pub dropped: u64,
    /// Numbers dropped, by reason.
    pub reasons: Dropped,
}

/// Numbers of dropped resamples, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Dropped {
    /// Too few different conditions were drawn: three are needed to compare RDMs, three in each fold.
    pub few_conditions: u64,
    /// Fewer groups of subjects than folds of a cross-validation were drawn.
    pub few_subjects: u64,
    /// A score did not exist: a model or a subject was constant on the conditions that were drawn.
    pub degenerate: u64,
}

/// One model with its score, standard error and tests.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ModelEvaluation {
    /// Name of the model.
    pub name: String,
    /// Mean over subjects, on the data themselves.
    pub score: f64,
    /// Standard error, see [`Evaluation`].
    pub standard_error: Option<f64>,
    /// Degrees of freedom of the standard error, of the interval and of the test against 0.
    pub degrees_of_freedom: Option<f64>,
    /// 95 % interval, by t.
    pub interval: Option<[f64; 2]>,
    /// 95 % interval between quantiles of the resamples; for both factors it is too wide, because nothing corrects it.
    pub percentile_interval: Option<[f64; 2]>,
    /// Mean over resamples; a difference from the score indicates bias.
    pub bootstrap_mean: Option<f64>,
    /// p-value of a score above 0, by t, one-sided.
    pub p_above_zero: Option<f64>,
    /// p-value of a score above 0 by counting resamples: (1 + number at or below 0) / (1 + number).
    pub p_above_zero_bootstrap: Option<f64>,
    /// p-value of a score above 0, corrected for the number of models.
    ///
    /// With correction `max` it is the p-value of the score against the best permuted model.
    pub p_above_zero_corrected: Option<f64>,
    /// p-value of the score by permuting the conditions.
    pub p_permutation: Option<f64>,
    /// p-value of a score below the lower ceiling, by t, one-sided.
    pub p_below_ceiling: Option<f64>,
    /// Score for each subject.
    pub scores_by_subject: Vec<f64>,
}

/// The range in which the true model scores, given the noise of the subjects.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct NoiseCeiling {
    /// Mean score that the pool of the other subjects reaches as a model of each subject.
    ///
    /// The true model reaches about this score or more.
    pub lower: f64,
    /// Mean score that the pool of all subjects reaches as a model of each subject.
    pub upper: f64,
    /// The meaning of `upper`.
    pub upper_is: CeilingKind,
    /// 95 % interval of `lower`, by t.
    pub lower_interval: Option<[f64; 2]>,
    /// 95 % interval of `upper`, by t.
    pub upper_interval: Option<[f64; 2]>,
}

/// The meaning of the upper noise ceiling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum CeilingKind {
    /// No model can score higher.
    Maximum,
    /// No model without ties can score higher; one with ties can.
    MaximumWithoutTies,
    /// The score of a good model; others can score higher.
    #[default]
    Approximate,
}

/// The difference of two models with its test.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PairwiseDifference {
    /// Name of the first model.
    pub a: String,
    /// Name of the second model.
    pub b: String,
    /// Score of the first model less that of the second.
    pub difference: f64,
    /// Standard error, see [`Evaluation`].
    pub standard_error: Option<f64>,
    /// Degrees of freedom of the standard error and of the test.
    pub degrees_of_freedom: Option<f64>,
    /// p-value of a difference from 0, by t, two-sided.
    pub p: Option<f64>,
    /// `p` corrected for the number of pairs of models.
    pub p_corrected: Option<f64>,
}
