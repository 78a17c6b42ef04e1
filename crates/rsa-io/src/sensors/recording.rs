//! [`Recording`]: a continuous recording, of which the stretches around events are trials.

use std::{
    collections::BTreeMap,
    fmt,
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use rsa_core::{Error, Result};

use super::{Channel, Epochs, SampleTimes, TimeWindow, TrialLabels, TrialSamples, list_layers};
use crate::{
    contents::Contents, labels::read_columns, number::Number, open::enumerate, options::OpenOptions, positioned::stem,
};

/// Parts of a sample by which a time may differ from that of a sample and still be it.
const TOLERANCE: f64 = 1e-3;

/// Samples that follow one another in a recording. Several threads may read at once.
pub(crate) trait ContinuousSamples: fmt::Debug + Send + Sync {
    /// Returns the form of the numbers in the file.
    fn number(&self) -> Number;

    /// Reads `samples` of `channels`, which ascend: `out` has one channel after the other.
    fn read(&self, channels: &[usize], samples: Range<usize>, out: &mut [f64]) -> Result<()>;
}

/// An event of a recording: what happened, and at which sample.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RecordingEvent {
    pub(crate) sample: i64,
    pub(crate) label: String,
}

/// A continuous recording.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) channels: Vec<Channel>,
    pub(crate) rate: f64,
    pub(crate) n_samples: usize,
    pub(crate) events: Vec<RecordingEvent>,
    /// Samples, in ascending order, before which the recording was interrupted.
    pub(crate) breaks: Vec<usize>,
    pub(crate) samples: Arc<dyn ContinuousSamples>,
    pub(crate) notes: Vec<String>,
}

impl Recording {
    /// Lists the trials that the window of `options` cuts; without a window, the reason why there are none.
    ///
    /// # Errors
    /// The errors of [`cut`](Self::cut).
    pub(crate) fn list(self, path: &Path, options: &OpenOptions) -> Result<Contents> {
        if options.window.is_none() {
            let mut contents = Contents { warnings: self.notes.clone(), ..Contents::default() };
            contents.skip(stem(path), self.without_window());
            return Ok(contents);
        }
        list_layers(path, self.cut(path, options)?, options)
    }

    /// Returns the trials around the events, with the times of window and baseline.
    ///
    /// # Errors
    /// `Format` without a window, or if no event has its whole window in the recording; `InvalidParameter` for a window
    /// without a sample.
    pub(crate) fn cut(self, path: &Path, options: &OpenOptions) -> Result<Epochs> {
        let Some(window) = options.window else { return Err(self.without_window()) };
        // The baseline may be outside the window.
        let start = options.baseline.map_or(window.start, |baseline| baseline.start.min(window.start));
        let end = options.baseline.map_or(window.end, |baseline| baseline.end.max(window.end));
        let (first, n_times) = samples_at(TimeWindow { start, end }, self.rate)?;
        let mut notes = self.notes;
        let (mut starts, mut labels, mut samples, mut lost) = (Vec::new(), Vec::new(), Vec::new(), 0);
        for RecordingEvent { sample, label } in self.events {
            let start = sample.checked_add(first).and_then(|start| usize::try_from(start).ok());
            let stretch = start.and_then(|start| Some(start..start.checked_add(n_times)?));
            match stretch.filter(|stretch| stretch.end <= self.n_samples && !is_broken(&self.breaks, stretch)) {
                Some(stretch) => {
                    starts.push(stretch.start);
                    labels.push(label);
                    samples.push(sample);
                }
                None => lost += 1,
            }
        }
        if starts.is_empty() {
            return Err(Error::format(format!(
                "no event has all of {start} to {end} s around it in the recording, of {lost} events; choose a shorter --window, \
                 or give the events in a table of BIDS, {}",
                events_path(path).display()
            )));
        }
        if lost > 0 {
            notes.push(format!(
                "{lost} of {} events are left out, because the recording does not have all of {start} to {end} s around them",
                lost + starts.len()
            ));
        }
        notes.push(format!("trials are {start} to {end} s around {} events: {}", starts.len(), count_labels(&labels)));
        if options.baseline.is_none() {
            notes.push("no baseline is subtracted; --baseline FROM..TO subtracts the mean over these times".to_owned());
        }
        let times = SampleTimes::new(first as f64, self.rate, n_times)?;
        let labels = TrialLabels { conditions: Some(labels.into()), samples: Some(samples.into()) };
        let trials = CutTrials { starts, samples: self.samples };
        Ok(Epochs::new(path.display().to_string(), self.channels, times, labels, trials)?.with_notes(notes))
    }

