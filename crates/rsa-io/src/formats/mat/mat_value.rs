//! [`MatValue`]: a variable of MATLAB, with the places of its numbers.

use rsa_core::Error;

use super::sparse::SparseArray;
use crate::stored::StoredArray;

/// A variable, a cell or a field.
#[derive(Debug)]
pub(super) enum MatValue {
    Numbers(StoredArray),
    Sparse(SparseArray),
    /// The rows of a character matrix, one for a character vector.
    Text(Vec<String>),
    Cells {
        shape: Vec<usize>,
        cells: Vec<Self>,
    },
    Struct(MatStruct),
    /// A single number or none: the reason why it is no layer.
    Little(Error),
    /// A value that cannot be read: the reason.
    Unread(Error),
}

/// An array of structs with the same fields.
#[derive(Debug)]
pub(super) struct MatStruct {
    pub(super) shape: Vec<usize>,
    pub(super) fields: Vec<String>,
    /// The values of the fields of the first struct, then of the second, and so on.
    pub(super) values: Vec<MatValue>,
}

impl MatStruct {
    /// Returns the number of structs.
    pub(super) fn count(&self) -> usize {
        match self.fields.len() {
            0 => 0,
            fields => self.values.len() / fields,
        }
    }

    /// Returns the values of the field `name`, one for each struct.
    pub(super) fn field(&self, name: &str) -> Option<impl Iterator<Item = &MatValue>> {
        let at = self.fields.iter().position(|field| field == name)?;
        Some(self.values.iter().skip(at).step_by(self.fields.len()))
    }

    /// Returns the address of struct `k` of the array at `address`: the address itself for a struct that is alone.
    pub(super) fn address(&self, address: &str, k: usize) -> String {
        match self.count() {
            1 => address.to_owned(),
            _ => format!("{address}({})", subscripts(&self.shape, k)),
        }
    }
}

/// Returns the subscripts of entry `k` of an array of `shape` as MATLAB writes them: `3` or `2,1`.
pub(super) fn subscripts(shape: &[usize], k: usize) -> String {
    if shape.iter().filter(|&&length| length != 1).count() < 2 {
        return (k + 1).to_string();
    }
    let mut rest = k;
    let along = shape.iter().map(|&length| {
        let index = rest % length + 1;
        rest /= length;
        index.to_string()
    });
    along.collect::<Vec<_>>().join(",")
}
