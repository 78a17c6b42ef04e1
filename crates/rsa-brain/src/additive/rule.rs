//! [`TermForm`]: the way from sums over voxels to dissimilarities.

use rsa_core::{Error, PairWeighting, Result};

use super::AdditiveDissimilarity;
use crate::SearchDesign;

/// The way that sums over voxels of a pair become its dissimilarity.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TermForm {
    /// A sum of signed squares of differences of maps: the first is added, all others are subtracted.
    Squares { maps: usize, finish: SumFinish },
    /// A sum of absolute differences.
    Absolute,
    /// A sum of products of the differences of two maps, over the number of voxels.
    Divergence,
    /// Sums of products of maps, the first added and all others subtracted, of conditions with themselves too.
    Gram { maps: usize, finish: GramFinish },
}

/// The last step from a sum of squares to a dissimilarity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SumFinish {
    Sum,
    PerVoxel,
    Root,
}

/// The step from sums of products to a dissimilarity.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum GramFinish {
    /// One minus the cosine.
    Cosine,
    /// One minus the correlation.
    Correlation,
    /// Means of products over pairs of observations from different runs, whose numbers stand in a square.
    Unbalanced { pairs: Vec<f64> },
}

/// Sums of products at one center that belong to a pair.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GramSums {
    /// Gᵢᵢ, Gⱼⱼ and Gᵢⱼ.
    pub(crate) own: [f64; 2],
    pub(crate) between: f64,
    /// Sums of both patterns.
    pub(crate) sums: [f64; 2],
    /// The number of voxels.
    pub(crate) n_voxels: f64,
}

impl TermForm {
    /// Chooses the form for a design.
    pub(super) fn new(dissimilarity: AdditiveDissimilarity, design: &SearchDesign) -> Result<Self> {
        Ok(match dissimilarity {
            AdditiveDissimilarity::Crossnobis { weighting } => return Self::of_runs(weighting, design),
            AdditiveDissimilarity::SquaredEuclidean { per_feature } => {
                let finish = if per_feature { SumFinish::PerVoxel } else { SumFinish::Sum };
                Self::Squares { maps: 1, finish }
            }
            AdditiveDissimilarity::Euclidean => Self::Squares { maps: 1, finish: SumFinish::Root },
            AdditiveDissimilarity::Cosine => Self::Gram { maps: 1, finish: GramFinish::Cosine },
            AdditiveDissimilarity::Correlation => Self::Gram { maps: 1, finish: GramFinish::Correlation },
            AdditiveDissimilarity::Manhattan => Self::Absolute,
            AdditiveDissimilarity::Poisson(_) => Self::Divergence,
        })
    }

    fn of_runs(weighting: PairWeighting, design: &SearchDesign) -> Result<Self> {
        let Some(n_runs) = design.n_runs() else {
            let what = "the runs of the observations for crossnobis";
            return Err(Error::invalid_parameter(what, "one for every observation", "none"));
        };
        if n_runs < 2 {
            return Err(Error::degenerate(
                "all observations are of one run",
                "cross-validation needs two runs or more",
            ));
        }
        let (n, counts) = (design.n_conditions(), design.counts());
        let is_complete = counts.iter().all(|&count| count > 0);
        if is_complete && (weighting == PairWeighting::Runs || design.is_balanced()) {
            return Ok(Self::Squares { maps: n_runs, finish: SumFinish::PerVoxel });
        }
        let weights = cell_weights(weighting, &counts);
        let total = |i: usize| (0..n_runs).map(|run| weights[run * n + i]).sum::<f64>();
        let within =
            |i: usize, j: usize| (0..n_runs).map(|run| weights[run * n + i] * weights[run * n + j]).sum::<f64>();
        let pairs: Vec<f64> =
            (0..n * n).map(|k| (k / n, k % n)).map(|(i, j)| total(i) * total(j) - within(i, j)).collect();
        // Conditions without a pair from different runs were in one run only, and a condition then lacks one with itself.
        match (0..n).find(|i| pairs[i * n + i] <= 0.0) {
            None => Ok(Self::Gram { maps: n_runs + 1, finish: GramFinish::Unbalanced { pairs } }),
            Some(condition) => Err(Error::degenerate(
                format!("condition {condition} (counted from 0) was observed in one run only"),
                "cross-validation needs every condition in two runs or more: drop that condition",
            )),
        }
    }

