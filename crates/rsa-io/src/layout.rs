//! [`Layout`]: the order of the numbers of an array in a run of bytes, and reading blocks of conditions from it.

mod columns;
mod gather;

use std::ops::Range;

use ndarray::{Array2, ArrayViewMut2, Axis};
use rsa_core::{Error, Result};

use crate::number::Number;

/// Bytes read at once: large enough for a disk, small enough for many threads.
const BUFFER: usize = 1 << 20;

/// Runs of bytes up to this length are read whole even when few of their rows are wanted: the gaps cost less than the
/// extra reads.
const READ_THROUGH: usize = 1 << 14;

/// The most axes an array may have; the limit of NumPy.
const MAX_AXES: usize = 64;

/// The axis that runs fastest in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemoryOrder {
    /// The last axis.
    C,
    /// The first axis.
    Fortran,
}

/// The bytes of an array, addressed from its first byte.
///
/// A [`Layout`] asks for ascending places that do not overlap, so that a stream can serve it.
pub(crate) trait Bytes {
    /// Fills `buffer` with the bytes that start at `offset`.
    fn read_exact_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<()>;
}

/// Shape, number type and order of an array, checked once.
///
/// Every axis has at least one entry, and the size in bytes fits the address space.
///
/// One axis, the first unless [`with_rows_along`](Self::with_rows_along) says otherwise, is read as rows. All other
/// axes are read as columns, the last one running fastest, whatever the order in the file. An array with one axis is
/// read as a single row.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    number: Number,
    /// At least two axes.
    shape: Vec<usize>,
    /// `true` if the file has the last axis alone.
    is_vector: bool,
    order: MemoryOrder,
    /// The axis of the rows.
    row_axis: usize,
    n_columns: usize,
}

impl Layout {
    /// Takes the first axis as rows and all others as columns; an only axis as the columns of one row.
    ///
    /// # Errors
    /// `ShapeMismatch` without an axis or without a column, `TooFewConditions` without a row, `Format` if no file can
    /// be that large.
    pub(crate) fn new(number: Number, mut shape: Vec<usize>, order: MemoryOrder) -> Result<Self> {
        if shape.is_empty() {
            return Err(too_few_axes(&shape));
        }
        let is_vector = shape.len() == 1;
        if is_vector {
            shape.insert(0, 1);
        }
        if shape.len() > MAX_AXES {
            return Err(Error::format(format!("the array has {} axes, at most {MAX_AXES} are possible", shape.len())));
        }
        if shape[0] == 0 {
            return Err(Error::too_few_conditions(1, 0, "a layer has one row for every condition"));
        }
        if shape.contains(&0) {
            return Err(Error::shape_mismatch(format!(
                "the array has shape {}: conditions without features; a layer has at least one",
                show_shape(&shape)
            )));
        }
        // As many numbers as `f64` must be addressable too.
        let bytes = shape.iter().try_fold(size_of::<f64>(), |bytes, &axis| bytes.checked_mul(axis));
        if bytes.is_none_or(|bytes| bytes > isize::MAX as usize) {
            return Err(Error::format(format!(
                "the header claims the shape {}, more numbers than any file holds; the file is damaged",
                show_shape(&shape)
            )));
        }
        let n_columns = shape[1..].iter().product();
        Ok(Self { number, shape, is_vector, order, row_axis: 0, n_columns })
    }

    /// Returns the layout with the rows along `axis` of the file and all other axes as columns.
    ///
    /// # Panics
    /// If there is no such axis, or the array has one axis alone.
    pub(crate) fn with_rows_along(&self, axis: usize) -> Self {
        assert!(axis < self.shape.len() && (axis == 0 || !self.is_vector), "an axis of the array");
        let n_columns = self.shape.iter().product::<usize>() / self.shape[axis];
        Self { row_axis: axis, n_columns, ..self.clone() }
    }

    /// Returns the lengths of the axes as the file has them.
    pub(crate) fn shape(&self) -> &[usize] {
        &self.shape[usize::from(self.is_vector)..]
    }

    /// Returns the type of the numbers in the file.
    pub(crate) fn number(&self) -> Number {
        self.number
    }

    pub(crate) fn n_rows(&self) -> usize {
        self.shape[self.row_axis]
    }

    pub(crate) fn n_columns(&self) -> usize {
        self.n_columns
    }

    /// Returns the number of bytes of the array in the file.
    pub(crate) fn bytes(&self) -> u64 {
        (self.n_rows() * self.n_columns * self.number.size()) as u64
    }

    /// Checks that the file can hold what the header claims.
    ///
    /// # Errors
    /// `Format` with the claim and the finding if fewer than [`bytes`](Self::bytes) bytes are there.
    pub(crate) fn ensure_held(&self, found: u64) -> Result<()> {
        if self.bytes() <= found {
            return Ok(());
        }
        Err(Error::format(format!(
            "the header claims the shape {}, {} bytes, and at most {found} bytes of data are there; \
             the file is truncated or damaged, write it again",
            show_shape(self.shape()),
            self.bytes()
        )))
    }

