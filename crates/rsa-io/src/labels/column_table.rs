//! [`ColumnTable`]: a table of texts with named columns, such as the events of a BIDS data set.

use std::path::Path;

use rsa_core::{Error, Result};

use super::{LabelRole, read_file, read_text, spelled};
use crate::{
    formats::table::{TableCell, TableRow, decimal_comma::with_point, delimiter::Delimiter, rows::RowReader},
    positioned::extension,
};

/// A table of texts with named columns. A file of labels, one a line, is a table of one column without a name.
#[derive(Clone, Debug, Default)]
pub struct ColumnTable {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Place of each row in the file, for messages.
    places: Vec<String>,
    /// `true` if a comma separates cells, so that none is a decimal mark.
    has_commas: bool,
}

/// Reads a `.csv` or `.tsv` table whose first line names the columns, or a file of labels as one column without a name.
///
/// Other texts are tables if `named` says that a column is asked for by its name. Cells come without blanks at their ends
/// and in the Unicode form NFC.
///
/// # Errors
/// The errors of [`read_labels`](super::read_labels); `Format` naming a line that has another number of cells.
pub fn read_columns(path: &Path, named: bool) -> Result<ColumnTable> {
    let extension = extension(path);
    let read = match extension.as_str() {
        "csv" => read_text(path).and_then(|text| parse(&text, Delimiter::Comma)),
        "tsv" => read_text(path).and_then(|text| parse(&text, Delimiter::Tab)),
        "txt" if named => read_text(path).and_then(|text| parse(&text, Delimiter::Tab)),
        _ => read_file(path, LabelRole::Groups).map(one_column),
    };
    read.map_err(|error| error.context(path.display()))
}

impl ColumnTable {
    /// Returns the names of the columns; empty for one without a name.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Returns the number of rows below the names.
    pub fn n_rows(&self) -> usize {
        self.rows.len()
    }

    /// Returns the cell of a row and a column.
    ///
    /// # Panics
    /// If there is no such row or column.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        &self.rows[row][column]
    }

    /// Returns the line of a row in words, for messages.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn place(&self, row: usize) -> &str {
        &self.places[row]
    }

    /// Returns `true` if a cell is empty or holds a word for a missing value, such as `n/a`.
    ///
    /// # Panics
    /// If there is no such row or column.
    pub fn is_missing(&self, row: usize, column: usize) -> bool {
        let cell = self.cell(row, column);
        let is_nan = matches!(TableCell::parse(cell), TableCell::Number(value) if value.is_nan());
        is_nan || matches!(TableCell::parse(cell), TableCell::Empty | TableCell::Missing)
    }

    /// Returns the number in a cell.
    ///
    /// # Errors
    /// `Format` naming the line and the column, if it holds no finite number.
    ///
    /// # Panics
    /// If there is no such row or column.
    pub fn number(&self, row: usize, column: usize) -> Result<f64> {
        let cell = self.cell(row, column);
        let with_point = with_point(cell).filter(|_| !self.has_commas);
        let cell = with_point.as_deref().unwrap_or(cell);
        let place = || format!("{}, column '{}'", self.place(row), self.names[column]);
        match TableCell::parse(cell).value(cell).map_err(|error| error.context(place()))? {
            value if value.is_finite() => Ok(value),
            value => Err(Error::format(format!("{}: {value} is no finite number", place()))),
        }
    }

    /// Returns the column with a name; capitals do not count if no name has the same.
    ///
    /// # Errors
    /// `Format` listing the names.
    pub fn find(&self, name: &str) -> Result<usize> {
        let exact = self.names.iter().position(|own| own == name);
        let similar = || self.names.iter().position(|own| own.to_lowercase() == name.to_lowercase());
        exact.or_else(similar).ok_or_else(|| {
            Error::format(match self.names.as_slice() {
                [only] if only.is_empty() => format!("has one column without a name, and none is named '{name}'"),
                names => format!("has no column '{name}'; it has '{}'", names.join("', '")),
            })
        })
    }

    /// Returns the column that names the conditions, if one has a usual name for it; `except` are columns of values.
    ///
    /// A first column without a name labels the rows, unless it counts them.
    pub fn condition_column(&self, except: &[usize]) -> Option<usize> {
        let is_named =
            |column: usize, name: &str| !except.contains(&column) && self.names[column].to_lowercase() == name;
        let columns = 0..self.names.len();
        let usual = LabelRole::Conditions.columns();
        let named = usual.iter().find_map(|name| columns.clone().find(|&column| is_named(column, name)));
        let counts = |from: usize| (0..self.n_rows()).all(|row| self.cell(row, 0) == (row + from).to_string());
        let is_index = || self.names.len() > 1 && self.names[0].is_empty() && !except.contains(&0);
        named.or_else(|| (is_index() && !counts(0) && !counts(1)).then_some(0))
    }
}

