//! [`Multiplicities`]: a bootstrap resample of conditions, as the number of times each was drawn.

use rsa_core::{Error, Result, condensed};

/// The number of times that each condition was drawn into a bootstrap resample.
///
/// A pair (i, j) then stands for mᵢ·mⱼ pairs of the resample written out with copies. Pairs of two copies of one condition
/// are left out, because their dissimilarity is 0 by construction and not by measurement.
///
/// # Example
/// ```
/// use rsa_stats::Multiplicities;
///
/// let drawn = Multiplicities::new(vec![2, 0, 1, 1])?;
/// assert_eq!(drawn.pair_weights(), [0.0, 2.0, 2.0, 0.0, 0.0, 1.0]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Multiplicities(Vec<u32>);

/// Most draws for which a 64-bit float holds every product mᵢ·mⱼ exactly.
const MOST_DRAWS: u64 = 1 << 26;

impl Multiplicities {
    /// Takes one count for every condition.
    ///
    /// # Errors
    /// `TooFewConditions` unless at least 3 different conditions were drawn: two have one dissimilarity and no order.
    /// `InvalidParameter` beyond 2²⁶ draws: up to there every product of two counts is exact.
    pub fn new(counts: Vec<u32>) -> Result<Self> {
        let draws: u64 = counts.iter().map(|&count| u64::from(count)).sum();
        if draws > MOST_DRAWS {
            return Err(Error::invalid_parameter("a resample", format!("of at most {MOST_DRAWS} draws"), draws));
        }
        match counts.iter().filter(|&&count| count > 0).count() {
            drawn @ 0..3 => {
                Err(Error::too_few_conditions(3, drawn, "a resample needs different conditions to compare RDMs on"))
            }
            _ => Ok(Self(counts)),
        }
    }

    /// Returns the number of times each condition was drawn.
    pub fn counts(&self) -> &[u32] {
        &self.0
    }

    /// Returns mᵢ·mⱼ of every pair, in condensed order.
    pub fn pair_weights(&self) -> Vec<f64> {
        condensed::pairs(self.0.len()).map(|(i, j)| f64::from(self.0[i]) * f64::from(self.0[j])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_different_conditions_are_no_resample() {
        let error = Multiplicities::new(vec![3, 0, 2, 0]).unwrap_err();
        assert_eq!(error.kind(), &rsa_core::ErrorKind::TooFewConditions { needed: 3, found: 2 });
    }

    #[test]
    fn a_resample_beyond_exact_counting_is_refused() {
        assert!(Multiplicities::new(vec![1 << 24; 4]).is_ok());
        let error = Multiplicities::new(vec![u32::MAX; 4]).unwrap_err();
        assert_eq!(error.kind().name(), "InvalidParameter");
    }
}
