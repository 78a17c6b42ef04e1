//! [`Grid`]: one value for every pair of a row and a column.

use rayon::prelude::*;

/// A rectangle of values: row `i`, column `j`, stored row by row.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Rectangle<T>", bound(deserialize = "T: serde::Deserialize<'de>")))]
pub struct Grid<T> {
    n_rows: usize,
    n_columns: usize,
    values: Vec<T>,
}

/// The serialized form of a grid, whose number of values is not yet checked.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
struct Rectangle<T> {
    n_rows: usize,
    n_columns: usize,
    values: Vec<T>,
}

#[cfg(feature = "serde")]
impl<T> TryFrom<Rectangle<T>> for Grid<T> {
    type Error = crate::Error;

    fn try_from(found: Rectangle<T>) -> crate::Result<Self> {
        let Rectangle { n_rows, n_columns, values } = found;
        if n_rows.checked_mul(n_columns) == Some(values.len()) {
            return Ok(Self { n_rows, n_columns, values });
        }
        Err(crate::Error::shape_mismatch(format!(
            "a grid of {n_rows} rows and {n_columns} columns has {} values; it needs one for every row and column",
            values.len()
        )))
    }
}

impl<T> Grid<T> {
    /// Fills a grid from a function of row and column.
    pub fn from_fn(n_rows: usize, n_columns: usize, mut value: impl FnMut(usize, usize) -> T) -> Self {
        let values = (0..n_rows * n_columns).map(|k| value(k / n_columns, k % n_columns)).collect();
        Self { n_rows, n_columns, values }
    }

    /// Fills a grid from a function of row and column, on all threads; the order of calls is not fixed.
    pub fn from_fn_in_parallel(n_rows: usize, n_columns: usize, value: impl Fn(usize, usize) -> T + Sync) -> Self
    where
        T: Send,
    {
        let values = (0..n_rows * n_columns).into_par_iter().map(|k| value(k / n_columns, k % n_columns)).collect();
        Self { n_rows, n_columns, values }
    }

    /// Makes a grid of `values`, row by row.
    ///
    /// # Panics
    /// If there are not `n_rows * n_columns` of them.
    pub fn from_vec(n_rows: usize, n_columns: usize, values: Vec<T>) -> Self {
        assert_eq!(values.len(), n_rows * n_columns, "a grid has one value for every row and column");
        Self { n_rows, n_columns, values }
    }

    /// Returns the number of rows.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Returns the number of columns.
    pub fn n_columns(&self) -> usize {
        self.n_columns
    }

    /// Returns the value at row `i` and column `j`.
    ///
    /// # Panics
    /// If `i` or `j` is out of bounds.
    pub fn get(&self, i: usize, j: usize) -> &T {
        &self.row(i)[j]
    }

    /// Returns row `i`.
    ///
    /// # Panics
    /// If `i` is out of bounds.
    pub fn row(&self, i: usize) -> &[T] {
        assert!(i < self.n_rows, "row {i} of a grid of {}", self.n_rows);
        &self.values[i * self.n_columns..(i + 1) * self.n_columns]
    }

    /// Returns all rows from the first to the last.
    pub fn rows(&self) -> impl Iterator<Item = &[T]> {
        (0..self.n_rows).map(|i| self.row(i))
    }

    /// Returns all values, row by row.
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// Applies `f` to every value.
    pub fn map<U>(&self, f: impl FnMut(&T) -> U) -> Grid<U> {
        Grid { n_rows: self.n_rows, n_columns: self.n_columns, values: self.values.iter().map(f).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_row_by_row() {
        let grid = Grid::from_fn(2, 3, |i, j| 10 * i + j);
        assert_eq!(grid.values(), [0, 1, 2, 10, 11, 12]);
        assert_eq!(grid, Grid::from_fn_in_parallel(2, 3, |i, j| 10 * i + j));
        assert_eq!(*grid.get(1, 2), 12);
        assert_eq!(grid.rows().map(<[usize]>::len).collect::<Vec<_>>(), [3, 3]);
        assert_eq!(grid.map(|v| v + 1).row(0), [1, 2, 3]);
    }

    #[test]
    fn a_grid_may_have_no_columns() {
        let grid = Grid::from_fn(2, 0, |_, _| 0.0);
        assert_eq!(grid.row(1), [0.0; 0]);
    }
}
