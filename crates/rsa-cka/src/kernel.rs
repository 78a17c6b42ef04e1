//! [`Kernel`]: the similarity of two patterns, and the Gram matrix of a representation.

use rsa_core::{Error, Gram, Invariances, Positive, Representation, Result, linalg};

use crate::{exponential::exp_m1, median::median, triangle::Triangle};

/// The kernel whose Gram matrices are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Kernel {
    /// k(x, y) = ⟨x, y⟩.
    #[default]
    Linear,
    /// k(x, y) = exp(−‖x − y‖² / (2σ²)), the radial basis function.
    Rbf(Bandwidth),
    /// k(x, y) = −‖x − y‖, with which CKA is the squared distance correlation.
    ///
    /// Distance correlation is its root. With the unbiased estimate it is the bias-corrected squared distance
    /// correlation (Székely & Rizzo 2013, Journal of Multivariate Analysis, doi:10.1016/j.jmva.2013.02.012).
    Distance,
}

impl Kernel {
    /// Returns the kernel of every two conditions.
    ///
    /// # Errors
    /// `TooFewConditions` for the median distance of a single condition, `Degenerate` if the median distance is 0,
    /// `OutOfRange` if an inner product overflows.
    pub fn gram(&self, x: &Representation) -> Result<Gram> {
        let values = match self.of_distances(x)? {
            Some(kernel) => kernel.values.to_square_plus(kernel.constant) * kernel.unit,
            None => linalg::gram(x.values())?,
        };
        Gram::new(values)?.with_conditions(x.conditions().clone())
    }

    /// Returns the transformations of the features that leave CKA with this kernel unchanged.
    pub(crate) fn ignores(self) -> Invariances {
        let ignored = Invariances::ORTHOGONAL | Invariances::TRANSLATION | Invariances::ZERO_PADDING;
        match self {
            Self::Rbf(Bandwidth::Fixed(_)) => ignored,
            Self::Linear | Self::Rbf(Bandwidth::Median(_)) | Self::Distance => {
                ignored | Invariances::SCALING | Invariances::DUPLICATION
            }
        }
    }

    /// Returns the matrix of a kernel of distances, up to a constant and a unit; `None` for the linear kernel.
    pub(crate) fn of_distances(self, x: &Representation) -> Result<Option<DistanceKernel>> {
        match self {
            Self::Linear => Ok(None),
            Self::Rbf(bandwidth) => DistanceKernel::less_one(x, bandwidth, radial_less_one).map(Some),
            Self::Distance => DistanceKernel::negative_distances(x).map(Some),
        }
    }
}

/// The width σ of a kernel of distances, such as the radial basis function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bandwidth {
    /// The rule σ² = t² · median of ‖xᵢ − xⱼ‖² over all i < j, with which CKA ignores the scale of each representation.
    ///
    /// Other tools use other medians: some include the zero diagonal, some take the lower of two middle values.
    Median(Positive),
    /// A fixed σ, in units of the features, with which CKA depends on the scale.
    Fixed(Positive),
}

impl Bandwidth {
    /// Makes a bandwidth of `t` times the median distance.
    ///
    /// # Errors
    /// `InvalidParameter` unless `t` is finite and above 0.
    pub fn median(t: f64) -> Result<Self> {
        Ok(Self::Median(Positive::new("the factor of a median bandwidth", t)?))
    }

    /// Makes a bandwidth of σ = `sigma`.
    ///
    /// # Errors
    /// `InvalidParameter` unless `sigma` is finite and above 0.
    pub fn fixed(sigma: f64) -> Result<Self> {
        Ok(Self::Fixed(Positive::new("a fixed bandwidth", sigma)?))
    }
}

/// Returns the bandwidth of once the median distance.
impl Default for Bandwidth {
    fn default() -> Self {
        Self::Median(Positive::ONE)
    }
}

/// The matrix of a kernel of distances, less a constant and divided by a unit.
///
/// Both kinds of centering remove a constant, so k − 1 gives the same result as k. If a bandwidth is wide, k is close
/// to 1 and has few significant digits of its difference from 1, whereas k − 1 has all.
pub(crate) struct DistanceKernel {
    pub(crate) values: Triangle,
    /// The constant that was subtracted.
    constant: f64,
    /// The power of two that was divided out.
    unit: f64,
    /// Norm of the error of the entries that the rounding of the features causes.
    pub(crate) rounding: f64,
    /// `true` if the mean kernel of different conditions is nearly 0.
    pub(crate) saturated: bool,
}

