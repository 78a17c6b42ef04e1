//! Representational similarity at every voxel of a volume (searchlights), and at every time of a recording.
//!
//! A sphere of voxels around each voxel has an RDM, which is compared with models; the map shows where a model holds.
//! Most dissimilarities are functions of sums over voxels ([`AdditiveTerms`]), and spheres share these sums: crossnobis of
//! 16 conditions and 8 runs takes some microseconds a center. All others are computed sphere by sphere
//! ([`SphereRdms`]). Centers without a value have a [`MissingReason`] and never stop a run.
//!
//! The parts, in reading order:
//! - [`VolumeGrid`], [`Neighborhood`], [`Spheres`]: the voxels, and the members of each sphere;
//! - [`VoxelValues`], [`SearchDesign`], [`noise_variances`], [`ResidualVariances`]: the data and their noise;
//! - [`AdditiveDissimilarity`], [`AdditiveTerms`], [`SphereRdms`]: RDMs of spheres;
//! - [`MapModels`], [`MapComparison`], [`MapStatistic`]: what is mapped;
//! - [`Searchlight`], [`SearchlightMaps`]: the run and its result;
//! - [`MeasurementsInTime`], [`TimeBins`]: trials of sensors, and the RDM of each time.
//!
//! A map of one subject has no p-value here: the pairs of an RDM are not independent. Maps of several subjects do.

#[doc = include_str!("../docs/searchlight.md")]
pub mod searchlight_chapter {}

mod missing;
mod neighborhood;
mod spheres;
mod volume_grid;

mod design;
mod noise;
mod voxel_values;

mod additive;
mod sphere_rdms;

mod models;

mod measurements_in_time;
mod time_bins;

mod moments;
mod searchlight;
mod stored;
mod tile;

#[cfg(test)]
mod tests;

pub use additive::{AdditiveDissimilarity, AdditiveTerms};
pub use design::SearchDesign;
pub use measurements_in_time::{MeasurementsInTime, PatternsAt, show_time};
pub use missing::MissingReason;
pub use models::{MapComparison, MapModels, MapStatistic};
pub use neighborhood::Neighborhood;
pub use noise::{ResidualVariances, noise_variances};
pub use searchlight::{Searchlight, SearchlightMaps};
pub use sphere_rdms::{SphereError, SphereRdms};
pub use spheres::Spheres;
pub use time_bins::TimeBins;
pub use volume_grid::VolumeGrid;
pub use voxel_values::VoxelValues;

// Whoever takes this crate alone needs RDMs and errors, too.
pub use rsa_core;

/// The example of the README, compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct BrainReadmeDoctests;
