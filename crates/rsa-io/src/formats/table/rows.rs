//! [`RowReader`]: the rows of a table of text, as cells that are not yet understood.

use std::io::{BufRead, BufReader, Read};

use rsa_core::{Error, Result};

use super::{
    delimiter::Delimiter,
    table_row::{TableRow, does_not_fit},
};
use crate::{plain_text, positioned::read_error};

/// Reader of the rows of a table, one after the other.
///
/// A line ends with a line feed, a carriage return or both; blank lines are left out. A cell between quotes may hold
/// delimiters and line ends, and two quotes in it are one. A line that begins with `#` and a blank is a comment.
pub(crate) struct RowReader<R> {
    reader: BufReader<R>,
    delimiter: Delimiter,
    line: u64,
    /// The bytes of one cell.
    cell: Vec<u8>,
    /// `true` if the `#` with which a row begins was read.
    hash: bool,
    /// The last comment, without its `#`.
    comment: Vec<u8>,
}

impl<R: Read> RowReader<R> {
    /// Returns a reader of a text without a byte order mark.
    pub(crate) fn new(reader: R, delimiter: Delimiter) -> Self {
        let reader = BufReader::new(reader);
        Self { reader, delimiter, line: 1, cell: Vec::new(), hash: false, comment: Vec::new() }
    }

    /// Returns the last line so far that is a comment, as a row.
    pub(super) fn last_comment(&self) -> Option<TableRow> {
        // A comment that is no row, such as one with a single quote, is still a comment.
        RowReader::new(self.comment.as_slice(), self.delimiter).read_row().ok().flatten()
    }

    /// Reads the next row; `None` after the last.
    ///
    /// # Errors
    /// `Io` if the file cannot be read; `Format` naming the line that is no UTF-8 or has a quote that is not closed.
    pub(crate) fn read_row(&mut self) -> Result<Option<TableRow>> {
        loop {
            self.skip_blanks()?;
            let line = self.line;
            match self.peek()? {
                None => return Ok(None),
                Some(b'#') if self.read_comment()? => continue,
                Some(_) => {}
            }
            let mut row = TableRow::of_line(line);
            let mut more = true;
            while more {
                let quoted = self.read_cell()?;
                let cell = plain_text::utf8(&self.cell).map_err(|error| error.context(row.place()))?;
                row.push(cell, quoted).map_err(|_| does_not_fit(format_args!("line {line}")))?;
                more = self.read_delimiter()?;
            }
            if !row.is_blank() {
                return Ok(Some(row));
            }
        }
    }

    /// Reads one cell into `self.cell`, and returns `true` if it stood between quotes.
    fn read_cell(&mut self) -> Result<bool> {
        self.cell.clear();
        if std::mem::take(&mut self.hash) {
            self.cell.push(b'#');
        } else {
            self.skip_blanks()?;
        }
        let quoted = self.cell.is_empty() && self.peek()? == Some(b'"');
        if quoted {
            self.read_quoted()?;
        }
        let delimiter = self.delimiter;
        self.read_until(|byte| delimiter.separates(byte) || is_line_end(byte))?;
        Ok(quoted)
    }

    /// Reads what stands between quotes.
    fn read_quoted(&mut self) -> Result<()> {
        let first_line = self.line;
        self.reader.consume(1);
        loop {
            let start = self.cell.len();
            self.read_until(|byte| byte == b'"')?;
            self.line += count_lines(&self.cell[start..]);
            if self.peek()?.is_none() {
                return Err(Error::format(format!("line {first_line}: a quote is opened and not closed")));
            }
            self.reader.consume(1);
            if self.peek()? != Some(b'"') {
                return Ok(());
            }
            self.cell.push(b'"');
            self.reader.consume(1);
        }
    }

