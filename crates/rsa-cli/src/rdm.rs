//! `rsakit rdm`: from patterns or measurements to RDMs.

use clap::Args;
use rsa_run::RdmRequest;

use crate::{
    chosen_features::ChosenFeatures,
    input_files::InputFiles,
    inputs::{Tables, Threads},
    memory::Memory,
    noise::Noise,
    rdm_targets::RdmTargets,
    row_labels::RowLabelFiles,
    say,
    terminal::Terminal,
    verdict::{Failure, Verdict},
};

/// Make RDMs: how far apart are the patterns of every two conditions?
///
/// One RDM is made of each layer of each input, such as one file a subject, and named after its file, or after the folder that
/// tells files of one name apart (sub-01 of sub-01/betas.npz). Rows of an array are conditions, or repeated
/// observations of conditions if --conditions, or the array `conditions` of the input, gives some label to several rows;
/// columns are features. Repeated observations are averaged, in the order of first appearance, or, with --runs (or the array
/// `runs`) and a cross-validated dissimilarity, multiplied across runs, which takes the bias of their noise away.
///
/// Dissimilarities: euclidean, squared-euclidean (per_feature=true), correlation, cosine, manhattan, poisson
/// (prior_rate, prior_weight), mahalanobis (needs noise); with runs crossnobis (weighting=observations|runs), and
/// correlation, cosine and poisson with crossvalidated=true; with repeated observations decoding (classifier=lda, folds=5|loo,
/// seed), the accuracy of telling two conditions apart, with runs in one fold each. Parameters follow a colon:
/// squared-euclidean:per_feature=true.
///
/// Noise, estimated or given, weighs features in every dissimilarity: patterns are normalized by it first (multivariate
/// noise normalization). It is estimated about the mean of each condition in each run, or, where most conditions were
/// observed once a run, about that of each condition; or from the --residuals of a regression, less their mean. With
/// --noise-per run every run has noise of its own: crossnobis weighs two runs by the inverse of the mean of their covariances,
/// as rsatoolbox does with a list of precisions, and otherwise the patterns of a run are normalized by its own. Shrunk noise of 1000 features or more, from a quarter as many rows or
/// fewer, takes no matrix of all pairs of features under crossnobis and mahalanobis, nor shrinkage-identity under any.
///
/// Where a run lacks a condition, crossnobis depends on where the origin of the features is, and a warning says so:
/// subtract a baseline first.
///
/// With --out FILE.npz the arrays `rdms` (k × L: upper triangles, row by row), `names`, `conditions` and `rounding` are
/// written; .npy holds k × L alone, .csv one line a pair, or with --format square one RDM with its conditions in the first row
/// and column, .json everything. `rsakit compare --rdm` reads all of them.
/// FILE.mat holds structs `RDMs` (fields RDM and name) and `conditions` for MATLAB, FILE.h5 what rsatoolbox loads.
/// Dissimilarities that are equal but for rounding are one number in .npy, .csv, .mat and .h5, which have no place for
/// `rounding`.
///
/// JSON: {"rsakit", "dissimilarity", "n_conditions", "conditions" (null without labels), "rdms": [{"name", "values" (null
/// where one is missing), "noise": null or {"estimator", "about", "degrees_of_freedom", "shrinkage", "runs" (with
/// --noise-per run: [{"run", "degrees_of_freedom", "shrinkage"}])}, "rounding"}], "failures": [{"name", "kind", "message"}], "warnings": […], "inputs": [{"name", "holds", "convention" (of arrays of three
/// or more axes)}]}. CSV: rdm, condition_a, condition_b, dissimilarity.
///
/// Exit status: 0 all RDMs made, 3 some could not be, 1 none could be or an input cannot be read, 2 wrong usage.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit rdm net.npz --dissimilarity correlation --out net_rdms.npz
  rsakit rdm sub1.npy sub2.npy --conditions conditions.txt --runs runs.txt \\
      --dissimilarity crossnobis --noise shrinkage-diagonal --out brain.npz
  rsakit rdm runs_conditions_voxels.npy --axes runs,conditions,features --conditions conditions.txt \\
      --dissimilarity crossnobis
  rsakit rdm sub-01_betas.nii.gz --mask brain.nii.gz --conditions conditions.txt --dissimilarity correlation
  rsakit rdm sub-01-epo.fif --layers mag --window 0.1..0.2 --baseline -0.1..0 --dissimilarity correlation
  rsakit rdm sub-01_eeg.vhdr --window 0.1..0.2 --conv mean --dissimilarity euclidean
  rsakit rdm study/sub-*/betas.nii.gz --mask brain.nii.gz --conditions '{folder}/events.tsv' \\
      --residuals '{folder}/residuals.nii.gz' --dof 1180 --noise diagonal --dissimilarity mahalanobis --out brain.npz
  rsakit rdm sub-01_betas.nii.gz --roi atlas.nii.gz --roi-names atlas.tsv --dissimilarity correlation --out regions.npz
  rsakit rdm sub-01_betas.dscalar.nii --roi glasser.dlabel.nii --dissimilarity correlation --out regions.npz
  rsakit rdm sub-01_betas.dscalar.nii::CORTEX_LEFT --dissimilarity correlation")]
pub(crate) struct Arguments {
    /// Patterns or measurements
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<String>,
    /// Dissimilarity of two conditions
    #[arg(long, value_name = "SPEC")]
    dissimilarity: String,
    #[command(flatten)]
    rows: RowLabelFiles,
    #[command(flatten)]
    noise: Noise,
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

impl Arguments {
    fn input_files(&self, request: &RdmRequest) -> Result<InputFiles, Failure> {
        Ok(InputFiles::new(&self.inputs).with_paths(&request.files()?).with_paths(self.features.files()))
    }

    fn request(&self) -> Result<RdmRequest, Failure> {
        Ok(RdmRequest {
            conditions: self.rows.conditions.clone(),
            runs: self.rows.runs.clone(),
            noise: self.noise.settings(),
            layers: self.layers.clone(),
            options: self.features.add_to(self.tables.options()),
            memory: self.memory.limit,
            ..RdmRequest::new(self.inputs.clone(), self.dissimilarity.parse().map_err(Failure::usage)?)
        })
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let request = arguments.request()?;
    arguments.rdm_targets.check(arguments.input_files(&request)?)?;
    arguments.threads.apply()?;
    let result = request.run(&Terminal::new())?;
    for failure in &result.failures {
        say::error(&failure.message);
    }
    arguments.rdm_targets.finish(&result)
}
