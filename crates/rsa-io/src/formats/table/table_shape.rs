//! [`TableShape`]: header, labels and columns of a table, as its cells suggest.

use std::collections::BTreeMap;

use rsa_core::{Conditions, Error, Result};

use super::{
    index_column,
    survey::Survey,
    table_cell::{TableCell, foreign_delimiter, is_other_notation},
    table_row::TableRow,
};
use crate::{labels::spelled, options::Presence};

/// The most labels that a note lists.
const LISTED: usize = 5;

/// The parts of the rows of a table.
#[derive(Debug)]
pub(super) struct TableShape {
    /// `true` if the first row names the columns.
    pub(super) header: bool,
    /// `true` if the first column labels the conditions.
    pub(super) labels: bool,
    /// `true` if a label may be a number: not where the labels were recognized by being text.
    numeric_labels: bool,
    /// `true` if the labels are the numbers of an index.
    index: bool,
    /// `true` if nothing was said about labels.
    detected: bool,
    /// Doubts about the reading, one sentence each.
    pub(super) doubts: Vec<String>,
}

impl TableShape {
    /// Judges the whole table, and adds the doubts about it to those that are known.
    pub(super) fn detect(table: &Survey<'_>, mut doubts: Vec<String>) -> Self {
        let header = match table.options.header {
            Presence::Yes => true,
            Presence::No => false,
            Presence::Detect => table.has_header(&mut doubts),
        };
        let corner = table.corner().1;
        let unnamed = header && corner == TableCell::Empty && table.options.labels != Presence::No;
        let index = match table.options.labels {
            Presence::Detect if !unnamed => index_column::is_index(table, header, &mut doubts),
            _ => false,
        };
        let labels = match table.options.labels {
            Presence::Yes => true,
            Presence::No => false,
            Presence::Detect => {
                // An empty corner above nothing but numbers may also be a header with a hole.
                unnamed && table.first.len() > 1 || index || table.first_column_is_text(header)
            }
        };
        if table.options.labels == Presence::Detect && labels {
            doubts.extend(repetitions(table, header));
        }
        let numeric_labels = table.options.labels == Presence::Yes || unnamed || index;
        let detected = table.options.labels == Presence::Detect;
        Self { header, labels, numeric_labels, index, detected, doubts }
    }

    /// Checks that `label` can be one.
    ///
    /// # Errors
    /// `Format` if it is empty, or a number although the labels were recognized by being text.
    pub(super) fn ensure_label(&self, label: &str) -> Result<()> {
        match TableCell::parse(label) {
            TableCell::Empty => Err(Error::format("the cell is empty; every condition needs a label")),
            // The words nan and inf are numbers as cells, and may be labels.
            TableCell::Number(value) if !self.numeric_labels && value.is_finite() => Err(Error::format(format!(
                "'{label:.40}' is a number and above it stands text; say whether the first column holds labels"
            ))),
            _ => Ok(()),
        }
    }

    /// Adds to the error of a cell of the first column that labels would be understood.
    pub(super) fn with_remedy(&self, error: Error, cell: &str) -> Error {
        match TableCell::parse(cell) {
            TableCell::Text if self.detected && foreign_delimiter(cell).is_none() => Error::format(format!(
                "'{cell:.40}' is no number; correct it, or say that the first column holds labels"
            )),
            _ => error,
        }
    }

    /// Adds to the error of a cell of the first row that a header would be understood.
    pub(super) fn with_remedy_of_first_row(&self, error: Error, row: &TableRow) -> Error {
        let words = row.cells().filter(|cell| TableCell::parse(cell) == TableCell::Text && !is_other_notation(cell));
        match words.count() > usize::from(self.labels) {
            true => Error::format(format!("{error}, or say that the first row is a header")),
            false => error,
        }
    }

    /// Returns the conditions of these labels.
    pub(super) fn label_conditions<'a>(&self, cells: impl Iterator<Item = &'a str>) -> Conditions {
        // An index that another program wrote as 1.000 is the number 1.
        let label = |cell: &str| match TableCell::parse(cell).whole() {
            Some(number) if self.index => number.to_string(),
            _ => spelled(cell),
        };
        Conditions::labeled(cells.map(label))
    }
}

/// Returns a note on detected labels that stand in several rows.
fn repetitions(table: &Survey<'_>, header: bool) -> Option<String> {
    let mut rows = BTreeMap::<&str, usize>::new();
    table.first_column(header).for_each(|(label, _)| *rows.entry(label).or_default() += 1);
    let n_rows: usize = rows.values().sum();
    if rows.len() == n_rows {
        return None;
    }
    let repeated = rows.iter().filter(|(_, count)| **count > 1);
    let mut listed: Vec<_> = repeated.map(|(label, count)| format!("'{label:.40}' {count} rows")).collect();
    if listed.len() > LISTED {
        let more = listed.len() - LISTED;
        listed.truncate(LISTED);
        listed.push(format!("and {more} more"));
    }
    Some(format!(
        "the first column holds {} labels for {n_rows} rows: {}; rows of one label are repetitions, which an RDM \
         averages; say if the column holds no labels",
        rows.len(),
        listed.join(", ")
    ))
}
