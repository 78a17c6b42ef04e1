//! [`TableRecords`]: the rows of a table of text, as cells that are not yet understood.

use std::path::Path;

use csv::{ErrorKind, Position, Reader, ReaderBuilder, StringRecord, Trim};
use rsa_core::{Error, Result};

use crate::positioned::{Cursor, PositionedFile, read_error};

/// The rows of a table, one after the other. Blank lines are left out.
pub(crate) struct TableRecords {
    file: PositionedFile,
    reader: Reader<Cursor>,
    record: StringRecord,
}

impl TableRecords {
    /// Opens the table at `path` whose cells `delimiter` separates.
    ///
    /// # Errors
    /// `Io` if the file cannot be opened.
    pub(super) fn open(path: &Path, delimiter: u8) -> Result<Self> {
        let file = PositionedFile::open(path)?;
        // Rows of unequal length are reported by the reader of the cells, with their line.
        let reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .trim(Trim::All)
            .from_reader(file.cursor(0));
        Ok(Self { file, reader, record: StringRecord::new() })
    }

    /// Reads the next row; `None` after the last.
    ///
    /// # Errors
    /// `Io` if the file cannot be read, `Format` naming the line that is no UTF-8.
    pub(crate) fn read_next(&mut self) -> Result<Option<&StringRecord>> {
        match self.reader.read_record(&mut self.record) {
            Ok(true) => Ok(Some(&self.record)),
            Ok(false) => Ok(None),
            Err(error) => {
                let line = self.line(error.position());
                Err(match error.into_kind() {
                    ErrorKind::Io(error) => read_error("reading the table", error),
                    ErrorKind::Utf8 { .. } => {
                        Error::format(format!("{line} is no UTF-8; save the table as UTF-8 text"))
                    }
                    other => Error::format(format!("{line}: {other:?}")),
                })
            }
        }
    }

    /// Returns "line" and the number, from 1 on, of the row that was found at `position`.
    pub(crate) fn line(&self, position: Option<&Position>) -> String {
        let Some(position) = position else { return "a line".to_owned() };
        // The position is where the reader began to look: before the line ends that it skipped.
        let (mut line, mut byte) = (position.line(), [0]);
        for offset in position.byte().. {
            match self.file.read_exact_at(offset, &mut byte).map(|()| byte[0]) {
                Ok(b'\n') => line += 1,
                Ok(b'\r') => {}
                _ => break,
            }
        }
        format!("line {line}")
    }
}
