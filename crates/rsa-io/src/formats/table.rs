//! `.csv` and `.tsv`: one table of numbers, with or without a header and a column of labels.

mod table_shape;

use std::path::Path;

use csv::{ErrorKind, Reader, ReaderBuilder, StringRecord, Trim};
use ndarray::Array2;
use rsa_core::{Conditions, Error, Result};

use self::table_shape::{TableCell, TableShape};
use crate::{
    contents::{Contents, FileArray},
    format::FileFormat,
    labels::spelled,
    options::{OpenOptions, TableOptions},
    parsed::ParsedArray,
    positioned::{Cursor, PositionedFile, read_error, stem},
};

/// The format `.csv`.
pub(crate) const COMMAS: TableFormat = TableFormat { extensions: &["csv"], delimiter: b',' };

/// The format `.tsv`.
pub(crate) const TABS: TableFormat = TableFormat { extensions: &["tsv"], delimiter: b'\t' };

/// Tables of numbers whose cells one character separates.
pub(crate) struct TableFormat {
    extensions: &'static [&'static str],
    delimiter: u8,
}

impl FileFormat for TableFormat {
    fn extensions(&self) -> &'static [&'static str] {
        self.extensions
    }

    /// Reads the whole table, because its numbers of rows and columns are known only then.
    fn open(&self, path: &Path, options: &OpenOptions) -> Result<Contents> {
        let file = PositionedFile::open(path)?;
        // Rows of unequal length are reported here, with their line.
        let mut reader = ReaderBuilder::new()
            .delimiter(self.delimiter)
            .has_headers(false)
            .flexible(true)
            .trim(Trim::All)
            .from_reader(file.cursor(0));
        let mut table = TableRows { file, shape: None, first: None, rows: 0, labels: Vec::new(), values: Vec::new() };
        let mut record = StringRecord::new();
        while read(&table.file, &mut reader, &mut record)? {
            table.add(&record, options.table)?;
        }
        let (labels, values, warnings) = table.finish(options.table)?;
        let array = FileArray::new(stem(path), path.display().to_string(), ParsedArray::new(values));
        Ok(Contents { arrays: vec![FileArray { labels, ..array }], warnings, ..Contents::default() })
    }
}

fn read(file: &PositionedFile, reader: &mut Reader<Cursor>, record: &mut StringRecord) -> Result<bool> {
    reader.read_record(record).map_err(|error| {
        let line = line(file, error.position());
        match error.into_kind() {
            ErrorKind::Io(error) => read_error("reading the table", error),
            ErrorKind::Utf8 { .. } => Error::format(format!("{line} is no UTF-8; save the table as UTF-8 text")),
            other => Error::format(format!("{line}: {other:?}")),
        }
    })
}

/// Returns "line" and the number, from 1 on, of the record that was found at `position`.
fn line(file: &PositionedFile, position: Option<&csv::Position>) -> String {
    let Some(position) = position else { return "a line".to_owned() };
    // The position is where the reader began to look: before the line ends that it skipped.
    let (mut line, mut byte) = (position.line(), [0]);
    for offset in position.byte().. {
        match file.read_exact_at(offset, &mut byte).map(|()| byte[0]) {
            Ok(b'\n') => line += 1,
            Ok(b'\r') => {}
            _ => break,
        }
    }
    format!("line {line}")
}

/// The rows read so far.
struct TableRows {
    file: PositionedFile,
    /// Decided from the first two rows; `None` before the first.
    shape: Option<TableShape>,
    /// The first row waits for the second, which helps to understand it.
    first: Option<StringRecord>,
    rows: usize,
    labels: Vec<String>,
    values: Vec<f64>,
}

impl TableRows {
    fn add(&mut self, record: &StringRecord, options: TableOptions) -> Result<()> {
        if self.shape.is_none() {
            let Some(first) = self.first.take() else {
                self.first = Some(record.clone());
                return Ok(());
            };
            self.settle(first, Some(record), options)?;
        }
        self.add_row(record)
    }

    /// Decides what the first row is, and takes it if it is data.
    fn settle(&mut self, first: StringRecord, second: Option<&StringRecord>, options: TableOptions) -> Result<()> {
        let shape = TableShape::detect(&first, second, options);
        let header = shape.header;
        self.shape = Some(shape);
        if header { Ok(()) } else { self.add_row(&first) }
    }

    fn add_row(&mut self, record: &StringRecord) -> Result<()> {
        self.add_cells(record).map_err(|error| error.context(line(&self.file, record.position())))
    }

