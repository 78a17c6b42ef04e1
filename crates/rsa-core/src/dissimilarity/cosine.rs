//! Cosine distance.

use super::unit_patterns;
use crate::{Dissimilarity, Invariances, Observer, Rdm, Representation, Result};

/// Cosine distance, one minus the cosine of the angle between two patterns.
///
/// # Formula
/// dᵢⱼ = 1 − ⟨uᵢ, uⱼ⟩ / (‖uᵢ‖·‖uⱼ‖).
///
/// # Shapes
/// n × P in, n(n−1)/2 dissimilarities out.
///
/// # Range
/// [0, 2]: 0 for parallel, 1 for orthogonal, 2 for opposite patterns.
///
/// # Invariances
/// Ignores orthogonal maps and the scale of each pattern. It depends on the origin, so translations change it.
///
/// # Cost
/// One triangular matrix product, n²P operations.
///
/// # Errors
/// `TooFewConditions` below two; `Degenerate` naming a condition whose pattern is all zero.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::{Cosine, Dissimilarity, Representation};
///
/// let x = Representation::new(array![[1.0, 0.0], [0.0, 2.0], [-3.0, 0.0]])?;
/// let rdm = Cosine.rdm(&x)?;
/// assert_eq!(rdm.get(0, 2), 2.0);
/// assert!((rdm.get(0, 1) - 1.0).abs() < 1e-15);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Nili et al. 2014, PLoS Computational Biology, doi:10.1371/journal.pcbi.1003553.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cosine;

impl Dissimilarity for Cosine {
    fn rdm(&self, x: &Representation) -> Result<Rdm> {
        self.rdm_observed(x, &())
    }

    fn rdm_observed(&self, x: &Representation, observer: &dyn Observer) -> Result<Rdm> {
        unit_patterns::half_squared_distances(x, false, observer)
    }

    fn unchanged(&self) -> Invariances {
        Invariances::ORTHOGONAL
            | Invariances::PER_CONDITION_SCALE
            | Invariances::ZERO_PADDING
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

    #[test]
    fn a_zero_pattern_is_named() {
        let x = Representation::new(array![[1.0, 2.0], [2.0, 1.0], [0.0, 0.0]]).unwrap();
        let error = Cosine.rdm(&x).unwrap_err();
        assert_eq!(error.kind().name(), "Degenerate");
        assert!(error.to_string().contains("condition 2"), "{error}");
    }

    #[test]
    fn scale_does_not_matter_even_where_squares_overflow() {
        let x = Representation::new(array![[1e200, 0.0], [1e-200, 1e-200]]).unwrap();
        let expected = 1.0 - 0.5f64.sqrt();
        assert!((Cosine.rdm(&x).unwrap().get(0, 1) - expected).abs() < 1e-15);
    }
}
