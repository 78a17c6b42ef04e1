//! Manhattan distance.

use rayon::prelude::*;

use super::rounded_patterns;
use crate::{Dissimilarity, Invariances, Observer, Rdm, Representation, Result};

/// Manhattan distance, ‖uᵢ − uⱼ‖₁, also called city-block distance.
///
/// # Formula
/// dᵢⱼ = Σ_f |u_if − u_jf|.
///
/// # Shapes
/// n × P in, n(n−1)/2 dissimilarities out.
///
/// # Range
/// [0, ∞), in units of the features.
///
/// # Invariances
/// Ignores the order and the sign of features, translations and zero padding; scaling and duplication rescale it.
/// Rotations change it.
///
/// # Cost
/// 3·n²P/2 operations; no matrix product can compute it.
///
/// # Errors
/// `TooFewConditions` below two; `OutOfRange` if a sum overflows.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::{Dissimilarity, Manhattan, Representation};
///
/// let x = Representation::new(array![[0.0, 0.0], [3.0, 4.0], [0.0, 4.0]])?;
/// assert_eq!(Manhattan.rdm(&x)?.values(), [7.0, 4.0, 3.0]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Deza & Deza 2009, Encyclopedia of Distances, Springer, doi:10.1007/978-3-642-00234-2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manhattan;

/// Number of partial sums, which the compiler keeps in wide registers.
const LANES: usize = 8;

impl Dissimilarity for Manhattan {
    fn rdm(&self, x: &Representation) -> Result<Rdm> {
        self.rdm_observed(x, &())
    }

    fn rdm_observed(&self, x: &Representation, observer: &dyn Observer) -> Result<Rdm> {
        super::ensure_pairs(x.n_conditions())?;
        let n = x.n_conditions();
        let patterns = x.values();
        let pattern = |i: usize| patterns.row(i).to_slice().expect("rows of a representation are contiguous");
        let rows: Vec<Vec<f64>> = (0..n)
            .into_par_iter()
            .map(|i| {
                super::ensure_going(observer)?;
                Ok((i + 1..n).map(|j| sum_of_absolute_differences(pattern(i), pattern(j))).collect())
            })
            .collect::<Result<_>>()?;
        let values = rows.concat();
        super::ensure_in_range(&values)?;
        let longest =
            patterns.rows().into_iter().map(|row| row.iter().map(|value| value.abs()).sum()).fold(0.0, f64::max);
        let rounding = (16.0 + (x.n_features() as f64).sqrt()) * f64::EPSILON * longest;
        let rounding = rounding + rounded_patterns::error_of_sums(patterns, x.precision());
        Rdm::new(values)?.with_rounding(rounding)?.with_conditions(x.conditions().clone())
    }

    fn unchanged(&self) -> Invariances {
        Invariances::PERMUTATION | Invariances::SIGN_FLIP | Invariances::TRANSLATION | Invariances::ZERO_PADDING
    }

    fn rescaled(&self) -> Invariances {
        self.unchanged() | Invariances::SCALING | Invariances::DUPLICATION
    }
}

/// Computes Σ|a − b| over two patterns, in a fixed number of partial sums.
fn sum_of_absolute_differences(a: &[f64], b: &[f64]) -> f64 {
    let (a_lanes, a_rest) = a.as_chunks::<LANES>();
    let (b_lanes, b_rest) = b.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (a, b) in a_lanes.iter().zip(b_lanes) {
        for lane in 0..LANES {
            sums[lane] += (a[lane] - b[lane]).abs();
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| (a - b).abs()).sum();
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    #[test]
    fn long_patterns_are_summed_whole() {
        // The distance is |i - j| at each of 19 features: two groups of 8 partial sums and a rest of 3.
        let x = Representation::new(Array2::from_shape_fn((4, 19), |(i, _)| i as f64)).unwrap();
        assert_eq!(Manhattan.rdm(&x).unwrap().values(), [19.0, 38.0, 57.0, 19.0, 38.0, 19.0]);
    }
}
