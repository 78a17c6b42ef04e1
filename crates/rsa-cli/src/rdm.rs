//! `rsakit rdm`: from patterns or measurements to RDMs.

mod figure;
mod make;
mod noise;
mod page;
mod render;

use std::path::{Path, PathBuf};

use clap::Args;
use rsa_plot::Group;
use rsakit::spec::RdmSpec;

use self::{
    figure::Look,
    make::{Made, make},
    noise::{Noise, NoiseEstimator},
};
use crate::{
    format::{Format, extension},
    inputs::{Tables, Threads, Wanted, groups},
    output::Output,
    say,
    targets::Targets,
    verdict::{Failure, Verdict},
};

/// Make RDMs: how far apart are the patterns of every two conditions?
///
/// One RDM is made of each layer of each input, such as one file a subject. Rows of an array are conditions, or repeated
/// observations of conditions if --conditions, or the array `conditions` of an .npz file, gives some label to several
/// rows; columns are features. Repeated observations are averaged, in the order of first appearance, or, with --runs and
/// a cross-validated dissimilarity, multiplied across runs, which takes the bias of their noise away.
///
/// Dissimilarities: euclidean, squared-euclidean (per_feature=true), correlation, cosine, manhattan, poisson
/// (prior_rate, prior_weight), mahalanobis (needs noise); with runs crossnobis (weighting=observations|runs), and
/// correlation, cosine and poisson with crossvalidated=true. Parameters follow a colon:
/// squared-euclidean:per_feature=true.
///
/// Noise, estimated or given, weighs features in every dissimilarity: patterns are normalised by it first (multivariate
/// noise normalisation). It is estimated about the mean of each condition in each run, or, where most conditions were
/// observed once a run, about that of each condition.
///
/// Where a run lacks a condition, crossnobis depends on where the origin of the features is: subtract a baseline first.
///
/// With --out FILE.npz the arrays `rdms` (k × L: upper triangles, row by row), `names`, `conditions` and `rounding` are written, for
/// `rsakit compare --rdm`; .npy holds k × L alone, .csv one line a pair, .json everything.
///
/// JSON: {"rsakit", "dissimilarity", "n_conditions", "conditions" (null without labels), "rdms": [{"name", "values" (null
/// where one is missing), "noise": null or {"estimator", "about", "degrees_of_freedom", "shrinkage"}}], "failures": [{"name",
/// "kind", "message"}], "warnings": […]}. CSV: rdm, condition_a, condition_b, dissimilarity.
///
/// Exit status: 0 all RDMs made, 3 some could not be, 1 none could be or an input cannot be read, 2 wrong usage.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit rdm net.npz --dissimilarity correlation --out net_rdms.npz
  rsakit rdm sub1.npy sub2.npy --conditions conditions.txt --runs runs.txt \\
      --dissimilarity crossnobis --noise shrinkage-diagonal --out brain.npz")]
pub(crate) struct Arguments {
    /// Patterns or measurements
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<String>,
    /// How far apart two conditions are
    #[arg(long, value_name = "SPEC")]
    dissimilarity: String,
    /// The condition of each row: a text with one label a line, or a 1-D .npy of strings or integers
    #[arg(long, value_name = "FILE")]
    conditions: Option<PathBuf>,
    /// The run of each row, in the same form: parts of the experiment with independent noise
    #[arg(long, value_name = "FILE")]
    runs: Option<PathBuf>,
    /// Estimate the noise of the features from repeated observations, and weigh them by it
    #[arg(long, value_enum, value_name = "ESTIMATOR", default_value_t)]
    noise: NoiseEstimator,
    /// The inverse of the noise covariance of the features, an array of features × features
    #[arg(long, value_name = "FILE", conflicts_with = "noise")]
    precision: Option<PathBuf>,
    /// Only layers whose name matches, with * and ?; may be repeated
    #[arg(long, value_name = "GLOB")]
    layers: Vec<String>,
    /// How to print, on standard output and in files of other kinds [default: by the extension of --out, otherwise table]
    #[arg(long, value_enum)]
    format: Option<Format>,
    #[command(flatten)]
    tables: Tables,
    #[command(flatten)]
    targets: Targets,
    /// Which conditions belong together, for brackets in the figure: a label for each condition, one a line
    #[arg(long, value_name = "FILE")]
    plot_groups: Option<PathBuf>,
    /// Colour by percentiles of the dissimilarities, what rank correlations see
    #[arg(long)]
    plot_ranks: bool,
    #[command(flatten)]
    threads: Threads,
}

