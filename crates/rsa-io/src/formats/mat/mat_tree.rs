//! [`MatTree`]: the variables of MATLAB's version 7.3, which are datasets and groups of HDF5.

use std::path::Path;

use rsa_core::{Error, Result};

use super::{
    listing::Listing,
    mat_reader::{MAX_DEPTH, MAX_TEXT, MAX_VALUES, object_error, shape_of},
    mat_text,
    mat_value::{MatStruct, MatValue},
};
use crate::{
    contents::Contents,
    formats::hdf5::{
        element_type::ElementType,
        tree::{DatasetNode, GroupNode, Hdf5Tree, NodeId},
    },
    layout::MemoryOrder,
    number::{Number, NumberKind},
};

/// The attribute that names the class of a variable.
const CLASS: &str = "MATLAB_class";

/// The bytes of a reference to another variable.
const REFERENCE: usize = 8;

/// Returns `true` if MATLAB wrote the file.
pub(in crate::formats) fn is_matlab(tree: &Hdf5Tree) -> bool {
    tree.groups[0].members.iter().any(|(_, id)| match id {
        NodeId::Group(k) => tree.groups[*k].text(CLASS).is_some(),
        NodeId::Dataset(k) => tree.datasets[*k].text(CLASS).is_some(),
    })
}

/// Lists the arrays of a file that MATLAB wrote.
///
/// # Errors
/// `Format` or `ShapeMismatch` if it is damaged, or if a variable is named as labels are and holds none; `Io`.
pub(in crate::formats) fn list(tree: &Hdf5Tree, path: &Path) -> Result<Contents> {
    let mut variables = MatTree { tree, values: MAX_VALUES, text: MAX_TEXT };
    let mut listing = Listing::new(path);
    for (name, id) in &tree.groups[0].members {
        // What cells and objects refer to has names with such a sign.
        if name.starts_with('#') {
            continue;
        }
        let value = variables.value(*id, 0);
        value
            .and_then(|value| listing.add_variable(name, value))
            .map_err(|error| error.context(format!("array '{name}'")))?;
    }
    let mut contents = listing.finish();
    contents.note_neighbors();
    Ok(contents)
}

/// The variables of a file, with what may still be taken in.
struct MatTree<'a> {
    tree: &'a Hdf5Tree,
    values: usize,
    text: usize,
}

/// An array of structs: for each field the addresses of its values.
struct StructReferences {
    shape: Vec<usize>,
    lists: Vec<Vec<u64>>,
}

