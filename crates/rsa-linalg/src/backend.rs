//! Conversions between ndarray and faer, without a copy where memory is contiguous, and checks of results.

use std::borrow::Cow;

use faer::{MatRef, Par};
use ndarray::{Array2, ArrayView2, ShapeBuilder};

use crate::{Error, Result};

/// An ndarray matrix that faer can read.
pub(super) struct Operand<'a> {
    values: Cow<'a, [f64]>,
    shape: (usize, usize),
    by_rows: bool,
}

impl<'a> Operand<'a> {
    /// Borrows a matrix that is contiguous in either order, and copies any other.
    pub(super) fn new(a: ArrayView2<'a, f64>) -> Self {
        let shape = a.dim();
        if let Some(values) = a.to_slice() {
            return Self { values: Cow::Borrowed(values), shape, by_rows: true };
        }
        match a.reversed_axes().to_slice() {
            Some(values) => Self { values: Cow::Borrowed(values), shape, by_rows: false },
            None => Self { values: Cow::Owned(a.iter().copied().collect()), shape, by_rows: true },
        }
    }

    pub(super) fn mat(&self) -> MatRef<'_, f64> {
        let (rows, columns) = self.shape;
        if self.by_rows {
            MatRef::from_row_major_slice(&self.values, rows, columns)
        } else {
            MatRef::from_column_major_slice(&self.values, rows, columns)
        }
    }
}

/// A column-major matrix that faer has filled.
pub(super) fn from_columns(rows: usize, columns: usize, values: Vec<f64>) -> Array2<f64> {
    Array2::from_shape_vec((rows, columns).f(), values).expect("the buffer was made for this shape")
}

/// Returns the threads to use for a product of this many multiplications.
///
/// The result does not depend on the number of threads. Below about a millisecond of work, waking threads costs more
/// time than sharing the work saves.
pub(super) fn product_threads(multiplications: usize) -> Par {
    const WORTH_SHARING: usize = 1 << 24;
    if multiplications < WORTH_SHARING || rayon::current_num_threads() == 1 { Par::Seq } else { Par::rayon(0) }
}

/// Returns `true` if the (first) entry of largest magnitude is negative.
///
/// A decomposition does not determine the sign of its vectors; callers flip those that are negative.
pub(super) fn is_negative(vector: &[f64]) -> bool {
    vector.iter().copied().reduce(|a, b| if b.abs() > a.abs() { b } else { a }) < Some(0.0)
}

/// Refuses NaN and infinity in the input of a decomposition.
pub(super) fn ensure_finite(a: ArrayView2<'_, f64>) -> Result<()> {
    // An iteration with indices is slower, so the index is searched only if there is a non-finite value.
    if a.iter().all(|value| value.is_finite()) {
        return Ok(());
    }
    match a.indexed_iter().find(|(_, value)| !value.is_finite()) {
        None => Ok(()),
        Some(((i, j), &value)) => Err(Error::non_finite_entry("a matrix to decompose", i, j, value)),
    }
}

/// Refuses a result that is not finite.
pub(super) fn ensure_in_range(result: Array2<f64>, what: &str) -> Result<Array2<f64>> {
    match result.iter().all(|value| value.is_finite()) {
        true => Ok(result),
        false => Err(Error::out_of_range(what, "divide the features by their common scale first")),
    }
}
