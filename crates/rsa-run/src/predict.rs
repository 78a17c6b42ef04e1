//! [`PredictRequest`]: how well the features of layers predict the responses of sites on held-out conditions.

mod condition_groups;
mod document;
mod figure;
mod predict_target;
mod result;

use rsa_io::{Layer, OpenOptions};
use rsakit::{
    Error, Measure, MeasureSpec, Predict, Representation, Result,
    core::{ErrorKind, Observer, RowBlocks},
    encode::{ChosenLayer, ConditionGroups, LayerCandidate, Predictivity, SplitResponses},
};
use serde::{Deserialize, Serialize};

use self::{condition_groups::GroupTexts, predict_target::PredictTarget};
pub use self::{
    predict_target::{ReliabilityMethod, ReliabilitySummary},
    result::{LayerChoice, LayerPredictivity, PredictFailure, PredictResult, PredictedTarget, SiteScore},
};
use crate::{
    alignment::Alignment,
    inputs::{Input, ensure_features_are_chosen, open_layers},
    layer_filter::LayerFilter,
    layer_to_read::{LayerToRead, open_all},
    memory::{MemorySize, ensure_fits, float_bytes},
    notes::Notes,
    row_files::RowFiles,
};

/// Request to predict the sites of a target from the features of layers.
///
/// Conditions are brought into one order by their labels. Rows of the target with one label are trials of one condition:
/// their mean is predicted, and their agreement says how much of it could be.
///
/// # Example
/// ```
/// use std::fs;
///
/// use rsa_run::{Document, PredictRequest};
///
/// let folder = tempfile::tempdir()?;
/// let write = |name: &str, value: fn(usize) -> f64| -> std::io::Result<String> {
///     let path = folder.path().join(name);
///     let line = |i: usize| format!("{},{}\n", value(i), value(i + 7));
///     fs::write(&path, (0..30).map(line).collect::<String>())?;
///     Ok(path.display().to_string())
/// };
/// let layer = write("layer.csv", |i| (i * i) as f64 % 11.0)?;
/// let brain = write("brain.csv", |i| 3.0 * ((i * i) as f64 % 11.0) + 1.0)?;
/// let result = PredictRequest::new([layer], brain).run(&())?;
/// assert!(result.targets[0].layers[0].median > 0.999);
/// assert!(result.text().contains("5 folds"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PredictRequest {
    /// Files or folders of the layers that predict: `FILE` or `FILE::NAME`.
    pub predictors: Vec<String>,
    /// File or folder of the responses that are predicted.
    pub target: String,
    /// Patterns, with `*` and `?`, of the names of the layers that predict; all by default.
    #[serde(default)]
    pub layers: Vec<String>,
    /// Patterns, with `*` and `?`, of the names of the layers of the target; all by default.
    #[serde(default)]
    pub target_layers: Vec<String>,
    /// Map, folds and score, as the measure `predict`.
    #[serde(default = "default_measure")]
    pub measure: MeasureSpec,
    /// Labels of conditions that folds keep together, `FILE` or `FILE::COLUMN`.
    #[serde(default)]
    pub condition_groups: Option<String>,
    /// Labels of conditions that every fold has an equal share of, `FILE` or `FILE::COLUMN`.
    #[serde(default)]
    pub strata: Option<String>,
    /// File of the condition of each row of the target.
    #[serde(default)]
    pub conditions: Option<String>,
    /// File of the run of each row of the target.
    #[serde(default)]
    pub runs: Option<String>,
    /// Estimate of the reliability; by default α, where the target has trials.
    #[serde(default)]
    pub reliability: Option<ReliabilityMethod>,
    /// Reading of the files.
    #[serde(default)]
    pub options: OpenOptions,
    /// Memory to use at most; a request that needs more is refused.
    #[serde(default)]
    pub memory: Option<MemorySize>,
}

/// The measure of a request that names none.
fn default_measure() -> MeasureSpec {
    MeasureSpec::Predict(Predict::default())
}

/// Stage of the progress.
const STAGE: &str = "predictions";

/// A layer with its scores of one target.
struct ScoredLayer {
    predictivity: Predictivity,
    inner: Result<Vec<f64>>,
    layer: LayerPredictivity,
}

impl PredictRequest {
    /// Takes files of layers and of responses; the other fields have their defaults.
    pub fn new<T: Into<String>>(predictors: impl IntoIterator<Item = T>, target: impl Into<String>) -> Self {
        Self {
            predictors: predictors.into_iter().map(Into::into).collect(),
            target: target.into(),
            layers: Vec::new(),
            target_layers: Vec::new(),
            measure: default_measure(),
            condition_groups: None,
            strata: None,
            conditions: None,
            runs: None,
            reliability: None,
            options: OpenOptions::default(),
            memory: None,
        }
    }

