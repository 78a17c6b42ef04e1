//! The first row of a table, which may have another number of cells than the others.

use rsa_core::Error;

use super::{index_column::is_name_of_index, table_cell::TableCell, table_row::TableRow};

/// Returns `true` if a table may begin with `first` above `second`.
///
/// One of the two may end with delimiters that the other lacks, and R leaves the name above the names of the rows out.
pub(super) fn may_stand_above(first: &TableRow, second: &TableRow) -> bool {
    let surplus_is_empty = |long: &TableRow, short: &TableRow| long.cells().skip(short.len()).all(str::is_empty);
    first.len() + 1 == second.len() || surplus_is_empty(first, second) && surplus_is_empty(second, first)
}

/// Returns `true` if `first` begins as a comment does that is no row of the table.
pub(super) fn is_comment(first: &TableRow) -> bool {
    first.get(0).is_some_and(|cell| cell.starts_with('#')) && !first.begins_quoted()
}

/// Returns `true` if `first`, which has a cell less than the rows, is the header that R writes above names of rows.
///
/// `column` is the first cell of each row. R puts row names between quotes and never repeats one. The header of a table
/// whose decimal commas divide its cells begins with the name of its own first column.
pub(super) fn is_header_of_r(first: &TableRow, second: &TableRow, column: &[(String, u64)]) -> bool {
    let is_number = |cell: &str| matches!(TableCell::parse(cell), TableCell::Number(value) if value.is_finite());
    let names = !first.cells().any(is_number) && !first.get(0).is_some_and(is_name_of_index);
    let square = || first.len() == column.len() && first.cells().zip(column).all(|(name, (label, _))| name == label);
    let mut labels: Vec<_> = column.iter().map(|(label, _)| label.as_str()).collect();
    let words = labels.iter().all(|label| TableCell::parse(label) == TableCell::Text);
    let wholes = labels.iter().all(|label| TableCell::parse(label).whole().is_some());
    labels.sort_unstable();
    let distinct = labels.windows(2).all(|pair| pair[0] != pair[1]);
    let numbered = wholes && (second.begins_quoted() || first.len() > 1);
    distinct && (names && (words || numbered) || square())
}

/// Returns `true` if no cell of the row is a value, so that it names the columns.
pub(super) fn is_header(row: &TableRow) -> bool {
    row.cells().all(|cell| matches!(TableCell::parse(cell), TableCell::Text | TableCell::Empty))
}

/// Returns the error of a row with another number of cells than the rows above it.
pub(super) fn ragged(row: &TableRow, n_cells: usize, above: &str) -> Error {
    let is_digits = |cell: &str| cell.trim_start_matches(['-', '+']).chars().all(|letter| letter.is_ascii_digit());
    let halves = (row.len() == 2 * n_cells || row.len() + 1 == 2 * n_cells) && row.cells().skip(1).all(is_digits);
    let hint = if halves { "; if the comma is a decimal mark, write points" } else { "" };
    let message =
        format!("{} cells are found and {above} has {n_cells}; every row needs the same number{hint}", row.len());
    Error::format(message).context(row.place())
}
