//! `rsakit predict`: how well the features of layers predict the responses of sites.

use clap::{Args, ValueEnum};
use rsa_run::{PredictRequest, ReliabilityMethod};

use crate::{
    chosen_features::ChosenFeatures,
    format::Format,
    input_files::InputFiles,
    inputs::{Tables, Threads},
    memory::Memory,
    say,
    targets::Targets,
    terminal::Terminal,
    verdict::{Failure, Verdict},
};

/// Predict responses from layers: how well do the features of a model predict each site on new conditions?
///
/// A map from the features of each layer to the sites of the target (voxels, neurons, units) is fitted to the training
/// conditions of each fold and scored on its test conditions. Conditions are matched by their labels. Rows of the target with one
/// label (--conditions, or labels in the file) are trials of one condition: their mean is predicted, and how well they agree
/// is the reliability of the site, which limits any prediction.
///
/// Maps: ridge (the penalty chosen by leaving one out within the training conditions), ridge(loo-per-site), ridge(relative(A)),
/// ridge(LAMBDA), linear, pls(K), one-to-one, one-to-one(absolute).
///
/// median and mean are over sites; the score of a site is its mean over folds. explained is the mean squared correlation less
/// what chance adds, and normalized its sum over sites divided by the sum of their reliabilities; this is refused where the
/// mean reliability may be below .1. Folds share conditions, so the spread over folds is no standard error; there are no
/// intervals or tests. Of several layers, inner folds within the training conditions of each fold choose one: report
/// the score with the chosen layers, because the largest score of many is too high by chance.
///
/// --out FILE.csv has a line for each target, layer and site, FILE.json everything.
///
/// JSON: {"rsakit", "measure", "n_conditions", "n_groups", "n_folds", "test_conditions" (of each fold), "targets": [{"name",
/// "n_sites", "reliability": null or {"method", "mean", "standard_error"}, "reliability_reason", "layers": [{"layer",
/// "n_features", "n_constant_features", "median", "mean", "fold_medians", "mean_of_fold_medians", "spread_over_folds",
/// "explained_variance", "normalized_variance", "normalized_reason", "constant_sites", "sites": [{"site", "score", "folds",
/// "reliability", "normalized_variance"}], "caveats": [{"kind", "message"}]}], "choice": null or {"layers" (of each fold),
/// "median"}, "choice_reason"}], "failures": [{"target", "layer", "kind", "message"}], "inputs", "notes"}. CSV: target, layer,
/// site, score, reliability, normalized_variance.
///
/// Exit status: 0 all layers scored, 3 some could not be, 1 none could be or an input cannot be read, 2 wrong usage.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit predict net.npz --target brain.npz
  rsakit predict net.npz --layers 'conv*' --target trials.npz --conditions labels.txt --plot layers.svg
  rsakit predict net.npz --target brain.npz --map 'pls(25)' --splits 10 --condition-groups objects.csv::object \\
      --out sites.csv
  rsakit predict net.npz::fc --target trials.npz --reliability 'split-half(100)' --format json")]
pub(crate) struct Arguments {
    /// Layers that predict
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<String>,
    /// Responses that are predicted: conditions or trials × sites
    #[arg(long, value_name = "FILE")]
    target: String,
    /// Only layers of the inputs whose name matches, with * and ?; may be repeated
    #[arg(long, value_name = "GLOB")]
    layers: Vec<String>,
    /// Only layers of --target whose name matches, with * and ?; may be repeated
    #[arg(long, value_name = "GLOB")]
    target_layers: Vec<String>,
    /// Map from features to sites
    #[arg(long, value_name = "MAP", default_value = "ridge")]
    map: String,
    /// Number of folds, or loo to test each condition alone (with --score r2) [default: 5]
    #[arg(long, value_name = "K", conflicts_with = "splits")]
    folds: Option<String>,
    /// Number of random splits in place of folds
    #[arg(long, value_name = "M")]
    splits: Option<u32>,
    /// Share of the conditions that each of --splits tests [default: 0.1]
    #[arg(long, value_name = "SHARE", requires = "splits")]
    test: Option<f64>,
    /// Seed of the order in which conditions are dealt into folds [default: 0]
    #[arg(long, value_name = "SEED", conflicts_with = "in_order")]
    seed: Option<u64>,
    /// Deal conditions into folds in the order in which they stand
    #[arg(long)]
    in_order: bool,
    /// Score of a site
    #[arg(long, value_enum, value_name = "SCORE", default_value_t)]
    score: ScoreWord,
    /// Groups of conditions that folds keep together, such as views of one object: FILE or FILE::COLUMN
    #[arg(long, value_name = "FILE")]
    condition_groups: Option<String>,
    /// Labels of conditions that every fold tests an equal share of: FILE or FILE::COLUMN
    #[arg(long, value_name = "FILE")]
    strata: Option<String>,
    /// The condition of each row of --target, one label a line
    #[arg(long, value_name = "FILE")]
    conditions: Option<String>,
    /// The run of each row of --target, in the same form; trials are then the means of a condition in each run
    #[arg(long, value_name = "FILE")]
    runs: Option<String>,
    /// Estimate of the reliability: alpha or split-half(N) [default: alpha, if there are trials]
    #[arg(long, value_name = "HOW")]
    reliability: Option<ReliabilityMethod>,
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

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum ScoreWord {
    /// Mean over folds of the correlation of predicted and measured responses
    #[default]
    Pearson,
    /// Explained share of the squared deviations from the training mean
    R2,
}

impl Arguments {
    /// Returns the measure `predict` with the parameters that were given.
    fn measure(&self) -> String {
        let mut words = vec![format!("predict:map={}", self.map)];
        words.extend(self.folds.iter().map(|folds| format!("folds={folds}")));
        words.extend(self.splits.map(|splits| format!("splits={splits}")));
        words.extend(self.test.map(|test| format!("test={test}")));
        words.extend(self.seed.map(|seed| format!("seed={seed}")));
        words.extend(self.in_order.then(|| "order=given".to_owned()));
        if let ScoreWord::R2 = self.score {
            words.push("score=r2".to_owned());
        }
        words.join(",")
    }

    fn request(&self) -> Result<PredictRequest, Failure> {
        Ok(PredictRequest {
            layers: self.layers.clone(),
            target_layers: self.target_layers.clone(),
            measure: self.measure().parse().map_err(Failure::usage)?,
            condition_groups: self.condition_groups.clone(),
            strata: self.strata.clone(),
            conditions: self.conditions.clone(),
            runs: self.runs.clone(),
            reliability: self.reliability,
            options: self.features.add_to(self.tables.options()),
            memory: self.memory.limit,
            ..PredictRequest::new(self.inputs.clone(), &self.target)
        })
    }

    fn input_files(&self) -> InputFiles {
        let labels = [&self.condition_groups, &self.strata, &self.conditions, &self.runs];
        InputFiles::new(self.inputs.iter().chain([&self.target]))
            .with_inputs(labels.into_iter().flatten())
            .with_paths(self.features.files())
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let request = arguments.request()?;
    arguments.targets.check(&arguments.input_files())?;
    arguments.threads.apply()?;
    let result = request.run(&Terminal::new())?;
    for failure in &result.failures {
        say::error(&failure.message);
    }
    arguments.targets.illustrate(&result)?;
    arguments.targets.write(&result, arguments.format)?;
    Ok(result.completeness().into())
}
