//! [`TableValues`]: the numbers and labels of a table, gathered row by row.

use csv::{Position, StringRecord};
use ndarray::Array2;
use rsa_core::{Conditions, Error, Result};

use super::{
    records::TableRecords,
    table_cell::TableCell,
    table_shape::{Survey, TableShape},
};
use crate::options::TableOptions;

/// A table that was read to its end.
#[derive(Debug)]
pub(super) struct WholeTable {
    pub(super) labels: Option<Conditions>,
    pub(super) values: Array2<f64>,
    /// Doubts about the reading, one sentence each.
    pub(super) doubts: Vec<String>,
}

/// The rows read so far.
///
/// The first row and the first column are kept as they are, because only the whole table tells what they mean.
#[derive(Default)]
pub(super) struct TableValues {
    first: Option<StringRecord>,
    second: Vec<TableCell>,
    /// Cells of the first column below the first row, with their places.
    column: Vec<(String, Option<Position>)>,
    /// Kinds of the further columns below the first row.
    kinds: Vec<ColumnKind>,
    /// Values below the first row, row by row; NaN for a cell of the first column that is no number.
    values: Vec<f64>,
}

/// The cells that a column holds.
#[derive(Clone, Copy, Default)]
pub(super) struct ColumnKind {
    truths: bool,
    numbers: bool,
    /// `true` if a number is not whole.
    pub(super) fractions: bool,
}

impl ColumnKind {
    /// Adds a cell, and returns its value.
    fn add(&mut self, text: &str) -> Result<f64> {
        let cell = TableCell::parse(text);
        let value = cell.value(text)?;
        match cell {
            TableCell::Truth(_) => self.truths = true,
            _ => self.numbers = true,
        }
        self.fractions |= value.fract() != 0.0;
        match self.truths && self.numbers {
            true => Err(Error::format(format!(
                "'{text:.40}' stands among other kinds of cells; a column holds numbers, or True and False"
            ))),
            false => Ok(value),
        }
    }
}

impl TableValues {
    /// Adds a row.
    ///
    /// # Errors
    /// `Format` with the column if a cell beyond the first column is no number, or the number of cells differs.
    pub(super) fn add(&mut self, record: &StringRecord) -> Result<()> {
        let Some(first) = &self.first else {
            self.first = Some(record.clone());
            self.kinds = vec![ColumnKind::default(); record.len().saturating_sub(1)];
            return Ok(());
        };
        if record.len() != first.len() {
            return Err(Error::format(format!(
                "{} cells are found and the first row has {}; every row needs the same number",
                record.len(),
                first.len()
            )));
        }
        if self.column.is_empty() {
            self.second = record.iter().map(TableCell::parse).collect();
        }
        self.column.push((record[0].to_owned(), record.position().cloned()));
        add_cells(record, &mut self.kinds, &mut self.values)
    }

    /// Decides what the first row and the first column are.
    ///
    /// # Errors
    /// `Format` naming line and column of a cell that is neither a number nor a label; `TooFewConditions` or
    /// `ShapeMismatch` for a header or labels alone.
    pub(super) fn finish(mut self, options: TableOptions, records: &TableRecords) -> Result<WholeTable> {
        let Some(first) = self.first.take() else {
            return Err(Error::format("is empty; a table has one row a condition"));
        };
        let below: Vec<_> = self.column.iter().map(|(cell, _)| (cell.as_str(), TableCell::parse(cell))).collect();
        let survey = Survey {
            first: first.iter().map(|cell| (cell, TableCell::parse(cell))).collect(),
            second: &self.second,
            below: &below,
            kinds: &self.kinds,
            options,
        };
        let shape = TableShape::detect(&survey);
        if !shape.header {
            let mut values = Vec::new();
            add_cells(&first, &mut self.kinds, &mut values)
                .map_err(|error| error.context(records.line(first.position())))?;
            self.values.splice(0..0, values);
            self.column.insert(0, (first[0].to_owned(), first.position().cloned()));
        }
        let n_rows = self.column.len();
        let n_features = first.len() - usize::from(shape.labels);
        if n_rows == 0 {
            return Err(Error::too_few_conditions(1, 0, "below its header a table has one row for every condition"));
        }
        let mut kind = ColumnKind::default();
        for (cell, position) in &self.column {
            let understood = match shape.labels {
                true => shape.ensure_label(cell),
                false => kind.add(cell).map(|_| ()).map_err(|error| shape.with_remedy(error, cell)),
            };
            understood.map_err(|error| error.context("column 1").context(records.line(position.as_ref())))?;
        }
        if n_features == 0 {
            return Err(Error::shape_mismatch(
                "the table has labels and no feature; it needs at least one column of numbers",
            ));
        }
        let labels = shape.labels.then(|| shape.label_conditions(self.column.iter().map(|(cell, _)| cell.as_str())));
        if labels.is_some() {
            let mut place = 0..;
            self.values.retain(|_| place.next().is_some_and(|k: usize| !k.is_multiple_of(first.len())));
        }
        let values = Array2::from_shape_vec((n_rows, n_features), self.values)
            .map_err(|error| Error::format(format!("is no table: {error}")))?;
        Ok(WholeTable { labels, values, doubts: shape.doubts })
    }
}

/// Adds the cells of a row to `values`, the first only if it is a number.
fn add_cells(record: &StringRecord, kinds: &mut [ColumnKind], values: &mut Vec<f64>) -> Result<()> {
    values.push(TableCell::parse(&record[0]).value(&record[0]).unwrap_or(f64::NAN));
    for ((column, cell), kind) in record.iter().enumerate().skip(1).zip(kinds) {
        values.push(kind.add(cell).map_err(|error| error.context(format!("column {}", column + 1)))?);
    }
    Ok(())
}
