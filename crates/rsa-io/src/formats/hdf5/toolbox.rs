//! Files of rsatoolbox: RDMs and datasets with their descriptors.

use std::{collections::HashSet, path::Path, sync::Arc};

use rsa_core::{Error, Result};

use super::{
    choice::{self, LabelList},
    plain::{self, Unlisted},
    tree::{DatasetNode, GroupNode, Hdf5Tree},
};
use crate::{
    contents::{Contents, FileArray},
    labels::LabelRole,
    rdm_form::RdmForm,
};

/// The array of RDMs, and the groups of lists beside it.
const DISSIMILARITIES: &str = "dissimilarities";
const PATTERN_DESCRIPTORS: &str = "pattern_descriptors";
const RDM_DESCRIPTORS: &str = "rdm_descriptors";

/// The array of a dataset, and the group of lists beside it.
const MEASUREMENTS: &str = "measurements";
const OBS_DESCRIPTORS: &str = "obs_descriptors";

/// Lists what rsatoolbox saved; `None` if the file is none of its.
///
/// # Errors
/// `Format` if the file is damaged; `Io`.
pub(super) fn list(tree: &Hdf5Tree, path: &Path) -> Result<Option<Contents>> {
    if let (Some(rdms), Some(patterns), Some(of_rdms)) =
        (tree.dataset(DISSIMILARITIES), tree.group(PATTERN_DESCRIPTORS), tree.group(RDM_DESCRIPTORS))
    {
        return list_rdms(tree, path, rdms, patterns, of_rdms).map(Some);
    }
    match (tree.dataset(MEASUREMENTS), tree.group(OBS_DESCRIPTORS)) {
        (Some(measurements), Some(descriptors)) => list_dataset(tree, path, measurements, descriptors).map(Some),
        _ => Ok(None),
    }
}

fn list_rdms(
    tree: &Hdf5Tree,
    path: &Path,
    rdms: &DatasetNode,
    patterns: &GroupNode,
    of_rdms: &GroupNode,
) -> Result<Contents> {
    let mut contents = Contents::default();
    let Some(mut array) = array(&mut contents, tree, rdms, path)? else { return Ok(contents) };
    let &[count, n_pairs] = array.shape() else {
        contents.arrays.push(array);
        return Ok(contents);
    };
    let distinct = |list: &LabelList| list.labels.iter().collect::<HashSet<_>>().len() == list.labels.len();
    let mut names = choice::lists(tree, of_rdms, count)?;
    names.retain(distinct);
    if let Some(named) = names.iter().position(|list| list.name == "name") {
        names.swap(0, named);
        names.truncate(1);
    }
    let numbered = || (0..count).map(|k| if count == 1 { array.name.clone() } else { format!("{}[{k}]", array.name) });
    let given = match names.as_slice() {
        [] => numbered().collect(),
        [only] => only.labels.clone(),
        several => {
            let paths: Vec<_> = several.iter().map(|list| format!("'{}'", list.path)).collect();
            contents.warnings.push(format!(
                "the RDMs are numbered, for {} lists could name them: {}; keep one, or name one of them 'name'",
                several.len(),
                paths.join(", ")
            ));
            numbered().collect()
        }
    };
    array.rdms = Some(RdmForm::new(vec![count], vec![n_pairs], vec![array.numbers.clone()]).with_names(given));
    let n_conditions = rsa_core::condensed::n_conditions(n_pairs).unwrap_or_default();
    let mut labels = choice::lists(tree, patterns, n_conditions)?;
    labels.retain(distinct);
    choice::add_labeled(&mut contents, array, labels, &path.display().to_string());
    Ok(contents)
}

fn list_dataset(tree: &Hdf5Tree, path: &Path, measurements: &DatasetNode, descriptors: &GroupNode) -> Result<Contents> {
    let mut contents = Contents::default();
    let Some(mut array) = array(&mut contents, tree, measurements, path)? else { return Ok(contents) };
    let lists = choice::lists(tree, descriptors, array.shape()[0])?;
    let is_run = |list: &LabelList| LabelRole::Runs.columns().contains(&list.name.to_lowercase().as_str());
    let (mut runs, conditions): (Vec<_>, Vec<_>) = lists.into_iter().partition(is_run);
    match runs.len() {
        0 => {}
        1 => array.runs = Some(Arc::from(runs.remove(0).labels)),
        several => {
            let paths: Vec<_> = runs.iter().map(|list| format!("'{}'", list.path)).collect();
            contents.warnings.push(format!(
                "{several} lists could be the runs, and none is read: {}; give one of them with --runs",
                paths.join(", ")
            ));
        }
    }
    choice::add_labeled(&mut contents, array, conditions, &path.display().to_string());
    Ok(contents)
}

/// Returns the array of `node`, or skips it with the reason.
fn array(contents: &mut Contents, tree: &Hdf5Tree, node: &DatasetNode, path: &Path) -> Result<Option<FileArray>> {
    match plain::array(tree, node, path)? {
        Ok(array) => return Ok(Some(array)),
        Err(Unlisted::Reason(reason)) => contents.skip(&node.path, reason),
        Err(Unlisted::Text(_)) => contents.skip(&node.path, Error::format("holds strings, where numbers are expected")),
    }
    Ok(None)
}
