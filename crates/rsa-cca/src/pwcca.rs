//! [`Pwcca`]: canonical correlations weighted by the size of the features along their directions.

use std::sync::Arc;

use ndarray::{Array2, ArrayView2, Axis, Slice};
use rsa_core::{
    Caveat, Conditions, Invariances, Measure, Profile, Representation, Result, Streaming,
    linalg::{self, Centered},
};

use crate::{CanonicalMeasure, Subspace, canonical_streamed::CanonicalStreamed, cca, correlations, subspace::centered};

/// Projection-weighted CCA: the mean of canonical correlations, each weighted by the features along its direction.
///
/// # Formula
/// Σ αᵢρᵢ / Σ αᵢ, i ≤ min(rank X, rank Y); αᵢ = Σⱼ |⟨hᵢ, xⱼ⟩| over the centered features xⱼ, hᵢ = Q_X uᵢ the
/// canonical directions of X in condition space, uᵢ the left singular vectors of Q_XᵀQ_Y.
///
/// If several ρ are equal, the data determine the space of their hᵢ, but not the hᵢ. The principal directions of X in
/// this space are then taken, so that the score is a function of the data. For ρ = 0 this space also contains the
/// directions of X beyond the smaller rank, and as many of its largest directions as needed are taken.
///
/// # Shapes
/// X: n × p and Y: n × q with rank below n − 1.
///
/// # Range
/// [0, 1]; 1 if the smaller space lies in the larger.
///
/// # Invariances
/// On the side of the weights it ignores order and sign of features, scaling, translations, zero padding and
/// duplication. Rotations of this side change it, because a sum of absolute values depends on the measured features.
/// Only the subspace of the other side matters, so every invertible linear map of that side is ignored. The measure is
/// not symmetric, unless the weights are [`Weights::Mean`].
///
/// # Cost
/// For each representation n·p², as products where features are independent, as a singular value decomposition of
/// n·p·min(n, p) and a product of n·p·r otherwise; for each pair two products (n·r² and r²·p) and a decomposition (r³) of
/// bases of rank r.
///
/// # Errors
/// `TooFewConditions` if a representation fills all n − 1 dimensions; `Degenerate` if all its patterns are equal.
///
/// # Example
/// ```
/// use ndarray::Array2;
/// use rsa_cca::Pwcca;
/// use rsa_core::{Measure, Representation};
///
/// // x holds 3a and b, y holds a and b + c, for orthogonal signals a, b, c of ±1: ρ = 1 along a, 1/√2 along b, and
/// // the weights are as 3 to 1.
/// let signals = [[1, 1, 1], [1, 1, -1], [1, -1, 1], [1, -1, -1], [-1, 1, 1], [-1, 1, -1], [-1, -1, 1], [-1, -1, -1]];
/// let layer = |features: fn([i32; 3]) -> [i32; 2]| {
///     Representation::new(Array2::from_shape_fn((8, 2), |(i, j)| f64::from(features(signals[i])[j])))
/// };
/// let x = layer(|[a, b, _]| [3 * a, b])?;
/// let y = layer(|[a, b, c]| [a, b + c])?;
/// let expected = (3.0 + 0.5f64.sqrt()) / 4.0;
/// assert!((Pwcca::default().score(&x, &y)? - expected).abs() < 1e-14);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Morcos, Raghu & Bengio 2018, NeurIPS, <https://arxiv.org/abs/1806.05759>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pwcca {
    /// The side whose features weight the correlations.
    pub weights: Weights,
}

/// The side whose features weight the correlations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weights {
    /// The first argument, as in the paper.
    #[default]
    First,
    /// The second argument.
    Second,
    /// Both arguments: the mean of both scores, which is symmetric.
    Mean,
}

/// A subspace together with the features that span it.
#[derive(Clone, Debug)]
pub struct FeatureSubspace {
    subspace: Subspace,
    /// The centered features in the basis of the subspace, rank × p, without constant features.
    coordinates: Array2<f64>,
}

impl FeatureSubspace {
    /// Reads all directions of a representation, with its features.
    ///
    /// # Errors
    /// The errors of [`Subspace::of`].
    pub fn of(x: &Representation) -> Result<Self> {
        Self::of_centered(centered(x)?, x.conditions())
    }

    fn of_centered(x: Centered, conditions: &Conditions) -> Result<Self> {
        let (subspace, coordinates) = Subspace::with_coordinates(x, conditions)?;
        Ok(Self { subspace, coordinates })
    }

    /// Returns the subspace alone.
    pub fn subspace(&self) -> &Subspace {
        &self.subspace
    }
}

impl Measure for Pwcca {
    type Geometry = FeatureSubspace;