    /// Takes the events of the table of BIDS beside the recording at `path`, if there is one.
    ///
    /// # Errors
    /// The errors of reading the table; `Format` if it has no columns `onset` and `trial_type`, or an onset that is no number.
    pub(crate) fn with_events_beside(mut self, path: &Path) -> Result<Self> {
        let table = events_path(path);
        if !table.is_file() {
            return Ok(self);
        }
        let name = table.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.events = read_events(&table, self.rate)?;
        self.notes.push(format!("events are those of '{name}', named by the column 'trial_type'"));
        Ok(self)
    }

    fn without_window(&self) -> Error {
        let events = match self.events.as_slice() {
            [] => "it has no events: give them in a table of BIDS beside it".to_owned(),
            events => {
                let labels: Vec<_> = events.iter().map(|event| event.label.clone()).collect();
                format!("--window -0.1..0.5 makes trials of the times around its events: {}", count_labels(&labels))
            }
        };
        Error::format(format!(
            "is a continuous recording of {} channels × {} samples ({:.1} s at {} Hz), whose samples are no conditions; {events}",
            self.channels.len(),
            self.n_samples,
            self.n_samples as f64 / self.rate,
            self.rate
        ))
    }
}

/// Returns the samples of a window around an event, which is sample 0: the first one and their number.
fn samples_at(window: TimeWindow, rate: f64) -> Result<(i64, usize)> {
    let sample = |time: f64| (time * rate - TOLERANCE).ceil();
    let (start, end) = (sample(window.start), sample(window.end));
    // All whole numbers in this range are exact.
    match end > start && start.abs() < 2f64.powi(50) && end.abs() < 2f64.powi(50) {
        true => Ok((start as i64, (end - start) as usize)),
        false => Err(Error::invalid_parameter("the time window", format!("of samples, {rate} a second"), window)),
    }
}

/// Returns `true` if the recording was interrupted within `stretch`.
fn is_broken(breaks: &[usize], stretch: &Range<usize>) -> bool {
    let next = breaks.partition_point(|&sample| sample <= stretch.start);
    breaks.get(next).is_some_and(|&sample| sample < stretch.end)
}

/// Returns the labels with their counts.
fn count_labels(labels: &[String]) -> String {
    let mut counts = BTreeMap::<&str, usize>::new();
    labels.iter().for_each(|label| *counts.entry(label).or_default() += 1);
    enumerate(&counts.iter().map(|(label, count)| format!("'{label}' ({count})")).collect::<Vec<_>>())
}

/// Returns the table of events that BIDS has beside a recording: `sub-01_events.tsv` of `sub-01_eeg.vhdr`.
pub(crate) fn events_path(path: &Path) -> PathBuf {
    let name = stem(path);
    let base = ["_eeg", "_ieeg", "_meg"].into_iter().find_map(|kind| name.strip_suffix(kind)).unwrap_or(&name);
    path.with_file_name(format!("{base}_events.tsv"))
}

/// Reads the events of a table of BIDS; those without a time or a name are none.
fn read_events(path: &Path, rate: f64) -> Result<Vec<RecordingEvent>> {
    let table = read_columns(path, true)?;
    let find = |name: &str| table.find(name).map_err(|error| error.context(path.display()));
    let (onsets, labels) = (find("onset")?, find("trial_type")?);
    let is_event = |&row: &usize| !table.is_missing(row, onsets) && !table.is_missing(row, labels);
    let event = |row| {
        let onset = table.number(row, onsets).map_err(|error| error.context(path.display()))?;
        let sample = (onset * rate).round();
        // All whole numbers in this range are exact; others are beyond every recording.
        let sample = sample.clamp(-(2f64.powi(50)), 2f64.powi(50)) as i64;
        Ok(RecordingEvent { sample, label: table.cell(row, labels).to_owned() })
    };
    (0..table.n_rows()).filter(is_event).map(event).collect()
}

/// Stretches of a recording that begin at `starts`.
#[derive(Clone, Debug)]
struct CutTrials {
    starts: Vec<usize>,
    samples: Arc<dyn ContinuousSamples>,
}

impl TrialSamples for CutTrials {
    fn number(&self) -> Number {
        self.samples.number()
    }

    fn n_trials(&self) -> usize {
        self.starts.len()
    }

    fn read(&self, trial: usize, channels: &[usize], times: Range<usize>, out: &mut [f64]) -> Result<()> {
        let start = self.starts[trial];
        self.samples.read(channels, start + times.start..start + times.end, out)
    }

    fn ensure_read_in_place(&self) -> Result<()> {
        Ok(())
    }
}
