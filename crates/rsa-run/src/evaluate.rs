//! [`EvaluateRequest`]: models against the RDMs of subjects.

mod bars;
mod data_rdm;
mod document;
mod evaluation_data;
mod evaluation_part;
mod fitted_model;
mod kept;
mod left_out;
mod model_fit;
mod model_table;
mod repeated_data;
mod score_text;
mod standard_errors;
mod subject_count;
mod subject_groups;
mod subject_unit;

use std::{ops::Range, path::PathBuf};

use rsa_io::OpenOptions;
use rsakit::{
    Error, Result,
    core::Observer,
    spec::ComparisonSpec,
    stats::{Correction, Crossvalidation, Evaluation, GeneralizeTo, Inference, Part, Scoring, SubjectTest, Variance},
};
use serde::{Deserialize, Serialize};

pub(crate) use self::bars::{SIGNIFICANCE, correction_words, model_bars, score_title, significance_note};
pub use self::{
    data_rdm::DataRdm,
    evaluation_part::EvaluationPart,
    fitted_model::FittedModel,
    left_out::{LeftOut, LeftOutSide},
    model_fit::{FitKind, ModelFit},
    subject_unit::SubjectUnit,
};
use self::{evaluation_data::EvaluationData, fitted_model::fitted_models, kept::instrument, left_out::with_left_out};
use crate::{
    given_rdms::{GivenInput, partial_permutations},
    inputs::{Input, ensure_rdms_fit},
    memory::{MemorySize, ensure_fits, float_bytes},
    permutation_limit::check_permutations,
};

/// Request to evaluate models on the RDMs of subjects: scores, standard errors, tests and noise ceilings.
///
/// Conditions are brought into one order by their labels. A pair of conditions that is missing in any RDM is left out of
/// all of them. An RDM whose dissimilarities are all equal is left out, and the rest is evaluated. [`Evaluation`] says how the numbers are computed.
///
/// # Example
/// ```
/// use std::fs::File;
///
/// use rsa_run::{Document, EvaluateRequest};
/// use rsakit::Rdm;
///
/// let folder = tempfile::tempdir()?;
/// let path = |name: &str| folder.path().join(name).display().to_string();
/// // Two subjects and four conditions; the model is the RDM of the first subject.
/// let [first, second] = [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1.0, 3.0, 2.0, 4.0, 6.0, 5.0]].map(|d| Rdm::new(d.to_vec()));
/// let [first, second] = [("first".to_owned(), first?), ("second".to_owned(), second?)];
/// rsa_io::write_rdms(File::create(path("models.npz"))?, &[first.clone()])?;
/// rsa_io::write_rdms(File::create(path("brain.npz"))?, &[first, second])?;
///
/// let request = EvaluateRequest::new([path("brain.npz")], [path("models.npz")]);
/// let result = request.run(&())?;
/// // Spearman of the two subjects is 1 - 6·4/(6·35).
/// assert!((result.evaluation.models[0].score - (2.0 - 4.0 / 35.0) / 2.0).abs() < 1e-14);
/// assert!(result.text().starts_with("spearman with 2 subjects, 4 conditions"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EvaluateRequest {
    /// Files or folders of RDMs, as [`rsa_io::read_rdms`] takes them; `subjects` says which are of one subject.
    pub data: Vec<String>,
    /// Files or folders of RDMs, each RDM a model without parameters.
    pub models: Vec<String>,
    /// Models with parameters, which need `crossvalidation`; none by default.
    pub fits: Vec<ModelFit>,
    /// Files or folders of RDMs that are partialled out of Pearson's or Spearman's correlations; none by default.
    pub partial: Vec<String>,
    /// Patterns, with `*` and `?`, of the names of the RDMs of the data that are used; all by default.
    pub layers: Vec<String>,
    /// Patterns, with `*` and `?`, of the names of the RDMs of models that are used; all by default.
    pub model_layers: Vec<String>,
    /// Rule that says which RDMs of the data are of one subject.
    ///
    /// By default it is the first axis of each array, or each RDM if there are `subject_groups`.
    pub subjects: Option<SubjectUnit>,
    /// Comparison of a model RDM with a subject's RDM; Spearman by default.
    pub comparison: Scoring,
    /// Populations to which standard errors generalize; by default these conditions alone, without resamples.
    pub generalize_to: GeneralizeTo,
    /// Number of bootstrap resamples, at least 2; 1000 by default.
    pub resamples: u64,
    /// Number of random permutations of the conditions; 0, the default, for no permutation test.
    pub permutations: u64,
    /// Seed of the random numbers; 0 by default.
    pub seed: u64,
    /// Folds on which models are fitted and scored; none by default.
    pub crossvalidation: Option<Crossvalidation>,
    /// Correction for many tests; Holm's by default. `Max` needs permutations.
    pub correction: Correction,
    /// File of a label for each RDM of the data; subjects with one label are drawn together.
    pub subject_groups: Option<PathBuf>,
    /// File of a label for each condition, in the order of the first data file; conditions with one label are drawn
    /// together.
    pub condition_groups: Option<PathBuf>,
    /// Rule for variances over conditions; unbiased by default.
    pub variance: Variance,
    /// Test of scores over subjects; Student's t by default. Wilcoxon's test does not generalize to new conditions.
    pub test: SubjectTest,
    /// Reading of the files.
    pub options: OpenOptions,
    /// Memory to use at most; an evaluation that needs more is refused. No result depends on it.
    pub memory: Option<MemorySize>,
}

