//! Positioned reads for the decoder of HDF5, and its errors as those of this crate.

use std::sync::Arc;

use hdf5_reader::{FilterRegistry, Hdf5File, OpenOptions, Storage, StorageBuffer, error::Error as Hdf5Error};
use rsa_core::{Error, Result};

use super::lzf::{self, LZF};
use crate::positioned::{PositionedFile, read_error};

/// The signature at the start of the format.
const SIGNATURE: &[u8] = b"\x89HDF\r\n\x1a\n";

/// The most bytes of one chunk; writers are advised to stay below a few megabytes.
const MAX_CHUNK: usize = 1 << 28;

/// The most bytes read at once; whole arrays are read in pieces.
pub(super) const MAX_READ: usize = 1 << 28;

/// The most bytes of what describes one array or group.
const MAX_HEADER: usize = 1 << 24;

/// Opens the file for the decoder, without caches of its own.
pub(super) fn open(file: &PositionedFile) -> Result<Hdf5File> {
    let mut filters = FilterRegistry::new();
    filters.register(LZF, Box::new(|_, compressed, _| lzf::decompress(compressed)));
    let options = OpenOptions::default()
        .with_filter_registry(filters)
        .with_chunk_cache_bytes(0)
        .with_max_chunk_bytes(MAX_CHUNK)
        .with_max_read_bytes(MAX_READ)
        .with_max_object_header_bytes(MAX_HEADER);
    Hdf5File::from_storage_with_options(Arc::new(PositionedStorage(file.clone())), options).map_err(translated)
}

/// Returns the place where the format starts: 0, or 512 or a power of two above it behind a block of the user.
pub(in crate::formats) fn start(file: &PositionedFile) -> Option<u64> {
    let places = std::iter::once(0).chain((9..63).map(|power| 1 << power));
    places.take_while(|place| *place < file.length()).find(|place| {
        let mut signature = [0; SIGNATURE.len()];
        file.read_exact_at(*place, &mut signature).is_ok() && signature == SIGNATURE
    })
}

/// Returns an error of the decoder as one of this crate.
pub(super) fn translated(error: Hdf5Error) -> Error {
    match error {
        Hdf5Error::Io(error) => read_error("reading the HDF5 file", error),
        Hdf5Error::Context { path, source } => match path.as_str() {
            "" => translated(*source),
            path => translated(*source).context(format!("'{path}'")),
        },
        other => Error::format(format!("HDF5: {other}; the file is damaged, or of a kind that is not read")),
    }
}

/// A [`PositionedFile`] as the decoder reads it.
struct PositionedStorage(PositionedFile);

impl Storage for PositionedStorage {
    fn len(&self) -> u64 {
        self.0.length()
    }

    fn read_range(&self, offset: u64, length: usize) -> hdf5_reader::error::Result<StorageBuffer> {
        let left = self.0.length().saturating_sub(offset);
        if length as u64 > left {
            return Err(Hdf5Error::UnexpectedEof { offset, needed: length as u64, available: left });
        }
        let mut bytes = vec![0; length];
        self.0.read_exact_at(offset, &mut bytes)?;
        Ok(StorageBuffer::from_vec(bytes))
    }
}
