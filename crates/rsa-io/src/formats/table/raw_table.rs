//! [`RawTable`]: the rows of a table as they stand, for readers that understand other tables than patterns.

use std::path::Path;

use rsa_core::Result;

use super::{COMMAS, TABS, TEXTS, delimiter::Delimiter, first_row, records::TableRecords, table_row::TableRow};
use crate::{format::FileFormat, positioned::PositionedFile};

/// All rows of a table, whatever their lengths.
pub(crate) struct RawTable {
    pub(crate) rows: Vec<TableRow>,
    /// A doubt about the decimal mark.
    pub(crate) doubt: Option<String>,
}

impl RawTable {
    /// Returns `true` if the file at `path` is a table by its extension.
    pub(crate) fn is_table(path: &Path) -> bool {
        [COMMAS, TABS, TEXTS].iter().any(|format| format.sniff(path))
    }

    /// Reads the table at `path`. A comment that has as many cells as the rows, and names, is the first row.
    ///
    /// # Errors
    /// `Io` if the file cannot be read, `Format` naming the line that cannot.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let usual =
            [COMMAS, TABS, TEXTS].iter().find(|format| format.sniff(path)).map_or(Delimiter::Comma, |f| f.usual);
        let file = PositionedFile::open(path)?;
        let table = Self::read_rows(TableRecords::open(&file, usual)?)?;
        // Columns of words do not show the delimiter, and a decimal comma behind them divides each row.
        let semicolons = |row: &TableRow| row.get(0).is_some_and(|cell| cell.contains(';'));
        match table.rows.len() > 1 && table.rows.iter().all(semicolons) {
            true => Self::read_rows(TableRecords::divided_by(&file, Delimiter::Semicolon)?),
            false => Ok(table),
        }
    }

    fn read_rows(mut records: TableRecords) -> Result<Self> {
        let mut rows: Vec<TableRow> = Vec::new();
        let mut names = None;
        while let Some(row) = records.read_next()? {
            if rows.is_empty() {
                names = records.last_comment();
            }
            rows.push(row);
        }
        if rows.len() > 1 && rows[0].len() != rows[1].len() && first_row::is_comment(&rows[0]) {
            rows.remove(0);
        }
        if let Some(names) = names
            && rows.first().is_some_and(|first| first.len() == names.len() && !first_row::is_header(first))
            && first_row::is_header(&names)
        {
            rows.insert(0, names);
        }
        Ok(Self { rows, doubt: records.doubt() })
    }
}