impl Default for EvaluateRequest {
    fn default() -> Self {
        Self::new::<String>([], [])
    }
}

/// Conclusions of an evaluation, with their inputs.
///
/// The JSON has the keys of [`Evaluation`], then those of the other fields. `n_subjects` counts subjects, each of which
/// may have several RDMs, and `scores_by_subject` has the mean score of each subject. The score of a model is the mean
/// over RDMs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvaluateResult {
    /// Scores, standard errors, tests and noise ceilings.
    #[serde(flatten)]
    pub evaluation: Evaluation,
    /// Files of the data, then of the models.
    #[serde(default)]
    pub inputs: Vec<Input>,
    /// Sentences on the inputs: skipped arrays, reordered conditions.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Number of groups of subjects; a group is drawn and left out together, and tests count groups.
    #[serde(default)]
    pub n_groups: usize,
    /// RDMs of the data, each with its subject, its group and its scores.
    #[serde(default)]
    pub rdms: Vec<DataRdm>,
    /// RDMs and models without a comparison, of which the rest of the result knows nothing.
    #[serde(default)]
    pub left_out: Vec<LeftOut>,
    /// RDMs that were partialled out of all comparisons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<GivenInput>,
    /// Weights of the models with parameters, fitted to all data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fits: Vec<FittedModel>,
}

impl EvaluateRequest {
    /// Takes files of data and of models; the other fields have their defaults.
    pub fn new<T: Into<String>>(data: impl IntoIterator<Item = T>, models: impl IntoIterator<Item = T>) -> Self {
        let owned = |names: &mut dyn Iterator<Item = T>| names.map(Into::into).collect();
        let Inference { comparison, generalize_to, resamples, seed, permutations, correction, variance, test, .. } =
            Inference::default();
        Self {
            data: owned(&mut data.into_iter()),
            models: owned(&mut models.into_iter()),
            fits: Vec::new(),
            partial: Vec::new(),
            layers: Vec::new(),
            model_layers: Vec::new(),
            subjects: None,
            comparison,
            generalize_to,
            resamples,
            permutations,
            seed,
            crossvalidation: None,
            correction,
            subject_groups: None,
            condition_groups: None,
            variance,
            test,
            options: OpenOptions::default(),
            memory: None,
        }
    }

    /// Evaluates the models.
    ///
    /// # Errors
    /// `InvalidParameter` for settings that contradict one another or that the number of subjects or conditions does not
    /// allow. Errors of reading. `ShapeMismatch` or `LabelMismatch` for RDMs of other conditions. `Degenerate`, with all
    /// reasons, if all models or all subjects are constant. `TooLarge`. `Cancelled`.
    pub fn run(&self, observer: &dyn Observer) -> Result<EvaluateResult> {
        let inference = self.inference()?;
        let part = self.compute(&inference, 0..inference.n_resamples(), observer)?;
        part.conclude()
    }

