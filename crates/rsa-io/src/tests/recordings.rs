//! Recordings as MNE reads them (`tests/data/make_recordings.py`), for the tests of several formats.

use std::{collections::BTreeMap, path::Path};

use ndarray::Array3;
use serde::Deserialize;

use crate::{Epochs, OpenOptions};

/// Channels, events and values around them of a recording.
#[derive(Deserialize)]
pub(crate) struct Golden {
    channels: Vec<(String, String, Option<[f64; 3]>)>,
    rate: f64,
    labels: Vec<String>,
    samples: Vec<i64>,
    values: Vec<Vec<Vec<f64>>>,
}

/// A channel of a recording.
pub(crate) struct GoldenRecording {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) position: Option<[f64; 3]>,
}

impl Golden {
    pub(crate) fn channels(&self) -> impl Iterator<Item = GoldenRecording> {
        self.channels.iter().cloned().map(|(name, kind, position)| GoldenRecording { name, kind, position })
    }
}

/// Reads the recordings of a file of goldens.
pub(crate) fn golden_recordings(path: &Path) -> BTreeMap<String, Golden> {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Returns the options with the window of the goldens, -0.02 to 0.04 s.
pub(crate) fn window_options() -> OpenOptions {
    OpenOptions { window: Some("-0.02..0.044".parse().unwrap()), ..OpenOptions::default() }
}

/// Checks names, times, events and values.
pub(crate) fn ensure_alike(epochs: &Epochs, golden: &Golden, name: &str) {
    let names: Vec<_> = epochs.channels().iter().map(|channel| channel.name.clone()).collect();
    assert_eq!(names, golden.channels().map(|channel| channel.name).collect::<Vec<_>>(), "{name}");
    assert_eq!((epochs.times().rate(), epochs.times().first()), (golden.rate, -0.02), "{name}");
    assert_eq!(epochs.labels().unwrap(), golden.labels, "{name}");
    assert_eq!(epochs.event_samples().unwrap(), golden.samples, "{name}");
    let shape = (golden.values.len(), golden.channels.len(), golden.values[0][0].len());
    let expected = Array3::from_shape_vec(shape, golden.values.iter().flatten().flatten().copied().collect()).unwrap();
    let difference = (epochs.read().unwrap() - &expected).iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    // Of values up to 1e-4 V, with factors that are multiplied in another order.
    assert!(difference < 1e-18, "{name}: {difference}");
}
