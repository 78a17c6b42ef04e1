//! [`PrepareRequest`]: from patterns to patterns, step by step.

mod events;
mod result;
mod step;
mod working_layer;

use std::path::PathBuf;

use rsa_io::{Convention, OpenOptions};
use rsakit::{
    Error, Result,
    core::{Observer, RowBlocks},
};
use serde::{Deserialize, Serialize};

use self::{
    events::{EventTable, split_rule},
    working_layer::{StepContext, WorkingLayer},
};
pub use self::{
    result::{PrepareResult, PreparedLayer},
    step::{AverageUnit, PrepareStep, RowScope},
};
use crate::{
    files_of_inputs::files_of_inputs,
    layer_filter::LayerFilter,
    layer_to_read::{self, LayerToRead},
    memory::{MemorySize, ensure_fits, float_bytes},
    noise::{NoiseForm, NoiseSettings, NoiseSource},
    notes::Notes,
    row_files::RowFiles,
};

/// Request for patterns that are made of patterns, by steps in the order of the request.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_io::{FloatWidth, npy, write_atomically};
/// use rsa_run::{PrepareRequest, PrepareStep, RowScope};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("trials.npy");
/// let trials = array![[1.0], [3.0], [10.0], [18.0]];
/// write_atomically(&path, false, |file| npy::write_matrix(file, trials.view(), FloatWidth::F64))?;
/// let runs = folder.path().join("runs.txt");
/// std::fs::write(&runs, "1\n1\n2\n2\n")?;
///
/// let request = PrepareRequest {
///     steps: vec![PrepareStep::Zscore(RowScope::Runs)],
///     runs: vec![runs.display().to_string()],
///     ..PrepareRequest::new([path.display().to_string()])
/// };
/// assert_eq!(request.run(&())?.layers[0].values, array![[-1.0], [1.0], [-1.0], [1.0]]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrepareRequest {
    /// Patterns or measurements: `FILE`, `FILE::NAME` or a folder each.
    pub inputs: Vec<String>,
    /// Steps, in the order in which they are applied.
    #[serde(default)]
    pub steps: Vec<PrepareStep>,
    /// File with the condition of each row; for inputs as in [`RdmRequest`](crate::RdmRequest::conditions).
    #[serde(default)]
    pub conditions: Vec<String>,
    /// File with the run of each row; for inputs as `conditions`.
    #[serde(default)]
    pub runs: Vec<String>,
    /// Table with a line for each row, such as the events of a run, by which rows are kept; for inputs as `conditions`.
    #[serde(default)]
    pub events: Vec<String>,
    /// Noise of the features, by which patterns are whitened.
    #[serde(flatten)]
    pub noise: NoiseSettings,
    /// Seed of random groups of trials; the same groups are drawn in all layers of the same rows.
    #[serde(default)]
    pub seed: u64,
    /// Patterns of names of layers, with `*` and `?`. Without patterns all layers are taken.
    #[serde(default)]
    pub layers: Vec<String>,
    /// Options for reading the inputs.
    #[serde(default)]
    pub options: OpenOptions,
    /// Memory to use at most; a request that needs more is refused.
    #[serde(default)]
    pub memory: Option<MemorySize>,
}

impl PrepareRequest {
    /// Makes a request without steps, which writes patterns with their labels.
    pub fn new<S: Into<String>>(inputs: impl IntoIterator<Item = S>) -> Self {
        Self {
            inputs: inputs.into_iter().map(Into::into).collect(),
            steps: Vec::new(),
            conditions: Vec::new(),
            runs: Vec::new(),
            events: Vec::new(),
            noise: NoiseSettings::default(),
            seed: 0,
            layers: Vec::new(),
            options: OpenOptions::default(),
            memory: None,
        }
    }

    /// Splits the request into one for each input, with the files of that input.
    ///
    /// # Errors
    /// `InvalidParameter` for another number of files than inputs, and for a pattern that does not fit an input.
    pub fn for_each_input(&self) -> Result<Vec<Self>> {
        let of = |option: &str, files: &[String]| files_of_inputs(option, files, &self.inputs);
        let (conditions, runs) = (of("--conditions", &self.conditions)?, of("--runs", &self.runs)?);
        let (events, residuals) = (of("--events", &self.events)?, of("--residuals", &self.noise.residuals)?);
        let residual_runs = of("--residual-runs", &self.noise.residual_runs)?;
        let list = |files: &[Option<String>], input: usize| files[input].iter().cloned().collect();
        let one = |(input, name): (usize, &String)| Self {
            inputs: vec![name.clone()],
            conditions: list(&conditions, input),
            runs: list(&runs, input),
            events: list(&events, input),
            noise: NoiseSettings {
                residuals: list(&residuals, input),
                residual_runs: list(&residual_runs, input),
                ..self.noise.clone()
            },
            ..self.clone()
        };
        Ok(self.inputs.iter().enumerate().map(one).collect())
    }

    /// Returns the files that are read beside the inputs and the files of voxels.
    ///
    /// # Errors
    /// The errors of [`for_each_input`](Self::for_each_input).
    pub fn files(&self) -> Result<Vec<PathBuf>> {
        let rows = RowFiles::names(&self.conditions, &self.runs, &self.inputs)?;
        let events = files_of_inputs("--events", &self.events, &self.inputs)?;
        let events = events.into_iter().flatten().map(PathBuf::from).collect();
        Ok([rows, events, self.noise.files(&self.inputs)?].concat())
    }

