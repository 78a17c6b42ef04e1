//! Squared Euclidean distance.

use super::rounded_patterns;
use crate::{Dissimilarity, Error, Invariances, Observer, Rdm, Representation, Result};

/// Squared Euclidean distance, ‖uᵢ − uⱼ‖², or its mean over features.
///
/// # Formula
/// dᵢⱼ = Σ_f (u_if − u_jf)², divided by the number of features P if `per_feature`; rsatoolbox calls the latter
/// `euclidean`.
///
/// # Shapes
/// n × P in, n(n−1)/2 dissimilarities out.
///
/// # Range
/// [0, ∞), in squared units of the features; exactly 0 for equal patterns.
///
/// # Invariances
/// Orthogonal maps and translations leave it unchanged; scaling rescales it. Zero padding leaves the sum unchanged and
/// rescales the mean over features; duplication leaves the mean unchanged and rescales the sum.
///
/// # Cost
/// One triangular matrix product, n²P operations.
///
/// # Errors
/// `TooFewConditions` below two; `OutOfRange` if a square overflows, or vanishes although the patterns differ.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::{Dissimilarity, Representation, SquaredEuclidean};
///
/// let x = Representation::new(array![[0.0, 0.0], [3.0, 4.0], [0.0, 4.0]])?;
/// assert_eq!(SquaredEuclidean { per_feature: false }.rdm(&x)?.values(), [25.0, 16.0, 9.0]);
/// assert_eq!(SquaredEuclidean { per_feature: true }.rdm(&x)?.values(), [12.5, 8.0, 4.5]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Kriegeskorte, Mur & Bandettini 2008, Frontiers in Systems Neuroscience, doi:10.3389/neuro.06.004.2008.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SquaredEuclidean {
    /// Divide by the number of features.
    pub per_feature: bool,
}

impl Dissimilarity for SquaredEuclidean {
    fn rdm(&self, x: &Representation) -> Result<Rdm> {
        self.rdm_observed(x, &())
    }

    fn rdm_observed(&self, x: &Representation, observer: &dyn Observer) -> Result<Rdm> {
        super::ensure_pairs(x.n_conditions())?;
        let distances = rounded_patterns::squared_distances(x, observer)?;
        let divisor = if self.per_feature { x.n_features() as f64 } else { 1.0 };
        // An error r of a distance d is an error 2dr of its square.
        let rounding = 2.0 * distances.largest() * distances.rounding * distances.scale * distances.scale / divisor;
        let mut values = distances.values;
        for value in &mut values {
            // Multiplied by `scale` twice, because the square of `scale` may overflow where the result does not.
            let squared = *value * distances.scale * distances.scale / divisor;
            if !squared.is_finite() || (squared == 0.0) != (*value == 0.0) {
                return Err(Error::out_of_range(
                    "a squared Euclidean distance",
                    "divide the features by their common scale first, or use the Euclidean distance",
                ));
            }
            *value = squared;
        }
        Rdm::new(values)?.with_rounding(rounding)?.with_conditions(x.conditions().clone())
    }

    fn unchanged(&self) -> Invariances {
        let padded = if self.per_feature { Invariances::DUPLICATION } else { Invariances::ZERO_PADDING };
        Invariances::ORTHOGONAL | Invariances::TRANSLATION | padded
    }

    fn rescaled(&self) -> Invariances {
        self.unchanged() | Invariances::SCALING | Invariances::ZERO_PADDING | Invariances::DUPLICATION
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn squares_out_of_range_are_errors_and_not_infinities_or_zeros() {
        for scale in [1e200, 1e-200] {
            let x = Representation::new(array![[0.0], [scale], [2.0 * scale]]).unwrap();
            let error = SquaredEuclidean::default().rdm(&x).unwrap_err();
            assert_eq!(error.kind().name(), "OutOfRange", "scale {scale}");
        }
    }

    #[test]
    fn the_mean_over_one_feature_is_the_sum() {
        let x = Representation::new(array![[0.0], [2.0]]).unwrap();
        assert_eq!(SquaredEuclidean { per_feature: true }.rdm(&x).unwrap().values(), [4.0]);
    }
}
