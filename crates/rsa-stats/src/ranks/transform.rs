//! [`rank_transform`]: an RDM whose dissimilarities are replaced by their ranks.

use rsa_core::{Rdm, Result};

use crate::ranks::SortedValues;

/// Returns the RDM of the ranks of all dissimilarities that are present, from 1; tied ones share their mean rank.
///
/// Use ranks to look at RDMs whose units cannot be compared, and to average dissimilarities of which only the order means
/// something. Missing dissimilarities stay missing.
///
/// # Errors
/// None for a valid RDM.
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_stats::rank_transform;
///
/// let ranks = rank_transform(&Rdm::new(vec![0.5, 9.0, 0.5])?)?;
/// assert_eq!(ranks.values(), [1.5, 3.0, 1.5]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// Reference: Kriegeskorte, Mur & Bandettini 2008, Frontiers in Systems Neuroscience, doi:10.3389/neuro.06.004.2008.
pub fn rank_transform(rdm: &Rdm) -> Result<Rdm> {
    let mut ranks = SortedValues::new(rdm.values(), rdm.rounding()).mid_ranks(None);
    let missing = ranks.iter_mut().zip(rdm.values()).filter(|(_, value)| value.is_nan());
    missing.for_each(|(rank, _)| *rank = f64::NAN);
    // Ranks are exact: the rounding of the dissimilarities has decided the ties.
    Rdm::new(ranks)?.with_conditions(rdm.conditions().clone())
}

#[cfg(test)]
mod tests {
    use rsa_core::Conditions;

    use super::*;

    #[test]
    fn missing_pairs_have_no_rank_and_labels_stay() {
        let conditions = Conditions::labeled(["a", "b", "c", "d"]);
        let rdm = Rdm::new(vec![3.0, f64::NAN, -1.0, 3.0, 7.0, f64::NAN]).unwrap();
        let ranks = rank_transform(&rdm.with_conditions(conditions.clone()).unwrap()).unwrap();
        assert_eq!(ranks.conditions(), &conditions);
        assert_eq!([0, 2, 3, 4].map(|k| ranks.values()[k]), [2.5, 1.0, 2.5, 4.0]);
        assert!(ranks.values()[1].is_nan() && ranks.values()[5].is_nan());
    }

    #[test]
    fn what_rounding_sets_apart_is_tied() {
        let rdm = Rdm::new(vec![0.3, 0.1 + 0.2, 1.0]).unwrap();
        assert_eq!(rank_transform(&rdm).unwrap().values(), [1.0, 2.0, 3.0]);
        let computed = rank_transform(&rdm.with_rounding(1e-15).unwrap()).unwrap();
        assert_eq!((computed.values(), computed.rounding()), (&[1.5, 1.5, 3.0][..], 0.0));
    }
}