    /// Adds the bytes before the first that is an `end` to `self.cell`.
    fn read_until(&mut self, is_end: impl Fn(u8) -> bool) -> Result<()> {
        loop {
            let bytes = self.reader.fill_buf().map_err(|error| read_error("reading the table", error))?;
            let end = bytes.iter().position(|&byte| is_end(byte));
            let length = end.unwrap_or(bytes.len());
            self.cell.try_reserve(length).map_err(|_| does_not_fit(format_args!("line {}", self.line)))?;
            self.cell.extend_from_slice(&bytes[..length]);
            self.reader.consume(length);
            if end.is_some() || length == 0 {
                return Ok(());
            }
        }
    }

    /// Reads what follows a cell, and returns `true` if there is another one in the row.
    fn read_delimiter(&mut self) -> Result<bool> {
        if self.delimiter == Delimiter::Blanks {
            self.skip_blanks()?;
            return match self.peek()? {
                Some(byte) if !is_line_end(byte) => Ok(true),
                _ => self.read_line_end().map(|()| false),
            };
        }
        match self.peek()? {
            Some(byte) if self.delimiter.separates(byte) => {
                self.reader.consume(1);
                Ok(true)
            }
            _ => self.read_line_end().map(|()| false),
        }
    }

    /// Reads a line that begins with `#`, if it is a comment; of another one, only the `#`.
    fn read_comment(&mut self) -> Result<bool> {
        self.reader.consume(1);
        let is_comment = match self.peek()? {
            Some(b'\t') => self.delimiter != Delimiter::Tab,
            Some(byte) => byte == b' ' || is_line_end(byte),
            None => true,
        };
        if is_comment {
            self.cell.clear();
            self.read_until(is_line_end)?;
            std::mem::swap(&mut self.cell, &mut self.comment);
            self.read_line_end()?;
        }
        self.hash = !is_comment;
        Ok(is_comment)
    }

    /// Skips blanks before a cell, and tabs where they separate no cells.
    fn skip_blanks(&mut self) -> Result<()> {
        while let Some(byte) = self.peek()?
            && (byte == b' ' || byte == b'\t' && self.delimiter != Delimiter::Tab)
        {
            self.reader.consume(1);
        }
        Ok(())
    }

    /// Reads the end of a line, which is where the reader stands, unless the text ends here.
    fn read_line_end(&mut self) -> Result<()> {
        let Some(first) = self.peek()? else { return Ok(()) };
        self.reader.consume(1);
        self.line += 1;
        if first == b'\r' && self.peek()? == Some(b'\n') {
            self.reader.consume(1);
        }
        Ok(())
    }

