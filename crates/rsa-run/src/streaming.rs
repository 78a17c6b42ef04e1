//! Layers larger than the memory: their sums, read in blocks, and the memory for them.
//!
//! The size of the layers decides how they are read, and the memory of the machine does not: layers of more than
//! [`IN_MEMORY`] bytes in all are read in blocks by every measure that can, even where they would fit. The memory decides
//! only how many layers are held at once, and what is refused. So results have the same bytes at any memory.

mod need;
mod sums;
mod tiles;

use rsakit::core::Streaming;

pub(crate) use self::{
    need::{in_memory, too_large},
    sums::{LayerOrigin, LayerSums, PairShape},
    tiles::{Tile, tiles},
};

/// Layers of more bytes in all, as 64-bit floats, are read in blocks.
pub(crate) const IN_MEMORY: usize = 256 << 20;

/// Route of a measure that reads layers in blocks.
pub(crate) type BlockRoute<'a> = Box<dyn Streaming + 'a>;

/// Returns the number of conditions to read at a time for all `routes`, of layers with `n_features` in all.
pub(crate) fn conditions_per_block(routes: &[&dyn Streaming], n_features: usize) -> usize {
    routes.iter().map(|route| route.conditions_per_block(n_features)).max().unwrap_or(1)
}
