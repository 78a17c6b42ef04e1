//! [`Survey`]: the cells of a table by which its header and its labels are recognized.

use super::{
    column_kind::ColumnKind,
    index_column,
    table_cell::{TableCell, is_other_notation},
};
use crate::options::{Presence, TableOptions};

/// The parts of a table by which header and labels are recognized.
pub(super) struct Survey<'a> {
    /// Cells of the first row.
    pub(super) first: Vec<(&'a str, TableCell)>,
    /// Cells of the second row; none if there is one row.
    pub(super) second: &'a [TableCell],
    /// Cells of the first column below the first row.
    pub(super) below: &'a [(&'a str, TableCell)],
    /// Kinds of the further columns below the first row.
    pub(super) kinds: &'a [ColumnKind],
    pub(super) options: TableOptions,
}

impl<'a> Survey<'a> {
    /// Returns the first cell of the first row.
    pub(super) fn corner(&self) -> (&'a str, TableCell) {
        self.first.first().copied().unwrap_or(("", TableCell::Empty))
    }

    /// Returns the cells of the first row beyond the first.
    fn others(&self) -> &[(&'a str, TableCell)] {
        self.first.get(1..).unwrap_or_default()
    }

    /// Returns the cells of the first column, without those of a header.
    pub(super) fn first_column(&self, header: bool) -> impl Iterator<Item = (&'a str, TableCell)> + Clone {
        self.first.first().filter(|_| !header).copied().into_iter().chain(self.below.iter().copied())
    }

    /// Returns `true` if the first row names the columns, and adds the doubts about it.
    pub(super) fn has_header(&self, doubts: &mut Vec<String>) -> bool {
        let (name, corner) = self.corner();
        if self.first.len() == 1 {
            let is_value = |(_, cell): &(&str, TableCell)| cell.is_number() || matches!(cell, TableCell::Truth(_));
            return corner == TableCell::Text && !is_other_notation(name) && self.below.first().is_some_and(is_value);
        }
        let whole_row = self.options.labels == Presence::No;
        let cells = if whole_row { &self.first[..] } else { self.others() };
        if self.are_names(cells, usize::from(!whole_row)) {
            if cells.iter().filter_map(|(_, cell)| cell.number()).any(f64::is_finite) {
                doubts.push(
                    "the first row is taken as a header, as some of its cells are text, yet others are numbers"
                        .to_owned(),
                );
            }
            return true;
        }
        let counted = match corner {
            TableCell::Empty if !whole_row => return self.are_names_beside_an_empty_corner(),
            TableCell::Text if !whole_row && !is_other_notation(name) => self.are_numbered_names_beside_a_name(),
            TableCell::Number(_) => self.are_column_numbers(),
            _ => false,
        };
        if counted {
            doubts.push("the first row numbers the columns and is taken as a header; say if it is data".to_owned());
        } else if self.first.len() > 2 && (counts(self.others()) || counts(&self.first)) {
            doubts.push(
                "the first row is taken as data, yet it looks like column numbers; say if it is a header".to_owned(),
            );
        }
        counted
    }

    /// Returns `true` if `cells` of the first row, from column `start` on, are text that can name columns.
    ///
    /// One cell that is no number is an error in a row of data, in the first row too. So names are words, and the row
    /// does not begin with a label like those below. Beside whole numbers there are two names or more, and no fewer
    /// than numbers.
    fn are_names(&self, cells: &[(&str, TableCell)], start: usize) -> bool {
        let is_truth = |cell: TableCell| matches!(cell, TableCell::Truth(_));
        let below = |k: usize| self.second.get(start + k).copied();
        let is_text = |(k, (_, cell)): &(usize, &(&str, TableCell))| {
            *cell == TableCell::Text || is_truth(*cell) && below(*k).is_some_and(|below| !is_truth(below))
        };
        let words = cells.iter().enumerate().filter(is_text).count();
        let strange = |(text, cell): &(&str, TableCell)| *cell == TableCell::Text && is_other_notation(text);
        if words == 0 || cells.iter().any(strange) || self.begins_like_the_rows_below() {
            return false;
        }
        // The words nan and inf may be names.
        let finite = |(_, cell): &(&str, TableCell)| cell.number().filter(|number| number.is_finite());
        let numbers: Vec<f64> = self.first[..start].iter().chain(cells).filter_map(finite).collect();
        numbers.is_empty() || words > 1 && words >= numbers.len() && numbers.iter().all(|number| number.fract() == 0.0)
    }

    /// Returns `true` if the first cell is a numbered label, such as `s1`, and all below it are of that form.
    fn begins_like_the_rows_below(&self) -> bool {
        let form = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "0").replace("00", "0");
        let (corner, _) = self.corner();
        let mut below = self.below.iter().peekable();
        corner.contains(|c: char| c.is_ascii_digit())
            && below.peek().is_some()
            && below.all(|(text, cell)| *cell == TableCell::Text && form(text) == form(corner))
    }

