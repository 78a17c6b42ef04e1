//! The numbers and texts of a dataset, by its storage.

use std::sync::Arc;

use hdf5_reader::{
    Dataset, Datatype, Hdf5File, StringSize,
    messages::{HdfMessage, dataspace::DataspaceType, layout::DataLayout},
};
use rsa_core::{Error, Result};

use super::{chunked::ChunkedBytes, storage::translated};
use crate::{
    byte_source::ByteSource,
    inflated::MAX_RATIO,
    layout::{Layout, MemoryOrder},
    number::Number,
    positioned::PositionedFile,
    stored::StoredArray,
};

/// The most strings of one dataset.
const MAX_STRINGS: u64 = 1 << 20;

/// The most bytes of text of one dataset.
const MAX_TEXT: usize = 1 << 26;

/// A dataset with what its header says.
pub(in crate::formats) struct DatasetSource<'a> {
    file: &'a PositionedFile,
    start: u64,
    dataset: &'a Dataset,
    layout: DataLayout,
    filters: Vec<u16>,
    is_null: bool,
    is_external: bool,
    /// The address of what was never written: all bits set, as many as the file uses.
    unwritten: u64,
}

impl<'a> DatasetSource<'a> {
    /// Reads the header of `dataset`, which `decoder` found in `file`.
    ///
    /// # Errors
    /// `Format` if it is damaged; `Io`.
    pub(in crate::formats) fn new(file: &'a PositionedFile, decoder: &Hdf5File, dataset: &'a Dataset) -> Result<Self> {
        let header = decoder.get_or_parse_header(dataset.address()).map_err(translated)?;
        let (mut layout, mut filters, mut is_null, mut is_external) = (None, Vec::new(), false, false);
        for message in &header.messages {
            match message {
                HdfMessage::DataLayout(found) => layout = Some(found.layout.clone()),
                HdfMessage::FilterPipeline(found) => filters = found.filters.iter().map(|filter| filter.id).collect(),
                HdfMessage::Dataspace(found) => is_null = found.dataspace_type == DataspaceType::Null,
                HdfMessage::ExternalFiles(_) => is_external = true,
                _ => {}
            }
        }
        let layout = layout.ok_or_else(|| Error::format("has no layout; the file is damaged, write it again"))?;
        let superblock = decoder.superblock();
        let unwritten = u64::MAX >> (64 - 8 * u32::from(superblock.offset_size).clamp(1, 8));
        let start = superblock.base_address;
        Ok(Self { file, start, dataset, layout, filters, is_null, is_external, unwritten })
    }

    /// Returns the lengths of the axes.
    ///
    /// # Errors
    /// `Format` if there are no numbers at all, or more than can be addressed.
    pub(in crate::formats) fn shape(&self) -> Result<Vec<usize>> {
        if self.is_null {
            return Err(Error::format("is empty"));
        }
        let shape: std::result::Result<_, _> =
            self.dataset.shape().iter().map(|&length| usize::try_from(length)).collect();
        shape.map_err(|_| Error::format("claims more numbers than any file holds; the file is damaged"))
    }

    /// Returns the numbers as an array of `shape` whose bytes are in `order`.
    ///
    /// # Errors
    /// The errors of [`Layout::new`]; `Format` if the file cannot hold them or they were never written.
    pub(in crate::formats) fn numbers(
        &self,
        number: Number,
        shape: Vec<usize>,
        order: MemoryOrder,
    ) -> Result<StoredArray> {
        let layout = Layout::new(number, shape, order)?;
        let (source, start) = self.bytes(number.size(), layout.bytes())?;
        if let (ByteSource::File(_), false) = (&source, self.is_external) {
            layout.ensure_held(self.file.length().saturating_sub(start))?;
        }
        if let ByteSource::Chunked(_) = source {
            // Some filters can make more of constant numbers than deflate, but then a header could claim any size.
            let ratio = if self.filters.is_empty() { 1 } else { MAX_RATIO };
            layout.ensure_held(self.file.length().saturating_mul(ratio))?;
        }
        Ok(StoredArray::new(source, start, layout))
    }

    /// Returns where the entries are, `size` bytes each and `count` bytes together.
    fn bytes(&self, size: usize, count: u64) -> Result<(ByteSource, u64)> {
        if self.is_external {
            return Err(Error::format("keeps its numbers in another file; copy them with h5repack or h5py"));
        }
        match &self.layout {
            DataLayout::Compact { data } if data.len() as u64 == count => {
                Ok((ByteSource::Held(data.as_slice().into()), 0))
            }
            DataLayout::Compact { .. } => {
                Err(Error::format("has another number of bytes than its shape; the file is damaged"))
            }
            DataLayout::Contiguous { address, .. } if *address == self.unwritten => {
                Err(Error::format("was never written; write its numbers, or leave it out"))
            }
            DataLayout::Contiguous { address, .. } => {
                let start = self.start.checked_add(*address);
                let start =
                    start.ok_or_else(|| Error::format("lies beyond the end of the file; the file is damaged"))?;
                Ok((ByteSource::File(self.file.clone()), start))
            }
            DataLayout::Chunked { .. } => {
                if self.dataset.raw_element_size().map_err(translated)? != size {
                    return Err(Error::format("has entries of another size than its type; the file is damaged"));
                }
                let shape = self.dataset.shape().iter().map(|&length| length as usize).collect();
                let chunked = ChunkedBytes::new(self.dataset.clone(), size, shape, !self.filters.is_empty())?;
                Ok((ByteSource::Chunked(Arc::new(chunked)), 0))
            }
        }
    }

    /// Returns the entries as bytes, at most `limit` of them.
    ///
    /// # Errors
    /// `Format` if there are more; the errors of the file.
    pub(in crate::formats) fn raw(&self, limit: usize) -> Result<Vec<u8>> {
        let size = self.dataset.raw_byte_len().map_err(translated)?;
        if size > limit {
            return Err(Error::format(format!(
                "has {size} bytes; at most {limit} are read of what is no array of numbers"
            )));
        }
        self.dataset.read_raw_bytes().map_err(translated)
    }

    /// Returns the strings of a dataset of text.
    ///
    /// # Errors
    /// `Format` if there are too many, or if they are no Unicode.
    pub(in crate::formats) fn strings(&self) -> Result<Vec<String>> {
        let count = self.dataset.num_elements().map_err(translated)?;
        if count > MAX_STRINGS {
            return Err(Error::format(format!("has {count} strings; at most {MAX_STRINGS} are read")));
        }
        let raw = self.raw(MAX_TEXT)?;
        let size = self.dataset.raw_element_size().map_err(translated)?.max(1);
        let is_fixed = matches!(self.dataset.dtype(), Datatype::String { size: StringSize::Fixed(_), .. });
        let (mut strings, mut left) = (Vec::new(), MAX_TEXT);
        for (k, entry) in raw.chunks_exact(size).enumerate() {
            let held;
            let bytes = if is_fixed {
                entry
            } else {
                held = self.dataset.resolve_vlen_reference_bytes(entry, 1).map_err(translated)?;
                &held
            };
            left = left
                .checked_sub(bytes.len())
                .ok_or_else(|| Error::format(format!("has more than {MAX_TEXT} bytes of text")))?;
            // Zeros, or blanks as Fortran pads, fill what is left of a fixed length.
            let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
            let text = std::str::from_utf8(&bytes[..end]);
            let text = text.map_err(|_| Error::format(format!("string {k} is no Unicode text; save it as UTF-8")))?;
            strings.push(text.trim_end_matches(' ').to_owned());
        }
        Ok(strings)
    }
}
