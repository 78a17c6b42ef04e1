//! [`TrialSamples`]: the samples of all channels in trials, and [`StoredTrials`]: trials that lie in files.

use std::{fmt, ops::Range};

use rsa_core::{Error, Result};

use crate::{
    byte_source::ByteSource,
    layout::{Bytes, too_large},
    number::Number,
};

/// Bytes read at once.
const PIECE: usize = 1 << 20;

/// Most bytes that are read at once although some of them are of other channels.
const SPAN: usize = 1 << 24;

/// The samples of trials. Several threads may read at once.
pub(crate) trait TrialSamples: fmt::Debug + Send + Sync {
    /// Returns the form of the numbers in the file.
    fn number(&self) -> Number;

    /// Returns the number of trials.
    fn n_trials(&self) -> usize;

    /// Reads the samples `times` of `channels`, which ascend, in one trial: `out` has one channel after the other.
    fn read(&self, trial: usize, channels: &[usize], times: Range<usize>, out: &mut [f64]) -> Result<()>;

    /// Checks that a trial can be read without reading all that is before it.
    ///
    /// # Errors
    /// `Format`, with the remedy, if the file is compressed.
    fn ensure_read_in_place(&self) -> Result<()>;
}

/// The source and the first byte of a trial.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TrialPlace {
    pub(crate) source: usize,
    pub(crate) start: u64,
}

/// Trials of channels × times, the times of a channel following one another.
#[derive(Clone, Debug)]
pub(crate) struct StoredTrials {
    pub(crate) sources: Vec<ByteSource>,
    pub(crate) trials: Vec<TrialPlace>,
    pub(crate) number: Number,
    /// The factor of each channel.
    pub(crate) gains: Vec<f64>,
    pub(crate) n_times: usize,
}

impl StoredTrials {
    /// Reads channel by channel, pieces of each at a time.
    fn read_channels(
        &self,
        bytes: &mut dyn Bytes,
        start: u64,
        channels: &[usize],
        times: Range<usize>,
        out: &mut [f64],
    ) -> Result<()> {
        let size = self.number.size();
        let mut buffer = Vec::new();
        for (&channel, out) in channels.iter().zip(out.chunks_exact_mut(times.len())) {
            let mut at = start + ((channel * self.n_times + times.start) * size) as u64;
            for piece in out.chunks_mut(PIECE / size) {
                buffer.resize(piece.len() * size, 0);
                bytes.read_exact_at(at, &mut buffer)?;
                self.decode(channel, &buffer, piece);
                at += buffer.len() as u64;
            }
        }
        Ok(())
    }

    fn decode(&self, channel: usize, bytes: &[u8], out: &mut [f64]) {
        self.number.decode(bytes, out.iter_mut());
        let gain = self.gains[channel];
        out.iter_mut().for_each(|value| *value *= gain);
    }
}

impl TrialSamples for StoredTrials {
    fn number(&self) -> Number {
        self.number
    }

    fn n_trials(&self) -> usize {
        self.trials.len()
    }

    fn read(&self, trial: usize, channels: &[usize], times: Range<usize>, out: &mut [f64]) -> Result<()> {
        let (Some(&first), Some(&last)) = (channels.first(), channels.last()) else { return Ok(()) };
        let TrialPlace { source, start } = self.trials[trial];
        let size = self.number.size();
        let row = self.n_times * size;
        // Checksums were verified when the file was opened, and their check would lose the place in the stream.
        self.sources[source].with_bytes(u64::MAX, |bytes| {
            let span = (last - first) * row + times.len() * size;
            // Gaps cost less than reads of their own, where they are not most of it.
            if span > SPAN || span > PIECE.max(4 * channels.len() * times.len() * size) {
                return self.read_channels(bytes, start, channels, times, out);
            }
            let mut buffer = Vec::new();
            buffer.try_reserve_exact(span).map_err(|_| too_large(1, span / size))?;
            buffer.resize(span, 0);
            bytes.read_exact_at(start + (first * row + times.start * size) as u64, &mut buffer)?;
            for (&channel, out) in channels.iter().zip(out.chunks_exact_mut(times.len())) {
                self.decode(channel, &buffer[(channel - first) * row..][..times.len() * size], out);
            }
            Ok(())
        })
    }

    fn ensure_read_in_place(&self) -> Result<()> {
        match self.sources.iter().any(ByteSource::is_decoded) {
            true => Err(Error::format(
                "the trials are compressed, and would be inflated from their start for every block; unpack the file with \
                 gunzip",
            )),
            false => Ok(()),
        }
    }
}
