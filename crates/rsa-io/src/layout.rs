//! [`Layout`]: how the numbers of an array lie in a run of bytes, and how blocks of conditions are read from it.

use std::ops::Range;

use ndarray::{Array2, ArrayViewMut2, Axis};
use rsa_core::{Error, Result};

use crate::number::Number;

/// Bytes read at once. Large enough for a disk, small enough for many threads.
const BUFFER: usize = 1 << 20;

/// Columns up to this many bytes are read whole even when few of their rows are wanted: the gaps cost less than
/// the extra reads.
const READ_THROUGH: usize = 1 << 14;

/// The most axes an array may have; NumPy's limit.
const MAX_AXES: usize = 64;

/// Which axis runs fastest in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// The last one.
    C,
    /// The first one.
    Fortran,
}

/// The bytes of an array, addressed from its first byte.
///
/// The layouts below ask for ascending places that do not overlap, so that a stream can serve them.
pub(crate) trait Bytes {
    /// Fills `buffer` with the bytes that start at `offset`.
    fn read_exact_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<()>;
}

/// Shape, number type and order of an array of conditions × features, checked once: it has at least one of each
/// and its size in bytes fits the address space.
///
/// An array with one axis is read as a single row; whether it can be a layer is asked by
/// [`ensure_layer`](Self::ensure_layer).
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    number: Number,
    /// At least two axes.
    shape: Vec<usize>,
    /// Whether the file has the last axis alone.
    is_vector: bool,
    order: Order,
    n_features: usize,
}

impl Layout {
    /// The relative spacing of the numbers.
    pub(crate) fn precision(&self) -> f64 {
        self.number.precision()
    }

    /// Takes the first axis as conditions and all others as features; an only axis as features of one condition.
    ///
    /// # Errors
    /// `ShapeMismatch` without an axis or without a feature, `TooFewConditions` without a condition, `Format` if no
    /// file can be that large.
    pub(crate) fn new(number: Number, mut shape: Vec<usize>, order: Order) -> Result<Self> {
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
        let n_features = shape[1..].iter().product();
        Ok(Self { number, shape, is_vector, order, n_features })
    }

    /// The axes of the array as the file has them.
    pub(crate) fn shape(&self) -> &[usize] {
        &self.shape[usize::from(self.is_vector)..]
    }

    /// Whether the array can be a layer.
    ///
    /// # Errors
    /// `ShapeMismatch` with the remedy for an array with one axis.
    pub(crate) fn ensure_layer(&self) -> Result<()> {
        if self.is_vector { Err(too_few_axes(self.shape())) } else { Ok(()) }
    }

    pub(crate) fn n_conditions(&self) -> usize {
        self.shape[0]
    }

    pub(crate) fn n_features(&self) -> usize {
        self.n_features
    }

    /// How many bytes the array takes in the file.
    pub(crate) fn bytes(&self) -> u64 {
        (self.n_conditions() * self.n_features * self.number.size()) as u64
    }

    /// Whether the file can hold what the header claims.
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

    /// Reads the features `columns` of the conditions `rows` into `block`, with a buffer that does not grow with the
    /// array.
    pub(crate) fn read_block(
        &self,
        source: &mut dyn Bytes,
        rows: Range<usize>,
        columns: Range<usize>,
        block: ArrayViewMut2<'_, f64>,
    ) -> Result<()> {
        assert!(rows.end <= self.n_conditions(), "rows beyond the last condition");
        assert!(columns.end <= self.n_features, "columns beyond the last feature");
        assert_eq!(block.dim(), (rows.len(), columns.len()), "the block has the shape of what is read");
        if rows.is_empty() || columns.is_empty() {
            return Ok(());
        }
        match self.order {
            Order::C => self.read_by_rows(source, rows, columns, block),
            Order::Fortran => self.read_by_columns(source, rows, columns, block),
        }
    }

