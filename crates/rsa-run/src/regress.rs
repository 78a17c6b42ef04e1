//! [`RegressRequest`]: how much of the RDMs of subjects several models explain, together and each alone.

mod document;
mod figure;
mod result;

use rsa_io::OpenOptions;
use rsakit::{
    Error, Rdm, Result,
    core::Observer,
    stats::{CommonalityAnalysis, Correction, SubjectTest},
};
use serde::{Deserialize, Serialize};

pub use self::result::{RegressResult, RegressedModel, RegressedRdm, SharedVariance};
use crate::{
    SubjectUnit,
    given_rdms::GivenRdms,
    input_names::name_inputs,
    inputs::{data_error, ensure_rdms_fit},
    layer_filter::LayerFilter,
    memory::MemorySize,
    notes::Notes,
    rdm_files::{RdmFile, align, place, unique_names},
};

/// Request to regress the RDMs of subjects on several model RDMs.
///
/// Conditions are brought into one order by their labels. Pairs of conditions that are missing in any RDM are left out of all.
///
/// # Example
/// ```
/// use std::fs::File;
///
/// use rsa_run::{Document, RegressRequest};
/// use rsakit::Rdm;
///
/// let folder = tempfile::tempdir()?;
/// let write = |name: &str, rdms: &[(&str, [f64; 6])]| -> Result<String, Box<dyn std::error::Error>> {
///     let path = folder.path().join(name);
///     let rdms = rdms.iter().map(|(name, d)| Ok(((*name).to_owned(), Rdm::new(d.to_vec())?)));
///     rsa_io::write_rdms(File::create(&path)?, &rdms.collect::<rsakit::Result<Vec<_>>>()?)?;
///     Ok(path.display().to_string())
/// };
/// let a = [1.0, -1.0, 1.0, -1.0, 0.0, 0.0];
/// let models = write("models.npz", &[("a", a), ("b", [1.0, 1.0, -1.0, -1.0, 0.0, 0.0])])?;
/// let data = write("brain.npz", &[("brain", [3.0, -1.0, 1.0, -3.0, 0.0, 0.0])])?;
/// // The data are 2·a + b, and a and b do not correlate.
/// let result = RegressRequest::new([data], [models]).run(&())?;
/// assert!((result.r_squared.mean - 1.0).abs() < 1e-14 && (result.models[0].unique.mean - 0.8).abs() < 1e-14);
/// assert!(result.text().contains("one subject"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegressRequest {
    /// Files or folders of RDMs of subjects; `subjects` says which are of one subject.
    pub data: Vec<String>,
    /// Files or folders of RDMs, each RDM a model.
    pub models: Vec<String>,
    /// Patterns, with `*` and `?`, of the names of the RDMs of the data that are used; all by default.
    #[serde(default)]
    pub layers: Vec<String>,
    /// Patterns, with `*` and `?`, of the names of the RDMs of models that are used; all by default.
    #[serde(default)]
    pub model_layers: Vec<String>,
    /// Rule that says which RDMs of the data are of one subject.
    #[serde(default)]
    pub subjects: SubjectUnit,
    /// Signs that weights may have.
    #[serde(default)]
    pub weights: WeightSigns,
    /// `true` to take the ranks of all dissimilarities first.
    #[serde(default)]
    pub ranks: bool,
    /// Models that are one set where the variance is partitioned.
    #[serde(default)]
    pub sets: ModelSets,
    /// Test of the weights over subjects.
    #[serde(default)]
    pub test: SubjectTest,
    /// Correction for the number of models.
    #[serde(default)]
    pub correction: Correction,
    /// Reading of the files.
    #[serde(default)]
    pub options: OpenOptions,
    /// Memory to use at most; a request that needs more is refused.
    #[serde(default)]
    pub memory: Option<MemorySize>,
}

/// Signs that the weights of a regression may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WeightSigns {
    /// Any sign.
    #[default]
    Free,
    /// No negative weights.
    NonNegative,
}

/// Models that are one set where the explained variance is partitioned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModelSets {
    /// Each model.
    #[default]
    Model,
    /// All models of a file or folder.
    File,
}

impl RegressRequest {
    /// Takes files of data and of models; the other fields have their defaults.
    pub fn new<T: Into<String>>(data: impl IntoIterator<Item = T>, models: impl IntoIterator<Item = T>) -> Self {
        Self {
            data: data.into_iter().map(Into::into).collect(),
            models: models.into_iter().map(Into::into).collect(),
            layers: Vec::new(),
            model_layers: Vec::new(),
            subjects: SubjectUnit::default(),
            weights: WeightSigns::default(),
            ranks: false,
            sets: ModelSets::default(),
            test: SubjectTest::default(),
            correction: Correction::default(),
            options: OpenOptions::default(),
            memory: None,
        }
    }

