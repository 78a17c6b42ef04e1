//! [`Shape`]: the distance of shapes under the best rotation, from Procrustes to CCA.

use std::f64::consts::{FRAC_PI_2, SQRT_2};

use rsa_core::{Caveat, CaveatKind, Identity, Invariances, Measure, Orientation, Profile, Representation, Result};

use crate::{Alpha, ShapeConfiguration, configuration::Closeness};

/// The family of shape metrics: the distance of two configurations of unit size under the best rotation.
///
/// # Formula
/// The centered features are U·diag(s)·Vᵀ with rank r, λₖ = sₖ² / mean(s²), wₖ = α√λₖ + 1 − α and Φ = U·diag(w/‖w‖).
/// cos θ is the nuclear norm of Φ_XᵀΦ_Y, which is the largest tr(Φ_XᵀΦ_Y Q) over rotations and reflections Q. The score
/// is θ, the chord √(2 − 2 cos θ), or cos θ, as [`ShapeDistance`] says. α = 1 is Procrustes. α = 0 is CCA up to a
/// factor: cos θ = Σρ / √(r_X r_Y).
///
/// # Shapes
/// X: n × p and Y: n × q; n at least 3.
///
/// # Range
/// [0, π/2] for the angle, [0, √2] for the chord, [0, 1] for the similarity. 0 (similarity 1) for a representation with
/// itself.
///
/// # Invariances
/// Ignores rotations and reflections, scaling, translations, zero padding and duplication of features; with α = 0 all
/// invertible linear maps. The angle and the chord are metrics. Independent data have smaller distances the more
/// features there are; see the caveat.
///
/// # Cost
/// For each representation n·p·min(n, p), and nothing but centering if α = 1 and p < n; for each pair a product of n·r²
/// and the singular values of an r × r matrix.
///
/// # Errors
/// `TooFewConditions` below three, and for α = 0 if a representation fills all n − 1 dimensions; `Degenerate` if all
/// its patterns are equal.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::{Measure, Representation};
/// use rsa_shape::{Shape, ShapeDistance};
///
/// // Two right-angled triangles, with legs 1 and 1, and 1 and 2.
/// let x = Representation::new(array![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])?;
/// let y = Representation::new(array![[0.0, 0.0], [0.0, 1.0], [-2.0, 0.0]])?;
/// let similarity = Shape { distance: ShapeDistance::Similarity, ..Shape::procrustes() };
/// assert!((similarity.score(&x, &y)? - (37f64 / 40.0).sqrt()).abs() < 1e-15);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Williams et al. 2021, NeurIPS, <https://arxiv.org/abs/2110.14739>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// The weight of the extents of directions.
    pub alpha: Alpha,
    /// The form of the score.
    pub distance: ShapeDistance,
}

/// The form of a score of two shapes at the angle θ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ShapeDistance {
    /// θ, the length of the shortest path between the shapes; a metric.
    #[default]
    Angular,
    /// √(2 − 2 cos θ), the distance of the aligned configurations; a metric.
    Chordal,
    /// cos θ, which is the normalized Bures similarity if α = 1.
    Similarity,
}

impl Shape {
    /// Makes the angle of Procrustes shapes.
    pub fn procrustes() -> Self {
        Self::between(Alpha::ONE)
    }

    /// Makes the angle of shapes with the weight `alpha`.
    pub fn between(alpha: Alpha) -> Self {
        Self { alpha, distance: ShapeDistance::default() }
    }
}

impl ShapeDistance {
    fn of(self, Closeness { cosine, squared_chord }: Closeness) -> f64 {
        let chord = squared_chord.clamp(0.0, 2.0).sqrt();
        match self {
            // The arc cosine of a number close to 1 would lose half of the digits.
            Self::Angular => (2.0 * (chord / 2.0).asin()).min(FRAC_PI_2),
            Self::Chordal => chord,
            Self::Similarity => cosine.clamp(0.0, 1.0),
        }
    }
}

impl Measure for Shape {
    type Geometry = ShapeConfiguration;

