//! [`TableRow`]: one row of a table, as cells that are not yet understood.

use std::{collections::TryReserveError, fmt, io};

use rsa_core::Error;

/// One row of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct TableRow {
    /// The cells, one behind the other, without blanks at their ends.
    text: String,
    /// The end of each cell in `text`.
    ends: Vec<usize>,
    /// `true` if the first cell stands between quotes.
    begins_quoted: bool,
    /// The line where the row begins, from 1 on.
    line: u64,
}

impl TableRow {
    /// Returns a row without cells.
    pub(super) fn of_line(line: u64) -> Self {
        Self { line, ..Self::default() }
    }

    /// Returns the number of cells.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns the cell of a column.
    pub(crate) fn get(&self, column: usize) -> Option<&str> {
        let end = *self.ends.get(column)?;
        let start = column.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text.get(start..end)
    }

    /// Returns the cells.
    pub(crate) fn cells(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator + Clone {
        (0..self.len()).map(|column| self.get(column).unwrap_or_default())
    }

    /// Returns `true` if the first cell stands between quotes.
    pub(super) fn begins_quoted(&self) -> bool {
        self.begins_quoted
    }

    /// Returns the number of the line where the row begins, from 1 on.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Returns "line" and its number, for messages.
    pub(crate) fn place(&self) -> String {
        format!("line {}", self.line)
    }

    /// Leaves out the cells from column `len` on.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.ends.truncate(len);
    }

    /// Returns the row with a cell before the first.
    pub(crate) fn with_empty_corner(mut self) -> Self {
        self.ends.insert(0, 0);
        self
    }

    /// Returns the row with the cells that `replace` returns in the place of its own.
    ///
    /// # Errors
    /// The errors of [`push`](Self::push).
    pub(super) fn map(&self, mut replace: impl FnMut(&str) -> Option<String>) -> Result<Self, TryReserveError> {
        let mut row = Self { text: String::new(), ends: Vec::new(), ..*self };
        for cell in self.cells() {
            row.push(replace(cell).as_deref().unwrap_or(cell), false)?;
        }
        Ok(row)
    }

    /// Returns `true` if nothing stands in the line.
    pub(super) fn is_blank(&self) -> bool {
        self.len() == 1 && self.text.is_empty() && !self.begins_quoted
    }

    /// Adds a cell, which stands between quotes or not.
    ///
    /// # Errors
    /// The error of an allocation for which there is no memory.
    pub(super) fn push(&mut self, cell: &str, quoted: bool) -> Result<(), TryReserveError> {
        self.text.try_reserve(cell.len())?;
        self.ends.try_reserve(1)?;
        self.begins_quoted |= quoted && self.ends.is_empty();
        self.text.push_str(cell.trim());
        self.ends.push(self.text.len());
        Ok(())
    }
}

/// Returns the error of a part of a table for which there is no memory.
pub(super) fn does_not_fit(part: impl fmt::Display) -> Error {
    Error::io(format!("{part} does not fit into memory"), io::ErrorKind::OutOfMemory.into())
}
