//! Annotations of EDF+: the events of a recording, and the times of its records.

use rsa_core::{Error, Result};

use super::edf_header::EdfHeader;
use crate::{
    positioned::{PositionedFile, read_error},
    sensors::RecordingEvent,
};

/// Most bytes of annotations in a record; recording programs write some hundred.
const MAX_BYTES: usize = 1 << 24;

/// Ends the time, and each text, of an annotation.
const TEXT_END: u8 = 20;

/// Stands between the time and the duration.
const DURATION: u8 = 21;

/// Events and interruptions that the annotations tell.
#[derive(Debug, Default)]
pub(super) struct FoundAnnotations {
    pub(super) events: Vec<RecordingEvent>,
    /// Samples before which the recording was interrupted.
    pub(super) breaks: Vec<usize>,
    pub(super) notes: Vec<String>,
}

impl FoundAnnotations {
    /// Reads the annotations of all records; signals have `per_record` samples in a record.
    ///
    /// # Errors
    /// `Format` for an annotation without a time; `Io`.
    pub(super) fn read(file: &PositionedFile, header: &EdfHeader, per_record: usize) -> Result<Self> {
        let lists: Vec<_> = header.signals.iter().filter(|signal| signal.is_annotations).collect();
        let rate = per_record as f64 / header.duration;
        let (mut starts, mut events) = (Vec::new(), Vec::new());
        let mut bytes = Vec::new();
        for record in 0..header.n_records {
            let mut start = None;
            for (k, list) in lists.iter().enumerate() {
                let size = list.n_samples * header.width;
                if size > MAX_BYTES {
                    return Err(Error::format(format!(
                        "has {size} bytes of annotations in a record; the file is damaged"
                    )));
                }
                bytes.resize(size, 0);
                let at = header.start + record as u64 * header.record as u64 + list.place as u64;
                file.read_exact_at(at, &mut bytes).map_err(|error| read_error("reading the annotations", error))?;
                for annotation in bytes.split(|&byte| byte == 0).filter(|annotation| !annotation.is_empty()) {
                    let (time, texts) = parse(annotation).ok_or_else(|| {
                        Error::format(format!("an annotation of record {record} has no time; it is damaged"))
                    })?;
                    // The first one of a record, without a text, is the time of the record.
                    if k == 0 && start.is_none() {
                        start = Some(time);
                    }
                    events.extend(texts.into_iter().map(|text| (time, text)));
                }
            }
            starts.push(start.unwrap_or(record as f64 * header.duration));
        }
        let slack = 0.5 / rate;
        if let Some(k) = (1..starts.len()).find(|&k| starts[k] - starts[k - 1] < header.duration - slack) {
            return Err(Error::format(format!(
                "record {k} begins at {} s, before the end of the one before it; the file is damaged",
                starts[k]
            )));
        }
        Ok(Self::place(&starts, events, header.duration, rate, per_record))
    }

    /// Finds the samples of events at times, in records that begin at `starts`.
    fn place(starts: &[f64], events: Vec<(f64, String)>, duration: f64, rate: f64, per_record: usize) -> Self {
        // Times are texts, often rounded.
        let slack = 0.5 / rate;
        let mut found = Self::default();
        let follows = |pair: &[f64]| (pair[1] - pair[0] - duration).abs() <= slack;
        let gaps = starts.windows(2).enumerate().filter(|(_, pair)| !follows(pair));
        found.breaks = gaps.map(|(k, _)| (k + 1) * per_record).collect();
        if !found.breaks.is_empty() {
            found
                .notes
                .push(format!("the recording was interrupted {} times; no trial spans a gap", found.breaks.len()));
        }
        let n_events = events.len();
        for (time, label) in events {
            let record = starts.partition_point(|&start| start <= time + slack).saturating_sub(1);
            let Some(start) = starts.get(record) else { continue };
            let sample = ((time - start) * rate).round();
            let is_last = record + 1 == starts.len();
            if sample < 0.0 || (sample >= per_record as f64 && !is_last) || sample >= 2f64.powi(50) {
                continue;
            }
            found.events.push(RecordingEvent { sample: (record * per_record) as i64 + sample as i64, label });
        }
        match n_events - found.events.len() {
            0 => {}
            lost => found.notes.push(format!("{lost} annotations are at times that the recording does not have")),
        }
        found
    }
}

/// Returns the time and the texts of an annotation.
fn parse(bytes: &[u8]) -> Option<(f64, Vec<String>)> {
    let mut parts = bytes.split(|&byte| byte == TEXT_END);
    let time = parts.next()?.split(|&byte| byte == DURATION).next()?;
    let time = str::from_utf8(time).ok()?.trim().parse().ok().filter(|time: &f64| time.is_finite())?;
    let texts = parts.map(|text| String::from_utf8_lossy(text).trim().to_owned());
    Some((time, texts.filter(|text| !text.is_empty()).collect()))
}
