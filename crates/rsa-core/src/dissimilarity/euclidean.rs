//! Euclidean distance.

use super::rounded_patterns;
use crate::{Dissimilarity, Invariances, Observer, Rdm, Representation, Result};

/// Euclidean distance, ‖uᵢ − uⱼ‖.
///
/// # Formula
/// dᵢⱼ = √Σ_f (u_if − u_jf)².
///
/// # Shapes
/// n × P in, n(n−1)/2 dissimilarities out.
///
/// # Range
/// [0, ∞), in units of the features; exactly 0 for equal patterns.
///
/// # Invariances
/// Orthogonal maps, translations and zero padding leave it unchanged; scaling and duplication rescale it.
///
/// # Cost
/// One triangular matrix product, n²P operations. Features are first shifted close to 0, and distances that are much
/// smaller than the patterns are summed directly, so offsets of 1e6 over the signal cost no digits.
///
/// # Errors
/// `TooFewConditions` below two; `OutOfRange` if a distance overflows.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::{Dissimilarity, Euclidean, Representation};
///
/// let x = Representation::new(array![[0.0, 0.0], [3.0, 4.0], [0.0, 4.0]])?;
/// assert_eq!(Euclidean.rdm(&x)?.values(), [5.0, 4.0, 3.0]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Kriegeskorte, Mur & Bandettini 2008, Frontiers in Systems Neuroscience, doi:10.3389/neuro.06.004.2008.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Euclidean;

impl Dissimilarity for Euclidean {
    fn rdm(&self, x: &Representation) -> Result<Rdm> {
        self.rdm_observed(x, &())
    }

    fn rdm_observed(&self, x: &Representation, observer: &dyn Observer) -> Result<Rdm> {
        super::ensure_pairs(x.n_conditions())?;
        let distances = rounded_patterns::squared_distances(x, observer)?;
        let values: Vec<_> = distances.values.iter().map(|value| value.sqrt() * distances.scale).collect();
        super::ensure_in_range(&values)?;
        let rdm = Rdm::new(values)?.with_rounding(distances.rounding * distances.scale)?;
        rdm.with_conditions(x.conditions().clone())
    }

    fn unchanged(&self) -> Invariances {
        Invariances::ORTHOGONAL | Invariances::TRANSLATION | Invariances::ZERO_PADDING
    }

    fn rescaled(&self) -> Invariances {
        self.unchanged() | Invariances::SCALING | Invariances::DUPLICATION
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, Array2, array};

    use super::*;

    #[test]
    fn an_offset_of_a_million_keeps_the_digits_of_a_thousandth() {
        let signal = array![[0.001, 0.004], [0.002, 0.0025], [0.0, 0.0], [0.003, 0.001]];
        let shifted = &signal + 1e6;
        let exact = |i: usize, j: usize| {
            let d: Array1<f64> = &shifted.row(i) - &shifted.row(j);
            d.dot(&d).sqrt()
        };
        let rdm = Euclidean.rdm(&Representation::new(shifted.clone()).unwrap()).unwrap();
        for (i, j) in crate::condensed::pairs(4) {
            let relative = (rdm.get(i, j) - exact(i, j)).abs() / exact(i, j);
            assert!(relative < 1e-12, "pair ({i}, {j}) is off by {relative:e}");
        }
    }

    #[test]
    fn equal_patterns_are_exactly_zero_apart() {
        let mut values = Array2::from_shape_fn((6, 40), |(i, j)| ((i * 37 + j * 11) as f64).sin() * 1e3);
        let copy = values.row(1).to_owned();
        values.row_mut(4).assign(&copy);
        let rdm = Euclidean.rdm(&Representation::new(values).unwrap()).unwrap();
        assert_eq!(rdm.get(1, 4), 0.0);
        assert_eq!(rdm.get(1, 2), rdm.get(4, 2));
    }

    #[test]
    fn huge_and_tiny_patterns_keep_their_distances() {
        for scale in [1e200, 1e-200] {
            let x = Representation::new(array![[0.0, 0.0], [3.0 * scale, 4.0 * scale]]).unwrap();
            let relative = Euclidean.rdm(&x).unwrap().get(0, 1) / (5.0 * scale);
            assert!((relative - 1.0).abs() < 1e-15);
        }
    }

    #[test]
    fn a_distance_beyond_the_largest_float_is_an_error() {
        let x = Representation::new(array![[-1.7e308], [1.7e308]]).unwrap();
        assert_eq!(Euclidean.rdm(&x).unwrap_err().kind().name(), "OutOfRange");
    }
}