    fn profile(&self) -> Profile {
        let of_shapes = Invariances::ORTHOGONAL
            | Invariances::SCALING
            | Invariances::TRANSLATION
            | Invariances::ZERO_PADDING
            | Invariances::DUPLICATION;
        let ignored = if self.alpha == Alpha::ZERO { of_shapes | Invariances::LINEAR } else { of_shapes };
        let (orientation, range, identity, metric) = match self.distance {
            ShapeDistance::Angular => (Orientation::Distance, [0.0, FRAC_PI_2], 0.0, true),
            ShapeDistance::Chordal => (Orientation::Distance, [0.0, SQRT_2], 0.0, true),
            ShapeDistance::Similarity => (Orientation::Similarity, [0.0, 1.0], 1.0, false),
        };
        Profile {
            orientation,
            range,
            identity: Identity::Always(identity),
            symmetric: true,
            metric,
            unbiased: false,
            reorderable: true,
            invariances: [ignored; 2],
        }
    }

    fn geometry(&self, x: &Representation) -> Result<ShapeConfiguration> {
        ShapeConfiguration::of(x, self.alpha)
    }

    fn compare(&self, a: &ShapeConfiguration, b: &ShapeConfiguration) -> Result<f64> {
        Ok(self.distance.of(a.closeness(b, self.alpha)?))
    }

    fn select(&self, geometry: &ShapeConfiguration, rows: &[usize]) -> Option<Result<ShapeConfiguration>> {
        geometry.reordered(rows).map(Ok)
    }

    fn caveats(&self, a: &ShapeConfiguration, b: &ShapeConfiguration) -> Vec<Caveat> {
        closer_by_dimension(a, b).into_iter().collect()
    }
}

/// Returns the caveat that independent data look alike, if there are many features.
pub(crate) fn closer_by_dimension(a: &ShapeConfiguration, b: &ShapeConfiguration) -> Option<Caveat> {
    let (n, p) = (a.conditions().count(), a.n_features().max(b.n_features()));
    (2 * p > n).then(|| Caveat {
        kind: CaveatKind::BiasedByDimension,
        message: format!(
            "with {p} features and {n} conditions the best rotation brings even independent data close together; test \
             scores against permuted conditions, or use more conditions"
        ),
    })
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    fn layer(n: usize, p: usize, seed: usize) -> Representation {
        Representation::new(Array2::from_shape_fn((n, p), |(i, j)| ((i * i * (j + 2) + seed * i) as f64).sin()))
            .unwrap()
    }

    #[test]
    fn angle_chord_and_similarity_are_one_angle() {
        let (x, y) = (layer(14, 4, 1), layer(14, 6, 2));
        for alpha in [0.0, 0.5, 1.0].map(|alpha| Alpha::new(alpha).unwrap()) {
            let score = |distance| Shape { alpha, distance }.score(&x, &y).unwrap();
            let angle = score(ShapeDistance::Angular);
            assert!((angle.cos() - score(ShapeDistance::Similarity)).abs() < 1e-15);
            assert!((2.0 * (angle / 2.0).sin() - score(ShapeDistance::Chordal)).abs() < 1e-15);
        }
    }

    #[test]
    fn orthogonal_shapes_are_furthest_apart() {
        let x = Representation::new(array![[1.0], [-1.0], [1.0], [-1.0]]).unwrap();
        let y = Representation::new(array![[1.0], [1.0], [-1.0], [-1.0]]).unwrap();
        assert!((Shape::procrustes().score(&x, &y).unwrap() - FRAC_PI_2).abs() < 1e-15);
    }

    #[test]
    fn many_features_are_said_to_bring_shapes_together() {
        let caveats = |p| {
            let [a, b] =
                [(p, 1), (2, 2)].map(|(p, seed)| ShapeConfiguration::of(&layer(10, p, seed), Alpha::ONE).unwrap());
            Shape::procrustes().caveats(&a, &b)
        };
        assert!(caveats(5).is_empty());
        assert!(caveats(6)[0].message.contains("6 features and 10 conditions"));
    }
}