    /// Returns `true` if every row is one run of bytes with its columns in order.
    pub(crate) fn has_whole_rows(&self) -> bool {
        self.n_outer() == 1 && self.has_columns_in_order()
    }

    /// Returns `true` if the columns of a row are in order, with or without other rows between them.
    pub(crate) fn has_columns_in_order(&self) -> bool {
        self.order == MemoryOrder::C || self.other_axes().filter(|&length| length > 1).count() <= 1
    }

    /// Reads the columns `columns` of the rows `rows` into `block`, with a buffer that does not grow with the array.
    pub(crate) fn read_block(
        &self,
        source: &mut dyn Bytes,
        rows: Range<usize>,
        columns: Range<usize>,
        block: ArrayViewMut2<'_, f64>,
    ) -> Result<()> {
        assert!(rows.end <= self.n_rows(), "rows beyond the last condition");
        assert!(columns.end <= self.n_columns, "columns beyond the last feature");
        assert_eq!(block.dim(), (rows.len(), columns.len()), "the block has the shape of what is read");
        if rows.is_empty() || columns.is_empty() {
            return Ok(());
        }
        match self.has_whole_rows() {
            true => self.read_by_rows(source, rows, columns, block),
            false => self.read_by_groups(source, rows, &|column| place(column, &columns), block),
        }
    }

    /// Reads rows that are runs of bytes; a piece of a row is a run too.
    fn read_by_rows(
        &self,
        source: &mut dyn Bytes,
        rows: Range<usize>,
        columns: Range<usize>,
        mut block: ArrayViewMut2<'_, f64>,
    ) -> Result<()> {
        let mut buffer = Vec::new();
        let first = |row: usize| row * self.n_columns + columns.start;
        if columns.len() == self.n_columns
            && let Some(values) = block.as_slice_mut()
        {
            return self.read_run(source, first(rows.start), values, &mut buffer);
        }
        let mut pattern = vec![0.0; columns.len()];
        for (row, mut values) in rows.zip(block.rows_mut()) {
            match values.as_slice_mut() {
                Some(values) => self.read_run(source, first(row), values, &mut buffer)?,
                None => {
                    self.read_run(source, first(row), &mut pattern, &mut buffer)?;
                    values.iter_mut().zip(&pattern).for_each(|(value, read)| *value = *read);
                }
            }
        }
        Ok(())
    }

    /// Reads from number `first` of the array until `values` is full.
    fn read_run(&self, source: &mut dyn Bytes, first: usize, values: &mut [f64], buffer: &mut Vec<u8>) -> Result<()> {
        let size = self.number.size();
        let mut offset = first * size;
        for piece in values.chunks_mut(BUFFER / size) {
            buffer.resize(piece.len() * size, 0);
            source.read_exact_at(offset as u64, buffer)?;
            self.number.decode(buffer, piece.iter_mut());
            offset += buffer.len();
        }
        Ok(())
    }

    /// Reads an array whose rows are not runs of bytes.
    ///
    /// In the file such an array is groups × rows × columns of the group. In Fortran order with the rows along the
    /// first axis a group is one column. In each group the wanted rows are one run; short groups are read several at a
    /// time. `place_of` gives the column of `block` where a column of the array belongs.
    fn read_by_groups(
        &self,
        source: &mut dyn Bytes,
        rows: Range<usize>,
        place_of: &dyn Fn(usize) -> Option<usize>,
        mut block: ArrayViewMut2<'_, f64>,
    ) -> Result<()> {
        let (n, inner, size) = (self.n_rows(), self.n_inner(), self.number.size());
        let (group, row) = (n * inner * size, inner * size);
        let read_through = rows.len() == n || group <= READ_THROUGH;
        let groups = if read_through { (BUFFER / group).max(1) } else { 1 };
        // Only a group read alone may exceed the buffer.
        let piece = if groups > 1 { rows.len() } else { (BUFFER / row).max(1) };
        let (mut buffer, mut numbers) = (Vec::new(), Vec::new());
        for first in (0..self.n_outer()).step_by(groups) {
            let last = (first + groups).min(self.n_outer());
            // The places in the block of the columns of these groups.
            let places: Vec<_> = (first * inner..last * inner).map(|k| place_of(self.column(k))).collect();
            if places.iter().all(Option::is_none) {
                continue;
            }
            for start in rows.clone().step_by(piece) {
                let end = (start + piece).min(rows.end);
                let offset = first * group + start * row;
                buffer.resize((last - 1) * group + end * row - offset, 0);
                source.read_exact_at(offset as u64, &mut buffer)?;
                let rows_of_block = start - rows.start..end - rows.start;
                if inner == 1 && groups > 1 {
                    let block = block.slice_axis_mut(Axis(0), rows_of_block.into());
                    self.place_columns(&buffer, group, &places, block, &mut numbers);
                    continue;
                }
                for (k, places) in places.chunks(inner).enumerate() {
                    let bytes = &buffer[k * group..][..(end - start) * row];
                    self.place_group(
                        bytes,
                        places,
                        block.slice_axis_mut(Axis(0), rows_of_block.clone().into()),
                        &mut numbers,
                    );
                }
            }
        }
        Ok(())
    }

