//! `rsakit accumulate`: the sums of some of the conditions, to be merged with the sums of the others.

use std::{ops::Range, path::PathBuf};

use clap::Args;
use rsa_run::AccumulateRequest;

use crate::{
    chosen_features::ChosenFeatures,
    compare::parse_or,
    format::extension,
    input_files::InputFiles,
    inputs::{Tables, Threads},
    memory::Memory,
    output::Output,
    terminal::Terminal,
    verdict::{Failure, Verdict},
};

/// Sum up some of the conditions of layers, to be merged with the rest elsewhere
///
/// Any split of the conditions over any machines gives, after `rsakit merge`, the scores of one run, to 1e-10. Files are
/// read in blocks and may be larger than the memory. Measures are those that are sums over conditions: cka and
/// cka:hsic=unbiased (linear), cca, svcca and pwcca. For cka, sums need memory for p × q numbers for each pair
/// of layers of p and q features; for the others, for the square of the number of all features.
///
/// A part knows what it is of: layers, their features and numbers, measures and conditions. `rsakit merge` refuses by name
/// what is truncated, of other layers or measures, there twice, or missing.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit accumulate a.npy b.npy --rows 0..100000 --out part0.npz
  rsakit accumulate a.npy b.npy --rows 100000..250000 --out part1.npz
  rsakit merge part0.npz part1.npz

As a SLURM array job, 10 tasks of 75 000 conditions:
  #SBATCH --array=0-9 --mem=2G --cpus-per-task=2
  from=$((SLURM_ARRAY_TASK_ID * 75000))
  rsakit accumulate a.npy b.npy --measure cka:hsic=unbiased --rows $from..$((from + 75000)) \\
      --memory 1800MiB --threads $SLURM_CPUS_PER_TASK --out part$SLURM_ARRAY_TASK_ID.npz
and, when all are done, rsakit merge part*.npz --out scores.json. With Ray or Dask, each task runs the same command by
subprocess.run([\"rsakit\", \"accumulate\", ...]).")]
pub(crate) struct Arguments {
    /// Layers of the first network
    #[arg(value_name = "A")]
    first: String,
    /// Layers of the second network; without it the layers of A are held against each other
    #[arg(value_name = "B")]
    second: Option<String>,
    /// A measure that will be asked for; may be repeated [default: cka]
    #[arg(long = "measure", value_name = "SPEC")]
    measures: Vec<String>,
    /// The conditions to sum up, counted from 0, the last not included [default: all]
    #[arg(long, value_name = "FROM..TO", value_parser = range)]
    rows: Option<Range<usize>>,
    /// Only layers whose name matches, with * and ?; may be repeated
    #[arg(long, value_name = "GLOB")]
    layers: Vec<String>,
    /// Where to write the part, a .npz file
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    tables: Tables,
    #[command(flatten)]
    features: ChosenFeatures,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    memory: Memory,
}

fn range(text: &str) -> Result<Range<usize>, String> {
    let ends = text.split_once("..").and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
    ends.filter(|range| range.start < range.end)
        .ok_or_else(|| "conditions are given as FROM..TO, such as 0..1000".to_owned())
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let output = Output { out: Some(arguments.out.clone()), force: arguments.force };
    let inputs = InputFiles::new(std::iter::once(&arguments.first).chain(&arguments.second));
    output.check(&inputs.with_paths(arguments.features.files()))?;
    if extension(&arguments.out) != "npz" {
        return Err(Failure::usage("a part is written to a .npz file: give --out part.npz"));
    }
    arguments.threads.apply()?;
    let inputs = AccumulateRequest::new(&arguments.first, arguments.second.as_deref());
    let request = AccumulateRequest {
        measures: parse_or(&arguments.measures, inputs.measures)?,
        rows: arguments.rows.clone(),
        layers: arguments.layers.clone(),
        options: arguments.features.add_to(arguments.tables.options()),
        memory: arguments.memory.limit,
        ..inputs
    };
    let part = request.run(&Terminal::new())?;
    output.write_with(|file| part.write(file))?;
    Ok(Verdict::Complete)
}
