//! [`HeldColumns`]: an array of which some columns are held in memory.

use std::{ops::Range, sync::Arc};

use ndarray::{Array2, ArrayViewMut2, Axis, Slice};
use rsa_core::Result;

use crate::contents::Numbers;

/// An array that is slow to read, and the columns of it that are read again and again.
#[derive(Clone, Debug)]
pub(crate) struct HeldColumns {
    source: Arc<dyn Numbers>,
    /// The columns that are held, ascending.
    columns: Arc<[usize]>,
    values: Arc<Array2<f64>>,
}

impl HeldColumns {
    /// Returns the array `source`, of whose `columns`, which ascend, the values are held.
    pub(crate) fn new(source: Arc<dyn Numbers>, columns: Arc<[usize]>, values: Array2<f64>) -> Self {
        Self { source, columns, values: Arc::new(values) }
    }
}

impl Numbers for HeldColumns {
    fn shape(&self) -> &[usize] {
        self.source.shape()
    }

    fn dtype(&self) -> &'static str {
        self.source.dtype()
    }

    fn precision(&self) -> f64 {
        self.source.precision()
    }

    fn precision_of(&self, values: &[f64]) -> f64 {
        self.source.precision_of(values)
    }

    fn with_rows_along(&self, axis: usize) -> Arc<dyn Numbers> {
        self.source.with_rows_along(axis)
    }

    fn n_rows(&self) -> usize {
        self.source.n_rows()
    }

    fn n_columns(&self) -> usize {
        self.source.n_columns()
    }

    fn read_block(&self, rows: Range<usize>, columns: Range<usize>, block: ArrayViewMut2<'_, f64>) -> Result<()> {
        self.read_columns(rows, &columns.collect::<Vec<_>>(), block)
    }

    fn read_columns(&self, rows: Range<usize>, columns: &[usize], mut block: ArrayViewMut2<'_, f64>) -> Result<()> {
        let places: std::result::Result<Vec<_>, _> =
            columns.iter().map(|column| self.columns.binary_search(column)).collect();
        let Ok(places) = places else { return self.source.read_columns(rows, columns, block) };
        let held = self.values.slice_axis(Axis(0), Slice::from(rows));
        for (mut row, held) in block.rows_mut().into_iter().zip(held.rows()) {
            row.iter_mut().zip(&places).for_each(|(value, &place)| *value = held[place]);
        }
        Ok(())
    }
}
