//! First columns that number or identify the rows, and are no feature.

use super::{survey::Survey, table_cell::TableCell};

/// Fewer rows may count by chance.
const LEAST_ROWS: usize = 3;

/// Words in the name of a column that identifies the rows.
const INDICES: [&str; 17] = [
    "id",
    "index",
    "idx",
    "label",
    "name",
    "condition",
    "cond",
    "stimulus",
    "stim",
    "image",
    "img",
    "item",
    "trial",
    "row",
    "subject",
    "sub",
    "unnamed",
];

/// Returns `true` if the first column is an index of the rows, and adds a note on what was decided.
///
/// A column that counts the rows from 0 or 1 is an index. So are distinct whole numbers under a header if the column is
/// named like an index, or if most other columns hold values that are not whole. A name that continues the names of the
/// other columns, such as `x0` before `x1`, is that of a feature.
pub(super) fn is_index(table: &Survey<'_>, header: bool, doubts: &mut Vec<String>) -> bool {
    let cells = table.first_column(header);
    let (name, corner) = table.corner();
    let (n_rows, n_others) = (cells.clone().count(), table.kinds.len());
    if n_others == 0 {
        return false;
    }
    let named = header && corner == TableCell::Text;
    let like_index = named && is_name_of_index(name);
    let is_feature = named && continues_the_other_names(table) || !header && is_symmetric(table);
    let counting = counts(cells.clone());
    let fractional = table.kinds.iter().filter(|kind| kind.fractions).count();
    let identifying = named && are_distinct_wholes(cells) && (like_index || 2 * fractional > n_others);
    let column = if header { format!("the first column, '{name:.40}',") } else { "the first column".to_owned() };
    if n_rows >= LEAST_ROWS && !is_feature && (counting || identifying) {
        let reason = if counting { "counts the rows" } else { "holds another whole number in every row" };
        doubts.push(format!("{column} {reason} and is taken as labels; say if it is a feature"));
        return true;
    }
    if like_index && table.below.iter().all(|(_, cell)| cell.is_number()) {
        doubts.push(format!("{column} is taken as a feature; say if it labels the conditions"));
    }
    false
}

/// Returns `true` if the cells are the numbers from 0 or 1 on.
pub(super) fn counts<'a>(cells: impl Iterator<Item = (&'a str, TableCell)> + Clone) -> bool {
    let from = |start: usize| {
        cells.clone().enumerate().all(|(row, (_, cell))| cell == TableCell::Number((row + start) as f64))
    };
    from(0) || from(1)
}

/// Returns `true` if the cells are whole numbers and no two are equal.
pub(super) fn are_distinct_wholes<'a>(cells: impl Iterator<Item = (&'a str, TableCell)>) -> bool {
    let Some(mut wholes) = cells.map(|(_, cell)| cell.whole()).collect::<Option<Vec<f64>>>() else { return false };
    wholes.sort_unstable_by(f64::total_cmp);
    wholes.windows(2).all(|pair| pair[0] != pair[1])
}

/// Returns `true` if a word of the name, such as `stim` in `stim_id` and `image` in `imageID`, is that of an index.
pub(super) fn is_name_of_index(name: &str) -> bool {
    let is_index = |word: &str| INDICES.contains(&word.to_lowercase().as_str());
    let mut word = String::new();
    let mut lower = false;
    for letter in name.chars() {
        if !letter.is_alphabetic() || lower && letter.is_uppercase() {
            if is_index(&word) {
                return true;
            }
            word.clear();
        }
        if letter.is_alphabetic() {
            word.push(letter);
        }
        lower = letter.is_lowercase();
    }
    is_index(&word)
}

/// Returns `true` if the name of the first column is a numbered one of the kind that most other columns have.
fn continues_the_other_names(table: &Survey<'_>) -> bool {
    let stem = |name: &str| name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (name, _) = table.corner();
    let prefix = &name[..stem(name)];
    let alike =
        table.first[1..].iter().filter(|(other, _)| stem(other) < other.len() && &other[..stem(other)] == prefix);
    prefix.len() < name.len() && 2 * alike.count() > table.kinds.len()
}

/// Returns `true` if the table has as many rows as columns, and the first row is the first column.
fn is_symmetric(table: &Survey<'_>) -> bool {
    table.kinds.len() == table.below.len() && table.first[1..].iter().zip(table.below).all(|(a, b)| a.1 == b.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_an_index_are_known_by_their_words() {
        for name in ["stim_id", "Unnamed: 0", "imageID", "image_id", "cond", "trial_num", "Index", "ImageId", "row"] {
            assert!(is_name_of_index(name), "{name}");
        }
        for name in ["x", "valid", "width", "rowing", "u0", "subtle", "", "presence"] {
            assert!(!is_name_of_index(name), "{name}");
        }
    }
}
