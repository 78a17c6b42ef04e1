//! Numbers with a decimal comma.

use rsa_core::{Error, Result};

use super::table_row::{TableRow, does_not_fit};

/// Returns the number `cell`, which has a decimal comma, with a point; `None` if it is no such number.
pub(crate) fn with_point(cell: &str) -> Option<String> {
    let (whole, fraction) = cell.split_once(',')?;
    let is_digit = |letter: char| letter.is_ascii_digit();
    let begins = whole.trim_start_matches(['+', '-']).chars().all(is_digit) && fraction.starts_with(is_digit);
    let number = cell.replacen(',', ".", 1);
    (begins && number.parse::<f64>().is_ok()).then_some(number)
}

/// Decimal marks of the numbers in a table, whose cells no comma separates.
#[derive(Default)]
pub(super) struct DecimalMarks {
    /// The first number with a point.
    point: Option<String>,
    /// The first number with a comma.
    comma: Option<String>,
    /// `true` if a number with a comma has no three digits behind it, or is below one.
    certain: bool,
}

impl DecimalMarks {
    /// Replaces decimal commas in the cells of a row by points.
    ///
    /// # Errors
    /// `Format` with two numbers of the table, one of which has a point and the other one a comma.
    pub(super) fn read(&mut self, row: TableRow) -> Result<TableRow> {
        if self.point.is_none() {
            self.point = row.cells().find(|cell| cell.contains('.') && cell.parse::<f64>().is_ok()).map(str::to_owned);
        }
        let decimal = row.cells().any(|cell| with_point(cell).is_some());
        let row = if decimal { self.replace(&row)? } else { row };
        match (&self.point, &self.comma) {
            (Some(point), Some(comma)) => Err(Error::format(format!(
                "'{comma}' has a comma and '{point}' a point; write all decimal marks of the table alike"
            ))),
            _ => Ok(row),
        }
    }

    fn replace(&mut self, row: &TableRow) -> Result<TableRow> {
        let replaced = row.map(|cell| {
            let number = with_point(cell)?;
            self.certain |= !may_be_thousands(cell);
            self.comma.get_or_insert_with(|| cell.to_owned());
            Some(number)
        });
        replaced.map_err(|_| does_not_fit("the row"))
    }

    /// Returns a note if the commas may stand between thousands.
    pub(super) fn doubt(&self) -> Option<String> {
        let comma = self.comma.as_ref().filter(|_| !self.certain)?;
        Some(format!("the comma in '{comma}' is taken as a decimal mark; remove it if it stands between thousands"))
    }
}

/// Returns `true` if the comma of the number `cell` may stand between thousands.
fn may_be_thousands(cell: &str) -> bool {
    let digits = cell.trim_start_matches(['+', '-']);
    let (whole, fraction) = digits.split_once(',').unwrap_or((digits, ""));
    !whole.starts_with('0') && matches!(whole.len(), 1..=3) && fraction.len() == 3
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::table::{delimiter::Delimiter, rows::RowReader};

    fn read(text: &str) -> (DecimalMarks, Result<Vec<TableRow>>) {
        let mut marks = DecimalMarks::default();
        let mut rows = RowReader::new(text.as_bytes(), Delimiter::Semicolon);
        let read = std::iter::from_fn(|| rows.read_row().unwrap()).map(|row| marks.read(row)).collect();
        (marks, read)
    }

    #[test]
    fn a_decimal_comma_stands_between_digits() {
        for (cell, number) in [("-1,51", "-1.51"), ("0,5", "0.5"), (",5", ".5"), ("+1,5e-3", "+1.5e-3")] {
            assert_eq!(with_point(cell).as_deref(), Some(number));
        }
        for cell in ["1,234,5", "1,234.5", "a,1", "1,", "1, 5", "1.5", "nan", ",", "-,", "1,e5", "x"] {
            assert_eq!(with_point(cell), None, "{cell}");
        }
    }

    #[test]
    fn commas_become_points_and_points_beside_them_are_refused() {
        let (marks, rows) = read("a, b;1,5;2\nc;-0,5;1,234\n");
        let rows = rows.unwrap();
        assert_eq!(rows[0].cells().collect::<Vec<_>>(), ["a, b", "1.5", "2"]);
        assert_eq!(rows[1].cells().collect::<Vec<_>>(), ["c", "-0.5", "1.234"]);
        assert_eq!(marks.doubt(), None);
        let error = read("a;1,5\nb;2.5\n").1.unwrap_err().to_string();
        assert!(error.contains("'1,5' has a comma and '2.5' a point"), "{error}");
        // A word with a point is no number.
        assert!(read("a.jpg;1,5\nb.jpg;2,5\n").1.is_ok());
    }

    #[test]
    fn commas_that_may_stand_between_thousands_are_doubted() {
        assert!(read("a;1,234\nb;12,500\n").0.doubt().unwrap().contains("'1,234'"));
        assert_eq!(read("a;1,234\nb;0,500\n").0.doubt(), None);
        assert_eq!(read("a;1,234\nb;1,5\n").0.doubt(), None);
        assert_eq!(read("a;1\n").0.doubt(), None);
    }
}
