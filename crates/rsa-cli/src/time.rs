//! `rsakit time`: models against movies of RDMs, over time.

use clap::Args;
use rsa_io::TimeWindow;
use rsa_run::{GroupCorrection, TimeRequest};
use rsakit::spec::ComparisonSpec;
use rsakit::stats::Scoring;

use crate::{
    format::Format,
    input_files::InputFiles,
    inputs::{Tables, Threads},
    targets::Targets,
    terminal::Terminal,
    verdict::{Failure, Verdict},
};

/// Compare models with RDMs over time: when does each model hold, and which holds first?
///
/// MOVIES are files of `rsakit movie`, one a subject, with the same times and conditions. Models are RDM files: layers of
/// a network, or regions of fMRI (fusion: the RDM of a region is the model, and MEG subjects vary). Every subject is
/// compared with every model at every time; the noise ceiling is that of `rsakit evaluate` at each time. In pure noise of S
/// subjects the upper ceiling is about 1/√S, not 0.
///
/// The mean over subjects is tested at all times at once, by flips of the signs of subjects, as `rsakit group` does:
/// --correct max-flips, cluster(mass,p=0.05), cluster(size,p=0.05), tfce, bh or by. Each model is corrected together with
/// all others.
///
/// The peak of a model is the time at which its mean is largest; its interval, and that of differences between models, is
/// from a bootstrap of subjects, with the same draws for all models. The onset is the first time of the first significant
/// cluster, and has no interval.
///
/// JSON: {"rsakit", "comparison", "dissimilarity", "n_subjects", "n_conditions", "times" (s), "models": [{"name", "mean",
/// "standard_error", "t", "p", "clusters": [{"range", "places", "peak", "mass", "p"}], "onset", "peak": {"time", "value",
/// "interval"}, "scores" (subjects × times)}], "ceiling": {"lower", "upper", "reason"}, "differences": [{"model", "minus",
/// "difference", "interval", "p"}], "peak_window", "correction", "threshold", "tried", "exact", "given" (with --partial),
/// "warnings", "inputs", "request"}. CSV: model, time, mean, se, lower, upper, t, p, cluster, p_cluster.
///
/// Exit status: 0 done, 1 an input cannot be read or has no comparison, 2 wrong usage.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit time sub-*_movie.npz --models layers.npz --correct 'cluster(mass,p=0.05)' --plot time.svg --out time.csv
  rsakit time sub-*_movie.npz --models V1.npz IT.npz --peaks 0.05..0.3 --format json
  rsakit time sub-*_movie.npz --models semantics.npz --partial pixels.npz --correct tfce")]
pub(crate) struct Arguments {
    /// Movies of RDMs, one a subject
    #[arg(value_name = "MOVIES", required = true)]
    movies: Vec<String>,
    /// RDMs of models, or of regions
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    models: Vec<String>,
    /// Only RDMs of --models whose name matches, with * and ?; may be repeated
    #[arg(long, value_name = "GLOB")]
    model_layers: Vec<String>,
    /// Comparison of an RDM with a model: cosine, pearson, spearman, rho-a, kendall-a, kendall-b, whitened-cosine or
    /// whitened-pearson
    #[arg(long, value_name = "COMPARISON", default_value = "spearman")]
    comparison: String,
    /// RDMs that are partialled out of pearson or spearman
    #[arg(long, value_name = "FILE", num_args = 1..)]
    partial: Vec<String>,
    /// Correction for the number of times
    #[arg(long, value_name = "HOW", default_value_t)]
    correct: GroupCorrection,
    /// Number of random flips
    #[arg(long, value_name = "B", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    flips: u64,
    /// Test effects below 0, too
    #[arg(long)]
    two_sided: bool,
    /// Times at which peaks are looked for, without the later end [default: from 0 on]
    #[arg(long, value_name = "FROM..TO", allow_hyphen_values = true)]
    peaks: Option<TimeWindow>,
    /// Number of bootstrap resamples of subjects, for peaks
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(2..=1_000_000))]
    resamples: u64,
    /// Seed of flips and resamples
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Output format [default: by the extension of --out, otherwise table]
    #[arg(long, value_enum)]
    format: Option<Format>,
    #[command(flatten)]
    tables: Tables,
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    threads: Threads,
}

impl Arguments {
    fn request(&self) -> Result<TimeRequest, Failure> {
        let spec: ComparisonSpec = self.comparison.parse().map_err(Failure::usage)?;
        let scoring = Scoring::ALL.into_iter().find(|scoring| ComparisonSpec::from(*scoring) == spec);
        let comparison = scoring.ok_or_else(|| {
            Failure::usage(format_args!(
                "--comparison {} has no noise ceiling; `rsakit help time` lists those with one",
                self.comparison
            ))
        })?;
        Ok(TimeRequest {
            model_layers: self.model_layers.clone(),
            comparison,
            partial: self.partial.clone(),
            correction: self.correct,
            flips: self.flips,
            seed: self.seed,
            two_sided: self.two_sided,
            peaks: self.peaks,
            resamples: self.resamples,
            options: self.tables.options(),
            ..TimeRequest::new(self.movies.clone(), self.models.clone())
        })
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let request = arguments.request()?;
    let inputs = arguments.movies.iter().chain(&arguments.models).chain(&arguments.partial);
    arguments.targets.check(&InputFiles::new(inputs))?;
    arguments.threads.apply()?;
    let result = request.run(&Terminal::new())?;
    arguments.targets.illustrate(&result)?;
    arguments.targets.write(&result, arguments.format)?;
    Ok(Verdict::Complete)
}
