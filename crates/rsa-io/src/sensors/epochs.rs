//! [`Epochs`]: trials × channels × times, read when they are asked for.

use std::{ops::Range, sync::Arc};

use ndarray::{Array2, Array3, ArrayViewMut2, Axis};
use rsa_core::{Error, Result};

use super::{Channel, ChannelKind, SampleTimes, TimeWindow, TrialSamples};
use crate::{
    contents::Numbers,
    formats::of_file,
    layout::{Layout, MemoryOrder, allocate, too_large},
    open::split_address,
    options::OpenOptions,
    precision,
};

/// Trials of a recording of MEG or EEG: trials × channels × times in SI units.
///
/// Opening reads what the file says of itself. Samples are read when they are asked for, of all trials or of a block of
/// them, and arrive as `f64`; bad channels are among them and marked. [`open_epochs`] opens a file.
///
/// # Example
/// ```no_run
/// use rsa_io::{ChannelKind, OpenOptions, open_epochs};
///
/// let epochs = open_epochs("sub-01-epo.fif", &OpenOptions::default())?;
/// let magnetometers = epochs.with_channels(|channel| channel.kind == ChannelKind::Mag && !channel.is_bad)?;
/// let early = magnetometers.with_window("0.05..0.15".parse()?)?;
/// let values = early.read_trials(0..10)?;
/// assert_eq!(values.dim(), (10, early.channels().len(), early.times().count()));
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Epochs {
    place: String,
    channels: Arc<[Channel]>,
    /// The places of the channels in the file, which ascend.
    columns: Arc<[usize]>,
    times: SampleTimes,
    /// The samples of a trial that are its times.
    window: Range<usize>,
    /// The samples whose mean is subtracted.
    baseline: Option<Range<usize>>,
    all_times: SampleTimes,
    labels: TrialLabels,
    shape: [usize; 3],
    trials: Arc<dyn TrialSamples>,
    notes: Vec<String>,
}

/// Condition and event of each trial, as far as a file has them.
#[derive(Clone, Debug, Default)]
pub(crate) struct TrialLabels {
    pub(crate) conditions: Option<Arc<[String]>>,
    /// Samples of the events in the recording.
    pub(crate) samples: Option<Arc<[i64]>>,
}

/// Opens the trials in `FILE`, or those of one kind of channels, `FILE::mag`.
///
/// The window and the baseline of `options` are applied. A continuous recording needs a window, which is cut around its
/// events.
///
/// # Errors
/// `Io` if the file cannot be read, `Format` if it is malformed or holds no trials, `InvalidParameter` if the window
/// reaches beyond the trials.
pub fn open_epochs(input: &str, options: &OpenOptions) -> Result<Epochs> {
    let (path, kind) = split_address(input);
    let opened = of_file(path).and_then(|format| format.open_epochs(path, options)).and_then(|epochs| {
        let epochs = epochs.with_options(options)?;
        let Some(kind) = kind else { return Ok(epochs) };
        let known = ChannelKind::ALL.into_iter().find(|known| known.word() == kind);
        let missing = || Error::format(format!("has no channels of the kind '{kind}'"));
        let of_kind = |channel: &Channel| Some(channel.kind) == known;
        match epochs.channels.iter().any(of_kind) {
            true => epochs.with_channels(of_kind),
            false => Err(missing()),
        }
    });
    opened.map_err(|error| error.context(path.display()))
}

impl Epochs {
    /// Returns the trials of a file with these `channels`, all that it has, and `times`.
    ///
    /// # Errors
    /// `ShapeMismatch` without a channel, `TooFewConditions` without a trial, `Format` if no file can be that large.
    pub(crate) fn new(
        place: String,
        channels: Vec<Channel>,
        times: SampleTimes,
        labels: TrialLabels,
        trials: impl TrialSamples + 'static,
    ) -> Result<Self> {
        let shape = [trials.n_trials(), channels.len(), times.count()];
        Layout::new(trials.number(), shape.to_vec(), MemoryOrder::C)?;
        Ok(Self {
            place,
            columns: (0..channels.len()).collect(),
            channels: channels.into(),
            times,
            window: 0..times.count(),
            baseline: None,
            all_times: times,
            labels,
            shape,
            trials: Arc::new(trials),
            notes: Vec::new(),
        })
    }

