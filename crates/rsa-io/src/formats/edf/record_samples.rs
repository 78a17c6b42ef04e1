//! [`RecordSamples`]: the numbers of signals in records.

use std::ops::Range;

use rsa_core::Result;

use super::edf_header::EdfHeader;
use crate::{
    number::{Number, NumberKind},
    positioned::{PositionedFile, read_error},
    sensors::ContinuousSamples,
};

/// The signals of a recording, without annotations.
#[derive(Clone, Debug)]
pub(super) struct RecordSamples {
    file: PositionedFile,
    width: usize,
    start: u64,
    record: usize,
    per_record: usize,
    /// Byte within a record, factor and offset of each signal.
    signals: Vec<(usize, f64, f64)>,
}

impl RecordSamples {
    /// Returns the signals that have `per_record` samples in a record: all but annotations.
    pub(super) fn new(file: PositionedFile, header: &EdfHeader, per_record: usize) -> Self {
        let signals = header.signals.iter().filter(|signal| !signal.is_annotations);
        Self {
            file,
            width: header.width,
            start: header.start,
            record: header.record,
            per_record,
            signals: signals.map(|signal| (signal.place, signal.gain, signal.offset)).collect(),
        }
    }

    /// Reads samples of one signal that are in one record.
    fn read_piece(
        &self,
        signal: usize,
        record: usize,
        first: usize,
        buffer: &mut Vec<u8>,
        out: &mut [f64],
    ) -> Result<()> {
        let (place, gain, offset) = self.signals[signal];
        let at = self.start + record as u64 * self.record as u64 + (place + first * self.width) as u64;
        buffer.resize(out.len() * self.width, 0);
        self.file.read_exact_at(at, buffer).map_err(|error| read_error("reading the samples", error))?;
        match self.width {
            2 => self.number().decode(buffer, out.iter_mut()),
            _ => {
                for (value, bytes) in out.iter_mut().zip(buffer.as_chunks::<3>().0) {
                    // The sign is in the highest of the three bytes.
                    *value = f64::from(i32::from_le_bytes([0, bytes[0], bytes[1], bytes[2]]) >> 8);
                }
            }
        }
        out.iter_mut().for_each(|value| *value = *value * gain + offset);
        Ok(())
    }
}

impl ContinuousSamples for RecordSamples {
    fn number(&self) -> Number {
        let kind = if self.width == 2 { NumberKind::I16 } else { NumberKind::I32 };
        Number { kind, big_endian: false }
    }

    fn read(&self, channels: &[usize], samples: Range<usize>, out: &mut [f64]) -> Result<()> {
        let mut buffer = Vec::new();
        for (&channel, mut out) in channels.iter().zip(out.chunks_exact_mut(samples.len())) {
            let mut sample = samples.start;
            while !out.is_empty() {
                let (record, first) = (sample / self.per_record, sample % self.per_record);
                let (piece, rest) = out.split_at_mut(out.len().min(self.per_record - first));
                self.read_piece(channel, record, first, &mut buffer, piece)?;
                sample += piece.len();
                out = rest;
            }
        }
        Ok(())
    }
}