/// What the RDMs are written as.
enum Target {
    /// `rdms`, `names` and `conditions`.
    Npz,
    /// Upper triangles alone.
    Npy,
    Text(Format),
}

impl Target {
    fn of(asked: Option<Format>, out: Option<&Path>) -> Result<Self, Failure> {
        let binary = match out.map(extension).as_deref() {
            Some("npz") => Self::Npz,
            Some("npy") => Self::Npy,
            Some("csv" | "json" | "txt") | None => return Ok(Self::Text(Format::of(asked, out))),
            Some(_) if asked.is_some() => return Ok(Self::Text(Format::of(asked, out))),
            Some(other) => {
                return Err(Failure::usage(format_args!(
                    "--out with the extension '{other}'; .npz, .npy, .csv and .json are written, others with --format"
                )));
            }
        };
        match asked {
            None => Ok(binary),
            Some(_) => Err(Failure::usage("--format does not go with .npz and .npy; name the file otherwise")),
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    arguments.targets.check()?;
    let target = Target::of(arguments.format, arguments.targets.output.out.as_deref())?;
    let spec: RdmSpec = arguments.dissimilarity.parse().map_err(Failure::usage)?;
    arguments.threads.apply()?;
    let options = arguments.tables.options();
    let noise = Noise::new(arguments.noise, arguments.precision.as_deref(), &options)?;
    let labels =
        |path: &Option<PathBuf>| path.as_deref().map(rsa_io::read_labels).transpose().map_err(Failure::impossible);
    let (conditions, runs) = (labels(&arguments.conditions)?, labels(&arguments.runs)?);
    if spec.is_crossvalidated() && runs.is_none() {
        return Err(Failure::usage(format_args!(
            "{spec} multiplies runs with one another; say by --runs FILE which run each row is of"
        )));
    }
    if spec.needs_noise() && matches!(noise, Noise::Ignored) {
        return Err(Failure::usage(format_args!("{spec} weighs features by their noise; give --noise or --precision")));
    }
    let design = make::Design { conditions: conditions.as_deref(), runs: runs.as_deref(), noise: &noise };
    let made = make(&arguments.inputs, &Wanted::new(&arguments.layers)?, &options, spec, &design)?;
    for note in &made.notes {
        say::note(note);
    }
    for failed in &made.failures {
        say::error(&failed.error);
    }
    if made.rdms.is_empty() {
        return Ok(Verdict::Nothing);
    }
    let look = arguments.look(&made)?;
    arguments.targets.show(|style| figure::draw(&made, &look, style), || page::page(&made, look.clone()))?;
    write(&arguments.targets.output, &target, &made)?;
    Ok(if made.failures.is_empty() { Verdict::Complete } else { Verdict::Partial })
}

impl Arguments {
    /// What belongs to the picture alone.
    fn look(&self, made: &Made) -> Result<Look, Failure> {
        let labels = self.plot_groups.as_deref().map(|path| groups(path, made.conditions().count())).transpose()?;
        let groups = labels.map_or_else(Vec::new, |labels| Group::runs(&labels));
        Ok(Look { groups, ranks: self.plot_ranks, tables: Vec::new() })
    }
}

fn write(output: &Output, target: &Target, made: &Made) -> Result<(), Failure> {
    match target {
        Target::Npz => output.write_with(|file| rsa_io::write_rdms(file, &made.named())),
        Target::Npy => output.write_with(|file| rsa_io::write_triangles(file, &made.named())),
        Target::Text(format) => output.write(&render::text(made, *format)?),
    }
}