    /// Returns the trials with doubts about the file, one sentence each.
    pub(crate) fn with_notes(self, notes: Vec<String>) -> Self {
        Self { notes, ..self }
    }

    /// Returns the trials in the window and after the baseline of `options`.
    pub(crate) fn with_options(self, options: &OpenOptions) -> Result<Self> {
        let windowed = options.window.map_or_else(|| Ok(self.clone()), |window| self.with_window(window))?;
        match options.baseline {
            Some(baseline) => windowed.with_baseline(baseline),
            None => Ok(windowed),
        }
    }

    /// Returns the trials with the channels for which `keep` is true.
    ///
    /// # Errors
    /// `Degenerate` if there is none.
    pub fn with_channels(&self, keep: impl Fn(&Channel) -> bool) -> Result<Self> {
        let kept: Vec<usize> = (0..self.channels.len()).filter(|&k| keep(&self.channels[k])).collect();
        if kept.is_empty() {
            return Err(Error::degenerate(format!("none of {} channels is kept", self.channels.len()), "keep some"));
        }
        Ok(Self {
            shape: [self.shape[0], kept.len(), self.shape[2]],
            channels: kept.iter().map(|&k| self.channels[k].clone()).collect(),
            columns: kept.iter().map(|&k| self.columns[k]).collect(),
            ..self.clone()
        })
    }

    /// Returns the trials with the times in `window` alone.
    ///
    /// # Errors
    /// `InvalidParameter` if the window has no sample or reaches beyond those of the file.
    pub fn with_window(&self, window: TimeWindow) -> Result<Self> {
        let window = self.all_times.samples_in(window)?;
        Ok(Self {
            shape: [self.shape[0], self.shape[1], window.len()],
            times: self.all_times.part(window.clone()),
            window,
            ..self.clone()
        })
    }

    /// Returns the trials after the mean over the times in `baseline` is subtracted from each channel of each trial.
    ///
    /// # Errors
    /// `InvalidParameter` if the window has no sample or reaches beyond those of the file.
    pub fn with_baseline(&self, baseline: TimeWindow) -> Result<Self> {
        Ok(Self { baseline: Some(self.all_times.samples_in(baseline)?), ..self.clone() })
    }

    /// Returns `true` if both have the same channels and times.
    pub(crate) fn has_features_of(&self, other: &Self) -> bool {
        let names = |epochs: &'_ Self| epochs.channels.iter().map(|channel| channel.name.clone()).collect::<Vec<_>>();
        self.times == other.times && names(self) == names(other)
    }

    /// Returns the file.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Returns the number of trials.
    pub fn n_trials(&self) -> usize {
        self.shape[0]
    }

    /// Returns the channels in the order of the file.
    pub fn channels(&self) -> &[Channel] {
        &self.channels
    }

    /// Returns the times of the samples.
    pub fn times(&self) -> &SampleTimes {
        &self.times
    }

    /// Returns the condition of each trial, where the file has it.
    pub fn labels(&self) -> Option<&[String]> {
        self.labels.conditions.as_deref()
    }

    /// Returns the sample of the event of each trial in the recording, where the file has it.
    pub fn event_samples(&self) -> Option<&[i64]> {
        self.labels.samples.as_deref()
    }

    /// Returns what is to be known of the file, one sentence each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Returns the relative spacing of the numbers in the file.
    pub fn precision(&self) -> f64 {
        self.trials.number().precision()
    }

    /// Reads all trials: trials × channels × times.
    ///
    /// # Errors
    /// `Format` if the data are damaged, `Io` if they cannot be read or do not fit into memory.
    pub fn read(&self) -> Result<Array3<f64>> {
        self.read_trials(0..self.n_trials())
    }

    /// Reads some trials: trials × channels × times.
    ///
    /// # Errors
    /// The errors of [`read`](Self::read).
    ///
    /// # Panics
    /// If there are not as many trials.
    pub fn read_trials(&self, trials: Range<usize>) -> Result<Array3<f64>> {
        let [_, n_channels, n_times] = self.shape;
        let (n, p) = (trials.len(), self.n_columns());
        let mut values = allocate(n, p)?;
        self.read_block(trials, 0..p, values.view_mut()).map_err(|error| error.context(&self.place))?;
        values.into_shape_with_order([n, n_channels, n_times]).map_err(|_| too_large(n, p))
    }

