//! [`MapSpace`]: the elements of maps of a group, and their neighbors.

use rsa_io::VolumeGeometry;
use rsakit::{
    Error, Result,
    stats::{Adjacency, VoxelConnectivity},
};

/// Elements of a map.
#[derive(Clone, Debug)]
pub(super) enum MapSpace {
    /// Voxels at places of a volume.
    Voxels { geometry: Box<VolumeGeometry>, places: Vec<usize>, connectivity: VoxelConnectivity },
    /// Points in time, with names if the files have them.
    Times { n: usize, names: Option<Vec<String>> },
    /// Times × times, or any other rectangle.
    Rectangle { n_rows: usize, n_columns: usize },
}

impl MapSpace {
    /// Returns the space of arrays whose first axis is the subject.
    ///
    /// # Errors
    /// `ShapeMismatch` unless there are two or three axes.
    pub(super) fn of_shape(shape: &[usize], names: Option<Vec<String>>) -> Result<Self> {
        match *shape {
            [_, n] => Ok(Self::Times { n, names }),
            [_, n_rows, n_columns] => Ok(Self::Rectangle { n_rows, n_columns }),
            _ => Err(Error::shape_mismatch(format!(
                "has {} axes; give subjects × times, or subjects × times × times",
                shape.len()
            ))),
        }
    }

    pub(super) fn is_volume(&self) -> bool {
        matches!(self, Self::Voxels { .. })
    }

    pub(super) fn adjacency(&self) -> Result<Adjacency> {
        match self {
            Self::Voxels { geometry, places, connectivity } => {
                Adjacency::of_voxels(geometry.shape(), places, *connectivity)
            }
            Self::Times { n, .. } => Ok(Adjacency::of_times(*n)),
            Self::Rectangle { n_rows, n_columns } => Ok(Adjacency::of_grid(*n_rows, *n_columns)),
        }
    }

    /// Returns the number of elements, in words.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Voxels { geometry, places, connectivity } => format!(
                "{} voxels of {}, {} neighbors",
                places.len(),
                geometry.shape().map(|length| length.to_string()).join(" × "),
                connectivity.n_neighbors()
            ),
            Self::Times { n, .. } => format!("{n} times"),
            Self::Rectangle { n_rows, n_columns } => format!("{n_rows} × {n_columns} times"),
        }
    }

    /// Returns the index of an element: x, y, z of a voxel, a time, or row and column.
    pub(super) fn index(&self, element: usize) -> Vec<usize> {
        match self {
            Self::Voxels { geometry, places, .. } => geometry.index(places[element]).to_vec(),
            Self::Times { .. } => vec![element],
            Self::Rectangle { n_columns, .. } => vec![element / n_columns, element % n_columns],
        }
    }

    /// Returns the place in mm of a voxel.
    pub(super) fn position(&self, element: usize) -> Option<[f64; 3]> {
        match self {
            Self::Voxels { geometry, places, .. } => Some(geometry.position(places[element])),
            _ => None,
        }
    }

    /// Returns an element in words, for messages and tables.
    pub(super) fn show(&self, element: usize) -> String {
        match self {
            Self::Times { names: Some(names), .. } => names[element].clone(),
            _ => self.index(element).iter().map(usize::to_string).collect::<Vec<_>>().join(" "),
        }
    }
}
