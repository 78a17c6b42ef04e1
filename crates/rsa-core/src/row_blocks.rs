//! [`RowBlocks`]: a layer that can be read a block at a time.

use std::ops::Range;

use ndarray::{Array2, ArrayViewMut2, Axis, Slice};

use crate::{Error, Features, Representation, Result};

/// Number of values that the default methods read at once: 2 MB, which fits the cache of a core.
const PIECE: usize = 1 << 18;

/// A matrix of conditions × features that need not be in memory.
///
/// The implementation reads rows from any source, such as a file, and converts every number to `f64`. Several threads
/// may read at once.
pub trait RowBlocks: Send + Sync {
    /// Returns the number of rows.
    fn n_conditions(&self) -> usize;

    /// Returns the number of columns.
    fn n_features(&self) -> usize;

    /// Returns the identity of the columns; the default knows only their number.
    fn features(&self) -> Features {
        Features::unnamed(self.n_features())
    }

    /// Returns the relative spacing of the numbers at the source: the spacing of single precision for `f32` files.
    fn precision(&self) -> f64 {
        f64::EPSILON
    }

    /// Returns the place of the numbers, such as a file and an array, for messages.
    fn place(&self) -> String {
        "a layer".to_owned()
    }

    /// Writes the conditions `rows` into `block`, of shape `rows.len()` × [`n_features`](Self::n_features).
    ///
    /// # Errors
    /// `Io` or `Format` if the rows cannot be read. Values may be non-finite: [`Representation::new`] checks values, and
    /// so does [`blocks`](crate::blocks).
    ///
    /// # Panics
    /// If `rows` ends beyond the last condition or `block` has another shape.
    fn read_rows(&self, rows: Range<usize>, block: ArrayViewMut2<'_, f64>) -> Result<()>;

    /// Writes the features `columns` of the conditions `rows` into `block`, of shape `rows.len()` × `columns.len()`.
    ///
    /// The default method reads whole rows, some at a time, and drops the other columns.
    ///
    /// # Errors
    /// The errors of [`read_rows`](Self::read_rows).
    ///
    /// # Panics
    /// If `rows` or `columns` end beyond the last or `block` has another shape.
    fn read_block(&self, rows: Range<usize>, columns: Range<usize>, mut block: ArrayViewMut2<'_, f64>) -> Result<()> {
        let width = self.n_features();
        let mut whole = Array2::zeros((PIECE.div_ceil(width).min(rows.len()), width));
        for start in rows.clone().step_by(whole.nrows().max(1)) {
            let count = whole.nrows().min(rows.end - start);
            let mut piece = whole.slice_axis_mut(Axis(0), Slice::from(..count));
            self.read_rows(start..start + count, piece.view_mut())?;
            let first = start - rows.start;
            block
                .slice_axis_mut(Axis(0), Slice::from(first..first + count))
                .assign(&piece.slice_axis(Axis(1), Slice::from(columns.clone())));
        }
        Ok(())
    }

    /// Writes the features `columns`, in that order, of the conditions `rows` into `block`.
    ///
    /// The shape of `block` is `rows.len()` × `columns.len()`. A column may be listed more than once. The default
    /// method reads all columns from the first to the last listed one, some rows at a time.
    ///
    /// # Errors
    /// The errors of [`read_block`](Self::read_block).
    ///
    /// # Panics
    /// If a row or a column does not exist or `block` has another shape.
    fn read_columns(&self, rows: Range<usize>, columns: &[usize], mut block: ArrayViewMut2<'_, f64>) -> Result<()> {
        let (Some(&first), Some(&last)) = (columns.iter().min(), columns.iter().max()) else { return Ok(()) };
        let wanted: Vec<usize> = columns.iter().map(|column| column - first).collect();
        let width = last + 1 - first;
        let mut read = Array2::zeros((PIECE.div_ceil(width).min(rows.len()), width));
        for start in rows.clone().step_by(read.nrows().max(1)) {
            let count = read.nrows().min(rows.end - start);
            let mut piece = read.slice_axis_mut(Axis(0), Slice::from(..count));
            self.read_block(start..start + count, first..last + 1, piece.view_mut())?;
            let mut part = block.slice_axis_mut(Axis(0), Slice::from(start - rows.start..start - rows.start + count));
            for (mut row, read) in part.rows_mut().into_iter().zip(piece.rows()) {
                row.iter_mut().zip(&wanted).for_each(|(value, &column)| *value = read[column]);
            }
        }
        Ok(())
    }
}

impl RowBlocks for Representation {
    fn n_conditions(&self) -> usize {
        self.values().nrows()
    }

    fn n_features(&self) -> usize {
        self.values().ncols()
    }

    fn features(&self) -> Features {
        Self::features(self).clone()
    }

    fn precision(&self) -> f64 {
        Self::precision(self)
    }

    fn read_rows(&self, rows: Range<usize>, mut block: ArrayViewMut2<'_, f64>) -> Result<()> {
        block.assign(&self.values().slice_axis(Axis(0), Slice::from(rows)));
        Ok(())
    }

