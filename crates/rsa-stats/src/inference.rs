//! [`Inference`]: which model explains the data, how sure that is, and how good any model could be.
//!
//! The files, in reading order: what is compared ([`Scoring`], `dataset`, `source`); a resample as weights of pairs
//! (`view`); all scores on one view, and pools of subjects (`board`); models with parameters (`fit`); one draw of
//! conditions and subjects (`cell`), on folds (`folds`); many draws (`random`, [`Part`]), and conditions and subjects left
//! out (`left_out`); what follows from them (`spread`, `conclude`, [`Evaluation`]).

mod scoring;

mod dataset;
mod random;
mod source;
mod view;

mod board;
mod cell;
mod fit;
mod folds;
mod pooled;

mod draw;
mod left_out;
mod part;
mod permutation;
mod spread;
mod steps;

mod conclude;
mod evaluation;

#[cfg(test)]
mod fitting;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod resamples;

use rsa_core::{Error, Rdm, Result};

pub use self::{
    evaluation::{CeilingKind, Dropped, Evaluation, ModelEvaluation, NoiseCeiling, PairwiseDifference, ResampleCounts},
    part::{NotLeftOut, Part, PartHeader},
    permutation::PermutationCounts,
    scoring::Scoring,
};
pub(crate) use self::{
    left_out::{Cases, Factor},
    permutation::nth_order,
    pooled::pooled,
    random::{Purpose, shuffled, stream},
};
use crate::{Model, significance::Correction};

/// What the conclusions should hold for beyond the data at hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum GeneralizeTo {
    /// These subjects' population and these very conditions, by the variance across subjects: nothing is resampled.
    #[default]
    Nothing,
    /// New subjects: by leaving subjects out; a bootstrap of subjects beside it.
    Subjects,
    /// New conditions: by leaving conditions out; a bootstrap of conditions beside it.
    Conditions,
    /// New subjects and new conditions: by leaving out either, less what both have in common.
    Both,
}

/// How variances over conditions, and over both factors, are formed; see [`Evaluation`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Variance {
    /// Conditions and subjects are left out one, two and three at a time.
    #[default]
    Unbiased,
    /// As rsatoolbox 0.3.2, all by resampling: 1.2 to 2.5 times too large for 20 conditions; and that of both is cut at
    /// the uncorrected one, which takes up to 17 % off for five subjects.
    Rsatoolbox,
}

/// Fitting and scoring on different data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Crossvalidation {
    /// Folds of subjects; 1 scores models on the subjects they were fitted to.
    pub subject_folds: usize,
    /// Folds of conditions; 1 scores models on the conditions they were fitted to.
    pub condition_folds: usize,
    /// How many assignments to folds each resample tries: at least 2, to know how much of the variance is that of the
    /// assignment. The scores of the data are the mean of as many, and of 100 at least, but for those on which something is
    /// constant: none of the assignment is left in them.
    pub repeats: usize,
}

/// Everything that an evaluation depends on but models and data.
///
/// # Formula
/// A score is the mean over subjects of comparison(model, subject). See [`Evaluation`] for what comes with it.
///
/// # Errors
/// Those of [`evaluate`](Self::evaluate).
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_stats::{GeneralizeTo, Inference, Model, Scoring};
///
/// // Two subjects and four conditions; the model is the first subject's RDM.
/// let data = [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1.0, 3.0, 2.0, 4.0, 6.0, 5.0]].map(|d| Rdm::new(d.to_vec()));
/// let [first, second] = data;
/// let data = [first?, second?];
/// let inference = Inference { comparison: Scoring::Spearman, ..Inference::default() };
/// let evaluation = inference.evaluate(&[Model::fixed("first", data[0].clone())], &data)?;
/// // Spearman of the subjects: 1 - 6*4/(6*35).
/// let between = 1.0 - 4.0 / 35.0;
/// assert!((evaluation.models[0].score - (1.0 + between) / 2.0).abs() < 1e-14);
/// let ceiling = evaluation.noise_ceiling.unwrap();
/// assert!((ceiling.lower - between).abs() < 1e-14 && ceiling.upper > between);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Nili et al. 2014, PLoS Computational Biology, doi:10.1371/journal.pcbi.1003553; Schütt et al. 2023, eLife,
/// doi:10.7554/eLife.82566.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Inference {
    /// How models are compared with subjects.
    pub comparison: Scoring,
    /// What the standard errors are about.
    pub generalize_to: GeneralizeTo,
    /// How many bootstrap resamples.
    pub resamples: u64,
    /// The same seed gives the same numbers, with any number of threads.
    pub seed: u64,
    /// Needed by models with parameters; it also scores fixed models on the test folds alone.
    pub crossvalidation: Option<Crossvalidation>,
    /// A label for each subject; those with the same label (sessions of one person) are drawn and left out together.
    pub subject_groups: Option<Vec<usize>>,
    /// A label for each condition; those with the same label (images of one object) are drawn together.
    pub condition_groups: Option<Vec<usize>>,
    /// How many random permutations of the condition labels; 0 for none. All of them if there are 5040 or fewer.
    pub permutations: u64,
    /// What is done about many tests.
    pub correction: Correction,
    /// How the variances of conditions and of both factors are formed.
    pub variance: Variance,
}

