//! How models are evaluated, from the command line.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rsakit::{
    spec::ComparisonSpec,
    stats::{Correction, Crossvalidation, GeneralizeTo, Inference, Variance},
};

use crate::verdict::Failure;

#[derive(Args)]
pub(super) struct Settings {
    /// How RDMs are compared: cosine, pearson, spearman, rho-a, kendall-a, kendall-b, whitened-cosine, whitened-pearson
    #[arg(long, value_name = "WORD", default_value = "spearman")]
    comparison: String,
    /// What the standard errors are about
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    generalize_to: To,
    /// How many bootstrap resamples
    #[arg(long, value_name = "N", default_value_t = 1000)]
    resamples: u64,
    /// How many random permutations of the condition labels; all of them if there are 5040 or fewer
    #[arg(long, value_name = "N", default_value_t = 0)]
    permutations: u64,
    /// The same seed gives the same numbers
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Fit and score on different folds; 1 fold scores on what was fitted
    #[arg(long, value_name = "subjects=K,conditions=K[,repeats=N]", value_parser = crossvalidation)]
    crossvalidate: Option<Crossvalidation>,
    /// What is done about many tests; max requires permutations
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    correct: Correct,
    /// Which subjects are drawn together: a label for each data RDM, one a line
    #[arg(long, value_name = "FILE")]
    subject_groups: Option<PathBuf>,
    /// Which conditions are drawn together: a label for each condition, in the order of the first data file
    #[arg(long, value_name = "FILE")]
    condition_groups: Option<PathBuf>,
    /// How variances over conditions are formed; rsatoolbox reproduces that tool's, which are too large
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    variance: VarianceOf,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum To {
    /// New subjects of the same population, these very conditions, by the variance across subjects; nothing is resampled
    #[default]
    Nothing,
    /// New subjects, these very conditions; a bootstrap beside it
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
    /// Benjamini & Yekutieli: the same for tests that depend on one another in any way
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

impl Settings {
    pub(super) fn inference(&self) -> Result<Inference, Failure> {
        let comparison = self.comparison.parse::<ComparisonSpec>().and_then(|spec| spec.scoring());
        let groups = |path: &Option<PathBuf>| path.as_deref().map(groups).transpose();
        if matches!(self.correct, Correct::Max) && self.permutations == 0 {
            return Err(Failure::usage(
                "--correct max compares with the best of permuted labels; give --permutations N",
            ));
        }
        Ok(Inference {
            comparison: comparison.map_err(Failure::usage)?,
            generalize_to: match self.generalize_to {
                To::Nothing => GeneralizeTo::Nothing,
                To::Subjects => GeneralizeTo::Subjects,
                To::Conditions => GeneralizeTo::Conditions,
                To::Both => GeneralizeTo::Both,
            },
            resamples: self.resamples,
            seed: self.seed,
            crossvalidation: self.crossvalidate,
            subject_groups: groups(&self.subject_groups)?,
            condition_groups: groups(&self.condition_groups)?,
            permutations: self.permutations,
            correction: match self.correct {
                Correct::None => Correction::None,
                Correct::Holm => Correction::Holm,
                Correct::Bh => Correction::Bh,
                Correct::By => Correction::By,
                Correct::Max => Correction::Max,
            },
            variance: match self.variance {
                VarianceOf::Unbiased => Variance::Unbiased,
                VarianceOf::Rsatoolbox => Variance::Rsatoolbox,
            },
        })
    }
}

/// A number for each label.
fn groups(path: &std::path::Path) -> Result<Vec<usize>, Failure> {
    let labels = rsa_io::read_labels(path, rsa_io::LabelRole::Groups).map_err(Failure::impossible)?;
    // The place of its first occurrence numbers a label.
    let first = |label: &String| labels.iter().position(|other| other == label).unwrap_or_default();
    Ok(labels.iter().map(first).collect())
}

/// `subjects=2,conditions=2,repeats=4`; what is not named is 1 fold, and 2 repeats.
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