    /// Returns `true` if the first row, which begins with an empty cell, names the columns.
    ///
    /// pandas leaves the cell above the names of the rows empty, and names may be numbers.
    fn are_names_beside_an_empty_corner(&self) -> bool {
        let labels = || self.below.iter().all(|(_, cell)| *cell == TableCell::Text);
        let rows = self.below.len();
        let identified = || rows > 1 && (labels() || index_column::counts(self.below.iter().copied()));
        self.others().iter().all(|(_, cell)| cell.is_number())
            && (self.others().len() > 1 && are_distinct_wholes(self.others()) || identified())
    }

    /// Returns `true` if the first row, which begins with a word above numbers or labels, numbers the columns.
    fn are_numbered_names_beside_a_name(&self) -> bool {
        let others = self.others();
        if !others.iter().all(|(_, cell)| cell.is_number()) || self.below.is_empty() {
            return false;
        }
        if self.below.iter().all(|(_, cell)| cell.is_number()) {
            let ids = are_distinct_wholes(others) && others.len() == self.below.len();
            let square = ids && others.iter().zip(self.below).all(|((_, a), (_, b))| a == b);
            return square || counts(others) && index_column::counts(self.below.iter().copied());
        }
        // A row of data that begins with its label may count by chance if it is short.
        let named = index_column::is_name_of_index(self.corner().0) || others.len() > 3 && self.has_fractions();
        named && counts(others) && !counts_on(self.second.get(1..).unwrap_or_default())
    }

    /// Returns `true` if the first row is 0, 1, 2, … above rows that do not go on counting.
    fn are_column_numbers(&self) -> bool {
        let from_zero = self.first.iter().enumerate().all(|(k, (_, cell))| *cell == TableCell::Number(k as f64));
        if !from_zero || self.first.len() < 3 || self.below.is_empty() || counts_on(self.second) {
            return false;
        }
        let fractions =
            self.has_fractions() || self.below.iter().any(|(_, cell)| cell.is_number() && cell.whole().is_none());
        // Whole numbers below may be counts or ranks whose first row counts by chance.
        let beyond = |cell: &TableCell| cell.whole().is_none_or(|n| n < 0.0 || n >= self.first.len() as f64);
        fractions || self.first.len() > 3 && self.second.iter().any(beyond)
    }

    /// Returns `true` if a value beyond the first column, below the first row, is not whole.
    fn has_fractions(&self) -> bool {
        self.kinds.iter().any(|kind| kind.fractions)
    }

    /// Returns `true` if the first column holds labels because they are words.
    pub(super) fn first_column_is_text(&self, header: bool) -> bool {
        let cells = self.first_column(header);
        let is_word = |(text, cell): &(&str, TableCell)| *cell == TableCell::Text && !is_other_notation(text);
        let words = cells.clone().filter(is_word).count();
        let numbers = cells.clone().filter(|(_, cell)| matches!(cell, TableCell::Number(v) if v.is_finite())).count();
        // A column of numbers with a cell or two that are none is no column of labels.
        let begins_with_word = cells.clone().next().is_some_and(|cell| !cell.1.is_number());
        self.first.len() > 1 && words > 0 && (numbers == 0 || begins_with_word && words >= numbers)
    }
}

/// Returns `true` if `cells` are two or more numbers that count from 0 or 1.
fn counts(cells: &[(&str, TableCell)]) -> bool {
    cells.len() > 1 && index_column::counts(cells.iter().copied())
}

/// Returns `true` if `cells` are whole numbers, each one more than the one before.
fn counts_on(cells: &[TableCell]) -> bool {
    let goes_on = |pair: &[TableCell]| matches!((pair[0].whole(), pair[1].whole()), (Some(a), Some(b)) if b == a + 1.0);
    cells.len() > 1 && cells.windows(2).all(goes_on)
}

/// Returns `true` if `cells` are whole numbers and no two are equal.
fn are_distinct_wholes(cells: &[(&str, TableCell)]) -> bool {
    index_column::are_distinct_wholes(cells.iter().copied())
}
