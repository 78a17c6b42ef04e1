//! [`TableValues`]: the numbers and labels of a table, gathered row by row.

use ndarray::Array2;
use rsa_core::{Conditions, Error, Result};

use super::{
    column_kind::ColumnKind,
    first_row::{self, ragged},
    survey::Survey,
    table_cell::TableCell,
    table_row::{TableRow, does_not_fit},
    table_shape::TableShape,
};
use crate::options::{Presence, TableOptions};

/// A table that was read to its end.
pub(super) struct WholeTable {
    pub(super) labels: Option<Conditions>,
    pub(super) values: Array2<f64>,
    /// `true` if a first row names the columns.
    pub(super) header: bool,
    /// Kinds of all columns.
    pub(super) kinds: Vec<ColumnKind>,
    /// Doubts about the reading, one sentence each.
    pub(super) doubts: Vec<String>,
}

/// The rows read so far.
///
/// The first row and the first column are kept as they are, because only the whole table tells what they mean.
#[derive(Default)]
pub(super) struct TableValues {
    first: Option<TableRow>,
    second: Option<TableRow>,
    /// Cells of the first column below the first row, with their lines.
    column: Vec<(String, u64)>,
    /// Kinds of the further columns below the first row.
    kinds: Vec<ColumnKind>,
    /// Values below the first row, row by row; NaN for a cell that is no number.
    values: Vec<f64>,
}

/// The first row as it is judged.
struct Head {
    row: TableRow,
    /// Number of columns without those that are empty throughout.
    n_columns: usize,
    options: TableOptions,
    doubts: Vec<String>,
}

impl TableValues {
    /// Returns `true` before the first row.
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// Adds a row.
    ///
    /// # Errors
    /// `Format` with line and column if a cell beyond the first column is no number, or the number of cells differs.
    pub(super) fn add(&mut self, row: TableRow) -> Result<()> {
        let Some(first) = &self.first else {
            self.first = Some(row);
            return Ok(());
        };
        let Some(second) = &self.second else {
            if first.len() != row.len() && first_row::is_comment(first) {
                self.first = Some(row);
                return Ok(());
            }
            if !first_row::may_stand_above(first, &row) {
                return Err(ragged(&row, first.len(), "the first row"));
            }
            self.kinds.try_reserve_exact(row.len()).map_err(|_| does_not_fit("the table"))?;
            self.kinds.resize(row.len() - 1, ColumnKind::default());
            self.insert(&row, 0)?;
            self.second = Some(row);
            return Ok(());
        };
        if row.len() != second.len() {
            let above = if first.len() == second.len() { "the first row" } else { "the row above" };
            return Err(ragged(&row, second.len(), above));
        }
        self.insert(&row, self.column.len())
    }

    /// Inserts the cells of a row below `above` others, those of the first column only if they are numbers.
    fn insert(&mut self, row: &TableRow, above: usize) -> Result<()> {
        let mut values = Vec::new();
        self.values.try_reserve(row.len()).map_err(|_| does_not_fit("the table"))?;
        let label = row.get(0).unwrap_or_default();
        values.push(TableCell::parse(label).value(label).unwrap_or(f64::NAN));
        for ((column, cell), kind) in row.cells().enumerate().skip(1).zip(&mut self.kinds) {
            let place = |error: Error| error.context(format!("column {}", column + 1)).context(row.place());
            values.push(kind.add(cell, row.line()).map_err(place)?);
        }
        // The first row may end without the delimiters that end the others.
        values.resize(self.kinds.len() + 1, f64::NAN);
        let place = above * values.len();
        self.values.splice(place..place, values);
        self.column.insert(above, (label.to_owned(), row.line()));
        Ok(())
    }

    /// Decides what the first row and the first column are; `comment` is the comment above the first row, if any.
    ///
    /// # Errors
    /// `Format` naming line and column of a cell that is neither a number nor a label; `TooFewConditions` or
    /// `ShapeMismatch` for a header or labels alone.
    pub(super) fn finish(mut self, options: TableOptions, comment: Option<TableRow>) -> Result<WholeTable> {
        let Some(first) = self.first.take() else {
            return Err(Error::format("is empty; a table has one row a condition"));
        };
        let surplus = self.second.clone().filter(|second| first.len() > second.len()).map(|row| (row, first.len()));
        let head = self.judge_first_row(first, options, comment)?;
        let below: Vec<_> = self.column.iter().map(|(cell, _)| (cell.as_str(), TableCell::parse(cell))).collect();
        let survey = Survey {
            first: head.row.cells().map(|cell| (cell, TableCell::parse(cell))).collect(),
            second: &self.second_cells(&head),
            below: &below,
            kinds: &self.kinds[..head.n_columns - 1],
            options: head.options,
        };
        let shape = TableShape::detect(&survey, head.doubts);
        if !shape.header {
            if let Some((second, n_cells)) = surplus {
                return Err(ragged(&second, n_cells, "the first row"));
            }
            self.insert(&head.row, 0).map_err(|error| shape.with_remedy_of_first_row(error, &head.row))?;
        }
        self.arrange(shape, head.n_columns)
    }

