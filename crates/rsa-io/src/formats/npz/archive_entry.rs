//! [`ArchiveEntry`]: one array of an archive, whose claims are checked before it is read.

use std::io::BufReader;

use rsa_core::{Error, Result};
use zip::{CompressionMethod, ZipArchive};

use super::{inflate::DeflatedArray, zip_error};
use crate::{
    contents::{CONDITIONS, NAMES, RUNS},
    formats::npy::{self, Header},
    layout::Layout,
    positioned::{Cursor, PositionedFile},
    stored::StoredArray,
};

/// The most bytes that deflate makes of one: 258 bytes of two bits.
const MAX_RATIO: u64 = 1032;

/// The place of one entry in the archive.
pub(super) struct ArchiveEntry {
    name: String,
    index: usize,
    start: u64,
    compressed: u64,
    size: u64,
    deflated: bool,
}

/// The content of an entry, as far as it is read when the archive is listed.
pub(super) enum EntryContent {
    Text(Vec<String>),
    Stored(StoredArray),
    Deflated(Box<DeflatedArray>),
    Skipped(Error),
}

impl ArchiveEntry {
    /// Checks what the archive claims of the entry `index`.
    pub(super) fn new(file: &PositionedFile, archive: &mut ZipArchive<Cursor>, index: usize) -> Result<Self> {
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
        // A stored entry has two equal sizes, and no deflated entry exceeds the largest ratio.
        if !deflated && size != compressed || size / MAX_RATIO > compressed {
            return Err(refuse(&format!("claims that {compressed} bytes hold {size}: it is damaged")));
        }
        Ok(Self { name, index, start, compressed, size, deflated })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the name of the array, if the entry is one.
    pub(super) fn array_name(&self) -> Option<&str> {
        self.name.strip_suffix(".npy")
    }

    pub(super) fn is_folder(&self) -> bool {
        self.name.ends_with('/')
    }

    /// Reads the header, and the strings of an array that labels conditions or matrices.
    pub(super) fn read(
        self,
        file: &PositionedFile,
        archive: &mut ZipArchive<Cursor>,
        name: &str,
    ) -> Result<EntryContent> {
        if !self.deflated {
            let reader = BufReader::new(std::io::Read::take(file.cursor(self.start), self.compressed));
            return self.read_from(reader, name, |header, layout| {
                EntryContent::Stored(StoredArray::new(file.clone(), self.start + header.length, layout))
            });
        }
        let copy = archive.clone();
        let reader = archive.by_index(self.index).map_err(zip_error)?;
        self.read_from(reader, name, |header, layout| {
            EntryContent::Deflated(Box::new(DeflatedArray::new(copy, self.index, header.length, layout)))
        })
    }

    fn read_from(
        &self,
        mut reader: impl std::io::Read,
        name: &str,
        content: impl FnOnce(&Header, Layout) -> EntryContent,
    ) -> Result<EntryContent> {
        let header = Header::read(&mut reader)?;
        match name {
            // Rows whose labels are left out would be paired as they stand.
            CONDITIONS | RUNS => return npy::read_labels(&header, reader).map(EntryContent::Text),
            NAMES if header.shape.len() == 1 => {
                return Ok(npy::read_labels(&header, reader).map_or_else(EntryContent::Skipped, EntryContent::Text));
            }
            _ if header.shape.len() < 2 && header.dtype.is_text() => {
                return npy::read_strings(&header, reader).map(EntryContent::Text);
            }
            _ => {}
        }
        let layout = match header.layout() {
            Ok(layout) => layout,
            Err(reason) => return Ok(EntryContent::Skipped(reason)),
        };
        let held = self.size.saturating_sub(header.length);
        layout.ensure_held(held)?;
        if held > layout.bytes() {
            return Err(Error::format(format!(
                "the header claims {} bytes of numbers and the archive {held}; the file is damaged, write it again",
                layout.bytes()
            )));
        }
        Ok(content(&header, layout))
    }
}
