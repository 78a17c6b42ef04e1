//! `rsakit info`: what files hold.

use clap::Args;
use rsa_run::{InfoRequest, InfoResult};

use crate::{
    chosen_features::ChosenFeatures,
    format::PlainFormat,
    inputs::{Tables, Threads},
    memory::Memory,
    output,
    terminal::Terminal,
    verdict::{Failure, Verdict},
};

/// Say what files hold, how rsakit reads them, and which commands fit
///
/// Every array with its shape and type, labels, runs, RDMs, and what is not read with the reason. Headers are read, and
/// numbers only where it takes them to tell RDMs from layers.
///
/// --layers reads layers and adds what they are like: features with one value in all conditions (dead units), values that
/// are not finite, the smallest and largest value, the norms of the patterns, and the number of dimensions that they use.
/// This is the participation ratio, 1 if all patterns lie on one line. The plain ratio is too small if conditions are few;
/// the unbiased one is an estimate for many more conditions.
///
/// JSON: {"files": [{"name", "format", "bytes", "arrays": [{"name", "shape", "dtype", "reason"}], "layers": [{"name",
/// "n_conditions", "n_features", "labels", "n_runs", "structures", "convention", "precision", "description": {"n_constant",
/// "n_non_finite", "smallest", "largest", "norms", "dimension", "unbiased_dimension"}}], "rdms": {"names",
/// "n_conditions", "n_missing", "labels"}, "labels": {"count", "n_distinct", "first"}, "events": {"n_trials",
/// "n_conditions", "n_without_condition", "first_onset", "last_end"}, "part", "notes", "commands", "error", "prepared" (of
/// files of `rsakit prepare`)}]}.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit info net.npz
  rsakit info sub-01_betas.nii.gz labels.csv brain.mat
  rsakit info net.npz --layers 'conv*' --format json")]
pub(crate) struct Arguments {
    /// Files, one array FILE::NAME of them, or folders
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<String>,
    /// Read the layers, or those whose name matches, with * and ?, and describe them; stands after the inputs
    #[arg(long, value_name = "GLOB", num_args = 0..=1, default_missing_value = "*")]
    layers: Vec<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: PlainFormat,
    #[command(flatten)]
    tables: Tables,
    #[command(flatten)]
    features: ChosenFeatures,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    memory: Memory,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let request = InfoRequest {
        layers: (!arguments.layers.is_empty()).then(|| arguments.layers.clone()),
        options: arguments.features.add_to(arguments.tables.options()),
        memory: arguments.memory.limit,
        ..InfoRequest::new(&arguments.inputs)
    };
    arguments.threads.apply()?;
    let info = request.run(&Terminal::new())?;
    output::print(&match arguments.format {
        PlainFormat::Json => info.json()?,
        PlainFormat::Table => info.text(),
    })?;
    Ok(verdict(&info))
}

fn verdict(info: &InfoResult) -> Verdict {
    let n_failed = info.files.iter().filter(|file| file.error.is_some()).count();
    match n_failed {
        0 => Verdict::Complete,
        _ if n_failed == info.files.len() => Verdict::Nothing,
        _ => Verdict::Partial,
    }
}
