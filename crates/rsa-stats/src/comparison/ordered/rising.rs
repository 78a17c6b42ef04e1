//! Counts of rising pairs in a sequence: the kernel of Kendall's rank correlations.

use rsa_core::linalg::on_wide_registers;

/// Returns the sum over all i < j of 2 if `values[i]` < `values[j]` and 1 if they are equal (only if `tied`).
///
/// The first four bits divide the values into sixteen groups, each in the order of the sequence. Pairs in different groups
/// are decided by the groups: earlier values are counted by group. Pairs in one group are decided by the next four bits.
/// Different values of few bits are looked up in a set of bits, and in a small group every two values are compared. No branch
/// depends on the data. The time is O(L log L), with a few nanoseconds for each four bits.
pub(super) fn rising(values: &[u32], tied: bool) -> u64 {
    let mut values = values.to_vec();
    let mut other = if values.len() > FEW { vec![0; values.len()] } else { Vec::new() };
    let top = values.iter().max().map_or(0, |largest| u32::BITS - largest.leading_zeros());
    on_wide_registers(
        #[inline(always)]
        || match tied {
            true => of_group::<true>(&mut values, &mut other, top),
            false => of_group::<false>(&mut values, &mut other, top),
        },
    )
}

/// Returns the number of pairs of values that rise less the number that fall; `tied` unless all values differ.
pub(in crate::comparison) fn rise_less_fall(values: &[u32], tied: bool) -> i64 {
    let count = values.len() as i64;
    rising(values, tied).cast_signed() - count * (count - 1) / 2
}

/// Number of values of which every two are compared.
const FEW: usize = 64;

/// Number of bits by which values are grouped.
const BITS: u32 = 4;

const GROUPS: usize = 1 << BITS;

/// For each group a mask of the groups before it.
static GROUPS_BEFORE: [[u32; GROUPS]; GROUPS] = {
    let mut before = [[0; GROUPS]; GROUPS];
    let mut group = 0;
    while group < GROUPS {
        let mut lower = 0;
        while lower < group {
            before[group][lower] = u32::MAX;
            lower += 1;
        }
        group += 1;
    }
    before
};

/// For each group a 1 in its place.
static ONE: [[u32; GROUPS]; GROUPS] = {
    let mut one = [[0; GROUPS]; GROUPS];
    let mut group = 0;
    while group < GROUPS {
        one[group][group] = 1;
        group += 1;
    }
    one
};

/// Counts among values that agree but for their last `top` bits.
#[inline(always)]
fn of_group<const TIED: bool>(values: &mut [u32], other: &mut [u32], top: u32) -> u64 {
    match values.len() {
        0..=FEW => of_few::<TIED>(values),
        len if top == 0 => len as u64 * (len as u64 - 1) / 2,
        // Counting the words of the set pays off unless the set is nearly empty.
        len if !TIED && top <= SET_BITS && 8 * len >= 1 << top => of_set(values, top),
        _ => of_many::<TIED>(values, other, top),
    }
}

/// Most bits of values that are looked up in a set.
const SET_BITS: u32 = 13;

/// Number of values in one word of a set.
const WORD: usize = u64::BITS as usize;

/// Counts, twice, the rising pairs among different values that agree but for their last `top` bits.
///
/// The values before a block are in a set of bits with a running count of its words, so that one look-up counts the values
/// below. Within the block every two are compared.
#[inline(always)]
fn of_set(values: &[u32], top: u32) -> u64 {
    let (mut bits, mut before) = ([0_u64; (1 << SET_BITS) / WORD], [0_u32; (1 << SET_BITS) / WORD]);
    let words = (1_usize << top).div_ceil(WORD);
    let place = |value: u32| (value as usize % (1 << top) / WORD, value % u64::BITS);
    let mut twice = 0;
    for block in values.chunks(FEW) {
        let below = |&value: &u32| {
            let (word, bit) = place(value);
            u64::from(before[word] + (bits[word] & ((1 << bit) - 1)).count_ones())
        };
        twice += 2 * block.iter().map(below).sum::<u64>() + of_few::<false>(block);
        for &value in block {
            let (word, bit) = place(value);
            bits[word] |= 1 << bit;
        }
        let mut total = 0;
        for (before, bits) in before[..words].iter_mut().zip(&bits) {
            *before = total;
            total += bits.count_ones();
        }
    }
    twice
}

