//! [`Evaluation`]: the conclusions of an inference, as plain values.

use super::GeneralizeTo;
use crate::resample::{Correction, SubjectTest};

/// The conclusions of an [`Inference`](super::Inference): scores, standard errors, intervals, tests and noise ceilings.
///
/// # Formula
/// The score of a model is the mean of its scores for the subjects. Variances, by `generalize_to`:
/// - `nothing` and `subjects`: vₛ, the variance over subjects. For a score it is the variance of the subjects' values
///   divided by their number;
/// - `conditions`: v꜀ = v₁ − v₂ + v₃ by leaving out one, two and three conditions, and v₁/3 at least; of more than 200
///   conditions, blocks of them are left out;
/// - `both`: vₛ + v₁ − v₂ + v₃ − v꜀ₛ, where v꜀ₛ is the interaction of subjects and conditions, and 0.4 of the larger of
///   vₛ and v꜀ at least.
///
/// The score of a model with parameters jumps or bends where its fit does. Its vₛ is 2 times the variance of scores
/// without a third of the subjects, and its v꜀ is 2 times the variance without a third of the conditions, less what
/// pairs of conditions count too often in it. [`StandardErrorBy`] says which rule gave a standard error.
///
/// Intervals and tests use Student's t. The chapter [`inference_theory`](crate::inference_theory) derives all of this,
/// says why conditions are left out and not resampled, and shows how well intervals and tests are calibrated.
///
/// # Tests
/// The difference of two models has a variance of its own, by the same rule. p-values are computed as probabilities of
/// the upper tail and not as 1 minus a probability, so that small ones keep their digits. t-tests are `None` for a standard
/// error of 0, and Wilcoxon's signed-rank tests of the subjects' values if all values are 0. Standard errors and tests are `None` for one group of subjects, unless `generalize_to` is `conditions`.
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
    /// Number of pairs of conditions that are missing in some RDM and were left out of all RDMs.
    pub pairs_dropped: usize,
    /// Numbers of resamples asked for, used and dropped.
    pub resamples: ResampleCounts,
    /// Seed of the random numbers.
    pub seed: u64,
    /// The correction for many tests.
    pub correction: Correction,
    /// Upper limit of the degrees of freedom of tests and intervals, or `None` where there are no standard errors.
    ///
    /// It is the number of groups minus 1: of conditions for `conditions`, of the factor with fewer groups for `both`,
    /// and of subjects otherwise. Each model has degrees of freedom of its own, which may be fewer.
    pub degrees_of_freedom: Option<usize>,
    /// The models, in the order in which they were given.
    pub models: Vec<ModelEvaluation>,
    /// The noise ceiling: the range in which the true model scores.
    pub noise_ceiling: Option<NoiseCeiling>,
    /// The reason why there is no ceiling, if there is none.
    pub noise_ceiling_reason: Option<String>,
    /// All pairs of models: the first with each later one, then the second, and so on.
    pub pairwise: Vec<PairwiseDifference>,
    /// Sentences that must be reported with the numbers.
    pub warnings: Vec<String>,
    /// The test that gave `p_above_zero`, `p_below_ceiling` and the `p` of differences.
    #[cfg_attr(feature = "serde", serde(default))]
    pub test: SubjectTest,
    /// `true` if every p-value of Wilcoxon's test counts all assignments of signs; `None` for other tests.
    ///
    /// Otherwise some are those of a normal distribution.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub exact: Option<bool>,
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
    /// Too few different conditions were drawn; RDMs need three, or three in each fold.
    pub few_conditions: u64,
    /// Fewer groups of subjects were drawn than there are folds of subjects.
    pub few_subjects: u64,
    /// A score did not exist, for example because an RDM was constant on the conditions that were drawn.
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
    /// The rule that gave the standard error, from which intervals and tests follow.
    pub standard_error_by: Option<StandardErrorBy>,
    /// Degrees of freedom of the standard error, of the interval and of the test against 0.
    pub degrees_of_freedom: Option<f64>,
    /// 95 % interval by Student's t; it has no width if the standard error is 0.
    pub interval: Option<[f64; 2]>,
    /// 95 % interval between quantiles of the resamples; where conditions are resampled it is too wide.
    pub percentile_interval: Option<[f64; 2]>,
    /// Mean over resamples; a difference from the score indicates bias.
    pub bootstrap_mean: Option<f64>,
    /// p-value against a score of 0 or less, by Student's t or Wilcoxon's test, one-sided.
    pub p_above_zero: Option<f64>,
    /// p-value against a score of 0 or less, by counting: (1 + resamples at or below 0) / (1 + resamples).
    pub p_above_zero_bootstrap: Option<f64>,
    /// `p_above_zero` corrected for the number of models.
    ///
    /// With correction `max` it is instead the p-value of the score against the best of all permuted models.
    pub p_above_zero_corrected: Option<f64>,
    /// p-value of the score by permuting the conditions, one-sided.
    pub p_permutation: Option<f64>,
    /// p-value against a score at or above the lower ceiling, by Student's t or Wilcoxon's test, one-sided.
    pub p_below_ceiling: Option<f64>,
    /// Score for each subject.
    pub scores_by_subject: Vec<f64>,
}

/// The rule that gives a standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum StandardErrorBy {
    /// The variance of the subjects' values divided by their number.
    SubjectValues,
    /// The jackknife that leaves out one, two and three conditions or subjects.
    LeavingFewOut,
    /// The jackknife that leaves out a third of the conditions or subjects, for models with parameters to fit.
    LeavingAThirdOut,
    /// The variance over resamples of a bootstrap.
    Resamples,
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
    /// 95 % interval of `lower`, by Student's t.
    ///
    /// Over two subjects it has no width, because each is compared with the other and the two scores are equal.
    pub lower_interval: Option<[f64; 2]>,
    /// 95 % interval of `upper`, by Student's t.
    pub upper_interval: Option<[f64; 2]>,
}

/// The meaning of the upper noise ceiling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum CeilingKind {
    /// No model can score higher.
    Maximum,
    /// No model without ties can score higher; a model with ties can.
    MaximumWithoutTies,
    /// The score of a good model; other models can score higher.
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
    /// Score of the first model minus score of the second.
    pub difference: f64,
    /// Standard error, see [`Evaluation`].
    pub standard_error: Option<f64>,
    /// The rule that gave the standard error, from which intervals and tests follow.
    pub standard_error_by: Option<StandardErrorBy>,
    /// Degrees of freedom of the standard error and of the test.
    pub degrees_of_freedom: Option<f64>,
    /// p-value against equal scores, by Student's t or Wilcoxon's test, two-sided.
    pub p: Option<f64>,
    /// `p` corrected for the number of pairs of models.
    pub p_corrected: Option<f64>,
}
