//! [`TableCells`]: all cells of a table of text, as they stand.

use std::path::Path;

use rsa_core::{Error, Result};

use crate::formats::table::{RawTable, TableCell, TableRow};

/// The rows of a table, all with as many cells.
pub(super) struct TableCells {
    rows: Vec<TableRow>,
    /// A doubt about the decimal mark.
    pub(super) doubt: Option<String>,
}

impl TableCells {
    /// Reads the table at `path`.
    ///
    /// # Errors
    /// `Io`; `Format` naming the line that has another number of cells, or if there is no cell.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let RawTable { mut rows, doubt } = RawTable::read(path)?;
        drop_last_delimiters(&mut rows);
        // R leaves the cell above the names of the rows out.
        if let [header, first, ..] = rows.as_mut_slice()
            && header.len() + 1 == first.len()
            && first.get(0).is_some_and(|label| TableCell::parse(label) == TableCell::Text)
        {
            *header = std::mem::take(header).with_empty_corner();
        }
        let cells = Self { rows, doubt };
        match cells.n_columns() {
            0 => Err(Error::format("is empty; a table of dissimilarities has a row for every condition or pair")),
            _ => cells.ensure_rectangular(),
        }
    }

    fn ensure_rectangular(self) -> Result<Self> {
        let width = self.n_columns();
        let Some(ragged) = (0..self.rows.len()).find(|&i| self.rows[i].len() != width) else { return Ok(self) };
        let steps = |step: fn(usize) -> usize| self.rows.windows(2).all(|two| two[1].len() == step(two[0].len()));
        let which = match self.rows.len() > 2 {
            true if steps(|cells| cells + 1) => Some("a lower"),
            true if steps(|cells| cells.wrapping_sub(1)) => Some("an upper"),
            _ => None,
        };
        Err(match which {
            Some(which) => Error::format(format!(
                "its rows have {width} to {} cells, so it is {which} triangle alone; fill the other cells, or leave \
                 them blank between delimiters",
                self.rows[self.rows.len() - 1].len()
            )),
            None => Error::format(format!(
                "{}: {} cells are found and the first row has {width}; every row needs the same number",
                self.line(ragged),
                self.rows[ragged].len()
            )),
        })
    }

    pub(super) fn n_rows(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn n_columns(&self) -> usize {
        self.rows.first().map_or(0, TableRow::len)
    }

    /// Returns the text of a cell.
    pub(super) fn text(&self, row: usize, column: usize) -> &str {
        self.rows[row].get(column).unwrap_or_default()
    }

    pub(super) fn cell(&self, row: usize, column: usize) -> TableCell {
        TableCell::parse(self.text(row, column))
    }

    /// Returns "line" and the number, from 1 on, of a row.
    pub(super) fn line(&self, row: usize) -> String {
        self.rows[row].place()
    }

    /// Returns the dissimilarity in a cell: NaN if it is blank or a word for a missing value.
    ///
    /// # Errors
    /// `Format` naming line and column of another text.
    pub(super) fn dissimilarity(&self, row: usize, column: usize) -> Result<f64> {
        let cell = self.cell(row, column);
        match cell {
            TableCell::Empty | TableCell::Missing => Ok(f64::NAN),
            _ => cell
                .value(self.text(row, column))
                .map_err(|error| error.context(format!("column {}", column + 1)).context(self.line(row))),
        }
    }
}

/// Removes the cells behind delimiters that end the rows, as some programs write them.
///
/// The last column of a lower triangle without its diagonal is blank, too.
fn drop_last_delimiters(rows: &mut [TableRow]) {
    let Some(width) = rows.last().map(TableRow::len).filter(|&width| width > 1) else { return };
    let is_blank = |row: &TableRow| row.len() < width || row.get(width - 1).is_some_and(str::is_empty);
    let (first, below) = (&rows[0], rows.get(1..).unwrap_or_default());
    if is_lower_triangle(rows) || below.iter().any(|row| row.len() != width) || !rows.iter().all(is_blank) {
        return;
    }
    // R writes no name above the names of the rows, whose triangle has a column for each.
    let labeled = below.first().and_then(|row| row.get(0)).map(TableCell::parse) == Some(TableCell::Text);
    if !(labeled && first.len() < width && is_lower_triangle(below)) {
        rows.iter_mut().for_each(|row| row.truncate(width - 1));
    }
}

/// Returns `true` if all cells on the diagonal that ends in the last cell, and above it, are blank.
fn is_lower_triangle(rows: &[TableRow]) -> bool {
    let before = |row: &TableRow| row.len().checked_sub(rows.len());
    rows.len() > 1
        && rows.iter().enumerate().all(|(i, row)| {
            let labels =
                before(row).filter(|&labels| labels == 0 || labels == 1 && !row.get(0).is_none_or(str::is_empty));
            labels.is_some_and(|labels| row.cells().skip(labels + i).all(str::is_empty))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::samples::folder;

    fn size(text: &str) -> (usize, usize) {
        let folder = folder(&[("d.csv", text)]);
        let cells = TableCells::read(&folder.path().join("d.csv")).unwrap();
        (cells.n_rows(), cells.n_columns())
    }

    #[test]
    fn delimiters_at_the_end_of_rows_are_no_column_and_a_blank_column_of_a_triangle_is() {
        assert_eq!(size("0,1,2,\n1,0,3,\n2,3,0,\n"), (3, 3));
        assert_eq!(size(",a,b,\na,0,1,\nb,1,0,\n"), (3, 3));
        assert_eq!(size(",a,b\na,0,1,\nb,1,0,\n"), (3, 3));
        assert_eq!(size(",,\n1,,\n2,3,\n"), (3, 3));
        assert_eq!(size(",,,\n1,,,\n2,3,,\n"), (3, 3));
        assert_eq!(size("7,8,9,\n0,1,2,\n1,0,3,\n2,3,0,\n"), (4, 3));
        assert_eq!(size("1,2,3,\n"), (1, 3));
        assert_eq!(size("a,b,c\na,,,\nb,1,,\nc,2,3,\n"), (4, 4));
        assert_eq!(size("1;2;4,5\n2;1;4\n"), (2, 3));
    }

    #[test]
    fn rows_that_grow_by_a_cell_are_a_triangle() {
        let folder = folder(&[("d.csv", "1,2,3\n4,5\n6\n"), ("e.csv", "1,2\n3,4\n5\n")]);
        let message = |name| TableCells::read(&folder.path().join(name)).err().unwrap().to_string();
        assert!(message("d.csv").contains("an upper triangle alone"), "{}", message("d.csv"));
        assert!(message("e.csv").contains("line 3: 1 cells"), "{}", message("e.csv"));
    }
}
