//! [`Svcca`]: canonical correlations of the directions of largest variance.

use std::sync::Arc;

use rsa_core::{
    Caveat, Conditions, Invariances, Measure, Profile, Representation, Result, Streaming, linalg::Centered,
};

use crate::{
    CanonicalMeasure, Keep, Mean, Subspace, canonical_correlations, canonical_streamed::CanonicalStreamed, cca,
    correlations,
};

/// Singular vector CCA: canonical correlations after small directions are dropped.
///
/// # Formula
/// mean of ρᵢ (or ρᵢ²) between the leading left singular vectors of the centered X and Y; with
/// [`Keep::Variance`] the smallest k with Σ_{i≤k} σᵢ² ≥ share · Σ σᵢ². Directions of equal variance are kept together,
/// because the data do not say which comes first.
///
/// # Shapes
/// X: n × p and Y: n × q; fewer than n − 1 directions kept of each.
///
/// # Range
/// [0, 1]; 1 if the smaller kept space lies in the larger.
///
/// # Invariances
/// Ignores orthogonal maps, scaling, translations, zero padding and duplication of either side. The variance of a
/// direction matters, so other linear maps change the score, unless all directions are kept, as in [`Cca`](crate::Cca).
///
/// # Cost
/// For each representation n·p², as products and a decomposition of p³ where features are independent, as a singular
/// value decomposition of n·p·min(n, p) otherwise; for each pair a product (n·r², of all p features where more than half
/// of the directions are kept) and a decomposition (r³) of the r directions kept.
///
/// # Errors
/// `TooFewConditions` if n − 1 directions are kept; `Degenerate` if all patterns are equal.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_cca::{Keep, Svcca};
/// use rsa_core::{Measure, Representation};
///
/// // The large first features agree; the small second ones, a hundredth of the variance, do not.
/// let x = Representation::new(array![[10.0, 1.0], [10.0, -1.0], [-10.0, 1.0], [-10.0, -1.0]])?;
/// let y = Representation::new(array![[10.0, 0.0], [10.0, 0.0], [-10.0, 0.0], [-10.0, 0.0]])?;
/// assert!((Svcca::new(Keep::variance(0.99)?).score(&x, &y)? - 1.0).abs() < 1e-15);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Raghu et al. 2017, NeurIPS, <https://arxiv.org/abs/1706.05806>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Svcca {
    /// The directions that are compared.
    pub keep: Keep,
    /// Mean of the correlations or of their squares.
    pub mean: Mean,
}

impl Svcca {
    /// Makes SVCCA with the plain mean of the correlations.
    pub fn new(keep: Keep) -> Self {
        Self { keep, mean: Mean::Plain }
    }
}

impl Measure for Svcca {
    type Geometry = Subspace;

    fn profile(&self) -> Profile {
        let ignored = match self.keep {
            Keep::All => return cca::PROFILE,
            Keep::Variance(_) | Keep::Count(_) => {
                Invariances::ORTHOGONAL
                    | Invariances::SCALING
                    | Invariances::TRANSLATION
                    | Invariances::ZERO_PADDING
                    | Invariances::DUPLICATION
            }
        };
        Profile { invariances: [ignored; 2], ..cca::PROFILE }
    }

    fn geometry(&self, x: &Representation) -> Result<Subspace> {
        Subspace::leading_of(x, self.keep)
    }

    fn compare(&self, a: &Subspace, b: &Subspace) -> Result<f64> {
        Ok(self.mean.of(&canonical_correlations(a, b)?))
    }

    fn select(&self, geometry: &Subspace, rows: &[usize]) -> Option<Result<Subspace>> {
        geometry.reordered(rows).map(Ok)
    }

    fn streamed(&self) -> Option<Box<dyn Streaming + '_>> {
        Some(Box::new(CanonicalStreamed(*self)))
    }

    fn caveats(&self, a: &Subspace, b: &Subspace) -> Vec<Caveat> {
        correlations::caveats(a, b)
    }
}

impl CanonicalMeasure for Svcca {
    fn geometry_of_centered(&self, x: Centered, conditions: &Conditions) -> Result<Self::Geometry> {
        Subspace::leading_of_centered(x, self.keep, conditions)
    }

    fn with_rows(geometry: Self::Geometry, rows: &Arc<()>) -> Self::Geometry {
        geometry.with_rows(rows)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::Cca;

    #[test]
    fn keeping_all_is_cca() {
        let layer = |p: usize, seed: usize| {
            let values = Array2::from_shape_fn((20, p), |(i, j)| ((i * i * (j + 2) + seed * i) as f64).sin());
            Representation::new(values).unwrap()
        };
        let (x, y) = (layer(4, 1), layer(6, 2));
        for mean in [Mean::Plain, Mean::Squared] {
            let svcca = Svcca { keep: Keep::All, mean }.score(&x, &y).unwrap();
            assert_eq!(svcca, Cca { mean }.score(&x, &y).unwrap());
            let nearly = Svcca { keep: Keep::variance(1.0).unwrap(), mean }.score(&x, &y).unwrap();
            assert!((svcca - nearly).abs() < 1e-12);
        }
    }
}
