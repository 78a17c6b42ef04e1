//! GIfTI: maps of the vertices of a surface, labels of regions, and surfaces.
//!
//! Every map is one row, and every vertex one column. Opening a file finds the arrays in its XML; a map is decoded when it
//! is read.

mod data_array;
mod encoding;
mod surface;
mod vertex_maps;

use std::{io::Read, path::Path};

use roxmltree::Node;
use rsa_core::{Conditions, Error, Result};

pub use self::surface::{Surface, read_surface};
use self::{
    data_array::{DataArray, Intent},
    vertex_maps::VertexMaps,
};
use super::{
    cifti::{labels_reason, map_labels},
    xml::{self, children, label_table},
};
use crate::{
    bids::BidsName,
    contents::{Contents, FileArray},
    format::FileFormat,
    options::OpenOptions,
    plain_text,
    positioned::{PositionedFile, read_error, stem},
    voxels::{BrainMaps, BrainSpace, Grayordinates},
};

/// The longest file that is read: the places in an XML text are numbers of 32 bits.
const MAX_TEXT: u64 = u32::MAX as u64;

/// The format `.gii`.
pub(crate) struct GiftiFormat;

impl FileFormat for GiftiFormat {
    fn name(&self) -> &'static str {
        "GIfTI"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["gii"]
    }

    fn open(&self, path: &Path, _: &OpenOptions) -> Result<Contents> {
        let file = GiftiFile::read(path)?;
        let mut contents = Contents::default();
        for array in &file.arrays {
            if let Some(reason) = array.shape_reason() {
                contents.skip(array.intent.word(), reason);
            }
        }
        if file.maps().next().is_none() {
            return Ok(contents);
        }
        let BrainMaps { array, labels } = file.into_maps(path, &mut contents.warnings)?;
        match labels {
            None => contents.arrays.push(array),
            Some(_) => contents.skip(array.name, labels_reason()),
        }
        Ok(contents)
    }
}

/// Opens the maps of the file at `path`, and adds doubts to `warnings`.
///
/// # Errors
/// `Io` if the file cannot be read, `Format` if it is malformed or holds no map.
pub(super) fn open_maps(path: &Path, warnings: &mut Vec<String>) -> Result<BrainMaps> {
    GiftiFile::read(path)?.into_maps(path, warnings)
}

/// The arrays of a file, whose numbers are not yet decoded.
struct GiftiFile {
    file: PositionedFile,
    arrays: Vec<DataArray>,
    /// The names of the regions, if there is a table of labels.
    labels: Option<std::collections::BTreeMap<i64, String>>,
    /// The structure in the spelling of CIFTI-2, such as `CORTEX_LEFT`, if the file says it.
    structure: Option<String>,
}

impl GiftiFile {
    fn read(path: &Path) -> Result<Self> {
        let file = PositionedFile::open(path)?;
        if file.length() > MAX_TEXT {
            return Err(Error::format("is longer than 4 GiB; split it into files of fewer maps"));
        }
        let mut bytes = Vec::new();
        file.cursor(0).read_to_end(&mut bytes).map_err(|error| read_error("reading the XML", error))?;
        let mark = plain_text::mark_length(&bytes)?;
        let text = plain_text::utf8(&bytes[mark..])?;
        let document = xml::parse(text, "GIFTI")?;
        let root = document.root_element();
        let mut arrays = Vec::new();
        for (k, node) in children(root, "DataArray").enumerate() {
            let array = DataArray::parse(node, mark as u64);
            arrays.push(array.map_err(|error| error.context(format!("data array {k}")))?);
        }
        let table = children(root, "LabelTable").next().map(label_table).transpose()?;
        let structures = arrays.iter().map(|array| array.structure.clone());
        let mut named = std::iter::once(structure(root)).chain(structures).flatten();
        let found = named.next();
        if let (Some(a), Some(b)) = (&found, named.find(|other| Some(other) != found.as_ref())) {
            return Err(Error::format(format!("has arrays of '{a}' and of '{b}'; give a file for each")));
        }
        Ok(Self { file, labels: table, structure: found.or_else(|| by_name(path)), arrays })
    }

    /// Returns the arrays that have one number for each vertex.
    fn maps(&self) -> impl Iterator<Item = &DataArray> {
        self.arrays.iter().filter(|array| array.shape_reason().is_none())
    }

    fn into_maps(self, path: &Path, warnings: &mut Vec<String>) -> Result<BrainMaps> {
        let maps: Vec<DataArray> = self.maps().cloned().collect();
        let Some(first) = maps.first() else {
            let reason = self.arrays.first().and_then(DataArray::shape_reason);
            return Err(reason.unwrap_or_else(|| Error::format("holds no data array")));
        };
        let n_vertices = first.dims[0];
        if let Some(k) = maps.iter().position(|map| map.dims[0] != n_vertices) {
            return Err(Error::shape_mismatch(format!(
                "map {k} has {} vertices and the first {n_vertices}; give files of one mesh each",
                maps[k].dims[0]
            )));
        }
        let are_labels = first.intent == Intent::Label;
        if maps.iter().any(|map| (map.intent == Intent::Label) != are_labels) {
            return Err(Error::format("holds both labels of regions and measurements; give a file for each"));
        }
        let names = match maps.iter().all(|map| map.intent == Intent::TimeSeries) {
            true => None,
            false => map_labels(maps.iter().map(|map| map.name.clone()).collect(), warnings),
        };
        let surface = Grayordinates::of_surface(self.structure.unwrap_or_default(), n_vertices);
        let numbers = VertexMaps::new(self.file, maps);
        let array = FileArray {
            labels: names.filter(|_| !are_labels).map(Conditions::labeled),
            space: Some(BrainSpace::Grayordinates(surface.into())),
            ..FileArray::new(stem(path), path.display().to_string(), numbers)
        };
        Ok(BrainMaps { array, labels: are_labels.then(|| self.labels.unwrap_or_default()) })
    }
}

/// Returns the structure in the metadata of `node`: `CORTEX_LEFT` for `CortexLeft`.
fn structure(node: Node<'_, '_>) -> Option<String> {
    let primary = metadata(node, "AnatomicalStructurePrimary")?;
    let mut name = String::new();
    for letter in primary.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    Some(name)
}

/// Returns the value of `name` in the metadata of `node`, unless it is empty.
fn metadata(node: Node<'_, '_>, name: &str) -> Option<String> {
    let text =
        |entry: Node<'_, '_>, part| Some(children(entry, part).next()?.text().unwrap_or_default().trim().to_owned());
    let entries = children(node, "MetaData").flat_map(|metadata| children(metadata, "MD"));
    let mut named = entries.filter(|entry| text(*entry, "Name").as_deref() == Some(name));
    named.next().and_then(|entry| text(entry, "Value")).filter(|value| !value.is_empty())
}

/// Returns the structure that the entity `hemi` in the name of a BIDS file says.
fn by_name(path: &Path) -> Option<String> {
    match BidsName::parse(path)?.entity("hemi")? {
        "L" => Some("CORTEX_LEFT".to_owned()),
        "R" => Some("CORTEX_RIGHT".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