    /// Predicts every target from every layer.
    ///
    /// A layer that cannot predict a target is among the failures. Only without any result its error is returned.
    ///
    /// # Errors
    /// `InvalidParameter` for another measure; the errors of reading; `ShapeMismatch` or `LabelMismatch` for other
    /// conditions or groups; `TooFewConditions` for folds that are too small; `TooLarge`; `Cancelled`.
    pub fn run(&self, observer: &dyn Observer) -> Result<PredictResult> {
        let predict = self.predict()?;
        let budget = MemorySize::budget(self.memory, observer)?;
        let all_inputs = || self.predictors.iter().chain([&self.target]).map(String::as_str);
        ensure_features_are_chosen(all_inputs(), &self.options)?;
        let mut notes = Notes::new(observer);
        let filter = LayerFilter::new(&self.layers)?;
        let options = self.options_of_predictors();
        let (layers, mut inputs) = open_all(&self.predictors, &filter, &options, &mut notes, observer)?;
        let targets = self.read_targets(budget, &mut notes, &mut inputs)?;
        self.ensure_layers_fit(&layers, &targets, budget)?;
        let conditions = || targets.iter().map(|target| target.means.conditions());
        let alignment = Alignment::new(conditions().chain(layers.iter().map(|one| one.layer.conditions())));
        notes.add_all(alignment.notes(&self.target, "targets", conditions()));
        let of_layers = layers.iter().map(|one| one.layer.conditions());
        notes.add_all(alignment.notes(&self.predictors.join(", "), "layers", of_layers));
        let targets = targets.into_iter().map(|target| target.aligned(&alignment)).collect::<Result<Vec<_>>>()?;
        let groups = GroupTexts::read(self, alignment.reference(targets[0].means.conditions()), &mut notes)?;
        let groups = groups.groups(targets[0].means.conditions())?;
        let read = |target: &PredictTarget| {
            let responses = predict.read(&target.means, &groups);
            responses.map_err(|error| error.context(&target.place))
        };
        let responses = targets.iter().map(read).collect::<Result<Vec<_>>>()?;
        let (mut scored, mut failures) = (targets.iter().map(|_| Vec::new()).collect::<Vec<_>>(), Vec::new());
        let mut first_error = None;
        for (place, layer) in layers.iter().enumerate() {
            observer.ensure_going("the predictions")?;
            observer.progress(STAGE, place as u64, layers.len() as u64);
            let x = read_layer(layer, &alignment);
            let job = LayerScoring { predict, groups: &groups, has_choice: layers.len() > 1, name: &layer.name };
            let found = x.and_then(|x| job.score(&x, &targets, &responses));
            let found = found.unwrap_or_else(|error| targets.iter().map(|_| Err(error.clone())).collect());
            for ((one, target), scored) in found.into_iter().zip(&targets).zip(&mut scored) {
                match one.map_err(|error| error.context(&layer.place)) {
                    Ok(one) => scored.push(one),
                    Err(error) if error.kind() == &ErrorKind::Cancelled => return Err(error),
                    Err(error) => {
                        failures.push(PredictFailure::new(&target.name, &layer.name, &error));
                        first_error.get_or_insert(error);
                    }
                }
            }
        }
        observer.progress(STAGE, layers.len() as u64, layers.len() as u64);
        if let (true, Some(error)) = (scored.iter().all(Vec::is_empty), first_error) {
            return Err(error);
        }
        let n_folds = responses[0].folds().len();
        let test_conditions = responses[0].folds().iter().map(|fold| fold.test.len()).collect();
        let targets: Vec<_> =
            targets.into_iter().zip(scored).map(|(target, scored)| conclude(target, scored)).collect();
        Ok(PredictResult {
            rsakit: env!("CARGO_PKG_VERSION").to_owned(),
            measure: self.measure.clone(),
            n_conditions: groups.n_conditions(),
            n_groups: groups.count(),
            n_folds,
            test_conditions,
            targets,
            failures,
            inputs,
            notes: notes.into_texts(),
        })
    }

    fn predict(&self) -> Result<Predict> {
        match &self.measure {
            MeasureSpec::Predict(predict) if predict.from == Predict::default().from => Ok(*predict),
            MeasureSpec::Predict(_) => {
                Err(Error::invalid_parameter("from of predict", "left out: layers predict", "second"))
            }
            other => Err(Error::invalid_parameter("the measure of predictions", "predict with its parameters", other)),
        }
    }

    /// Returns the options without what is said of volumes and sensors, if only the target has some.
    fn options_of_predictors(&self) -> OpenOptions {
        let any = |is: &dyn Fn(&String) -> bool| self.predictors.iter().any(is);
        let mut options = self.options.clone();
        if !any(&|input| rsa_io::holds_volumes(input, &self.options)) {
            options = options.without_voxels();
        }
        match any(&|input| rsa_io::holds_sensors(input)) {
            true => options,
            false => OpenOptions { window: None, baseline: None, ..options },
        }
    }

