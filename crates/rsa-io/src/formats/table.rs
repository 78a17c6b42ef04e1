//! `.csv`, `.tsv` and `.txt`: one table of numbers, with or without a header and a column of labels.

mod column_kind;
pub(crate) mod decimal_comma;
mod decimal_halves;
pub(crate) mod delimiter;
mod first_row;
mod index_column;
mod raw_table;
mod records;
pub(crate) mod rows;
mod survey;
mod table_cell;
mod table_row;
mod table_shape;
mod table_values;

use std::path::Path;

use rsa_core::Result;

use self::{
    delimiter::Delimiter,
    records::TableRecords,
    table_values::{TableValues, WholeTable},
};
pub(crate) use self::{raw_table::RawTable, table_cell::TableCell, table_row::TableRow};
use crate::{
    contents::{Contents, FileArray},
    format::FileFormat,
    options::{OpenOptions, TableOptions},
    parsed::ParsedArray,
    positioned::{PositionedFile, stem},
    precision::DecimalPlaces,
};

/// The format `.csv`.
pub(crate) const COMMAS: TableFormat = TableFormat { extensions: &["csv"], usual: Delimiter::Comma };

/// The format `.tsv`.
pub(crate) const TABS: TableFormat = TableFormat { extensions: &["tsv"], usual: Delimiter::Tab };

/// The format `.txt`, in which NumPy, MATLAB and R write tables.
pub(crate) const TEXTS: TableFormat = TableFormat { extensions: &["txt"], usual: Delimiter::Tab };

/// Tables of numbers whose cells one delimiter separates.
pub(crate) struct TableFormat {
    extensions: &'static [&'static str],
    /// The delimiter that the extension stands for; another one is recognized.
    usual: Delimiter,
}

impl FileFormat for TableFormat {
    fn name(&self) -> &'static str {
        "table"
    }

    fn extensions(&self) -> &'static [&'static str] {
        self.extensions
    }

    fn is_read_in_folders(&self) -> bool {
        self.extensions != TEXTS.extensions
    }

    /// Reads the whole table, because its numbers of rows and columns are known only then.
    fn open(&self, path: &Path, options: &OpenOptions) -> Result<Contents> {
        let table = self.read(&PositionedFile::open(path)?, options.table)?;
        let places = table.kinds.iter().map(|kind| kind.places).fold(DecimalPlaces::default(), DecimalPlaces::and);
        let precision = places.precision();
        let array = FileArray::new(stem(path), path.display().to_string(), ParsedArray::new(table.values, precision));
        let array = FileArray { labels: table.labels, ..array };
        Ok(Contents { arrays: vec![array], warnings: table.doubts, ..Contents::default() })
    }
}

impl TableFormat {
    fn read(&self, file: &PositionedFile, options: TableOptions) -> Result<WholeTable> {
        let mut records = TableRecords::open(file, self.usual)?;
        let mut values = TableValues::default();
        let mut comment = None;
        while let Some(row) = records.read_next()? {
            if values.is_empty() {
                comment = records.last_comment();
            }
            values.add(row)?;
        }
        let mut table = values.finish(options, comment)?;
        if records.delimiter() == Delimiter::Comma && !table.header {
            let features = table.kinds.iter().skip(usize::from(table.labels.is_some()));
            let digits: Vec<_> = features.map(|kind| kind.digits).collect();
            let by_name = self.usual == Delimiter::Comma;
            table.doubts.extend(decimal_halves::judge(&digits, table.values.nrows(), by_name)?);
        }
        table.doubts.extend(records.doubt());
        Ok(table)
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

    #[track_caller]
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
        let (x, _) = parse("a,2,c\n3,4,5\n", said(Presence::Detect, Presence::No)).unwrap();
        assert_eq!(x.values(), array![[3.0, 4.0, 5.0]]);
        let error = parse("a,2\n3,4\n", said(Presence::Detect, Presence::No)).unwrap_err().to_string();
        assert!(error.contains("line 1: column 1: 'a' is no number") && !error.contains("labels"), "{error}");
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
        assert!(message(b"1,2\n3,\xff\n").contains("line 2: the text is no UTF-8"));
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
        assert!(warnings("name,1,x,y\ncat,1,2,3\n")[0].contains("taken as a header"));
        assert!(warnings("0,1,2,3\n4,5,6,7\n")[0].contains("column numbers"));
        assert!(warnings("name,1,2,3\ncat,5,6,7\n")[0].contains("column numbers"));
        assert!(warnings("0,1,2\n4,5,6\n")[0].contains("column numbers"));
        assert!(warnings("id,f1,f2\n7,5,6\n")[0].contains("'id', is taken as a feature"));
        assert!(warnings("f0,f1,f2\n7,5,6\n").is_empty());
    }

