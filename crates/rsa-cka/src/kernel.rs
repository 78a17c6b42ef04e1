//! [`Kernel`]: how alike two patterns are, and the Gram matrix it makes of a representation.

use rsa_core::{Error, Gram, Positive, Representation, Result, linalg};

use crate::{exponential::exp_m1, median::median, triangle::Triangle};

/// The kernel whose Gram matrices are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Kernel {
    /// k(x, y) = ⟨x, y⟩.
    #[default]
    Linear,
    /// k(x, y) = exp(−‖x − y‖² / (2σ²)), the radial basis function.
    Rbf(Bandwidth),
}

impl Kernel {
    /// The kernel of every two conditions.
    ///
    /// # Errors
    /// `TooFewConditions` for a median distance of one condition, `Degenerate` if it is 0, `OutOfRange` if an inner product
    /// overflows.
    pub fn gram(&self, x: &Representation) -> Result<Gram> {
        let values = match *self {
            Self::Linear => linalg::gram(x.values())?,
            Self::Rbf(bandwidth) => rbf_less_one(x, bandwidth)?.values.to_square_plus(1.0),
        };
        Gram::new(values)?.with_conditions(x.conditions().clone())
    }
}

/// The width σ of the radial basis function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bandwidth {
    /// σ² = t² · median of ‖xᵢ − xⱼ‖² over all i < j. Each representation has its own, so the scale is ignored.
    ///
    /// Peers differ: some let the zero diagonal into the median, some take the lower of two middle values.
    Median(Positive),
    /// σ, in units of the features. The scale is seen.
    Fixed(Positive),
}

impl Bandwidth {
    /// `t` times the median distance.
    ///
    /// # Errors
    /// `InvalidParameter` unless `t` is finite and above 0.
    pub fn median(t: f64) -> Result<Self> {
        Ok(Self::Median(Positive::new("bandwidth=median", t)?))
    }

    /// σ = `sigma`.
    ///
    /// # Errors
    /// `InvalidParameter` unless `sigma` is finite and above 0.
    pub fn fixed(sigma: f64) -> Result<Self> {
        Ok(Self::Fixed(Positive::new("bandwidth=fixed", sigma)?))
    }
}

/// The median distance itself.
impl Default for Bandwidth {
    fn default() -> Self {
        Self::Median(Positive::ONE)
    }
}

/// The kernel matrix less 1, and what else is known of it.
pub(crate) struct RbfLessOne {
    pub(crate) values: Triangle,
    /// Norm of the error that the rounding of the features leaves in the entries.
    pub(crate) rounding: f64,
    /// Whether different conditions are all but unlike on average.
    pub(crate) saturated: bool,
}

/// A mean kernel between different conditions below this is as good as none.
const SATURATED: f64 = 1e-3;

/// k − 1 of the radial basis function, n × n.
///
/// Both kinds of centring remove a constant, so k − 1 serves as well as k; and where the bandwidth is wide, k − 1 has
/// all its digits while k has lost them against 1.
pub(crate) fn rbf_less_one(x: &Representation, bandwidth: Bandwidth) -> Result<RbfLessOne> {
    let n = x.n_conditions();
    if n < 2 && matches!(bandwidth, Bandwidth::Median(_)) {
        return Err(Error::too_few_conditions(2, n, "one condition has no distances to take the median of"));
    }
    let distances = linalg::squared_distances(x.values())?;
    // σ in the unit of the distances.
    let sigma = match bandwidth {
        Bandwidth::Fixed(sigma) => sigma.get() / distances.scale,
        Bandwidth::Median(t) => {
            let median = median(&distances.values);
            if median == 0.0 {
                return Err(Error::degenerate(
                    "more than half of all pairs of conditions have equal patterns, so the median distance is 0",
                    "use a fixed bandwidth, or the linear kernel",
                ));
            }
            t.get() * median.sqrt()
        }
    };
    let pairs = distances.values.len() as f64;
    let values = Triangle::new(distances.values, vec![0.0; n], |row| kernel_less_one(row, sigma));
    let mean = 1.0 + values.sum_of_pairs() / (2.0 * pairs).max(1.0);
    // |dk/dd| is at most 1/σ; the precision of the source replaces that of the arithmetic.
    let rounding = n as f64 * distances.rounding * (x.precision() / f64::EPSILON) / sigma;
    Ok(RbfLessOne { values, rounding, saturated: mean < SATURATED })
}

/// Replaces squared distances by their kernel less 1.
#[inline(always)]
fn kernel_less_one(distances: &mut [f64], sigma: f64) {
    let factor = -0.5 / sigma / sigma;
    match factor.is_normal() {
        true => distances.iter_mut().for_each(|value| *value *= factor),
        // σ² vanishes where σ does not, so the root is divided; equal patterns stay equal.
        false => distances.iter_mut().filter(|value| **value > 0.0).for_each(|value| {
            *value = (-0.5 * (value.sqrt() / sigma).powi(2)).max(f64::MIN);
        }),
    }
    exp_m1(distances);
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn one_condition_has_a_kernel_but_no_median() {
        let x = Representation::new(array![[3.0, 4.0]]).unwrap();
        let fixed = Kernel::Rbf(Bandwidth::fixed(1.0).unwrap());
        assert_eq!(fixed.gram(&x).unwrap().values(), array![[1.0]]);
        let error = Kernel::Rbf(Bandwidth::default()).gram(&x).unwrap_err();
        assert_eq!(error.kind().name(), "TooFewConditions");
    }

    #[test]
    fn the_kernel_is_the_exponential() {
        // Distances 1, 2, 3: squares 1, 4, 9, median 4.
        let x = Representation::new(array![[0.0], [1.0], [3.0]]).unwrap();
        let kernel = rbf_less_one(&x, Bandwidth::median(1.0).unwrap()).unwrap().values.to_square_plus(0.0);
        assert!((kernel[(0, 1)] + 1.0 - (-1f64 / 8.0).exp()).abs() < 1e-15);
        assert!((kernel[(2, 0)] + 1.0 - (-9f64 / 8.0).exp()).abs() < 1e-15);
        let kernel = rbf_less_one(&x, Bandwidth::fixed(2.0).unwrap()).unwrap().values.to_square_plus(0.0);
        assert!((kernel[(1, 2)] + 1.0 - (-0.5f64).exp()).abs() < 1e-15);
        assert_eq!(kernel[(1, 1)], 0.0);
    }

    #[test]
    fn bandwidths_at_the_ends_of_the_range_give_numbers() {
        for scale in [1e-300, 1e300] {
            let x = Representation::new(array![[0.0], [scale], [3.0 * scale]]).unwrap();
            for sigma in [1e-300, 1.0, 1e300] {
                let kernel = rbf_less_one(&x, Bandwidth::fixed(sigma).unwrap()).unwrap().values.to_square_plus(0.0);
                assert!(kernel.iter().all(|value| (-1.0..=0.0).contains(value)), "{scale:e} {sigma:e}");
            }
        }
    }
}
