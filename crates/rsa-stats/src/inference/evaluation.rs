//! [`Evaluation`]: what an inference concludes, as plain values.

use super::{GeneralizeTo, Scoring};
use crate::significance::Correction;

/// What is known after an [`Inference`](super::Inference).
///
/// # Formula
/// The score of a model is the mean over subjects of its comparison with each. Standard errors are roots of
/// - `nothing` and `subjects`: vₛ, by leaving out one, two and three groups of subjects as below; of a score that is the
///   variance of subjects' values over their number. Of fewer than six groups each is left out alone, and of two, or
///   where some cannot be left out, vₛ is that of subjects' own values;
/// - `conditions`: v꜀ = v₁ − v₂ + v₃ by leaving out one, two and three of the n groups of conditions, and v₁/3 at least.
///   With θ the value on all and θ₋ᵢ, θ₋ᵢⱼ those without some, v₁ = (n−1)/n·Σᵢ(θ₋ᵢ − θ̄₋)²; v₂ = (n−3)/(2(n−2)) times the
///   mean of ((n−2)θ₋ᵢⱼ − (n−1)(θ₋ᵢ + θ₋ⱼ) + nθ)² over 200 pairs (all if there are fewer); v₃ = (n−5)/(6n(n−1)) times the
///   same of triples, with weights (n−r)(n−r−1) for r conditions left out;
/// - `both`: vₛ + v₁ − v₂ + v₃ − v꜀ₛ, and 0.4 of the larger of vₛ and v꜀ at least: v꜀ₛ = k/(k−1)·Σ(v₁ − v₂ + v₃) of each
///   subject's deviation from the mean, k groups of subjects, over the squared number of subjects.
///
/// # Degrees of freedom
/// Groups of subjects less one. Of conditions (v꜀/v₁)^{3/2}·ν₁, 1 at least, with ν₁ = 2v₁²/(n·s²) of the variance s² of the
/// n terms of v₁, n − 1 at most: twice the square of a variance over the variance of its estimate (Satterthwaite 1946,
/// doi:10.2307/3002019). What is taken off v₁ makes them fewer: (v꜀/v₁)²·ν₁ if v꜀ varied as much as v₁, and ν₁ if the two
/// varied in proportion. The power between was chosen by the simulations below: with 2 tests of 20 conditions found as
/// little as .004, with 1 intervals covered as little as .918. Of both factors the smaller of the two.
///
/// # Why conditions are left out and not resampled
/// A score sums over pairs of conditions. Its variance has a part of single conditions and one of pairs, what is left of a
/// pair after its two conditions (Hoeffding). A bootstrap weighs a pair by the product of two counts, and takes the part
/// of pairs three times; v₁ takes it twice (Efron & Stein 1981), v₂ is once that part and is exact for what is made of
/// pairs. Whitening takes the effects of single conditions out of RDMs, so that most of the variance is of pairs: the
/// bootstrap's is then twice too large. What three conditions do together is three times in v₁ and in v₂ and once in v₃.
/// Ceilings compare subjects with one another as RDMs compare conditions, and a copy of a subject sits in its own pool: they
/// vary by leaving subjects out, too.
///
/// Where models are fitted or scored on folds, conditions and subjects are left out of sixteen assignments to folds, which
/// stay as they are: new ones would drown what leaving out changes. Each variance is that of the mean of the sixteen, less
/// what they vary among themselves: with V₁ and V₁₆ the variances (v₁ − v₂ + v₃) of single assignments, on average, and of
/// the mean, V₁₆ − (V₁ − V₁₆)/15. Assignments are taken on which three conditions stay in every fold (and two folds keep
/// subjects) whatever is left out: of small folds no three are left out that would be most of one.
///
/// Resamples still give `bootstrap_mean`, `percentile_interval` and `p_above_zero_bootstrap`, and all variances of
/// `conditions` and `both` where there are fewer than six groups of them, or where some cannot be left out (of folds
/// that would be left with fewer than three, say), which a warning says: then v꜀ is n/(n−1) times that over resamples,
/// and v꜀ₛ comes from resamples of both, as Schütt et al. put them together. [`Variance::Rsatoolbox`](super::Variance)
/// has all variances from resamples.
///
/// # Tests
/// Differences have variances of their own, by the same rule. Tests are t-tests; p-values are probabilities of a
/// tail, never 1 less a probability, so that small ones keep their digits. A draw of a single subject has scores and no
/// ceiling: it counts for the variance of the scores, which would be too small without it, and not for that of the
/// ceiling. A value is `None` where there is nothing to test with: one subject, or a standard error of 0.
///
/// # Calibration
/// Simulated studies (`cargo xtask calibrate`, which describes them; fixed models): false positives at .05 of a model
/// against 0 (no null for cosines, which are positive) and of two models that are as good; how often the interval of 95 %
/// and ± 1.96 standard errors hold the truth; the estimated over the true variance of a score (± .02). 2000 studies a row.
/// The truth is that of 20 000 others.
///
/// | comparison | generalise to | subjects × conditions | above 0 | two models | interval | ± 1.96 | variance |
/// |---|---|---|---|---|---|---|---|
/// | cosine | conditions | 6 × 20 |  | .033 | .940 | .870 | 0.97 |
/// | cosine | conditions | 20 × 40 |  | .043 | .939 | .921 | 0.99 |
/// | cosine | both | 6 × 20 |  | .041 | .934 | .863 | 0.97 |
/// | cosine | both | 20 × 40 |  | .049 | .945 | .930 | 0.98 |
/// | Pearson | conditions | 6 × 20 | .049 | .036 | .946 | .890 | 0.99 |
/// | Pearson | conditions | 20 × 40 | .038 | .049 | .942 | .922 | 0.99 |
/// | Pearson | both | 6 × 20 | .044 | .048 | .949 | .875 | 1.00 |
/// | Pearson | both | 20 × 40 | .048 | .053 | .945 | .920 | 0.99 |
/// | Spearman | conditions | 6 × 20 | .047 | .035 | .956 | .905 | 0.98 |
/// | Spearman | conditions | 20 × 40 | .038 | .051 | .942 | .926 | 0.99 |
/// | Spearman | both | 6 × 20 | .049 | .051 | .943 | .875 | 1.01 |
/// | Spearman | both | 20 × 40 | .050 | .045 | .948 | .926 | 0.98 |
/// | whitened cosine | conditions | 6 × 20 |  | .026 | .969 | .900 | 0.98 |
/// | whitened cosine | conditions | 20 × 40 |  | .057 | .943 | .911 | 0.99 |
/// | whitened cosine | both | 6 × 20 |  | .046 | .953 | .887 | 0.97 |
/// | whitened cosine | both | 20 × 40 |  | .056 | .954 | .931 | 0.98 |
/// | whitened Pearson | conditions | 6 × 20 | .021 | .026 | .970 | .896 | 1.04 |
/// | whitened Pearson | conditions | 20 × 40 | .031 | .048 | .948 | .918 | 1.01 |
/// | whitened Pearson | both | 6 × 20 | .035 | .046 | .953 | .880 | 1.02 |
/// | whitened Pearson | both | 20 × 40 | .043 | .056 | .949 | .929 | 0.99 |
///
/// To `nothing`, whose variance of a score is unbiased by construction, 1000 studies a row, with permutation:
///
/// | comparison | subjects × conditions | above 0 | two models | permutation | interval |
/// |---|---|---|---|---|---|
/// | cosine | 6 × 20 |  |  | .064 | .958 |
/// | cosine | 20 × 40 |  |  | .065 | .948 |
/// | Pearson | 6 × 20 | .057 | .028 | .065 | .961 |
/// | Pearson | 20 × 40 | .058 | .050 | .068 | .948 |
/// | Spearman | 6 × 20 | .055 | .034 | .056 | .961 |
/// | Spearman | 20 × 40 | .054 | .055 | .054 | .945 |
/// | τ_a | 6 × 20 | .054 | .032 | .059 | .961 |
/// | τ_a | 20 × 40 | .058 | .054 | .054 | .946 |
/// | whitened cosine | 6 × 20 |  |  | .069 | .953 |
/// | whitened cosine | 20 × 40 |  |  | .051 | .942 |
/// | whitened Pearson | 6 × 20 | .053 | .039 | .065 | .953 |
/// | whitened Pearson | 20 × 40 | .050 | .058 | .051 | .942 |
///
/// ρ_a has the rates of Spearman, so had τ with `both` (run when the floor of its variance was half of the larger part), and
/// `subjects` has those of `nothing`, within .01. Not run: 80 conditions, τ for `conditions` alone. What deviates:
/// - `nothing` and `subjects`, 6 subjects, two models .028 to .039: each subject is near to one of the two, and by t no
///   majority but six of six is significant, which chance gives in .031. With 20 subjects it is .050 to .058.
/// - `conditions`, 20 of them, whitened: tests at .021 and .026. Most of v₁ is of pairs of conditions, whose part is known
///   badly, and the degrees of freedom are few.
/// - `both`: a variance that chance makes small is kept at 0.4 of the larger part. With 6 × 20 half of it, tried before, gave
///   1.03 to 1.05 times the true variance (Pearson: 1.03 ± .01 in 8000 studies), and a third tests at .058.
/// - Scores by the cosine are skewed: they leave the interval above eleven times as often as below with 20 conditions.
/// - The lower ceiling is in its interval in .93 to .98 of studies (`both`), and the true model is declared below it in
///   none, but by the cosine of 20 × 40 in .035: the pool of few subjects is noisier than the truth. Of Pearson, leaving out
///   single subjects and pairs of them gave 1.4 and 1.2 times the variance of the lower ceiling (6 × 20, 20 × 40), and 1.2
///   and 0.95 that of its difference from the true model, with what both factors have in common taken from subjects' own
///   values, which know nothing of their pools.
///
/// A weighted model of three RDMs (Pearson, 2 × 2 folds), which is fitted and scored on folds; 1000 studies:
///
/// | generalise to | subjects × conditions | interval | ± 1.96 | variance |
/// |---|---|---|---|---|
/// | subjects | 6 × 20 | .939 | .894 | 1.69 |
/// | subjects | 20 × 40 | .942 | .929 | 1.33 |
/// | conditions | 6 × 20 | .977 | .914 | 1.36 |
/// | conditions | 20 × 40 | .946 | .915 | 1.00 |
/// | both | 6 × 20 | .957 | .885 | 1.46 |
/// | both | 20 × 40 | .960 | .935 | 1.14 |
///
/// Scores are the mean of 100 assignments to folds, because their variance is taken without the chance of the assignment.
/// With 20 conditions, ten a fold, intervals of `conditions` are a little too wide: without three a fold has seven, and
/// the degrees of freedom are few. Over subjects the variance is too large: a score there is made of pairs of subjects,
/// one fitted to and one scored, whose part of v₁ is known badly, and in six studies of ten v₁ − v₂ + v₃ is below v₁/3,
/// where it is kept; before that it was 0.90 ± .14 times the true one with 20 × 40, in 150 studies. A bootstrap gave
/// 4.1 and 2.8 times.
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
