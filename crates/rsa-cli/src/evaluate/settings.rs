//! Settings of an evaluation, from the command line.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rsa_run::{EvaluateRequest, SubjectUnit};
use rsakit::{
    spec::ComparisonSpec,
    stats::{Correction, Crossvalidation, GeneralizeTo, Scoring, Variance},
};

use crate::subject_options::{SubjectTestWord, SubjectsBy};

#[derive(Args)]
pub(super) struct Settings {
    /// Comparison of RDMs: cosine, pearson, spearman, rho-a, kendall-a, kendall-b, whitened-cosine, whitened-pearson
    #[arg(long, value_name = "WORD", default_value = "spearman", value_parser = comparison)]
    comparison: Scoring,
    /// Populations that the standard errors are about
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    generalize_to: To,
    /// Number of bootstrap resamples
    #[arg(long, value_name = "N", default_value_t = 1000)]
    resamples: u64,
    /// Number of random permutations of the condition labels; all permutations if there are 5040 or fewer
    #[arg(long, value_name = "N", default_value_t = 0)]
    permutations: u64,
    /// Seed of the random numbers; equal seeds give equal numbers
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Fit and score on different folds; 1 fold scores on what was fitted
    #[arg(long, value_name = "subjects=K,conditions=K[,repeats=N]", value_parser = crossvalidation)]
    crossvalidate: Option<Crossvalidation>,
    /// Correction for many tests; max requires permutations
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    correct: Correct,
    /// Test of models, of their differences, and against the noise ceiling
    ///
    /// wilcoxon tests over subjects alone, so it does not go with --generalize-to conditions or both.
    #[arg(long, value_enum, value_name = "TEST", default_value_t)]
    test: SubjectTestWord,
    /// RDMs of the data that are of one subject [default: axis0; with --subject-groups each]
    #[arg(long, value_enum, value_name = "UNIT")]
    subjects: Option<SubjectsBy>,
    /// Groups of subjects that are drawn together: a label for each data RDM, one a line
    #[arg(long, value_name = "FILE")]
    subject_groups: Option<PathBuf>,
    /// Groups of conditions that are drawn together: a label for each condition, in the order of the first data file
    #[arg(long, value_name = "FILE")]
    condition_groups: Option<PathBuf>,
    /// Estimator of variances over conditions; rsatoolbox reproduces that tool, whose variances are too large
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    variance: VarianceOf,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum To {
    /// New subjects, these conditions; by the variance across subjects, nothing is resampled
    #[default]
    Nothing,
    /// New subjects, these conditions; with a bootstrap beside it
    Subjects,
    /// New conditions
    Conditions,
    /// New subjects and new conditions
    Both,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Correct {
    None,
    /// Holm: a false positive anywhere with a probability of at most .05
    #[default]
    Holm,
    /// Benjamini & Hochberg: of the positives 5 % are false on average, if tests do not work against one another
    Bh,
    /// Benjamini & Yekutieli: like bh, for tests that depend on one another in any way
    By,
    /// The best of all models under permuted labels
    Max,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum VarianceOf {
    #[default]
    Unbiased,
    Rsatoolbox,
}

impl From<To> for GeneralizeTo {
    fn from(to: To) -> Self {
        match to {
            To::Nothing => Self::Nothing,
            To::Subjects => Self::Subjects,
            To::Conditions => Self::Conditions,
            To::Both => Self::Both,
        }
    }
}

impl From<Correct> for Correction {
    fn from(correct: Correct) -> Self {
        match correct {
            Correct::None => Self::None,
            Correct::Holm => Self::Holm,
            Correct::Bh => Self::Bh,
            Correct::By => Self::By,
            Correct::Max => Self::Max,
        }
    }
}

impl Settings {
    /// Sets the fields of a request.
    pub(super) fn set(&self, request: EvaluateRequest) -> EvaluateRequest {
        EvaluateRequest {
            comparison: self.comparison,
            generalize_to: self.generalize_to.into(),
            resamples: self.resamples,
            permutations: self.permutations,
            seed: self.seed,
            crossvalidation: self.crossvalidate,
            correction: self.correct.into(),
            test: self.test.into(),
            subjects: self.subjects.map(SubjectUnit::from),
            subject_groups: self.subject_groups.clone(),
            condition_groups: self.condition_groups.clone(),
            variance: match self.variance {
                VarianceOf::Unbiased => Variance::Unbiased,
                VarianceOf::Rsatoolbox => Variance::Rsatoolbox,
            },
            ..request
        }
    }
}

fn comparison(text: &str) -> rsakit::Result<Scoring> {
    text.parse::<ComparisonSpec>()?.scoring()
}

/// Parses `subjects=2,conditions=2,repeats=4`; by default there is 1 fold, and 2 repeats.
fn crossvalidation(text: &str) -> Result<Crossvalidation, String> {
    let mut folds = Crossvalidation { subject_folds: 1, condition_folds: 1, repeats: 2 };
    let mut seen: Vec<&str> = Vec::new();
    for word in text.split(',') {
        let (key, value) = word.split_once('=').ok_or("write key=number, as in subjects=2,conditions=3")?;
        let (key, value) = (key.trim(), value.trim());
        let value =
            value.parse().ok().filter(|&value| value > 0).ok_or_else(|| format!("'{value}' is no number above 0"))?;
        if seen.contains(&key) {
            return Err(format!("'{key}' is given twice"));
        }
        seen.push(key);
        match key {
            "subjects" => folds.subject_folds = value,
            "conditions" => folds.condition_folds = value,
            "repeats" => folds.repeats = value,
            other => return Err(format!("'{other}' is none of subjects, conditions, repeats")),
        }
    }
    Ok(folds)
}
