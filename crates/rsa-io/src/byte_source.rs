//! [`ByteSource`]: the bytes that hold arrays, in a file as they are or compressed.

use std::sync::Arc;

use rsa_core::Result;

use crate::{
    formats::hdf5::ChunkedBytes,
    inflated::InflatedStretch,
    layout::Bytes,
    positioned::{PositionedFile, read_error},
};

/// The bytes that hold arrays: those of a file or in memory, or what a part of a file is decoded to.
#[derive(Clone, Debug)]
pub(crate) enum ByteSource {
    File(PositionedFile),
    Inflated(Arc<InflatedStretch>),
    Chunked(Arc<ChunkedBytes>),
    Held(Arc<[u8]>),
}

impl ByteSource {
    /// Returns `true` if the bytes are decoded as they are read.
    pub(crate) fn is_decoded(&self) -> bool {
        matches!(self, Self::Inflated(_) | Self::Chunked(_))
    }

    /// Calls `read` with the bytes.
    ///
    /// A read to `end` checks the checksum of compressed bytes that end there.
    pub(crate) fn with_bytes<T>(&self, end: u64, read: impl FnOnce(&mut dyn Bytes) -> Result<T>) -> Result<T> {
        match self {
            Self::File(file) => read(&mut &*file),
            Self::Inflated(stretch) => stretch.with_bytes(end, read),
            Self::Chunked(chunked) => chunked.with_bytes(read),
            Self::Held(bytes) => read(&mut &**bytes),
        }
    }
}

impl From<PositionedFile> for ByteSource {
    fn from(file: PositionedFile) -> Self {
        Self::File(file)
    }
}

impl Bytes for &PositionedFile {
    fn read_exact_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        PositionedFile::read_exact_at(self, offset, buffer).map_err(|error| read_error("reading the numbers", error))
    }
}

impl Bytes for &[u8] {
    fn read_exact_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let found = self.get(start..).and_then(|bytes| bytes.get(..buffer.len()));
        let found = found.ok_or_else(|| read_error("reading the numbers", std::io::ErrorKind::UnexpectedEof.into()))?;
        buffer.copy_from_slice(found);
        Ok(())
    }
}
