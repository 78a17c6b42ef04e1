//! Datasets as they are: every one is an array, and lists named `conditions` and `runs` label the arrays beside them.

use std::{path::Path, sync::Arc};

use rsa_core::{Conditions, Error, Result};

use super::{
    element_type::ElementType,
    tree::{DatasetNode, GroupNode, Hdf5Tree, NodeId},
};
use crate::{
    contents::{CONDITIONS, Contents, FileArray, NAMES, RUNS},
    labels::{ensure_label_count, number_labels, spelled_labels},
    layout::{MemoryOrder, show_shape},
};

/// Lists all datasets of `tree`.
///
/// # Errors
/// `Format` or `ShapeMismatch` if one is named as labels are and holds none, or if no array beside it has as many rows.
pub(super) fn list(tree: &Hdf5Tree, path: &Path) -> Result<Contents> {
    let mut contents = Contents::default();
    for group in &tree.groups {
        add_group(&mut contents, tree, group, path)?;
    }
    for (name, of) in &tree.aliases {
        contents.skip(name, Error::format(format!("is another name of '{}'", tree.datasets[*of].path)));
    }
    contents.note_neighbors();
    Ok(contents)
}

fn add_group(contents: &mut Contents, tree: &Hdf5Tree, group: &GroupNode, path: &Path) -> Result<()> {
    let is_root = group.path.is_empty();
    let first = contents.arrays.len();
    let mut lists = Vec::new();
    for (name, id) in &group.members {
        let NodeId::Dataset(k) = id else { continue };
        let node = &tree.datasets[*k];
        let is_labels = matches!(name.as_str(), CONDITIONS | RUNS);
        if is_labels || (is_root && name == NAMES) {
            match (labels(tree, node), is_labels) {
                (Ok(labels), true) if !is_root => lists.push((name, &node.path, labels)),
                (Ok(labels), _) => contents.texts.push((name.clone(), labels)),
                // Rows whose labels are left out would be paired as they stand.
                (Err(error), true) => return Err(error.context(format!("array '{}'", node.path))),
                (Err(reason), false) => contents.skip(name, reason),
            }
        } else if !tree.aliases.iter().any(|(alias, _)| is_member(alias, &group.path, name)) {
            add_dataset(contents, tree, node, path)?;
        }
    }
    for (name, place, labels) in lists {
        label(&mut contents.arrays[first..], name, labels)
            .map_err(|error| error.context(format!("array '{place}'")))?;
    }
    Ok(())
}

/// Returns `true` if `path` is the path of the member `name` of `group`.
fn is_member(path: &str, group: &str, name: &str) -> bool {
    match path.strip_suffix(name) {
        Some(rest) => rest.strip_suffix('/').unwrap_or(rest) == group,
        None => false,
    }
}

/// Adds the array, or the list of strings, of `node`.
pub(super) fn add_dataset(contents: &mut Contents, tree: &Hdf5Tree, node: &DatasetNode, path: &Path) -> Result<()> {
    match array(tree, node, path)? {
        Ok(array) => {
            contents.warnings.extend(note_of_betas(&array));
            contents.arrays.push(array);
        }
        Err(Unlisted::Text(strings)) => contents.texts.push((node.path.clone(), strings)),
        Err(Unlisted::Reason(reason)) => contents.skip(&node.path, reason),
    }
    Ok(())
}

/// Returns a note on responses to trials that are stored as whole numbers, as those of the Natural Scenes Dataset are.
fn note_of_betas(array: &FileArray) -> Option<String> {
    let is_betas = array.name.rsplit('/').next() == Some("betas") && array.shape().len() == 4;
    (is_betas && array.numbers.dtype() == "int16").then(|| {
        format!(
            "'{}' holds int16 numbers of shape {}, which are read as they are and not divided by the factor by which they \
             were stored (300 in the Natural Scenes Dataset); correlation and cosine distances do not depend on it",
            array.name,
            show_shape(array.shape())
        )
    })
}

