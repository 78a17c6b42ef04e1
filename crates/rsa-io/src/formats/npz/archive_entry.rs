//! [`ArchiveEntry`]: one array of an archive, whose claims are checked before it is read.

use std::io::{BufReader, Read};

use rsa_core::{Error, Result};
use zip::{CompressionMethod, ZipArchive};

use super::{inflate::DeflatedArray, zip_error};
use crate::{
    contents::{CONDITIONS, NAMES, RUNS},
    formats::npy::{self, Header},
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

/// The most bytes of strings that name something other than rows, such as the description of a part.
const MAX_STRINGS: u64 = 256 << 20;

/// Labels of fewer bytes are read even if no array has as many rows, so that both numbers can be told.
const FEW_LABELS: u64 = 1 << 20;

/// The content of an entry, as far as it is read when the archive is listed.
pub(super) enum EntryContent {
    /// Strings, to be read when the other arrays are known.
    Strings,
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

    /// Reads the header of the entry as far as it decides what the entry holds.
    pub(super) fn read(
        &self,
        file: &PositionedFile,
        archive: &mut ZipArchive<Cursor>,
        name: &str,
    ) -> Result<EntryContent> {
        let header = self.with_reader(file, archive, |reader| Header::read(reader))?;
        let is_text = header.shape.len() < 2 && header.dtype.is_text();
        if matches!(name, CONDITIONS | RUNS) || (name == NAMES && header.shape.len() == 1) || is_text {
            return Ok(EntryContent::Strings);
        }
        let layout = match header.layout() {
            Ok(layout) => layout,
            Err(reason) => return Ok(EntryContent::Skipped(reason)),
        };
        let held = self.size.saturating_sub(header.length);
        layout.ensure_held(held)?;
        self.ensure_no_more(&header, layout.bytes())?;
        Ok(match self.deflated {
            false => EntryContent::Stored(StoredArray::new(file.clone(), self.start + header.length, layout)),
            true => {
                let array = DeflatedArray::new(archive.clone(), self.index, header.length, layout);
                EntryContent::Deflated(Box::new(array))
            }
        })
    }

    /// Reads the strings of an array that labels conditions or matrices, in a file whose longest axis is `most_rows`.
    ///
    /// An array of `names` that cannot be read is a reason to skip it.
    pub(super) fn read_strings(
        &self,
        file: &PositionedFile,
        archive: &mut ZipArchive<Cursor>,
        name: &str,
        most_rows: usize,
    ) -> Result<Result<Vec<String>>> {
        self.with_reader(file, archive, |mut reader| {
            let header = Header::read(&mut reader)?;
            self.ensure_strings(&header, name, most_rows)?;
            match name {
                // Rows whose labels are left out would be paired as they stand.
                CONDITIONS | RUNS => npy::read_labels(&header, reader).map(Ok),
                NAMES if header.shape.len() == 1 => Ok(npy::read_labels(&header, reader)),
                _ => npy::read_strings(&header, reader).map(Ok),
            }
        })
    }

    /// Reads the entry to its end, where its checksum is verified.
    pub(super) fn verify(&self, file: &PositionedFile, archive: &mut ZipArchive<Cursor>) -> Result<()> {
        if let Some(name) = self.array_name() {
            let header = self.with_reader(file, archive, |reader| Header::read(reader))?;
            if header.dtype.is_text() {
                self.ensure_strings(&header, name, 0)?;
            }
        }
        let damaged = |how: String| Error::format(format!("'{}' is damaged ({how}); write the file again", self.name));
        let mut entry = archive.by_index(self.index).map_err(zip_error)?;
        match std::io::copy(&mut entry.by_ref().take(self.size.saturating_add(1)), &mut std::io::sink()) {
            Ok(bytes) if bytes == self.size => Ok(()),
            Ok(bytes) => Err(damaged(format!("it holds {bytes} bytes or more, and claims {}", self.size))),
            Err(error) => Err(damaged(error.to_string())),
        }
    }

    /// Refuses strings that the header or the other arrays contradict, before they are inflated.
    fn ensure_strings(&self, header: &Header, name: &str, most_rows: usize) -> Result<()> {
        // Pickled labels have a limit of their own, and other types are no labels.
        let Some((count, bytes)) = npy::claimed_strings(header) else { return Ok(()) };
        self.ensure_no_more(header, bytes)?;
        match matches!(name, CONDITIONS | RUNS | NAMES) {
            // Triangles of n conditions have at least n − 1 pairs.
            true if bytes > FEW_LABELS && count > most_rows.saturating_add(1) => Err(Error::shape_mismatch(format!(
                "{count} labels, and no array has more than {most_rows} rows; give one label for every row"
            ))),
            false if bytes > MAX_STRINGS => Err(Error::format(format!(
                "the header claims {bytes} bytes of strings, and {MAX_STRINGS} are possible; the file is damaged"
            ))),
            _ => Ok(()),
        }
    }

    /// Refuses an entry that holds more than its header says.
    fn ensure_no_more(&self, header: &Header, claimed: u64) -> Result<()> {
        let held = self.size.saturating_sub(header.length);
        match held > claimed {
            false => Ok(()),
            true => Err(Error::format(format!(
                "the header claims {claimed} bytes and the archive holds {held}; the file is damaged, write it again"
            ))),
        }
    }

    /// Calls `read` with the bytes of the entry, and no more of them than the archive claims.
    fn with_reader<T>(
        &self,
        file: &PositionedFile,
        archive: &mut ZipArchive<Cursor>,
        read: impl FnOnce(&mut dyn Read) -> Result<T>,
    ) -> Result<T> {
        match self.deflated {
            false => read(&mut BufReader::new(file.cursor(self.start).take(self.compressed))),
            true => read(&mut archive.by_index(self.index).map_err(zip_error)?.take(self.size)),
        }
    }
}