/// Returns labels as a table.
fn one_column(labels: Vec<String>) -> ColumnTable {
    ColumnTable {
        names: vec![String::new()],
        places: (1..=labels.len()).map(|line| format!("label {line}")).collect(),
        rows: labels.into_iter().map(|label| vec![label]).collect(),
        has_commas: false,
    }
}

/// Reads a table by the delimiter of its extension, or by another one if that does not occur in its first line.
fn parse(text: &str, usual: Delimiter) -> Result<ColumnTable> {
    let others = [Delimiter::Semicolon, Delimiter::Tab, Delimiter::Comma].into_iter().filter(|&other| other != usual);
    let mut rows = read(text, usual)?;
    let mut delimiter = usual;
    if rows.first().is_some_and(|header| header.len() == 1) {
        let found = others.filter_map(|other| Some((other, read(text, other).ok()?)));
        let mut found = found.filter(|(_, rows)| rows.first().is_some_and(|header| header.len() > 1));
        if let Some(other) = found.next() {
            (delimiter, rows) = other;
        }
    }
    let Some((header, body)) = rows.split_first() else { return Err(Error::format("holds no rows")) };
    let n_columns = body.first().map_or(header.len(), TableRow::len);
    // R leaves the name above the names of the rows out.
    let shift = usize::from(n_columns == header.len() + 1);
    let names = std::iter::repeat_n(String::new(), shift).chain(header.cells().map(spelled)).collect();
    let mut table = ColumnTable { names, has_commas: delimiter == Delimiter::Comma, ..ColumnTable::default() };
    if let Some(row) = body.iter().find(|row| row.len() != table.names.len()) {
        let (cells, names) = (row.len(), table.names.len());
        return Err(Error::format(format!("{} has {cells} cells, and there are {names} columns", row.place())));
    }
    table.rows = body.iter().map(|row| row.cells().map(spelled).collect()).collect();
    table.places = body.iter().map(TableRow::place).collect();
    Ok(table)
}

fn read(text: &str, delimiter: Delimiter) -> Result<Vec<TableRow>> {
    let mut reader = RowReader::new(text.as_bytes(), delimiter);
    std::iter::from_fn(|| reader.read_row().transpose()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::samples::folder;

    fn table(name: &str, text: &str) -> Result<ColumnTable> {
        let folder = folder(&[(name, text.as_bytes().to_vec())]);
        read_columns(&folder.path().join(name), false)
    }

    #[test]
    fn columns_are_found_by_their_names() {
        let events = "onset\tduration\ttrial_type\tsize\n0.5\t1\tcat\t0.3\n1.5\t1\tn/a\tn/a\n2.5\t1\tdog\t-2\n";
        let table = table("events.tsv", events).unwrap();
        assert_eq!((table.n_rows(), table.condition_column(&[3])), (3, Some(2)));
        assert_eq!(table.number(0, table.find("Size").unwrap()).unwrap(), 0.3);
        assert!(table.is_missing(1, 2) && !table.is_missing(2, 2));
        assert!(table.number(1, 3).unwrap_err().to_string().starts_with("line 3, column 'size'"));
        let message = table.find("weight").unwrap_err().to_string();
        assert!(message.contains("'onset', 'duration', 'trial_type', 'size'"), "{message}");
    }

    #[test]
    fn spreadsheets_write_semicolons_and_decimal_commas() {
        let table = table("a.csv", "stimulus;size\ncat;0,5\ndog;12,25\n").unwrap();
        assert_eq!((table.number(0, 1).unwrap(), table.number(1, 1).unwrap()), (0.5, 12.25));
        assert!(parse("a,b\n\"1,5\",2\n", Delimiter::Comma).unwrap().number(0, 0).is_err());
    }

    #[test]
    fn a_first_column_without_a_name_labels_rows_unless_it_counts_them() {
        assert_eq!(table("a.csv", ",kind\ncat,animal\ncar,tool\n").unwrap().condition_column(&[1]), Some(0));
        assert_eq!(table("a.csv", ",kind\n0,animal\n1,tool\n").unwrap().condition_column(&[1]), None);
        assert_eq!(table("a.csv", "\"kind\"\n\"cat\",animal\n\"car\",tool\n").unwrap().condition_column(&[1]), Some(0));
    }

    #[test]
    fn labels_are_one_column_and_ragged_rows_are_named() {
        let labels = table("kinds.txt", "animal\ntool\n").unwrap();
        assert_eq!((labels.names(), labels.cell(1, 0), labels.place(1)), (&[String::new()][..], "tool", "label 2"));
        assert!(labels.find("kind").unwrap_err().to_string().contains("one column without a name"));
        let message = table("a.csv", "a,b\n1,2\n3\n").unwrap_err().to_string();
        assert!(message.contains("a.csv") && message.contains("line 3 has 1 cells"), "{message}");
        assert!(table("a.csv", "").is_err());
    }
}
