//! [`LongColumns`]: the columns of a long table, one row a pair, by their names or by what they hold.

use std::collections::HashSet;

use rsa_core::{Error, Result};

use super::{look_alikes::is_list_of_pairs, table_cells::TableCells};
use crate::{formats::table::TableCell, options::Presence};

/// Names of a column of dissimilarities or similarities.
const VALUES: [&str; 14] = [
    "dissimilarity",
    "dissimilarities",
    "dissim",
    "distance",
    "distances",
    "dist",
    "value",
    "values",
    "similarity",
    "similarities",
    "correlation",
    "corr",
    "rating",
    "score",
];

/// Names of a column that tells RDMs apart.
const GROUPS: [&str; 14] = [
    "rdm",
    "subject",
    "subj",
    "sub",
    "participant",
    "participant_id",
    "subject_id",
    "session",
    "ses",
    "run",
    "model",
    "layer",
    "roi",
    "rater",
];

/// Ends by which the names of the columns of two conditions differ.
const TWINS: [(&str, &str); 12] = [
    ("a", "b"),
    ("1", "2"),
    ("0", "1"),
    ("i", "j"),
    ("x", "y"),
    ("row", "column"),
    ("row", "col"),
    ("from", "to"),
    ("source", "target"),
    ("left", "right"),
    ("first", "second"),
    ("one", "two"),
];

/// The columns of a long table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LongColumns {
    /// The columns of the two conditions.
    pub(super) pair: [usize; 2],
    pub(super) value: usize,
    /// The column that tells RDMs apart.
    pub(super) group: Option<usize>,
    /// `true` if the first row names the columns.
    pub(super) header: bool,
}

impl LongColumns {
    /// Finds the columns by names that leave no doubt.
    ///
    /// # Errors
    /// `Format` listing the columns if there are more than a long table has.
    pub(super) fn by_header(cells: &TableCells, header: Presence) -> Result<Option<Self>> {
        if header == Presence::No || cells.n_rows() < 2 {
            return Ok(None);
        }
        let names = names(cells);
        let columns = without_index(cells, &names);
        let Some(pair) = twins(&columns, &names) else { return Ok(None) };
        let rest: Vec<_> = columns.into_iter().filter(|column| !pair.contains(column)).collect();
        let named = rest.iter().copied().find(|&column| VALUES.contains(&names[column].as_str()));
        // pandas calls the column of an unnamed series 0.
        let unnamed = || rest.iter().copied().find(|&column| names[column] == "0");
        let Some(value) = named.or_else(unnamed) else { return Ok(None) };
        let groups: Vec<_> = rest.into_iter().filter(|&column| column != value).collect();
        match groups[..] {
            [] => Ok(Some(Self { pair, value, group: None, header: true })),
            [group] if tells_apart(cells, &names, group) => {
                Ok(Some(Self { pair, value, group: Some(group), header: true }))
            }
            _ => Err(unclear(cells)),
        }
    }

    /// Finds the columns by what they hold: two columns of the same names and one of numbers, or all pairs by number.
    ///
    /// # Errors
    /// `Format` listing the columns if there are two of words that name no pairs.
    pub(super) fn by_content(cells: &TableCells, header: Presence) -> Result<Option<Self>> {
        let names = names(cells);
        let columns = without_index(cells, &names);
        // A few words in a column of numbers are mistakes, which are reported with their line.
        let is_word = |&(row, column): &(usize, usize)| cells.cell(row, column) == TableCell::Text;
        let below = |column| (1..cells.n_rows()).map(move |row| (row, column));
        let words = |&column: &usize| 2 * below(column).filter(is_word).count() >= cells.n_rows();
        let (words, numbers): (Vec<_>, Vec<_>) = columns.iter().copied().partition(words);
        if words.len() < 2 {
            return Ok(Self::by_numbers(cells, header, &columns));
        }
        let value = match numbers[..] {
            [value] => value,
            _ => match numbers.iter().find(|&&column| VALUES.contains(&names[column].as_str())) {
                Some(&value) => value,
                None => return Err(unclear(cells)),
            },
        };
        let header = has_header(cells, header, value);
        let pairs = (0..words.len()).flat_map(|k| (k + 1..words.len()).map(move |l| (k, l)));
        let pairs = pairs.map(|(k, l)| [words[k], words[l]]);
        let shared = pairs.map(|pair| (share(cells, header, pair), pair)).max_by(|a, b| a.0.total_cmp(&b.0));
        let Some((_, pair)) = shared.filter(|(share, _)| *share > 0.0) else { return Err(unclear(cells)) };
        let others: Vec<_> = columns.into_iter().filter(|column| !pair.contains(column) && *column != value).collect();
        let group = match others[..] {
            [] => None,
            [group] if tells_apart(cells, &names, group) => Some(group),
            _ => return Err(unclear(cells)),
        };
        Ok(Some(Self { pair, value, group, header }))
    }

