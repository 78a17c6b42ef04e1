//! [`InflatedStretch`]: a compressed stretch of a file, read as the bytes that it inflates to.

use std::{
    fmt,
    io::{self, BufReader, Read},
    sync::{Mutex, PoisonError},
};

use flate2::bufread::{MultiGzDecoder, ZlibDecoder};
use rsa_core::{Error, Result};

use crate::{
    layout::Bytes,
    positioned::{PositionedFile, read_error},
};

/// The most bytes that deflate makes of one: 258 bytes of two bits.
pub(crate) const MAX_RATIO: u64 = 1032;

/// Compressed bytes read at once.
const COMPRESSED_BUFFER: usize = 1 << 16;

/// The form of a compressed stream.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Compressed {
    /// One stream of zlib.
    Zlib,
    /// One stream of gzip, or several behind one another.
    Gzip,
}

/// A stretch of a file that is a compressed stream.
///
/// Reading goes forward; a read before the last one inflates from the start again. The stream is kept between reads, so
/// that blocks or arrays that follow one another are inflated once.
pub(crate) struct InflatedStretch {
    file: PositionedFile,
    start: u64,
    compressed: u64,
    form: Compressed,
    /// The stream where the last read left it.
    idle: Mutex<Option<InflatingStream>>,
}

impl InflatedStretch {
    /// Takes `compressed` bytes from `start` on; the caller has checked the length of the file.
    pub(crate) fn new(file: PositionedFile, start: u64, compressed: u64, form: Compressed) -> Self {
        Self { file, start, compressed, form, idle: Mutex::new(None) }
    }

    /// Returns a number of bytes that the stretch cannot exceed.
    pub(crate) fn most_bytes(&self) -> u64 {
        self.compressed.saturating_mul(MAX_RATIO)
    }

    /// Calls `read` with the inflated bytes; a stream that was read to `end` and ends there is checked.
    pub(crate) fn with_bytes<T>(&self, end: u64, read: impl FnOnce(&mut dyn Bytes) -> Result<T>) -> Result<T> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle().take();
        let mut forward = ForwardReader { stream: kept.unwrap_or_else(|| self.stream()), stretch: self };
        let outcome = read(&mut forward)?;
        if forward.stream.position == end {
            forward.stream.check_end()?;
        }
        *idle() = Some(forward.stream);
        Ok(outcome)
    }

    fn stream(&self) -> InflatingStream {
        let bytes = BufReader::with_capacity(COMPRESSED_BUFFER, self.file.cursor(self.start).take(self.compressed));
        let reader: Box<dyn Read + Send> = match self.form {
            Compressed::Zlib => Box::new(ZlibDecoder::new(bytes)),
            Compressed::Gzip => Box::new(MultiGzDecoder::new(bytes)),
        };
        InflatingStream { reader, position: 0 }
    }
}

impl fmt::Debug for InflatedStretch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InflatedStretch")
            .field("start", &self.start)
            .field("compressed", &self.compressed)
            .finish_non_exhaustive()
    }
}

/// A stream and the number of bytes that it has given.
struct InflatingStream {
    reader: Box<dyn Read + Send>,
    position: u64,
}

impl InflatingStream {
    /// Tries to read on: at its end a stream checks its checksum.
    fn check_end(&mut self) -> Result<()> {
        match self.reader.read(&mut [0]) {
            Ok(more) => self.position += more as u64,
            Err(error) => return Err(inflating(error)),
        }
        Ok(())
    }
}

/// The inflated bytes of a stretch, wherever they are asked for.
struct ForwardReader<'a> {
    stream: InflatingStream,
    stretch: &'a InflatedStretch,
}

impl Bytes for ForwardReader<'_> {
    fn read_exact_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        if offset < self.stream.position {
            self.stream = self.stretch.stream();
        }
        let ahead = offset - self.stream.position;
        let skipped = io::copy(&mut self.stream.reader.by_ref().take(ahead), &mut io::sink()).map_err(inflating)?;
        self.stream.position += skipped;
        if skipped < ahead {
            return Err(inflating(io::ErrorKind::UnexpectedEof.into()));
        }
        self.stream.reader.read_exact(buffer).map_err(inflating)?;
        self.stream.position += buffer.len() as u64;
        Ok(())
    }
}

fn inflating(error: io::Error) -> Error {
    read_error("inflating the array", error)
}
