//! Labels in MAT files: cells of character vectors, character matrices and whole numbers.

use rsa_core::{Error, Result};

use super::mat_value::MatValue;
use crate::labels::{number_labels, spelled_labels};

/// Returns the labels that `value` holds.
///
/// # Errors
/// `Format` or `ShapeMismatch` if it holds none, or one that is empty.
pub(super) fn labels(value: &MatValue) -> Result<Vec<String>> {
    let found = match value {
        MatValue::Numbers(array) => return number_labels(array),
        MatValue::Text(rows) => rows.clone(),
        MatValue::Cells { cells, .. } => {
            let refuse = |k| Error::format(format!("cell {} is no text; save labels with cellstr(…)", k + 1));
            cells.iter().enumerate().map(|(k, cell)| text(cell).ok_or_else(|| refuse(k))).collect::<Result<_>>()?
        }
        MatValue::Little(reason) | MatValue::Unread(reason) => return Err(reason.clone()),
        MatValue::Sparse(_) | MatValue::Struct(_) => {
            return Err(Error::format("labels are a cell of texts or a vector of whole numbers; save cellstr(…)"));
        }
    };
    spelled_labels(&found)
}

/// Returns the texts of a cell array, if all of its cells are character vectors.
pub(super) fn texts(cells: &[MatValue]) -> Option<Vec<String>> {
    cells.iter().map(text).collect()
}

/// Returns the character vector that `value` is.
pub(super) fn text(value: &MatValue) -> Option<String> {
    match value {
        MatValue::Text(rows) => match rows.as_slice() {
            [row] => Some(row.clone()),
            _ => None,
        },
        _ => None,
    }
}
