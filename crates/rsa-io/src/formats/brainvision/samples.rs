//! [`GridSamples`]: samples × channels, or channels × samples, in one file.

use std::ops::Range;

use rsa_core::Result;

use crate::{
    number::Number,
    positioned::{PositionedFile, read_error},
    sensors::ContinuousSamples,
};

/// Bytes read at once.
const PIECE: usize = 1 << 20;

/// The numbers of a recording.
#[derive(Clone, Debug)]
pub(super) struct GridSamples {
    pub(super) file: PositionedFile,
    pub(super) number: Number,
    /// The factor of each channel.
    pub(super) gains: Vec<f64>,
    pub(super) n_samples: usize,
    pub(super) is_multiplexed: bool,
}

impl GridSamples {
    fn read_bytes(&self, first: usize, buffer: &mut [u8]) -> Result<()> {
        let start = first as u64 * self.number.size() as u64;
        self.file.read_exact_at(start, buffer).map_err(|error| read_error("reading the samples", error))
    }
}

impl ContinuousSamples for GridSamples {
    fn number(&self) -> Number {
        self.number
    }

    fn read(&self, channels: &[usize], samples: Range<usize>, out: &mut [f64]) -> Result<()> {
        let (n, size, n_channels) = (samples.len(), self.number.size(), self.gains.len());
        let mut buffer = Vec::new();
        if !self.is_multiplexed {
            for (&channel, out) in channels.iter().zip(out.chunks_exact_mut(n)) {
                let mut first = channel * self.n_samples + samples.start;
                for piece in out.chunks_mut(PIECE / size) {
                    buffer.resize(piece.len() * size, 0);
                    self.read_bytes(first, &mut buffer)?;
                    self.number.decode(&buffer, piece.iter_mut());
                    first += piece.len();
                }
            }
        } else {
            let per_piece = (PIECE / (n_channels * size)).max(1);
            let mut row = vec![0.0; n_channels];
            for start in samples.clone().step_by(per_piece) {
                let end = (start + per_piece).min(samples.end);
                buffer.resize((end - start) * n_channels * size, 0);
                self.read_bytes(start * n_channels, &mut buffer)?;
                for (sample, bytes) in (start - samples.start..).zip(buffer.chunks_exact(n_channels * size)) {
                    self.number.decode(bytes, row.iter_mut());
                    channels.iter().enumerate().for_each(|(k, &channel)| out[k * n + sample] = row[channel]);
                }
            }
        }
        for (&channel, out) in channels.iter().zip(out.chunks_exact_mut(n)) {
            let gain = self.gains[channel];
            out.iter_mut().for_each(|value| *value *= gain);
        }
        Ok(())
    }
}