    fn profile(&self) -> Profile {
        let weighing = Invariances::PERMUTATION
            | Invariances::SIGN_FLIP
            | Invariances::SCALING
            | Invariances::TRANSLATION
            | Invariances::ZERO_PADDING
            | Invariances::DUPLICATION;
        let [other, _] = cca::PROFILE.invariances;
        let (invariances, symmetric) = match self.weights {
            Weights::First => ([weighing, other], false),
            Weights::Second => ([other, weighing], false),
            Weights::Mean => ([weighing, weighing], true),
        };
        Profile { invariances, symmetric, ..cca::PROFILE }
    }

    fn geometry(&self, x: &Representation) -> Result<FeatureSubspace> {
        FeatureSubspace::of(x)
    }

    fn compare(&self, a: &FeatureSubspace, b: &FeatureSubspace) -> Result<f64> {
        let svd = correlations::canonical_directions(&a.subspace, &b.subspace)?;
        let first = || weighted_mean(&svd.sigma, svd.u.view(), &a.coordinates);
        let second = || weighted_mean(&svd.sigma, svd.v.view(), &b.coordinates);
        match self.weights {
            Weights::First => first(),
            Weights::Second => second(),
            Weights::Mean => Ok((first()? + second()?) / 2.0),
        }
    }

    fn select(&self, geometry: &FeatureSubspace, rows: &[usize]) -> Option<Result<FeatureSubspace>> {
        // Reordering moves the rows of features and basis alike, so the coordinates do not change.
        let subspace = geometry.subspace.reordered(rows)?;
        Some(Ok(FeatureSubspace { subspace, coordinates: geometry.coordinates.clone() }))
    }

    fn streamed(&self) -> Option<Box<dyn Streaming + '_>> {
        Some(Box::new(CanonicalStreamed(*self)))
    }

    fn caveats(&self, a: &FeatureSubspace, b: &FeatureSubspace) -> Vec<Caveat> {
        correlations::caveats(&a.subspace, &b.subspace)
    }
}

impl CanonicalMeasure for Pwcca {
    fn geometry_of_centered(&self, x: Centered, conditions: &Conditions) -> Result<Self::Geometry> {
        FeatureSubspace::of_centered(x, conditions)
    }

    fn with_rows(geometry: Self::Geometry, rows: &Arc<()>) -> Self::Geometry {
        FeatureSubspace { subspace: geometry.subspace.with_rows(rows), ..geometry }
    }
}

/// Distance of correlations below which they count as equal.
///
/// The error of a direction is about ε divided by this distance, so directions of correlations further apart have at
/// least half of their digits.
const TIED: f64 = 1.5e-8;

/// Returns Σ αρ / Σ α for the columns of `directions`, given in the basis of `coordinates`.
fn weighted_mean(rho: &[f64], directions: ArrayView2<'_, f64>, coordinates: &Array2<f64>) -> Result<f64> {
    let (mut weighted, mut total) = (0.0, 0.0);
    let projected = linalg::product(directions.t(), coordinates.view())?;
    let mut start = 0;
    while start < rho.len() {
        let zero = rho[start] <= TIED;
        let end = match zero {
            true => rho.len(),
            false => {
                (start + 1..rho.len()).find(|&i| rho[i - 1] - rho[i] > TIED || rho[i] <= TIED).unwrap_or(rho.len())
            }
        };
        let columns = |from, to| directions.slice_axis(Axis(1), Slice::from(from..to));
        let weight = if zero {
            // Directions with ρ = 0 cannot be distinguished from directions beyond the smaller rank, so the largest
            // directions of the remaining features are taken.
            let taken = columns(0, start);
            let left = coordinates - &linalg::product(taken, linalg::product(taken.t(), coordinates.view())?.view())?;
            principal_weight(left.view(), end - start)?
        } else {
            let projected = projected.slice_axis(Axis(0), Slice::from(start..end));
            match end - start {
                1 => projected.iter().map(|value| value.abs()).sum(),
                size => principal_weight(projected, size)?,
            }
        };
        weighted += weight * rho[start..end].iter().sum::<f64>() / (end - start) as f64;
        total += weight;
        start = end;
    }
    Ok(weighted / total)
}

