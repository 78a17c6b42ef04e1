//! EDF, EDF+ and BDF: recordings in records of equal duration, each of which holds a piece of every signal.

mod annotations;
mod edf_header;
mod record_samples;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rsa_core::{Error, Result};

use self::{annotations::FoundAnnotations, edf_header::EdfHeader, record_samples::RecordSamples};
use crate::{
    contents::Contents,
    format::FileFormat,
    open::enumerate,
    options::OpenOptions,
    positioned::PositionedFile,
    sensors::{Channel, ChannelKind, Epochs, Recording, events_path, volts},
};

/// The format of `.edf` and `.bdf`.
pub(crate) struct EdfFormat;

impl FileFormat for EdfFormat {
    fn name(&self) -> &'static str {
        "EDF"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["edf", "bdf"]
    }

    fn names_arrays(&self) -> bool {
        true
    }

    fn companions(&self, path: &Path) -> Vec<PathBuf> {
        Some(events_path(path)).filter(|events| events.is_file()).into_iter().collect()
    }

    fn is_of_sensors(&self) -> bool {
        true
    }

    fn open_epochs(&self, path: &Path, options: &OpenOptions) -> Result<Epochs> {
        open_recording(path)?.cut(path, options)
    }

    fn open(&self, path: &Path, options: &OpenOptions) -> Result<Contents> {
        open_recording(path)?.list(path, options)
    }
}

fn open_recording(path: &Path) -> Result<Recording> {
    let file = PositionedFile::open(path)?;
    let header = EdfHeader::read(&file)?;
    let mut notes = header.notes.clone();
    let signals: Vec<_> = header.signals.iter().filter(|signal| !signal.is_annotations).collect();
    let Some(first) = signals.first() else { return Err(Error::format("holds annotations and no signal")) };
    let per_record = first.n_samples;
    if signals.iter().any(|signal| signal.n_samples != per_record) {
        let rates =
            signals.iter().map(|signal| format!("'{}' {} Hz", signal.label, signal.n_samples as f64 / header.duration));
        return Err(Error::format(format!(
            "holds signals of several sampling rates, and one is read: {}; choose signals of one rate in Python: import mne; \
             raw = mne.io.read_raw(FILE, include=[NAMES]); mne.Epochs(raw, *mne.events_from_annotations(raw), tmin=-0.1, \
             tmax=0.5, baseline=None).save(\"x-epo.fif\")",
            enumerate(&rates.collect::<Vec<_>>())
        )));
    }
    let found = FoundAnnotations::read(&file, &header, per_record)?;
    notes.extend(found.notes);
    let channels = signals.iter().map(|signal| {
        let (kind, unit) = match (volts(&signal.unit), signal.label.eq_ignore_ascii_case("status")) {
            (_, true) => (ChannelKind::Stim, ""),
            (Some(_), _) => (ChannelKind::of_voltage(&signal.label), "V"),
            (None, _) => (ChannelKind::Misc, signal.unit.as_str()),
        };
        Channel { name: signal.label.clone(), kind, unit: unit.to_owned(), position: None, is_bad: false }
    });
    let channels: Vec<Channel> = channels.collect();
    if found.events.is_empty() && channels.iter().any(|channel| channel.kind == ChannelKind::Stim) {
        notes.push(format!(
            "triggers in the signal 'Status' are not read as events; give the events in a table of BIDS, {}",
            events_path(path).display()
        ));
    }
    let n_samples = header.n_records.checked_mul(per_record).filter(|&n| n > 0);
    let recording = Recording {
        channels,
        rate: per_record as f64 / header.duration,
        n_samples: n_samples.ok_or_else(|| Error::format("holds no sample"))?,
        events: found.events,
        breaks: found.breaks,
        samples: Arc::new(RecordSamples::new(file, &header, per_record)),
        notes,
    };
    recording.with_events_beside(path)
}

#[cfg(test)]
mod tests;
