//! `rsakit transform`: from stored RDMs to RDMs.

use std::path::PathBuf;

use clap::{Arg, Args, ValueEnum};
use rsa_run::{Combination, MeanUnit, RescaleWeights, TransformRequest, TransformStep};

use crate::{
    input_files::InputFiles,
    inputs::{RdmFiles, Tables, Threads},
    memory::Memory,
    occurrences::{TypedStep, TypedSteps, flag, repeated},
    rdm_targets::RdmTargets,
    terminal::Terminal,
    verdict::{Failure, Verdict},
};

/// Transform stored RDMs: average, choose and reorder conditions, rescale, join files
///
/// Inputs are RDMs in any form that `rsakit compare --rdm` reads, never patterns: `rsakit rdm` makes RDMs of patterns. All
/// are read first and brought into one order of conditions by their labels. Then each step is applied to all of them, in
/// the order in which the steps are typed: `--sqrt --mean` averages roots, `--mean --sqrt` takes the root of the mean.
/// Without a step the RDMs of all inputs are joined in one file.
///
/// A pair that some RDMs lack is averaged over the others, and a note says how many there are. RDMs of different
/// conditions are refused unless --combine says what to do with them. Negative dissimilarities, as crossnobis has them, have
/// no root and no square: --positive sets them to 0 first, or average first.
///
/// JSON: {"rsakit", "steps" (in order), "n_conditions", "conditions" (null without labels), "rdms": [{"name", "values" (null
/// where one is missing), "noise": null, "rounding"}], "failures": [], "warnings": […], "inputs": [{"name", "holds",
/// "similarities", "diagonal" (if they were treated so)}]}. The other forms are those of `rsakit rdm --out`.
///
/// Exit status: 0 done, 1 an input cannot be read or a step has no answer, 2 wrong usage.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit transform sub-*.npz --mean --out group.npz
  rsakit transform brain.npz --keep 'face*' --keep 'house*' --positive --sqrt --out faces_houses.npz
  rsakit transform sessions.npz --mean=axis0 --ranks --plot subjects.svg
  rsakit transform trial*.csv --combine union --rescale evidence --mean --out arrangement.npz
  rsakit transform brain.npz --blocks labels.csv::category --out categories.csv
  rsakit transform rdms.npy --names subjects.txt --conditions conditions.txt --out brain.npz
  rsakit transform brain.npz --mean --plot group.svg --plot-groups labels.csv::category --plot-icons stimuli/
  rsakit transform brain.npz --mean --plot tree.png --plot-order dendrogram")]
pub(crate) struct Arguments {
    /// Stored RDMs
    #[arg(value_name = "RDMS", required = true)]
    inputs: Vec<String>,
    #[command(flatten)]
    steps: TypedSteps<TransformStep>,
    /// Labels of the conditions, one a line, for RDMs that have none
    #[arg(long, value_name = "FILE")]
    conditions: Option<PathBuf>,
    /// Names of the RDMs, one a line in the order of the inputs, such as subjects; for .npy files, which have none
    #[arg(long, value_name = "FILE")]
    names: Option<PathBuf>,
    /// RDMs of different conditions: extend them to all conditions, or keep those that all share
    #[arg(long, value_enum, value_name = "HOW")]
    combine: Option<CombinationWord>,
    /// Weight of each RDM in the first mean: a number for each, one a line
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// Only RDMs whose name matches, with * and ?; may be repeated
    #[arg(long, value_name = "GLOB")]
    layers: Vec<String>,
    #[command(flatten)]
    rdm_files: RdmFiles,
    #[command(flatten)]
    tables: Tables,
    #[command(flatten)]
    rdm_targets: RdmTargets,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    memory: Memory,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum CombinationWord {
    /// Pairs that an RDM lacks are missing
    Union,
    /// Conditions that all RDMs have
    Shared,
}

impl TypedStep for TransformStep {
    fn options() -> Vec<Arg> {
        vec![
            repeated(
                "keep",
                "GLOB",
                "Keep conditions whose label matches, with * and ?; repeated without another step between: any of them",
            ),
            repeated("drop", "GLOB", "Leave out conditions whose label matches"),
            repeated("order", "FILE", "Bring the conditions into the order of this file, which lists all labels"),
            repeated(
                "blocks",
                "FILE[::COLUMN]",
                "Average over groups of conditions; the file has the group of each, by label or in order",
            ),
            repeated(
                "mean",
                "OVER",
                "Average RDMs: all, or those of one place on axis0, of one file, or of one label (name)",
            )
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("all")
            .value_parser(["all", "axis0", "file", "label"]),
            repeated("mean-groups", "FILE", "Average RDMs of one group; the file has a label for each RDM, one a line"),
            repeated(
                "rescale",
                "WEIGHTS",
                "Bring partial RDMs to one scale by the pairs they share; --mean right after it weighs alike",
            )
            .value_parser(["evidence", "set-size", "simple"]),
            flag("sqrt", "Take square roots: from squared distances to distances"),
            flag("square", "Square: from distances to squared distances"),
            flag("ranks", "Replace dissimilarities by their ranks, from 1"),
            flag("positive", "Set negative dissimilarities to 0"),
            flag("min-max", "Shift and scale each RDM to the range from 0 to 1"),
            flag("one-minus", "Take 1 − d: from similarities to dissimilarities and back"),
        ]
    }

