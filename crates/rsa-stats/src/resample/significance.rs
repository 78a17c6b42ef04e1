//! p-values of Student's t, and corrections for many tests.

use rsa_core::{Error, Result};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// A correction of p-values for the number of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Correction {
    /// No correction.
    None,
    /// Holm 1979: bounds the probability of any false positive, however the tests depend on one another.
    #[default]
    Holm,
    /// Benjamini & Hochberg 1995: bounds the false discovery rate of tests that depend positively or not at all.
    Bh,
    /// Benjamini & Yekutieli 2001: bounds the false discovery rate, however the tests depend on one another.
    By,
    /// Tests models against the largest score of all models under permuted labels; pairs of models by Holm.
    Max,
}

impl Correction {
    /// Returns the word for the correction in settings and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Holm => "holm",
            Self::Bh => "bh",
            Self::By => "by",
            Self::Max => "max",
        }
    }

    /// All corrections.
    pub const ALL: [Self; 5] = [Self::None, Self::Holm, Self::Bh, Self::By, Self::Max];

    /// Returns the corrected p-values in the order of the given ones; `None` (no test) stays.
    ///
    /// # Example
    /// ```
    /// use rsa_stats::Correction;
    ///
    /// let p = [Some(0.03), None, Some(0.01)];
    /// assert_eq!(Correction::Holm.apply(&p), [Some(0.03), None, Some(0.02)]);
    /// ```
    pub fn apply(self, p: &[Option<f64>]) -> Vec<Option<f64>> {
        let mut order: Vec<usize> = (0..p.len()).filter(|&k| p[k].is_some()).collect();
        order.sort_by(|&a, &b| p[a].unwrap_or(1.0).total_cmp(&p[b].unwrap_or(1.0)));
        let m = order.len() as f64;
        let harmonic: f64 = (1..=order.len()).map(|k| 1.0 / k as f64).sum();
        let mut corrected = p.to_vec();
        let value = |place: usize, factor: f64| (p[order[place]].unwrap_or(1.0) * factor).min(1.0);
        match self {
            Self::None => {}
            Self::Holm | Self::Max => {
                let mut largest = 0.0_f64;
                for place in 0..order.len() {
                    largest = largest.max(value(place, m - place as f64));
                    corrected[order[place]] = Some(largest);
                }
            }
            Self::Bh | Self::By => {
                let factor = if self == Self::By { harmonic } else { 1.0 };
                let mut smallest = 1.0_f64;
                for place in (0..order.len()).rev() {
                    smallest = smallest.min(value(place, factor * m / (place as f64 + 1.0)));
                    corrected[order[place]] = Some(smallest);
                }
            }
        }
        corrected
    }
}

/// Student's t distribution.
pub(crate) struct StudentT(StudentsT);

impl StudentT {
    /// Takes the degrees of freedom, which may be fractions.
    ///
    /// # Errors
    /// `InvalidParameter` unless they are above 0.
    pub(crate) fn new(degrees_of_freedom: f64) -> Result<Self> {
        StudentsT::new(0.0, 1.0, degrees_of_freedom)
            .map(Self)
            .map_err(|_| Error::invalid_parameter("degrees of freedom", "above 0", degrees_of_freedom))
    }

    /// Returns P(T ≥ t), from the survival function, so that small p-values keep their digits.
    pub(crate) fn above(&self, t: f64) -> f64 {
        self.0.sf(t)
    }

    /// Returns P(|T| ≥ |t|).
    pub(crate) fn two_sided(&self, t: f64) -> f64 {
        (2.0 * self.0.sf(t.abs())).min(1.0)
    }

    /// Returns the t that T exceeds with probability `p`.
    pub(crate) fn upper_quantile(&self, p: f64) -> f64 {
        // By symmetry from the lower tail, where p keeps its digits.
        -self.0.inverse_cdf(p)
    }

    /// Returns the t that |T| exceeds with probability .05: half the width of a 95 % interval in standard errors.
    pub(crate) fn critical_value(&self) -> f64 {
        self.0.inverse_cdf(0.975)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(correction: Correction, expected: [f64; 5]) {
        let p = [0.01, 0.04, 0.03, 0.005, 0.5].map(Some);
        for (found, expected) in correction.apply(&p).into_iter().zip(expected) {
            assert!((found.unwrap() - expected).abs() < 1e-14, "{found:?} and {expected}");
        }
    }

    /// Expected values by SciPy 1.17.1, `stats.false_discovery_control`, and for Holm's method by hand.
    ///
    /// Holm: 5·.005, 4·.01, 3·.03, each at least the value before it.
    #[test]
    fn scipy_and_hand_agree() {
        check(Correction::None, [0.01, 0.04, 0.03, 0.005, 0.5]);
        check(Correction::Holm, [0.04, 0.09, 0.09, 0.025, 0.5]);
        check(Correction::Bh, [0.025, 0.05, 0.05, 0.025, 0.5]);
        let c = 137.0 / 60.0;
        check(Correction::By, [0.025 * c, 0.05 * c, 0.05 * c, 0.025 * c, 1.0]);
    }

    /// SciPy 1.17.1, `stats.t.sf` and `stats.t.ppf`.
    #[test]
    fn scipy_agrees_far_into_the_tail() {
        let relative =
            |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 1e-9, "{found}, {expected}");
        let t = StudentT::new(3.0).unwrap();
        relative(t.above(2.0), 0.06966298427942152);
        relative(t.above(-2.0), 1.0 - 0.06966298427942152);
        relative(t.critical_value(), 3.1824463052837078);
        let t = StudentT::new(19.0).unwrap();
        relative(t.above(40.0), 4.153878599669217e-20);
        relative(t.two_sided(-40.0), 2.0 * 4.153878599669217e-20);
        relative(StudentT::new(14.0).unwrap().upper_quantile(0.001), 3.787390237523346);
        relative(StudentT::new(1.0).unwrap().upper_quantile(1e-6), 318309.8861827435);
        assert!(StudentT::new(0.0).is_err());
    }
}
