//! [`ColumnKind`]: the cells that a column of a table holds.

use rsa_core::{Error, Result};

use super::{decimal_halves::WholeDigits, table_cell::TableCell};
use crate::precision::DecimalPlaces;

/// The cells that a column holds.
#[derive(Clone, Default)]
pub(super) struct ColumnKind {
    truths: bool,
    numbers: bool,
    /// `true` if a number is not whole.
    pub(super) fractions: bool,
    /// `true` if a cell is not empty.
    pub(super) filled: bool,
    /// The cell nearest the top that is empty or a word for a missing value, with its line.
    pub(super) gap: Option<(u64, String)>,
    pub(super) digits: WholeDigits,
    pub(super) places: DecimalPlaces,
}

impl ColumnKind {
    /// Adds a cell of `line`, and returns its value; NaN if it has none.
    ///
    /// # Errors
    /// `Format` if the cell is text, or a truth value among numbers.
    pub(super) fn add(&mut self, text: &str, line: u64) -> Result<f64> {
        let cell = TableCell::parse(text);
        self.filled |= cell != TableCell::Empty;
        if matches!(cell, TableCell::Empty | TableCell::Missing) {
            if self.gap.as_ref().is_none_or(|(above, _)| line < *above) {
                self.gap = Some((line, text.to_owned()));
            }
            return Ok(f64::NAN);
        }
        let value = cell.value(text)?;
        match cell {
            TableCell::Truth(_) => self.truths = true,
            _ => {
                self.numbers = true;
                self.places.add(text, value);
            }
        }
        self.fractions |= value.fract() != 0.0;
        self.digits.add(text);
        match self.truths && self.numbers {
            true => Err(Error::format(format!(
                "'{text:.40}' stands among other kinds of cells; a column holds numbers, or True and False"
            ))),
            false => Ok(value),
        }
    }
}
