//! Labels of rows where a file has several lists that could be them.

use rsa_core::{Conditions, Error, Result};

use super::{
    element_type::ElementType,
    plain,
    tree::{GroupNode, Hdf5Tree, NodeId},
};
use crate::contents::{CONDITIONS, Contents, FileArray};

/// A list of a group that could label the rows.
pub(super) struct LabelList {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) labels: Vec<String>,
}

/// Returns the lists of `group` that hold `count` labels, without the numbering `index` that rsatoolbox adds.
///
/// # Errors
/// `Format` if the file is damaged; `Io`.
pub(super) fn lists(tree: &Hdf5Tree, group: &GroupNode, count: usize) -> Result<Vec<LabelList>> {
    let mut found = Vec::new();
    for (name, id) in &group.members {
        let NodeId::Dataset(k) = id else { continue };
        let node = &tree.datasets[*k];
        let is_list = node.dataset.shape() == [count as u64];
        let is_labels = matches!(ElementType::of(&node.dataset)?, ElementType::Number(_) | ElementType::Text);
        if name == "index" || !is_list || !is_labels {
            continue;
        }
        // Numbers with fractions, and lists with gaps, are no labels.
        if let Ok(labels) = plain::labels(tree, node) {
            found.push(LabelList { name: name.clone(), path: node.path.clone(), labels });
        }
    }
    Ok(found)
}

/// Adds `array` with the only one of `candidates` as labels, or the one named `conditions`.
///
/// If there are several, one array is added for each, named by its path, and the file has to be read by one of these
/// names.
pub(super) fn add_labeled(contents: &mut Contents, array: FileArray, mut candidates: Vec<LabelList>, file: &str) {
    if let Some(named) = candidates.iter().position(|list| list.name == CONDITIONS) {
        candidates.swap(0, named);
        candidates.truncate(1);
    }
    let labeled = |list: &LabelList, array: FileArray| FileArray {
        labels: Some(Conditions::labeled(list.labels.clone())),
        ..array
    };
    match candidates.as_slice() {
        [] => contents.arrays.push(array),
        [only] => contents.arrays.push(labeled(only, array)),
        several => {
            let paths: Vec<_> = several.iter().map(|list| format!("'{}'", list.path)).collect();
            contents.ambiguity = Some(Error::format(format!(
                "has {} lists that could label the conditions of '{}': {}; choose one by its address, such as {file}::{}",
                several.len(),
                array.name,
                paths.join(", "),
                several[0].path
            )));
            contents.arrays.extend(
                several.iter().map(|list| labeled(list, FileArray { name: list.path.clone(), ..array.clone() })),
            );
        }
    }
}