    /// Reads the patterns and applies the steps.
    ///
    /// # Errors
    /// `InvalidParameter` for settings that do not go together; the errors of reading; the errors of the steps, each naming
    /// the layer and the step; `TooLarge`; `Cancelled`.
    pub fn run(&self, observer: &dyn Observer) -> Result<PrepareResult> {
        self.check()?;
        let filter = LayerFilter::new(&self.layers)?;
        let budget = MemorySize::budget(self.memory, observer)?;
        let mut notes = Notes::new(observer);
        let rows = RowFiles::read_all(&self.conditions, &self.runs, &self.inputs)?;
        let events = files_of_inputs("--events", &self.events, &self.inputs)?;
        let events = events.iter().map(|file| file.as_deref().map(EventTable::read).transpose());
        let events: Vec<Option<EventTable>> = events.collect::<Result<_>>()?;
        let mut noise = NoiseSource::open_all(&self.noise, &self.inputs, &self.options, budget, &mut notes)?;
        let (layers, inputs) = layer_to_read::open_all(&self.inputs, &filter, &self.options, &mut notes, observer)?;
        ensure_layers_fit(&layers, &noise, budget)?;
        layer_to_read::hold_residuals(&layers, &mut noise, budget)?;
        let mut prepared = Vec::new();
        for (done, layer) in layers.iter().enumerate() {
            observer.progress("layers", done as u64, layers.len() as u64);
            let (events, noise) = (events[layer.input].as_ref(), Some(&noise[layer.input]));
            let named = |error: Error| error.context(&layer.place);
            let mut working = WorkingLayer::read(layer, &rows[layer.input], events).map_err(named)?;
            for (index, step) in self.steps.iter().enumerate() {
                observer.ensure_going("preparing patterns")?;
                let noise = noise.filter(|_| self.noise.are_given());
                let (input, index) = (self.inputs[layer.input].as_str(), index as u16);
                let context = StepContext { input, layer, events, noise, seed: self.seed, index };
                working = working.after(step, &context, &mut notes).map_err(|error| named(error.context(step)))?;
            }
            let WorkingLayer { values, conditions, runs, done, .. } = working;
            let (n_rows, n_features) = values.dim();
            prepared.push(PreparedLayer {
                name: layer.name.clone(),
                n_rows,
                n_features,
                conditions,
                runs,
                done,
                values,
            });
        }
        Ok(PrepareResult {
            rsakit: env!("CARGO_PKG_VERSION").to_owned(),
            steps: self.steps.clone(),
            layers: prepared,
            warnings: notes.into_texts(),
            inputs,
        })
    }

    /// Refuses settings that do not go together.
    fn check(&self) -> Result<()> {
        let refuse = |name: &str, requirement: &str, found: &str| {
            Err(Error::invalid_parameter(name, requirement, found.to_owned()))
        };
        let (noise, whitens) = (&self.noise, self.steps.contains(&PrepareStep::Whiten));
        noise.check()?;
        match (noise.are_given(), whitens) {
            (true, false) => return refuse("--noise and --precision", "given with --whiten", "no --whiten"),
            (false, true) => return refuse("--whiten", "given with --noise or --precision", "neither"),
            _ => {}
        }
        let mut by_events = false;
        for step in &self.steps {
            match step {
                PrepareStep::PseudoTrials(..2) => return refuse("--pseudo-trials", "2 or more", &step.to_string()),
                PrepareStep::KeepRows(rule) => split_rule("--keep-rows", rule).map(|_| by_events = true)?,
                PrepareStep::DropRows(rule) => split_rule("--drop-rows", rule).map(|_| by_events = true)?,
                _ => {}
            }
        }
        if by_events == self.events.is_empty() {
            let requirement = "given together: a table with a line for each row, and the rows to take of it";
            return refuse("--events and --keep-rows or --drop-rows", requirement, "one of them");
        }
        if self.options.convention == Convention::Pixels {
            return refuse("--conv", "flatten, mean or max, because rows are trials here", "pixels");
        }
        match self.steps.len() <= usize::from(u16::MAX) {
            true => Ok(()),
            false => refuse("the steps", "65535 at most", &self.steps.len().to_string()),
        }
    }
}

/// Refuses layers that do not fit into memory together with the largest of them while it is worked on.
fn ensure_layers_fit(layers: &[LayerToRead], noise: &[NoiseSource], budget: usize) -> Result<()> {
    let bytes = |one: &LayerToRead| float_bytes(one.layer.n_conditions().saturating_mul(one.layer.n_features()));
    let working = |one: &LayerToRead| {
        let (rows, p) = (one.layer.n_conditions(), one.layer.n_features());
        let source = &noise[one.input];
        let residuals = float_bytes(source.n_residuals().saturating_mul(p)).saturating_mul(4);
        let matrices = match source.form(rows, p, true) {
            NoiseForm::AllPairs => float_bytes(p.saturating_mul(p)).saturating_mul(4),
            NoiseForm::Few | NoiseForm::Products => 0,
        };
        bytes(one).saturating_mul(4).saturating_add(residuals).saturating_add(matrices)
    };
    let held = layers.iter().map(bytes).fold(0, usize::saturating_add);
    let needed = held.saturating_add(layers.iter().map(working).max().unwrap_or(0));
    let s = if layers.len() == 1 { "" } else { "s" };
    let remedy = "take fewer inputs or layers at a time, fewer features, or --noise diagonal";
    ensure_fits(format_args!("preparing {} layer{s}", layers.len()), needed, budget, remedy)
}
