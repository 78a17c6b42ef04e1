//! [`Evaluation`]: what an inference concludes, as plain values.

use super::{GeneralizeTo, Scoring};
use crate::significance::Correction;

/// What is known after an [`Inference`](super::Inference).
///
/// # Formula
/// The score of a model is the mean over subjects of its comparison with each. Standard errors are roots of
/// - `nothing`: the variance of subjects' values over their number;
/// - `subjects`: the variance over resamples, times k/(k−1), k groups of subjects;
/// - `conditions`: v꜀ = v₁ − v₂ + v₃/2 by leaving out one, two and three of the n groups of conditions. With θ the value on
///   all and θ₋ᵢ, θ₋ᵢⱼ those without some, v₁ = (n−1)/n·Σᵢ(θ₋ᵢ − θ̄₋)²; v₂ = (n−3)/(2(n−2)) times the mean of
///   ((n−2)θ₋ᵢⱼ − (n−1)(θ₋ᵢ + θ₋ⱼ) + nθ)² over 200 pairs (all if there are fewer); v₃ = (n−5)/(6n(n−1)) times the same of
///   triples, with weights (n−r)(n−r−1) for r conditions left out;
/// - `both`: vₛ + v꜀ − v꜀ₛ, kept within the larger and the sum of vₛ and v꜀: vₛ is that of `subjects`, and
///   v꜀ₛ = k/(k−1)·Σ v꜀ of each subject's deviation from the mean, over the squared number of subjects.
///
/// # Why conditions are left out and not resampled
/// A score sums over pairs of conditions. Its variance has a part of single conditions and one of pairs, what is left of a
/// pair after its two conditions (Hoeffding). A bootstrap weighs a pair by the product of two counts, and takes the part
/// of pairs three times; v₁ takes it twice (Efron & Stein 1981), v₂ is once that part and is exact for what is made of
/// pairs. Whitening takes the effects of single conditions out of RDMs, so that most of the variance is of pairs: the
/// bootstrap's is then twice too large. What three conditions do together is three times in v₁ and in v₂ and once in v₃:
/// half of v₃ is the mean of stopping at pairs, which is too little, and at triples, which is too much. v꜀ is at least v₁/2.
///
/// Resamples of conditions still give `bootstrap_mean`, `percentile_interval` and `p_above_zero_bootstrap`, and the variance
/// where models are fitted or scored on folds (the assignment to folds would drown what leaving out one condition
/// changes), where there are fewer than six groups of conditions, or where some cannot be left out, which a warning says:
/// then v꜀ is n/(n−1) times that over resamples, and v꜀ₛ comes from resamples of both, as Schütt et al. put them together.
/// [`Variance::Rsatoolbox`](super::Variance) has all variances from resamples.
///
/// # Tests
/// Differences have variances of their own, by the same rule. Tests are t-tests with `degrees_of_freedom`; p-values are
/// probabilities of a tail, never 1 less a probability, so that small ones keep their digits. A draw of a single subject
/// has scores and no ceiling: it counts for the variance of the scores, which would be too small without it, and not for
/// that of the ceiling. A value is `None` where there is nothing to test with: one subject, or a standard error of 0.
///
/// # Calibration
/// 1000 simulated studies a row, 200 resamples each (`cargo xtask calibrate`; patterns of conditions from a population,
/// subjects with noise of their own): false positives at .05 of a model against 0, of two models that are as good, and
/// of permutation; how often the interval of 95 % holds the truth; the estimated over the true variance (± .04).
///
/// | comparison | generalise to | subjects × conditions | above 0 | two models | permutation | interval | variance |
/// |---|---|---|---|---|---|---|---|
/// | Pearson | nothing | 6 × 20 | .057 | .028 | .055 | .961 | 1.01 |
/// | Pearson | nothing | 20 × 40 | .058 | .050 | .066 | .948 | 0.96 |
/// | Pearson | subjects | 6 × 20 | .056 | .031 | .055 | .963 | 1.01 |
/// | Pearson | subjects | 20 × 40 | .058 | .052 | .066 | .946 | 0.96 |
/// | Pearson | conditions | 6 × 20 | .019 | .027 | .043 | .965 | 1.20 |
/// | Pearson | conditions | 20 × 40 | .041 | .040 | .048 | .948 | 0.99 |
/// | Pearson | both | 6 × 20 | .006 | .004 | .043 | .991 | 1.30 |
/// | Pearson | both | 20 × 40 | .033 | .033 | .048 | .961 | 1.02 |
/// | Spearman | nothing | 6 × 20 | .055 | .034 | .055 | .961 | 1.01 |
/// | Spearman | nothing | 20 × 40 | .054 | .055 | .059 | .945 | 0.96 |
/// | Spearman | subjects | 6 × 20 | .055 | .033 | .055 | .963 | 1.01 |
/// | Spearman | subjects | 20 × 40 | .054 | .055 | .059 | .943 | 0.95 |
/// | Spearman | conditions | 6 × 20 | .016 | .017 | .039 | .972 | 1.35 |
/// | Spearman | conditions | 20 × 40 | .036 | .030 | .049 | .967 | 1.08 |
/// | Spearman | both | 6 × 20 | .005 | .002 | .039 | .996 | 1.43 |
/// | Spearman | both | 20 × 40 | .029 | .026 | .049 | .973 | 1.11 |
/// | whitened Pearson | nothing | 6 × 20 | .053 | .039 | .065 | .953 | 1.02 |
/// | whitened Pearson | nothing | 20 × 40 | .050 | .058 | .046 | .942 | 0.96 |
/// | whitened Pearson | subjects | 6 × 20 | .057 | .044 | .065 | .955 | 1.02 |
/// | whitened Pearson | subjects | 20 × 40 | .052 | .057 | .046 | .943 | 0.96 |
/// | whitened Pearson | conditions | 6 × 20 | .001 | .001 | .028 | .993 | 2.00 |
/// | whitened Pearson | conditions | 20 × 40 | .006 | .006 | .055 | .990 | 1.70 |
/// | whitened Pearson | both | 6 × 20 | .001 | .000 | .028 | 1.000 | 2.02 |
/// | whitened Pearson | both | 20 × 40 | .004 | .005 | .055 | .991 | 1.71 |
///
/// The true model is declared below the ceiling in none of the 12 000 studies of new conditions: the pool of a few
/// subjects is noisier than the truth. What deviates from .05 and 95 % is on the safe side. With few conditions a
/// bootstrap overstates the variance, at 20 of them by a fifth to a half: it leaves a third of them out and draws others
/// twice. With whitened comparisons it comes out about twice too large; a likely reason is that copies of a condition
/// are taken for conditions with noise of their own, though they share it. rsatoolbox 0.3.2 draws and whitens alike and
/// has the same standard errors. With whitened comparisons and new conditions prefer the permutation.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Evaluation {
    /// How models were compared with subjects.
    pub comparison: Scoring,
    /// What the standard errors are about.
    pub generalize_to: GeneralizeTo,
    /// How many conditions.
    pub n_conditions: usize,
    /// How many subjects.
    pub n_subjects: usize,
    /// Pairs of conditions that were missing somewhere and left out everywhere.
    pub pairs_dropped: usize,
    /// Resamples asked for, used and dropped.
    pub resamples: ResampleCounts,
    /// Where the random numbers began.
    pub seed: u64,
    /// What was done about many tests.
    pub correction: Correction,
    /// Of all t-tests and intervals; `None` for one group of subjects.
    pub degrees_of_freedom: Option<usize>,
    /// In the order of the models.
    pub models: Vec<ModelEvaluation>,
    /// How well any model could do.
    pub noise_ceiling: Option<NoiseCeiling>,
    /// Why there is no ceiling.
    pub noise_ceiling_reason: Option<String>,
    /// Every two models, in order.
    pub pairwise: Vec<PairwiseDifference>,
    /// What must be said with the numbers.
    pub warnings: Vec<String>,
}

