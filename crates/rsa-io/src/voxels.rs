//! Voxels of volumes: their places, and masks and atlases that choose some of them.

mod atlas;
mod single_volume;
mod volume_geometry;
mod voxel_selection;

pub use self::volume_geometry::VolumeGeometry;
pub(crate) use self::{volume_geometry::OrientationFields, voxel_selection::VoxelSelection};
