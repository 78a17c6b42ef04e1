//! Names of the regions of an atlas, from a table of numbers and names.

use std::{collections::BTreeMap, path::Path};

use rsa_core::{Error, Result};

use crate::{
    formats::table::{TableRow, delimiter::Delimiter, rows::RowReader},
    labels::read_text,
    positioned::extension,
};

/// Reads the numbers and names of the table at `path`.
///
/// The columns are `index` and `name`, as BIDS has them, or the first two. Lines that begin with # are comments, and
/// blanks separate cells where nothing else does, as in the tables of FreeSurfer.
///
/// # Errors
/// `Io` if the file cannot be read; `Format`, with the line, for a number that is not whole, that is there twice, or has
/// no name.
pub(super) fn read(path: &Path) -> Result<BTreeMap<i64, String>> {
    let text = read_text(path)?.replace("\r\n", "\n").replace('\r', "\n");
    parse(&text, &extension(path))
}

fn parse(text: &str, extension: &str) -> Result<BTreeMap<i64, String>> {
    // An empty line stands for a comment, so that lines keep their numbers.
    let lines = text.split('\n').map(|line| if line.starts_with('#') { "" } else { line.trim() });
    let text = lines.collect::<Vec<_>>().join("\n");
    let delimiter = match extension {
        "csv" if !text.contains(';') => Delimiter::Comma,
        "tsv" => Delimiter::Tab,
        _ if text.contains('\t') => Delimiter::Tab,
        _ if text.contains(';') => Delimiter::Semicolon,
        _ if text.contains(',') => Delimiter::Comma,
        _ => Delimiter::Blanks,
    };
    let mut reader = RowReader::new(text.as_bytes(), delimiter);
    let mut rows: Vec<TableRow> = std::iter::from_fn(|| reader.read_row().transpose()).collect::<Result<_>>()?;
    rows.retain(|row| row.cells().any(|cell| !cell.is_empty()));
    let is_number = |row: &TableRow| row.get(0).is_some_and(|cell| cell.trim().parse::<i64>().is_ok());
    let (index, name) = match rows.first() {
        Some(header) if !is_number(header) => {
            let header = rows.remove(0);
            let place = |wanted: &str| header.cells().position(|cell| cell.trim().eq_ignore_ascii_case(wanted));
            match (place("index"), place("name")) {
                (Some(index), Some(name)) => (index, name),
                _ if header.len() == 2 => (0, 1),
                _ => {
                    return Err(Error::format(
                        "no columns are named 'index' and 'name'; name the numbers and names of the regions so",
                    ));
                }
            }
        }
        _ => (0, 1),
    };
    let mut names = BTreeMap::new();
    for row in &rows {
        let cell = |column: usize| row.get(column).map(str::trim).unwrap_or_default();
        let number: i64 = cell(index).parse().map_err(|_| {
            Error::format(format!("{}: '{:.40}' is no whole number of a region", row.place(), cell(index)))
        })?;
        if cell(name).is_empty() {
            return Err(Error::format(format!("{}: region {number} has no name", row.place())));
        }
        if names.insert(number, cell(name).to_owned()).is_some() {
            return Err(Error::format(format!("{}: region {number} is there twice", row.place())));
        }
    }
    match names.is_empty() {
        true => Err(Error::format("no region is named; a line has a number and a name")),
        false => Ok(names),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str, extension: &str) -> Vec<(i64, String)> {
        parse(text, extension).unwrap().into_iter().collect()
    }

    #[test]
    fn tables_of_bids_freesurfer_and_by_hand_are_read() {
        let expected = [(1, "V1".to_owned()), (17, "Left-Hippocampus".to_owned())];
        for (text, extension) in [
            ("index\tname\tabbreviation\n1\tV1\tv\n17\tLeft-Hippocampus\th\n", "tsv"),
            ("name,color,Index\nV1,red,1\nLeft-Hippocampus,blue,17\n", "csv"),
            ("17;Left-Hippocampus\r\n1;V1\r\n", "csv"),
            ("#$Id\n#No. Label Name:   R G B A\n\n  1  V1   0 1 2 0\n17  Left-Hippocampus 220 216 20 0\n", "txt"),
            ("label region\n1 V1\n17 Left-Hippocampus", "txt"),
            ("1,V1\n17,Left-Hippocampus", "txt"),
        ] {
            assert_eq!(names(text, extension), expected, "{text}");
        }
        assert_eq!(names("1\tprimary visual cortex\n", "tsv")[0].1, "primary visual cortex");
    }

    #[test]
    fn lines_that_name_no_region_are_refused() {
        let message = |text: &str| parse(text, "tsv").unwrap_err().to_string();
        assert!(message("1\tV1\nx\tV2\n").contains("line 2: 'x' is no whole number"));
        assert!(message("1\tV1\n#\n2\n").contains("line 3: region 2 has no name"));
        assert!(message("1\tV1\n1\tV2\n").contains("line 2: region 1 is there twice"));
        assert!(message("a\tb\tc\n1\tV1\t0\n").contains("'index' and 'name'"));
        assert!(message("").contains("no region is named"));
    }
}