/// Counts between groups, then within each group.
///
/// There are few groups, so that this function need not be inlined; wide registers stay enabled in what is inlined.
fn of_many<const TIED: bool>(values: &mut [u32], other: &mut [u32], top: u32) -> u64 {
    let shift = top.saturating_sub(BITS);
    let (mut twice, counts) = on_wide_registers(
        #[inline(always)]
        || between_groups(values, shift),
    );
    let mut ends = counts;
    let mut total = 0;
    for end in &mut ends {
        total += std::mem::replace(end, total);
    }
    for &value in &*values {
        let end = &mut ends[group_of(value, shift)];
        other[*end as usize] = value;
        *end += 1;
    }
    let mut start = 0;
    for count in counts {
        let end = start + count as usize;
        twice += on_wide_registers(
            #[inline(always)]
            || of_group::<TIED>(&mut other[start..end], &mut values[start..end], shift),
        );
        start = end;
    }
    twice
}

#[inline(always)]
fn group_of(value: u32, shift: u32) -> usize {
    (value >> shift) as usize % GROUPS
}

/// Returns twice the number of pairs that rise from one group to another, and the number of values of each group.
#[inline(always)]
fn between_groups(values: &[u32], shift: u32) -> (u64, [u32; GROUPS]) {
    let mut counts = [0_u32; GROUPS];
    let mut rising = 0;
    // Largest number of values before a sum of counts could exceed 32 bits.
    let at_once = (u32::MAX as usize / values.len()).max(1);
    for values in values.chunks(at_once) {
        let mut sums = [0_u32; GROUPS];
        for &value in values {
            let group = group_of(value, shift);
            for other in 0..GROUPS {
                sums[other] += counts[other] & GROUPS_BEFORE[group][other];
                counts[other] += ONE[group][other];
            }
        }
        rising += sums.iter().map(|&sum| u64::from(sum)).sum::<u64>();
    }
    (2 * rising, counts)
}

/// Number of comparisons of one vector instruction.
const LANES: usize = 8;

/// For each lane a mask of the lanes before it.
static EARLIER: [[i32; LANES]; LANES] = {
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

/// Counts by comparing every two values.
#[inline(always)]
fn of_few<const TIED: bool>(values: &[u32]) -> u64 {
    // Most runs of ties are this short.
    if values.len() <= LANES {
        let of_pair = |before: &u32, value: &u32| u64::from(before < value) + u64::from(before <= value);
        let with_those_before = |j: usize| values[..j].iter().map(|before| of_pair(before, &values[j])).sum::<u64>();
        return (0..values.len()).map(with_those_before).sum();
    }
    // Vector instructions compare signed numbers. The unused rest of the last register is masked below.
    let mut registers = [[0_i32; LANES]; FEW / LANES];
    registers.as_flattened_mut().iter_mut().zip(values).for_each(|(signed, &value)| *signed = with_sign(value));
    let (mut below, mut at_most) = ([0_i32; LANES], [0_i32; LANES]);
    for (j, &value) in values.iter().enumerate() {
        let value = with_sign(value);
        for before in &registers[..j / LANES] {
            for lane in 0..LANES {
                below[lane] += i32::from(before[lane] < value);
                if TIED {
                    at_most[lane] += i32::from(before[lane] <= value);
                }
            }
        }
        let (own, earlier) = (&registers[j / LANES], &EARLIER[j % LANES]);
        for lane in 0..LANES {
            below[lane] += i32::from(own[lane] < value) & earlier[lane];
            if TIED {
                at_most[lane] += i32::from(own[lane] <= value) & earlier[lane];
            }
        }
    }
    let sum = |lanes: [i32; LANES]| lanes.iter().map(|&lane| u64::from(lane.cast_unsigned())).sum::<u64>();
    sum(below) + sum(if TIED { at_most } else { below })
}

/// Returns the signed number of the same order.
#[inline(always)]
fn with_sign(number: u32) -> i32 {
    (number ^ 1 << 31).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_is_counted() {
        for n in [0_u32, 1, 7, 8, 9, 63, 64, 65, 700, 5000, 9000] {
            let different: Vec<u32> = (0..n).map(|k| (k * 7919 + 13) % (n.max(1))).collect();
            let tied: Vec<u32> = (0..n).map(|k| (k * k * 31) % 37 * (u32::MAX / 37)).collect();
            let equal = vec![5; n as usize];
            for (values, some_tied) in [(&different, false), (&different, true), (&tied, true), (&equal, true)] {
                let pairs = (0..values.len()).flat_map(|j| (0..j).map(move |i| (i, j)));
                let of_pair =
                    |(i, j): (usize, usize)| u64::from(values[i] < values[j]) + u64::from(values[i] <= values[j]);
                assert_eq!(rising(values, some_tied), pairs.map(of_pair).sum::<u64>(), "{n}, {some_tied}");
            }
        }
    }
}
