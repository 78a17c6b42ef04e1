//! `rsakit mds`: maps of conditions, of layers and of models.

use clap::Args;
use rsa_run::{MdsRequest, MdsSubject};

use crate::{
    chosen_features::ChosenFeatures,
    format::Format,
    input_files::InputFiles,
    inputs::{RdmFiles, Tables, Threads},
    memory::Memory,
    targets::Targets,
    terminal::Terminal,
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
/// "warnings", "subject", "title", "labeled", "paths", "pairs": {"dissimilarities", "distances", "fitted"},
/// "inputs": [{"name", "holds", "similarities", "diagonal" (of RDMs, if they were treated so)}]}. CSV: name, group, x, y.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit mds --rdm brain.npz --layers sub-01 --groups categories.txt --plot map.svg
  rsakit mds --rdm brain.npz --layers sub-01 --icons stimuli/ --plot map.png
  rsakit mds net_a.npz net_b.npz --measure cka:hsic=unbiased --plot layers.png
  rsakit mds --rdm brain.npz models.npz --comparison rho-a --out map.csv")]
pub(crate) struct Arguments {
    /// Layers of networks, one file a network; with --rdm RDMs
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<String>,
    /// The inputs are RDMs
    #[arg(long)]
    rdm: bool,
    /// Measure of layers, as `rsakit measures` lists them [default: cka]
    #[arg(long, value_name = "SPEC", conflicts_with = "rdm")]
    measure: Option<String>,
    /// Comparison of RDMs, as in `rsakit compare --rdm`: the points are RDMs then
    #[arg(long, value_name = "WORD", requires = "rdm")]
    comparison: Option<String>,
    /// Follow the order of the dissimilarities alone (non-metric scaling)
    #[arg(long)]
    ordinal: bool,
    /// Group of each point, which gives its color: a label a line, in the order of the points
    #[arg(long, value_name = "FILE")]
    groups: Option<std::path::PathBuf>,
    /// Pictures in the place of points: a folder with LABEL.png or LABEL.jpg, or a table of their files
    #[arg(long, value_name = "FOLDER|FILE[::COLUMN]")]
    icons: Option<String>,
    /// Only layers, or RDMs, whose name matches, with * and ?; may be repeated
    #[arg(long, value_name = "GLOB")]
    layers: Vec<String>,
    /// Output format [default: by the extension of --out, otherwise table]
    #[arg(long, value_enum)]
    format: Option<Format>,
    #[command(flatten)]
    rdm_files: RdmFiles,
    #[command(flatten)]
    tables: Tables,
    #[command(flatten)]
    features: ChosenFeatures,
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    memory: Memory,
}

impl Arguments {
    fn request(&self) -> Result<MdsRequest, Failure> {
        self.rdm_files.ensure_said_of_rdms(self.rdm)?;
        self.features.ensure_said_of_layers(self.rdm)?;
        let subject = match (self.rdm, &self.comparison) {
            (true, None) => MdsSubject::Conditions,
            (true, Some(word)) => MdsSubject::Rdms { comparison: word.parse().map_err(Failure::usage)? },
            (false, _) => {
                let measure = self.measure.as_deref().unwrap_or("cka");
                MdsSubject::Layers { measure: measure.parse().map_err(Failure::usage)? }
            }
        };
        Ok(MdsRequest {
            ordinal: self.ordinal,
            groups: self.groups.clone(),
            pictures: self.icons.clone(),
            layers: self.layers.clone(),
            options: self.features.add_to(self.rdm_files.add_to(self.tables.options())),
            memory: self.memory.limit,
            ..MdsRequest::new(self.inputs.clone(), subject)
        })
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let inputs = InputFiles::new(&arguments.inputs)
        .with_paths(&arguments.groups)
        .with_inputs(&arguments.icons)
        .with_paths(arguments.features.files());
    arguments.targets.check(&inputs)?;
    let request = arguments.request()?;
    arguments.threads.apply()?;
    let map = request.run(&Terminal::new())?;
    arguments.targets.illustrate(&map)?;
    arguments.targets.write(&map, arguments.format)?;
    Ok(Verdict::Complete)
}
