//! [`TableShape`]: header, labels and columns of a table, as its first rows suggest.

use csv::StringRecord;

use crate::options::{Presence, TableOptions};

/// A cell as far as it can be understood alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum TableCell {
    Number(f64),
    Empty,
    /// A word for a value that is not there.
    Missing,
    Text,
}

/// Words that other programs write where a value is missing.
const MISSING: [&str; 7] = ["na", "n/a", "#n/a", "null", "none", "-", "?"];

/// Names of a column that identifies the rows.
const INDICES: [&str; 10] = ["id", "index", "idx", "label", "name", "condition", "stimulus", "image", "item", "trial"];

impl TableCell {
    pub(super) fn parse(cell: &str) -> Self {
        match cell.parse() {
            Ok(value) => Self::Number(value),
            Err(_) if cell.is_empty() => Self::Empty,
            Err(_) if MISSING.contains(&cell.to_lowercase().as_str()) => Self::Missing,
            Err(_) => Self::Text,
        }
    }

    fn is_number(self) -> bool {
        matches!(self, Self::Number(_))
    }
}

/// The parts of the rows of a table.
#[derive(Debug)]
pub(super) struct TableShape {
    pub(super) columns: usize,
    /// `true` if the first row names the columns.
    pub(super) header: bool,
    /// `true` if the first column labels the conditions.
    pub(super) labels: bool,
    /// `true` if a label may be a number: not where the labels were recognized by being text.
    numeric_labels: bool,
    /// Doubts about the reading, one sentence each.
    pub(super) doubts: Vec<String>,
}

impl TableShape {
    /// Reads the first row, and the second if there is one.
    pub(super) fn detect(first: &StringRecord, second: Option<&StringRecord>, options: TableOptions) -> Self {
        let cells: Vec<_> = first.iter().map(TableCell::parse).collect();
        let (corner, others) = cells.split_first().map_or((TableCell::Empty, [].as_slice()), |(c, o)| (*c, o));
        let below = second.and_then(|row| row.get(0)).map(TableCell::parse);
        let text = others.contains(&TableCell::Text);
        // pandas leaves the cell above the names of the rows empty.
        let index = corner == TableCell::Empty && options.labels != Presence::No && (text || counts(others));
        let header = match options.header {
            Presence::Yes => true,
            Presence::No => false,
            Presence::Detect if others.is_empty() => {
                corner == TableCell::Text && below.is_some_and(TableCell::is_number)
            }
            Presence::Detect if options.labels == Presence::No => text || corner == TableCell::Text,
            Presence::Detect => text || index,
        };
        let index = index && header;
        let labels = match options.labels {
            Presence::Yes => true,
            Presence::No => false,
            Presence::Detect => {
                let first_of_data = if header { below } else { Some(corner) };
                index || !others.is_empty() && first_of_data == Some(TableCell::Text)
            }
        };
        let mut doubts = Vec::new();
        if options.header == Presence::Detect {
            if header && text && others.iter().any(|cell| cell.is_number()) {
                doubts
                    .push("the first row is taken as a header, as some of its cells are text, yet others are numbers");
            }
            if !header && cells.len() > 2 && (counts(others) || counts(&cells)) {
                doubts.push("the first row is taken as data, yet it looks like column numbers; say if it is a header");
            }
        }
        let mut doubts: Vec<_> = doubts.into_iter().map(str::to_owned).collect();
        let name = first.get(0).unwrap_or_default();
        if options.labels == Presence::Detect && header && !labels && INDICES.contains(&name.to_lowercase().as_str()) {
            doubts.push(format!("the first column, '{name}', is taken as a feature; say if it labels the conditions"));
        }
        let numeric_labels = options.labels == Presence::Yes || index;
        Self { columns: first.len(), header, labels, numeric_labels, doubts }
    }

    /// Returns the number of columns that hold numbers.
    pub(super) fn features(&self) -> usize {
        self.columns - usize::from(self.labels)
    }

    /// Checks that `label` can be one; the error continues a message after the place.
    pub(super) fn ensure_label(&self, label: &str) -> Result<(), String> {
        match TableCell::parse(label) {
            TableCell::Empty => Err(" is empty; every condition needs a label".to_owned()),
            TableCell::Number(_) if !self.numeric_labels => Err(format!(
                ": '{label:.40}' is a number and above it stands text; say whether the first column holds labels"
            )),
            _ => Ok(()),
        }
    }
}

/// Returns `true` if `cells` are two or more numbers that count from 0 or 1.
fn counts(cells: &[TableCell]) -> bool {
    let from = |start: usize| cells.iter().enumerate().all(|(i, &cell)| cell == TableCell::Number((i + start) as f64));
    cells.len() > 1 && (from(0) || from(1))
}
