//! [`Inference`]: the settings of an evaluation.

use rsa_core::{Error, Result};

use super::{Instrument, resample_scorer::LEFT_OUT_ASSIGNMENTS};
use crate::{
    Scoring,
    resample::{Correction, SubjectTest},
};

/// The population to which the conclusions generalize.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum GeneralizeTo {
    /// The given conditions, and no bootstrap. Standard errors are those of [`Subjects`](Self::Subjects).
    #[default]
    Nothing,
    /// New subjects: the variance over subjects, and a bootstrap of subjects beside it.
    Subjects,
    /// New conditions: the variance over conditions, and a bootstrap of conditions beside it.
    Conditions,
    /// New subjects and new conditions: the sum of both variances minus their interaction, and a bootstrap of both.
    Both,
}

/// The rule for variances over subjects, conditions and both; see [`Evaluation`](super::Evaluation).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Variance {
    /// The jackknife: conditions and subjects are left out one, two and three at a time, or a third of them for models
    /// with parameters.
    #[default]
    Unbiased,
    /// The bootstrap, as in rsatoolbox 0.3.2. `GeneralizeTo::Nothing` has no bootstrap and uses the subjects' values.
    ///
    /// For 20 conditions the variances over conditions are 1.2 to 2.5 times too large. The variance of both factors is
    /// at most the variance over resamples of both, without the correction n/(n − 1). This limit makes it up to 17 %
    /// smaller for five subjects.
    Rsatoolbox,
}

/// Settings of cross-validation: models are fitted and scored on different data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Crossvalidation {
    /// Number of folds of subjects; with 1, models are scored on the subjects to which they were fitted.
    pub subject_folds: usize,
    /// Number of folds of conditions; with 1, models are scored on the conditions to which they were fitted.
    pub condition_folds: usize,
    /// Number of fold assignments of each resample, 2 to 1024; without a bootstrap 1 is enough.
    ///
    /// Two or more assignments show how much of the variance over resamples comes from the choice of the assignment. The
    /// scores of the data are means over this many assignments or 100, whichever is more. Assignments on which a score
    /// does not exist (an RDM is constant on a fold) are left out of these means.
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
    /// Number of bootstrap resamples, at least 2; ignored without a bootstrap.
    pub resamples: u64,
    /// Seed of the random numbers; the same seed gives the same bits with any number of threads.
    pub seed: u64,
    /// Cross-validation. Models with parameters need it, and fixed models are then scored on the test folds, too.
    pub crossvalidation: Option<Crossvalidation>,
    /// A label for each subject.
    ///
    /// Subjects with the same label (sessions of one person) are drawn together and left out together.
    pub subject_groups: Option<Vec<usize>>,
    /// A label for each condition.
    ///
    /// Conditions with the same label (images of one object) are drawn together and left out together. Permutations
    /// ignore these labels and exchange single conditions.
    pub condition_groups: Option<Vec<usize>>,
    /// Number of random permutations of the conditions, 0 for none.
    ///
    /// For up to 7 conditions all orders are tried instead.
    pub permutations: u64,
    /// The correction for many tests.
    pub correction: Correction,
    /// The rule for variances.
    pub variance: Variance,
    /// The test of scores over subjects; standard errors and intervals are those of Student's t in any case.
    ///
    /// Wilcoxon's test generalizes to new subjects alone. The values of a group of subjects are averaged first.
    #[cfg_attr(feature = "serde", serde(default))]
    pub test: SubjectTest,
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
            test: SubjectTest::default(),
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

    /// Returns `true` if the settings ask for a variance over conditions by leaving conditions out.
    pub(super) fn leaves_conditions_out(&self) -> bool {
        let resampled = matches!(self.generalize_to, GeneralizeTo::Conditions | GeneralizeTo::Both);
        resampled && self.variance == Variance::Unbiased
    }

    /// Returns `true` if the settings ask for a variance over subjects by leaving subjects out.
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
        let over_conditions = matches!(self.generalize_to, GeneralizeTo::Conditions | GeneralizeTo::Both);
        if self.test == SubjectTest::Wilcoxon && over_conditions {
            return Err(Error::invalid_parameter(
                "the test of models",
                "t where scores generalize to new conditions: signed ranks are those of subjects, and the conditions of all \
                 subjects are the same",
                "wilcoxon",
            ));
        }
        let models = instrument.models();
        let fitted = (0..models.len()).find(|&m| instrument.is_fitted(m)).map(|m| &models[m]);
        match (&self.crossvalidation, fitted) {
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
