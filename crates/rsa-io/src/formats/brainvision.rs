//! BrainVision: a header `.vhdr`, markers `.vmrk` and the numbers of a recording, usually `.eeg`.

mod header;
mod markers;
mod samples;
mod sections;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rsa_core::{Error, Result};

use self::{header::RecordingHeader, samples::GridSamples};
use crate::{
    contents::Contents,
    format::FileFormat,
    options::OpenOptions,
    positioned::{PositionedFile, extension, stem},
    sensors::{Epochs, Recording, events_path},
};

/// The format of `.vhdr`, with the files that it names.
pub(crate) struct BrainVisionFormat;

impl FileFormat for BrainVisionFormat {
    fn name(&self) -> &'static str {
        "BrainVision"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["vhdr", "vmrk", "eeg"]
    }

    fn names_arrays(&self) -> bool {
        true
    }

    fn is_beside_another(&self, path: &Path) -> bool {
        extension(path) != "vhdr" && header_path(path).is_ok()
    }

    fn companions(&self, path: &Path) -> Vec<PathBuf> {
        let Ok(header_path) = header_path(path) else { return Vec::new() };
        let header = RecordingHeader::read(&header_path);
        let named = header.iter().flat_map(|header| [Some(&header.data), header.markers.as_ref()]).flatten();
        let files = named.cloned().chain([header_path.clone(), events_path(&header_path)]);
        files.filter(|file| file != path && file.is_file()).collect()
    }

    fn is_of_sensors(&self) -> bool {
        true
    }

    fn open_epochs(&self, path: &Path, options: &OpenOptions) -> Result<Epochs> {
        open_recording(&header_path(path)?)?.cut(path, options)
    }

    fn open(&self, path: &Path, options: &OpenOptions) -> Result<Contents> {
        open_recording(&header_path(path)?)?.list(path, options)
    }
}

/// Returns the header of the recording to which the file at `path` belongs.
fn header_path(path: &Path) -> Result<PathBuf> {
    if extension(path) == "vhdr" {
        return Ok(path.to_owned());
    }
    let header = path.with_file_name(format!("{}.vhdr", stem(path)));
    match header.is_file() {
        true => Ok(header),
        false => Err(Error::format(format!(
            "is part of a recording of BrainVision, whose header '{}' is missing beside it",
            header.display()
        ))),
    }
}

/// Opens the recording whose header is at `path`.
fn open_recording(path: &Path) -> Result<Recording> {
    let header = RecordingHeader::read(path)?;
    let named = |path: &Path, error: Error| error.context(format!("'{}'", path.display()));
    let file = PositionedFile::open(&header.data).map_err(|error| named(&header.data, error))?;
    let mut notes = header.notes;
    let n_channels = header.channels.len();
    let row = (n_channels * header.number.size()) as u64;
    let found = usize::try_from(file.length() / row).unwrap_or(usize::MAX);
    let n_samples = match header.n_samples {
        Some(claimed) if claimed > found => {
            return Err(named(
                &header.data,
                Error::format(format!(
                    "the header claims {claimed} samples of {n_channels} channels, and {found} are there; the file is \
                     truncated, or the header that of another file"
                )),
            ));
        }
        Some(claimed) => claimed,
        None => found,
    };
    if n_samples == 0 {
        return Err(named(&header.data, Error::format("holds no sample")));
    }
    if file.length() != row.saturating_mul(n_samples as u64) {
        notes.push(format!("{} bytes after the last sample are not read", file.length() - row * n_samples as u64));
    }
    let found = match &header.markers {
        Some(path) => markers::read(path).map_err(|error| named(path, error))?,
        None => markers::FoundMarkers::default(),
    };
    notes.extend(found.notes);
    let mut breaks = found.breaks;
    if let Some(length) = header.segment.filter(|&length| length > 0 && length < n_samples) {
        breaks.extend((length..n_samples).step_by(length));
    }
    breaks.sort_unstable();
    let samples = GridSamples {
        file,
        number: header.number,
        gains: header.gains,
        n_samples,
        is_multiplexed: header.is_multiplexed,
    };
    let recording = Recording {
        channels: header.channels,
        rate: header.rate,
        n_samples,
        events: found.events,
        breaks,
        samples: Arc::new(samples),
        notes,
    };
    recording.with_events_beside(path)
}

#[cfg(test)]
mod tests;
