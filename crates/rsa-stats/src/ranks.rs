//! Mid-ranks, of plain and of weighted values.

use std::{mem, ops::Range};

use rsa_core::linalg::extremes;

/// The pairs of an RDM from the smallest dissimilarity to the largest, in runs of ties.
///
/// Distances that are equal by symmetry come out of floating-point arithmetic unequal in the last digits. Left apart,
/// they would be ranked by rounding noise; two that are truly different and that close lose nothing worth having.
/// So values no further than the rounding above the first of a run are tied with it; a run is bounded by its first
/// value, so that many close values do not chain into one.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    /// Missing values come last, each a run of its own: they are equal to nothing.
    pairs: Vec<u32>,
    /// Where each run ends; empty if no two are tied.
    ends: Vec<u32>,
}

impl Order {
    /// Sorts `values`, of which there are fewer than 2³².
    pub(crate) fn new(values: &[f64], rounding: f64) -> Self {
        let (pairs, some_equal) = sorted(values);
        let value = |pair: u32| values[pair as usize];
        // The first two neighbours that are close are a tie. NaN is close to nothing.
        let close = |two: &[u32]| value(two[1]) <= value(two[0]) + rounding;
        let mut ends = Vec::new();
        if some_equal || (rounding > 0.0 && pairs.windows(2).any(close)) {
            let mut first = pairs.first().map_or(f64::NAN, |&pair| value(pair));
            for (place, &pair) in (0..).zip(&pairs) {
                let tied = value(pair) <= first + rounding;
                if !tied {
                    ends.push(place);
                    first = value(pair);
                }
            }
            ends.extend(u32::try_from(pairs.len()));
        }
        Self { pairs, ends }
    }

    /// The pairs of each run of ties.
    pub(crate) fn runs(&self) -> impl Iterator<Item = &[u32]> {
        self.ranges().map(|range| &self.pairs[range])
    }

    /// All pairs in order.
    pub(crate) fn pairs(&self) -> &[u32] {
        &self.pairs
    }

    /// Where each run stands among [`pairs`](Self::pairs).
    pub(crate) fn ranges(&self) -> impl Iterator<Item = Range<usize>> {
        let runs = if self.is_strict() { self.pairs.len() } else { self.ends.len() };
        let mut start = 0;
        (0..runs).map(move |run| {
            let end = if self.is_strict() { run + 1 } else { self.ends[run] as usize };
            mem::replace(&mut start, end)..end
        })
    }

    /// Whether no two values are tied.
    pub(crate) fn is_strict(&self) -> bool {
        self.ends.is_empty()
    }

