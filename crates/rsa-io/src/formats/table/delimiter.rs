//! [`Delimiter`]: the character that separates the cells of a table.

use super::{decimal_comma, rows::RowReader, table_cell::TableCell, table_row::TableRow};

/// Character that separates the cells of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delimiter {
    Semicolon,
    Tab,
    Comma,
    /// Any number of blanks and tabs.
    Blanks,
}

impl Delimiter {
    /// All delimiters, in the order in which they are tried.
    ///
    /// A comma may be a decimal mark between semicolons, and a blank may be part of a label between commas.
    pub(crate) const ALL: [Self; 4] = [Self::Semicolon, Self::Tab, Self::Comma, Self::Blanks];

    /// Returns `true` if `byte` separates cells.
    pub(super) fn separates(self, byte: u8) -> bool {
        match self {
            Self::Semicolon => byte == b';',
            Self::Tab => byte == b'\t',
            Self::Comma => byte == b',',
            Self::Blanks => matches!(byte, b' ' | b'\t'),
        }
    }

    /// Returns the delimiter of the table that begins with `sample`.
    ///
    /// The first one by which every row has as many cells, all of them values but the first, is right. A table with
    /// errors is read by the delimiter that most of its rows agree on, so that the errors are named; `usual` is tried
    /// first.
    pub(super) fn detect(sample: &[u8], whole: bool, usual: Self) -> Self {
        let readings = Self::ALL.map(|delimiter| (delimiter, Reading::new(sample, whole, delimiter)));
        let usual_first = || readings.iter().filter(|r| r.0 == usual).chain(readings.iter().filter(|r| r.0 != usual));
        let sound = readings.iter().find(|(_, reading)| reading.sound);
        let found = sound.or_else(|| usual_first().find(|(_, reading)| reading.likely));
        found.map_or(usual, |(delimiter, _)| *delimiter)
    }
}

/// A table as one delimiter divides it.
struct Reading {
    /// `true` if there are two columns or more, rows are of one length, and all cells but the first are values.
    sound: bool,
    /// `true` if most rows are of one length of two cells or more.
    likely: bool,
}

impl Reading {
    fn new(sample: &[u8], whole: bool, delimiter: Delimiter) -> Self {
        let rows = read_rows(sample, whole, delimiter);
        // The first row may be a header.
        let body = rows.get(1..).filter(|body| !body.is_empty()).unwrap_or(&rows);
        let Some(n_cells) = most_frequent(body.iter().map(TableRow::len)).filter(|&n_cells| n_cells > 1) else {
            return Self { sound: false, likely: false };
        };
        let regular = body.iter().filter(|row| row.len() == n_cells).count();
        let is_value = |cell: &str| {
            let decimal = if delimiter == Delimiter::Comma { None } else { decimal_comma::with_point(cell) };
            TableCell::parse(decimal.as_deref().unwrap_or(cell)) != TableCell::Text
        };
        let values = body.iter().all(|row| row.cells().skip(1).all(is_value));
        // A delimiter at the end of each row, as some programs write it, divides nothing.
        let divided = body.iter().any(|row| row.cells().skip(1).any(|cell| !cell.is_empty()));
        Self { sound: divided && values && regular == body.len(), likely: divided && 4 * regular >= 3 * body.len() }
    }
}

/// Reads the rows of the beginning of a table.
///
/// The last row is read only if that is the `whole` table, or in part if it is alone. No rows are returned of a whole
/// table with an error.
fn read_rows(sample: &[u8], whole: bool, delimiter: Delimiter) -> Vec<TableRow> {
    let mut reader = RowReader::new(sample, delimiter);
    let mut rows = Vec::new();
    loop {
        match reader.read_row() {
            Ok(Some(row)) => rows.push(row),
            Ok(None) => break,
            // The end of the sample may lie between quotes.
            Err(_) if whole => return Vec::new(),
            Err(_) => break,
        }
    }
    if !whole && rows.len() > 1 {
        rows.pop();
    } else if let (false, Some(row)) = (whole, rows.last_mut()) {
        row.truncate(row.len().saturating_sub(1));
    }
    rows
}

/// Returns the number that stands there most often.
fn most_frequent(counts: impl Iterator<Item = usize>) -> Option<usize> {
    let mut counts: Vec<_> = counts.collect();
    counts.sort_unstable();
    counts.chunk_by(|a, b| a == b).max_by_key(|run| run.len()).map(|run| run[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(text: &str) -> Delimiter {
        Delimiter::detect(text.as_bytes(), true, Delimiter::Comma)
    }

    #[test]
    fn the_delimiter_is_the_one_between_values() {
        for (text, delimiter) in [
            ("a,b\n1,2\n", Delimiter::Comma),
            ("item;v1\nimg0;-1,51\nimg1;0,39\n", Delimiter::Semicolon),
            ("-1,51;0,39\n-1,92;-0,81\n", Delimiter::Semicolon),
            ("a\t1,5\t2\nb\t2,5\t3\n", Delimiter::Tab),
            ("big dog\t1\nbig cat\t2\n", Delimiter::Tab),
            (" 1.5   2.5\n-1.0   0.5\n", Delimiter::Blanks),
            ("\"v1\" \"v2\"\n\"big dog\" 1 2\n\"cat\" 3 4\n", Delimiter::Blanks),
            ("big dog,1\nbig cat,2\n", Delimiter::Comma),
            ("cat, small;1;2\ndog, big;3;4\n", Delimiter::Semicolon),
            ("1 2 3", Delimiter::Blanks),
            ("1\n2\n", Delimiter::Comma),
            ("", Delimiter::Comma),
        ] {
            assert_eq!(detect(text), delimiter, "{text:?}");
        }
    }

    #[test]
    fn a_table_with_errors_keeps_its_delimiter() {
        assert_eq!(detect("1;2\n3;x4\n5;6\n"), Delimiter::Semicolon);
        assert_eq!(detect("1;2\n3;4\n5;6\n7;8\n9\n"), Delimiter::Semicolon);
        assert_eq!(detect("1,2\n3,x4\n"), Delimiter::Comma);
        assert_eq!(detect("1,2 3\n4,5\n6,7\n"), Delimiter::Comma);
        assert_eq!(detect("1,2;\n3,4;\n"), Delimiter::Comma);
        assert_eq!(detect("1;2\n3;4\n5;\"6\n"), Delimiter::Comma);
    }

    #[test]
    fn a_row_that_is_cut_off_is_not_judged() {
        let sample = |text: &str| Delimiter::detect(text.as_bytes(), false, Delimiter::Comma);
        assert_eq!(sample("1;2\n3;4\n5"), Delimiter::Semicolon);
        assert_eq!(sample("1;2;3;-"), Delimiter::Semicolon);
    }
}
