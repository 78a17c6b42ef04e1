//! [`MatrixAxes`]: what the rows and columns of the matrix are, as the XML says.

use std::collections::BTreeMap;

use roxmltree::Node;
use rsa_core::{Error, Result};

use super::{
    super::xml::{attribute, child, children, damaged, label_table, number, parse},
    brain_models,
};
use crate::voxels::BrainSpace;

/// The two axes of a matrix, one of which is places of the brain.
#[derive(Debug)]
pub(super) struct MatrixAxes {
    /// The columns.
    pub(super) space: BrainSpace,
    /// The rows.
    pub(super) maps: MapAxis,
    /// `true` if the maps are along the axis whose numbers follow one another.
    pub(super) maps_are_first: bool,
    n_maps: usize,
}

/// The axis that is no place of the brain.
#[derive(Debug)]
pub(super) enum MapAxis {
    /// Maps by name.
    Scalars(Vec<String>),
    /// Points in time or frequency.
    Series(usize),
    /// Maps of labels, and the names of the regions of the first.
    Labels { count: usize, regions: BTreeMap<i64, String> },
}

/// One axis of a matrix.
enum IndexMap {
    Places(BrainSpace),
    Maps(MapAxis),
}

impl MatrixAxes {
    /// Reads the XML of a matrix of these `lengths` along the axes 5 and 6.
    ///
    /// # Errors
    /// `Format` if it is malformed, contradicts the lengths, or describes another kind of matrix.
    pub(super) fn parse(xml: &str, lengths: [usize; 2]) -> Result<Self> {
        let document = parse(xml.trim_matches(|c: char| c.is_whitespace() || c == '\0'), "CIFTI")?;
        let version = document.root_element().attribute("Version").unwrap_or("1");
        if !version.starts_with('2') {
            return Err(Error::format(format!(
                "holds CIFTI of version {version:.20}, and version 2 is read; convert it: wb_command -file-convert \
                 -cifti-version-convert FILE 2 NEW_FILE"
            )));
        }
        let matrix = child(document.root_element(), "Matrix")?;
        let [first, second] = [index_map(matrix, 0)?, index_map(matrix, 1)?];
        let (space, maps, maps_are_first) = match (first, second) {
            (IndexMap::Maps(maps), IndexMap::Places(space)) => (space, maps, true),
            (IndexMap::Places(space), IndexMap::Maps(maps)) => (space, maps, false),
            (IndexMap::Places(_), IndexMap::Places(_)) => {
                return Err(Error::format(
                    "holds connections between places (as .dconn.nii and .pconn.nii do), which are no patterns of conditions; \
                     give maps or time series (.dscalar.nii, .dtseries.nii), or save the rows that are wanted as .npy",
                ));
            }
            (IndexMap::Maps(_), IndexMap::Maps(_)) => return Err(Error::format("has no axis of places of the brain")),
        };
        let n_maps = maps.count();
        let axes = Self { space, maps, maps_are_first, n_maps };
        let [rows, columns] = axes.shape();
        let claimed = if axes.maps_are_first { [rows, columns] } else { [columns, rows] };
        match claimed == lengths {
            true => Ok(axes),
            false => Err(damaged(format!(
                "the XML describes {} × {} numbers and the header has {} × {}",
                claimed[0], claimed[1], lengths[0], lengths[1]
            ))),
        }
    }

    /// Returns the numbers of maps and of places.
    pub(super) fn shape(&self) -> [usize; 2] {
        [self.n_maps, self.space.n_places()]
    }
}

impl MapAxis {
    fn count(&self) -> usize {
        match self {
            Self::Scalars(names) => names.len(),
            Self::Series(count) | Self::Labels { count, .. } => *count,
        }
    }
}

/// Reads what the axis `dimension` is.
fn index_map(matrix: Node<'_, '_>, dimension: u8) -> Result<IndexMap> {
    let applies = |node: &Node<'_, '_>| {
        let dimensions = node.attribute("AppliesToMatrixDimension").unwrap_or_default();
        dimensions.split(',').any(|word| word.trim().parse() == Ok(dimension))
    };
    let map = children(matrix, "MatrixIndicesMap").find(applies);
    let map = map.ok_or_else(|| damaged(format!("no MatrixIndicesMap describes dimension {dimension}")))?;
    let kind = attribute(map, "IndicesMapToDataType")?;
    Ok(match kind.trim_start_matches("CIFTI_INDEX_TYPE_") {
        "BRAIN_MODELS" => IndexMap::Places(brain_models::grayordinates(map)?),
        "PARCELS" => IndexMap::Places(brain_models::parcels(map)?),
        "SCALARS" => {
            let names = children(map, "NamedMap").map(map_name);
            IndexMap::Maps(MapAxis::Scalars(names.collect::<Result<_>>()?))
        }
        "SERIES" => IndexMap::Maps(MapAxis::Series(number(map, "NumberOfSeriesPoints")?)),
        "LABELS" => {
            let count = children(map, "NamedMap").count();
            let first = children(map, "NamedMap").next();
            let table = first.and_then(|first| children(first, "LabelTable").next());
            let regions = table.map(label_table).transpose()?.unwrap_or_default();
            IndexMap::Maps(MapAxis::Labels { count, regions })
        }
        _ => return Err(Error::format(format!("an axis of the matrix is '{kind:.60}', which is not read"))),
    })
}

fn map_name(map: Node<'_, '_>) -> Result<String> {
    Ok(child(map, "MapName")?.text().unwrap_or_default().trim().to_owned())
}