    /// Returns the next byte; `None` at the end.
    fn peek(&mut self) -> Result<Option<u8>> {
        let bytes = self.reader.fill_buf().map_err(|error| read_error("reading the table", error))?;
        Ok(bytes.first().copied())
    }
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Returns the number of line ends in `bytes`.
fn count_lines(bytes: &[u8]) -> u64 {
    let pairs = bytes.windows(2).filter(|pair| pair == b"\r\n").count();
    (bytes.iter().filter(|&&byte| is_line_end(byte)).count() - pairs) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8], delimiter: Delimiter) -> Result<Vec<(u64, Vec<String>)>> {
        let mut reader = RowReader::new(text, delimiter);
        let rows = std::iter::from_fn(|| reader.read_row().transpose());
        rows.map(|row| row.map(|row| (row.line(), row.cells().map(str::to_owned).collect()))).collect()
    }

    fn cells(text: &str, delimiter: Delimiter) -> Vec<Vec<String>> {
        read(text.as_bytes(), delimiter).unwrap().into_iter().map(|(_, cells)| cells).collect()
    }

    #[test]
    fn every_line_end_ends_a_row_and_is_counted() {
        for text in ["a,b\n\nc,d", "a,b\r\n\r\nc,d\r\n", "a,b\r\rc,d\r", "a , b\n  \n c,d\n"] {
            let rows = read(text.as_bytes(), Delimiter::Comma).unwrap();
            assert_eq!(rows[0], (1, vec!["a".to_owned(), "b".to_owned()]), "{text:?}");
            assert_eq!(rows[1], (3, vec!["c".to_owned(), "d".to_owned()]), "{text:?}");
            assert_eq!(rows.len(), 2, "{text:?}");
        }
        let rows = read(b"\"a\r\nb\",\"c\n\"\n1,2", Delimiter::Comma).unwrap();
        assert_eq!((rows[0].1[0].as_str(), rows[1].0), ("a\r\nb", 4));
    }

    #[test]
    fn quotes_hold_delimiters_and_quotes() {
        assert_eq!(cells("\"a,b\", \"say \"\"x\"\"\",5\" disk", Delimiter::Comma), [["a,b", "say \"x\"", "5\" disk"]]);
        assert_eq!(cells("\"\",\"a\"b", Delimiter::Comma), [["", "ab"]]);
        assert_eq!(cells("\"\"\n1", Delimiter::Comma), [[""], ["1"]]);
        let error = read(b"a,b\nc,\"d\ne,f\n", Delimiter::Comma).unwrap_err().to_string();
        assert!(error.contains("line 2: a quote is opened and not closed"), "{error}");
    }

    #[test]
    fn blanks_before_between_and_behind_cells_are_one_delimiter() {
        let text = "  1  2\t3 \n\"big dog\" 5 6";
        assert_eq!(cells(text, Delimiter::Blanks), [["1", "2", "3"], ["big dog", "5", "6"]]);
        assert_eq!(cells("\t1\t\n", Delimiter::Tab), [["", "1", ""]]);
        assert_eq!(cells("big dog;1;\n", Delimiter::Semicolon), [["big dog", "1", ""]]);
    }

    #[test]
    fn a_hash_and_a_blank_begin_a_comment() {
        let mut reader = RowReader::new(b"# it's \"mine\n#\n # v1,v2\n1,2\n# ,\n".as_slice(), Delimiter::Comma);
        assert_eq!(reader.read_row().unwrap().unwrap().line(), 4);
        assert_eq!(reader.last_comment().unwrap().cells().collect::<Vec<_>>(), ["v1", "v2"]);
        assert!(reader.read_row().unwrap().is_none());
        for text in ["#DIV/0!,1", "#,1", "\"# a\",1"] {
            assert_eq!(cells(text, Delimiter::Comma)[0].len(), 2, "{text}");
        }
        assert_eq!(cells("#\t1", Delimiter::Tab), [["#", "1"]]);
        assert_eq!(cells("#", Delimiter::Comma).len(), 0);
        assert_eq!(cells("#a", Delimiter::Comma), [["#a"]]);
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_line() {
        for bytes in [b"1,2\n3,\xff\n".as_slice(), b"1,2\n3,\0\n", b"1,2\n\xc3,\xa9\n"] {
            let error = read(bytes, Delimiter::Comma).unwrap_err();
            assert!(error.kind().name() == "Format" && error.to_string().contains("line 2"), "{error}");
        }
    }

    #[test]
    fn a_reader_that_gives_one_byte_at_a_time_gives_the_same_rows() {
        struct Slow(&'static [u8]);
        impl Read for Slow {
            fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
                let length = buffer.len().min(1);
                self.0.read(&mut buffer[..length])
            }
        }
        let text = b"# a\r\n#b,\"c\"\"d\"\r\n1,2\r3,4";
        let mut slow = RowReader::new(Slow(text), Delimiter::Comma);
        let slow: Vec<_> = std::iter::from_fn(|| slow.read_row().unwrap()).collect();
        let mut fast = RowReader::new(text.as_slice(), Delimiter::Comma);
        let fast: Vec<_> = std::iter::from_fn(|| fast.read_row().unwrap()).collect();
        assert_eq!(format!("{slow:?}"), format!("{fast:?}"));
        assert_eq!(slow.len(), 3);
    }
}
