//! [`ChunkedBytes`]: a dataset in chunks, read as the bytes of the whole array in C order.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use hdf5_reader::{Dataset, Datatype, H5Type, SliceInfo, SliceInfoElem, error::Error as Hdf5Error};
use rsa_core::{Error, Result};

use super::storage::translated;
use crate::layout::Bytes;

/// Most bytes decoded at once; of larger bands of chunks some rows at a time.
const MOST: usize = 1 << 26;

/// Fewest bytes decoded at once, if the array has as many.
const FEWEST: usize = 1 << 20;

/// A dataset in chunks. Chunks that were never written are an error: their numbers are unknown, not 0.
pub(crate) struct ChunkedBytes {
    dataset: Dataset,
    /// Bytes of an entry.
    size: usize,
    shape: Vec<usize>,
    chunk: Vec<usize>,
    is_compressed: bool,
    /// Bytes that the last read decoded.
    idle: Mutex<Option<DecodedWindow>>,
}

/// Some decoded bytes that follow one another.
struct DecodedWindow {
    start: usize,
    bytes: Vec<u8>,
}

/// Entries that follow one another: an index along the axes before `axis`, a range along it, and all behind it.
struct WindowPlace {
    index: Vec<usize>,
    axis: usize,
    end: usize,
}

impl ChunkedBytes {
    /// Takes a dataset of entries of `size` bytes whose number of bytes fits the address space.
    ///
    /// # Errors
    /// `Format` if the chunks are not those of an array of this shape.
    pub(super) fn new(dataset: Dataset, size: usize, shape: Vec<usize>, is_compressed: bool) -> Result<Self> {
        let chunk: Vec<usize> = dataset.chunks().unwrap_or_default().iter().map(|&length| length as usize).collect();
        if chunk.len() != shape.len() || chunk.contains(&0) {
            return Err(Error::format(
                "has chunks of another shape than the array; the file is damaged, write it again",
            ));
        }
        Ok(Self { dataset, size, shape, chunk, is_compressed, idle: Mutex::new(None) })
    }

    /// Checks that rows, which `are_whole` runs of bytes or not, are read without decoding all that is before them.
    ///
    /// # Errors
    /// `Format` with the remedy.
    pub(crate) fn ensure_read_in_place(&self, are_whole: bool) -> Result<()> {
        let band = self.chunk[0].min(self.shape[0]) * self.entries_behind(0) * self.size;
        if self.is_compressed && !are_whole {
            return Err(Error::format(
                "the array is compressed, and would be decoded whole for every block of rows; write it without \
                 compression, in MATLAB with save(…, '-v7.3', '-nocompression')",
            ));
        }
        if band > MOST {
            return Err(Error::format(format!(
                "each of its chunks spans {} rows, {band} bytes that would be decoded for every block of rows; write it \
                 with chunks of fewer rows, in h5py with chunks=(1, …)",
                self.chunk[0]
            )));
        }
        Ok(())
    }

