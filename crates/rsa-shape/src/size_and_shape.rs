//! [`SizeAndShape`]: the Procrustes distance of configurations as large as they are.

use rsa_core::{Caveat, Error, Identity, Invariances, Measure, Orientation, Profile, Representation, Result};

use crate::{Alpha, ShapeConfiguration, configuration::Closeness, shape::closer_by_dimension};

/// The size-and-shape distance: how far two configurations remain apart under the best rotation, without rescaling.
///
/// # Formula
/// √(‖X‖² + ‖Y‖² − 2‖XᵀY‖_*) for centered features; ‖·‖_* is the nuclear norm. It is the least ‖X − YQ‖ over rotations
/// and reflections Q, with features of value 0 added to the narrower side.
///
/// # Shapes
/// X: n × p and Y: n × q; n at least 3.
///
/// # Range
/// [0, ∞), in the units of the features; 0 for a representation with itself.
///
/// # Invariances
/// Ignores rotations and reflections, translations and zero padding. It is a metric. Scaling and duplication of
/// features change it, so layers of different units or widths are far apart by size alone.
///
/// # Cost
/// For each representation n·p, and n²·p if p > n; for each pair a product of n·r² and the singular values of an r × r
/// matrix, r ≤ min(n, p).
///
/// # Errors
/// `TooFewConditions` below three; `Degenerate` if all patterns are equal; `OutOfRange` if a size overflows.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::{Measure, Representation};
/// use rsa_shape::SizeAndShape;
///
/// // Three conditions on a line, √2 in size, and the same line twice as long.
/// let x = Representation::new(array![[-1.0], [0.0], [1.0]])?;
/// let y = Representation::new(array![[0.0, 2.0], [0.0, 0.0], [0.0, -2.0]])?;
/// assert!((SizeAndShape.score(&x, &y)? - 2f64.sqrt()).abs() < 1e-15);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Dryden & Mardia 2016, Statistical Shape Analysis, doi:10.1002/9781119072492; Williams et al. 2021, NeurIPS,
/// <https://arxiv.org/abs/2110.14739>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SizeAndShape;

impl Measure for SizeAndShape {
    type Geometry = ShapeConfiguration;

    fn profile(&self) -> Profile {
        Profile {
            orientation: Orientation::Distance,
            range: [0.0, f64::INFINITY],
            identity: Identity::Always(0.0),
            symmetric: true,
            metric: true,
            unbiased: false,
            reorderable: true,
            invariances: [Invariances::ORTHOGONAL | Invariances::TRANSLATION | Invariances::ZERO_PADDING; 2],
        }
    }

    fn geometry(&self, x: &Representation) -> Result<ShapeConfiguration> {
        let read = ShapeConfiguration::of(x, Alpha::ONE)?;
        match read.size().is_finite() {
            true => Ok(read),
            false => Err(Error::out_of_range(
                "the size of a representation",
                "divide the features by their common scale first, or compare shapes without size",
            )),
        }
    }

    fn compare(&self, a: &ShapeConfiguration, b: &ShapeConfiguration) -> Result<f64> {
        let Closeness { squared_chord, .. } = a.closeness(b, Alpha::ONE)?;
        // ‖X‖² + ‖Y‖² − 2‖X‖‖Y‖cos θ = (‖X‖ − ‖Y‖)² + ‖X‖‖Y‖(2 − 2cos θ), in which nothing cancels.
        let larger = a.size().max(b.size());
        let (x, y) = (a.size() / larger, b.size() / larger);
        let distance = larger * ((x - y).powi(2) + x * y * squared_chord).sqrt();
        match distance.is_finite() {
            true => Ok(distance),
            false => Err(Error::out_of_range("a distance", "divide the features by their common scale first")),
        }
    }

    fn select(&self, geometry: &ShapeConfiguration, rows: &[usize]) -> Option<Result<ShapeConfiguration>> {
        geometry.reordered(rows).map(Ok)
    }

    fn caveats(&self, a: &ShapeConfiguration, b: &ShapeConfiguration) -> Vec<Caveat> {
        closer_by_dimension(a, b).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    #[test]
    fn the_least_difference_over_rotations_is_found() {
        // Triangles of legs 1 and 1, and 1 and 2: sizes² 4/3 and 10/3, cos θ = √(37/40).
        let x = Representation::new(array![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]).unwrap();
        let y = Representation::new(array![[0.0, 0.0], [0.0, 1.0], [-2.0, 0.0]]).unwrap();
        let cosine = (37f64 / 40.0).sqrt();
        let expected = (4.0 / 3.0 + 10.0 / 3.0 - 2.0 * (40f64 / 9.0).sqrt() * cosine).sqrt();
        let score = SizeAndShape.score(&x, &y).unwrap();
        assert!((score - expected).abs() < 1e-15);
        for scale in [1e-170, 1e-300, 1e170] {
            let [x, y] = [&x, &y].map(|x| Representation::new(&x.values() * scale).unwrap());
            assert!((SizeAndShape.score(&x, &y).unwrap() / scale / score - 1.0).abs() < 1e-14, "{scale:e}");
        }
    }

    #[test]
    fn a_size_beyond_numbers_is_an_error() {
        let x = Representation::new(Array2::from_shape_fn((4, 300), |(i, _)| if i < 2 { 1.7e308 } else { -1.7e308 }));
        assert_eq!(SizeAndShape.geometry(&x.unwrap()).unwrap_err().kind().name(), "OutOfRange");
    }
}
