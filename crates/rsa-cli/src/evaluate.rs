//! `rsakit evaluate`: models against the RDMs of subjects.

mod settings;

use std::ops::Range;

use clap::{Args, ValueEnum};
use rsa_run::{DataSetUnit, EvaluateGridRequest, EvaluateRequest, EvaluateResult, EvaluationGrid, LeftOut, ModelFit};

use self::settings::Settings;
use crate::{
    format::{Format, extension},
    input_files::InputFiles,
    inputs::{RdmFiles, Tables, Threads},
    memory::Memory,
    say,
    targets::Targets,
    terminal::Terminal,
    verdict::{Failure, Verdict},
};

/// Evaluate models: which explains the data, how sure is that, and how good could any model be?
///
/// Data and models are RDMs in any form that `rsakit compare --rdm` reads. Each RDM of the model files is a model. The first
/// axis of each array of data counts subjects: 4 × 2 RDMs are 4 subjects with 2 RDMs each, which are drawn and left out
/// together (--subjects changes that). If both sides have labels, conditions are brought into one order. A pair of
/// conditions that is missing in any RDM is left out of all. A model or an RDM of the data whose dissimilarities are all
/// equal is left out with its reason, and the rest is evaluated. Exit status: 0 all evaluated, 3 something was left out, 1
/// no model or no subject is left or an input cannot be read, 2 wrong usage.
///
/// The score of a model is its mean comparison with the subjects. Its standard error says how far the score would vary
/// over new subjects, new conditions or both (--generalize-to). It comes from leaving some of them out, a third for
/// models with parameters (--fit); with --variance rsatoolbox from a bootstrap that weighs pairs and copies nothing; by
/// default from the variance across these subjects. The noise ceiling says how well subjects predict one another: a
/// model below its lower bound leaves something to explain. For most comparisons no model can be above the upper bound;
/// the output says what it is.
///
/// JSON: {"comparison", "generalize_to", "n_conditions", "n_subjects", "pairs_dropped", "resamples": {"requested",
/// "used", "dropped", "reasons"}, "seed", "correction", "degrees_of_freedom", "models": [{"name", "score",
/// "standard_error", "standard_error_by" (subject-values, leaving-few-out, leaving-a-third-out, resamples),
/// "degrees_of_freedom", "interval", "percentile_interval", "bootstrap_mean", "p_above_zero", "p_above_zero_bootstrap",
/// "p_above_zero_corrected", "p_permutation", "p_below_ceiling", "scores_by_subject"}], "noise_ceiling": {"lower",
/// "upper", "upper_is", "lower_interval", "upper_interval"} or null with "noise_ceiling_reason", "pairwise": [{"a",
/// "b", "difference", "standard_error", "standard_error_by", "degrees_of_freedom", "p", "p_corrected"}], "warnings",
/// "test", "exact" (of --test wilcoxon),
/// "inputs": [{"name", "holds", "similarities", "diagonal" (if they were treated so)}], "notes" (on the inputs),
/// "n_groups" (of subjects, which tests count), "rdms": [{"name", "input", "subject", "group", "scores" (of each
/// model)}], "left_out": [{"name", "input", "side": "data" or "models", "reason"}], "given": [{"name", "holds", "rdms"}] (with
/// --partial), "fits": [{"model", "rdms", "weights"}] (of --fit, fitted to all data)}. Scores are means over RDMs,
/// "scores_by_subject" over the RDMs of each subject. Intervals are of 95 %.
///
/// With --data-sets the JSON is {"rsakit", "data_sets": [{"name", "result" (as above)}], "failures": [{"name", "kind",
/// "message"}]}, and the CSV begins with the column data_set.
///
/// With --resamples-range A..B a part of the resamples is computed, to be put together by `rsakit merge`: any split, on
/// any machines, gives the bytes of one run.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit evaluate --data brain.npz --models models.npz --generalize-to both --seed 1
  rsakit evaluate --data sub*.npy --models animacy.npy layers.npz --comparison rho-a --permutations 10000 --correct max
  rsakit evaluate --data V1.npz V4.npz IT.npz --data-sets file --models models.npz --plot regions.svg
  rsakit evaluate --data sub-*.npz --data-sets label --subjects file --models models.npz --plot regions.svg
  rsakit evaluate --data brain.npz --models models.npz --test wilcoxon
  rsakit evaluate --data brain.npz --models semantics.npz --partial low-level.npz --comparison pearson
  rsakit evaluate --data brain.npz --models v1.npy --fit non-negative=layers.npz --crossvalidate subjects=2,conditions=3")]
