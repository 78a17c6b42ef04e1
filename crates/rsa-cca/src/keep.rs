//! [`Keep`]: the number of directions that SVCCA compares.

use std::num::NonZeroUsize;

use rsa_core::{Error, Fraction, Result};

/// The directions of a representation that SVCCA keeps, largest variance first.
///
/// Directions of equal variance are kept together or not at all, because the data do not say which of them comes first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Keep {
    /// The fewest directions with at least this share of the variance, the sum of *squared* singular values.
    Variance(Fraction),
    /// A number of directions, or all if there are fewer; also further directions of the same variance as the last.
    Count(NonZeroUsize),
    /// All directions.
    All,
}

impl Keep {
    /// Keeps the fewest directions with at least `share` of the variance.
    ///
    /// # Errors
    /// `InvalidParameter` unless 0 < share ≤ 1.
    pub fn variance(share: f64) -> Result<Self> {
        Ok(Self::Variance(Fraction::new("the share of the variance to keep", share)?))
    }

    /// Keeps `count` directions.
    ///
    /// # Errors
    /// `InvalidParameter` if it is 0.
    pub fn count(count: usize) -> Result<Self> {
        let count = NonZeroUsize::new(count);
        Ok(Self::Count(
            count.ok_or_else(|| Error::invalid_parameter("the number of directions to keep", "at least 1", 0))?,
        ))
    }

    /// Returns how many of the directions with these singular values, largest first, are kept.
    pub(crate) fn directions(self, sigma: &[f64]) -> usize {
        let wanted = match self {
            Self::All => sigma.len(),
            Self::Count(count) => count.get().min(sigma.len()),
            Self::Variance(share) if share.get() == 1.0 => sigma.len(),
            Self::Variance(share) => {
                let total: f64 = sigma.iter().map(|sigma| sigma * sigma).sum();
                // A share that is reached exactly suffices, also if the sums fall short of it by rounding.
                let wanted = share.get() * total * (1.0 - sigma.len() as f64 * f64::EPSILON);
                let mut held = 0.0;
                let short = sigma.iter().take_while(|&&sigma| {
                    held += sigma * sigma;
                    held < wanted
                });
                (short.count() + 1).min(sigma.len())
            }
        };
        let tied = |pair: &&[f64]| pair[0] - pair[1] <= TIED * sigma[0];
        wanted + sigma[wanted - 1..].windows(2).take_while(tied).count()
    }
}

/// Distance of singular values, relative to the largest, below which they count as equal.
///
/// The error of a direction is about ε divided by this distance, so directions of values further apart have at least
/// half of their digits.
const TIED: f64 = 1e-8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variance_is_of_squares_and_the_share_is_inclusive() {
        // The squares are 9 and 1: the first is .9 of their sum, but only .75 of the sum of singular values.
        let kept = |share| Keep::variance(share).unwrap().directions(&[3.0, 1.0]);
        assert_eq!([kept(0.5), kept(0.9), kept(0.90001), kept(1.0)], [1, 1, 2, 2]);
    }

    #[test]
    fn a_count_beyond_the_rank_keeps_all() {
        assert_eq!(Keep::count(7).unwrap().directions(&[3.0, 1.0]), 2);
        assert_eq!(Keep::count(1).unwrap().directions(&[3.0, 1.0]), 1);
    }

    #[test]
    fn directions_of_equal_variance_are_kept_together() {
        let sigma = [2.0, 1.0, 1.0 - 1e-12, 1.0 - 2e-12, 0.5];
        assert_eq!([1, 2, 3, 4, 5].map(|k| Keep::count(k).unwrap().directions(&sigma)), [1, 4, 4, 4, 5]);
        assert_eq!(Keep::variance(0.6).unwrap().directions(&sigma), 4);
    }

    #[test]
    fn the_whole_variance_is_in_all_directions() {
        assert_eq!(Keep::variance(1.0).unwrap().directions(&[1.0, 1e-9]), 2);
    }

    #[test]
    fn illegal_choices_are_refused() {
        assert!(Keep::count(0).is_err());
        for share in [0.0, -0.1, 1.1, f64::NAN] {
            assert_eq!(Keep::variance(share).unwrap_err().kind().name(), "InvalidParameter");
        }
    }
}