    fn read_targets(
        &self,
        budget: usize,
        notes: &mut Notes<'_>,
        inputs: &mut Vec<Input>,
    ) -> Result<Vec<PredictTarget>> {
        let filter = LayerFilter::for_option("--target-layers", &self.target_layers)?;
        let (path, layers) = open_layers(&self.target, &filter, &self.options, notes)?;
        inputs.push(Input::from_layers(&self.target, &layers));
        let sizes = layers.iter().map(|layer| float_bytes(layer.n_conditions().saturating_mul(layer.n_features())));
        // Trials, their means, and the centered means.
        let needed = sizes.fold(0, usize::saturating_add).saturating_mul(3);
        ensure_fits(format_args!("the responses of {}", self.target), needed, budget, "take fewer --target-layers")?;
        let [conditions, runs] = [&self.conditions, &self.runs].map(|file| file.iter().cloned().collect::<Vec<_>>());
        let rows = RowFiles::read_all(&conditions, &runs, std::slice::from_ref(&self.target))?;
        let rows = rows.into_iter().next().unwrap_or_default();
        let read = |layer: &Layer| {
            let place = format!("{}::{}", path.display(), layer.name());
            PredictTarget::read(layer, &rows, self.reliability, &place).map_err(|error| error.context(&place))
        };
        layers.iter().map(read).collect()
    }

    /// Refuses layers of which one does not fit beside the targets.
    fn ensure_layers_fit(&self, layers: &[LayerToRead], targets: &[PredictTarget], budget: usize) -> Result<()> {
        let of_target = |target: &PredictTarget| {
            float_bytes(target.means.n_conditions().saturating_mul(target.means.n_features())).saturating_mul(3)
        };
        let held = targets.iter().map(of_target).fold(0, usize::saturating_add);
        for LayerToRead { place, layer, .. } in layers {
            let (n, p) = (layer.n_conditions(), layer.n_features());
            let need = self.measure.memory(n, p);
            let needed = [held, float_bytes(n.saturating_mul(p)), need.held, need.working];
            let needed = needed.into_iter().fold(0, usize::saturating_add);
            ensure_fits(format_args!("predictions from {place}"), needed, budget, "take fewer features or folds")?;
        }
        Ok(())
    }
}

/// Reads a layer in the common order of conditions.
fn read_layer(layer: &LayerToRead, alignment: &Alignment) -> Result<Representation> {
    alignment.align(layer.layer.read()?)
}

/// The scoring of one layer.
struct LayerScoring<'a> {
    predict: Predict,
    groups: &'a ConditionGroups,
    /// `true` if inner folds choose among several layers.
    has_choice: bool,
    name: &'a str,
}

impl LayerScoring<'_> {
    /// Predicts all targets from one layer, which is read once.
    fn score(
        &self,
        x: &Representation,
        targets: &[PredictTarget],
        responses: &[SplitResponses],
    ) -> Result<Vec<Result<ScoredLayer>>> {
        x.conditions().ensure_same(targets[0].means.conditions())?;
        let predictor = self.predict.read(x, self.groups)?;
        let one = |(target, responses): (&PredictTarget, &SplitResponses)| -> Result<ScoredLayer> {
            let predictivity = self.predict.predictivity(&predictor, responses)?;
            let inner = match self.has_choice {
                true => self.predict.inner_scores(x, &target.means, self.groups),
                false => Ok(Vec::new()),
            };
            let caveats = self.predict.caveats(&predictor, responses);
            let n_constant = predictor.n_features() - predictor.varying_features().len();
            let counts = [predictor.n_features(), n_constant];
            let layer = LayerPredictivity::new(self.name, counts, &predictivity, caveats, target)?;
            Ok(ScoredLayer { predictivity, inner, layer })
        };
        Ok(targets.iter().zip(responses).map(one).collect())
    }
}

/// Chooses among the layers of a target by inner folds.
fn conclude(target: PredictTarget, scored: Vec<ScoredLayer>) -> PredictedTarget {
    let (choice, choice_reason) = match scored.len() > 1 {
        false => (None, None),
        true => match choose(&scored) {
            Ok(found) => (Some(found), None),
            Err(error) => (None, Some(format!("no layer is chosen by inner folds: {error}"))),
        },
    };
    let layers = scored.into_iter().map(|one| one.layer).collect();
    PredictedTarget::new(target, layers, choice, choice_reason)
}

fn choose(scored: &[ScoredLayer]) -> Result<LayerChoice> {
    let candidates = scored.iter().map(|one| {
        let inner = one.inner.as_ref().map_err(Error::clone)?;
        Ok(LayerCandidate { outer: &one.predictivity, inner })
    });
    let found = ChosenLayer::new(&candidates.collect::<Result<Vec<_>>>()?)?;
    let layers = found.chosen.iter().map(|&place| scored[place].layer.layer.clone());
    Ok(LayerChoice { layers: layers.collect(), median: found.score })
}