    /// Calls `read` with the bytes.
    pub(crate) fn with_bytes<T>(&self, read: impl FnOnce(&mut dyn Bytes) -> Result<T>) -> Result<T> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let window = idle().take();
        let mut reader = WindowReader { source: self, window };
        let outcome = read(&mut reader)?;
        *idle() = reader.window;
        Ok(outcome)
    }

    /// Returns the number of entries at one index along `axis`.
    fn entries_behind(&self, axis: usize) -> usize {
        self.shape[axis + 1..].iter().product()
    }

    /// Returns the entries that are decoded for entry number `entry`.
    fn place(&self, entry: usize) -> WindowPlace {
        let fits = |&axis: &usize| self.entries_behind(axis) * self.size <= MOST;
        let axis = (0..self.shape.len()).find(fits).unwrap_or(self.shape.len() - 1);
        let bytes = self.entries_behind(axis) * self.size;
        let mut index: Vec<usize> =
            (0..=axis).map(|axis| entry / self.entries_behind(axis) % self.shape[axis]).collect();
        let wanted = (FEWEST / bytes).max(1).next_multiple_of(self.chunk[axis]);
        let most = (MOST / bytes).max(1);
        let place = &mut index[axis];
        let length = if wanted <= most {
            *place -= *place % wanted;
            wanted
        } else {
            most
        };
        let end = (*place + length).min(self.shape[axis]);
        WindowPlace { index, axis, end }
    }

    /// Decodes the bytes around entry number `entry`.
    fn decode(&self, entry: usize) -> Result<DecodedWindow> {
        let WindowPlace { index, axis, end } = self.place(entry);
        let range = |k: usize| match k.cmp(&axis) {
            std::cmp::Ordering::Less => (index[k], index[k] + 1),
            std::cmp::Ordering::Equal => (index[k], end),
            std::cmp::Ordering::Greater => (0, self.shape[k]),
        };
        let slice =
            |(start, end): (usize, usize)| SliceInfoElem::Slice { start: start as u64, end: end as u64, step: 1 };
        let selection = SliceInfo { selections: (0..self.shape.len()).map(|k| slice(range(k))).collect() };
        let bytes = match self.size {
            1 => self.slice::<1>(&selection),
            2 => self.slice::<2>(&selection),
            4 => self.slice::<4>(&selection),
            _ => self.slice::<8>(&selection),
        }?;
        let start = (0..=axis).map(|k| index[k] * self.entries_behind(k)).sum::<usize>() * self.size;
        Ok(DecodedWindow { start, bytes })
    }

    fn slice<const N: usize>(&self, selection: &SliceInfo) -> Result<Vec<u8>> {
        let entries =
            self.dataset.read_slice::<RawEntry<N>>(selection).map_err(translated)?.into_raw_vec_and_offset().0;
        let mut bytes = vec![0; N * entries.len()];
        bytes.as_chunks_mut().0.iter_mut().zip(&entries).for_each(|(bytes, entry)| *bytes = entry.0);
        Ok(bytes)
    }
}

impl fmt::Debug for ChunkedBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChunkedBytes").field("shape", &self.shape).field("chunk", &self.chunk).finish_non_exhaustive()
    }
}

/// A reader that keeps what it decoded last.
struct WindowReader<'a> {
    source: &'a ChunkedBytes,
    window: Option<DecodedWindow>,
}

impl Bytes for WindowReader<'_> {
    fn read_exact_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        let mut done = 0;
        while done < buffer.len() {
            let at = offset as usize + done;
            let inside = |window: &&DecodedWindow| at >= window.start && at - window.start < window.bytes.len();
            let Some(window) = self.window.as_ref().filter(inside) else {
                self.window = None;
                self.window = Some(self.source.decode(at / self.source.size)?);
                continue;
            };
            let found = &window.bytes[at - window.start..];
            let count = found.len().min(buffer.len() - done);
            buffer[done..done + count].copy_from_slice(&found[..count]);
            done += count;
        }
        Ok(())
    }
}

/// The bytes of an entry as the file has them.
#[derive(Clone)]
struct RawEntry<const N: usize>([u8; N]);

impl<const N: usize> H5Type for RawEntry<N> {
    fn hdf5_type() -> Datatype {
        Datatype::Opaque { size: N as u32, tag: String::new() }
    }

    /// Refuses, for the decoder copies the bytes of chunks, and converts only what it makes up for missing ones.
    fn from_bytes(_: &[u8], _: &Datatype) -> hdf5_reader::error::Result<Self> {
        Err(unwritten())
    }

    fn element_size(_: &Datatype) -> usize {
        N
    }

    fn decode_vec(_: &[u8], _: &Datatype, _: usize) -> Option<hdf5_reader::error::Result<Vec<Self>>> {
        Some(Err(unwritten()))
    }

    fn native_copy_compatible(_: &Datatype) -> bool {
        true
    }
}

fn unwritten() -> Hdf5Error {
    Hdf5Error::InvalidData("some of its chunks were never written".to_owned())
}