    /// Finds three columns of numbers, behind one that may tell RDMs apart, that name all pairs of some conditions.
    fn by_numbers(cells: &TableCells, header: Presence, columns: &[usize]) -> Option<Self> {
        let (group, [first, second, value]) = match *columns {
            [first, second, value] => (None, [first, second, value]),
            [group, first, second, value] => (Some(group), [first, second, value]),
            _ => return None,
        };
        let header = has_header(cells, header, value);
        let rows = || usize::from(header)..cells.n_rows();
        let mut groups: Vec<_> = rows().map(|row| group.map_or("", |group| cells.text(row, group))).collect();
        groups.sort_unstable();
        groups.dedup();
        let is_list = |name: &&str| {
            let own = rows().filter(|&row| group.is_none_or(|group| cells.text(row, group) == *name));
            let number = |(row, column)| match cells.cell(row, column) {
                TableCell::Number(value) => value,
                _ => f64::NAN,
            };
            let triples = own.flat_map(|row| [(row, first), (row, second), (row, value)]).map(number);
            is_list_of_pairs(&triples.collect::<Vec<_>>())
        };
        // Each group reads the table once.
        let few = groups.len() <= 1000;
        (few && groups.iter().all(is_list)).then_some(Self { pair: [first, second], value, group, header })
    }
}

/// Returns `true` if the first row names the columns: a word stands above the values.
fn has_header(cells: &TableCells, said: Presence, value: usize) -> bool {
    match said {
        Presence::Detect => cells.cell(0, value) == TableCell::Text,
        said => said == Presence::Yes,
    }
}

/// Returns the cells of the first row in lower case.
fn names(cells: &TableCells) -> Vec<String> {
    (0..cells.n_columns()).map(|column| cells.text(0, column).to_lowercase()).collect()
}

/// Returns the columns without an index of the rows, as pandas and R write one.
fn without_index(cells: &TableCells, names: &[String]) -> Vec<usize> {
    let unnamed = names[0].is_empty() || names[0].starts_with("unnamed");
    let whole = |row| cells.cell(row, 0).whole().is_some();
    let index = names.len() > 3 && unnamed && (1..cells.n_rows()).all(whole);
    (usize::from(index)..names.len()).collect()
}

/// Returns the two columns whose names differ as those of a first and a second condition do.
fn twins(columns: &[usize], names: &[String]) -> Option<[usize; 2]> {
    let is_twin = |a: &str, b: &str| {
        TWINS.iter().any(|(one, two)| {
            a.match_indices(one).any(|(at, _)| {
                let (before, after) = (&a[..at], &a[at + one.len()..]);
                b.strip_prefix(before).and_then(|rest| rest.strip_prefix(two)) == Some(after)
            })
        })
    };
    // Numbers name no columns of conditions.
    let columns: Vec<_> = columns.iter().filter(|&&column| names[column].contains(char::is_alphabetic)).collect();
    let pairs = columns.iter().enumerate().flat_map(|(k, &&a)| columns[k + 1..].iter().map(move |&&b| [a, b]));
    pairs.into_iter().find(|&[a, b]| is_twin(&names[a], &names[b]))
}

/// Returns `true` if a column can tell RDMs apart: by its name, or by words or whole numbers in it.
fn tells_apart(cells: &TableCells, names: &[String], column: usize) -> bool {
    let discrete = |row| cells.cell(row, column) == TableCell::Text || cells.cell(row, column).whole().is_some();
    GROUPS.contains(&names[column].as_str()) || (1..cells.n_rows()).all(discrete)
}

/// Returns the share of names that two columns have in common.
fn share(cells: &TableCells, header: bool, [a, b]: [usize; 2]) -> f64 {
    let names =
        |column| (usize::from(header)..cells.n_rows()).map(move |row| cells.text(row, column)).collect::<HashSet<_>>();
    let (a, b) = (names(a), names(b));
    a.intersection(&b).count() as f64 / a.len().min(b.len()).max(1) as f64
}

/// Returns the error of a table with columns that are not understood.
fn unclear(cells: &TableCells) -> Error {
    let listed: Vec<_> = (0..cells.n_columns()).map(|column| format!("'{:.40}'", cells.text(0, column))).collect();
    Error::format(format!(
        "a table with the columns {} is not understood; a long table of dissimilarities has the columns condition_a, \
         condition_b and dissimilarity, and rdm if it holds several RDMs",
        listed.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_two_conditions_are_known_by_their_names() {
        for names in [
            ["condition_a", "condition_b"],
            ["var1", "var2"],
            ["stim1_id", "stim2_id"],
            ["row", "col"],
            ["level_0", "level_1"],
            ["image_left", "image_right"],
        ] {
            assert_eq!(twins(&[0, 1], &names.map(str::to_owned)), Some([0, 1]), "{names:?}");
        }
        for names in [["cat", "dog"], ["b", "a"], ["condition_a", "stim_b"], ["x1", "x3"], ["subject", "session"]] {
            assert_eq!(twins(&[0, 1], &names.map(str::to_owned)), None, "{names:?}");
        }
    }
}
