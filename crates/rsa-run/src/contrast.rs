//! [`ContrastRequest`]: are conditions of different categories farther apart than those of one category?

mod document;
mod figure;
mod result;

use rsa_io::OpenOptions;
use rsakit::{
    Error, Rdm, Result,
    core::Observer,
    stats::{CategoryContrast, Correction, PermutationTest},
};
use serde::{Deserialize, Serialize};

pub use self::result::{BlockMean, CategoryCount, CategoryDifference, ContrastResult, ContrastedRdm};
use crate::{
    SubjectUnit,
    condition_values::ConditionValues,
    given_rdms::GivenRdms,
    inputs::{data_error, ensure_rdms_fit},
    layer_filter::LayerFilter,
    memory::MemorySize,
    notes::Notes,
    permutation_limit::check_permutations,
    rdm_files::{RdmFile, align},
};

/// Request to contrast dissimilarities between categories of conditions with those within them.
///
/// Conditions are brought into one order by their labels. Pairs of conditions that are missing in any RDM are left out of all.
///
/// # Example
/// ```
/// use std::fs::{self, File};
///
/// use rsa_run::{ContrastRequest, Document};
/// use rsakit::Rdm;
///
/// let folder = tempfile::tempdir()?;
/// let [brain, kinds] = ["brain.npz", "kinds.txt"].map(|name| folder.path().join(name).display().to_string());
/// let rdms = [("brain".to_owned(), Rdm::new(vec![1.0, 5.0, 6.0, 7.0, 6.0, 3.0])?)];
/// rsa_io::write_rdms(File::create(&brain)?, &rdms)?;
/// fs::write(&kinds, "face\nface\nhouse\nhouse\n")?;
/// let result = ContrastRequest::new([brain], kinds).run(&())?;
/// assert_eq!(result.contrasts[0].difference.mean, 4.0);
/// assert!(result.text().contains("all 24 orders of the conditions"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContrastRequest {
    /// Files or folders of RDMs of subjects; `subjects` says which are of one subject.
    pub data: Vec<String>,
    /// File with the category of each condition, by label or in order: `FILE` or `FILE::COLUMN`.
    pub groups: String,
    /// Patterns, with `*` and `?`, of the names of the RDMs that are used; all by default.
    #[serde(default)]
    pub layers: Vec<String>,
    /// Rule that says which RDMs are of one subject.
    #[serde(default)]
    pub subjects: SubjectUnit,
    /// Test of the contrasts; without it Student's t over subjects, and permutations for one subject.
    #[serde(default)]
    pub test: Option<ContrastTest>,
    /// Number of random permutations, where the test takes them.
    pub permutations: u64,
    /// Seed of the permutations.
    #[serde(default)]
    pub seed: u64,
    /// Correction for the number of categories.
    #[serde(default)]
    pub correction: Correction,
    /// Reading of the files.
    #[serde(default)]
    pub options: OpenOptions,
    /// Memory to use at most; a request that needs more is refused.
    #[serde(default)]
    pub memory: Option<MemorySize>,
}

/// Test of contrasts between categories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContrastTest {
    /// Student's t-test over subjects.
    T,
    /// Wilcoxon's signed-rank test over subjects.
    Wilcoxon,
    /// Permutations of the categories of the conditions, the same in all RDMs.
    Permutation,
}

impl ContrastRequest {
    /// Number of permutations by default: they tell a p-value of .05 to within .004.
    pub const PERMUTATIONS: u64 = 10_000;

    /// Takes files of data and the file of the categories; the other fields have their defaults.
    pub fn new<T: Into<String>>(data: impl IntoIterator<Item = T>, groups: impl Into<String>) -> Self {
        Self {
            data: data.into_iter().map(Into::into).collect(),
            groups: groups.into(),
            layers: Vec::new(),
            subjects: SubjectUnit::default(),
            test: None,
            permutations: Self::PERMUTATIONS,
            seed: 0,
            correction: Correction::default(),
            options: OpenOptions::default(),
            memory: None,
        }
    }

