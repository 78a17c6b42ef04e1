//! [`Knn`]: how many nearest neighbors two representations share.

use rsa_core::{Error, Identity, Invariances, Measure, Orientation, Profile, Representation, Result};

use crate::{NeighborMetric, Neighbors};

/// Mutual nearest neighbors: the share of the k nearest conditions that two representations have in common.
///
/// # Formula
/// wᵢⱼ is the weight of condition j among the k [`Neighbors`] of condition i. The overlap is the mean over i of Σⱼ
/// min(wᵢⱼ, w′ᵢⱼ) / k, the Jaccard index the mean of Σⱼ min / Σⱼ max. With [`Chance::Corrected`] an overlap s becomes
/// (s − c) / (1 − c), where c = k / (n − 1) is the overlap by chance.
///
/// # Shapes
/// X: n × p and Y: n × q; k < n − 1.
///
/// # Range
/// [0, 1], and [−1, 1] if corrected; 1 for the same neighbors. Independent data have an overlap of k / (n − 1) on
/// average.
///
/// # Invariances
/// Ignores scaling and duplication of features. Cosine and Euclidean neighbors survive rotations and zero padding;
/// cosine neighbors also a factor for each condition, Euclidean ones translations. Correlation neighbors survive
/// permutations, and a factor and an offset for each condition.
///
/// # Cost
/// n²·p for each representation, in blocks of rows, of which n·k numbers are kept; n·k for each pair.
///
/// # Errors
/// `InvalidParameter` for a k of 0, `TooFewConditions` unless k < n − 1, `Degenerate` if a pattern has no direction or
/// all conditions are equally far apart.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::{Measure, Representation};
/// use rsa_shape::{Knn, NeighborMetric};
///
/// // Of five points on a line, the last moves to the other end: its neighbor and one other change.
/// let x = Representation::new(array![[0.0], [1.0], [3.0], [6.0], [10.0]])?;
/// let y = Representation::new(array![[0.0], [1.0], [3.0], [6.0], [-0.5]])?;
/// let knn = Knn { k: 1, metric: NeighborMetric::Euclidean, ..Knn::default() };
/// assert_eq!(knn.score(&x, &y)?, 0.6);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Huh et al. 2024, ICML, <https://arxiv.org/abs/2405.07987>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Knn {
    /// Number of neighbors.
    pub k: usize,
    /// Distance by which conditions are near.
    pub metric: NeighborMetric,
    /// The form of the score.
    pub compare: NeighborScore,
}

/// The form in which shared neighbors are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NeighborScore {
    /// Shared neighbors over k.
    Overlap(Chance),
    /// Shared neighbors over all neighbors in either list.
    Jaccard,
}

/// The treatment of the overlap that chance alone gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Chance {
    /// It stays in the score.
    #[default]
    Included,
    /// The score is shifted and scaled, so that chance is 0 and the same neighbors are 1.
    Corrected,
}

/// Returns the overlap of ten neighbors by cosine, as in the paper.
impl Default for Knn {
    fn default() -> Self {
        let compare = NeighborScore::Overlap(Chance::Included);
        Self { k: 10, metric: NeighborMetric::default(), compare }
    }
}

impl NeighborMetric {
    fn ignores(self) -> Invariances {
        let ignored = Invariances::SCALING | Invariances::DUPLICATION;
        match self {
            Self::Cosine => {
                ignored | Invariances::ORTHOGONAL | Invariances::PER_CONDITION_SCALE | Invariances::ZERO_PADDING
            }
            Self::Euclidean => ignored | Invariances::ORTHOGONAL | Invariances::TRANSLATION | Invariances::ZERO_PADDING,
            Self::Correlation => {
                ignored
                    | Invariances::PERMUTATION
                    | Invariances::PER_CONDITION_SCALE
                    | Invariances::PER_CONDITION_OFFSET
            }
        }
    }
}

impl Measure for Knn {
    type Geometry = Neighbors;

    fn profile(&self) -> Profile {
        let corrected = self.compare == NeighborScore::Overlap(Chance::Corrected);
        Profile {
            orientation: Orientation::Similarity,
            // Two lists of k among n − 1 others share at least 2k − (n − 1), so a corrected overlap is at least −1.
            range: [if corrected { -1.0 } else { 0.0 }, 1.0],
            identity: Identity::Always(1.0),
            symmetric: true,
            metric: false,
            unbiased: corrected,
            reorderable: true,
            invariances: [self.metric.ignores(); 2],
        }
    }

    fn geometry(&self, x: &Representation) -> Result<Neighbors> {
        Neighbors::of(x, self.k, self.metric)
    }

    fn compare(&self, a: &Neighbors, b: &Neighbors) -> Result<f64> {
        a.conditions().ensure_same(b.conditions())?;
        if let Some(foreign) = [a, b].into_iter().find(|read| (read.k(), read.metric()) != (self.k, self.metric)) {
            let requirement = format!("{} by {:?} distance, by the measure that compares it", self.k, self.metric);
            let found = format!("{} by {:?} distance", foreign.k(), foreign.metric());
            return Err(Error::invalid_parameter("neighbors", requirement, found));
        }
        let (n, k) = (a.conditions().count() as f64, self.k as f64);
        let mean = |score: &dyn Fn(f64) -> f64| a.shared_with(b).map(score).sum::<f64>() / n;
        let score = match self.compare {
            NeighborScore::Overlap(Chance::Included) => mean(&|shared| shared / k),
            NeighborScore::Overlap(Chance::Corrected) => {
                let chance = k / (n - 1.0);
                (mean(&|shared| shared / k) - chance) / (1.0 - chance)
            }
            NeighborScore::Jaccard => mean(&|shared| shared / (2.0 * k - shared)),
        };
        let [low, high] = self.profile().range;
        Ok(score.clamp(low, high))
    }

    fn select(&self, geometry: &Neighbors, rows: &[usize]) -> Option<Result<Neighbors>> {
        geometry.reordered(rows).map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    fn layer(n: usize, seed: usize) -> Representation {
        Representation::new(Array2::from_shape_fn((n, 4), |(i, j)| {
            (((i + 1) * (i + 1) * (j + 2) + seed * i) as f64).sin()
        }))
        .unwrap()
    }

    #[test]
    fn chance_is_zero_and_the_same_is_one_when_corrected() {
        let (x, y) = (layer(21, 1), layer(21, 2));
        let score = |compare, y| Knn { k: 4, compare, ..Knn::default() }.score(&x, y).unwrap();
        let overlap = score(NeighborScore::Overlap(Chance::Included), &y);
        let corrected = score(NeighborScore::Overlap(Chance::Corrected), &y);
        assert!((corrected - (overlap - 0.2) / 0.8).abs() < 1e-15);
        assert_eq!(score(NeighborScore::Overlap(Chance::Corrected), &x), 1.0);
        assert_eq!(score(NeighborScore::Jaccard, &x), 1.0);
    }

    #[test]
    fn neighbors_of_another_number_or_metric_are_refused() {
        let (x, knn) = (layer(21, 1), Knn { k: 4, ..Knn::default() });
        let own = knn.geometry(&x).unwrap();
        for other in [Knn { k: 5, ..knn }, Knn { metric: NeighborMetric::Euclidean, ..knn }] {
            let foreign = other.geometry(&x).unwrap();
            assert_eq!(knn.compare(&own, &foreign).unwrap_err().kind().name(), "InvalidParameter");
        }
    }
}
