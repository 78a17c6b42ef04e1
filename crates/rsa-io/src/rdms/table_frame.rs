//! [`TableFrame`]: header and labels around the numbers of a table of dissimilarities.

use rsa_core::{Conditions, Error, Result, condensed};

use super::{exactness::Exactness, reading::RdmReading, stored_forms::StoredValues, table_cells::TableCells};
use crate::{
    formats::table::TableCell,
    labels::spelled,
    options::{OpenOptions, Presence},
};

/// The parts of a table that are no dissimilarities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TableFrame {
    /// `true` if the first row names the columns.
    header: bool,
    /// `true` if the first column names the rows.
    labels: bool,
    /// `true` if the numbers inside are a matrix in square form.
    pub(super) is_square: bool,
}

/// The numbers of a table, and the names around them.
pub(super) struct FramedTable {
    pub(super) stored: StoredValues,
    /// `true` if rows and columns have the same names, so that nothing but a square matrix is inside.
    pub(super) is_square: bool,
    /// Labels of the conditions of a square matrix.
    pub(super) labels: Option<Conditions>,
    /// Names of the rows of a table that is not square.
    pub(super) names: Option<Vec<String>>,
    pub(super) notes: Vec<String>,
}

impl TableFrame {
    /// Finds the frame by what is inside: a square matrix, if there is one, or rows as long as a triangle.
    ///
    /// # Errors
    /// `Format` if the first row and column may be names of conditions or dissimilarities beside a blank diagonal.
    pub(super) fn find(cells: &TableCells, options: &OpenOptions, reading: RdmReading) -> Result<Self> {
        let allowed: Vec<_> = Self::all(cells).into_iter().filter(|frame| frame.is_allowed(cells, options)).collect();
        let mut squares = allowed.iter().filter(|frame| frame.holds_square(cells, reading));
        if let Some(&frame) = squares.next() {
            let others = cells.cell(0, 0) == TableCell::Empty && squares.next().is_some();
            if others && frame.header && frame.labels && is_blank_and_whole(cells) && !is_counted(cells) {
                return Err(Error::format(
                    "its first row and column may name conditions or stand beside a blank diagonal; say which with \
                     --table-header and --table-labels, both yes or both no",
                ));
            }
            return Ok(Self { is_square: true, ..frame });
        }
        // An empty corner stands above names of rows and beside names of columns.
        let corner = cells.cell(0, 0) == TableCell::Empty;
        let of_triangles = |frame: &&Self| {
            let (rows, columns) = frame.inside(cells);
            let column = columns == 1 && condensed::n_conditions(rows).is_some_and(|n| n > 2);
            let as_long = condensed::n_conditions(columns).is_some() && (columns > 1 || column);
            as_long
                && (!corner || frame.header && frame.labels)
                && (!frame.labels || corner || frame.has_names_beside(cells))
                && frame.header == frame.has_names_above(cells)
        };
        let other = allowed.iter().find(of_triangles).or(allowed.iter().find(|frame| frame.header && frame.labels));
        let none = Self { header: false, labels: false, is_square: false };
        other.or(allowed.first()).copied().ok_or_else(|| {
            let nothing =
                || Error::shape_mismatch("no dissimilarities are left below its header and beside its labels");
            none.read(cells).err().unwrap_or_else(nothing)
        })
    }

    /// Returns all frames, the likelier ones first.
    fn all(cells: &TableCells) -> [Self; 4] {
        let frame = |header, labels| Self { header, labels, is_square: false };
        let both = frame(true, true);
        let others = [frame(false, false), frame(true, false), frame(false, true)];
        match is_framed(cells) {
            true => [both, others[0], others[1], others[2]],
            false => [others[0], others[1], others[2], both],
        }
    }

    /// Returns `true` if the options allow the frame and no word stands inside it.
    fn is_allowed(self, cells: &TableCells, options: &OpenOptions) -> bool {
        let agrees = |said: Presence, there: bool| match said {
            Presence::Detect => true,
            Presence::Yes => there,
            Presence::No => !there,
        };
        let (rows, columns) = self.inside(cells);
        let word = |(i, j): (usize, usize)| cells.cell(i, j) == TableCell::Text;
        let above = (0..cells.n_columns()).map(|j| (0, j)).skip(usize::from(self.labels));
        let beside = (0..cells.n_rows()).map(|i| (i, 0)).skip(usize::from(self.header));
        agrees(options.table.header, self.header)
            && agrees(options.table.labels, self.labels)
            && rows > 0
            && columns > 0
            && (self.header || !above.clone().any(word))
            && (self.labels || !beside.clone().any(word))
    }

