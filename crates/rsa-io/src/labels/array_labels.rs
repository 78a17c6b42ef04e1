//! Labels in files of arrays: strings, or whole numbers.

use rsa_core::{Error, Result};

use super::spelled;
use crate::{
    contents::Numbers,
    formats::npy::{self, Dtype, Header},
    layout::MemoryOrder,
    number::{Number, NumberKind},
    stored::StoredArray,
};

/// Returns `found` as labels, in the spelling in which they are compared.
///
/// # Errors
/// `Format` if one is empty.
pub(crate) fn spelled_labels(found: &[String]) -> Result<Vec<String>> {
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

/// Reads labels that are whole numbers.
///
/// # Errors
/// `Format` or `ShapeMismatch` if the numbers are no labels; the errors of reading them.
pub(crate) fn number_labels(array: &StoredArray) -> Result<Vec<String>> {
    let double = Number { kind: NumberKind::F64, big_endian: false };
    let shape = array.shape().to_vec();
    let header = Header { dtype: Dtype::Number(double), shape, order: MemoryOrder::C, length: 0 };
    let bytes: Vec<u8> = array.read_all()?.iter().flat_map(|value| value.to_le_bytes()).collect();
    npy::read_labels(&header, bytes.as_slice())
}
