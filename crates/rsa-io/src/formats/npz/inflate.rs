//! [`Deflated`]: an array that is compressed within an archive.

use std::{
    io::{self, Read},
    ops::Range,
};

use ndarray::{Array2, ArrayViewMut2};
use rsa_core::{Error, Result};
use zip::ZipArchive;

use super::zip_error;
use crate::{
    layout::{Bytes, Layout},
    positioned::{Cursor, read_error},
};

/// An array in a compressed entry of an archive. Every read inflates from the start of the entry.
#[derive(Clone)]
pub(crate) struct Deflated {
    archive: ZipArchive<Cursor>,
    index: usize,
    /// Bytes of the npy header, which precede the numbers.
    header: u64,
    layout: Layout,
}

impl Deflated {
    pub(crate) fn new(archive: ZipArchive<Cursor>, index: usize, header: u64, layout: Layout) -> Self {
        Self { archive, index, header, layout }
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Reads the whole array. The memory grows with what the entry really holds.
    pub(crate) fn read(&self) -> Result<Array2<f64>> {
        self.inflate(|stream| self.layout.read_growing(stream))
    }

    pub(crate) fn read_block(
        &self,
        rows: Range<usize>,
        columns: Range<usize>,
        block: ArrayViewMut2<'_, f64>,
    ) -> Result<()> {
        self.inflate(|stream| self.layout.read_block(stream, rows, columns, block))
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
