//! Trials of sensors: channels, times, and the numbers of a recording that was cut around events.

mod channel;
mod epochs;
mod recording;
mod sample_times;
mod sensor_layers;
mod trial_samples;

pub(crate) use self::{
    channel::volts,
    epochs::TrialLabels,
    recording::{ContinuousSamples, Recording, RecordingEvent, events_path},
    sensor_layers::{list_layers, sensor_features},
    trial_samples::{StoredTrials, TrialPlace, TrialSamples},
};
pub use self::{
    channel::{Channel, ChannelKind},
    epochs::{Epochs, open_epochs},
    sample_times::{SampleTimes, TimeWindow},
};
