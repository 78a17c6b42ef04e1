//! [`Grayordinates`]: the vertices of surfaces and the voxels that are the columns of a CIFTI-2 or GIfTI file.

use std::{collections::HashMap, fmt, ops::Range};

use rsa_core::{Error, Result};

use super::volume_geometry::{show_affine, show_volume};

/// The largest difference of two affines of one space: a thousandth of a millimeter.
const SAME_SPACE: f64 = 1e-3;

/// The places of the gray matter that the columns of an array are, structure by structure.
///
/// A structure is a surface, such as `CORTEX_LEFT`, or the voxels of a nucleus, such as `THALAMUS_LEFT`.
#[derive(Clone, Debug, PartialEq)]
pub struct Grayordinates {
    structures: Vec<BrainStructure>,
    grid: Option<VoxelGrid>,
}

/// The columns of one structure.
#[derive(Clone, Debug, PartialEq)]
pub struct BrainStructure {
    name: String,
    first: usize,
    places: StructurePlaces,
}

/// The vertices or voxels of a structure, in the order of the columns.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum StructurePlaces {
    Vertices { indices: Vec<u32>, n_vertices: usize },
    Voxels(Vec<[u32; 3]>),
}

/// The volume in which the voxels of all structures lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct VoxelGrid {
    pub(crate) shape: [usize; 3],
    /// The rows that give the three coordinates in mm of a voxel (x, y, z, 1).
    pub(crate) affine: [[f64; 4]; 3],
}

/// One place: the vertex of a surface or a voxel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum GrayPlace {
    Vertex(u32),
    Voxel([u32; 3]),
}

impl Grayordinates {
    /// Returns the places of `structures`, each a name and its places, in the order of the columns.
    pub(crate) fn new(structures: Vec<(String, StructurePlaces)>, grid: Option<VoxelGrid>) -> Self {
        let mut first = 0;
        let with_first = |(name, places): (String, StructurePlaces)| {
            let structure = BrainStructure { name, first, places };
            first += structure.count();
            structure
        };
        Self { structures: structures.into_iter().map(with_first).collect(), grid }
    }

    /// Returns all `n` vertices of one surface; its name is empty where the file does not say it.
    pub(crate) fn of_surface(name: String, n: usize) -> Self {
        // A file that has a number for each vertex has fewer than 2³² of them.
        let indices = (0..u32::try_from(n).unwrap_or(u32::MAX)).collect();
        Self::new(vec![(name, StructurePlaces::Vertices { indices, n_vertices: n })], None)
    }

    /// Returns the structures in the order of their columns.
    pub fn structures(&self) -> &[BrainStructure] {
        &self.structures
    }

    /// Returns the number of places.
    pub fn count(&self) -> usize {
        self.structures.last().map_or(0, |last| last.range().end)
    }

    /// Returns the structure `name`.
    pub fn structure(&self, name: &str) -> Option<&BrainStructure> {
        self.structures.iter().find(|structure| structure.name == name)
    }

    /// Returns the grid of the voxels, where there are any.
    pub(crate) fn grid(&self) -> Option<&VoxelGrid> {
        self.grid.as_ref()
    }

    /// Returns the structure and the place of column `j`.
    ///
    /// # Panics
    /// If there is no such column.
    pub(crate) fn place(&self, j: usize) -> (&BrainStructure, GrayPlace) {
        let after = self.structures.partition_point(|structure| structure.first <= j);
        let structure = &self.structures[after - 1];
        let place = match &structure.places {
            StructurePlaces::Vertices { indices, .. } => GrayPlace::Vertex(indices[j - structure.first]),
            StructurePlaces::Voxels(voxels) => GrayPlace::Voxel(voxels[j - structure.first]),
        };
        (structure, place)
    }

    /// Returns the name of column `j`: `CORTEX_LEFT:12` for a vertex, `PUTAMEN_LEFT:30,41,22` for a voxel.
    pub(crate) fn show_place(&self, j: usize) -> String {
        let (structure, place) = self.place(j);
        let place = match place {
            GrayPlace::Vertex(vertex) => vertex.to_string(),
            GrayPlace::Voxel(voxel) => voxel.map(|k| k.to_string()).join(","),
        };
        if structure.name.is_empty() { place } else { format!("{}:{place}", structure.name) }
    }

    /// Returns for every column of `data` the column that has the same place here, if any.
    ///
    /// `own` and `others` name the two for messages.
    ///
    /// # Errors
    /// `ShapeMismatch` if they lie on other meshes or grids, or have no place in common.
    pub(crate) fn columns_of(&self, own: &str, data: &Self, others: &str) -> Result<Vec<Option<usize>>> {
        if let (Some(a), Some(b)) = (&self.grid, &data.grid) {
            a.ensure_same(own, b, others)?;
        }
        let mut columns = vec![None; data.count()];
        for structure in &data.structures {
            let Some(partner) = self.partner(structure, own, others)? else { continue };
            let place = |j: usize| self.place(j).1;
            let known: HashMap<GrayPlace, usize> = partner.range().map(|j| (place(j), j)).collect();
            for j in structure.range() {
                columns[j] = known.get(&data.place(j).1).copied();
            }
        }
        match columns.iter().any(Option::is_some) {
            true => Ok(columns),
            false => Err(Error::shape_mismatch(format!(
                "{own} has {}, {others} {}, which have no place in common; give one of the same structures",
                self.show_structures(),
                data.show_structures()
            ))),
        }
    }

