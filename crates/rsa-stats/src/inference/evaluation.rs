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
/// 1000 simulated studies a row (`cargo xtask calibrate`, which describes them; fixed models, 100 resamples): false positives
/// at .05 of a model against 0 (no null for cosines, which are positive), of two models that are as good, and of
/// permutation; how often the interval of 95 % and ± 1.96 standard errors hold the truth; the estimated over the true
/// variance of a score (± .04; rows of one size share their studies and deviate together).
///
/// | comparison | generalise to | subjects × conditions | above 0 | two models | permutation | interval | ± 1.96 | variance |
/// |---|---|---|---|---|---|---|---|---|
/// | cosine | nothing | 6 × 20 |  |  | .064 | .958 | .888 | 1.00 |
/// | cosine | nothing | 20 × 40 |  |  | .065 | .948 | .929 | 0.96 |
/// | cosine | conditions | 6 × 20 |  | .066 | .043 | .896 | .870 | 1.00 |
/// | cosine | conditions | 20 × 40 |  | .062 | .034 | .928 | .921 | 0.99 |
/// | cosine | both | 6 × 20 |  | .013 | .052 | .938 | .881 | 1.14 |
/// | cosine | both | 20 × 40 |  | .047 | .051 | .946 | .923 | 1.02 |
/// | Pearson | nothing | 6 × 20 | .057 | .028 | .065 | .961 | .887 | 1.01 |
/// | Pearson | nothing | 20 × 40 | .058 | .050 | .068 | .948 | .931 | 0.96 |
/// | Pearson | conditions | 6 × 20 | .065 | .063 | .039 | .909 | .888 | 0.96 |
/// | Pearson | conditions | 20 × 40 | .045 | .066 | .033 | .921 | .911 | 0.92 |
/// | Pearson | both | 6 × 20 | .018 | .010 | .055 | .978 | .945 | 1.28 |
/// | Pearson | both | 20 × 40 | .044 | .040 | .050 | .931 | .920 | 0.93 |
/// | Spearman | nothing | 6 × 20 | .055 | .034 | .056 | .961 | .886 | 1.01 |
/// | Spearman | nothing | 20 × 40 | .054 | .055 | .054 | .945 | .923 | 0.96 |
/// | Spearman | conditions | 6 × 20 | .059 | .054 | .036 | .930 | .915 | 0.96 |
/// | Spearman | conditions | 20 × 40 | .048 | .076 | .043 | .921 | .915 | 0.90 |
/// | Spearman | both | 6 × 20 | .016 | .011 | .046 | .984 | .944 | 1.28 |
/// | Spearman | both | 20 × 40 | .049 | .033 | .050 | .937 | .923 | 0.91 |
/// | τ_a | nothing | 6 × 20 | .054 | .032 | .059 | .961 | .883 | 1.01 |
/// | τ_a | nothing | 20 × 40 | .058 | .054 | .054 | .946 | .923 | 0.96 |
/// | τ_a | conditions | 6 × 20 | .059 | .057 | .040 | .927 | .914 | 0.96 |
/// | τ_a | conditions | 20 × 40 | .048 | .078 | .043 | .919 | .916 | 0.90 |
/// | τ_a | both | 6 × 20 | .015 | .009 | .045 | .981 | .948 | 1.27 |
/// | τ_a | both | 20 × 40 | .048 | .034 | .051 | .939 | .923 | 0.91 |
/// | whitened cosine | nothing | 6 × 20 |  |  | .069 | .953 | .887 | 1.02 |
/// | whitened cosine | nothing | 20 × 40 |  |  | .051 | .942 | .926 | 0.96 |
/// | whitened cosine | conditions | 6 × 20 |  | .050 | .045 | .941 | .922 | 0.98 |
/// | whitened cosine | conditions | 20 × 40 |  | .075 | .046 | .930 | .922 | 0.94 |
/// | whitened cosine | both | 6 × 20 |  | .006 | .041 | .963 | .920 | 1.13 |
/// | whitened cosine | both | 20 × 40 |  | .041 | .056 | .950 | .933 | 1.00 |
/// | whitened Pearson | nothing | 6 × 20 | .053 | .039 | .065 | .953 | .888 | 1.02 |
/// | whitened Pearson | nothing | 20 × 40 | .050 | .058 | .051 | .942 | .925 | 0.96 |
/// | whitened Pearson | conditions | 6 × 20 | .023 | .041 | .041 | .946 | .930 | 1.02 |
/// | whitened Pearson | conditions | 20 × 40 | .037 | .059 | .048 | .928 | .922 | 0.94 |
/// | whitened Pearson | both | 6 × 20 | .007 | .008 | .040 | .986 | .948 | 1.24 |
/// | whitened Pearson | both | 20 × 40 | .035 | .036 | .057 | .949 | .937 | 0.99 |
///
/// ρ_a has the rates of Spearman, and `subjects` those of `nothing`, within .01; τ_b was not run. What deviates:
/// - `nothing` and `subjects`, 6 subjects, two models .028 to .044: each subject is near to one of the two, and by t no
///   majority but six of six is significant, which chance gives in .031. With 20 subjects it is .050 to .064.
/// - `both`, 6 × 20: tests at .01 to .02, intervals .98. Five degrees of freedom, those of the subjects, are taken though
///   most of the variance is of conditions: ± 1.96 standard errors, as if they were many, cover .94 to .95 (cosines .88
///   and .92). And a variance over subjects that chance makes negative is cut at 0, which a few subjects who differ by
///   little but noise pay with a variance a tenth to a quarter too large; in such studies it was .98 to 1.03 times the
///   true one for Pearson and Spearman without the cut.
/// - `conditions`, intervals mostly .90 to .93, and two models up to .08. At 20 × 40 Pearson, Spearman and τ_a have .90 to
///   .92 of the variance, of which these ± .04 explain a part. Where it is right, 20 or 40 conditions know it too badly for
///   n − 1 degrees of freedom; that would be so if scores are skewed, which was not looked into.
/// - The true model is declared below the ceiling in at most 1.6 % of studies, and in none but by the cosine. The pool of
///   few subjects is noisier than the truth, and draws of subjects with copies, which sit in their own pool, overstate
///   how ceilings vary: their variances came out 1.4 to 5 times too large.
///
/// A weighted model of three RDMs (Pearson, 2 × 2 folds, 4 assignments a resample), which is fitted and scored on folds:
///
/// | generalise to | subjects × conditions | interval | variance |
/// |---|---|---|---|
/// | subjects | 6 × 20 | .973 | 4.10 |
/// | subjects | 20 × 40 | .974 | 2.76 |
/// | conditions | 6 × 20 | .864 | 0.74 |
/// | conditions | 20 × 40 | .931 | 0.89 |
/// | both | 6 × 20 | .973 | 1.27 |
/// | both | 20 × 40 | .951 | 1.12 |
///
/// Scores are the mean of 100 assignments to folds, because their variance is taken without the chance of the assignment:
/// with 4 the intervals of `conditions` covered .767 and .909. With few conditions they are still too narrow. The variance
/// over subjects is overstated, likely because a draw has fewer different ones to train on.
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
    /// Groups less one, of both factors those of the smaller number; `None` for one group of subjects. Tests and intervals
    /// have these at most, see [`Evaluation`].
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
    /// Of the standard error, and with it of the interval and the test against 0.
    pub degrees_of_freedom: Option<f64>,
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
    /// Of the standard error, and with it of the test.
    pub degrees_of_freedom: Option<f64>,
    /// That there is none, by t, two-sided.
    pub p: Option<f64>,
    /// `p` among all pairs of models.
    pub p_corrected: Option<f64>,
}
