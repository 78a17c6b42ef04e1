//! [`DeflatedArray`]: an array that is compressed within an archive.

use std::{
    fmt,
    io::{self, Read},
    ops::Range,
    sync::Arc,
};

use ndarray::{Array2, ArrayView2, ArrayViewMut2};
use rsa_core::{Error, Result};
use zip::ZipArchive;

use super::zip_error;
use crate::{
    contents::{Numbers, read_pieces},
    layout::{Bytes, Layout},
    positioned::{Cursor, read_error},
    precision,
};

/// An array in a compressed entry of an archive. Every read inflates from the start of the entry.
#[derive(Clone)]
pub(crate) struct DeflatedArray {
    archive: ZipArchive<Cursor>,
    index: usize,
    /// Bytes of the npy header, which precede the numbers.
    header: u64,
    layout: Layout,
}

impl DeflatedArray {
    pub(crate) fn new(archive: ZipArchive<Cursor>, index: usize, header: u64, layout: Layout) -> Self {
        Self { archive, index, header, layout }
    }

    fn inflate<T>(&self, read: impl FnOnce(&mut dyn Bytes) -> Result<T>) -> Result<T> {
        // A clone shares the directory of the archive and has a position of its own.
        let mut archive = self.archive.clone();
        let entry = archive.by_index(self.index).map_err(zip_error)?;
        let mut stream = Stream { reader: entry, header: self.header, position: 0 };
        let outcome = read(&mut stream)?;
        if stream.position == self.header + self.layout.bytes() {
            stream.ensure_end()?;
        }
        Ok(outcome)
    }
}

impl fmt::Debug for DeflatedArray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeflatedArray").field("layout", &self.layout).finish_non_exhaustive()
    }
}

impl Numbers for DeflatedArray {
    fn shape(&self) -> &[usize] {
        self.layout.shape()
    }

    fn dtype(&self) -> &'static str {
        self.layout.number().name()
    }

    fn precision(&self) -> f64 {
        self.layout.number().precision()
    }

    fn precision_of(&self, values: &[f64]) -> f64 {
        precision::of_floats(values, self.layout.number())
    }

    fn with_rows_along(&self, axis: usize) -> Arc<dyn Numbers> {
        Arc::new(Self { layout: self.layout.with_rows_along(axis), ..self.clone() })
    }

    fn n_rows(&self) -> usize {
        self.layout.n_rows()
    }

    fn n_columns(&self) -> usize {
        self.layout.n_columns()
    }

    fn read_block(&self, rows: Range<usize>, columns: Range<usize>, block: ArrayViewMut2<'_, f64>) -> Result<()> {
        self.inflate(|stream| self.layout.read_block(stream, rows, columns, block))
    }

    fn read_columns(&self, rows: Range<usize>, columns: &[usize], block: ArrayViewMut2<'_, f64>) -> Result<()> {
        self.inflate(|stream| self.layout.read_columns(stream, rows, columns, block))
    }

    /// Reads the whole array. The memory grows with what the entry really holds.
    fn read_all(&self) -> Result<Array2<f64>> {
        self.inflate(|stream| self.layout.read_growing(stream))
    }

    /// Inflates the entry once for all pieces where its rows follow one another; otherwise all rows are one piece.
    fn for_each_piece(
        &self,
        rows: Range<usize>,
        columns: Range<usize>,
        per_piece: usize,
        consume: &mut dyn FnMut(usize, ArrayView2<'_, f64>),
    ) -> Result<()> {
        let per_piece = if self.layout.has_whole_rows() { per_piece } else { rows.len() };
        self.inflate(|stream| {
            read_pieces(rows, columns.len(), per_piece, consume, |rows, piece| {
                self.layout.read_block(stream, rows, columns.clone(), piece)
            })
        })
    }

    fn ensure_read_in_place(&self) -> Result<()> {
        Err(Error::format(
            "the array is compressed, and would be inflated from its start for every block; write it with numpy.savez \
             or as a .npy file",
        ))
    }
}

/// A reader that can go forward only.
struct Stream<R> {
    reader: R,
    header: u64,
    position: u64,
}

impl<R: Read> Stream<R> {
    /// Checks that the entry holds no more than its header claims; reading its end verifies its checksum too.
    fn ensure_end(&mut self) -> Result<()> {
        match self.reader.read(&mut [0]) {
            Ok(0) => Ok(()),
            Ok(_) => Err(Error::format("the array inflates to more bytes than its header claims; the file is damaged")),
            Err(error) => Err(read_error("inflating the array", error)),
        }
    }
}

impl<R: Read> Bytes for Stream<R> {
    fn read_exact_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        let place = self.header + offset;
        assert!(place >= self.position, "a stream is read forward");
        let ahead = place - self.position;
        let inflating = |error| read_error("inflating the array", error);
        let skipped = io::copy(&mut self.reader.by_ref().take(ahead), &mut io::sink()).map_err(inflating)?;
        if skipped < ahead {
            return Err(inflating(io::ErrorKind::UnexpectedEof.into()));
        }
        self.reader.read_exact(buffer).map_err(inflating)?;
        self.position = place + buffer.len() as u64;
        Ok(())
    }
}