/// Returns Σ |entries| of the features along the `count` principal directions of `block` (directions × features).
fn principal_weight(block: ArrayView2<'_, f64>, count: usize) -> Result<f64> {
    let svd = linalg::svd(block)?;
    let along = |i: usize| svd.sigma[i] * svd.v.column(i).iter().map(|value| value.abs()).sum::<f64>();
    Ok((0..count.min(svd.sigma.len())).map(along).sum())
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    /// Returns three orthogonal ±1 signals over eight conditions.
    fn signals() -> [[f64; 8]; 3] {
        [
            [1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0],
            [1.0, 1.0, -1.0, -1.0, 1.0, 1.0, -1.0, -1.0],
            [1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0],
        ]
    }

    /// Returns features that are mixtures of the signals, with one row of `factors` for every feature.
    fn mixed(factors: &[[f64; 3]]) -> Representation {
        let signals = signals();
        let value = |i: usize, j: usize| (0..3).map(|k| factors[j][k] * signals[k][i]).sum();
        Representation::new(Array2::from_shape_fn((8, factors.len()), |(i, j)| value(i, j))).unwrap()
    }

    #[test]
    fn weights_are_the_projections_of_centered_raw_features() {
        // Features 3a and b; the other side has a and (b + c)/√2, so ρ = 1 along a and 1/√2 along b.
        // Weights |⟨h, x⟩|: 3·√8 along a, 1·√8 along b: (3·1 + 1/√2)/4.
        let x = mixed(&[[3.0, 0.0, 0.0], [0.0, 1.0, 0.0]]);
        let y = mixed(&[[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]]);
        let expected = (3.0 + 0.5f64.sqrt()) / 4.0;
        assert!((Pwcca::default().score(&x, &y).unwrap() - expected).abs() < 1e-14);
        // From the other side: features a and b + c weigh 1 along a and √2 along (b + c)/√2.
        let expected = (1.0 + 2f64.sqrt() * 0.5f64.sqrt()) / (1.0 + 2f64.sqrt());
        let second = Pwcca { weights: Weights::Second };
        assert!((second.score(&x, &y).unwrap() - expected).abs() < 1e-14);
        let both = Pwcca { weights: Weights::Mean }.score(&x, &y).unwrap();
        assert!((both - (expected + (3.0 + 0.5f64.sqrt()) / 4.0) / 2.0).abs() < 1e-14);
    }

    #[test]
    fn an_offset_and_the_order_of_features_change_nothing() {
        // Adding the means of features back, or weighting by coordinates in another basis, would change the score.
        let x = mixed(&[[3.0, 1.0, 0.0], [0.0, 1.0, 0.5]]);
        let y = mixed(&[[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]]);
        let score = |x: &Representation| Pwcca::default().score(x, &y).unwrap();
        let moved = Representation::new(&x.values() + &array![50.0, -7.0]).unwrap();
        let swapped = Representation::new(x.values().select(Axis(1), &[1, 0])).unwrap();
        assert!((score(&x) - score(&moved)).abs() < 1e-12);
        assert!((score(&x) - score(&swapped)).abs() < 1e-14);
    }

    #[test]
    fn one_direction_needs_no_weights() {
        // y is a + b, x is a and c. The only correlation is 1/√2, so the weights do not matter.
        let x = mixed(&[[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]);
        let y = mixed(&[[1.0, 1.0, 0.0]]);
        for weights in [Weights::First, Weights::Second, Weights::Mean] {
            let score = Pwcca { weights }.score(&x, &y).unwrap();
            assert!((score - 0.5f64.sqrt()).abs() < 1e-14, "{weights:?}: {score}");
        }
    }

    #[test]
    fn equal_correlations_are_weighed_independently_of_the_basis_found() {
        // The other side is a + c and b + d, rotated by an angle. At every angle ρ is 1/√2 twice, and the decomposition
        // finds another basis of these two directions. A third direction, e, has ρ = 1.
        let signals = Array2::from_shape_fn((32, 5), |(i, k)| if i >> k & 1 == 0 { 1.0 } else { -1.0 });
        let layer = |factors: Array2<f64>| Representation::new(signals.dot(&factors)).unwrap();
        let x = layer(array![[3.0, 1.0, 0.0], [1.0, 2.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.5, 1.0]]);
        let score = |angle: f64| {
            let (s, c) = angle.sin_cos();
            let y = layer(array![[c, s, 0.0], [-s, c, 0.0], [c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]]);
            Pwcca::default().score(&x, &y).unwrap()
        };
        let reference = score(0.0);
        assert!(reference > 0.5f64.sqrt() && reference < 1.0);
        for angle in [0.1, 0.7, 2.0] {
            assert!((score(angle) - reference).abs() < 1e-12, "angle {angle}");
        }
    }

    #[test]
    fn uncorrelated_directions_are_those_of_the_features() {
        // x is 3a, 2b and c; y is c and d. So ρ = 1 along c, and ρ = 0 for one direction in the plane of a and b. The
        // largest, 3a, is taken, in whatever basis the decomposition found the plane: (1·1 + 0·3) / (1 + 3).
        let signals = Array2::from_shape_fn((16, 4), |(i, k)| if i >> k & 1 == 0 { 1.0 } else { -1.0 });
        let layer = |factors: Array2<f64>| Representation::new(signals.dot(&factors)).unwrap();
        let x = layer(array![[3.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]);
        let y = layer(array![[0.0, 0.0], [0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]);
        let score = Pwcca::default().score(&x, &y).unwrap();
        assert!((score - 0.25).abs() < 1e-14, "{score}");
    }

    #[test]
    fn a_representation_with_itself_scores_one() {
        let x = mixed(&[[3.0, 1.0, 0.0], [1.0, 2.0, 0.0]]);
        assert!((Pwcca::default().score(&x, &x).unwrap() - 1.0).abs() < 1e-14);
        let y = mixed(&[[0.0, 0.0, 1.0]]);
        assert!(Pwcca::default().score(&x, &y).unwrap().abs() < 1e-14);
    }
}
