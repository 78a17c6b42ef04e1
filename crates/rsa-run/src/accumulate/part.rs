//! [`SumsHeader`]: what the sums in a file are of.

use ndarray::Array2;
use rsa_io::Layer;
use rsakit::{MeasureSpec, Result, core::RowBlocks};
use serde::{Deserialize, Serialize};

use crate::{
    inputs::Input,
    streaming::{LayerOrigin, PairShape},
};

/// Kind of the part files that hold sums, as [`rsa_io::PartFile`] names it.
pub(crate) const ACCUMULATION: &str = "accumulation";

/// Layers, measures and conditions of the sums in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct SumsHeader {
    pub(super) measures: Vec<MeasureSpec>,
    pub(super) inputs: Vec<Input>,
    pub(super) shape: PairShape,
    pub(super) layers: Vec<LayerOrigin>,
    /// Number of conditions of the layers in all.
    pub(super) n_conditions: usize,
    /// Hash of some numbers of every layer.
    pub(super) fingerprint: String,
    pub(super) first: usize,
    pub(super) last: usize,
    /// Notes on what the inputs left out and what was done to them.
    pub(super) notes: Vec<String>,
}

impl SumsHeader {
    /// Returns the number of features of each layer.
    pub(super) fn widths(&self) -> Vec<usize> {
        self.layers.iter().map(|layer| layer.features).collect()
    }

    /// Returns `true` if both are of one computation. Files may have other paths on other machines.
    pub(super) fn is_of_the_same(&self, other: &Self) -> bool {
        let layers = |header: &Self| {
            let known =
                header.layers.iter().map(|layer| (layer.name.clone(), layer.features, layer.precision.to_bits()));
            known.collect::<Vec<_>>()
        };
        (&self.measures, self.shape, layers(self), self.n_conditions, &self.fingerprint)
            == (&other.measures, other.shape, layers(other), other.n_conditions, &other.fingerprint)
    }
}

impl SumsHeader {
    /// Returns the word for what differs from the measures and layers of `other`, if anything does.
    pub(super) fn difference(&self, other: &Self) -> Option<&'static str> {
        let names = |header: &Self| header.layers.iter().map(|layer| layer.name.clone()).collect::<Vec<_>>();
        let precisions = |header: &Self| header.layers.iter().map(|layer| layer.precision).collect::<Vec<_>>();
        match () {
            () if self.measures != other.measures => Some("measures"),
            () if self.shape != other.shape || names(self) != names(other) => Some("layers"),
            () if self.widths() != other.widths() => Some("numbers of features"),
            () if precisions(self) != precisions(other) => Some("types of numbers"),
            () => None,
        }
    }
}

/// Returns a hash of the first and the last condition of each layer, which tells layers of one shape apart.
pub(super) fn fingerprint(layers: &[&Layer]) -> Result<String> {
    // FNV-1a: short, and equal on all machines.
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for layer in layers {
        let mut pattern = Array2::zeros((1, layer.n_features()));
        for condition in [0, layer.n_conditions() - 1] {
            layer.read_rows(condition..condition + 1, pattern.view_mut())?;
            for byte in pattern.iter().flat_map(|value| value.to_le_bytes()) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }
    Ok(format!("{hash:016x}"))
}
