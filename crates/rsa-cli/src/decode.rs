//! `rsakit decode`: which class an observation is of.

use clap::Args;
use rsa_run::DecodeRequest;
use rsakit::{
    spec::{ClassifierSpec, DecodingFolds},
    stats::Correction,
};

use crate::{
    chosen_features::ChosenFeatures,
    format::Format,
    input_files::InputFiles,
    inputs::{Tables, Threads},
    memory::Memory,
    subject_options::FreeCorrection,
    targets::Targets,
    terminal::Terminal,
    verdict::{Failure, Verdict},
};

/// Decode classes: can the class of an observation be told from its pattern?
///
/// Rows are observations (images, trials), columns features. A rule is fitted to some observations of known classes and assigns
/// others to these classes. Observations of one group (--groups: a run, or all views of an object) are learned from or tested
/// together, so a rule is never tested on what it has seen; without groups, classes have equal shares of all folds. To ask
/// whether a rule generalizes, for example to new views, give the views as groups and --folds loo.
///
/// Rules: lda (linear discriminants; covariance=shrunk|pooled|by-class, the last as scikit-learn's 'auto'), nearest-mean,
/// logistic, svm (linear, squared hinge loss, pairs of classes vote) and ridge. logistic, svm and ridge standardize features by
/// the observations that they learn from. logistic and svm have a cost, the weight of the losses: svm:cost=0.5.
/// `rsakit rdm --dissimilarity decoding` makes the RDM of the accuracy of every two conditions.
///
/// The test against chance permutes classes within groups that hold several, and between groups that hold one. The layer with
/// the largest accuracy of many is partly so by chance: choose it on other observations.
///
/// JSON: {"rsakit", "classifier", "folds", "seed", "permutations", "correction", "classes", "chance", "layers":
/// [{"name", "n_observations", "n_groups", "balanced_accuracy", "accuracy", "p", "p_corrected", "null_mean", "recalls", "confusion" (class
/// × assigned class)}], "inputs", "notes"}. CSV: one line for each layer, class and assigned class.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit decode net.npz --classes labels.npy --permutations 1000 --plot layers.svg
  rsakit decode net.npz --classes images.csv::category --groups images.csv::view --folds loo --layers 'conv*' --classifier svm
  rsakit decode sub-01_betas.nii.gz --roi atlas.nii.gz --classes conditions.txt --groups runs.txt --folds loo")]
pub(crate) struct Arguments {
    /// Layers, or measurements
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<String>,
    /// The class of each row: a file as --conditions of `rsakit rdm` [default: the conditions of the input]
    #[arg(long, value_name = "FILE")]
    classes: Vec<String>,
    /// The group of each row, such as its run or object, in the same form [default: the runs of the input]
    #[arg(long, value_name = "FILE")]
    groups: Vec<String>,
    /// Only layers whose name matches, with * and ?; may be repeated
    #[arg(long, value_name = "GLOB")]
    layers: Vec<String>,
    /// Rule that assigns observations to classes: lda, nearest-mean, logistic, svm or ridge
    #[arg(long, value_name = "RULE", default_value_t)]
    classifier: ClassifierSpec,
    /// Number of folds, or loo: one group a fold
    #[arg(long, value_name = "K", default_value_t)]
    folds: DecodingFolds,
    /// Seed of folds and permutations
    #[arg(long, default_value_t)]
    seed: u64,
    /// Permutations of a test against chance
    #[arg(long, value_name = "N", default_value_t)]
    permutations: u64,
    /// Correction of p-values for the number of layers
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    correct: FreeCorrection,
    /// Output format [default: by the extension of --out, otherwise table]
    #[arg(long, value_enum)]
    format: Option<Format>,
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
    fn request(&self) -> DecodeRequest {
        DecodeRequest {
            classes: self.classes.clone(),
            groups: self.groups.clone(),
            layers: self.layers.clone(),
            classifier: self.classifier,
            folds: self.folds,
            seed: self.seed,
            permutations: self.permutations,
            correction: Correction::from(self.correct),
            options: self.features.add_to(self.tables.options()),
            memory: self.memory.limit,
            ..DecodeRequest::new(self.inputs.clone())
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let request = arguments.request();
    let files = InputFiles::new(&arguments.inputs).with_paths(&request.files()?).with_paths(arguments.features.files());
    arguments.targets.check(&files)?;
    arguments.threads.apply()?;
    let result = request.run(&Terminal::new())?;
    arguments.targets.illustrate(&result)?;
    arguments.targets.write(&result, arguments.format)?;
    Ok(Verdict::Complete)
}