    #[test]
    fn trailing_delimiters_are_no_column() {
        let values = array![[1.0, 2.0], [3.0, 4.0]];
        for text in ["1,2,\n3,4,\n", "v,w,\n1,2,\n3,4,\n", "v,w\n1,2,\n3,4,\n", "v,w,\n1,2\n3,4\n", "1,2,,\n3,4,,\n"] {
            assert_eq!(detect(text).values(), values, "{text:?}");
        }
        let x = detect("item;v;w;\ncat;1;2;\ndog;3;4;\n");
        assert_eq!((x.values(), x.conditions().labels().unwrap()[1].as_str()), (values.view(), "dog"));
        assert_eq!(detect("1,2,\n").values(), array![[1.0, 2.0]]);
        // A column with a name or a value is one.
        assert!(message("v,w,u\n1,2,\n3,4,\n").contains("line 2: column 3: the cell is empty"));
        assert!(message("1,2,\n3,4,5\n").contains("line 1: column 3: the cell is empty"));
        assert!(message("1,2,\n3,4\n").contains("line 2: 2 cells"));
    }

    #[test]
    fn the_header_of_r_has_a_name_less_than_the_rows_have_cells() {
        let values = array![[1.5, 2.0], [3.0, 4.0]];
        for (text, labels) in [
            ("\"v1\",\"v2\"\n\"cat\",1.5,2\n\"dog\",3,4\n", ["cat", "dog"]),
            ("v1 v2\ncat 1.5 2\ndog 3 4\n", ["cat", "dog"]),
            ("\"v1\";\"v2\"\n\"3\";1,5;2\n\"7\";3;4\n", ["3", "7"]),
            ("cat,dog\ncat,1.5,2\ndog,3,4\n", ["cat", "dog"]),
        ] {
            let x = detect(text);
            assert_eq!(
                (x.values(), x.conditions().labels().unwrap()),
                (values.view(), labels.map(str::to_owned).as_slice())
            );
        }
        let (x, doubts) = parse("v1,v2\n3,1.5,2\n7,3,4\n", TableOptions::default()).unwrap();
        assert_eq!(x.values(), values);
        assert!(doubts[0].contains("one cell less than the others"), "{doubts:?}");
        for text in [
            "1,2\n3,4,5\n",
            "v\n1,5\n2,7\n",
            "item,v\ncat,1,5\ndog,2,7\n",
            "v,w\n1,2,3\n1,4,5\n",
            "v,w\ncat,1,2\ncat,3,4\n",
        ] {
            assert!(message(text).contains("line 2: "), "{text:?}");
        }
        assert!(message("v\n1,5\n2,7\n").contains("if the comma is a decimal mark"));
        let no_labels = TableOptions { labels: Presence::No, ..TableOptions::default() };
        assert!(parse("v1 v2\ncat 1.5 2\ndog 3 4\n", no_labels).is_err());
    }

    #[test]
    fn comments_are_no_rows_and_may_name_the_columns() {
        let values = array![[1.0, 2.0], [3.0, 4.0]];
        for text in [
            "# made by me\n# v1,v2\n1,2\n3,4\n",
            "# made by me\n1,2\n# half\n3,4\n# end\n",
            "# 7,8\n1,2\n3,4\n",
            "#made by me\n1,2\n3,4\n",
            "# a,b\nv1,v2\n1,2\n3,4\n",
            "#v1,v2\n1,2\n3,4\n",
            "# v1 v2\n1 2\n3 4\n",
        ] {
            assert_eq!(detect(text).values(), values, "{text:?}");
        }
        let x = detect("# stim v1\ncat 1\ndog 3\n");
        assert_eq!((x.values(), x.conditions().labels().unwrap()[0].as_str()), (array![[1.0], [3.0]].view(), "cat"));
        assert!(message("# v1,v2,v3\ns1,#DIV/0!,2\ns2,3,4\n").contains("line 2: column 2: '#DIV/0!'"));
        assert!(message("#DIV/0!,2\n1,2\n").contains("line 1: column 1: '#DIV/0!'"));
    }

