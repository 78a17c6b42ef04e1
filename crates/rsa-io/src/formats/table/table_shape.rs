//! [`Shape`]: what the first rows of a table say about the rest.

use csv::StringRecord;

use super::{Presence, TableOptions};

/// A cell as far as it can be understood alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    Number(f64),
    Empty,
    /// A word for a value that is not there.
    Missing,
    Text,
}

/// What other programs write where a value is missing.
const MISSING: [&str; 7] = ["na", "n/a", "#n/a", "null", "none", "-", "?"];

/// Names of a column that says which row it is.
const INDICES: [&str; 10] = ["id", "index", "idx", "label", "name", "condition", "stimulus", "image", "item", "trial"];

impl Cell {
    pub(super) fn of(cell: &str) -> Self {
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

/// What the rows of a table are made of.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) columns: usize,
    /// Whether the first row names the columns.
    pub(super) header: bool,
    /// Whether the first column labels the conditions.
    pub(super) labels: bool,
    /// Whether a label may be a number: not where the labels were recognised by being text.
    numeric_labels: bool,
    /// What may have been understood wrongly.
    pub(super) doubts: Vec<String>,
}

impl Shape {
    /// Reads the first row, and the second if there is one.
    pub(super) fn of(first: &StringRecord, second: Option<&StringRecord>, options: TableOptions) -> Self {
        let cells: Vec<_> = first.iter().map(Cell::of).collect();
        let (corner, others) = cells.split_first().map_or((Cell::Empty, [].as_slice()), |(c, o)| (*c, o));
        let below = second.and_then(|row| row.get(0)).map(Cell::of);
        let text = others.contains(&Cell::Text);
        // What pandas writes above the names of the rows.
        let index = corner == Cell::Empty && options.labels != Presence::No && (text || counts(others));
        let header = match options.header {
            Presence::Yes => true,
            Presence::No => false,
            Presence::Detect if others.is_empty() => corner == Cell::Text && below.is_some_and(Cell::is_number),
            Presence::Detect if options.labels == Presence::No => text || corner == Cell::Text,
            Presence::Detect => text || index,
        };
        let index = index && header;
        let labels = match options.labels {
            Presence::Yes => true,
            Presence::No => false,
            Presence::Detect => {
                let first_of_data = if header { below } else { Some(corner) };
                index || !others.is_empty() && first_of_data == Some(Cell::Text)
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

    /// How many columns hold numbers.
    pub(super) fn features(&self) -> usize {
        self.columns - usize::from(self.labels)
    }

    /// Whether `label` can be one; if not, what the message says after the place.
    pub(super) fn ensure_label(&self, label: &str) -> Result<(), String> {
        match Cell::of(label) {
            Cell::Empty => Err(" is empty; every condition needs a label".to_owned()),
            Cell::Number(_) if !self.numeric_labels => Err(format!(
                ": '{label:.40}' is a number and above it stands text; say whether the first column holds labels"
            )),
            _ => Ok(()),
        }
    }
}

/// Whether `cells` are two or more numbers that count from 0 or 1.
fn counts(cells: &[Cell]) -> bool {
    let from = |start: usize| cells.iter().enumerate().all(|(i, &cell)| cell == Cell::Number((i + start) as f64));
    cells.len() > 1 && (from(0) || from(1))
}