    /// Returns the number of maps of every condition.
    pub(crate) fn n_maps(&self) -> usize {
        match *self {
            Self::Squares { maps, .. } | Self::Gram { maps, .. } => maps,
            Self::Absolute => 1,
            Self::Divergence => 2,
        }
    }

    /// Returns `true` if sums of the products of conditions with themselves are needed.
    pub(crate) fn is_gram(&self) -> bool {
        matches!(self, Self::Gram { .. })
    }

    /// Returns `true` if the sums of patterns are needed.
    pub(crate) fn is_centered(&self) -> bool {
        matches!(self, Self::Gram { finish: GramFinish::Correlation, .. })
    }

    /// Returns `true` if patterns are divided by their length.
    pub(crate) fn is_unit(&self) -> bool {
        matches!(self, Self::Gram { finish: GramFinish::Cosine | GramFinish::Correlation, .. })
    }

    /// Returns the dissimilarity of a sum over `n_voxels` voxels.
    pub(crate) fn of_sum(&self, sum: f64, n_voxels: f64) -> f64 {
        match self {
            Self::Squares { finish: SumFinish::PerVoxel, .. } | Self::Divergence => sum / n_voxels,
            Self::Squares { finish: SumFinish::Root, .. } => sum.sqrt(),
            _ => sum,
        }
    }

    /// Returns the dissimilarity of the pair (i, j) of `n` conditions from sums of products.
    ///
    /// It is NaN for a pattern without direction.
    pub(crate) fn of_gram(&self, (i, j): (usize, usize), n: usize, sums: GramSums) -> f64 {
        let GramSums { own, between, sums, n_voxels } = sums;
        // Patterns that are equal have a cosine of exactly 1 in this form.
        let one_minus = |product: f64, own: [f64; 2]| match own[0] > 0.0 && own[1] > 0.0 {
            true => (1.0 - (product / own[0]) * (own[0] / own[1]).sqrt()).clamp(0.0, 2.0),
            false => f64::NAN,
        };
        match self {
            Self::Gram { finish: GramFinish::Unbalanced { pairs }, .. } => {
                let mean = |sum: f64, i: usize, j: usize| sum / pairs[i * n + j];
                ((mean(own[0], i, i) + mean(own[1], j, j)) - 2.0 * mean(between, i, j)) / n_voxels
            }
            Self::Gram { finish: GramFinish::Correlation, .. } => {
                let centered = [0, 1].map(|side| own[side] - sums[side] * sums[side] / n_voxels);
                one_minus(between - sums[0] * sums[1] / n_voxels, centered)
            }
            _ => one_minus(between, own),
        }
    }

    /// Returns `true` if a pattern of this sum and sum of squares must be centered before its products are summed.
    pub(crate) fn is_cancelled(&self, own: f64, sum: f64, n_voxels: f64) -> bool {
        /// Six digits of sixteen are lost.
        const LOST: f64 = 1e6;
        self.is_centered() && own > LOST * (own - sum * sum / n_voxels)
    }

    /// Returns `true` if patterns are so alike that one less their cosine has lost digits.
    pub(crate) fn is_near(&self, dissimilarity: f64) -> bool {
        /// Ten digits of sixteen are left, and a part of a sum of products may be a thousandth of it.
        const NEAR: f64 = 1e-5;
        self.is_unit() && dissimilarity > 0.0 && dissimilarity < NEAR
    }
}

/// Returns the weight of each cell of a design, by which its mean enters the sums over runs.
pub(super) fn cell_weights(weighting: PairWeighting, counts: &[usize]) -> Vec<f64> {
    let weight = |&count: &usize| match weighting {
        PairWeighting::Observations => count as f64,
        PairWeighting::Runs => {
            if count > 0 {
                1.0
            } else {
                0.0
            }
        }
    };
    counts.iter().map(weight).collect()
}

/// Returns the number of pairs of `n` conditions.
pub(crate) fn n_pairs(n: usize) -> usize {
    n * (n - 1) / 2
}
