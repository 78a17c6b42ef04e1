//! Tests that need a room of their own: damaged files, conventions, and the small files that other tests read.

mod conventions;
mod hostile;
pub(crate) mod samples;