impl Default for Inference {
    fn default() -> Self {
        Self {
            comparison: Scoring::default(),
            generalize_to: GeneralizeTo::default(),
            resamples: 1000,
            seed: 0,
            crossvalidation: None,
            subject_groups: None,
            condition_groups: None,
            permutations: 0,
            correction: Correction::default(),
            variance: Variance::default(),
        }
    }
}

/// Is told how many of how many steps of a stage are begun; answers whether to go on. Stages are the permutations, what is
/// left out (conditions, then subjects) and the resamples.
pub type Watch<'a> = &'a (dyn Fn(u64, u64) -> bool + Sync);

impl Inference {
    /// Evaluates models on the RDMs of subjects.
    ///
    /// # Errors
    /// `InvalidParameter` for settings that contradict one another, `ShapeMismatch` or `LabelMismatch` naming the RDM
    /// of other conditions, `Degenerate` naming the model or subject that is constant, `TooFewConditions` below three.
    pub fn evaluate(&self, models: &[Model], data: &[Rdm]) -> Result<Evaluation> {
        Part::compute(self, models, data, 0..self.n_resamples(), &|_, _| true)?.conclude()
    }

    /// The same with a say in whether to go on.
    ///
    /// # Errors
    /// Those of [`evaluate`](Self::evaluate), and `NotConverged` if `watch` says to stop.
    pub fn evaluate_watched(&self, models: &[Model], data: &[Rdm], watch: Watch<'_>) -> Result<Evaluation> {
        Part::compute(self, models, data, 0..self.n_resamples(), watch)?.conclude()
    }

    /// How many resamples there will be: none where nothing is resampled.
    pub fn n_resamples(&self) -> u64 {
        match self.generalize_to {
            GeneralizeTo::Nothing => 0,
            _ => self.resamples,
        }
    }

    /// Whether the variance over conditions comes from leaving them out.
    fn leaves_conditions_out(&self) -> bool {
        let resampled = matches!(self.generalize_to, GeneralizeTo::Conditions | GeneralizeTo::Both);
        resampled && self.variance == Variance::Unbiased
    }

    /// Whether the variance over subjects comes from leaving them out.
    fn leaves_subjects_out(&self) -> bool {
        let subjects = self.generalize_to != GeneralizeTo::Conditions;
        subjects && self.variance == Variance::Unbiased
    }

    /// On how many assignments to folds conditions and subjects are left out.
    fn left_out_assignments(&self) -> usize {
        self.crossvalidation.map_or(1, |_| left_out::ASSIGNMENTS)
    }

    /// Refuses settings that contradict one another.
    fn check(&self, models: &[Model]) -> Result<()> {
        if self.generalize_to != GeneralizeTo::Nothing && self.resamples < 2 {
            return Err(Error::invalid_parameter("the number of resamples", "at least 2", self.resamples));
        }
        if self.resamples >= 1 << 48 || self.permutations >= 1 << 48 {
            let most = self.resamples.max(self.permutations);
            return Err(Error::invalid_parameter("the number of resamples or permutations", "below 2^48", most));
        }
        if self.correction == Correction::Max && self.permutations == 0 {
            return Err(Error::invalid_parameter("permutations", "asked for where the correction is max", 0));
        }
        match (&self.crossvalidation, models.iter().find(|model| model.is_flexible())) {
            (None, Some(model)) => Err(Error::invalid_parameter(
                "cross-validation",
                format!("asked for where a model is fitted, and '{}' is", model.name),
                "none",
            )),
            (Some(_), _) if self.permutations > 0 => Err(Error::invalid_parameter(
                "permutations",
                "0 with cross-validation: each would need its own fit",
                self.permutations,
            )),
            (Some(folds), _) if folds.subject_folds < 2 && folds.condition_folds < 2 => {
                Err(Error::invalid_parameter("cross-validation", "over at least 2 folds", 1))
            }
            (Some(folds), _) if !(1..=1024).contains(&folds.repeats) => {
                Err(Error::invalid_parameter("the repeats of cross-validation", "within 1 and 1024", folds.repeats))
            }
            (Some(folds), _) if folds.repeats < 2 && self.generalize_to != GeneralizeTo::Nothing => {
                Err(Error::invalid_parameter(
                    "the repeats of cross-validation",
                    "at least 2 within a bootstrap, to tell the variance of the assignment to folds",
                    folds.repeats,
                ))
            }
            _ => Ok(()),
        }
    }
}
