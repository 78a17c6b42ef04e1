//! `rsakit contrast`: dissimilarities within and between categories of conditions.

use clap::{Args, ValueEnum};
use rsa_run::{ContrastRequest, ContrastTest, SubjectUnit};
use rsakit::stats::Correction;

use crate::{
    format::Format,
    input_files::InputFiles,
    inputs::{RdmFiles, Tables, Threads},
    memory::Memory,
    subject_options::{FreeCorrection, SubjectsBy},
    targets::Targets,
    terminal::Terminal,
    verdict::{Failure, Verdict},
};

/// Contrast categories: are conditions of two categories farther apart than those of one?
///
/// RDMs are stored RDMs in any form that `rsakit compare --rdm` reads; --groups gives every condition a category. The contrast
/// is the mean dissimilarity of all pairs of conditions of different categories less the mean of all pairs of one category;
/// that of a category takes the pairs of which one condition is in it, less those of which both are. Every pair weighs
/// alike. Pairs that are missing in any RDM are left out of all. Means of every two categories, and of each with itself, are
/// shown, too; `rsakit transform --blocks` writes those between categories as RDMs.
///
/// Means, standard errors, intervals and tests are over subjects, which the first axis of each array counts (--subjects changes
/// that). For one subject the test permutes the conditions: the null hypothesis is that the category of a condition says
/// nothing about its dissimilarities. --test permutation does so for several subjects, too, with one order for all; it is
/// about these subjects and not about new ones. All tests are two-sided. Tests of single categories are corrected for
/// their number, the one of all categories together stands by itself.
///
/// Dissimilarities of different units are not comparable between subjects: bring them to one with `rsakit transform --ranks` or
/// --min-max first.
///
/// JSON: {"rsakit", "groups", "categories": [{"name", "n_conditions"}], "n_conditions", "n_pairs", "pairs_dropped",
/// "n_subjects", "test", "permutations": {"tried", "exact"} and "seed" (where drawn), "correction", "blocks": [{"a", "b",
/// "n_pairs", "mean", "standard_error", "by_subject"}], "contrasts": [{"category" (null for all), "within", "between",
/// "difference": {"mean", "standard_error", "p", "exact" (of Wilcoxon's test)}, "interval", "p_corrected", "by_subject"}],
/// "rdms": [{"name", "input", "subject", "blocks", "contrasts": [{"within", "between"}]}], "inputs", "notes"}. CSV:
/// quantity, category_a, category_b, subject, value, rdm.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit contrast brain.npz --groups labels.csv::category
  rsakit contrast sub-*.npz --groups labels.csv::category --test wilcoxon --plot categories.svg
  rsakit contrast group.npz --groups kinds.txt --permutations 100000 --seed 1 --format json")]
pub(crate) struct Arguments {
    /// RDMs of subjects
    #[arg(value_name = "RDMS", required = true)]
    data: Vec<String>,
    /// Category of each condition
    ///
    /// A label for each condition, one a line, or a column of a table; found by the label of the condition where the file
    /// has these.
    #[arg(long, value_name = "FILE[::COLUMN]")]
    groups: String,
    /// Only RDMs whose name matches, with * and ?; may be repeated
    #[arg(long, value_name = "GLOB")]
    layers: Vec<String>,
    /// RDMs that are of one subject
    #[arg(long, value_enum, value_name = "UNIT", default_value_t)]
    subjects: SubjectsBy,
    /// Test of the contrasts [default: t, for one subject permutation]
    #[arg(long, value_enum, value_name = "TEST")]
    test: Option<ContrastTestWord>,
    /// Number of random permutations of the conditions; all orders if there are 7 conditions or fewer
    #[arg(long, value_name = "N", default_value_t = ContrastRequest::PERMUTATIONS)]
    permutations: u64,
    /// Seed of the permutations; equal seeds give equal numbers
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Correction for the number of categories
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    correct: FreeCorrection,
    /// Output format [default: by the extension of --out, otherwise table]
    #[arg(long, value_enum)]
    format: Option<Format>,
    #[command(flatten)]
    rdm_files: RdmFiles,
    #[command(flatten)]
    tables: Tables,
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    memory: Memory,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ContrastTestWord {
    /// Student's t over subjects
    T,
    /// Wilcoxon's signed ranks over subjects; exact for up to 50, or 13 if values are tied
    Wilcoxon,
    /// Categories of the conditions, in all RDMs alike
    Permutation,
}

impl Arguments {
    fn request(&self) -> ContrastRequest {
        ContrastRequest {
            layers: self.layers.clone(),
            subjects: SubjectUnit::from(self.subjects),
            test: self.test.map(|test| match test {
                ContrastTestWord::T => ContrastTest::T,
                ContrastTestWord::Wilcoxon => ContrastTest::Wilcoxon,
                ContrastTestWord::Permutation => ContrastTest::Permutation,
            }),
            permutations: self.permutations,
            seed: self.seed,
            correction: Correction::from(self.correct),
            options: self.rdm_files.add_to(self.tables.options()),
            memory: self.memory.limit,
            ..ContrastRequest::new(self.data.clone(), self.groups.clone())
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    arguments.targets.check(&InputFiles::new(arguments.data.iter().chain([&arguments.groups])))?;
    arguments.threads.apply()?;
    let result = arguments.request().run(&Terminal::new())?;
    arguments.targets.illustrate(&result)?;
    arguments.targets.write(&result, arguments.format)?;
    Ok(Verdict::Complete)
}
