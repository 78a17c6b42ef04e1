//! [`Volumes`]: the numbers of volumes or maps, with their slope and intercept.

use std::{ops::Range, sync::Arc};

use ndarray::{Array2, ArrayView2, ArrayViewMut2};
use rsa_core::Result;

use super::nifti_header::ValueScaling;
use crate::{contents::Numbers, stored::StoredArray};

/// Volumes × voxels. Numbers are scaled as 64-bit floats.
#[derive(Clone, Debug)]
pub(crate) struct Volumes {
    array: StoredArray,
    scaling: Option<ValueScaling>,
}

impl Volumes {
    /// Returns the values that `scaling` makes of the numbers of `array`.
    pub(crate) fn new(array: StoredArray, scaling: Option<ValueScaling>) -> Self {
        Self { array, scaling }
    }

    fn scale(&self, mut block: ArrayViewMut2<'_, f64>) {
        if let Some(ValueScaling { slope, intercept }) = self.scaling {
            block.map_inplace(|value| *value = slope * *value + intercept);
        }
    }
}

impl Numbers for Volumes {
    fn shape(&self) -> &[usize] {
        self.array.shape()
    }

    fn dtype(&self) -> &'static str {
        self.array.dtype()
    }

    fn precision(&self) -> f64 {
        self.array.precision()
    }

    fn precision_of(&self, values: &[f64]) -> f64 {
        self.array.precision_of(values)
    }

    fn with_rows_along(&self, axis: usize) -> Arc<dyn Numbers> {
        Arc::new(Self { array: self.array.along(axis), scaling: self.scaling })
    }

    fn n_rows(&self) -> usize {
        self.array.n_rows()
    }

    fn n_columns(&self) -> usize {
        self.array.n_columns()
    }

    fn read_block(&self, rows: Range<usize>, columns: Range<usize>, mut block: ArrayViewMut2<'_, f64>) -> Result<()> {
        self.array.read_block(rows, columns, block.view_mut())?;
        self.scale(block);
        Ok(())
    }

    fn read_columns(&self, rows: Range<usize>, columns: &[usize], mut block: ArrayViewMut2<'_, f64>) -> Result<()> {
        self.array.read_columns(rows, columns, block.view_mut())?;
        self.scale(block);
        Ok(())
    }

    fn read_all(&self) -> Result<Array2<f64>> {
        let mut values = self.array.read_all()?;
        self.scale(values.view_mut());
        Ok(values)
    }

    fn for_each_piece(
        &self,
        rows: Range<usize>,
        columns: Range<usize>,
        per_piece: usize,
        consume: &mut dyn FnMut(usize, ArrayView2<'_, f64>),
    ) -> Result<()> {
        self.array.for_each_piece(rows, columns, per_piece, &mut |first, piece| {
            let mut values = piece.to_owned();
            self.scale(values.view_mut());
            consume(first, values.view());
        })
    }

    fn is_by_columns(&self) -> bool {
        self.array.is_by_columns()
    }

    fn ensure_read_in_place(&self) -> Result<()> {
        self.array.ensure_read_in_place()
    }
}
