//! [`RowBlocks`]: a layer that can be read a block at a time.

use std::ops::Range;

use ndarray::{Array2, ArrayViewMut2, Axis, Slice};

use crate::{Representation, Result};

/// A matrix of conditions × features that need not be in memory.
///
/// The reader decides where the rows come from and converts every number to `f64`; whoever consumes blocks never
/// sees a file. Implementations may be read from several threads at once.
pub trait RowBlocks: Send + Sync {
    /// Number of rows.
    fn n_conditions(&self) -> usize;

    /// Number of columns.
    fn n_features(&self) -> usize;

    /// The relative spacing of the numbers at the source: that of single precision for `f32` files.
    fn precision(&self) -> f64 {
        f64::EPSILON
    }

    /// Where the numbers are, for messages.
    fn place(&self) -> String {
        "a layer".to_owned()
    }

    /// Writes the conditions `rows` into `block`, of shape `rows.len()` × [`n_features`](Self::n_features).
    ///
    /// # Errors
    /// `Io` or `Format` if the rows cannot be read. Values may be non-finite: [`Representation::new`] checks, and so does
    /// [`blocks`](crate::blocks).
    ///
    /// # Panics
    /// If `rows` ends beyond the last condition or `block` has another shape.
    fn read_rows(&self, rows: Range<usize>, block: ArrayViewMut2<'_, f64>) -> Result<()>;

    /// Writes the features `columns` of the conditions `rows` into `block`, of shape `rows.len()` × `columns.len()`.
    ///
    /// Without an implementation of its own it reads whole rows, some at a time, and drops the rest of them.
    ///
    /// # Errors
    /// Those of [`read_rows`](Self::read_rows).
    ///
    /// # Panics
    /// If `rows` or `columns` end beyond the last or `block` has another shape.
    fn read_block(&self, rows: Range<usize>, columns: Range<usize>, mut block: ArrayViewMut2<'_, f64>) -> Result<()> {
        /// Numbers read at once.
        const PIECE: usize = 1 << 18;
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
}

impl RowBlocks for Representation {
    fn n_conditions(&self) -> usize {
        self.values().nrows()
    }

    fn n_features(&self) -> usize {
        self.values().ncols()
    }

    fn precision(&self) -> f64 {
        Self::precision(self)
    }

    fn read_rows(&self, rows: Range<usize>, mut block: ArrayViewMut2<'_, f64>) -> Result<()> {
        block.assign(&self.values().slice_axis(Axis(0), Slice::from(rows)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_that_part_of_the_rows() {
        // So wide that the rows are read in several pieces.
        let values = Array2::from_shape_fn((7, 100_000), |(i, j)| (i * 1000 + j % 1000) as f64);
        let x = Representation::new(values.clone()).unwrap();
        let mut block = Array2::zeros((5, 3));
        x.read_block(1..6, 4000..4003, block.view_mut()).unwrap();
        for ((i, j), &value) in block.indexed_iter() {
            assert_eq!(value, values[(i + 1, j + 4000)]);
        }
        x.read_block(3..3, 0..3, Array2::zeros((0, 3)).view_mut()).unwrap();
    }
}
