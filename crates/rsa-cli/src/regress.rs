//! `rsakit regress`: the RDMs of subjects on several models at once.

use clap::{Args, ValueEnum};
use rsa_run::{ModelSets, RegressRequest, SubjectUnit, WeightSigns};
use rsakit::stats::{Correction, SubjectTest};

use crate::{
    format::Format,
    input_files::InputFiles,
    inputs::{RdmFiles, Tables, Threads},
    memory::Memory,
    subject_options::{FreeCorrection, SubjectTestWord, SubjectsBy},
    targets::Targets,
    terminal::Terminal,
    verdict::{Failure, Verdict},
};

/// Regress RDMs on several models: how much do these explain together, and what does each add?
///
/// Data and models are RDMs in any form that `rsakit compare --rdm` reads; each RDM of the model files is a model. Every RDM
/// of the data is a weighted sum of all models and a constant, fitted by least squares over the pairs of conditions that all
/// RDMs have. Weights are standardized: standard deviations of the data for one of the model. R² is the share of the variance
/// that all models explain together; the unique variance of a model is what R² loses without it. For up to four models, or sets
/// of models (--sets file), R² is divided into parts that one explains alone and parts that exactly some of them share. Shared
/// parts may be negative: a model then takes out of another what the data do not have.
///
/// Means, standard errors and tests are over subjects, which the first axis of each array counts (--subjects changes that).
/// Tests are of the weights. Shares of variance have none, because they are above 0 by chance, and so are weights that cannot be
/// negative. A model that is a combination of others is an error that names them.
///
/// JSON: {"rsakit", "weights", "ranks", "n_conditions", "n_pairs", "pairs_dropped", "n_subjects", "test", "correction",
/// "r_squared_by_subject", "r_squared": {"mean", "standard_error", "p"}, "models": [{"name", "weight": {"mean",
/// "standard_error", "p", "exact" (of Wilcoxon's test)}, "p_corrected", "unique", "alone" (R² by itself),
/// "weights_by_subject", "unique_by_subject"}], "parts": [{"sets", "variance", "by_subject"}] or [] with "parts_reason",
/// "test_reason" (if there is no test), "rdms": [{"name", "input", "subject", "weights", "r_squared", "unique", "alone",
/// "parts"}], "inputs", "notes"}. CSV: quantity, model, subject, value, rdm.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit regress --data brain.npz --models models.npz
  rsakit regress --data sub*.npy --models low-level.npz semantics.npz --sets file --ranks --plot parts.svg
  rsakit regress --data brain.npz --models layers.npz --weights non-negative --format json
  rsakit regress --data brain.npz --models models.npz --test wilcoxon --correct bh")]
pub(crate) struct Arguments {
    /// RDMs of subjects
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    data: Vec<String>,
    /// Only RDMs of the data whose name matches, with * and ?; may be repeated
    #[arg(long, value_name = "GLOB")]
    layers: Vec<String>,
    /// RDMs of models
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    models: Vec<String>,
    /// Only RDMs of --models whose name matches, with * and ?; may be repeated
    #[arg(long, value_name = "GLOB")]
    model_layers: Vec<String>,
    /// Signs that the weights may have
    #[arg(long, value_enum, value_name = "SIGNS", default_value_t)]
    weights: SignsWord,
    /// Take the ranks of the dissimilarities of each RDM first, as Spearman's correlation does
    #[arg(long)]
    ranks: bool,
    /// Models that are one set where R² is divided into parts
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    sets: SetsWord,
    /// RDMs of the data that are of one subject
    #[arg(long, value_enum, value_name = "UNIT", default_value_t)]
    subjects: SubjectsBy,
    /// Test of the weights over subjects
    #[arg(long, value_enum, value_name = "TEST", default_value_t)]
    test: SubjectTestWord,
    /// Correction for the number of models
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

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum SignsWord {
    #[default]
    Free,
    NonNegative,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum SetsWord {
    /// Each model
    #[default]
    Model,
    /// All models of a file
    File,
}

impl Arguments {
    fn request(&self) -> RegressRequest {
        RegressRequest {
            layers: self.layers.clone(),
            model_layers: self.model_layers.clone(),
            subjects: SubjectUnit::from(self.subjects),
            weights: match self.weights {
                SignsWord::Free => WeightSigns::Free,
                SignsWord::NonNegative => WeightSigns::NonNegative,
            },
            ranks: self.ranks,
            sets: match self.sets {
                SetsWord::Model => ModelSets::Model,
                SetsWord::File => ModelSets::File,
            },
            test: SubjectTest::from(self.test),
            correction: Correction::from(self.correct),
            options: self.rdm_files.add_to(self.tables.options()),
            memory: self.memory.limit,
            ..RegressRequest::new(self.data.clone(), self.models.clone())
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    arguments.targets.check(&InputFiles::new(arguments.data.iter().chain(&arguments.models)))?;
    arguments.threads.apply()?;
    let result = arguments.request().run(&Terminal::new())?;
    arguments.targets.illustrate(&result)?;
    arguments.targets.write(&result, arguments.format)?;
    Ok(Verdict::Complete)
}