pub(crate) struct Arguments {
    /// RDMs of subjects
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    data: Vec<String>,
    /// Only RDMs of the data whose name matches, with * and ?; may be repeated
    #[arg(long, value_name = "GLOB")]
    layers: Vec<String>,
    /// RDMs of models
    #[arg(long, value_name = "FILE", required_unless_present = "fits", num_args = 1..)]
    models: Vec<String>,
    /// A model with parameters, of all RDMs of FILE: selection, weighted, non-negative or interpolated; may be repeated
    #[arg(long = "fit", value_name = "KIND=FILE", requires = "crossvalidate")]
    fits: Vec<ModelFit>,
    /// RDMs to control for: pearson and spearman become partial correlations given all RDMs of these files
    ///
    /// Data and models keep what the given RDMs do not explain, on the pairs of every resample and fold.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    partial: Vec<String>,
    /// Only RDMs of --models and --fit whose name matches, with * and ?; may be repeated
    #[arg(long, value_name = "GLOB")]
    model_layers: Vec<String>,
    /// Evaluate several sets of data, such as regions or points in time, each by itself
    ///
    /// Tests are corrected for the models of one set, not for the number of sets. The figure has bars of each set, or a
    /// heatmap of sets × models if there are many.
    #[arg(long, value_enum, value_name = "UNIT", conflicts_with = "resamples_range")]
    data_sets: Option<DataSetWord>,
    #[command(flatten)]
    settings: Settings,
    /// Compute resamples A to B (not included) alone, and write them to --out
    #[arg(long, value_name = "A..B", value_parser = range, requires = "out")]
    resamples_range: Option<Range<u64>>,
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

/// RDMs of the data that are one set, by their word.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum DataSetWord {
    /// RDMs of one file: one file a region
    File,
    /// RDMs of one name: one file a subject, with an RDM for each region
    Label,
}

impl From<DataSetWord> for DataSetUnit {
    fn from(word: DataSetWord) -> Self {
        match word {
            DataSetWord::File => Self::File,
            DataSetWord::Label => Self::Label,
        }
    }
}

fn range(text: &str) -> Result<Range<u64>, String> {
    let ends = text.split_once("..").and_then(|(from, to)| Some(from.trim().parse().ok()?..to.trim().parse().ok()?));
    ends.filter(|range: &Range<u64>| !range.is_empty()).ok_or_else(|| "write two numbers, as in 0..100".to_owned())
}

impl Arguments {
    fn request(&self) -> EvaluateRequest {
        let request = EvaluateRequest::new(self.data.clone(), self.models.clone());
        let (fits, partial) = (self.fits.clone(), self.partial.clone());
        let (layers, model_layers) = (self.layers.clone(), self.model_layers.clone());
        let (options, memory) = (self.rdm_files.add_to(self.tables.options()), self.memory.limit);
        self.settings.set(EvaluateRequest { fits, partial, layers, model_layers, options, memory, ..request })
    }

    /// Returns an error if the options of a part of the resamples contradict one another.
    fn check_part(&self) -> Result<(), Failure> {
        let out = self.targets.output.out.as_deref().map(extension);
        if self.resamples_range.is_some() != out.is_some_and(|extension| extension == "npz") {
            return Err(Failure::usage(
                "a part of the resamples is written to a .npz file, and only that: give --resamples-range A..B and --out \
                 part.npz together",
            ));
        }
        if self.resamples_range.is_some() && (self.format.is_some() || self.targets.are_seen()) {
            return Err(Failure::usage(
                "--format, --plot and --report do not go with --resamples-range, which writes a .npz file",
            ));
        }
        Ok(())
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let request = arguments.request();
    arguments.targets.check(&input_files(&request))?;
    arguments.check_part()?;
    arguments.threads.apply()?;
    if let Some(range) = &arguments.resamples_range {
        let part = request.run_part(range.clone(), &Terminal::new())?;
        arguments.targets.output.write_with(|file| part.write(file))?;
        return Ok(verdict(&part.left_out));
    }
    if let Some(unit) = arguments.data_sets {
        let grid = EvaluateGridRequest { evaluation: request, unit: unit.into() }.run(&Terminal::new())?;
        return finish_grid(&grid, arguments.format, &arguments.targets);
    }
    finish(&request.run(&Terminal::new())?, arguments.format, &arguments.targets)
}

fn input_files(request: &EvaluateRequest) -> InputFiles {
    let fits = request.fits.iter().map(|fit| &fit.file);
    let groups = [&request.subject_groups, &request.condition_groups];
    InputFiles::new(request.data.iter().chain(&request.models).chain(fits).chain(&request.partial))
        .with_paths(groups.into_iter().flatten())
}

fn verdict(left_out: &[LeftOut]) -> Verdict {
    if left_out.is_empty() { Verdict::Complete } else { Verdict::Partial }
}

/// Draws, reports, and prints or writes an evaluation.
pub(crate) fn finish(result: &EvaluateResult, format: Option<Format>, targets: &Targets) -> Result<Verdict, Failure> {
    targets.illustrate(result)?;
    targets.write(result, format)?;
    Ok(verdict(&result.left_out))
}

/// Draws, reports, and prints or writes evaluations of several sets of data.
fn finish_grid(grid: &EvaluationGrid, format: Option<Format>, targets: &Targets) -> Result<Verdict, Failure> {
    for failure in &grid.failures {
        say::error(format_args!("{}: {}", failure.name, failure.message));
    }
    targets.illustrate(grid)?;
    targets.write(grid, format)?;
    let is_complete = grid.failures.is_empty() && grid.data_sets.iter().all(|set| set.result.left_out.is_empty());
    Ok(if is_complete { Verdict::Complete } else { Verdict::Partial })
}
