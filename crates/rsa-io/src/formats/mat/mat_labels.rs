//! Labels in MAT files: cells of character vectors, character matrices and whole numbers.

use rsa_core::{Error, Result};

use super::mat_value::MatValue;
use crate::{
    contents::Numbers,
    formats::npy::{self, Dtype, Header},
    labels::spelled,
    layout::MemoryOrder,
    number::{Number, NumberKind},
    stored::StoredArray,
};

/// Returns the labels that `value` holds.
///
/// # Errors
/// `Format` or `ShapeMismatch` if it holds none, or one that is empty.
pub(super) fn labels(value: &MatValue) -> Result<Vec<String>> {
    let found = match value {
        MatValue::Numbers(array) => return numbers(array),
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
    let mut labels = Vec::with_capacity(found.len());
    for (position, label) in found.iter().enumerate() {
        let label = spelled(label);
        if label.is_empty() {
            return Err(Error::format(format!("label {position} is empty; give every row a label")));
        }
        labels.push(label);
    }
    Ok(labels)
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

/// Reads labels that are whole numbers.
fn numbers(array: &StoredArray) -> Result<Vec<String>> {
    let double = Number { kind: NumberKind::F64, big_endian: false };
    let shape = array.shape().to_vec();
    let header = Header { dtype: Dtype::Number(double), shape, order: MemoryOrder::C, length: 0 };
    let bytes: Vec<u8> = array.read_all()?.iter().flat_map(|value| value.to_le_bytes()).collect();
    npy::read_labels(&header, bytes.as_slice())
}
