//! [`SubjectTest`]: tests of one value for each subject.

use rsa_core::Result;

use super::{SignedRank, StudentT};

/// Largest standard error that counts as 0: equal values of subjects may differ by rounding errors.
pub(crate) const ZERO_STANDARD_ERROR: f64 = 1e-12;

/// A test of whether a quantity is 0 on average over subjects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum SubjectTest {
    /// Student's t-test.
    #[default]
    T,
    /// Wilcoxon's signed-rank test.
    ///
    /// Values of 0 are left out. Up to 50 subjects without ties and zeros, and up to 13 with some, all assignments of signs
    /// are counted; beyond, p is that of a normal distribution with corrections for ties and continuity.
    Wilcoxon,
}

/// The mean of one value for each subject, with its standard error and test.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SubjectMean {
    /// Mean over subjects.
    pub mean: f64,
    /// Standard error of the mean, `None` for one subject.
    pub standard_error: Option<f64>,
    /// p-value against a mean of 0, two-sided; `None` for one subject, or if all values are equal (t) or 0 (Wilcoxon).
    pub p: Option<f64>,
    /// `true` if Wilcoxon's test counted all assignments of signs, `None` for other tests.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub exact: Option<bool>,
}

impl SubjectTest {
    /// Returns the mean of one value for each subject, and tests it against 0.
    ///
    /// # Errors
    /// `InvalidParameter` without values.
    ///
    /// # Example
    /// ```
    /// use rsa_stats::SubjectTest;
    ///
    /// let found = SubjectTest::Wilcoxon.test(&[0.3, 0.1, 0.4, 0.2])?;
    /// // All four are positive, or negative, in two of 2⁴ assignments of signs.
    /// assert_eq!((found.p, found.exact), (Some(0.125), Some(true)));
    /// # Ok::<(), rsa_core::Error>(())
    /// ```
    pub fn test(self, values: &[f64]) -> Result<SubjectMean> {
        if values.is_empty() {
            return Err(rsa_core::Error::invalid_parameter("the subjects of a test", "at least one", 0));
        }
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        if values.len() == 1 {
            return Ok(SubjectMean { mean, ..SubjectMean::default() });
        }
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let standard_error = (squares / (count - 1.0) / count).sqrt();
        let (p, exact) = match self {
            Self::T if standard_error <= ZERO_STANDARD_ERROR => (None, None),
            Self::T => (Some(StudentT::new(count - 1.0)?.two_sided(mean / standard_error)), None),
            Self::Wilcoxon => {
                let found = SignedRank::new(values);
                (found.map(|found| found.two_sided), found.map(|found| found.exact))
            }
        };
        Ok(SubjectMean { mean, standard_error: Some(standard_error), p, exact })
    }
}

impl SubjectMean {
    /// Returns the interval of 95 % by Student's t over `n_subjects`; `None` for one subject.
    ///
    /// # Example
    /// ```
    /// use rsa_stats::SubjectTest;
    ///
    /// let values = [0.31, 0.12, -0.05, 0.4, 0.22, 0.27];
    /// let [low, high] = SubjectTest::T.test(&values)?.interval(values.len()).unwrap();
    /// assert!(low > 0.045 && low < 0.046 && high > 0.377 && high < 0.379);
    /// # Ok::<(), rsa_core::Error>(())
    /// ```
    pub fn interval(&self, n_subjects: usize) -> Option<[f64; 2]> {
        let t = StudentT::new(n_subjects.checked_sub(1)? as f64).ok()?.critical_value();
        self.standard_error.map(|error| [self.mean - t * error, self.mean + t * error])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SciPy 1.17.1, `stats.ttest_1samp` and `stats.sem`.
    #[test]
    fn scipy_agrees() {
        let values = [0.31, 0.12, -0.05, 0.4, 0.22, 0.27];
        let found = SubjectTest::T.test(&values).unwrap();
        assert!((found.standard_error.unwrap() - 0.06467439816324369).abs() < 1e-15);
        assert!((found.p.unwrap() / 0.022129812116968448 - 1.0).abs() < 1e-9 && found.exact.is_none());
        assert_eq!(SubjectTest::Wilcoxon.test(&values).unwrap().p, Some(4.0 / 64.0));
    }

    #[test]
    fn what_does_not_vary_has_no_t_test() {
        let found = SubjectTest::T.test(&[0.5, 0.5, 0.5]).unwrap();
        assert_eq!((found.mean, found.standard_error, found.p), (0.5, Some(0.0), None));
        assert_eq!(SubjectTest::Wilcoxon.test(&[0.5; 3]).unwrap().p, Some(0.25));
        assert_eq!(SubjectTest::Wilcoxon.test(&[0.0; 3]).unwrap().p, None);
        let one = SubjectTest::T.test(&[0.5]).unwrap();
        assert_eq!((one.mean, one.standard_error, one.p), (0.5, None, None));
        assert!(SubjectTest::T.test(&[]).is_err());
    }
}
