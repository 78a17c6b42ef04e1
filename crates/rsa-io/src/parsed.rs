//! [`ParsedArray`]: a matrix that had to be read to be understood.

use std::{ops::Range, sync::Arc};

use ndarray::{Array2, ArrayViewMut2, Axis, Slice};
use rsa_core::Result;

use crate::{
    contents::Numbers,
    number::{Number, NumberKind},
    precision,
};

/// A matrix in memory: a table, for example, is text and is read whole. Its values may be non-finite.
#[derive(Clone, Debug)]
pub(crate) struct ParsedArray {
    shape: [usize; 2],
    matrix: Arc<Array2<f64>>,
    precision: f64,
}

impl ParsedArray {
    /// Returns the matrix, whose numbers were written with the relative spacing `precision`.
    pub(crate) fn new(matrix: Array2<f64>, precision: f64) -> Self {
        Self { shape: [matrix.nrows(), matrix.ncols()], matrix: Arc::new(matrix), precision }
    }
}

impl Numbers for ParsedArray {
    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn dtype(&self) -> &'static str {
        "text"
    }

    fn precision(&self) -> f64 {
        f64::EPSILON
    }

    fn precision_of(&self, values: &[f64]) -> f64 {
        /// Texts of many digits hold 64-bit floats.
        const DOUBLE: Number = Number { kind: NumberKind::F64, big_endian: false };
        if self.precision == f64::EPSILON { precision::of_floats(values, DOUBLE) } else { self.precision }
    }

    fn with_rows_along(&self, axis: usize) -> Arc<dyn Numbers> {
        match axis {
            0 => Arc::new(self.clone()),
            _ => Arc::new(Self {
                shape: self.shape,
                precision: self.precision,
                matrix: Arc::new(self.matrix.t().as_standard_layout().into_owned()),
            }),
        }
    }

    fn n_rows(&self) -> usize {
        self.matrix.nrows()
    }

    fn n_columns(&self) -> usize {
        self.matrix.ncols()
    }

    fn read_block(&self, rows: Range<usize>, columns: Range<usize>, mut block: ArrayViewMut2<'_, f64>) -> Result<()> {
        let wanted = self.matrix.slice_axis(Axis(0), Slice::from(rows));
        block.assign(&wanted.slice_axis(Axis(1), Slice::from(columns)));
        Ok(())
    }

    fn read_columns(&self, rows: Range<usize>, columns: &[usize], mut block: ArrayViewMut2<'_, f64>) -> Result<()> {
        let wanted = self.matrix.slice_axis(Axis(0), Slice::from(rows));
        for (mut values, &column) in block.columns_mut().into_iter().zip(columns) {
            values.assign(&wanted.column(column));
        }
        Ok(())
    }
}
