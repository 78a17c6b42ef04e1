//! NumPy's `.npz`: a zip archive of `.npy` arrays.
//!
//! Entries that are stored as they are, NumPy's default, are read in place; their checksums are not verified.
//! Compressed ones are inflated when they are read, and verified when they are read to their end.

mod inflate;
mod write;

use std::{io::BufReader, path::Path};

use rsa_core::{Error, Result};
use zip::{CompressionMethod, ZipArchive, result::ZipError};

pub(crate) use self::inflate::Deflated;
pub use self::write::{Compression, NpzWriter};
use crate::{
    labels,
    layer::{Layer, Stored},
    npy::Header,
    positioned::{Cursor, PositionedFile, read_error},
    source::Contents,
};

/// Deflate makes at most 258 bytes of two bits.
const MAX_RATIO: u64 = 1032;

/// All arrays of the archive at `path`; the one named `conditions`, if it has one axis, labels the others.
pub(crate) fn open(path: &Path) -> Result<Contents> {
    let file = PositionedFile::open(path)?;
    let mut magic = [0; 2];
    // Otherwise the whole file would be searched for the end of an archive.
    if file.read_exact_at(0, &mut magic).is_err() || &magic != b"PK" {
        return Err(Error::format("does not start like a zip archive; the file is no npz file, or damaged"));
    }
    let mut archive = ZipArchive::new(file.cursor(0)).map_err(zip_error)?;
    let mut contents = Contents::default();
    let mut labels = None;
    for index in 0..archive.len() {
        let entry = Entry::of(&file, &mut archive, index)?;
        let Some(name) = entry.name.strip_suffix(".npy").map(str::to_owned) else {
            if !entry.name.ends_with('/') {
                contents.skip(&entry.name, Error::format("is no npy array; write arrays with numpy.savez"));
            }
            continue;
        };
        let read = entry.read(&file, &mut archive, &name).map_err(|error| error.context(format!("array '{name}'")));
        match read? {
            Found::Labels(found) => labels = Some(found),
            Found::Skipped(reason) => contents.skip(name, reason),
            Found::Array(content) => {
                let place = format!("{}::{name}", path.display());
                contents.layers.push(match *content {
                    Content::Stored(array) => Layer::stored(name, place, array),
                    Content::Deflated(array) => Layer::deflated(name, place, array),
                });
            }
        }
    }
    if let Some(labels) = labels {
        contents.warnings.extend(labels::attach(labels, &mut contents.layers));
    }
    Ok(contents)
}

/// Where one entry of the archive lies.
struct Entry {
    name: String,
    index: usize,
    start: u64,
    compressed: u64,
    size: u64,
    deflated: bool,
}

/// What an entry is good for.
enum Found {
    Labels(Vec<String>),
    Array(Box<Content>),
    Skipped(Error),
}

enum Content {
    Stored(Stored),
    Deflated(Deflated),
}

impl Entry {
    fn of(file: &PositionedFile, archive: &mut ZipArchive<Cursor>, index: usize) -> Result<Self> {
        let entry = archive.by_index_raw(index).map_err(zip_error)?;
        let name = entry.name().map_err(zip_error)?.into_owned();
        let refuse = |why: &str| Error::format(format!("array '{name}' {why}; write it with numpy.savez"));
        if entry.encrypted() {
            return Err(refuse("is encrypted"));
        }
        let deflated = match entry.compression() {
            CompressionMethod::Stored => false,
            CompressionMethod::Deflated => true,
            other => return Err(refuse(&format!("is compressed by an unsupported method ({other})"))),
        };
        let (compressed, size) = (entry.compressed_size(), entry.size());
        let start = entry.data_start().ok_or_else(|| refuse("has no place in the archive"))?;
        if start.checked_add(compressed).is_none_or(|end| end > file.length()) {
            return Err(refuse(&format!(
                "claims {compressed} bytes from {start} on in a file of {}: it is truncated or damaged",
                file.length()
            )));
        }
        // The first is what stored means, the second what no deflated data can exceed.
        if !deflated && size != compressed || size / MAX_RATIO > compressed {
            return Err(refuse(&format!("claims that {compressed} bytes hold {size}: it is damaged")));
        }
        Ok(Self { name, index, start, compressed, size, deflated })
    }

    /// Reads the header, and the labels if it is them.
    fn read(self, file: &PositionedFile, archive: &mut ZipArchive<Cursor>, name: &str) -> Result<Found> {
        if !self.deflated {
            let reader = BufReader::new(std::io::Read::take(file.cursor(self.start), self.compressed));
            return self.read_from(reader, name, |header, layout| {
                Content::Stored(Stored::new(file.clone(), self.start + header.length, layout))
            });
        }
        let copy = archive.clone();
        let reader = archive.by_index(self.index).map_err(zip_error)?;
        self.read_from(reader, name, |header, layout| {
            Content::Deflated(Deflated::new(copy, self.index, header.length, layout))
        })
    }

    fn read_from(
        &self,
        mut reader: impl std::io::Read,
        name: &str,
        content: impl FnOnce(&Header, crate::layout::Layout) -> Content,
    ) -> Result<Found> {
        let header = Header::read(&mut reader)?;
        if name == labels::NAME && header.shape.len() == 1 {
            return labels::read_array(&header, reader).map(Found::Labels);
        }
        let layout = match header.layout() {
            Ok(layout) => layout,
            Err(reason) => return Ok(Found::Skipped(reason)),
        };
        let held = self.size.saturating_sub(header.length);
        layout.ensure_held(held)?;
        if held > layout.bytes() {
            return Err(Error::format(format!(
                "the header claims {} bytes of numbers and the archive {held}; the file is damaged, write it again",
                layout.bytes()
            )));
        }
        Ok(Found::Array(Box::new(content(&header, layout))))
    }
}

/// The error of an archive that cannot be read.
fn zip_error(error: ZipError) -> Error {
    match error {
        ZipError::Io(error) => read_error("reading the zip archive", error),
        error => Error::format(format!("the zip archive is not readable: {error}; write it with numpy.savez")),
    }
}