    /// In C order whole rows are one run of bytes, and a piece of a row is one.
    fn read_by_rows(
        &self,
        source: &mut dyn Bytes,
        rows: Range<usize>,
        columns: Range<usize>,
        mut block: ArrayViewMut2<'_, f64>,
    ) -> Result<()> {
        let mut buffer = Vec::new();
        let first = |row: usize| row * self.n_features + columns.start;
        if columns.len() == self.n_features
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

    /// In Fortran order every column is a run of bytes; short columns are read several at a time.
    fn read_by_columns(
        &self,
        source: &mut dyn Bytes,
        rows: Range<usize>,
        wanted: Range<usize>,
        mut block: ArrayViewMut2<'_, f64>,
    ) -> Result<()> {
        let (n, size) = (self.n_conditions(), self.number.size());
        let read_through = rows.len() == n || n * size <= READ_THROUGH;
        let columns = if read_through { (BUFFER / (n * size)).max(1) } else { 1 };
        // Only a column read alone may exceed the buffer.
        let piece = if columns > 1 { rows.len() } else { BUFFER / size };
        let mut buffer = Vec::new();
        for first in (0..self.n_features).step_by(columns) {
            let last = (first + columns).min(self.n_features);
            // Which of the features these columns are, in the block.
            let places: Vec<_> = (first..last).map(|column| place(self.feature(column), &wanted)).collect();
            if places.iter().all(Option::is_none) {
                continue;
            }
            for start in rows.clone().step_by(piece) {
                let end = (start + piece).min(rows.end);
                let offset = (first * n + start) * size;
                buffer.resize(((last - 1) * n + end) * size - offset, 0);
                source.read_exact_at(offset as u64, &mut buffer)?;
                for (k, &place) in places.iter().enumerate() {
                    let Some(place) = place else { continue };
                    let bytes = &buffer[k * n * size..][..(end - start) * size];
                    let mut values = block.column_mut(place);
                    let out = values.iter_mut().skip(start - rows.start);
                    self.number.decode(bytes, out);
                }
            }
        }
        Ok(())
    }

    /// Reads all of the array, growing as the data come: for sources whose length is a claim.
    pub(crate) fn read_growing(&self, source: &mut dyn Bytes) -> Result<Array2<f64>> {
        let (n, p, size) = (self.n_conditions(), self.n_features, self.number.size());
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
        let shaped = |shape, values| Array2::from_shape_vec(shape, values).map_err(|_| too_large(n, p));
        match self.order {
            Order::C => shaped((n, p), values),
            Order::Fortran => {
                let columns = shaped((p, n), values)?;
                let mut rows = allocate(n, p)?;
                for (column, values) in columns.axis_iter(Axis(0)).enumerate() {
                    rows.column_mut(self.feature(column)).assign(&values);
                }
                Ok(rows)
            }
        }
    }

    /// The feature, in C order of the trailing axes, that is column `column` of the file in Fortran order.
    fn feature(&self, column: usize) -> usize {
        let (mut rest, mut stride, mut feature) = (column, self.n_features, 0);
        for &axis in &self.shape[1..] {
            stride /= axis;
            feature += rest % axis * stride;
            rest /= axis;
        }
        feature
    }
}

/// Where `index` is within `range`.
fn place(index: usize, range: &Range<usize>) -> Option<usize> {
    range.contains(&index).then(|| index - range.start)
}

/// Room for `n` × `p` numbers; an error, no abort, where the memory does not suffice.
pub(crate) fn allocate(n: usize, p: usize) -> Result<Array2<f64>> {
    let mut values = Vec::new();
    values.try_reserve_exact(n.saturating_mul(p)).map_err(|_| too_large(n, p))?;
    values.resize(n * p, 0.0);
    Array2::from_shape_vec((n, p), values).map_err(|_| too_large(n, p))
}

fn too_large(n: usize, p: usize) -> Error {
    let reason = std::io::ErrorKind::OutOfMemory.into();
    Error::io(format!("{n} conditions × {p} features do not fit into memory; read them in blocks"), reason)
}

fn too_few_axes(shape: &[usize]) -> Error {
    Error::shape_mismatch(format!(
        "the array has shape {}, a layer has two axes or more, conditions × features; \
         reshape it, for one feature to (n, 1)",
        show_shape(shape)
    ))
}

/// A shape as Python writes it.
pub(crate) fn show_shape(shape: &[usize]) -> String {
    match shape {
        [only] => format!("({only},)"),
        _ => format!("({})", shape.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Kind;

    /// Bytes in memory that fail the test if they are not asked for in ascending order.
    struct Ascending<'a> {
        bytes: &'a [u8],
        position: u64,
    }

    impl Bytes for Ascending<'_> {
        fn read_exact_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<()> {
            assert!(offset >= self.position, "reads ascend");
            assert!(buffer.len() <= BUFFER, "the buffer is bounded");
            buffer.copy_from_slice(&self.bytes[offset as usize..][..buffer.len()]);
            self.position = offset + buffer.len() as u64;
            Ok(())
        }
    }

    fn check(shape: &[usize], order: Order, blocks: &[usize]) {
        let number = Number { kind: Kind::U32, big_endian: false };
        let layout = Layout::new(number, shape.to_vec(), order).unwrap();
        let (n, p) = (layout.n_conditions(), layout.n_features());
        let bytes: Vec<u8> = (0..(n * p) as u32).flat_map(u32::to_le_bytes).collect();
        let read_part = |rows: Range<usize>, columns: Range<usize>, block: ArrayViewMut2<'_, f64>| {
            layout.read_block(&mut Ascending { bytes: &bytes, position: 0 }, rows, columns, block).unwrap();
        };
        let read = |rows: Range<usize>, block: ArrayViewMut2<'_, f64>| read_part(rows, 0..p, block);
        let mut whole = Array2::zeros((n, p));
        read(0..n, whole.view_mut());
        let (i, j) = (n / 2, p / 3);
        let expected = match order {
            Order::C => i * p + j,
            Order::Fortran => (0..p).find(|&column| layout.feature(column) == j).unwrap() * n + i,
        };
        assert_eq!(whole[[i, j]], expected as f64);
        let grown = layout.read_growing(&mut Ascending { bytes: &bytes, position: 0 }).unwrap();
        assert_eq!(grown, whole);
        for &size in blocks {
            for start in (0..n).step_by(size) {
                let rows = start..(start + size).min(n);
                let expected = whole.slice_axis(Axis(0), ndarray::Slice::from(rows.clone()));
                let mut block = Array2::zeros((rows.len(), p));
                read(rows.clone(), block.view_mut());
                assert_eq!(block, expected, "{shape:?} {order:?} {rows:?}");
                // A view whose rows are not side by side.
                let mut columns = Array2::zeros((p, rows.len()));
                read(rows.clone(), columns.view_mut().reversed_axes());
                assert_eq!(columns.t(), expected, "{shape:?} {order:?} {rows:?}");
                // Some of the features.
                for columns in [0..p.div_ceil(2), p / 3..p - p / 4] {
                    let mut block = Array2::zeros((rows.len(), columns.len()));
                    read_part(rows.clone(), columns.clone(), block.view_mut());
                    let part = expected.slice_axis(Axis(1), ndarray::Slice::from(columns.clone()));
                    assert_eq!(block, part, "{shape:?} {order:?} {rows:?} {columns:?}");
                }
            }
        }
    }