    /// Returns the numbers of rows and columns inside the frame.
    fn inside(self, cells: &TableCells) -> (usize, usize) {
        (cells.n_rows() - usize::from(self.header), cells.n_columns() - usize::from(self.labels))
    }

    fn holds_square(self, cells: &TableCells, reading: RdmReading) -> bool {
        let (rows, columns) = self.inside(cells);
        if rows != columns || rows < 2 {
            return false;
        }
        let Ok(table) = self.read(cells) else { return false };
        table.stored.square(&table.stored.values, rows, reading).map_or_else(|no| no.is_square, |_| true)
    }

    /// Returns `true` if the first row is more than numbers, or numbers the columns from 0.
    fn has_names_above(self, cells: &TableCells) -> bool {
        let above = || (usize::from(self.labels)..cells.n_columns()).map(|j| cells.cell(0, j));
        let counts = |row: usize| {
            let cells = (usize::from(self.labels)..cells.n_columns()).map(|j| cells.cell(row, j));
            cells.enumerate().all(|(k, cell)| cell == TableCell::Number(k as f64))
        };
        let one_column = self.inside(cells).1 == 1;
        above().any(|cell| cell == TableCell::Text)
            || one_column && counts(0) && condensed::n_conditions(cells.n_rows() - 1).is_some()
            || !one_column && cells.n_rows() > 1 && counts(0) && !counts(1)
    }

    /// Returns `true` if the first column holds words, or whole numbers of which no two are equal.
    fn has_names_beside(self, cells: &TableCells) -> bool {
        let beside = || (usize::from(self.header)..cells.n_rows()).map(|i| cells.cell(i, 0));
        let mut wholes: Vec<_> = beside().filter_map(TableCell::whole).collect();
        let all = wholes.len() == beside().count();
        wholes.sort_unstable_by(f64::total_cmp);
        let distinct = wholes.len() > 1 && wholes.windows(2).all(|two| two[0] < two[1]);
        beside().any(|cell| cell == TableCell::Text) || all && distinct
    }

    /// Reads what is inside.
    ///
    /// # Errors
    /// `Format` naming line and column of a cell that is no number, or a label that is above and not beside.
    pub(super) fn read(self, cells: &TableCells) -> Result<FramedTable> {
        let (rows, columns) = self.inside(cells);
        let (top, left) = (usize::from(self.header), usize::from(self.labels));
        let above: Option<Vec<_>> =
            self.header.then(|| (0..columns).map(|j| spelled(cells.text(0, left + j))).collect());
        let beside: Option<Vec<_>> = self.labels.then(|| (0..rows).map(|i| spelled(cells.text(top + i, 0))).collect());
        let mut notes = Vec::new();
        let order = match (&above, &beside) {
            (Some(above), Some(beside)) if rows == columns => order_of_rows(above, beside)?,
            _ => None,
        };
        if order.is_some() {
            notes.push("its rows are brought into the order of its columns by their labels".to_owned());
        }
        let row = |i: usize| top + order.as_ref().map_or(i, |order| order[i]);
        let places = || (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j))).map(|(i, j)| (row(i), left + j));
        let values = places().map(|(i, j)| cells.dissimilarity(i, j)).collect::<Result<Vec<f64>>>()?;
        let exactness = Exactness::of_text(&values, places().map(|(i, j)| cells.text(i, j)));
        let stored = StoredValues { shape: vec![rows, columns], values, exactness };
        let counted = above.as_ref().is_some_and(|above| !self.labels && count(above));
        if counted {
            notes.push("the first row numbers the columns and is taken as a header; say if it is data".to_owned());
        }
        let square = rows == columns;
        let is_square = order.is_some() || square && beside.is_some() && above == beside;
        let labels = match (above, &beside) {
            (Some(above), _) if square && !counted && order.is_some() => Some(above),
            (_, Some(beside)) if square => Some(beside.clone()),
            (Some(above), None) if square && !counted => Some(above),
            _ => None,
        };
        Ok(FramedTable {
            stored,
            is_square,
            labels: labels.map(Conditions::labeled),
            names: beside.filter(|names| !square && !count(names)),
            notes,
        })
    }
}

/// Returns `true` if the first row and the first column look like names although they may be numbers.
fn is_framed(cells: &TableCells) -> bool {
    if !matches!(cells.cell(0, 0), TableCell::Empty | TableCell::Text) {
        return false;
    }
    // A matrix with a blank diagonal begins with an empty cell too; names differ and are whole if they are numbers.
    let above = || (1..cells.n_columns()).map(|j| cells.cell(0, j));
    let mut wholes: Vec<_> = above().filter_map(TableCell::whole).collect();
    let all = wholes.len() + 1 == cells.n_columns();
    wholes.sort_unstable_by(f64::total_cmp);
    let distinct = wholes.windows(2).all(|two| two[0] < two[1]);
    above().any(|cell| cell == TableCell::Text) || all && distinct
}

