//! [`VertexMaps`]: the maps of a GIfTI file, each of which is decoded when it is read.

use std::{ops::Range, sync::Arc};

use ndarray::ArrayViewMut2;
use rsa_core::Result;

use super::data_array::DataArray;
use crate::{
    contents::Numbers,
    number::Number,
    positioned::{PositionedFile, read_error},
    precision,
};

/// Maps × vertices.
#[derive(Clone, Debug)]
pub(super) struct VertexMaps {
    file: PositionedFile,
    maps: Arc<[DataArray]>,
    shape: [usize; 2],
    /// `true` if the rows are the vertices.
    is_transposed: bool,
}

impl VertexMaps {
    /// Takes the maps, at least one, which have one length.
    pub(super) fn new(file: PositionedFile, maps: Vec<DataArray>) -> Self {
        Self { shape: [maps.len(), maps[0].count()], file, maps: maps.into(), is_transposed: false }
    }

    /// Returns the type of the coarsest numbers.
    fn coarsest(&self) -> Number {
        let numbers = self.maps.iter().map(|map| map.number);
        numbers.max_by(|a, b| a.precision().total_cmp(&b.precision())).expect("a file of maps has one")
    }

    /// Reads each of the maps `wanted` and hands it with its place among them to `take`.
    fn for_each_map(&self, wanted: Range<usize>, mut take: impl FnMut(usize, &[f64])) -> Result<()> {
        let first = wanted.start;
        for k in wanted {
            take(
                k - first,
                &read_numbers(&self.file, &self.maps[k]).map_err(|error| error.context(format!("map {k}")))?,
            );
        }
        Ok(())
    }

    /// Reads maps × vertices, each place of `block` by `column`.
    fn read_places(
        &self,
        rows: Range<usize>,
        columns: &mut dyn Iterator<Item = usize>,
        mut block: ArrayViewMut2<'_, f64>,
    ) -> Result<()> {
        let columns: Vec<_> = columns.collect();
        if !self.is_transposed {
            return self.for_each_map(rows, |k, values| {
                block.row_mut(k).iter_mut().zip(&columns).for_each(|(value, &column)| *value = values[column]);
            });
        }
        for (k, &map) in columns.iter().enumerate() {
            self.for_each_map(map..map + 1, |_, values| {
                block.column_mut(k).iter_mut().zip(&values[rows.clone()]).for_each(|(value, read)| *value = *read);
            })?;
        }
        Ok(())
    }
}

/// Reads and decodes the numbers of one array, in the order of its text.
pub(super) fn read_numbers(file: &PositionedFile, array: &DataArray) -> Result<Vec<f64>> {
    // The places were found in the file, which is as long.
    let mut text = vec![0; (array.text.end - array.text.start) as usize];
    file.read_exact_at(array.text.start, &mut text).map_err(|error| read_error("reading the numbers", error))?;
    array.encoding.decode(&text, array.number, array.count())
}

impl Numbers for VertexMaps {
    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn dtype(&self) -> &'static str {
        self.coarsest().name()
    }

    fn precision(&self) -> f64 {
        self.coarsest().precision()
    }

    fn precision_of(&self, values: &[f64]) -> f64 {
        precision::of_floats(values, self.coarsest())
    }

    fn with_rows_along(&self, axis: usize) -> Arc<dyn Numbers> {
        Arc::new(Self { is_transposed: axis == 1, ..self.clone() })
    }

    fn n_rows(&self) -> usize {
        self.shape[usize::from(self.is_transposed)]
    }

    fn n_columns(&self) -> usize {
        self.shape[usize::from(!self.is_transposed)]
    }

    fn read_block(&self, rows: Range<usize>, mut columns: Range<usize>, block: ArrayViewMut2<'_, f64>) -> Result<()> {
        self.read_places(rows, &mut columns, block)
    }

    fn read_columns(&self, rows: Range<usize>, columns: &[usize], block: ArrayViewMut2<'_, f64>) -> Result<()> {
        self.read_places(rows, &mut columns.iter().copied(), block)
    }
}
