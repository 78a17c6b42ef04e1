//! `rsakit accumulate`: the sums of some of the conditions, to be merged with those of the others.

mod part;

use std::{ops::Range, path::PathBuf};

use clap::Args;
use rsakit::{
    Measure, MeasureSpec,
    core::{AnyMeasure, RowBlocks, Streaming, blocks},
};

pub(crate) use self::part::{KIND, merge};
use self::part::{PartHeader, fingerprint};
use crate::{
    compare::{Sides, parsed},
    format::extension,
    inputs::{Tables, Threads, Wanted},
    memory::Memory,
    output::Output,
    progress, say,
    streaming::{Route, Sums, conditions_per_block},
    verdict::{Failure, Verdict},
};

/// The measure of a run that names none.
const DEFAULT_MEASURES: [&str; 1] = ["cka"];

/// Sum up some of the conditions of layers, to be merged with the rest elsewhere
///
/// Any split of the conditions over any machines gives, after `rsakit merge`, the scores of one run, to 1e-10. Files are
/// read in blocks and may be larger than the memory. Measures are those that are sums over conditions: cka and
/// cka:hsic=unbiased (linear), cca, svcca and pwcca; they need memory for p × q numbers for each pair of layers of p and q
/// features.
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
    output.check()?;
    if extension(&arguments.out) != "npz" {
        return Err(Failure::usage("a part is written to a .npz file: give --out part.npz"));
    }
    arguments.threads.apply()?;
    let asked: Vec<_> = arguments.measures.iter().map(String::as_str).collect();
    let measures = parsed::<MeasureSpec>(&asked, &DEFAULT_MEASURES)?;
    let built: Vec<AnyMeasure> = measures.iter().map(MeasureSpec::measure).collect();
    let routes = built.iter().zip(&measures).map(|(measure, spec)| route(measure, spec));
    let routes = routes.collect::<Result<Vec<Route<'_>>, _>>()?;
    let routes: Vec<&dyn Streaming> = routes.iter().map(AsRef::as_ref).collect();
    let (wanted, options) = (Wanted::new(&arguments.layers)?, arguments.tables.options());
    let sides = Sides::open(&arguments.first, arguments.second.as_deref(), &wanted, &options)?;
    for note in &sides.notes {
        say::note(note);
    }
    sides.ensure_one_order().map_err(Failure::impossible)?;
    let n = sides.n_conditions();
    let rows = arguments.rows.clone().unwrap_or(0..n);
    if rows.end > n {
        return Err(Failure::usage(format_args!("--rows {}..{} of {n} conditions", rows.start, rows.end)));
    }
    let (origins, shape) = (sides.origins(), sides.shape());
    let widths: Vec<usize> = origins.iter().map(|origin| origin.features).collect();
    let features = widths.iter().sum();
    let per_block = conditions_per_block(&routes, features);
    Sums::ensure_fits(&routes, &widths, shape, per_block, arguments.memory.budget()).map_err(Failure::impossible)?;
    let layers: Vec<&rsa_io::Layer> = sides.all_layers().collect();
    layers.iter().try_for_each(|layer| layer.ensure_read_in_place()).map_err(Failure::impossible)?;
    let header = PartHeader {
        measures: measures.iter().map(ToString::to_string).collect(),
        inputs: sides.inputs(),
        shape,
        layers: origins,
        n_conditions: n,
        fingerprint: fingerprint(&layers).map_err(Failure::impossible)?,
        first: rows.start,
        last: rows.end,
        notes: sides.notes.clone(),
    };
    let mut sums = Sums::new(&routes, &widths, shape);
    let bar = progress::bar(rows.len() as u64);
    bar.set_message("conditions");
    let sources: Vec<&dyn RowBlocks> = layers.iter().map(|&layer| layer as &dyn RowBlocks).collect();
    let read = blocks::for_each_block_of_conditions(&sources, rows, per_block, &(), |blocks| {
        sums.add(blocks)?;
        bar.inc(blocks[0].nrows() as u64);
        Ok(())
    });
    bar.finish_and_clear();
    read.map_err(Failure::impossible)?;
    part::write(&header, sums, &output)?;
    Ok(Verdict::Complete)
}

fn route<'a>(measure: &'a AnyMeasure, spec: &MeasureSpec) -> Result<Route<'a>, Failure> {
    measure.streamed().ok_or_else(|| {
        Failure::usage(format_args!(
            "{spec} is no sum over conditions that parts could be merged to; take cka or cka:hsic=unbiased with the linear \
             kernel, cca, svcca or pwcca, or compare in memory"
        ))
    })
}