    fn add_cells(&mut self, record: &StringRecord) -> Result<()> {
        let Some(shape) = &self.shape else { return Ok(()) };
        if record.len() != shape.columns {
            return Err(Error::format(format!(
                "{} cells are found and the first row has {}; every row needs the same number",
                record.len(),
                shape.columns
            )));
        }
        self.rows += 1;
        for (column, cell) in record.iter().enumerate() {
            let place = |what| Error::format(format!("column {}{what}", column + 1));
            if column == 0 && shape.labels {
                shape.ensure_label(cell).map_err(place)?;
                self.labels.push(spelled(cell));
                continue;
            }
            match TableCell::parse(cell) {
                TableCell::Number(value) => self.values.push(value),
                TableCell::Empty => return Err(place(" is empty; every cell needs a number".to_owned())),
                TableCell::Missing => {
                    return Err(place(format!(
                        ": '{cell}' is a missing value; drop or impute that row or column first"
                    )));
                }
                TableCell::Text if column > 0 => {
                    return Err(place(format!(": '{cell:.40}' is no number; correct or remove it")));
                }
                TableCell::Text => {
                    return Err(place(format!(
                        ": '{cell:.40}' is no number; correct it, or say that the first column holds labels"
                    )));
                }
            }
        }
        Ok(())
    }

    fn finish(mut self, options: TableOptions) -> Result<(Option<Conditions>, Array2<f64>, Vec<String>)> {
        if let Some(only) = self.first.take() {
            self.settle(only, None, options)?;
        }
        let Some(shape) = self.shape else { return Err(Error::format("is empty; a table has one row a condition")) };
        let values = Array2::from_shape_vec((self.rows, shape.features()), self.values)
            .map_err(|error| Error::format(format!("is no table: {error}")))?;
        if values.nrows() == 0 {
            return Err(Error::too_few_conditions(1, 0, "below its header a table has one row for every condition"));
        }
        if values.ncols() == 0 {
            return Err(Error::shape_mismatch(
                "the table has labels and no feature; it needs at least one column of numbers",
            ));
        }
        let labels = shape.labels.then(|| Conditions::labeled(self.labels));
        Ok((labels, values, shape.doubts))
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;
    use rsa_core::{ErrorKind, Representation};

    use super::*;
    use crate::Presence;

    fn parse(text: impl AsRef<[u8]>, options: TableOptions) -> Result<(Representation, Vec<String>)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.csv");
        std::fs::write(&path, text).unwrap();
        let source = crate::open(path.to_str().unwrap(), &OpenOptions { table: options, ..OpenOptions::default() })?;
        Ok((source.layers()[0].read()?, source.warnings().to_vec()))
    }

    fn detect(text: &str) -> Representation {
        let (x, warnings) = parse(text, TableOptions::default()).unwrap();
        assert!(warnings.is_empty(), "{warnings:?}");
        x
    }

