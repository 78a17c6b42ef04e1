//! [`TableRecords`]: the rows of a table in a file, with the delimiter and the decimal mark that it uses.

use rsa_core::Result;

use super::{decimal_comma::DecimalMarks, delimiter::Delimiter, rows::RowReader, table_row::TableRow};
use crate::{
    plain_text,
    positioned::{Cursor, PositionedFile, read_error},
};

/// Bytes of a table by which the delimiter is recognized.
///
/// They are several rows of some thousand columns, and divided four times in an instant.
const SAMPLE: usize = 1 << 18;

/// The rows of a table, one after the other. Decimal commas are points in them.
pub(super) struct TableRecords {
    rows: RowReader<Cursor>,
    delimiter: Delimiter,
    marks: DecimalMarks,
}

impl TableRecords {
    /// Reads the beginning of the table in `file`; `usual` is the delimiter of such files.
    ///
    /// # Errors
    /// `Io` if the file cannot be read, `Format` if it is no text in UTF-8.
    pub(super) fn open(file: &PositionedFile, usual: Delimiter) -> Result<Self> {
        let length = usize::try_from(file.length()).unwrap_or(usize::MAX);
        let mut sample = vec![0; length.min(SAMPLE)];
        file.read_exact_at(0, &mut sample).map_err(|error| read_error("reading the table", error))?;
        let mark = plain_text::mark_length(&sample)?;
        let delimiter = Delimiter::detect(&sample[mark..], sample.len() == length, usual);
        Ok(Self::new(file, mark, delimiter))
    }

    /// Takes the table in `file`, whose cells `delimiter` separates.
    ///
    /// # Errors
    /// The errors of [`open`](Self::open).
    pub(super) fn divided_by(file: &PositionedFile, delimiter: Delimiter) -> Result<Self> {
        let mut beginning = [0; 3];
        let length = usize::try_from(file.length()).unwrap_or(usize::MAX).min(beginning.len());
        file.read_exact_at(0, &mut beginning[..length]).map_err(|error| read_error("reading the table", error))?;
        Ok(Self::new(file, plain_text::mark_length(&beginning[..length])?, delimiter))
    }

    fn new(file: &PositionedFile, mark: usize, delimiter: Delimiter) -> Self {
        let rows = RowReader::new(file.cursor(mark as u64), delimiter);
        Self { rows, delimiter, marks: DecimalMarks::default() }
    }

    /// Reads the next row; `None` after the last.
    ///
    /// # Errors
    /// The errors of [`RowReader::read_row`], and `Format` if decimal marks differ.
    pub(super) fn read_next(&mut self) -> Result<Option<TableRow>> {
        match self.rows.read_row()? {
            Some(row) if self.delimiter != Delimiter::Comma => {
                let line = row.place();
                self.marks.read(row).map(Some).map_err(|error| error.context(line))
            }
            row => Ok(row),
        }
    }

    /// Returns the last line so far that is a comment, as a row.
    pub(super) fn last_comment(&self) -> Option<TableRow> {
        self.rows.last_comment()
    }

    /// Returns the delimiter of the cells.
    pub(super) fn delimiter(&self) -> Delimiter {
        self.delimiter
    }

    /// Returns a note if the decimal mark is in doubt.
    pub(super) fn doubt(&self) -> Option<String> {
        self.marks.doubt()
    }
}