    /// Computes a range of the resamples; [`EvaluateResult::merge`] puts all of them together.
    ///
    /// Any split of the resamples gives the bits of a single run.
    ///
    /// # Errors
    /// Errors of [`run`](Self::run); `InvalidParameter` for a range that is not within the resamples.
    pub fn run_part(&self, range: Range<u64>, observer: &dyn Observer) -> Result<EvaluationPart> {
        self.compute(&self.inference()?, range, observer)
    }

    fn compute(&self, inference: &Inference, range: Range<u64>, observer: &dyn Observer) -> Result<EvaluationPart> {
        if range.end > inference.n_resamples() {
            return Err(Error::invalid_parameter(
                "--resamples-range",
                format!(
                    "within the {} resamples that there are; give more by --resamples, and --generalize-to subjects, \
                     conditions or both, without which nothing is resampled",
                    inference.n_resamples()
                ),
                format_args!("{}..{}", range.start, range.end),
            ));
        }
        check_permutations(self.permutations, observer)?;
        let budget = MemorySize::budget(self.memory, observer)?;
        let fit_files = self.fits.iter().map(|fit| &fit.file);
        let files = self.data.iter().chain(&self.models).chain(fit_files).chain(&self.partial);
        ensure_rdms_fit(files, &self.options, budget)?;
        let mut read = EvaluationData::read(self, observer)?;
        ensure_resamples_fit(inference, read.models.len(), &range, budget)?;
        let rdms = instrument(self, &mut read, observer)?;
        let fits = fitted_models(&rdms, &read.models, observer)?;
        let EvaluationData { subjects, subject_groups, condition_groups, inputs, notes, left_out, given, .. } = read;
        let inference = Inference { subject_groups, condition_groups, ..inference.clone() };
        let part = Part::compute_observed(&inference, &rdms, range, observer)
            .map_err(|error| with_left_out(error, &left_out))?;
        Ok(EvaluationPart { part, inputs, notes, rdms: subjects, left_out, given: given.into_inputs(), fits })
    }

    /// Returns the settings of the inference, without the groups, which are read with the data.
    fn inference(&self) -> Result<Inference> {
        if self.correction == Correction::Max && self.permutations == 0 {
            return Err(Error::invalid_parameter(
                "--permutations",
                "above 0 for --correct max, which compares scores with the best of permuted labels",
                0,
            ));
        }
        let over_conditions = matches!(self.generalize_to, GeneralizeTo::Conditions | GeneralizeTo::Both);
        if self.test == SubjectTest::Wilcoxon && over_conditions {
            return Err(Error::invalid_parameter(
                "--test",
                "t with --generalize-to conditions or both: signed ranks are those of subjects and say nothing of other \
                 conditions",
                "wilcoxon",
            ));
        }
        if !self.partial.is_empty() {
            ComparisonSpec::from(self.comparison).partial(Vec::new()).map_err(|error| error.context("--partial"))?;
            if self.permutations > 0 {
                return Err(partial_permutations());
            }
        }
        Ok(Inference {
            comparison: self.comparison,
            generalize_to: self.generalize_to,
            resamples: self.resamples,
            seed: self.seed,
            crossvalidation: self.crossvalidation,
            subject_groups: None,
            condition_groups: None,
            permutations: self.permutations,
            correction: self.correction,
            variance: self.variance,
            test: self.test,
        })
    }
}

/// Refuses more resamples than fit into `budget`.
fn ensure_resamples_fit(inference: &Inference, n_models: usize, range: &Range<u64>, budget: usize) -> Result<()> {
    let assignments = inference.crossvalidation.map_or(1, |folds| folds.repeats.max(1));
    // Each draw has a score for each model and two ceilings; a resample has up to three draws. All are held twice when
    // they are collected.
    let of_resample = n_models.saturating_add(2).saturating_mul(assignments).saturating_mul(2 * 3);
    let resamples = range.end.saturating_sub(range.start);
    let count = usize::try_from(resamples).unwrap_or(usize::MAX);
    let needed = float_bytes(count.saturating_mul(of_resample));
    let remedy = "take fewer --resamples, or parts of them with --resamples-range";
    ensure_fits(format_args!("{resamples} resamples of {n_models} models"), needed, budget, remedy)
}
