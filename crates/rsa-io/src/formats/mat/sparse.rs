//! [`SparseArray`]: a sparse matrix, made dense as it is read.

use std::{ops::Range, sync::Arc};

use ndarray::ArrayViewMut2;
use rsa_core::Result;

use super::element::damaged;
use crate::{
    byte_source::ByteSource,
    contents::Numbers,
    layout::{Bytes, Layout, MemoryOrder},
    number::Number,
    precision,
};

/// A sparse matrix: for every column the rows and values of its entries.
#[derive(Clone, Debug)]
pub(super) struct SparseArray {
    source: ByteSource,
    /// The shape and type of the dense matrix.
    layout: Layout,
    /// Row of each entry, first entry of each column, value of each entry: type, place and count.
    parts: [(Number, u64, usize); 3],
    /// `true` if the columns of the file are read as rows.
    is_transposed: bool,
}

impl SparseArray {
    /// Takes the places of rows, starts of columns, and values.
    ///
    /// # Errors
    /// The errors of [`Layout::new`], and `Format` if there is no start for each column.
    pub(super) fn new(source: ByteSource, shape: &[usize], parts: [(Number, u64, usize); 3]) -> Result<Self> {
        let layout = Layout::new(parts[2].0, shape.to_vec(), MemoryOrder::C)?;
        let &[_, n_columns] = shape else { return Err(damaged("has a sparse matrix without two axes")) };
        if parts[1].2 != n_columns + 1 {
            return Err(damaged(format!("claims {n_columns} sparse columns and has the starts of {}", parts[1].2)));
        }
        Ok(Self { source, layout, parts, is_transposed: false })
    }

    /// Calls `consume` with row, column and value of every entry of the matrix as it is stored.
    fn for_each(&self, consume: &mut dyn FnMut(usize, usize, f64)) -> Result<()> {
        let end = self.parts.map(|(number, at, count)| at + (number.size() * count) as u64)[2];
        let [rows, starts, values] = self.source.with_bytes(end, |bytes| {
            let mut lists = [const { Vec::new() }; 3];
            for (list, part) in lists.iter_mut().zip(self.parts) {
                *list = read_list(bytes, part)?;
            }
            Ok(lists)
        })?;
        let whole = |value: f64, most: usize| {
            let place = value as usize;
            (value >= 0.0 && place <= most).then_some(place).ok_or_else(|| damaged("has sparse entries out of place"))
        };
        let n_entries = rows.len().min(values.len());
        for (column, ends) in starts.windows(2).enumerate() {
            let entries = whole(ends[0], n_entries)?..whole(ends[1], n_entries)?;
            for k in entries {
                consume(whole(rows[k], self.layout.shape()[0] - 1)?, column, values[k]);
            }
        }
        Ok(())
    }

    /// Calls `consume` with the place among `rows`, column and value of every entry of these rows, as they are read.
    fn for_each_among(&self, rows: &Range<usize>, consume: &mut dyn FnMut(usize, usize, f64)) -> Result<()> {
        self.for_each(&mut |row, column, value| {
            let (row, column) = if self.is_transposed { (column, row) } else { (row, column) };
            if rows.contains(&row) {
                consume(row - rows.start, column, value);
            }
        })
    }
}

impl Numbers for SparseArray {
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
        Arc::new(Self { is_transposed: axis == 1, ..self.clone() })
    }

    fn n_rows(&self) -> usize {
        self.shape()[usize::from(self.is_transposed)]
    }

    fn n_columns(&self) -> usize {
        self.shape()[usize::from(!self.is_transposed)]
    }

    fn read_block(&self, rows: Range<usize>, columns: Range<usize>, mut block: ArrayViewMut2<'_, f64>) -> Result<()> {
        block.fill(0.0);
        self.for_each_among(&rows, &mut |row, column, value| {
            if columns.contains(&column) {
                block[[row, column - columns.start]] = value;
            }
        })
    }

    fn read_columns(&self, rows: Range<usize>, columns: &[usize], mut block: ArrayViewMut2<'_, f64>) -> Result<()> {
        let mut places: Vec<(usize, usize)> = columns.iter().copied().zip(0..).collect();
        places.sort_unstable();
        block.fill(0.0);
        self.for_each_among(&rows, &mut |row, column, value| {
            let first = places.partition_point(|&(wanted, _)| wanted < column);
            for &(_, place) in places[first..].iter().take_while(|&&(wanted, _)| wanted == column) {
                block[[row, place]] = value;
            }
        })
    }
}

/// Reads numbers; the memory grows with what is really there.
fn read_list(bytes: &mut dyn Bytes, (number, at, count): (Number, u64, usize)) -> Result<Vec<f64>> {
    const PIECE: usize = 1 << 13;
    let (mut list, mut buffer) = (Vec::new(), Vec::new());
    while list.len() < count {
        let (done, size) = (list.len(), number.size());
        let piece = PIECE.min(count - done);
        buffer.resize(piece * size, 0);
        bytes.read_exact_at(at + (done * size) as u64, &mut buffer)?;
        list.resize(done + piece, 0.0);
        number.decode(&buffer, list[done..].iter_mut());
    }
    Ok(list)
}