/// Returns `true` if the first row counts further than dissimilarities do by chance.
fn is_counted(cells: &TableCells) -> bool {
    const LEAST: usize = 5;
    let above: Vec<_> = (1..cells.n_columns()).map(|column| cells.text(0, column).to_owned()).collect();
    above.len() >= LEAST && count(&above)
}

/// Returns `true` if the diagonal is blank and all other cells are whole numbers or missing.
fn is_blank_and_whole(cells: &TableCells) -> bool {
    let places = (0..cells.n_rows()).flat_map(|i| (0..cells.n_columns()).map(move |j| (i, j)));
    let is_whole = |cell: TableCell| matches!(cell, TableCell::Empty | TableCell::Missing) || cell.whole().is_some();
    places.into_iter().all(|(i, j)| match i == j {
        true => cells.cell(i, j) == TableCell::Empty,
        false => is_whole(cells.cell(i, j)),
    })
}

/// Returns the row of each column, if the rows have the labels of the columns in another order.
///
/// # Errors
/// `LabelMismatch` if rows and columns share only some of their labels.
fn order_of_rows(above: &[String], beside: &[String]) -> Result<Option<Vec<usize>>> {
    if above == beside || !above.iter().any(|name| beside.contains(name)) {
        return Ok(None);
    }
    let place = |name: &String| {
        let mut rows = (0..beside.len()).filter(|&i| beside[i] == *name);
        rows.next().filter(|_| rows.next().is_none()).ok_or_else(|| {
            Error::label_mismatch(format!(
                "column '{name}' has not one row of its own; rows and columns of a square table have the same labels"
            ))
        })
    };
    let order = above.iter().map(place).collect::<Result<Vec<_>>>()?;
    let mut rows = order.clone();
    rows.sort_unstable();
    match rows.windows(2).all(|two| two[0] != two[1]) {
        true => Ok(Some(order)),
        false => Err(Error::label_mismatch("two columns have the same label and the rows have them in another order")),
    }
}

/// Returns `true` if the names are the numbers from 0 or from 1 on.
pub(super) fn count(names: &[String]) -> bool {
    let from = |start: usize| names.iter().enumerate().all(|(k, name)| *name == (k + start).to_string());
    from(0) || from(1)
}

#[cfg(test)]
mod tests {
    use crate::{OpenOptions, StoredRdms, read_rdms, tests::samples::folder};

    fn read(text: &str) -> StoredRdms {
        let folder = folder(&[("d.csv", text)]);
        read_rdms(folder.path().join("d.csv").to_str().unwrap(), &OpenOptions::default()).unwrap()
    }

    fn labels(stored: &StoredRdms) -> Vec<&str> {
        let labels = stored.rdms[0].1.conditions().labels().unwrap_or_default();
        labels.iter().map(String::as_str).collect()
    }

    #[test]
    fn the_frame_is_what_leaves_a_square() {
        let inside = ["0,1.5,2", "1.5,0,3", "2,3,0"];
        for (top, sides, expected) in [
            ("", ["", "", ""], &[][..]),
            ("a,b,c\n", ["", "", ""], &["a", "b", "c"]),
            ("0,1,2\n", ["", "", ""], &[]),
            ("7,8,9\n", ["", "", ""], &["7", "8", "9"]),
            ("", ["a,", "b,", "c,"], &["a", "b", "c"]),
            ("", ["7,", "8,", "9,"], &["7", "8", "9"]),
            (",7,8,9\n", ["7,", "8,", "9,"], &["7", "8", "9"]),
            ("id,7,8,9\n", ["7,", "8,", "9,"], &["7", "8", "9"]),
            // R names columns X7 and leaves the corner out.
            ("X7,X8,X9\n", ["a,", "b,", "c,"], &["a", "b", "c"]),
        ] {
            let rows: Vec<_> = sides.iter().zip(inside).map(|(side, row)| format!("{side}{row}")).collect();
            let stored = read(&format!("{top}{}\n", rows.join("\n")));
            assert_eq!(stored.rdms[0].1.values(), [1.5, 2.0, 3.0], "{top}{sides:?}");
            assert_eq!(labels(&stored), expected, "{top}{sides:?}");
        }
    }

    #[test]
    fn rows_follow_the_columns() {
        let stored = read(",a,b,c\nc,2,3,0\na,0,1.5,2\nb,1.5,0,3\n");
        assert_eq!((stored.rdms[0].1.values(), labels(&stored)), (&[1.5, 2.0, 3.0][..], vec!["a", "b", "c"]));
        assert!(stored.warnings[0].contains("order of its columns"));
    }
}
