//! Squared Mahalanobis distance.

use ndarray::{Array2, ArrayView2};

use super::rounded_patterns;
use crate::{Dissimilarity, Error, Invariances, Observer, Precision, Rdm, Representation, Result, linalg};

/// Squared Mahalanobis distance per feature: differences weighted by the precision of the noise.
///
/// # Formula
/// dᵢⱼ = (uᵢ − uⱼ)ᵀ S⁻¹ (uᵢ − uⱼ) / P, as in rsatoolbox.
///
/// # Shapes
/// n × P and a precision P × P in, n(n−1)/2 dissimilarities out.
///
/// # Range
/// [0, ∞), without unit; exactly 0 for equal patterns.
///
/// # Invariances
/// Translations leave it unchanged; scaling rescales it. A linear map of the features leaves it unchanged only if the
/// noise is mapped in the same way.
///
/// # Cost
/// n²P + nP² operations; the inverse is never formed.
///
/// # Errors
/// `TooFewConditions` below two; `ShapeMismatch` if the precision has another number of features; `OutOfRange` if a
/// square overflows, or vanishes although the patterns differ.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::{Dissimilarity, Mahalanobis, Precision, Representation};
///
/// let x = Representation::new(array![[0.0, 0.0], [2.0, 3.0]])?;
/// let precision = Precision::new(array![[1.0, 0.0], [0.0, 4.0]])?;
/// assert_eq!(Mahalanobis { precision }.rdm(&x)?.values(), [(4.0 + 4.0 * 9.0) / 2.0]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Walther et al. 2016, NeuroImage, doi:10.1016/j.neuroimage.2015.12.012.
#[derive(Clone, Debug, PartialEq)]
pub struct Mahalanobis {
    /// Precision S⁻¹ of the noise between features.
    pub precision: Precision,
}

impl Dissimilarity for Mahalanobis {
    fn rdm(&self, x: &Representation) -> Result<Rdm> {
        self.rdm_observed(x, &())
    }

    fn rdm_observed(&self, x: &Representation, observer: &dyn Observer) -> Result<Rdm> {
        super::ensure_pairs(x.n_conditions())?;
        // Whitening a large common offset would leave the rounding of the offset in every pattern.
        let centered = linalg::center(x.values(), f64::EPSILON);
        let whitened = self.precision.project(centered.values.view())?;
        let distances = linalg::squared_distances_while(whitened.view(), &|| super::ensure_going(observer))?;
        let (p, scale) = (x.n_features() as f64, centered.scale * distances.scale);
        let mut values = distances.values.clone();
        for value in &mut values {
            let squared = *value * scale * scale / p;
            if !squared.is_finite() || (squared == 0.0) != (*value == 0.0) {
                return Err(Error::out_of_range(
                    "a Mahalanobis distance",
                    "divide features and noise by their common scale first",
                ));
            }
            *value = squared;
        }
        // The patterns were rounded with their offset included; whitening stretches this rounding as it stretches the
        // patterns.
        let offset = centered.total_rounding() * stretch(&centered.values, &whitened);
        let project = |errors: ArrayView2<'_, f64>| self.precision.project(errors);
        let of_patterns = rounded_patterns::error_of_projected_distances(x.values(), x.precision(), project)?;
        let rounding = distances.rounding * scale + offset * centered.scale + of_patterns;
        let rounding_of_squares = 2.0 * (distances.largest() * scale + rounding) * rounding / p;
        Rdm::new(values)?.with_rounding(rounding_of_squares)?.with_conditions(x.conditions().clone())
    }

    fn unchanged(&self) -> Invariances {
        Invariances::TRANSLATION
    }

    fn rescaled(&self) -> Invariances {
        self.unchanged() | Invariances::SCALING
    }
}

/// Returns the ratio of the Frobenius norms of `after` and `before`, 0 if `before` is 0.
fn stretch(before: &Array2<f64>, after: &Array2<f64>) -> f64 {
    let norm = |a: &Array2<f64>| linalg::inner_product(a.view(), a.view()).sqrt();
    let before = norm(before);
    if before > 0.0 { norm(after) / before } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::{Covariance, SquaredEuclidean};

    /// rsatoolbox 0.3.2: `calc_rdm(…, 'mahalanobis', noise=P)` of four condition means over three repeats.
    #[test]
    fn as_rsatoolbox() {
        let repeats = crate::Measurements::new(
            Array2::from_shape_fn((12, 5), |(i, j)| ((i * 7 + j * 5 + i * i * j) % 13) as f64 - 6.0),
            (0..12).map(|i| ["a", "b", "c", "d"][i % 4]),
        );
        let precision =
            Array2::from_shape_fn((5, 5), |(i, j)| 1.0 / (1 + i + j) as f64 + if i == j { 2.0 } else { 0.0 });
        let mahalanobis = Mahalanobis { precision: Precision::new(precision).unwrap() };
        let rdm = mahalanobis.rdm(&repeats.unwrap().means().unwrap()).unwrap();
        let expected = [
            73.5237389770723,
            15.94592592592592,
            53.05410934744267,
            39.30691358024692,
            40.11670194003527,
            35.76834215167548,
        ];
        for (found, expected) in rdm.values().iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12 * expected, "{found} != {expected}");
        }
    }

    #[test]
    fn white_noise_leaves_the_squared_distance_per_feature_even_far_from_the_origin() {
        let x = array![[0.001, 0.004], [0.002, 0.0025], [0.0, 0.0]];
        let correlated = Covariance::new(array![[2.0, 1.0], [1.0, 1.0]]).unwrap().precision().unwrap();
        let identity = Precision::new(Array2::eye(2)).unwrap();
        let near = Representation::new(x.clone()).unwrap();
        let far = Representation::new(x + 1e6).unwrap();
        let euclidean = SquaredEuclidean { per_feature: true }.rdm(&near).unwrap();
        let close = |a: &Rdm, b: &Rdm, tolerance: f64| {
            a.values().iter().zip(b.values()).all(|(a, b)| (a / b - 1.0).abs() < tolerance)
        };
        assert!(close(&Mahalanobis { precision: identity }.rdm(&near).unwrap(), &euclidean, 1e-14));
        let correlated = Mahalanobis { precision: correlated };
        assert!(close(&correlated.rdm(&near).unwrap(), &correlated.rdm(&far).unwrap(), 1e-6));
        let other = Representation::new(array![[1.0], [2.0]]).unwrap();
        assert_eq!(correlated.rdm(&other).unwrap_err().kind().name(), "ShapeMismatch");
    }
}
