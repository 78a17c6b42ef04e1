//! [`SortedValues`]: values in rising order with their ties, and mid-ranks of plain and of weighted values.

mod radix;
mod transform;

pub use transform::rank_transform;

use std::{mem, ops::Range};

/// The pairs of an RDM from the smallest dissimilarity to the largest, in runs of ties.
///
/// Distances that are equal by symmetry come out of floating-point arithmetic unequal in the last digits. Left apart,
/// they would be ranked by rounding noise; true differences that small are not worth keeping. So values no further than
/// the rounding above the first value of a run are tied with it. The first value bounds a run, so that many close values
/// do not chain into one run.
#[derive(Clone, Debug)]
pub(crate) struct SortedValues {
    /// The indices of the values in rising order. Missing values come last, each in a run of its own.
    pairs: Vec<u32>,
    /// The end of each run; empty if no two values are tied.
    ends: Vec<u32>,
}

impl SortedValues {
    /// Sorts `values`, of which there are fewer than 2³².
    pub(crate) fn new(values: &[f64], rounding: f64) -> Self {
        let (pairs, ends) = radix::sorted(values, rounding);
        Self { pairs, ends }
    }

    /// Returns the pairs of each run of ties.
    pub(crate) fn runs(&self) -> impl Iterator<Item = &[u32]> {
        self.ranges().map(|range| &self.pairs[range])
    }

    /// Returns all pairs in rising order.
    pub(crate) fn pairs(&self) -> &[u32] {
        &self.pairs
    }

    /// Returns the range of each run within [`pairs`](Self::pairs).
    pub(crate) fn ranges(&self) -> impl Iterator<Item = Range<usize>> {
        let runs = if self.is_strict() { self.pairs.len() } else { self.ends.len() };
        let mut start = 0;
        (0..runs).map(move |run| {
            let end = if self.is_strict() { run + 1 } else { self.ends[run] as usize };
            mem::replace(&mut start, end)..end
        })
    }

    /// Returns `true` if no two values are tied.
    pub(crate) fn is_strict(&self) -> bool {
        self.ends.is_empty()
    }

    /// Returns the mid-rank of each value, from 1: tied values share the mean of the ranks they fill.
    ///
    /// `weights` say how often each value counts; a rank is then that of each copy, had the copies been written out.
    pub(crate) fn mid_ranks(&self, weights: Option<&[f64]>) -> Vec<f64> {
        let mut ranks = vec![0.0; self.pairs.len()];
        let Some(weights) = weights else {
            for range in self.ranges() {
                let rank = (range.start + range.end + 1) as f64 / 2.0;
                self.pairs[range].iter().for_each(|&k| ranks[k as usize] = rank);
            }
            return ranks;
        };
        let mut below = 0.0;
        for run in self.runs() {
            let copies: f64 = run.iter().map(|&k| weights[k as usize]).sum();
            let rank = below + (copies + 1.0) / 2.0;
            run.iter().for_each(|&k| ranks[k as usize] = rank);
            below += copies;
        }
        ranks
    }
}

#[cfg(test)]
mod tests {
    use statrs::statistics::{Data, OrderStatistics, RankTieBreaker};

    use super::*;

    fn ranks(values: &[f64], rounding: f64) -> Vec<f64> {
        SortedValues::new(values, rounding).mid_ranks(None)
    }

    #[test]
    fn ties_share_their_mean_rank() {
        assert_eq!(ranks(&[3.0, -1.0, 3.0, 0.0, -0.0, 7.0], 0.0), [4.5, 1.0, 4.5, 2.5, 2.5, 6.0]);
        assert_eq!(ranks(&[2.0; 3], 0.0), [2.0; 3]);
        assert_eq!(ranks(&[], 0.0), [0.0; 0]);
    }

    #[test]
    fn values_within_rounding_are_tied() {
        let values = [1.0, 0.3, 0.1 + 0.2, 0.5];
        assert_eq!(ranks(&values, 1e-15), [4.0, 1.5, 1.5, 3.0]);
        assert_eq!(ranks(&values, 0.0), [4.0, 1.0, 2.0, 3.0]);
        // 0 1 2 3 by twos: a run reaches no further than its first value allows.
        assert_eq!(ranks(&[3.0, 1.0, 0.0, 2.0], 1.0), [3.5, 1.5, 1.5, 3.5]);
    }

    #[test]
    fn ties_that_are_made_equal_are_the_ties_of_the_rounding() {
        let values: Vec<f64> = (0..120).map(|k| f64::from(k * k % 41) + 0.3 * f64::from(k % 7)).collect();
        let rdm = rsa_core::Rdm::new(values.clone()).unwrap().with_rounding(0.7).unwrap();
        assert_eq!(ranks(rdm.with_ties_made_equal().values(), 0.0), ranks(&values, 0.7));
    }

    #[test]
    fn statrs_agrees() {
        let values: Vec<f64> = (0..200).map(|k| f64::from((k * 37 + k * k) % 23)).collect();
        assert_eq!(ranks(&values, 0.0), Data::new(values).ranks(RankTieBreaker::Average));
    }

    #[test]
    fn a_weight_is_that_many_copies() {
        let copies = [2.0, 3.0, 1.0, 0.0];
        let weighted = SortedValues::new(&[5.0, 2.0, 5.0, 9.0], 0.0).mid_ranks(Some(&copies));
        // Written out: 5 5 2 2 2 5.
        assert_eq!(weighted[..3], [5.0, 2.0, 5.0]);
    }

    #[test]
    fn missing_values_are_last_and_equal_to_nothing() {
        let order = SortedValues::new(&[f64::NAN, 1.0, f64::NAN, 0.0], 0.0);
        assert_eq!(order.runs().map(<[u32]>::len).collect::<Vec<_>>(), [1, 1, 1, 1]);
        assert_eq!(order.pairs(), [3, 1, 0, 2]);
        assert_eq!(SortedValues::new(&[f64::NAN; 2], 0.0).pairs(), [0, 1]);
    }
}
