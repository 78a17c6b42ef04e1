//! `rsakit prepare`: from patterns to patterns.

use std::path::PathBuf;

use clap::{Arg, Args};
use rsa_run::{AverageUnit, PrepareRequest, PrepareResult, PrepareStep, RowScope};

use crate::{
    chosen_features::ChosenFeatures,
    format::{PlainFormat, extension},
    input_files::InputFiles,
    inputs::{Tables, Threads},
    memory::Memory,
    noise::Noise,
    occurrences::{TypedStep, TypedSteps, flag, repeated},
    output::{self, Output},
    row_labels::RowLabelFiles,
    terminal::Terminal,
    verdict::{Failure, Verdict},
};

/// Prepare patterns: choose trials, standardize, average, make pseudo-trials, whiten
///
/// Rows are trials, volumes or conditions; --conditions and --runs, or the arrays of these names in the input, say which
/// condition and run each is of. The steps are applied to every layer in the order in which they are typed: `--zscore runs
/// --average runs` averages z-scores, the other order scores averages.
///
/// With --out FILE.npz the patterns are written under the names of their layers, with the arrays `conditions` and `runs`, which
/// every command reads, and the text `prepared`, which says what was done; `rsakit info` shows it. Several inputs are layers of
/// one file, if they have the same rows; with --out FOLDER each has a file of its own. Without --out nothing is written, and
/// what would be is printed.
///
/// A z-score takes the standard deviation over the n rows of a run, as SciPy does. A feature that is constant in a run is 0
/// there, and a note names and counts such features; --drop-features dead leaves out those that are constant over all rows.
/// Pseudo-trials are means of N trials of one condition (in one run, if runs are known), drawn at random by --seed, and the
/// same in all layers; trials left over are left out and counted. --whiten multiplies patterns by the symmetric root of the
/// precision of their noise: squared Euclidean distances per feature are Mahalanobis distances then. Where --noise-per run
/// whitens each run by itself, crossnobis distances differ slightly from those of `rsakit rdm --noise-per run`, which weighs
/// two runs by the mean of their covariances.
///
/// JSON: {"rsakit", "steps" (in order), "layers": [{"name", "n_rows", "n_features", "conditions", "runs" (null without labels),
/// "done": [a sentence for each step]}], "warnings": […], "inputs": [{"name", "holds", "convention" (of arrays of three or more
/// axes)}]}.
///
/// Exit status: 0 done, 1 an input cannot be read or a step has no answer, 2 wrong usage.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit prepare sub-01.npz --zscore runs --average runs --out sub-01_means.npz
  rsakit prepare sub-*.npy --conditions '{}_events.tsv' --runs '{}_runs.txt' --keep 'face*' --keep 'house*' \\
      --pseudo-trials 5 --seed 1 --out pseudo/
  rsakit prepare betas.nii.gz --mask brain.nii.gz --events events.tsv --keep-rows correct=1 --conditions events.tsv \\
      --average conditions --out correct.npz
  rsakit prepare betas.nii.gz --mask brain.nii.gz --conditions conditions.txt --residuals residuals.nii.gz --dof 1180 \\
      --noise shrinkage-diagonal --whiten --out white.npz")]
pub(crate) struct Arguments {
    /// Patterns or measurements
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<String>,
    #[command(flatten)]
    steps: TypedSteps<PrepareStep>,
    #[command(flatten)]
    rows: RowLabelFiles,
    /// A table with a line for each row and named columns, for --keep-rows and --drop-rows
    ///
    /// For several inputs as --conditions.
    #[arg(long, value_name = "FILE")]
    events: Vec<String>,
    #[command(flatten)]
    noise: Noise,
    /// Seed of the pseudo-trials
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Only layers whose name matches, with * and ?; may be repeated
    #[arg(long, value_name = "GLOB")]
    layers: Vec<String>,
    /// Format of what is printed without --out [default: table]
    #[arg(long, value_enum, conflicts_with = "out")]
    format: Option<PlainFormat>,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    tables: Tables,
    #[command(flatten)]
    features: ChosenFeatures,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    memory: Memory,
}

