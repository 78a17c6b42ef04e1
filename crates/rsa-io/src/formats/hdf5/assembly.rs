//! Assemblies of Brain-Score, which xarray writes as netCDF-4: presentations of images × neuroids.

use std::{path::Path, sync::Arc};

use rsa_core::{Error, Result};

use super::{
    choice::{self, LabelList},
    element_type::ElementType,
    storage::translated,
    tree::{DatasetNode, Hdf5Tree, NodeId},
};
use crate::{
    contents::{Contents, FileArray},
    layout::MemoryOrder,
};

/// The dimension of the rows.
const PRESENTATION: &str = "presentation";

/// The coordinates that say which image was presented.
const IMAGES: [&str; 2] = ["image_id", "stimulus_id"];

/// The coordinate that counts the presentations of an image.
const REPETITION: &str = "repetition";

/// The bytes of a reference to another object.
const REFERENCE: usize = 8;

/// Lists the variables with the dimension `presentation`; `None` if there is none.
///
/// # Errors
/// `Format` if the file is damaged; `Io`.
pub(super) fn list(tree: &Hdf5Tree, path: &Path) -> Result<Option<Contents>> {
    if tree.dataset(PRESENTATION).is_none_or(|node| node.text("CLASS").as_deref() != Some("DIMENSION_SCALE")) {
        return Ok(None);
    }
    let mut contents = Contents::default();
    for node in &tree.datasets {
        let dimensions = dimensions(tree, node)?;
        let Some(axis) = dimensions.iter().position(|name| name == PRESENTATION) else { continue };
        if dimensions.len() > 1 {
            add(&mut contents, tree, path, node, axis)
                .map_err(|error| error.context(format!("array '{}'", node.path)))?;
        }
    }
    Ok(Some(contents))
}

/// Returns the names of the dimensions of a variable; none if it is itself a dimension.
fn dimensions(tree: &Hdf5Tree, node: &DatasetNode) -> Result<Vec<String>> {
    let Ok(list) = node.dataset.attribute("DIMENSION_LIST") else { return Ok(Vec::new()) };
    let size = node.dataset.vlen_reference_size();
    let mut names = Vec::new();
    for entry in list.raw_data.chunks_exact(size) {
        let reference = node.dataset.resolve_vlen_reference_bytes(entry, REFERENCE).map_err(translated)?;
        let address = reference.first_chunk().map(|bytes| u64::from_le_bytes(*bytes));
        let Some(NodeId::Dataset(k)) = address.and_then(|address| tree.at(address)) else { return Ok(Vec::new()) };
        names.push(tree.datasets[k].path.clone());
    }
    Ok(names)
}

fn add(contents: &mut Contents, tree: &Hdf5Tree, path: &Path, node: &DatasetNode, axis: usize) -> Result<()> {
    let source = tree.source(node)?;
    let mut shape = source.shape()?;
    let ElementType::Number(number) = ElementType::of(&node.dataset)? else {
        contents.skip(&node.path, Error::format("holds no numbers"));
        return Ok(());
    };
    let count = shape.get(axis).copied().unwrap_or_default();
    let order = match axis {
        0 => MemoryOrder::C,
        last if last + 1 == shape.len() => {
            shape.reverse();
            MemoryOrder::Fortran
        }
        _ => {
            contents.skip(
                &node.path,
                Error::format(format!(
                    "has '{PRESENTATION}' as axis {axis} of {}; transpose it to be the first",
                    shape.len()
                )),
            );
            return Ok(());
        }
    };
    let place = format!("{}::{}", path.display(), node.path);
    let mut array = match source.numbers(number, shape, order) {
        Ok(numbers) => FileArray::new(node.path.clone(), place, numbers),
        Err(reason) => {
            contents.skip(&node.path, reason);
            return Ok(());
        }
    };
    let lists = choice::lists(tree, &tree.groups[0], count)?;
    let (mut images, others): (Vec<_>, Vec<_>) =
        lists.into_iter().partition(|list| IMAGES.contains(&list.name.as_str()));
    images.dedup_by(|a, b| a.labels == b.labels);
    if images.is_empty() {
        contents.warnings.push(without_images(&node.path, &others));
    }
    if let Some(runs) = others.into_iter().find(|list| list.name == REPETITION) {
        array.runs = Some(Arc::from(runs.labels));
    }
    choice::add_labeled(contents, array, images, &path.display().to_string());
    Ok(())
}

/// Returns the note on a variable whose images are not named.
fn without_images(name: &str, others: &[LabelList]) -> String {
    let found: Vec<_> = others.iter().map(|list| format!("'{}'", list.path)).collect();
    format!(
        "'{name}' has no coordinate '{}' or '{}', so its rows have no labels; it has {}",
        IMAGES[0],
        IMAGES[1],
        if found.is_empty() { "none".to_owned() } else { found.join(", ") }
    )
}