    /// Reads the whole array and allocates memory as data arrive, for sources that may be shorter than they claim.
    pub(crate) fn read_growing(&self, source: &mut dyn Bytes) -> Result<Array2<f64>> {
        let (n, p, size) = (self.n_rows(), self.n_columns, self.number.size());
        let mut values: Vec<f64> = Vec::new();
        let mut buffer = vec![0; BUFFER.min(n * p * size)];
        while values.len() < n * p {
            let count = (n * p - values.len()).min(BUFFER / size);
            let bytes = &mut buffer[..count * size];
            source.read_exact_at((values.len() * size) as u64, bytes)?;
            if values.capacity() - values.len() < count {
                let more = values.len().max(count).min(n * p - values.len());
                values.try_reserve_exact(more).map_err(|_| too_large(n, p))?;
            }
            let known = values.len();
            values.resize(known + count, 0.0);
            self.number.decode(bytes, values[known..].iter_mut());
        }
        if self.has_whole_rows() {
            return Array2::from_shape_vec((n, p), values).map_err(|_| too_large(n, p));
        }
        let inner = self.n_inner();
        let mut rows = allocate(n, p)?;
        for (k, numbers) in values.chunks(n * inner).enumerate() {
            for i in 0..inner {
                let mut column = rows.column_mut(self.column(k * inner + i));
                column.iter_mut().zip(numbers[i..].iter().step_by(inner)).for_each(|(value, read)| *value = *read);
            }
        }
        Ok(rows)
    }

    /// Returns the number of groups that the axes slower than the rows make.
    fn n_outer(&self) -> usize {
        match self.order {
            MemoryOrder::C => self.shape[..self.row_axis].iter().product(),
            MemoryOrder::Fortran => self.shape[self.row_axis + 1..].iter().product(),
        }
    }

    /// Returns the number of columns in one group, which the axes faster than the rows make.
    fn n_inner(&self) -> usize {
        self.n_columns / self.n_outer()
    }

    /// Returns the lengths of the axes that are columns.
    fn other_axes(&self) -> impl Iterator<Item = usize> {
        self.shape.iter().enumerate().filter(|&(axis, _)| axis != self.row_axis).map(|(_, &length)| length)
    }

    /// Returns the column that stands at place `k` of one row in the file.
    fn column(&self, k: usize) -> usize {
        if self.order == MemoryOrder::C {
            return k;
        }
        let (mut rest, mut stride, mut column) = (k, self.n_columns, 0);
        for axis in self.other_axes() {
            stride /= axis;
            column += rest % axis * stride;
            rest /= axis;
        }
        column
    }
}

/// Returns the place of `index` within `range`.
fn place(index: usize, range: &Range<usize>) -> Option<usize> {
    range.contains(&index).then(|| index - range.start)
}

/// Allocates `n` × `p` numbers; returns an error, without an abort, where the memory does not suffice.
pub(crate) fn allocate(n: usize, p: usize) -> Result<Array2<f64>> {
    let mut values = Vec::new();
    values.try_reserve_exact(n.saturating_mul(p)).map_err(|_| too_large(n, p))?;
    values.resize(n * p, 0.0);
    Array2::from_shape_vec((n, p), values).map_err(|_| too_large(n, p))
}

/// Checks that memory for `count` things of `bytes` each can be had, before many small parts of it are taken.
///
/// # Errors
/// `Io`.
pub(crate) fn ensure_room(count: usize, bytes: usize) -> Result<()> {
    let reserved = Vec::<u8>::new().try_reserve_exact(count.saturating_mul(bytes));
    reserved.map_err(|_| too_large(1, count))
}

/// Returns the error of a layer that does not fit into memory.
pub(crate) fn too_large(n: usize, p: usize) -> Error {
    let reason = std::io::ErrorKind::OutOfMemory.into();
    Error::io(format!("{n} conditions × {p} features do not fit into memory; read them in blocks"), reason)
}

/// Returns the error of an array that has too few axes to be a layer.
pub(crate) fn too_few_axes(shape: &[usize]) -> Error {
    Error::shape_mismatch(format!(
        "the array has shape {}, a layer has two axes or more, conditions × features; \
         reshape it, for one feature to (n, 1)",
        show_shape(shape)
    ))
}

/// Returns a shape as Python writes it.
pub(crate) fn show_shape(shape: &[usize]) -> String {
    match shape {
        [only] => format!("({only},)"),
        _ => format!("({})", shape.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests;
