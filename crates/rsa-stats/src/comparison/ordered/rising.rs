//! How often an earlier number of a sequence is below a later limit: the kernel of Kendall's rank correlations.

use rsa_core::linalg::on_wide_registers;

/// Numbers of one word of a set.
const WORD: usize = 64;

/// The number of i < j with `places[i]` < `limits[j]`; the places are all different.
///
/// A block at a time: what came before the block stands in a set of bits with a running count of its words, which
/// answers in one look; within the block every two are compared. Neither has branches, and no look waits for another,
/// so that this takes a few nanoseconds an entry where merge sort and trees take tens.
pub(super) fn rising(places: &[u32], limits: &[u32]) -> u64 {
    assert_eq!(places.len(), limits.len(), "one limit for every place");
    on_wide_registers(
        #[inline(always)]
        || block_by_block(places, limits),
    )
}

#[inline(always)]
fn block_by_block(places: &[u32], limits: &[u32]) -> u64 {
    // Numbers with a sign are what registers compare; the last register is filled up, its rest is before nothing.
    let mut signed: Vec<i32> = places.iter().map(|&place| with_sign(place)).collect();
    signed.resize(places.len().next_multiple_of(LANES), 0);
    if places.len() <= WORD {
        // A single block, as runs of ties are: nothing came before it, and a set would be as large as the whole.
        return within_block(signed.as_chunks().0, limits);
    }
    let words = places.iter().chain(limits).max().map_or(0, |&last| last as usize / WORD) + 1;
    let (mut bits, mut before) = (vec![0_u64; words], vec![0_u32; words]);
    // The words are counted once a block: longer blocks where there are many words.
    let block = places.len().div_ceil(16).isqrt().next_multiple_of(LANES).max(WORD);
    let mut count = 0;
    for (start, limits) in (0..places.len()).step_by(block).zip(limits.chunks(block)) {
        let end = start + limits.len();
        count += limits.iter().map(|&limit| u64::from(below(&bits, &before, limit))).sum::<u64>();
        count += within_block(signed[start..end.next_multiple_of(LANES)].as_chunks().0, limits);
        for &place in &places[start..end] {
            bits[place as usize / WORD] |= 1 << (place as usize % WORD);
        }
        let mut total = 0;
        for (before, bits) in before.iter_mut().zip(&bits) {
            *before = total;
            total += bits.count_ones();
        }
    }
    count
}

/// Of the same order.
#[inline(always)]
fn with_sign(number: u32) -> i32 {
    (number ^ 1 << 31).cast_signed()
}

/// How many members of the set are below `limit`.
#[inline(always)]
fn below(bits: &[u64], before: &[u32], limit: u32) -> u32 {
    let (word, bit) = (limit as usize / WORD, limit as usize % WORD);
    before[word] + (bits[word] & ((1 << bit) - 1)).count_ones()
}

/// Comparisons that are made at once.
const LANES: usize = 8;

/// For each lane all bits in those before it.
const EARLIER: [[i32; LANES]; LANES] = {
    let mut earlier = [[0; LANES]; LANES];
    let mut lane = 0;
    while lane < LANES {
        let mut before = 0;
        while before < lane {
            earlier[lane][before] = -1;
            before += 1;
        }
        lane += 1;
    }
    earlier
};

/// The same by comparing all.
#[inline(always)]
fn within_block(places: &[[i32; LANES]], limits: &[u32]) -> u64 {
    let mut lanes = [0_i32; LANES];
    for (group, limits) in limits.chunks(LANES).enumerate() {
        let own = places[group];
        for (&limit, earlier) in limits.iter().zip(EARLIER) {
            let limit = with_sign(limit);
            for places in &places[..group] {
                for lane in 0..LANES {
                    lanes[lane] += i32::from(places[lane] < limit);
                }
            }
            for lane in 0..LANES {
                lanes[lane] += i32::from(own[lane] < limit) & earlier[lane];
            }
        }
    }
    lanes.iter().map(|&lane| u64::from(lane.cast_unsigned())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_is_counted() {
        for n in [0, 1, 7, 8, 9, 63, 64, 65, 200, 1500] {
            let places: Vec<u32> = (0..n).map(|k| (k * 7919 + 13) % (n.max(1))).collect();
            let limits: Vec<u32> = (0..n).map(|k| (k * k * 31) % (n + 1)).collect();
            let pairs = (0..places.len()).flat_map(|j| (0..j).map(move |i| (i, j)));
            let expected = pairs.filter(|&(i, j)| places[i] < limits[j]).count() as u64;
            assert_eq!(rising(&places, &limits), expected, "{n}");
        }
    }
}
