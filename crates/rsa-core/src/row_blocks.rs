//! [`RowBlocks`]: a layer that can be read a block of conditions at a time.

use std::ops::Range;

use ndarray::{ArrayViewMut2, Axis, Slice};

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

    /// Writes the conditions `rows` into `block`, of shape `rows.len()` × [`n_features`](Self::n_features).
    ///
    /// # Errors
    /// `Io` or `Format` if the rows cannot be read. Values may be non-finite: [`Representation::new`] checks.
    ///
    /// # Panics
    /// If `rows` ends beyond the last condition or `block` has another shape.
    fn read_rows(&self, rows: Range<usize>, block: ArrayViewMut2<'_, f64>) -> Result<()>;
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