    fn message(text: impl AsRef<[u8]>) -> String {
        let error = parse(text, TableOptions::default()).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Format);
        error.to_string()
    }

    #[test]
    fn header_and_labels_are_detected() {
        let values = array![[1.0, 2.5], [-3e2, 4.0]];
        for text in ["1,2.5\n-3e2,4\n", "\u{feff}1,2.5\r\n-3e2, +4.\r\n", "v1,v2\n1,2.5\n\n-3e2,4"] {
            let x = detect(text);
            assert_eq!(x.values(), values, "{text}");
            assert_eq!(x.conditions().labels(), None);
        }
        for text in [
            "cat,1,2.5\ndog,-3e2,4\n",
            "name,v1,v2\ncat,1,2.5\ndog,-3e2,4\n",
            "\u{feff},0,1\ncat,1,2.5\ndog,-3e2,4\n",
            ",v1,v2\n\"cat\",1,2.5\ndog,\"-3e2\",4\n",
        ] {
            let x = detect(text);
            assert_eq!(x.values(), values, "{text}");
            assert_eq!(x.conditions().labels().unwrap(), ["cat", "dog"], "{text}");
        }
    }

    #[test]
    fn an_index_without_a_name_is_a_column_of_labels() {
        let x = detect(",0,1\n0,1.5,2.5\n1,3,4\n");
        assert_eq!(x.values(), array![[1.5, 2.5], [3.0, 4.0]]);
        assert_eq!(x.conditions().labels().unwrap(), ["0", "1"]);
    }

    #[test]
    fn one_column_and_one_row_are_tables() {
        assert_eq!(detect("1\n2\n").values(), array![[1.0], [2.0]]);
        assert_eq!(detect("v\n2\n").values(), array![[2.0]]);
        assert_eq!(detect("1,2\n").values(), array![[1.0, 2.0]]);
        assert_eq!(detect("cat,2\n").conditions().labels().unwrap(), ["cat"]);
    }

    #[test]
    fn what_is_said_beats_what_is_seen() {
        let said = |header, labels| TableOptions { header, labels };
        let (x, _) = parse("1,2\n3,4\n", said(Presence::Yes, Presence::Yes)).unwrap();
        assert_eq!((x.values(), x.conditions().labels().unwrap()), (array![[4.0]].view(), ["3".to_owned()].as_slice()));
        let (x, _) = parse("a,2\nb,4\n", said(Presence::No, Presence::Yes)).unwrap();
        assert_eq!(x.values(), array![[2.0], [4.0]]);
        let (x, _) = parse("a,2\n3,4\n", said(Presence::Detect, Presence::No)).unwrap();
        assert_eq!(x.values(), array![[3.0, 4.0]]);
        assert!(parse("a,b\n3,4\n", said(Presence::No, Presence::Detect)).is_err());
        assert!(parse("a,1\nb,2\n", said(Presence::No, Presence::No)).is_err());
    }

    #[test]
    fn errors_name_line_and_column() {
        for (text, parts) in [
            ("1,2\n3\n", ["line 2: 1 cells", "the first row has 2"]),
            ("v,w\n1,2\n3,4,5\n", ["line 3: 3 cells", "the first row has 2"]),
            ("1,2\n\n3,\n", ["line 3: column 2", "is empty"]),
            ("1,2\r\n\r\n\r\n3,x4\r\n", ["line 4: column 2", "'x4' is no number"]),
            ("1,2\n3,x4\n", ["line 2: column 2", "'x4' is no number"]),
            ("1,2\nx3,4\n", ["line 2: column 1", "labels"]),
            ("cat,2\n3,4\n", ["line 2: column 1", "'3' is a number"]),
            ("cat,2\n,4\n", ["line 2: column 1", "is empty"]),
            (",2.5\n3,4\n", ["line 1: column 1", "is empty"]),
            ("", ["is empty", "table"]),
        ] {
            let message = message(text);
            assert!(parts.iter().all(|part| message.contains(part)), "{text:?}: {message}");
        }
        assert!(message(b"1,2\n3,\xff\n").contains("line 2 is no UTF-8"));
    }

    #[test]
    fn words_for_infinity_are_numbers_and_then_refused() {
        for word in ["nan", "NaN", "inf", "-Infinity", "1e999"] {
            let error = parse(format!("1,2\n3,{word}\n"), TableOptions::default()).unwrap_err();
            assert_eq!(error.kind(), &ErrorKind::NonFinite { condition: 1, feature: 1 }, "{word}");
        }
    }

    #[test]
    fn a_header_or_labels_alone_are_no_table() {
        let kind = |text: &str| parse(text, TableOptions::default()).unwrap_err().kind().clone();
        assert_eq!(kind("a,b\n"), ErrorKind::TooFewConditions { needed: 1, found: 0 });
        let labels = TableOptions { labels: Presence::Yes, ..TableOptions::default() };
        assert_eq!(parse("1\n2\n", labels).unwrap_err().kind(), &ErrorKind::ShapeMismatch);
    }

    #[test]
    fn a_missing_value_is_no_header_and_no_number() {
        for text in ["NA,NA,NA\n1,2,3\n", "s0,NA,NA\ns1,2,3\n", "1,2,3\n4,n/a,6\n"] {
            let error = parse(text, TableOptions::default()).unwrap_err();
            assert!(
                error.kind().name() == "Format" && error.to_string().contains("missing value"),
                "{text:?}: {error}"
            );
        }
    }

    #[test]
    fn doubts_are_told() {
        let warnings = |text: &str| parse(text, TableOptions::default()).unwrap().1;
        assert!(warnings("name,1,x\ncat,1,2\n")[0].contains("taken as a header"));
        assert!(warnings("0,1,2,3\n4,5,6,7\n")[0].contains("column numbers"));
        assert!(warnings("name,1,2,3\ncat,5,6,7\n")[0].contains("column numbers"));
        assert!(warnings("0,1,2\n4,5,6\n")[0].contains("column numbers"));
        assert!(warnings("id,f1,f2\n7,5,6\n")[0].contains("'id', is taken as a feature"));
        assert!(warnings("f0,f1,f2\n7,5,6\n").is_empty());
    }
}
