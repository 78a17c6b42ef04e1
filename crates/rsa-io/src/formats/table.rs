//! `.csv` and `.tsv`: one table of numbers, with or without a header and a column of labels.

mod index_column;
mod records;
mod table_cell;
mod table_shape;
mod table_values;

use std::path::Path;

use rsa_core::Result;

use self::{records::TableRecords, table_values::TableValues};
use crate::{
    contents::{Contents, FileArray},
    format::FileFormat,
    options::OpenOptions,
    parsed::ParsedArray,
    positioned::stem,
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
        let mut records = TableRecords::open(path, self.delimiter)?;
        let mut values = TableValues::default();
        while let Some(record) = records.read_next()? {
            let place = record.position().cloned();
            values.add(record).map_err(|error| error.context(records.line(place.as_ref())))?;
        }
        let table = values.finish(options.table, &records)?;
        let array = FileArray::new(stem(path), path.display().to_string(), ParsedArray::new(table.values));
        let array = FileArray { labels: table.labels, ..array };
        Ok(Contents { arrays: vec![array], warnings: table.doubts, ..Contents::default() })
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;
    use rsa_core::{ErrorKind, Representation};

    use super::*;
    use crate::{Presence, TableOptions};

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
