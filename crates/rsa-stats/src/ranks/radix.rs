//! A radix sort of floating-point numbers.

use std::mem;

use rsa_core::linalg::{extremes, on_wide_registers};

/// Returns the indices of the values in rising order with NaN last, and where each run of ties ends.
///
/// A run holds the values no further than `rounding` above its first value; there are no ends if no run has two values.
/// NaN is tied with nothing.
///
/// Each value becomes a key of 64 bits: its position between the extremes to 32 bits, then its index. The keys are
/// sorted by their first digits in passes without a branch that depends on the data, and the rest by exchanging
/// neighbors. Only values whose first 32 bits agree are sorted as numbers, and only neighbors are compared for ties.
/// The time is linear unless most values crowd into a thousandth of their range.
pub(super) fn sorted(values: &[f64], rounding: f64) -> (Vec<u32>, Vec<u32>) {
    let [low, high] = extremes(values);
    let factor = f64::from(MISSING - 1) / (high - low);
    let mut keys = vec![0; values.len()];
    on_wide_registers(
        #[inline(always)]
        || make_keys(values, low, factor, &mut keys),
    );
    sort_by_first_digits(&mut keys);
    sort_neighbors(&mut keys);
    let ends = order_near(&mut keys, values, rounding, factor);
    #[allow(clippy::cast_possible_truncation, reason = "the lower half is the place")]
    let places = keys.iter().map(|&key| key as u32).collect();
    (places, ends)
}

/// The first half of the key of NaN, which is above all others.
const MISSING: u32 = u32::MAX;

/// Writes the key of each value; subtraction, multiplication and rounding keep the order.
///
/// If the factor overflows or vanishes, the first halves are all 0 and the values are compared as numbers.
#[inline(always)]
fn make_keys(values: &[f64], low: f64, factor: f64, keys: &mut [u64]) {
    // Adding a number below 2³² to 2⁵² leaves that number, rounded, in the last 32 bits.
    const WHOLE: f64 = (1_u64 << 52) as f64;
    for (place, (key, &value)) in (0..).zip(keys.iter_mut().zip(values)) {
        let standing = ((value - low) * factor + WHOLE).to_bits() << 32;
        let half = if value.is_nan() { u64::from(MISSING) << 32 } else { standing };
        *key = half | place;
    }
}

/// Sorts by the first bits; many keys are first divided by eight bits into parts that stay in the cache.
fn sort_by_first_digits(keys: &mut Vec<u64>) {
    const PART: Digit = Digit { shift: 56, bits: 8 };
    let mut other = vec![0; keys.len()];
    if keys.len() <= IN_CACHE {
        return sort_part(keys, &mut other, u64::BITS);
    }
    let ends = PART.sort(keys, &mut other);
    mem::swap(keys, &mut other);
    let mut start = 0;
    for end in &ends[..1 << PART.bits] {
        let part = start..*end as usize;
        start = part.end;
        sort_part(&mut keys[part.clone()], &mut other[part], PART.shift);
    }
}

/// Number of keys of which two copies fit into the cache beside the counts of a digit.
const IN_CACHE: usize = 1 << 16;

/// Sorts keys that agree except in their last `top` bits, by the first of these bits.
///
/// `other` is scratch space of the same length.
fn sort_part(keys: &mut [u64], other: &mut [u64], top: u32) {
    // Longer digits leave fewer keys out of order and cost more counters.
    let bits = if keys.len() < 12_000 { 8 } else { 11 };
    if keys.len() > 1 {
        Digit { shift: top - 2 * bits, bits }.sort(keys, other);
        Digit { shift: top - bits, bits }.sort(other, keys);
    }
}

/// A range of the bits of a key.
#[derive(Clone, Copy)]
struct Digit {
    shift: u32,
    bits: u32,
}

/// Number of values of the longest digit.
const MOST: usize = 1 << 11;

impl Digit {
    /// Copies the keys into the order of this digit, stably, and returns where the keys of each value end.
    fn sort(self, keys: &[u64], to: &mut [u64]) -> [u32; MOST] {
        let of = |key: u64| (key >> self.shift) as usize & ((1 << self.bits) - 1) & (MOST - 1);
        let mut ends = [0_u32; MOST];
        keys.iter().for_each(|&key| ends[of(key)] += 1);
        let mut total = 0;
        ends[..1 << self.bits].iter_mut().for_each(|end| total += mem::replace(end, total));
        for &key in keys {
            let end = &mut ends[of(key)];
            to[*end as usize] = key;
            *end += 1;
        }
        ends
    }
}

