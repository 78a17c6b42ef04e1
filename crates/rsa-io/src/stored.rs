//! [`StoredArray`]: an array whose bytes lie in a file as they are.

use std::{ops::Range, sync::Arc};

use ndarray::ArrayViewMut2;
use rsa_core::Result;

use crate::{
    contents::Numbers,
    layout::{Bytes, Layout},
    positioned::{PositionedFile, read_error},
    precision,
};

/// An array whose bytes are one stretch of a file.
#[derive(Clone, Debug)]
pub(crate) struct StoredArray {
    file: PositionedFile,
    start: u64,
    layout: Layout,
}

impl StoredArray {
    /// Returns the array of `layout` whose first number is at `start`; the caller has checked the length of the file.
    pub(crate) fn new(file: PositionedFile, start: u64, layout: Layout) -> Self {
        Self { file, start, layout }
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
        Arc::new(Self { layout: self.layout.with_rows_along(axis), ..self.clone() })
    }

    fn n_rows(&self) -> usize {
        self.layout.n_rows()
    }

    fn n_columns(&self) -> usize {
        self.layout.n_columns()
    }

    fn read_block(&self, rows: Range<usize>, columns: Range<usize>, block: ArrayViewMut2<'_, f64>) -> Result<()> {
        self.layout.read_block(&mut &*self, rows, columns, block)
    }

    fn read_columns(&self, rows: Range<usize>, columns: &[usize], block: ArrayViewMut2<'_, f64>) -> Result<()> {
        self.layout.read_columns(&mut &*self, rows, columns, block)
    }
}

impl Bytes for &StoredArray {
    fn read_exact_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        self.file.read_exact_at(self.start + offset, buffer).map_err(|error| read_error("reading the numbers", error))
    }
}
