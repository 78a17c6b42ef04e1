//! Correlation distance.

use super::unit_patterns;
use crate::{Dissimilarity, Invariances, Observer, Rdm, Representation, Result};

/// Correlation distance, one minus Pearson's correlation of two patterns over features.
///
/// # Formula
/// dᵢⱼ = 1 − ⟨ûᵢ, ûⱼ⟩ = ½‖ûᵢ − ûⱼ‖² with û = (u − mean u) / ‖u − mean u‖; the mean is over features.
///
/// # Shapes
/// n × P in, n(n−1)/2 dissimilarities out.
///
/// # Range
/// [0, 2]: 0 for perfectly correlated, 1 for uncorrelated, 2 for perfectly anticorrelated patterns.
///
/// # Invariances
/// Ignores the scale and the offset of each pattern, and the order and duplication of features. Rotations and
/// translations of feature space change it: it depends on which features were measured.
///
/// # Cost
/// One triangular matrix product, n²P operations.
///
/// # Errors
/// `TooFewConditions` below two; `Degenerate` naming a condition whose pattern is constant.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::{Correlation, Dissimilarity, Representation};
///
/// let x = Representation::new(array![[1.0, 2.0, 3.0], [3.0, 2.0, 1.0], [10.0, 30.0, 50.0]])?;
/// let rdm = Correlation.rdm(&x)?;
/// assert!((rdm.get(0, 1) - 2.0).abs() < 1e-15 && rdm.get(0, 2).abs() < 1e-15);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Kriegeskorte, Mur & Bandettini 2008, Frontiers in Systems Neuroscience, doi:10.3389/neuro.06.004.2008.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Correlation;

impl Dissimilarity for Correlation {
    fn rdm(&self, x: &Representation) -> Result<Rdm> {
        self.rdm_observed(x, &())
    }

    fn rdm_observed(&self, x: &Representation, observer: &dyn Observer) -> Result<Rdm> {
        unit_patterns::half_squared_distances(x, true, observer)
    }

    fn unchanged(&self) -> Invariances {
        Invariances::PERMUTATION
            | Invariances::PER_CONDITION_SCALE
            | Invariances::PER_CONDITION_OFFSET
            | Invariances::DUPLICATION
    }

    fn rescaled(&self) -> Invariances {
        self.unchanged()
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::ErrorKind;

    #[test]
    fn a_constant_pattern_is_named() {
        let x = Representation::new(array![[1.0, 2.0], [0.1, 0.1], [2.0, 1.0]]).unwrap();
        let error = Correlation.rdm(&x).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Degenerate { what } if what.contains("condition 1")), "{error}");
        let error = Correlation.rdm(&x.labeled(["cat", "blank", "dog"]).unwrap()).unwrap_err();
        assert!(error.to_string().contains("'blank'"), "{error}");
    }

    #[test]
    fn an_own_scale_and_offset_of_every_condition_do_not_matter() {
        let x = array![[1.0, 4.0, 2.0, 8.0], [5.0, 7.0, 1.0, 3.0], [2.0, 2.0, 9.0, 4.0]];
        let mut y = x.clone();
        for (i, mut row) in y.rows_mut().into_iter().enumerate() {
            row.mapv_inplace(|value| value * 10f64.powi(i as i32) - 3.0 * i as f64);
        }
        let rdm = |values| Correlation.rdm(&Representation::new(values).unwrap()).unwrap();
        for (a, b) in rdm(x).values().iter().zip(rdm(y).values()) {
            assert!((a - b).abs() < 1e-14);
        }
    }

    #[test]
    fn nearly_parallel_patterns_keep_their_digits() {
        // The angle is 1e-7, so 1 - cos is 5e-15; computed as 1 - r, only one digit would be left.
        let x = Representation::new(array![[1.0, -1.0, 0.0, 0.0], [1.0, -1.0, 1e-7, -1e-7]]).unwrap();
        let distance = Correlation.rdm(&x).unwrap().get(0, 1);
        assert!((distance / 5e-15 - 1.0).abs() < 1e-6, "{distance:e}");
    }
}
