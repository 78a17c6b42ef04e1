//! [`Inference`]: the settings of an evaluation.

use rsa_core::{Error, Result};

use super::{Instrument, plan::LEFT_OUT_ASSIGNMENTS};
use crate::{Scoring, resample::Correction};

/// The population to which the conclusions generalize.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum GeneralizeTo {
    /// No new samples: the variance over the given subjects, for the given conditions, without a bootstrap.
    #[default]
    Nothing,
    /// New subjects: subjects are left out, and a bootstrap of subjects is computed as well.
    Subjects,
    /// New conditions: conditions are left out, and a bootstrap of conditions is computed as well.
    Conditions,
    /// New subjects and new conditions: the sum of both variances, less the part that both contain.
    Both,
}

/// The rule for variances over conditions and over both factors; see [`Evaluation`](super::Evaluation).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Variance {
    /// Conditions and subjects are left out one, two and three at a time.
    #[default]
    Unbiased,
    /// Variances are taken from bootstrap resamples alone, as in rsatoolbox 0.3.2.
    ///
    /// For 20 conditions they are 1.2 to 2.5 times too large. The variance of both factors is at most the uncorrected
    /// one, which makes it up to 17 % smaller for five subjects.
    Rsatoolbox,
}

/// Settings of cross-validation: models are fitted and scored on different data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Crossvalidation {
    /// Number of folds of subjects; 1 scores models on the subjects they were fitted to.
    pub subject_folds: usize,
    /// Number of folds of conditions; 1 scores models on the conditions they were fitted to.
    pub condition_folds: usize,
    /// Number of fold assignments of each resample, at least 2.
    ///
    /// Two or more show how much of the variance comes from the choice of the assignment. The scores of the data are
    /// the mean over as many assignments, and over at least 100; assignments on which an RDM is constant are left out.
    pub repeats: usize,
}

/// The settings of an evaluation: everything but models and data.
///
/// # Formula
/// A score is the mean over subjects of comparison(model, subject). [`Evaluation`](super::Evaluation) describes the
/// rest.
///
/// # Errors
/// Errors of [`evaluate`](Self::evaluate).
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
    /// The comparison of model RDMs with subjects; other instruments have scores of their own and ignore it.
    pub comparison: Scoring,
    /// The populations to which standard errors generalize.
    pub generalize_to: GeneralizeTo,
    /// Number of bootstrap resamples.
    pub resamples: u64,
    /// Seed of the random numbers; the same seed gives the same bits with any number of threads.
    pub seed: u64,
    /// Cross-validation, which models with parameters need; fixed models are then scored on the test folds, too.
    pub crossvalidation: Option<Crossvalidation>,
    /// A label for each subject; subjects with one label (sessions of one person) are drawn and left out together.
    pub subject_groups: Option<Vec<usize>>,
    /// A label for each condition; conditions with one label (images of one object) are drawn and left out together.
    pub condition_groups: Option<Vec<usize>>,
    /// Number of random permutations of the conditions, 0 for none; up to 7 conditions all orders are tried.
    pub permutations: u64,
    /// The correction for many tests.
    pub correction: Correction,
    /// The rule for variances over conditions and over both factors.
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

impl Inference {
    /// Returns the number of resamples that will be drawn, 0 if the settings need no bootstrap.
    pub fn n_resamples(&self) -> u64 {
        match self.generalize_to {
            GeneralizeTo::Nothing => 0,
            _ => self.resamples,
        }
    }

    /// Returns `true` if the variance over conditions comes from leaving them out.
    pub(super) fn leaves_conditions_out(&self) -> bool {
        let resampled = matches!(self.generalize_to, GeneralizeTo::Conditions | GeneralizeTo::Both);
        resampled && self.variance == Variance::Unbiased
    }

    /// Returns `true` if the variance over subjects comes from leaving them out.
    pub(super) fn leaves_subjects_out(&self) -> bool {
        let subjects = self.generalize_to != GeneralizeTo::Conditions;
        subjects && self.variance == Variance::Unbiased
    }

    /// Returns the number of fold assignments on which conditions and subjects are left out.
    pub(super) fn left_out_assignments(&self) -> usize {
        self.crossvalidation.map_or(1, |_| LEFT_OUT_ASSIGNMENTS)
    }

    /// Refuses settings that contradict one another or the instrument.
    pub(super) fn check(&self, instrument: &dyn Instrument) -> Result<()> {
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
        match (&self.crossvalidation, instrument.fitted_model()) {
            (None, Some(model)) => Err(Error::invalid_parameter(
                "cross-validation",
                format!("asked for where a model is fitted, and '{model}' is"),
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
