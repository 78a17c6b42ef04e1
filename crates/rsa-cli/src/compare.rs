//! `rsakit compare`: layers against layers.

mod render;
mod report;
mod sides;

use std::io::IsTerminal;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use rsa_io::{OpenOptions, Presence, TableOptions};
use rsakit::MeasureSpec;

pub(crate) use self::report::Report;
use self::sides::{Side, Sides};
use crate::{
    output::Output,
    verdict::{Failure, Verdict},
};

/// The measures of a comparison that names none.
const DEFAULT_MEASURES: [&str; 4] =
    ["cka", "svcca:keep=variance(0.99)", "pwcca", "rsa:rdm=correlation,compare=spearman"];

/// Compare layers with layers: which layer of one network resembles which layer of another?
///
/// With one input all its layers are compared with each other; with two, the layers of A (rows) with those of B
/// (columns). Rows of an array are conditions (inputs, stimuli), columns are features (units, voxels); further axes
/// are flattened into features. Inputs are .npy, .npz, .safetensors, .csv and .tsv files, one array FILE::NAME of
/// them, or folders of such files.
///
/// A pair that cannot be computed is left out with its reason; the rest is still computed. Exit status: 0 all pairs
/// computed, 3 some could not be, 1 none could be or an input cannot be read, 2 wrong usage.
///
/// JSON: {"rsakit", "n_conditions" (of the first layer), "results": [{"measure", "orientation", "rows", "columns",
/// "values" (row by row, null where a pair failed), "failures": [{"row", "column", "kind", "message"}]}], "warnings":
/// [{"measure", "row", "column", "kind", "message"}]}, a warning about an input as a whole with null for the first
/// three. CSV: measure, row, column, value, kind, message; kind and message of a failure or of a caveat.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  rsakit compare net_a.npz net_b.npz
  rsakit compare net.npz --layers 'conv*' --measure cka --measure 'svcca:keep=variance(0.9)'
  rsakit compare net.npz --measure cka:hsic=unbiased --out layers.json")]
pub(crate) struct Arguments {
    /// Layers of the first network
    #[arg(value_name = "A")]
    pub(crate) first: String,
    /// Layers of the second network
    #[arg(value_name = "B")]
    pub(crate) second: Option<String>,
    /// A measure, as `rsakit measures` lists them; may be repeated [default: cka, svcca:keep=variance(0.99), pwcca,
    /// rsa:rdm=correlation,compare=spearman]
    #[arg(long = "measure", value_name = "SPEC")]
    pub(crate) measures: Vec<String>,
    /// Only layers whose name matches, with * and ?; may be repeated
    #[arg(long, value_name = "GLOB")]
    pub(crate) layers: Vec<String>,
    /// How to print [default: by the extension of --out, otherwise table]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// Whether the first row of .csv and .tsv files names the columns
    #[arg(long, value_enum, value_name = "WHETHER", default_value_t)]
    pub(crate) table_header: Whether,
    /// Whether the first column of .csv and .tsv files labels the conditions
    #[arg(long, value_enum, value_name = "WHETHER", default_value_t)]
    pub(crate) table_labels: Whether,
    #[command(flatten)]
    pub(crate) output: Output,
    /// Number of threads; results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) threads: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Csv,
}

/// Whether a table has a header, or labels.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Whether {
    #[default]
    Detect,
    Yes,
    No,
}

impl From<Whether> for Presence {
    fn from(whether: Whether) -> Self {
        match whether {
            Whether::Detect => Self::Detect,
            Whether::Yes => Self::Yes,
            Whether::No => Self::No,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    arguments.output.check()?;
    if let Some(threads) = arguments.threads {
        rayon::ThreadPoolBuilder::new().num_threads(threads.into()).build_global().map_err(Failure::impossible)?;
    }
    let report = report(arguments)?;
    for note in report.notes() {
        eprintln!("note: {note}");
    }
    arguments.output.write(&render::text(&report, arguments.format())?)?;
    Ok(report.verdict())
}

/// Reads, compares, and collects what there is to say.
pub(crate) fn report(arguments: &Arguments) -> Result<Report, Failure> {
    let measures = arguments.measures()?;
    let table = TableOptions { header: arguments.table_header.into(), labels: arguments.table_labels.into() };
    let sides = Sides::open(&arguments.first, arguments.second.as_deref(), &arguments.layers, &OpenOptions { table })?;
    let progress = progress(sides.n_layers() + measures.len());
    let report = Report::new(sides, &measures, &progress);
    progress.finish_and_clear();
    Ok(report)
}

impl Arguments {
    fn measures(&self) -> Result<Vec<MeasureSpec>, Failure> {
        let asked = self.measures.iter().map(String::as_str);
        let parse = |text: &str| text.parse().map_err(Failure::usage);
        match self.measures.is_empty() {
            true => DEFAULT_MEASURES.into_iter().map(parse).collect(),
            false => asked.map(parse).collect(),
        }
    }

    fn format(&self) -> Format {
        let by_extension = || match self.output.out.as_deref()?.extension()?.to_str()?.to_lowercase().as_str() {
            "json" => Some(Format::Json),
            "csv" => Some(Format::Csv),
            _ => None,
        };
        self.format.or_else(by_extension).unwrap_or(Format::Table)
    }
}

/// A bar on standard error, if that is a terminal; it appears only for work of more than a moment.
fn progress(steps: usize) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{elapsed:>4} {bar:30} {pos}/{len} {msg}");
    ProgressBar::new(steps as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
