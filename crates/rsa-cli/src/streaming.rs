//! Layers larger than the memory: which measures read them in blocks, by which sums, and what that needs.
//!
//! The route to a number is decided by the layers alone and never by the memory there is: layers of more than
//! [`IN_MEMORY`] bytes in all are read in blocks by every measure that can, also where they would fit. The memory decides
//! only how many layers are held at once, and what is refused. So the bytes that come out are the same at any memory.

mod need;
mod sums;
mod tiles;

use rsakit::{
    MeasureSpec,
    cka::{Cka, Hsic, Kernel},
};

pub(crate) use self::{
    need::{in_memory, too_large},
    sums::{Origin, Shape, Sums},
    tiles::{Tile, tiles},
};

/// Layers of more bytes in all, as 64-bit floats, are read in blocks.
pub(crate) const IN_MEMORY: usize = 256 << 20;

/// How a measure reads layers in blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Linear CKA: sums over conditions, or Gram matrices from blocks of features.
    Cka(Hsic),
    /// CCA, SVCCA and PWCCA: the triangular factor of all layers side by side.
    Canonical,
}

impl Form {
    /// That of a measure; `None` if it must have its layers in memory.
    pub(crate) fn of(spec: &MeasureSpec) -> Option<Self> {
        match *spec {
            MeasureSpec::Cka(Cka { kernel: Kernel::Linear, hsic }) => Some(Self::Cka(hsic)),
            MeasureSpec::Cka(_) | MeasureSpec::Rsa(_) => None,
            MeasureSpec::Cca(_) | MeasureSpec::Svcca(_) | MeasureSpec::Pwcca(_) => Some(Self::Canonical),
        }
    }
}

/// How many conditions are read at a time, of layers with so many features in all.
///
/// A triangular factor takes in as many conditions as it has rows at least: fewer would spend more time on what is there
/// than on what is new.
pub(crate) fn conditions_per_block(form: Form, n_features: usize) -> usize {
    let usual = rsakit::core::blocks::conditions_per_block(n_features);
    match form {
        Form::Cka(_) => usual,
        Form::Canonical => usual.max(n_features),
    }
}