/// Mean kernel of different conditions below which a kernel counts as saturated, a thousandth of its largest value.
const SATURATED: f64 = 1e-3;

impl DistanceKernel {
    /// Computes −‖xᵢ − xⱼ‖.
    fn negative_distances(x: &Representation) -> Result<Self> {
        let n = x.n_conditions();
        let distances = linalg::squared_distances(x.values())?;
        let values = Triangle::new(distances.values, vec![0.0; n], |row| {
            row.iter_mut().for_each(|value| *value = -value.sqrt());
        });
        let rounding = n as f64 * distances.rounding * (x.precision() / f64::EPSILON);
        Ok(Self { values, constant: 0.0, unit: distances.scale, rounding, saturated: false })
    }

    /// Computes the matrix of a kernel that is 1 at distance 0, less 1, where `less_one` replaces a row of squared
    /// distances by the kernel less 1.
    fn less_one(x: &Representation, bandwidth: Bandwidth, less_one: impl Fn(&mut [f64], f64) + Sync) -> Result<Self> {
        let n = x.n_conditions();
        if n < 2 && matches!(bandwidth, Bandwidth::Median(_)) {
            return Err(Error::too_few_conditions(2, n, "one condition has no distances to take the median of"));
        }
        let distances = linalg::squared_distances(x.values())?;
        // σ must be in the unit of the distances.
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
        let values = Triangle::new(distances.values, vec![0.0; n], |row| less_one(row, sigma));
        let mean = 1.0 + values.sum_of_pairs() / (2.0 * pairs).max(1.0);
        // |dk/dd| is at most 1/σ; the precision of the source replaces that of the arithmetic.
        let rounding = n as f64 * distances.rounding * (x.precision() / f64::EPSILON) / sigma;
        Ok(Self { values, constant: 1.0, unit: 1.0, rounding, saturated: mean < SATURATED })
    }
}

/// Replaces squared distances by the radial basis function less 1.
#[inline(always)]
fn radial_less_one(distances: &mut [f64], sigma: f64) {
    let factor = -0.5 / sigma / sigma;
    match factor.is_normal() {
        true => distances.iter_mut().for_each(|value| *value *= factor),
        // σ² vanishes although σ does not, so distances are divided before they are squared. Equal patterns keep 0.
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

    fn less_one(x: &Representation, bandwidth: Bandwidth) -> Result<DistanceKernel> {
        DistanceKernel::less_one(x, bandwidth, radial_less_one)
    }

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
        let kernel = less_one(&x, Bandwidth::median(1.0).unwrap()).unwrap().values.to_square_plus(0.0);
        assert!((kernel[(0, 1)] + 1.0 - (-1f64 / 8.0).exp()).abs() < 1e-15);
        assert!((kernel[(2, 0)] + 1.0 - (-9f64 / 8.0).exp()).abs() < 1e-15);
        let kernel = less_one(&x, Bandwidth::fixed(2.0).unwrap()).unwrap().values.to_square_plus(0.0);
        assert!((kernel[(1, 2)] + 1.0 - (-0.5f64).exp()).abs() < 1e-15);
        assert_eq!(kernel[(1, 1)], 0.0);
    }

    #[test]
    fn the_distance_kernel_is_in_the_units_of_the_features() {
        for scale in [1.0, 1e200, 1e-200] {
            let x = Representation::new(array![[0.0], [1.0], [3.0]] * scale).unwrap();
            let gram = Kernel::Distance.gram(&x).unwrap();
            let expected = array![[0.0, -1.0, -3.0], [-1.0, 0.0, -2.0], [-3.0, -2.0, 0.0]];
            assert!((&gram.values() / scale - expected).iter().all(|off| off.abs() < 1e-15), "{scale:e}");
        }
    }

    #[test]
    fn bandwidths_at_the_ends_of_the_range_give_numbers() {
        for scale in [1e-300, 1e300] {
            let x = Representation::new(array![[0.0], [scale], [3.0 * scale]]).unwrap();
            for sigma in [1e-300, 1.0, 1e300] {
                let kernel = less_one(&x, Bandwidth::fixed(sigma).unwrap()).unwrap().values.to_square_plus(0.0);
                assert!(kernel.iter().all(|value| (-1.0..=0.0).contains(value)), "{scale:e} {sigma:e}");
            }
        }
    }
}