impl MatTree<'_> {
    fn value(&mut self, id: NodeId, depth: usize) -> Result<MatValue> {
        if depth > MAX_DEPTH {
            return Err(Error::format(format!(
                "has cells or structs of more than {MAX_DEPTH} levels; save the numbers as variables of their own"
            )));
        }
        self.values = self.values.checked_sub(1).ok_or_else(|| {
            Error::format(format!("has more than {MAX_VALUES} cells and fields; save what is needed alone"))
        })?;
        let tree = self.tree;
        match id {
            NodeId::Group(k) => self.group(&tree.groups[k], depth),
            NodeId::Dataset(k) => self.dataset(&tree.datasets[k], depth),
        }
    }

    fn group(&mut self, group: &GroupNode, depth: usize) -> Result<MatValue> {
        if group.attributes.iter().any(|attribute| attribute.name == "MATLAB_sparse") {
            return Ok(MatValue::Unread(Error::format("is sparse; save full(…) of it, or save with -v7")));
        }
        match group.text(CLASS).as_deref() {
            Some("struct") => {}
            Some(other) => return Ok(MatValue::Unread(object_error(other))),
            None => return Ok(MatValue::Unread(Error::format("is a group that MATLAB did not write"))),
        }
        let fields: Vec<String> = group.members.iter().map(|(name, _)| name.clone()).collect();
        if let Some(StructReferences { shape, lists }) = self.struct_array(group)? {
            let count = lists.first().map_or(0, Vec::len);
            let mut values = Vec::new();
            for k in 0..count {
                for list in &lists {
                    values.push(self.referred(list[k], depth)?);
                }
            }
            return Ok(MatValue::Struct(MatStruct { shape, fields, values }));
        }
        if fields.is_empty() {
            return Ok(MatValue::Unread(Error::format("is a struct without fields")));
        }
        let values = group.members.iter().map(|(_, id)| self.value(*id, depth + 1)).collect::<Result<_>>()?;
        Ok(MatValue::Struct(MatStruct { shape: vec![1, 1], fields, values }))
    }

    /// Returns the references of a group that is an array of structs; `None` for any other group.
    fn struct_array(&self, group: &GroupNode) -> Result<Option<StructReferences>> {
        let (mut shape, mut lists) = (None, Vec::new());
        for (_, id) in &group.members {
            let NodeId::Dataset(k) = id else { return Ok(None) };
            let node = &self.tree.datasets[*k];
            if node.text(CLASS).is_some() || !matches!(ElementType::of(&node.dataset)?, ElementType::References) {
                return Ok(None);
            }
            let own = self.shape(node)?;
            if *shape.get_or_insert(own.clone()) != own {
                return Err(Error::format("has fields of different numbers of structs; the file is damaged"));
            }
            lists.push(self.references(node)?);
        }
        Ok(shape.map(|shape| StructReferences { shape, lists }))
    }

    fn dataset(&mut self, node: &DatasetNode, depth: usize) -> Result<MatValue> {
        let class = node.text(CLASS).unwrap_or_default();
        if node.is_marked("MATLAB_empty") {
            return Ok(match class.as_str() {
                "char" => MatValue::Text(vec![String::new()]),
                _ => MatValue::Little(Error::format("is empty")),
            });
        }
        let shape = match self.shape(node) {
            Ok(shape) => shape,
            Err(reason) => return Ok(MatValue::Little(reason)),
        };
        match (class.as_str(), ElementType::of(&node.dataset)?) {
            ("cell", ElementType::References) => {
                let cells = self.references(node)?;
                let cells = cells.into_iter().map(|address| self.referred(address, depth)).collect::<Result<_>>()?;
                Ok(MatValue::Cells { shape, cells })
            }
            ("char", ElementType::Number(number)) => self.text(node, number, &shape),
            ("function_handle", _) => Ok(MatValue::Unread(Error::format("is a function"))),
            (
                "double" | "single" | "logical" | "int8" | "uint8" | "int16" | "uint16" | "int32" | "uint32" | "int64"
                | "uint64" | "",
                ElementType::Number(number),
            ) => {
                let kind = if class == "logical" && number.size() == 1 { NumberKind::Bool } else { number.kind };
                let is_single = shape.iter().all(|&length| length == 1);
                let numbers =
                    self.tree.source(node)?.numbers(Number { kind, ..number }, shape_of(&shape), MemoryOrder::Fortran);
                Ok(match numbers {
                    Ok(numbers) => MatValue::Numbers(numbers),
                    Err(_) if is_single => MatValue::Little(Error::format("is a single number")),
                    Err(reason) => MatValue::Unread(reason),
                })
            }
            (_, ElementType::Other(reason)) => Ok(MatValue::Unread(reason)),
            (other, _) => Ok(MatValue::Unread(object_error(other))),
        }
    }

    fn text(&mut self, node: &DatasetNode, number: Number, shape: &[usize]) -> Result<MatValue> {
        let &[n_rows, n_columns] = shape else {
            return Ok(MatValue::Unread(Error::format("is text of more than two axes")));
        };
        // The kinds of elements of version 5 that hold text.
        let kind = match number.size() {
            1 => 2,
            2 => 4,
            4 => 18,
            _ => return Ok(MatValue::Unread(Error::format("is text in 64-bit numbers"))),
        };
        let bytes = self.tree.source(node)?.raw(self.text)?;
        self.text -= bytes.len();
        let rows = mat_text::rows(kind, &bytes, number.big_endian, n_rows, n_columns);
        Ok(rows.map_or_else(MatValue::Unread, MatValue::Text))
    }

    /// Returns the value at `address`.
    fn referred(&mut self, address: u64, depth: usize) -> Result<MatValue> {
        match self.tree.at(address) {
            Some(id) => self.value(id, depth + 1),
            None => Ok(MatValue::Unread(Error::format("refers to a value that is not in the file"))),
        }
    }

    fn references(&self, node: &DatasetNode) -> Result<Vec<u64>> {
        let bytes = self.tree.source(node)?.raw(REFERENCE * MAX_VALUES)?;
        Ok(bytes.as_chunks().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect())
    }

    /// Returns the lengths of the axes as MATLAB has them: HDF5 has them the other way round.
    fn shape(&self, node: &DatasetNode) -> Result<Vec<usize>> {
        let mut shape = self.tree.source(node)?.shape()?;
        shape.reverse();
        Ok(shape)
    }
}
