//! Trials of sensors from recordings and arrays.

use ndarray::{Array3, Axis};
use rsa_brain::MeasurementsInTime;
use rsa_io::{ChannelKind, Epochs, OpenOptions, SampleTimes, open_epochs};
use rsakit::{
    Error, Result,
    core::{Conditions, RowBlocks},
};

use super::MovieRequest;
use crate::{
    inputs::{Input, data_error, open_source},
    memory::{ensure_fits, float_bytes},
    notes::Notes,
    row_files::{RowFiles, repeat_for_rows},
};

/// Copies of the trials that are held at once: as read, by time, in bins, and averaged.
const COPIES: usize = 4;

impl MovieRequest {
    /// Reads the trials of an input, with conditions and runs.
    pub(super) fn read(
        &self,
        input: &str,
        rows: &RowFiles,
        budget: usize,
        notes: &mut Notes<'_>,
    ) -> Result<(MeasurementsInTime, Input)> {
        match rsa_io::holds_sensors(input) {
            true => self.read_epochs(input, rows, budget, notes),
            false => self.read_array(input, rows, budget, notes),
        }
    }

    fn read_epochs(
        &self,
        input: &str,
        rows: &RowFiles,
        budget: usize,
        notes: &mut Notes<'_>,
    ) -> Result<(MeasurementsInTime, Input)> {
        if self.times.is_some() {
            return Err(Error::invalid_parameter("--times", "given for arrays; recordings have times", input));
        }
        let epochs = of_one_kind(open_epochs(input, &self.options).map_err(data_error)?, input, notes)?;
        let (n_trials, n_channels, n_times) = (epochs.n_trials(), epochs.channels().len(), epochs.times().count());
        ensure_trials_fit(n_trials.saturating_mul(n_channels).saturating_mul(n_times), input, budget)?;
        let values = epochs.read().map_err(data_error)?;
        if let Some(((trial, channel, time), value)) = values.indexed_iter().find(|(_, value)| !value.is_finite()) {
            return Err(Error::non_finite_entry(
                format!("{input}: channel '{}' at {} s", epochs.channels()[channel].name, epochs.times().time(time)),
                trial,
                channel,
                *value,
            ));
        }
        let own = epochs.labels().map(|labels| Conditions::labeled(labels.iter().map(String::as_str)));
        let own = own.unwrap_or_else(|| Conditions::unlabeled(n_trials));
        let trials = labeled(in_time(values, epochs.times())?.with_precision(epochs.precision()), rows, &own, None)?;
        let holds = format!("{n_trials} trials × {n_channels} channels × {n_times} times");
        Ok((trials, Input { name: input.to_owned(), holds, ..Input::default() }))
    }

    fn read_array(
        &self,
        input: &str,
        rows: &RowFiles,
        budget: usize,
        notes: &mut Notes<'_>,
    ) -> Result<(MeasurementsInTime, Input)> {
        let (Some(steps), Some(_)) = (self.times, &self.options.axes) else {
            let requirement = "given for an array: its axes, --axes conditions,channels,time in the order of the file, and \
                               the times of its samples, --times FIRST,STEP in seconds";
            return Err(Error::invalid_parameter("--axes and --times", requirement, input));
        };
        let options = OpenOptions { window: None, baseline: None, ..self.options.clone() };
        let source = open_source(input, &options)?;
        notes.add_all(source.warnings());
        let [layer] = source.layers() else {
            return Err(Error::format(format!(
                "{input}: holds {} arrays; name the one with the trials, as {input}::NAME",
                source.layers().len()
            )));
        };
        let features = layer.features();
        let axes: Vec<(&str, usize)> = features
            .grid()
            .map_or_else(Vec::new, |grid| grid.axes().iter().map(|axis| (axis.name.as_str(), axis.length)).collect());
        let (turned, n_channels, n_times) = match axes[..] {
            [(_, channels), ("time", times)] => (false, channels, times),
            [("time", times), (_, channels)] => (true, channels, times),
            _ => {
                return Err(Error::shape_mismatch(format!(
                    "{input} has the shape {:?}, and --axes names no conditions, channels and time of it",
                    layer.shape()
                )));
            }
        };
        let n_trials = layer.n_conditions();
        ensure_trials_fit(n_trials.saturating_mul(features.count()), input, budget)?;
        let x = layer.read().map_err(data_error)?;
        let shape = if turned { [n_trials, n_times, n_channels] } else { [n_trials, n_channels, n_times] };
        let values = x.values().to_owned().into_shape_with_order(shape);
        let values = values.map_err(|error| Error::shape_mismatch(format!("{input}: {error}")))?;
        let values = if turned { values.permuted_axes([0, 2, 1]) } else { values };
        let rate = 1.0 / steps.step;
        let times = SampleTimes::new(steps.first * rate, rate, n_times)?;
        let (values, times) = chosen_times(values, times, &self.options)?;
        let trials = in_time(values, &times)?.with_precision(x.precision());
        rows.ensure_fit_rows(x.conditions())?;
        let runs = rows.runs_of(layer).map(|runs| repeat_for_rows(runs, x.conditions()));
        let trials = labeled(trials, rows, x.conditions(), runs)?;
        Ok((trials, Input::from_layers(input, source.layers())))
    }
}