    fn of(name: &str, value: &str) -> Option<Self> {
        Some(match (name, value) {
            ("keep", glob) => Self::Keep(vec![glob.to_owned()]),
            ("drop", glob) => Self::Drop(vec![glob.to_owned()]),
            ("order", file) => Self::Order(file.into()),
            ("blocks", file) => Self::Blocks(file.to_owned()),
            ("mean", "all") => Self::Mean(MeanUnit::All),
            ("mean", "axis0") => Self::Mean(MeanUnit::Axis0),
            ("mean", "file") => Self::Mean(MeanUnit::File),
            ("mean", "label") => Self::Mean(MeanUnit::Label),
            ("mean-groups", file) => Self::Mean(MeanUnit::Groups(file.into())),
            ("rescale", "evidence") => Self::Rescale(RescaleWeights::Evidence),
            ("rescale", "set-size") => Self::Rescale(RescaleWeights::SetSize),
            ("rescale", "simple") => Self::Rescale(RescaleWeights::Simple),
            ("sqrt", _) => Self::Sqrt,
            ("square", _) => Self::Square,
            ("ranks", _) => Self::Ranks,
            ("positive", _) => Self::Positive,
            ("min-max", _) => Self::MinMax,
            ("one-minus", _) => Self::OneMinus,
            _ => return None,
        })
    }

    fn then(self, next: Self) -> Vec<Self> {
        match (self, next) {
            (Self::Keep(patterns), Self::Keep(more)) => vec![Self::Keep([patterns, more].concat())],
            (Self::Drop(patterns), Self::Drop(more)) => vec![Self::Drop([patterns, more].concat())],
            (step, next) => vec![step, next],
        }
    }
}

impl Arguments {
    fn input_files(&self) -> InputFiles {
        let of_steps = self.steps.0.iter().filter_map(|step| match step {
            TransformStep::Order(path) | TransformStep::Mean(MeanUnit::Groups(path)) => {
                Some(path.display().to_string())
            }
            TransformStep::Blocks(file) => Some(file.clone()),
            _ => None,
        });
        let all: Vec<String> = self.inputs.iter().cloned().chain(of_steps).collect();
        InputFiles::new(&all).with_paths([&self.conditions, &self.names, &self.weights].into_iter().flatten())
    }

    fn request(&self) -> TransformRequest {
        TransformRequest {
            steps: self.steps.0.clone(),
            layers: self.layers.clone(),
            conditions: self.conditions.clone(),
            names: self.names.clone(),
            combine: self.combine.map(|word| match word {
                CombinationWord::Union => Combination::Union,
                CombinationWord::Shared => Combination::Shared,
            }),
            weights: self.weights.clone(),
            options: self.rdm_files.add_to(self.tables.options()),
            memory: self.memory.limit,
            ..TransformRequest::new(self.inputs.clone())
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    arguments.rdm_targets.check(arguments.input_files())?;
    arguments.threads.apply()?;
    let result = arguments.request().run(&Terminal::new())?;
    arguments.rdm_targets.finish(&result)
}