    /// Contrasts every RDM, and tests the contrasts.
    ///
    /// # Errors
    /// `InvalidParameter` for the correction `max`, for a test over one subject and for absurd numbers of permutations; the
    /// errors of reading; `ShapeMismatch` or `LabelMismatch` for RDMs of other conditions or conditions without category;
    /// `Degenerate` if there are no pairs within or between categories; `TooLarge`; `Cancelled`.
    pub fn run(&self, observer: &dyn Observer) -> Result<ContrastResult> {
        if self.correction == Correction::Max {
            return Err(Error::invalid_parameter("--correct", "none, holm, bh or by", "max"));
        }
        check_permutations(self.permutations, observer)?;
        let budget = MemorySize::budget(self.memory, observer)?;
        ensure_rdms_fit(&self.data, &self.options, budget)?;
        let filter = LayerFilter::for_option("--layers", &self.layers)?;
        let mut notes = Notes::new(observer);
        let mut files = Vec::with_capacity(self.data.len());
        for path in &self.data {
            observer.ensure_going("reading RDMs")?;
            files.push(RdmFile::read(path, &filter, &self.options, observer, &mut notes)?);
        }
        align(&mut files, &mut GivenRdms::default(), observer, &mut notes)?;
        let rdms: Vec<Rdm> = files.iter().flat_map(|file| &file.rdms).map(|entry| entry.rdm.clone()).collect();
        let Some(first) = rdms.first() else {
            return Err(Error::invalid_parameter("the RDMs to contrast", "at least one", 0));
        };
        let categories = ConditionValues::read(&self.groups, first.conditions(), "--groups", &mut notes)?;
        let named = |error: Error| data_error(error.context(format!("--groups {}", self.groups)));
        let contrast = CategoryContrast::new(&categories.texts).map_err(named)?;
        let means = contrast.means(&rdms).map_err(data_error)?;
        let subjects = self.subjects.subjects_noted(&files, &mut notes);
        let n_subjects = subjects.iter().max().map_or(0, |last| last + 1);
        let test = self.test_over(n_subjects)?;
        let permuted = match test {
            ContrastTest::Permutation => {
                let mean = mean_over_subjects(&rdms, &subjects)?;
                let test = PermutationTest { permutations: self.permutations, seed: self.seed };
                Some(contrast.permute(&mean, test, observer)?)
            }
            ContrastTest::T | ContrastTest::Wilcoxon => None,
        };
        let found = result::Contrasted { contrast, means, subjects, test, permuted };
        ContrastResult::conclude(self, &found, &files, notes.into_texts())
    }

    /// Returns the test that was asked for, or that of the number of subjects.
    fn test_over(&self, n_subjects: usize) -> Result<ContrastTest> {
        match self.test {
            None if n_subjects == 1 => Ok(ContrastTest::Permutation),
            None => Ok(ContrastTest::T),
            Some(ContrastTest::T | ContrastTest::Wilcoxon) if n_subjects == 1 => {
                let needed = "permutation for RDMs of one subject; t and wilcoxon are over several (--subjects)";
                Err(Error::invalid_parameter("--test", needed, "a test over subjects"))
            }
            Some(test) => Ok(test),
        }
    }
}

/// Returns the mean over subjects of the means over the RDMs of each; a pair that is missing in any RDM is missing.
fn mean_over_subjects(rdms: &[Rdm], subjects: &[usize]) -> Result<Rdm> {
    let n_subjects = subjects.iter().max().map_or(1, |last| last + 1) as f64;
    let n_rdms = |subject: usize| subjects.iter().filter(|&&other| other == subject).count() as f64;
    let weights: Vec<f64> = subjects.iter().map(|&subject| 1.0 / (n_subjects * n_rdms(subject))).collect();
    let n_pairs = rdms.first().map_or(0, |rdm| rdm.values().len());
    let mean = |k: usize| rdms.iter().zip(&weights).map(|(rdm, weight)| rdm.values()[k] * weight).sum();
    Rdm::new((0..n_pairs).map(mean).collect())
}