/// Returns the good channels of the only kind of the brain, or of the kind that the input names.
fn of_one_kind(epochs: Epochs, input: &str, notes: &mut Notes<'_>) -> Result<Epochs> {
    notes.add_all(epochs.notes());
    let has = |kind: &ChannelKind| epochs.channels().iter().any(|channel| channel.kind == *kind);
    let brain: Vec<ChannelKind> = ChannelKind::ALL.into_iter().filter(|kind| has(kind) && kind.is_of_brain()).collect();
    let kind = match (&brain[..], epochs.channels()) {
        ([kind], _) => *kind,
        ([], [first, ..]) => first.kind,
        (several, _) => {
            let words: Vec<_> = several.iter().map(|kind| format!("{input}::{}", kind.word())).collect();
            return Err(Error::invalid_parameter(
                input.to_owned(),
                format!("one kind of channels: {}", words.join(", ")),
                format_args!("{} kinds", several.len()),
            ));
        }
    };
    let bad = epochs.channels().iter().filter(|channel| channel.kind == kind && channel.is_bad).count();
    if bad > 0 {
        notes.add(format!("{input}: {bad} {kind} channels are marked as bad and left out"));
    }
    epochs.with_channels(|channel| channel.kind == kind && !channel.is_bad).map_err(|error| error.context(input))
}

fn in_time(values: Array3<f64>, times: &SampleTimes) -> Result<MeasurementsInTime> {
    MeasurementsInTime::new(values.view(), (0..times.count()).map(|k| times.time(k)).collect())
}

/// Subtracts the baseline of an array, then keeps the times in the window.
fn chosen_times(
    mut values: Array3<f64>,
    times: SampleTimes,
    options: &OpenOptions,
) -> Result<(Array3<f64>, SampleTimes)> {
    if let Some(baseline) = options.baseline {
        let samples = times.samples_in(baseline)?;
        let n = samples.len() as f64;
        let before = values.slice_axis(Axis(2), samples.into()).sum_axis(Axis(2)) / n;
        values.axis_iter_mut(Axis(2)).for_each(|mut at| at -= &before);
    }
    let Some(window) = options.window else { return Ok((values, times)) };
    let samples = times.samples_in(window)?;
    let part = times.part(samples.clone());
    Ok((values.slice_axis(Axis(2), samples.into()).to_owned(), part))
}

/// Adds the conditions of a file or of the input itself, and the runs.
fn labeled(
    trials: MeasurementsInTime,
    rows: &RowFiles,
    own: &Conditions,
    runs: Option<Vec<String>>,
) -> Result<MeasurementsInTime> {
    rows.ensure_fit_rows(own)?;
    let given = rows.conditions_of_rows(own);
    let labels = given.as_ref().unwrap_or(own).labels();
    let trials = match labels {
        Some(labels) => trials.with_conditions(labels.to_vec())?,
        None => trials,
    };
    let runs = runs.or_else(|| rows.runs.as_ref().map(|file| file.labels().to_vec()));
    // Runs of the input itself matter only where conditions are known to recur or to differ.
    match runs.filter(|_| labels.is_some() || rows.runs.is_some()) {
        Some(runs) => trials.with_runs(runs),
        None => Ok(trials),
    }
}

fn ensure_trials_fit(n_values: usize, input: &str, budget: usize) -> Result<()> {
    let needed = float_bytes(n_values).saturating_mul(COPIES);
    ensure_fits(
        format_args!("{input}: its trials"),
        needed,
        budget,
        "choose fewer times with --window, or one kind of channels",
    )
}