/// How many resamples there were.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ResampleCounts {
    /// Asked for.
    pub requested: u64,
    /// Used.
    pub used: u64,
    /// Not used.
    pub dropped: u64,
    /// Why.
    pub reasons: Dropped,
}

/// Why resamples were not used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Dropped {
    /// Fewer than three different conditions were drawn, or than three a fold.
    pub few_conditions: u64,
    /// Fewer groups of subjects than folds of a cross-validation were drawn.
    pub few_subjects: u64,
    /// A model or a subject was constant on what was drawn, or too little was drawn for the folds.
    pub degenerate: u64,
}

/// One model.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ModelEvaluation {
    /// Its name.
    pub name: String,
    /// The mean over subjects, on the data as they are.
    pub score: f64,
    /// See [`Evaluation`].
    pub standard_error: Option<f64>,
    /// Of 95 %, by t.
    pub interval: Option<[f64; 2]>,
    /// Of 95 %, between quantiles of the resamples; of both factors it is too wide, because nothing corrects it.
    pub percentile_interval: Option<[f64; 2]>,
    /// The mean over resamples; far from the score it tells of bias.
    pub bootstrap_mean: Option<f64>,
    /// That the score is 0 or less, by t, one-sided.
    pub p_above_zero: Option<f64>,
    /// The same by counting resamples: (1 + how many are 0 or less) / (1 + all).
    pub p_above_zero_bootstrap: Option<f64>,
    /// `p_above_zero` among the models; where the correction is `max`, the permutations' p-value of the best model.
    pub p_above_zero_corrected: Option<f64>,
    /// That labels say nothing about the data, by permuting them.
    pub p_permutation: Option<f64>,
    /// That the score is at the lower ceiling or above, by t, one-sided.
    pub p_below_ceiling: Option<f64>,
    /// The comparison with each subject.
    pub scores_by_subject: Vec<f64>,
}

/// How well a model could do.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct NoiseCeiling {
    /// How well the other subjects predict each: what the true model reaches at the least, nearly.
    pub lower: f64,
    /// How well all subjects predict each of themselves.
    pub upper: f64,
    /// Whether a model could do better than `upper`.
    pub upper_is: CeilingKind,
    /// Of 95 %, by t.
    pub lower_interval: Option<[f64; 2]>,
    /// Of 95 %, by t.
    pub upper_interval: Option<[f64; 2]>,
}

/// What the upper ceiling is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum CeilingKind {
    /// No RDM has a larger mean similarity to the subjects.
    Maximum,
    /// No RDM without ties has; one with ties can.
    MaximumWithoutTies,
    /// An RDM that does well; others can do better.
    Approximate,
}

/// The difference of two models.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PairwiseDifference {
    /// The name of the first model.
    pub a: String,
    /// The name of the second model.
    pub b: String,
    /// The score of the first less that of the second.
    pub difference: f64,
    /// See [`Evaluation`].
    pub standard_error: Option<f64>,
    /// That there is none, by t, two-sided.
    pub p: Option<f64>,
    /// `p` among all pairs of models.
    pub p_corrected: Option<f64>,
}
