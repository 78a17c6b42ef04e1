//! Measures, comparisons and dissimilarities as text, for command lines, files and bindings.
//!
//! The file of each family in `src/families` holds its words; this module reads the grammar that all of them share.

pub(crate) mod axes;
pub(crate) mod grammar;
mod peer_words;

pub use crate::{
    families::{
        Advice, ClassifierSpec, ComparisonSpec, ComparisonWithData, DecodingFolds, DecodingSpec, DissimilaritySpec,
        MeasureSpec, MemoryNeed, ProcrustesSpec, RdmSpec, RsaSpec, ShapeSpec, legend,
    },
    reference::Reference,
};
