//! Tests of damaged files and of conventions, and the small files that other tests read.

mod conventions;
mod hostile;
pub(crate) mod recordings;
pub(crate) mod samples;
pub(crate) mod voxels;
