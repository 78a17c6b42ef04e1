//! `rsakit mds`: maps of conditions, of layers and of models.

mod conditions;
mod figure;
mod page;
mod render;
mod second_order;

use clap::Args;
use rsakit::{
    MeasureSpec, Rdm,
    spec::ComparisonSpec,
    stats::{Mds, MdsEmbedding, MdsScaling},
};

use crate::{
    format::Format,
    inputs::{Tables, Threads, Wanted, groups},
    page::{Input, Work},
    say,
    targets::Targets,
    verdict::{Failure, Verdict},
};

/// Draw a map: points whose distances follow dissimilarities (multidimensional scaling)
///
/// With --rdm and one RDM the points are its conditions. With --rdm and --comparison they are RDMs, brains or models, as
/// far apart as the comparison says; without --rdm they are layers under a measure, the layers of each input joined by a
/// line. A similarity s becomes the dissimilarity 1 − s; a measure that is not symmetric is taken both ways and averaged.
///
/// The stress says how far distances on the map are from what they should be: below 0.1 the map can be trusted, above 0.2
/// look at the RDM instead. --ordinal keeps the order of the dissimilarities alone, which has less stress. The same input
/// gives the same map: it begins with classical scaling, not at random.
///
/// JSON: {"rsakit", "dissimilarity", "scaling", "stress", "steps", "converged", "points": [{"name", "group", "x", "y"}],
/// "warnings"}. CSV: name, group, x, y.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit mds --rdm brain.npz --layers sub-01 --groups categories.txt --plot map.svg
  rsakit mds net_a.npz net_b.npz --measure cka:hsic=unbiased --plot layers.png
  rsakit mds --rdm brain.npz models.npz --comparison rho-a --out map.csv")]
pub(crate) struct Arguments {
    /// Layers of networks, one file a network; with --rdm RDMs
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<String>,
    /// The inputs are RDMs
    #[arg(long)]
    rdm: bool,
    /// How layers are compared, as `rsakit measures` lists them [default: cka]
    #[arg(long, value_name = "SPEC", conflicts_with = "rdm")]
    measure: Option<String>,
    /// How RDMs are compared, as in `rsakit compare --rdm`: the points are RDMs then
    #[arg(long, value_name = "WORD", requires = "rdm")]
    comparison: Option<String>,
    /// Follow the order of the dissimilarities alone (non-metric scaling)
    #[arg(long)]
    ordinal: bool,
    /// What each point belongs to, which gives its colour: a label a line, in the order of the points
    #[arg(long, value_name = "FILE")]
    groups: Option<std::path::PathBuf>,
    /// Only layers, or RDMs, whose name matches, with * and ?; may be repeated
    #[arg(long, value_name = "GLOB")]
    layers: Vec<String>,
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

/// What is to be mapped.
struct Subject {
    /// What is mapped, for the title.
    title: String,
    /// What the dissimilarities are.
    dissimilarity: String,
    rdm: Rdm,
    /// What each point belongs to, where the inputs say so.
    groups: Vec<String>,
    /// Points that are layers of one network.
    paths: Vec<Vec<usize>>,
    notes: Vec<String>,
    inputs: Vec<Input>,
    /// What the dissimilarities are from.
    works: Vec<Work>,
}

/// A map with all that is said about it.
struct Map {
    subject: Subject,
    scaling: MdsScaling,
    embedding: MdsEmbedding,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    arguments.targets.check()?;
    arguments.threads.apply()?;
    let map = map(arguments)?;
    for note in &map.subject.notes {
        say::note(note);
    }
    arguments.targets.show(|style| figure::draw(&map, style), || page::page(&map))?;
    let output = &arguments.targets.output;
    let format = Format::of(arguments.format, output.out.as_deref());
    output.write(&render::text(&map, format)?)?;
    Ok(Verdict::Complete)
}

fn map(arguments: &Arguments) -> Result<Map, Failure> {
    let (wanted, options) = (Wanted::new(&arguments.layers)?, arguments.tables.options());
    let mut subject = match (arguments.rdm, &arguments.comparison) {
        (true, None) => conditions::read(&arguments.inputs, &wanted, &options)?,
        (true, Some(word)) => {
            let comparison: ComparisonSpec = word.parse().map_err(Failure::usage)?;
            second_order::of_rdms(&arguments.inputs, &wanted, &options, comparison)?
        }
        (false, _) => {
            let spec: MeasureSpec = arguments.measure.as_deref().unwrap_or("cka").parse().map_err(Failure::usage)?;
            second_order::of_layers(&arguments.inputs, &wanted, &options, &spec)?
        }
    };
    if let Some(path) = &arguments.groups {
        subject.groups = groups(path, subject.rdm.n_conditions())?;
    }
    if subject.rdm.values().iter().any(|value| *value < 0.0) {
        subject.rdm = subject.rdm.positive().map_err(Failure::impossible)?;
        subject.notes.push("negative dissimilarities were set to 0: no distance is negative".to_owned());
    }
    let scaling = if arguments.ordinal { MdsScaling::Ordinal } else { MdsScaling::Metric };
    let embedding = Mds { scaling, ..Mds::default() }.run(&subject.rdm).map_err(Failure::impossible)?;
    if !embedding.converged {
        subject.notes.push(format!("the stress was still falling after {} steps", embedding.steps));
    }
    Ok(Map { subject, scaling, embedding })
}
