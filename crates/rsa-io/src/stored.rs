//! [`StoredArray`]: an array whose bytes follow one another in a file, or in what a part of it inflates to.

use std::{ops::Range, sync::Arc};

use ndarray::{Array2, ArrayView2, ArrayViewMut2};
use rsa_core::{Error, Result};

use crate::{
    byte_source::ByteSource,
    contents::{Numbers, read_as_block, read_pieces},
    layout::{Bytes, Layout},
    precision,
};

/// An array whose bytes are one stretch of a source.
#[derive(Clone, Debug)]
pub(crate) struct StoredArray {
    source: ByteSource,
    start: u64,
    layout: Layout,
}

impl StoredArray {
    /// Returns the array of `layout` whose first number is at `start`; the caller has checked the length of a file.
    pub(crate) fn new(source: impl Into<ByteSource>, start: u64, layout: Layout) -> Self {
        Self { source: source.into(), start, layout }
    }

    /// Returns the same bytes as an array of another layout.
    ///
    /// # Panics
    /// If it has more bytes.
    pub(crate) fn with_layout(&self, layout: Layout) -> Self {
        assert!(layout.bytes() <= self.layout.bytes(), "no more bytes than the array has");
        Self { layout, ..self.clone() }
    }

    /// Returns the array with the rows along `axis`, which exists.
    pub(crate) fn along(&self, axis: usize) -> Self {
        Self { layout: self.layout.with_rows_along(axis), ..self.clone() }
    }

    /// Returns the layout of the numbers.
    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    fn read<T>(&self, read: impl FnOnce(&mut dyn Bytes) -> Result<T>) -> Result<T> {
        let end = self.start + self.layout.bytes();
        self.source.with_bytes(end, |bytes| read(&mut Shifted { bytes, start: self.start }))
    }
}

impl Numbers for StoredArray {
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
        Arc::new(self.along(axis))
    }

    fn n_rows(&self) -> usize {
        self.layout.n_rows()
    }

    fn n_columns(&self) -> usize {
        self.layout.n_columns()
    }

    fn read_block(&self, rows: Range<usize>, columns: Range<usize>, block: ArrayViewMut2<'_, f64>) -> Result<()> {
        self.read(|bytes| self.layout.read_block(bytes, rows, columns, block))
    }

    fn read_columns(&self, rows: Range<usize>, columns: &[usize], block: ArrayViewMut2<'_, f64>) -> Result<()> {
        self.read(|bytes| self.layout.read_columns(bytes, rows, columns, block))
    }

    /// Reads the whole array. Where it is compressed, the memory grows with what is really there.
    fn read_all(&self) -> Result<Array2<f64>> {
        match self.source {
            ByteSource::Inflated(_) | ByteSource::Chunked(_) => self.read(|bytes| self.layout.read_growing(bytes)),
            ByteSource::File(_) | ByteSource::Held(_) => read_as_block(self),
        }
    }

    /// Inflates a compressed array once for all pieces where its rows follow one another; otherwise all rows are one
    /// piece.
    fn for_each_piece(
        &self,
        rows: Range<usize>,
        columns: Range<usize>,
        per_piece: usize,
        consume: &mut dyn FnMut(usize, ArrayView2<'_, f64>),
    ) -> Result<()> {
        let at_once = self.source.is_decoded() && !self.layout.has_whole_rows();
        let per_piece = if at_once { rows.len() } else { per_piece };
        read_pieces(rows, columns.len(), per_piece, consume, |rows, piece| {
            self.read_block(rows, columns.clone(), piece)
        })
    }

    fn is_by_columns(&self) -> bool {
        !self.source.is_decoded() && !self.layout.has_whole_rows() && self.layout.has_columns_in_order()
    }

    fn ensure_read_in_place(&self) -> Result<()> {
        match &self.source {
            ByteSource::File(_) | ByteSource::Held(_) => Ok(()),
            ByteSource::Chunked(chunked) => chunked.ensure_read_in_place(self.layout.has_whole_rows()),
            ByteSource::Inflated(_) => Err(Error::format(
                "the array is compressed, and would be inflated from its start for every block; write it without \
                 compression, in MATLAB with save(…, '-v6'), of a .nii.gz with gunzip",
            )),
        }
    }
}

/// Bytes that are addressed from `start` on.
struct Shifted<'a> {
    bytes: &'a mut dyn Bytes,
    start: u64,
}

impl Bytes for Shifted<'_> {
    fn read_exact_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        self.bytes.read_exact_at(self.start + offset, buffer)
    }
}