    /// Average rank of each value, from 1; equal values share the mean of the ranks they fill.
    ///
    /// `weights` say how many copies of a value there are: the rank of each copy, had the copies been written out.
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

impl Order {
    /// Twice the average rank of each value, as whole numbers; `copies` say how many there are of each value (`None`:
    /// one), less than 2³¹ in all. Where there are none the number means nothing.
    pub(crate) fn doubled_ranks(&self, copies: Option<&[u32]>) -> Vec<u32> {
        let mut ranks = vec![0; self.pairs.len()];
        let Some(copies) = copies else {
            for range in self.ranges() {
                #[allow(clippy::cast_possible_truncation, reason = "fewer than 2^31 copies")]
                let doubled = (range.start + range.end + 1) as u32;
                self.pairs[range].iter().for_each(|&k| ranks[k as usize] = doubled);
            }
            return ranks;
        };
        let mut below = 0;
        if self.is_strict() {
            // Without a branch on whether there are copies: half of the pairs of a resample have none.
            for &k in &self.pairs {
                let copies = copies[k as usize];
                ranks[k as usize] = below + copies + 1;
                below += 2 * copies;
            }
            return ranks;
        }
        for run in self.runs() {
            let copies: u32 = run.iter().map(|&k| copies[k as usize]).sum();
            run.iter().for_each(|&k| ranks[k as usize] = below + copies + 1);
            below += 2 * copies;
        }
        ranks
    }
}

/// The places of the values, the smallest first and NaN last, and whether some values are equal.
///
/// A radix sort of where the values stand between the extremes, to 16 or 22 bits, without a branch that depends on the data;
/// the few that agree in all bits are then sorted by comparisons. That is linear in time unless most values crowd into
/// a thousandth of their range.
fn sorted(values: &[f64]) -> (Vec<u32>, bool) {
    /// Fewer values share their digits seldom enough with 16 bits, and counting those is quicker.
    const FEW: usize = 3000;
    let bits = if values.len() < FEW { 8 } else { MOST_BITS };
    let (digits, missing) = (1_u32 << bits, (1_u32 << (2 * bits)) - 1);
    let [low_digit, high_digit] = [0, bits].map(|shift| move |key: u32| (key >> shift & (digits - 1)) as usize);
    let [low, high] = extremes(values);
    // Subtracting and multiplying keep the order, and the cast stops at the ends of its range, whatever the factor is.
    let factor = f64::from(missing - 1) / (high - low);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast stops at the end of its range")]
    let key = |value: f64| {
        let key = ((value - low) * factor) as u32;
        if value.is_nan() { missing } else { key.min(missing - 1) }
    };
    let keys: Vec<u32> = values.iter().map(|&value| key(value)).collect();
    let (mut low_starts, mut high_starts) = (vec![0_u32; digits as usize], vec![0_u32; digits as usize]);
    for &key in &keys {
        low_starts[low_digit(key)] += 1;
        high_starts[high_digit(key)] += 1;
    }
    for starts in [&mut low_starts, &mut high_starts] {
        let mut total = 0;
        starts.iter_mut().for_each(|start| total += mem::replace(start, total));
    }
    let mut by_low = vec![0_u32; keys.len()];
    for (place, &key) in (0..).zip(&keys) {
        let start = &mut low_starts[low_digit(key)];
        by_low[mem::replace(start, *start + 1) as usize] = place;
    }
    let mut sorted = vec![0_u32; keys.len()];
    for &place in &by_low {
        let start = &mut high_starts[high_digit(keys[place as usize])];
        sorted[mem::replace(start, *start + 1) as usize] = place;
    }
    let mut some_equal = false;
    let alike = |a: &u32, b: &u32| keys[*a as usize] == keys[*b as usize];
    for run in sorted.chunk_by_mut(alike).filter(|run| run.len() > 1) {
        if keys[run[0] as usize] != missing {
            run.sort_unstable_by(|&a, &b| values[a as usize].total_cmp(&values[b as usize]));
            some_equal |= run.windows(2).any(|two| values[two[0] as usize] == values[two[1] as usize]);
        }
    }
    (sorted, some_equal)
}

/// Bits of one of the two digits of a key.
const MOST_BITS: u32 = 11;

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, test_runner::RngSeed};
    use statrs::statistics::{Data, OrderStatistics, RankTieBreaker};

    use super::*;

    fn ranks(values: &[f64], rounding: f64) -> Vec<f64> {
        Order::new(values, rounding).mid_ranks(None)
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
    fn statrs_agrees() {
        let values: Vec<f64> = (0..200).map(|k| f64::from((k * 37 + k * k) % 23)).collect();
        assert_eq!(ranks(&values, 0.0), Data::new(values).ranks(RankTieBreaker::Average));
    }

    #[test]
    fn a_weight_is_that_many_copies() {
        let copies = [2.0, 3.0, 1.0, 0.0];
        let weighted = Order::new(&[5.0, 2.0, 5.0, 9.0], 0.0).mid_ranks(Some(&copies));
        // Written out: 5 5 2 2 2 5.
        assert_eq!(weighted[..3], [5.0, 2.0, 5.0]);
    }

    #[test]
    fn missing_values_are_last_and_equal_to_nothing() {
        let order = Order::new(&[f64::NAN, 1.0, f64::NAN, 0.0], 0.0);
        assert_eq!(order.runs().map(<[u32]>::len).collect::<Vec<_>>(), [1, 1, 1, 1]);
        assert_eq!(order.pairs(), [3, 1, 0, 2]);
        assert_eq!(Order::new(&[f64::NAN; 2], 0.0).pairs(), [0, 1]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..ProptestConfig::default() })]

        /// Also where values crowd, differ by less than the smallest normal number, or span more than the largest.
        #[test]
        fn it_sorts(
            values in prop::collection::vec(prop_oneof![
                -2.0..2.0,
                (-1.0..1.0_f64).prop_map(|value| value * 1e-310),
                (-1.0..1.0_f64).prop_map(|value| value * 1.7e308),
                Just(0.0), Just(-0.0), Just(1e-300), Just(f64::NAN), Just(7.0)
            ], 0..80)
        ) {
            let mut expected: Vec<f64> = values.clone();
            expected.sort_by(|a: &f64, b| a.is_nan().cmp(&b.is_nan()).then(a.total_cmp(b)));
            let (places, some_equal) = sorted(&values);
            let found: Vec<f64> = places.iter().map(|&place| values[place as usize]).collect();
            for (found, expected) in found.iter().zip(&expected) {
                prop_assert!(found == expected || (found.is_nan() && expected.is_nan()));
            }
            prop_assert_eq!(some_equal, expected.windows(2).any(|two| two[0] == two[1]));
            let mut all = places;
            all.sort_unstable();
            prop_assert!(all.into_iter().eq((0..).take(values.len())));
        }
    }
}