    /// Returns the structure that is the same as `structure` of other data.
    fn partner(&self, structure: &BrainStructure, own: &str, others: &str) -> Result<Option<&BrainStructure>> {
        let surfaces = || self.structures.iter().filter(|own| own.n_vertices().is_some());
        // A GIfTI file may not say of which hemisphere it is.
        let unnamed = surfaces().any(|own| own.name.is_empty()) || structure.name.is_empty();
        let found = match (unnamed, structure.n_vertices()) {
            (true, Some(_)) if surfaces().count() > 1 => {
                return Err(Error::shape_mismatch(format!(
                    "{own} has several surfaces and {others} do not say which they are of; name the file with hemi-L or \
                     hemi-R, or give an atlas of one hemisphere"
                )));
            }
            (true, Some(_)) => surfaces().next(),
            _ => self.structure(&structure.name),
        };
        match found.map(|found| (found, found.n_vertices(), structure.n_vertices())) {
            Some((found, Some(a), Some(b))) if a != b => Err(Error::shape_mismatch(format!(
                "{own} has {a} vertices of the surface '{}', {others} {b}; bring both to one mesh first, such as with \
                 `wb_command -metric-resample`",
                found.name
            ))),
            found => Ok(found.map(|(found, _, _)| found)),
        }
    }

    /// Checks that both have the same places in the same order; `own` and `others` name them.
    ///
    /// # Errors
    /// `ShapeMismatch`.
    pub(crate) fn ensure_same(&self, own: &str, other: &Self, others: &str) -> Result<()> {
        if let (Some(a), Some(b)) = (&self.grid, &other.grid) {
            a.ensure_same(own, b, others)?;
        }
        match self.structures == other.structures {
            true => Ok(()),
            false => Err(Error::shape_mismatch(format!(
                "{own} has {}, {others} {}; files of one condition each have the same vertices: put each hemisphere in a \
                 folder of its own",
                self.show_structures(),
                other.show_structures()
            ))),
        }
    }

    /// Returns the structures and their counts for a message.
    pub(crate) fn show_structures(&self) -> String {
        let shown = self.structures.iter().map(ToString::to_string);
        crate::open::enumerate(&shown.collect::<Vec<_>>())
    }
}

impl BrainStructure {
    /// Returns the name, such as `CORTEX_LEFT`; empty where a GIfTI file does not say it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the columns of the structure.
    pub fn range(&self) -> Range<usize> {
        self.first..self.first + self.count()
    }

    /// Returns the number of vertices of the surface, of which the columns may be some; `None` for voxels.
    pub fn n_vertices(&self) -> Option<usize> {
        match self.places {
            StructurePlaces::Vertices { n_vertices, .. } => Some(n_vertices),
            StructurePlaces::Voxels(_) => None,
        }
    }

    /// Returns the vertices in the order of the columns; `None` for voxels.
    pub fn vertices(&self) -> Option<&[u32]> {
        match &self.places {
            StructurePlaces::Vertices { indices, .. } => Some(indices),
            StructurePlaces::Voxels(_) => None,
        }
    }

    /// Returns the indices (i, j, k) of the voxels in the order of the columns; `None` for vertices.
    pub fn voxels(&self) -> Option<&[[u32; 3]]> {
        match &self.places {
            StructurePlaces::Vertices { .. } => None,
            StructurePlaces::Voxels(voxels) => Some(voxels),
        }
    }

    fn count(&self) -> usize {
        match &self.places {
            StructurePlaces::Vertices { indices, .. } => indices.len(),
            StructurePlaces::Voxels(voxels) => voxels.len(),
        }
    }
}

/// Writes name and count, such as `CORTEX_LEFT (29696 vertices)`.
impl fmt::Display for BrainStructure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.n_vertices().is_some() { "vertices" } else { "voxels" };
        let name = if self.name.is_empty() { "a surface" } else { &self.name };
        write!(f, "{name} ({} {kind})", self.count())
    }
}

impl VoxelGrid {
    /// Returns the place of a voxel, x running fastest.
    pub(crate) fn place(&self, voxel: [u32; 3]) -> usize {
        let [x, y, z] = voxel.map(|k| k as usize);
        x + self.shape[0] * (y + self.shape[1] * z)
    }

    /// Returns the coordinates of a voxel in mm.
    pub(crate) fn position(&self, voxel: [u32; 3]) -> [f64; 3] {
        let index = voxel.map(f64::from);
        self.affine.map(|[x, y, z, origin]| x * index[0] + y * index[1] + z * index[2] + origin)
    }

    fn ensure_same(&self, own: &str, other: &Self, others: &str) -> Result<()> {
        let pairs = self.affine.iter().flatten().zip(other.affine.iter().flatten());
        if self.shape == other.shape && pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max) <= SAME_SPACE {
            return Ok(());
        }
        let show = |grid: &Self| format!("{} voxels at {}", show_volume(grid.shape), show_affine(grid.affine));
        Err(Error::shape_mismatch(format!(
            "{own} has {}, {others} {}; bring both into one space first",
            show(self),
            show(other)
        )))
    }
}
