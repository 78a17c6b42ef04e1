//! [`TableCells`]: all cells of a table of text, as they stand.

use std::path::Path;

use csv::StringRecord;
use rsa_core::{Error, Result};

use crate::formats::table::{TableCell, TableRecords};

/// The rows of a table, all with as many cells.
pub(super) struct TableCells {
    rows: Vec<StringRecord>,
    records: TableRecords,
}

impl TableCells {
    /// Reads the table at `path` whose cells `delimiter` separates.
    ///
    /// # Errors
    /// `Io`; `Format` naming the line that has another number of cells, or if there is no cell.
    pub(super) fn read(path: &Path, delimiter: u8) -> Result<Self> {
        let mut records = TableRecords::open(path, delimiter)?;
        let mut rows: Vec<StringRecord> = Vec::new();
        while let Some(record) = records.read_next()? {
            rows.push(record.clone());
        }
        // R leaves the cell above the names of the rows out.
        if let [header, first, ..] = rows.as_mut_slice()
            && header.len() + 1 == first.len()
            && TableCell::parse(&first[0]) == TableCell::Text
        {
            let mut padded = StringRecord::from(vec![""]);
            padded.extend(header.iter());
            padded.set_position(header.position().cloned());
            *header = padded;
        }
        let cells = Self { rows, records };
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
        self.rows.first().map_or(0, StringRecord::len)
    }

    /// Returns the text of a cell.
    pub(super) fn text(&self, row: usize, column: usize) -> &str {
        &self.rows[row][column]
    }

    pub(super) fn cell(&self, row: usize, column: usize) -> TableCell {
        TableCell::parse(self.text(row, column))
    }

    /// Returns "line" and the number, from 1 on, of a row.
    pub(super) fn line(&self, row: usize) -> String {
        self.records.line(self.rows[row].position())
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
