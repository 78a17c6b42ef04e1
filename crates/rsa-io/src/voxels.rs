//! Voxels of volumes and vertices of surfaces: their places, and masks and atlases that choose some of them.

mod atlas;
mod brain_space;
mod grayordinates;
mod single_map;
mod volume_file;
mod volume_geometry;
mod voxel_selection;

pub(crate) use self::{
    brain_space::BrainSpace,
    grayordinates::{StructurePlaces, VoxelGrid},
    single_map::BrainMaps,
    volume_geometry::OrientationFields,
    voxel_selection::VoxelSelection,
};
pub use self::{
    grayordinates::{BrainStructure, Grayordinates},
    volume_file::{VolumeFile, read_mask},
    volume_geometry::VolumeGeometry,
};
