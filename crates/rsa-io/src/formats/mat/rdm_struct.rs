//! Dissimilarity matrices as MATLAB stacks them.

use std::sync::Arc;

use super::{
    mat_labels,
    mat_value::{MatStruct, MatValue},
};
use crate::{
    contents::Numbers,
    layout::{Layout, MemoryOrder},
    rdm_form::RdmForm,
    stored::StoredArray,
};

/// The field of a struct that is a dissimilarity matrix.
pub(super) const RDM: &str = "RDM";

/// The field of a struct that names its dissimilarity matrix.
const NAME: &str = "name";

/// Returns the matrices of an array of numbers, where MATLAB has them otherwise than NumPy.
///
/// The last axes count the matrices: n × n × k and 1 × L × k.
pub(super) fn form_of(array: &StoredArray) -> Option<RdmForm> {
    let (counts, matrix) = match array.shape() {
        [n, m, counts @ ..] if n == m && !counts.is_empty() => (counts.to_vec(), vec![*n, *m]),
        [1, length, counts @ ..] if !counts.is_empty() => (counts.to_vec(), vec![*length]),
        _ => return None,
    };
    // Column by column is row by row with the axes reversed; squares are symmetric.
    let reversed = counts.iter().rev().chain(&matrix).copied().collect();
    let layout = Layout::new(array.layout().number(), reversed, MemoryOrder::C).ok()?;
    Some(RdmForm::new(counts, matrix, vec![Arc::new(array.with_layout(layout))]))
}

/// Returns the matrices of an array of structs with a field [`RDM`], if they are of one size; its name is `address`.
///
/// Matrices without a name are named by their addresses.
pub(super) fn form_of_structs(address: &str, structs: &MatStruct) -> Option<RdmForm> {
    let parts: Vec<Arc<dyn Numbers>> = structs.field(RDM)?.map(part).collect::<Option<_>>()?;
    let matrix = parts.first()?.shape().to_vec();
    if parts.iter().any(|part| part.shape() != matrix) {
        return None;
    }
    let given: Vec<Option<String>> = match structs.field(NAME) {
        Some(names) => names.map(mat_labels::text).collect(),
        None => Vec::new(),
    };
    let name = |k: usize| {
        let given = given.get(k).cloned().flatten().filter(|name| !name.is_empty());
        given.unwrap_or_else(|| structs.address(address, k))
    };
    let names = (0..parts.len()).map(name).collect();
    Some(RdmForm::new(structs.shape.clone(), matrix, parts).with_names(names))
}

/// Returns one matrix in the form of a square or of a triangle.
fn part(value: &MatValue) -> Option<Arc<dyn Numbers>> {
    match value {
        MatValue::Sparse(array) => Some(Arc::new(array.clone())),
        MatValue::Numbers(array) => match array.shape() {
            [_] => Some(Arc::new(array.clone())),
            [n, m] if n == m => Some(Arc::new(array.clone())),
            &[length, 1] => {
                let layout = Layout::new(array.layout().number(), vec![length], MemoryOrder::C).ok()?;
                Some(Arc::new(array.with_layout(layout)))
            }
            _ => None,
        },
        _ => None,
    }
}
