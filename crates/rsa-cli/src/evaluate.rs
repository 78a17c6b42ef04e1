//! `rsakit evaluate`: models against the RDMs of subjects.

pub(crate) mod figure;
mod models;
pub(crate) mod page;
mod part;
mod render;
mod settings;

use std::{ops::Range, path::PathBuf};

use clap::Args;
use rsa_io::PartFile;
use rsakit::{
    Rdm,
    stats::{Evaluation, Model, Part, RdmSet},
};
use serde::{Deserialize, Serialize};

pub(crate) use self::part::KIND;
use self::settings::Settings;
use crate::{
    format::{Format, extension},
    inputs::{Tables, Threads},
    output::Output,
    page::{Input, command_line},
    progress, say,
    targets::Targets,
    verdict::{Failure, Verdict},
};

/// Which model explains the data, how sure is that, and how good could any model be?
///
/// Data and models are RDMs in any form that `rsakit compare --rdm` reads: those of all data files are the subjects, those
/// of all model files the models. Where both sides have labels, conditions are brought into one order. A pair of
/// conditions that is missing anywhere is left out everywhere.
///
/// The score of a model is its mean comparison with the subjects. Its standard error is about new subjects, new
/// conditions or both, as --generalize-to says, by leaving some out (with --variance rsatoolbox by a bootstrap, which
/// weighs pairs and copies nothing); by default it is that across these subjects. The noise ceiling says how well subjects
/// predict one another: a model below its lower bound leaves something to explain. What its upper bound is, the output
/// says: for most comparisons no model can be above it.
///
/// JSON: {"comparison", "generalize_to", "n_conditions", "n_subjects", "pairs_dropped", "resamples": {"requested", "used",
/// "dropped", "reasons"}, "seed", "correction", "degrees_of_freedom", "models": [{"name", "score", "standard_error",
/// "degrees_of_freedom", "interval", "percentile_interval", "bootstrap_mean", "p_above_zero", "p_above_zero_bootstrap",
/// "p_above_zero_corrected", "p_permutation", "p_below_ceiling", "scores_by_subject"}], "noise_ceiling": {"lower", "upper",
/// "upper_is", "lower_interval", "upper_interval"} or null with "noise_ceiling_reason", "pairwise": [{"a", "b",
/// "difference", "standard_error", "degrees_of_freedom", "p", "p_corrected"}], "warnings"}. Intervals are of 95 %.
///
/// With --resamples-range A..B a part of the resamples is computed, to be put together by `rsakit merge`: any split, on
/// any machines, gives the very bytes of one run.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit evaluate --data brain.npz --models models.npz --generalize-to both --seed 1
  rsakit evaluate --data sub*.npy --models animacy.npy layers.npz --comparison rho-a --permutations 10000 --correct max
  rsakit evaluate --data brain.npz --models v1.npy --fit non-negative=layers.npz --crossvalidate subjects=2,conditions=3")]
pub(crate) struct Arguments {
    /// RDMs of subjects
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    data: Vec<String>,
    /// RDMs of models
    #[arg(long, value_name = "FILE", required_unless_present = "fits", num_args = 1..)]
    models: Vec<String>,
    /// A model with parameters, of all RDMs of FILE: selection, weighted, non-negative or interpolated; may be repeated
    #[arg(long = "fit", value_name = "KIND=FILE", requires = "crossvalidate")]
    fits: Vec<String>,
    #[command(flatten)]
    settings: Settings,
    /// Compute resamples A to B (not included) alone, and write them to --out
    #[arg(long, value_name = "A..B", value_parser = range, requires = "out")]
    resamples_range: Option<Range<u64>>,
    /// How to print [default: by the extension of --out, otherwise table]
    #[arg(long, value_enum)]
    format: Option<Format>,
    #[command(flatten)]
    tables: Tables,
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    threads: Threads,
}

fn range(text: &str) -> Result<Range<u64>, String> {
    let ends = text.split_once("..").and_then(|(from, to)| Some(from.trim().parse().ok()?..to.trim().parse().ok()?));
    ends.filter(|range: &Range<u64>| !range.is_empty()).ok_or_else(|| "write two numbers, as in 0..100".to_owned())
}

/// What is evaluated, in one order of conditions.
struct Materials {
    models: Vec<Model>,
    data: Vec<Rdm>,
    origin: Origin,
}