/// Sorts keys of which few are out of order, by insertion.
fn sort_neighbors(keys: &mut [u64]) {
    // After so many moves a general sort is faster.
    let mut moves = 8 * keys.len();
    for i in 1..keys.len() {
        let key = keys[i];
        if keys[i - 1] <= key {
            continue;
        }
        let mut to = i;
        while to > 0 && keys[to - 1] > key {
            keys[to] = keys[to - 1];
            to -= 1;
        }
        keys[to] = key;
        moves = moves.saturating_sub(i - to);
        if moves == 0 {
            return keys.sort_unstable();
        }
    }
}

/// Sorts keys of equal first halves by their values, and returns where the runs of ties end.
#[allow(clippy::cast_possible_truncation, reason = "the lower half is the place")]
fn order_near(keys: &mut [u64], values: &[f64], rounding: f64, factor: f64) -> Vec<u32> {
    let half = |key: u64| (key >> 32) as u32;
    // Rounding to whole numbers may add two to a difference.
    #[allow(clippy::cast_sign_loss, reason = "a cast stops at the end of its range")]
    let most = if rounding > 0.0 { ((rounding * factor) as u32).saturating_add(2) } else { 0 };
    let near = |a: u64, b: u64| half(b) - half(a) <= most && half(b) != MISSING;
    if !keys.windows(2).any(|two| near(two[0], two[1])) {
        return Vec::new();
    }
    let value = |key: u64| values[key as u32 as usize];
    let equal = |a: &u64, b: &u64| half(*a) == half(*b) && half(*b) != MISSING;
    for group in keys.chunk_by_mut(equal).filter(|group| group.len() > 1) {
        group.sort_unstable_by(|&a, &b| value(a).total_cmp(&value(b)));
    }
    let mut ends = Vec::with_capacity(keys.len());
    let mut first = 0;
    for end in 1..keys.len() {
        let (start, key) = (keys[first], keys[end]);
        if !near(start, key) || value(key) > value(start) + rounding {
            ends.push(end as u32);
            first = end;
        }
    }
    ends.push(keys.len() as u32);
    if ends.len() == keys.len() {
        ends.clear();
    }
    ends
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, test_runner::RngSeed};

    use super::*;

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
            ], 0..80),
            rounding in prop_oneof![Just(0.0), Just(1e-310), Just(1e-9), Just(0.01), Just(1e308)]
        ) {
            are_sorted(&values, rounding);
        }
    }

    fn are_sorted(values: &[f64], rounding: f64) {
        let mut expected: Vec<f64> = values.to_vec();
        expected.sort_by(|a: &f64, b| a.is_nan().cmp(&b.is_nan()).then(a.total_cmp(b)));
        let (places, ends) = sorted(values, rounding);
        let found: Vec<f64> = places.iter().map(|&place| values[place as usize]).collect();
        for (found, expected) in found.iter().zip(&expected) {
            assert!(found == expected || (found.is_nan() && expected.is_nan()), "{found} for {expected}");
        }
        let mut first = f64::NAN;
        let mut expected_ends = Vec::new();
        for (place, &value) in (0..).zip(&expected) {
            let tied = value <= first + rounding;
            if !tied {
                expected_ends.extend((place > 0).then_some(place));
                first = value;
            }
        }
        expected_ends.extend(u32::try_from(expected.len()).ok().filter(|&count| count > 0));
        let strict = expected_ends.len() == expected.len();
        assert_eq!(ends, if strict { Vec::new() } else { expected_ends });
        let mut all = places;
        all.sort_unstable();
        assert!(all.into_iter().eq((0..).take(values.len())));
    }

    /// Each number of passes; few far out make the others crowd, and ties.
    #[test]
    fn it_sorts_many() {
        for count in [3_000_u32, 20_000, 2_100_000] {
            let spread: Vec<f64> = (0..count).map(|k| f64::from(k.wrapping_mul(2_654_435_761))).collect();
            are_sorted(&spread, 0.0);
            are_sorted(&spread, 500.0);
            let crowded: Vec<f64> = spread.iter().map(|value| (value / 4e9).powi(9)).collect();
            are_sorted(&crowded, 1e-12);
        }
        let mut one_far = (0..20_000).map(|k| f64::from(k * 7919 % 20_011)).collect::<Vec<_>>();
        one_far[7] = 1e12;
        are_sorted(&one_far, 0.0);
        are_sorted(&(0..20_000).map(|k| f64::from(k * 7919 % 13)).collect::<Vec<_>>(), 0.0);
    }
}