impl TypedStep for PrepareStep {
    fn options() -> Vec<Arg> {
        let scope = |name, help| repeated(name, "WITHIN", help).value_parser(["runs", "all"]);
        vec![
            repeated(
                "keep",
                "GLOB",
                "Keep rows whose condition matches, with * and ?; repeated without another step between: any of them",
            ),
            repeated("drop", "GLOB", "Leave out rows whose condition matches"),
            repeated("keep-rows", "COLUMN=GLOB", "Keep rows whose cell in a column of --events matches"),
            repeated("drop-rows", "COLUMN=GLOB", "Leave out rows whose cell in a column of --events matches"),
            scope("center", "Subtract the mean of each feature, within each run or over all rows"),
            scope("zscore", "Bring each feature to mean 0 and standard deviation 1, within each run or over all rows"),
            repeated("average", "OF", "Average the rows of each condition, over all rows or within each run")
                .value_parser(["conditions", "runs"]),
            repeated("pseudo-trials", "N", "Average N trials of one condition, and run, drawn at random")
                .value_parser(|text: &str| text.parse::<usize>().map(|_| text.to_owned())),
            flag("whiten", "Whiten patterns by the noise of --noise or --precision"),
        ]
    }

    fn of(name: &str, value: &str) -> Option<Self> {
        Some(match (name, value) {
            ("keep", glob) => Self::Keep(vec![glob.to_owned()]),
            ("drop", glob) => Self::Drop(vec![glob.to_owned()]),
            ("keep-rows", rule) => Self::KeepRows(rule.to_owned()),
            ("drop-rows", rule) => Self::DropRows(rule.to_owned()),
            ("center", "runs") => Self::Center(RowScope::Runs),
            ("center", "all") => Self::Center(RowScope::All),
            ("zscore", "runs") => Self::Zscore(RowScope::Runs),
            ("zscore", "all") => Self::Zscore(RowScope::All),
            ("average", "conditions") => Self::Average(AverageUnit::Conditions),
            ("average", "runs") => Self::Average(AverageUnit::Runs),
            ("pseudo-trials", size) => Self::PseudoTrials(size.parse().ok()?),
            ("whiten", _) => Self::Whiten,
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
    fn request(&self) -> PrepareRequest {
        PrepareRequest {
            steps: self.steps.0.clone(),
            conditions: self.rows.conditions.clone(),
            runs: self.rows.runs.clone(),
            events: self.events.clone(),
            noise: self.noise.settings(),
            seed: self.seed,
            layers: self.layers.clone(),
            options: self.features.add_to(self.tables.options()),
            memory: self.memory.limit,
            ..PrepareRequest::new(self.inputs.clone())
        }
    }

    /// Returns each file that is written with the request for its patterns; none without --out.
    fn files(&self, request: &PrepareRequest) -> Result<Vec<(Output, PrepareRequest)>, Failure> {
        let Some(out) = &self.output.out else { return Ok(Vec::new()) };
        let output = |path: PathBuf| Output { out: Some(path), force: self.output.force };
        if !out.is_dir() {
            return match extension(out).as_str() {
                "npz" => Ok(vec![(output(out.clone()), request.clone())]),
                _ => Err(Failure::usage(format_args!(
                    "--out {}: patterns are written to a .npz file, or to a folder that exists, one file for each input",
                    out.display()
                ))),
            };
        }
        let mut files: Vec<(Output, PrepareRequest)> = Vec::new();
        for (name, own) in rsa_run::name_inputs(&self.inputs).into_iter().zip(request.for_each_input()?) {
            let path = out.join(format!("{name}.npz"));
            if files.iter().any(|(other, _)| other.out.as_ref() == Some(&path)) {
                return Err(Failure::usage(format_args!(
                    "two inputs would be written to {}; prepare them one by one, each with its --out FILE.npz",
                    path.display()
                )));
            }
            files.push((output(path), own));
        }
        Ok(files)
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let request = arguments.request();
    let inputs =
        InputFiles::new(&arguments.inputs).with_paths(&request.files()?).with_paths(arguments.features.files());
    let files = arguments.files(&request)?;
    files.iter().try_for_each(|(output, _)| output.check(&inputs))?;
    arguments.threads.apply()?;
    if files.is_empty() {
        return print(&request.run(&Terminal::new())?, arguments.format.unwrap_or_default());
    }
    for (output, own) in &files {
        let result = own.run(&Terminal::new())?;
        result.ensure_same_rows()?;
        output.write_with(|file| result.write_npz(file))?;
    }
    Ok(Verdict::Complete)
}

fn print(result: &PrepareResult, format: PlainFormat) -> Result<Verdict, Failure> {
    output::print(&match format {
        PlainFormat::Json => result.json()?,
        PlainFormat::Table => result.text(),
    })?;
    Ok(Verdict::Complete)
}