    /// Returns the first row without what is no column, and says so if its form tells that it is a header.
    fn judge_first_row(&mut self, first: TableRow, options: TableOptions, comment: Option<TableRow>) -> Result<Head> {
        let mut head = Head { row: first, n_columns: 0, options, doubts: Vec::new() };
        let Some(second) = &self.second else {
            let filled = head.row.cells().rposition(|cell| !cell.is_empty()).map_or(1, |last| last + 1);
            head.row.truncate(filled);
            self.kinds = vec![ColumnKind::default(); filled - 1];
            return Ok(Head { n_columns: filled, ..head });
        };
        let is_column =
            |k: &usize| *k == 0 || self.kinds[k - 1].filled || head.row.get(*k).is_some_and(|c| !c.is_empty());
        head.n_columns = (0..second.len()).rev().find(is_column).map_or(1, |last| last + 1);
        head.row.truncate(head.n_columns);
        if head.row.len() < head.n_columns {
            let allowed = options.header != Presence::No && options.labels != Presence::No;
            let missing = head.n_columns - head.row.len();
            if !allowed || missing > 1 || !first_row::is_header_of_r(&head.row, second, &self.column) {
                return Err(ragged(second, head.row.len(), "the first row"));
            }
            if !second.begins_quoted() && TableCell::parse(&self.column[0].0).is_number() {
                head.doubts.push(
                    "the first row has one cell less than the others, so the first column is taken as labels"
                        .to_owned(),
                );
            }
            head.row = head.row.with_empty_corner();
            head.options = TableOptions { header: Presence::Yes, labels: Presence::Yes };
        } else if let Some(names) = comment.filter(|names| names.len() == head.n_columns)
            && options.header != Presence::No
            && !first_row::is_header(&head.row)
        {
            let first = std::mem::replace(&mut head.row, names);
            self.insert(&first, 0)?;
            self.second = Some(first);
            head.options.header = Presence::Yes;
        }
        Ok(head)
    }

    fn second_cells(&self, head: &Head) -> Vec<TableCell> {
        self.second.iter().flat_map(|row| row.cells().take(head.n_columns).map(TableCell::parse)).collect()
    }

    /// Returns the table of the rows, whose first `n_columns` are columns.
    fn arrange(mut self, shape: TableShape, n_columns: usize) -> Result<WholeTable> {
        let n_rows = self.column.len();
        if n_rows == 0 {
            return Err(Error::too_few_conditions(1, 0, "below its header a table has one row for every condition"));
        }
        let mut kind = ColumnKind::default();
        for (cell, line) in &self.column {
            let understood = match shape.labels {
                true => shape.ensure_label(cell),
                false => kind.add(cell, *line).map(|_| ()).map_err(|error| shape.with_remedy(error, cell)),
            };
            understood.map_err(|error| error.context("column 1").context(format!("line {line}")))?;
        }
        let n_cells = self.kinds.len() + 1;
        self.kinds.truncate(n_columns - 1);
        self.kinds.insert(0, kind);
        ensure_filled(&self.kinds)?;
        let columns = usize::from(shape.labels)..n_columns;
        if columns.is_empty() {
            return Err(Error::shape_mismatch(
                "the table has labels and no feature; it needs at least one column of numbers",
            ));
        }
        let labels = shape.labels.then(|| shape.label_conditions(self.column.iter().map(|(cell, _)| cell.as_str())));
        if columns.len() < n_cells {
            let mut place = 0..;
            self.values.retain(|_| place.next().is_some_and(|k: usize| columns.contains(&(k % n_cells))));
        }
        let values = Array2::from_shape_vec((n_rows, columns.len()), self.values)
            .map_err(|error| Error::format(format!("is no table: {error}")))?;
        Ok(WholeTable { labels, values, header: shape.header, kinds: self.kinds, doubts: shape.doubts })
    }
}

/// Checks that every cell of the columns has a value.
///
/// # Errors
/// `Format` with line and column of the first that has none.
fn ensure_filled(kinds: &[ColumnKind]) -> Result<()> {
    let gaps = kinds.iter().enumerate().filter_map(|(column, kind)| Some((kind.gap.as_ref()?, column)));
    let Some(((line, text), column)) = gaps.min_by_key(|((line, _), column)| (*line, *column)) else { return Ok(()) };
    match TableCell::parse(text).value(text) {
        Err(error) => Err(error.context(format!("column {}", column + 1)).context(format!("line {line}"))),
        Ok(_) => Ok(()),
    }
}