/// A dataset that is no array of numbers.
pub(super) enum Unlisted {
    Text(Vec<String>),
    Reason(Error),
}

/// Returns the array of `node`.
///
/// # Errors
/// `Format` if the file contradicts itself; `Io`.
pub(super) fn array(
    tree: &Hdf5Tree,
    node: &DatasetNode,
    path: &Path,
) -> Result<std::result::Result<FileArray, Unlisted>> {
    let source = tree.source(node).map_err(|error| error.context(format!("array '{}'", node.path)))?;
    let kind = ElementType::of(&node.dataset).map_err(|error| error.context(format!("array '{}'", node.path)))?;
    let attributes = node.dataset.attributes();
    if let Some(packing) = attributes.iter().find(|one| matches!(one.name.as_str(), "scale_factor" | "add_offset")) {
        let reason = format!("is packed (it has '{}'); unpack it with xarray, which applies the factor", packing.name);
        return Ok(Err(Unlisted::Reason(Error::format(reason))));
    }
    let shape = match source.shape() {
        Ok(shape) => shape,
        Err(reason) => return Ok(Err(Unlisted::Reason(reason))),
    };
    Ok(match kind {
        ElementType::Number(_) if shape.is_empty() => Err(Unlisted::Reason(Error::format("is a single number"))),
        ElementType::Number(number) => match source.numbers(number, shape, MemoryOrder::C) {
            Ok(numbers) => {
                let place = format!("{}::{}", path.display(), node.path);
                Ok(FileArray::new(node.path.clone(), place, numbers))
            }
            Err(reason) => Err(Unlisted::Reason(reason)),
        },
        ElementType::Text if shape.len() > 1 => Err(Unlisted::Reason(Error::format("is text of more than one axis"))),
        ElementType::Text => Err(source.strings().map_or_else(Unlisted::Reason, Unlisted::Text)),
        ElementType::References => {
            Err(Unlisted::Reason(Error::format("holds references to other arrays, which have addresses of their own")))
        }
        ElementType::Other(reason) => Err(Unlisted::Reason(reason)),
    })
}

/// Returns the labels that `node` holds: strings, or whole numbers.
///
/// # Errors
/// `Format` or `ShapeMismatch` if it holds none, or one that is empty.
pub(super) fn labels(tree: &Hdf5Tree, node: &DatasetNode) -> Result<Vec<String>> {
    let source = tree.source(node)?;
    let shape = source.shape()?;
    match ElementType::of(&node.dataset)? {
        ElementType::Text if shape.len() == 1 => spelled_labels(&source.strings()?),
        ElementType::Number(number) => number_labels(&source.numbers(number, shape, MemoryOrder::C)?),
        ElementType::Other(reason) => Err(reason),
        ElementType::Text | ElementType::References => Err(Error::shape_mismatch(format!(
            "has shape {}; labels are a list of strings or of whole numbers",
            show_shape(&shape)
        ))),
    }
}

/// Gives the labels or runs `labels` to the arrays that have as many rows.
///
/// # Errors
/// `ShapeMismatch` if none has.
pub(super) fn label(arrays: &mut [FileArray], list: &str, labels: Vec<String>) -> Result<()> {
    let count = labels.len();
    let matrices = || arrays.iter().filter(|array| array.shape().len() > 1);
    // Which axis is the conditions is not known here.
    if let (Some(first), false) = (matrices().next(), matrices().any(|array| array.shape().contains(&count))) {
        ensure_label_count(&labels, first.shape()[0])
            .map_err(|error| error.context(format!("for '{}'", first.name)))?;
    }
    if list == RUNS {
        let runs: Arc<[String]> = labels.into();
        arrays.iter_mut().for_each(|array| array.runs = Some(runs.clone()));
    } else {
        let conditions = Conditions::labeled(labels);
        arrays.iter_mut().for_each(|array| array.labels = Some(conditions.clone()));
    }
    Ok(())
}
