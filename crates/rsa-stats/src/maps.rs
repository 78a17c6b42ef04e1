//! [`MapTest`]: statistics of maps over a group of subjects: volumes, surfaces, time courses, times × times.
//!
//! Every subject has one value at each element of a map, such as a voxel or a time. The files, in reading order:
//! - `adjacency`: the elements that are neighbors ([`Adjacency`]);
//! - `map_contrast`, `arrangements`: the effect under test, and the flips of signs or permutations of subjects;
//! - `unit_maps`, `arranged_scores`: maps of unit length, whose products with arrangements give t, and these products;
//! - `clusters`, `tfce`: clusters above a threshold, and threshold-free cluster enhancement ([`Tfce`]);
//! - `map_correction`, `null_maxima`, `map_test`, `map_conclusion`, `map_outcome`: the test and its result.

mod adjacency;
mod arranged_scores;
mod arrangements;
mod clusters;
mod map_conclusion;
mod map_contrast;
mod map_correction;
mod map_outcome;
mod map_test;
mod null_maxima;
mod tfce;
mod unit_maps;

pub use self::{
    adjacency::{Adjacency, VoxelConnectivity},
    map_contrast::MapContrast,
    map_correction::{ClusterStatistic, ElementP, MapCorrection},
    map_outcome::{MapCluster, MapTestOutcome, TestedMap},
    map_test::MapTest,
    tfce::Tfce,
};

#[cfg(test)]
mod tests {
    mod golden;
    mod hostile;
    mod laws;
    mod peers;
}