    fn read_block(&self, rows: Range<usize>, columns: Range<usize>, mut block: ArrayViewMut2<'_, f64>) -> Result<()> {
        block.assign(&self.values().slice_axis(Axis(0), Slice::from(rows)).slice_axis(Axis(1), Slice::from(columns)));
        Ok(())
    }
}

/// A layer made of some features of another layer, such as the voxels of a searchlight.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::{FeatureSubset, Representation, RowBlocks};
///
/// let x = Representation::new(array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])?;
/// let chosen = FeatureSubset::new(&x, &[2, 0])?;
/// assert_eq!(Representation::read(&chosen)?.values(), array![[3.0, 1.0], [6.0, 4.0]]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct FeatureSubset<'a> {
    source: &'a dyn RowBlocks,
    columns: &'a [usize],
}

impl<'a> FeatureSubset<'a> {
    /// Returns the features `columns` of `source`, in that order.
    ///
    /// # Errors
    /// `InvalidParameter` if a column does not exist.
    pub fn new(source: &'a dyn RowBlocks, columns: &'a [usize]) -> Result<Self> {
        match columns.iter().find(|&&column| column >= source.n_features()) {
            None => Ok(Self { source, columns }),
            Some(column) => {
                let requirement = format!("below the {} features", source.n_features());
                Err(Error::invalid_parameter("column", requirement, column))
            }
        }
    }
}

impl std::fmt::Debug for FeatureSubset<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FeatureSubset")
            .field("place", &self.source.place())
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

impl RowBlocks for FeatureSubset<'_> {
    fn n_conditions(&self) -> usize {
        self.source.n_conditions()
    }

    fn n_features(&self) -> usize {
        self.columns.len()
    }

    fn features(&self) -> Features {
        self.source.features().select(self.columns)
    }

    fn precision(&self) -> f64 {
        self.source.precision()
    }

    fn place(&self) -> String {
        self.source.place()
    }

    fn read_rows(&self, rows: Range<usize>, block: ArrayViewMut2<'_, f64>) -> Result<()> {
        self.source.read_columns(rows, self.columns, block)
    }

    fn read_block(&self, rows: Range<usize>, columns: Range<usize>, block: ArrayViewMut2<'_, f64>) -> Result<()> {
        self.source.read_columns(rows, &self.columns[columns], block)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A source with the default methods alone.
    struct RowsOnly(Representation);

    impl RowBlocks for RowsOnly {
        fn n_conditions(&self) -> usize {
            self.0.n_conditions()
        }

        fn n_features(&self) -> usize {
            self.0.n_features()
        }

        fn read_rows(&self, rows: Range<usize>, block: ArrayViewMut2<'_, f64>) -> Result<()> {
            RowBlocks::read_rows(&self.0, rows, block)
        }
    }

    #[test]
    fn a_block_is_that_part_of_the_rows() {
        // So wide that the rows are read in several pieces.
        let values = Array2::from_shape_fn((7, 100_000), |(i, j)| (i * 1000 + j % 1000) as f64);
        let x = Representation::new(values.clone()).unwrap();
        let rows_only = RowsOnly(x.clone());
        for source in [&x as &dyn RowBlocks, &rows_only] {
            let mut block = Array2::zeros((5, 3));
            source.read_block(1..6, 4000..4003, block.view_mut()).unwrap();
            for ((i, j), &value) in block.indexed_iter() {
                assert_eq!(value, values[(i + 1, j + 4000)]);
            }
            source.read_block(3..3, 0..3, Array2::zeros((0, 3)).view_mut()).unwrap();
            source.read_columns(1..6, &[99_999, 7], block.slice_axis_mut(Axis(1), Slice::from(..2))).unwrap();
            assert_eq!((block[(4, 0)], block[(4, 1)]), (values[(5, 99_999)], values[(5, 7)]));
        }
    }

    proptest! {
        #[test]
        fn selecting_columns_then_reading_is_reading_then_selecting(
            (n, p) in (1usize..9, 1usize..9),
            columns in prop::collection::vec(0usize..8, 1..12),
        ) {
            let columns: Vec<usize> = columns.into_iter().map(|column| column % p).collect();
            let values = Array2::from_shape_fn((n, p), |(i, j)| (100 * i + j) as f64);
            let names = (0..p).map(|j| format!("f{j}"));
            let x = Representation::new(values).unwrap().with_features(Features::named(names)).unwrap();
            let expected = x.select_features(&columns).unwrap();
            let chosen = Representation::read(&FeatureSubset::new(&x, &columns).unwrap()).unwrap();
            prop_assert_eq!(&chosen, &expected);
            let rows_only = RowsOnly(x);
            let chosen = Representation::read(&FeatureSubset::new(&rows_only, &columns).unwrap()).unwrap();
            prop_assert_eq!(chosen.values(), expected.values());
        }
    }
}
