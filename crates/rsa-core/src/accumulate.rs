//! [`Accumulate`] and [`Streaming`]: scores of layers that are read a block at a time.

use std::{
    any::{Any, type_name},
    fmt,
};

use ndarray::{Array2, ArrayView2};

use crate::{AnyGeometry, Caveat, Conditions, Error, Observer, Result, RowBlocks, blocks};

/// An array and its name in a file of sums.
pub type NamedArray = (String, Array2<f64>);

/// Sums over conditions, from which the scores of pairs of layers are computed.
///
/// Blocks of conditions are added in one pass, and sums of the same kind over other conditions can be merged. So layers
/// may be larger than the memory, and one run may be divided over machines.
pub trait Accumulate: Any + fmt::Debug + Send + Sync {
    /// Returns the number of features of each layer.
    fn widths(&self) -> Vec<usize>;

    /// Returns the number of conditions added so far.
    fn n_conditions(&self) -> usize;

    /// Returns `true` if the sums suffice to compute the scores of all `pairs` of layers.
    fn has_pairs(&self, pairs: &[(usize, usize)]) -> bool;

    /// Adds a block, which holds the same conditions of every layer, in the order of the layers.
    ///
    /// # Errors
    /// `ShapeMismatch` for another number of layers or features, or if the blocks differ in their number of conditions;
    /// `NonFinite` with the condition counted from the first one added. After an error the sums are unchanged.
    fn add(&mut self, blocks: &[ArrayView2<'_, f64>]) -> Result<()>;

    /// Adds the sums `other`, which are over other conditions of the same layers.
    ///
    /// # Errors
    /// `ShapeMismatch` if the other sums are of other layers or pairs, `Foreign` if they are of another kind.
    fn merge(&mut self, other: &dyn Accumulate) -> Result<()>;

    /// Returns all sums as named arrays, to be written to a file and read by [`Streaming::sums_from_arrays`].
    fn into_arrays(self: Box<Self>) -> Vec<NamedArray>;
}

impl dyn Accumulate {
    /// Returns the sums as their concrete type.
    ///
    /// # Errors
    /// `Foreign` if they are of another type.
    pub fn downcast<A: Accumulate>(&self) -> Result<&A> {
        let any: &dyn Any = self;
        any.downcast_ref().ok_or_else(|| {
            Error::foreign(format!(
                "the sums are no {}; merge and score sums by the measure that made them",
                short(type_name::<A>())
            ))
        })
    }
}

/// Returns the last part of the path of a type.
pub(crate) fn short(name: &str) -> &str {
    let path = name.split('<').next().unwrap_or(name);
    path.rsplit("::").next().unwrap_or(path)
}

/// The route by which a measure reads layers larger than the memory.
///
/// Measures that name the same kind of [`sums`](Self::sums) share them: biased and unbiased CKA, or all of CCA, SVCCA
/// and PWCCA. [`Measure::streamed`](crate::Measure::streamed) returns the route.
pub trait Streaming: Send + Sync {
    /// Returns the word for the kind of sums; it stands before the names of their arrays in files.
    fn sums(&self) -> &'static str;

    /// Makes empty sums over layers of `widths` features, for scores of `pairs` of layers.
    ///
    /// # Panics
    /// If a pair names a layer that does not exist.
    fn new_sums(&self, widths: &[usize], pairs: &[(usize, usize)]) -> Box<dyn Accumulate>;

    /// Reads sums from the arrays that [`Accumulate::into_arrays`] returned.
    ///
    /// # Errors
    /// `Format` if an array is missing, has another shape, or is not finite.
    fn sums_from_arrays(&self, arrays: Vec<NamedArray>) -> Result<Box<dyn Accumulate>>;

    /// Returns the approximate size of such sums in bytes while blocks of `per_block` conditions are added.
    ///
    /// The size of the blocks is not included.
    fn sums_bytes(&self, widths: &[usize], pairs: &[(usize, usize)], per_block: usize) -> usize;

    /// Returns the number of conditions to read at a time, of layers with `n_features` in all.
    fn conditions_per_block(&self, n_features: usize) -> usize {
        blocks::conditions_per_block(n_features)
    }

    /// Returns `true` if it pays to read layers of `n_conditions` conditions, with `n_features` in all, in blocks.
    fn serves(&self, n_conditions: usize, n_features: usize) -> bool {
        let _ = (n_conditions, n_features);
        true
    }

    /// Returns `true` if sums over some of the layers give exactly the scores that sums over all layers give.
    ///
    /// If so, the layers may be read in several passes when the sums over all layers do not fit into memory.
    fn is_divisible(&self) -> bool;

    /// Returns the route by blocks of features, if the measure has one.
    fn by_features(&self) -> Option<&dyn ByFeatures> {
        None
    }

    /// Prepares scores from `sums`, where `precisions` holds the relative spacing of each layer's numbers
    /// ([`RowBlocks::precision`]).
    ///
    /// # Errors
    /// `Foreign` if another kind of measure made the sums.
    fn scores<'a>(&'a self, sums: &'a dyn Accumulate, precisions: &[f64]) -> Result<Box<dyn SummedScores + 'a>>;
}

/// Scores of pairs of layers, from sums over conditions.
pub trait SummedScores: Sync {
    /// Checks that layer `k` alone can be compared.
    ///
    /// # Errors
    /// The reason why no pair with this layer has a score, such as `Degenerate`.
    fn ensure_comparable(&self, k: usize) -> Result<()> {
        let _ = k;
        Ok(())
    }

    /// Returns the score of layers `i` and `j`.
    ///
    /// # Errors
    /// The errors of [`Measure::score`](crate::Measure::score).
    ///
    /// # Panics
    /// If the sums were not made for the pair.
    fn score(&self, i: usize, j: usize) -> Result<f64>;

    /// Returns the reasons to read the score of layers `i` and `j` with care.
    fn caveats(&self, i: usize, j: usize) -> Vec<Caveat>;
}

/// The route by which a measure reads a geometry a block of features at a time.
pub trait ByFeatures: Sync {
    /// Returns `true` if blocks of features take fewer multiplications than blocks of conditions.
    ///
    /// `mirrored` says that `pairs` names each pair of layers twice, once in either order.
    fn multiplies_less(&self, n_conditions: usize, widths: &[usize], pairs: &[(usize, usize)], mirrored: bool) -> bool;

    /// Returns the bytes of one geometry.
    fn geometry_bytes(&self, n_conditions: usize) -> usize;

    /// Reads the geometry of a layer, and tells `observer` the features read so far.
    ///
    /// # Errors
    /// The errors of the layer and of [`Measure::geometry`](crate::Measure::geometry); `Cancelled`.
    fn geometry(&self, layer: &dyn RowBlocks, conditions: &Conditions, observer: &dyn Observer) -> Result<AnyGeometry>;
}