    /// Reads the channels `channels` of a trial, counted among those that are kept.
    fn read_channels(&self, trial: usize, channels: Range<usize>, out: &mut [f64]) -> Result<()> {
        let columns = &self.columns[channels];
        self.trials.read(trial, columns, self.window.clone(), out)?;
        let Some(baseline) = self.baseline.clone() else { return Ok(()) };
        let n = baseline.len();
        let mut before = allocate(columns.len(), n)?;
        let values = before.as_slice_mut().expect("it was just allocated row by row");
        self.trials.read(trial, columns, baseline, values)?;
        for (out, before) in out.chunks_exact_mut(self.times.count()).zip(values.chunks_exact(n)) {
            let mean = before.iter().map(|value| value / n as f64).sum::<f64>();
            out.iter_mut().for_each(|value| *value -= mean);
        }
        Ok(())
    }

    /// Returns the channels that the features `columns` are of.
    fn channels_of(&self, columns: &Range<usize>) -> Range<usize> {
        columns.start / self.times.count()..columns.end.div_ceil(self.times.count())
    }
}

impl Numbers for Epochs {
    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn dtype(&self) -> &'static str {
        self.trials.number().name()
    }

    fn precision(&self) -> f64 {
        self.trials.number().precision()
    }

    fn precision_of(&self, values: &[f64]) -> f64 {
        precision::of_floats(values, self.trials.number())
    }

    /// Returns the trials as they are.
    ///
    /// # Panics
    /// If another axis is wanted: trials are the first axis, whatever is said of other arrays.
    fn with_rows_along(&self, axis: usize) -> Arc<dyn Numbers> {
        assert_eq!(axis, 0, "trials are the rows");
        Arc::new(self.clone())
    }

    fn n_rows(&self) -> usize {
        self.shape[0]
    }

    fn n_columns(&self) -> usize {
        self.shape[1] * self.shape[2]
    }

    fn read_block(&self, rows: Range<usize>, columns: Range<usize>, mut block: ArrayViewMut2<'_, f64>) -> Result<()> {
        if columns.is_empty() {
            return Ok(());
        }
        let channels = self.channels_of(&columns);
        let first = channels.start * self.times.count();
        let is_whole = columns.start == first && columns.end == channels.end * self.times.count();
        let mut buffer = Vec::new();
        for (trial, mut values) in rows.zip(block.axis_iter_mut(Axis(0))) {
            if let (true, Some(values)) = (is_whole, values.as_slice_mut()) {
                self.read_channels(trial, channels.clone(), values)?;
                continue;
            }
            let needed = channels.len() * self.times.count();
            buffer.try_reserve_exact(needed).map_err(|_| too_large(1, needed))?;
            buffer.resize(needed, 0.0);
            self.read_channels(trial, channels.clone(), &mut buffer)?;
            let read = &buffer[columns.start - first..][..columns.len()];
            values.iter_mut().zip(read).for_each(|(value, read)| *value = *read);
        }
        Ok(())
    }

    fn read_columns(&self, rows: Range<usize>, columns: &[usize], mut block: ArrayViewMut2<'_, f64>) -> Result<()> {
        let (Some(&first), Some(&last)) = (columns.iter().min(), columns.iter().max()) else { return Ok(()) };
        let mut read = allocate(1, last + 1 - first)?;
        for (trial, mut values) in rows.zip(block.axis_iter_mut(Axis(0))) {
            self.read_block(trial..trial + 1, first..last + 1, read.view_mut())?;
            values.iter_mut().zip(columns).for_each(|(value, &column)| *value = read[[0, column - first]]);
        }
        Ok(())
    }

    fn read_all(&self) -> Result<Array2<f64>> {
        let (n, p) = (self.n_rows(), self.n_columns());
        let mut values = allocate(n, p)?;
        self.read_block(0..n, 0..p, values.view_mut())?;
        Ok(values)
    }

    fn ensure_read_in_place(&self) -> Result<()> {
        self.trials.ensure_read_in_place()
    }
}