    #[test]
    fn blocks_are_the_rows_of_the_whole() {
        for order in [Order::C, Order::Fortran] {
            check(&[7, 3, 5], order, &[1, 2, 7]);
            check(&[1, 1], order, &[1]);
            check(&[64, 3, 2, 2, 3], order, &[1, 60, 64]);
        }
    }

    #[test]
    fn arrays_larger_than_the_buffer_are_read_in_pieces() {
        for order in [Order::C, Order::Fortran] {
            // Long rows, long columns that are read alone, and columns between the two limits.
            check(&[2, 300_001], order, &[1, 2]);
            check(&[300_001, 2], order, &[150_000, 300_001]);
            check(&[5_000, 61], order, &[4_999]);
            check(&[4_000, 3, 23], order, &[1_999]);
        }
    }

    #[test]
    fn no_row_is_no_read() {
        let layout = Layout::new(Number { kind: Kind::F64, big_endian: false }, vec![3, 2], Order::C).unwrap();
        let mut nothing = Ascending { bytes: &[], position: 0 };
        layout.read_block(&mut nothing, 1..1, 0..2, Array2::zeros((0, 2)).view_mut()).unwrap();
        layout.read_block(&mut nothing, 0..3, 1..1, Array2::zeros((3, 0)).view_mut()).unwrap();
    }

    #[test]
    #[should_panic(expected = "beyond the last condition")]
    fn rows_that_do_not_exist_are_a_broken_promise() {
        let layout = Layout::new(Number { kind: Kind::F64, big_endian: false }, vec![3, 2], Order::C).unwrap();
        let mut nothing = Ascending { bytes: &[], position: 0 };
        let _ = layout.read_block(&mut nothing, 2..4, 0..2, Array2::zeros((2, 2)).view_mut());
    }
}