    #[test]
    fn other_delimiters_and_decimal_commas_are_read() {
        let values = array![[1.5, 0.25], [-2.0, 1e3]];
        for text in ["1.5;0.25\n-2;1000", "1,5;0,25\n-2;1000", "1,5\t,25\n-2,0\t1e3", "  1.5   0.25\n-2.0 1000 \n"] {
            assert_eq!(detect(text).values(), values, "{text:?}");
        }
        let x = detect("item;v1\nimg0;-1,51\nimg1;0,39\n");
        assert_eq!((x.values(), x.n_conditions()), (array![[-1.51], [0.39]].view(), 2));
        assert!(message("1,5;2.5\n3,5;4\n").contains("has a comma and"));
        assert!(message("1|2\n3|4\n").contains("separated by '|'"));
        assert!(message("-1,51\n-0,92\n").contains("decimal comma"));
    }

    #[test]
    fn one_word_among_numbers_is_no_header() {
        for text in [
            "cat,3,x\ndog,1,2\n",
            "cat,3,x,2\ndog,1,2,3\n",
            "3,x,2\n1,2,3\n",
            "s1,1.5,x\ns2,1,2\n",
            "s1,x\ns2,2\n",
            "cat,1.0D+02\ndog,2\n",
        ] {
            assert!(message(text).contains("line 1: column "), "{text:?}");
        }
        assert!(message("3,x,2\n1,2,3\n").contains("say that the first row is a header"));
        let x = detect(",nan,b,inf\nnan,0,1,2\nb,1,0,3\n");
        assert_eq!(x.conditions().labels().unwrap(), ["nan", "b"]);
    }

    #[test]
    fn a_gap_below_a_sound_row_names_its_place() {
        assert!(message("1,2,3\n4,,6\n7,8,NA\n").contains("line 2: column 2: the cell is empty"));
        assert!(message("1,2,3\n4,5,6\n7,8,NA\n").contains("line 3: column 3: 'NA' is a missing value"));
        assert!(message("1,NA,3\n4,,6\n").contains("line 1: column 2"));
        assert!(message("# x\r1,2\r\r3,\r").contains("line 4: column 2"));
    }

    #[test]
    fn texts_that_are_no_table_are_refused_by_name() {
        assert!(message(b"\xff\xfe1\0,\x002\0").contains("UTF-16"));
        assert!(message(b"1\0,\x002\0\n\0").contains("line 1: a zero byte"));
        assert!(message("a,\"b\n1,2\n3,4\n").contains("line 1: a quote is opened"));
        assert!(message("").contains("is empty"));
        assert!(message("# only\n# comments\n").contains("is empty"));
    }

    #[test]
    fn a_table_that_becomes_shorter_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long.csv");
        let row = "1,2,3\n";
        std::fs::write(&path, row.repeat(100_000)).unwrap();
        let file = PositionedFile::open(&path).unwrap();
        // The rows that are left are a table of their own.
        std::fs::File::options().write(true).open(&path).unwrap().set_len((row.len() * 80_000) as u64).unwrap();
        let error = COMMAS.read(&file, TableOptions::default()).err().unwrap();
        assert!(error.kind().name() == "Io" && error.to_string().contains("became shorter"), "{error}");
    }

    #[test]
    fn a_row_of_many_cells_is_read_whole() {
        let row = (0..200_000).map(|k| (k % 10).to_string()).collect::<Vec<_>>().join(";");
        let (x, _) = parse(&row, TableOptions::default()).unwrap();
        assert_eq!((x.n_conditions(), x.n_features()), (1, 200_000));
    }

    #[test]
    fn a_text_is_a_table_by_itself_and_a_note_in_a_folder() {
        let folder = crate::tests::samples::folder(&[("x.txt", "1 2\n3 4\n"), ("a.csv", "1,2\n3,4\n")]);
        let x = crate::tests::samples::open_path(&folder.path().join("x.txt")).unwrap();
        assert_eq!(x.layers()[0].read().unwrap().values(), array![[1.0, 2.0], [3.0, 4.0]]);
        let layers = crate::tests::samples::open_path(folder.path()).unwrap();
        assert_eq!(layers.layers().len(), 1);
        assert!(layers.warnings()[0].contains("'x.txt' is skipped"), "{:?}", layers.warnings());
        assert!(layers.warnings()[0].contains("x.csv"), "{:?}", layers.warnings());
    }
}