    /// Regresses every RDM of the data.
    ///
    /// # Errors
    /// `InvalidParameter` for the correction `max`, which needs permutations; the errors of reading; `ShapeMismatch` or
    /// `LabelMismatch` for RDMs of other conditions; `Degenerate` naming an RDM that is constant or models of which one is
    /// a combination of the others; `TooLarge`; `Cancelled`.
    pub fn run(&self, observer: &dyn Observer) -> Result<RegressResult> {
        if self.correction == Correction::Max {
            return Err(Error::invalid_parameter("--correct", "none, holm, bh or by; max needs permutations", "max"));
        }
        let budget = MemorySize::budget(self.memory, observer)?;
        ensure_rdms_fit(self.data.iter().chain(&self.models), &self.options, budget)?;
        let [data_filter, model_filter] = [
            LayerFilter::for_option("--layers", &self.layers)?,
            LayerFilter::for_option("--model-layers", &self.model_layers)?,
        ];
        let mut notes = Notes::new(observer);
        let mut files = Vec::with_capacity(self.data.len() + self.models.len());
        let paths = self.data.iter().map(|path| (path, &data_filter));
        for (path, filter) in paths.chain(self.models.iter().map(|path| (path, &model_filter))) {
            observer.ensure_going("reading RDMs")?;
            files.push(RdmFile::read(path, filter, &self.options, observer, &mut notes)?);
        }
        align(&mut files, &mut GivenRdms::default(), observer, &mut notes)?;
        let inputs = files.iter().map(|file| file.input.clone()).collect();
        let model_files = files.split_off(self.data.len());
        let subjects = self.subjects.subjects_noted(&files, &mut notes);
        let names = unique_names(&model_files);
        let data = placed(&files);
        let models: Vec<(String, Rdm)> = names.into_iter().zip(rdms(&model_files)).collect();
        let (sets, set_names) = self.model_sets(&model_files, &models);
        let analysis =
            CommonalityAnalysis { non_negative: self.weights == WeightSigns::NonNegative, ranks: self.ranks };
        let explained = analysis.run(&models, &sets, &data, observer).map_err(data_error)?;
        let all: Vec<&Rdm> = models.iter().chain(&data).map(|(_, rdm)| rdm).collect();
        let fits = result::Fits { explained, subjects, models: &models, set_names, n_pairs: n_common_pairs(&all) };
        RegressResult::conclude(self, fits, &files, inputs, notes.into_texts())
    }

    /// Returns the set of each model and the names of the sets; nothing if there are too many sets to partition.
    fn model_sets(&self, files: &[RdmFile], models: &[(String, Rdm)]) -> (Vec<usize>, Vec<String>) {
        let (sets, names): (Vec<usize>, Vec<String>) = match self.sets {
            ModelSets::Model => ((0..models.len()).collect(), models.iter().map(|(name, _)| name.clone()).collect()),
            ModelSets::File => {
                let of_file = |(k, file): (usize, &RdmFile)| vec![k; file.rdms.len()];
                let sets = files.iter().enumerate().flat_map(of_file).collect();
                (sets, name_inputs(&self.models))
            }
        };
        match names.len() {
            1..=CommonalityAnalysis::MOST_SETS => (sets, names),
            _ => (Vec::new(), Vec::new()),
        }
    }
}

/// Returns the RDMs of files in order.
fn rdms(files: &[RdmFile]) -> Vec<Rdm> {
    files.iter().flat_map(|file| &file.rdms).map(|entry| entry.rdm.clone()).collect()
}

/// Returns the RDMs of files with file and name of each.
fn placed(files: &[RdmFile]) -> Vec<(String, Rdm)> {
    let of_file = |file: &RdmFile| -> Vec<(String, Rdm)> {
        file.rdms.iter().map(|entry| (place(&file.path, &entry.name), entry.rdm.clone())).collect()
    };
    files.iter().flat_map(of_file).collect()
}

/// Returns the number of pairs of conditions that all RDMs have.
fn n_common_pairs(rdms: &[&Rdm]) -> usize {
    let n_pairs = rdms.first().map_or(0, |rdm| rdm.values().len());
    (0..n_pairs).filter(|&k| rdms.iter().all(|rdm| !rdm.values()[k].is_nan())).count()
}