/// Where models and data are from.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Origin {
    pub(crate) inputs: Vec<Input>,
    /// What the inputs left out, and what was done to them.
    pub(crate) notes: Vec<String>,
}

impl Arguments {
    /// Whether the evaluation is shown in some way, which a part of it cannot be.
    fn shows(&self) -> bool {
        self.format.is_some() || self.targets.are_seen()
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    arguments.targets.check()?;
    let out = arguments.targets.output.out.as_deref().map(extension);
    if arguments.resamples_range.is_some() != out.is_some_and(|extension| extension == "npz") {
        return Err(Failure::usage(
            "a part of the resamples is written to a .npz file, and only that: give --resamples-range A..B and --out \
             part.npz together",
        ));
    }
    if arguments.resamples_range.is_some() && arguments.shows() {
        return Err(Failure::usage(
            "--format, --plot and --report do not go with --resamples-range, which writes a .npz file",
        ));
    }
    arguments.threads.apply()?;
    let (part, Materials { origin, .. }) = compute(arguments)?;
    if arguments.resamples_range.is_some() {
        return part::write(&part, &origin, &arguments.targets.output).map(|()| Verdict::Complete);
    }
    finish(&part.conclude().map_err(Failure::impossible)?, &origin, arguments.format, &arguments.targets)
}

/// Puts parts together, and shows the whole.
pub(crate) fn merge(
    files: Vec<(PathBuf, PartFile)>,
    format: Option<Format>,
    targets: &Targets,
) -> Result<Verdict, Failure> {
    let (evaluation, origin) = part::merge(files)?;
    finish(&evaluation, &origin, format, targets)
}

/// Draws, reports, and prints or writes an evaluation.
fn finish(
    evaluation: &Evaluation,
    origin: &Origin,
    format: Option<Format>,
    targets: &Targets,
) -> Result<Verdict, Failure> {
    targets.show(
        |style| figure::draw(evaluation, style),
        || page::page(evaluation, &origin.notes, &origin.inputs, &[command_line()]),
    )?;
    show(evaluation, format, &targets.output)
}

/// Reads what is evaluated and computes the resamples that are asked for.
fn compute(arguments: &Arguments) -> Result<(Part, Materials), Failure> {
    let materials = Materials::read(&arguments.data, &arguments.models, &arguments.fits, &arguments.tables.options())?;
    let inference = arguments.settings.inference()?;
    for note in &materials.origin.notes {
        say::note(note);
    }
    let range = arguments.resamples_range.clone().unwrap_or(0..inference.n_resamples());
    if range.end > inference.n_resamples() {
        return Err(Failure::usage(format_args!(
            "--resamples-range {}..{} of {} resamples; a range is within --resamples N, and resamples need \
             --generalize-to subjects, conditions or both",
            range.start,
            range.end,
            inference.n_resamples()
        )));
    }
    let bar = progress::bar(range.end.saturating_sub(range.start));
    let observer = StageBar(&bar);
    let rdms = RdmSet::new_observed(inference.comparison, &materials.models, &materials.data, &observer);
    let part = Part::compute_observed(&inference, &rdms.map_err(failure)?, range, &observer).map_err(failure)?;
    bar.finish_and_clear();
    Ok((part, materials))
}

/// Shows the progress of each stage on one bar.
struct StageBar<'b>(&'b indicatif::ProgressBar);

impl rsakit::core::Observer for StageBar<'_> {
    fn progress(&self, stage: &str, done: u64, total: u64) {
        if self.0.message() != stage {
            self.0.set_message(stage.to_owned());
            self.0.set_length(total);
        }
        self.0.set_position(done);
    }
}

/// The whole evaluation, with where it is from.
pub(crate) fn evaluation(arguments: &Arguments) -> Result<(Evaluation, Origin), Failure> {
    let (part, Materials { origin, .. }) = compute(arguments)?;
    Ok((part.conclude().map_err(Failure::impossible)?, origin))
}

/// What the settings do not allow is wrong usage; what the data do not, is not.
fn failure(error: rsakit::Error) -> Failure {
    match error.kind().name() {
        "InvalidParameter" => Failure::usage(error),
        _ => Failure::impossible(error),
    }
}

/// Prints or writes an evaluation.
pub(crate) fn show(evaluation: &Evaluation, format: Option<Format>, output: &Output) -> Result<Verdict, Failure> {
    let format = Format::of(format, output.out.as_deref());
    output.write(&render::text(evaluation, format)?)?;
    Ok(Verdict::Complete)
}
