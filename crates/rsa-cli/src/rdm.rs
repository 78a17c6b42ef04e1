//! `rsakit rdm`: from patterns or measurements to RDMs.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rsa_run::{NoiseEstimator, RdmRequest};

use crate::{
    chosen_features::ChosenFeatures,
    input_files::InputFiles,
    inputs::{Tables, Threads},
    memory::Memory,
    rdm_targets::RdmTargets,
    say,
    terminal::Terminal,
    verdict::{Failure, Verdict},
};

/// Make RDMs: how far apart are the patterns of every two conditions?
///
/// One RDM is made of each layer of each input, such as one file a subject. Rows of an array are conditions, or repeated
/// observations of conditions if --conditions, or the array `conditions` of the input, gives some label to several rows;
/// columns are features. Repeated observations are averaged, in the order of first appearance, or, with --runs (or the array
/// `runs`) and a cross-validated dissimilarity, multiplied across runs, which takes the bias of their noise away.
///
/// Dissimilarities: euclidean, squared-euclidean (per_feature=true), correlation, cosine, manhattan, poisson
/// (prior_rate, prior_weight), mahalanobis (needs noise); with runs crossnobis (weighting=observations|runs), and
/// correlation, cosine and poisson with crossvalidated=true. Parameters follow a colon:
/// squared-euclidean:per_feature=true.
///
/// Noise, estimated or given, weighs features in every dissimilarity: patterns are normalized by it first (multivariate
/// noise normalization). It is estimated about the mean of each condition in each run, or, where most conditions were
/// observed once a run, about that of each condition. Shrunk noise of 1000 features or more, from a quarter as many rows or
/// fewer, takes no matrix of all pairs of features under crossnobis and mahalanobis, nor shrinkage-identity under any.
///
/// Where a run lacks a condition, crossnobis depends on where the origin of the features is, and a warning says so:
/// subtract a baseline first.
///
/// With --out FILE.npz the arrays `rdms` (k × L: upper triangles, row by row), `names`, `conditions` and `rounding` are
/// written; .npy holds k × L alone, .csv one line a pair, .json everything. `rsakit compare --rdm` reads all of them.
/// FILE.mat holds structs `RDMs` (fields RDM and name) and `conditions` for MATLAB, FILE.h5 what rsatoolbox loads.
/// Dissimilarities that are equal but for rounding are one number in .npy, .csv, .mat and .h5, which have no place for
/// `rounding`.
///
/// JSON: {"rsakit", "dissimilarity", "n_conditions", "conditions" (null without labels), "rdms": [{"name", "values" (null
/// where one is missing), "noise": null or {"estimator", "about", "degrees_of_freedom", "shrinkage"}, "rounding"}],
/// "failures": [{"name", "kind", "message"}], "warnings": […], "inputs": [{"name", "holds", "convention" (of arrays of three
/// or more axes)}]}. CSV: rdm, condition_a, condition_b, dissimilarity.
///
/// Exit status: 0 all RDMs made, 3 some could not be, 1 none could be or an input cannot be read, 2 wrong usage.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit rdm net.npz --dissimilarity correlation --out net_rdms.npz
  rsakit rdm sub1.npy sub2.npy --conditions conditions.txt --runs runs.txt \\
      --dissimilarity crossnobis --noise shrinkage-diagonal --out brain.npz
  rsakit rdm sub-01_betas.nii.gz --mask brain.nii.gz --conditions conditions.txt --dissimilarity correlation
  rsakit rdm sub-01_betas.nii.gz --roi atlas.nii.gz --roi-names atlas.tsv --dissimilarity correlation --out regions.npz")]
pub(crate) struct Arguments {
    /// Patterns or measurements
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<String>,
    /// Dissimilarity of two conditions
    #[arg(long, value_name = "SPEC")]
    dissimilarity: String,
    /// The condition of each row, or with --conv pixels of each image
    ///
    /// A text with one label a line, a .csv, .tsv or .json with a column or list of that name, or a .npy of strings or whole
    /// numbers.
    #[arg(long, value_name = "FILE")]
    conditions: Option<PathBuf>,
    /// The run of each row, or image, in the same form: parts of the experiment with independent noise
    #[arg(long, value_name = "FILE")]
    runs: Option<PathBuf>,
    /// Estimate the noise of the features from repeated observations, and weigh them by it
    #[arg(long, value_enum, value_name = "ESTIMATOR", default_value_t)]
    noise: NoiseWord,
    /// The inverse of the noise covariance of the features, an array of features × features
    #[arg(long, value_name = "FILE", conflicts_with = "noise")]
    precision: Option<PathBuf>,
    /// Only layers whose name matches, with * and ?; may be repeated
    #[arg(long, value_name = "GLOB")]
    layers: Vec<String>,
    #[command(flatten)]
    tables: Tables,
    #[command(flatten)]
    features: ChosenFeatures,
    #[command(flatten)]
    rdm_targets: RdmTargets,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    memory: Memory,
}

/// Estimator of the noise covariance, by its word.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum NoiseWord {
    /// No noise is estimated
    #[default]
    None,
    /// Variances alone
    Diagonal,
    /// Shrunk towards one variance for all (Ledoit & Wolf 2004)
    ShrinkageIdentity,
    /// Correlations shrunk towards 0 (Schäfer & Strimmer 2005)
    ShrinkageDiagonal,
    /// The sample covariance
    Full,
}

impl From<NoiseWord> for NoiseEstimator {
    fn from(estimator: NoiseWord) -> Self {
        match estimator {
            NoiseWord::None => Self::None,
            NoiseWord::Diagonal => Self::Diagonal,
            NoiseWord::ShrinkageIdentity => Self::ShrinkageIdentity,
            NoiseWord::ShrinkageDiagonal => Self::ShrinkageDiagonal,
            NoiseWord::Full => Self::Full,
        }
    }
}

impl Arguments {
    fn input_files(&self) -> InputFiles {
        let options = [&self.conditions, &self.runs, &self.precision];
        InputFiles::new(&self.inputs).with_paths(options.into_iter().flatten()).with_paths(self.features.files())
    }

    fn request(&self) -> Result<RdmRequest, Failure> {
        Ok(RdmRequest {
            conditions: self.conditions.clone(),
            runs: self.runs.clone(),
            noise: self.noise.into(),
            precision: self.precision.clone(),
            layers: self.layers.clone(),
            options: self.features.add_to(self.tables.options()),
            memory: self.memory.limit,
            ..RdmRequest::new(self.inputs.clone(), self.dissimilarity.parse().map_err(Failure::usage)?)
        })
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    arguments.rdm_targets.check(arguments.input_files())?;
    let request = arguments.request()?;
    arguments.threads.apply()?;
    let result = request.run(&Terminal::new())?;
    for failure in &result.failures {
        say::error(&failure.message);
    }
    arguments.rdm_targets.finish(&result)
}
