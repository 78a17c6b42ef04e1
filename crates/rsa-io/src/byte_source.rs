//! [`ByteSource`]: the bytes that hold arrays, in a file as they are or compressed.

use std::sync::Arc;

use rsa_core::Result;

use crate::{
    inflated::InflatedStretch,
    layout::Bytes,
    positioned::{PositionedFile, read_error},
};

/// The bytes that hold arrays: those of a file, or what a compressed stretch of a file inflates to.
#[derive(Clone, Debug)]
pub(crate) enum ByteSource {
    File(PositionedFile),
    Inflated(Arc<InflatedStretch>),
}

impl ByteSource {
    /// Calls `read` with the bytes.
    ///
    /// A read to `end` checks the checksum of compressed bytes that end there.
    pub(crate) fn with_bytes<T>(&self, end: u64, read: impl FnOnce(&mut dyn Bytes) -> Result<T>) -> Result<T> {
        match self {
            Self::File(file) => read(&mut &*file),
            Self::Inflated(stretch) => stretch.with_bytes(end, read),
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
