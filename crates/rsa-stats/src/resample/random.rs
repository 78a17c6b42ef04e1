//! Streams of random numbers: one for every purpose and index, so that any split of the work draws the same numbers.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A use of random numbers; each purpose has streams of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// Drawing the subjects of a bootstrap resample.
    Subjects = 0,
    /// Drawing the conditions of a bootstrap resample.
    Conditions = 1,
    /// Assigning subjects and conditions to folds.
    Folds = 2,
    /// Permuting conditions.
    Permutation = 3,
    /// Splitting subjects into halves.
    Subset = 4,
    /// Choosing the few conditions or subjects that are left out together.
    LeftOut = 5,
    /// Choosing the third of the conditions or subjects that is left out, and the folds of the others.
    Third = 6,
    /// Drawing the trials that are averaged.
    PseudoTrials = 7,
    /// Flipping the signs of subjects.
    Signs = 8,
}

/// Returns the stream of a seed for a purpose and an index below 2⁶¹.
pub(crate) fn stream(seed: u64, purpose: Purpose, index: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream((purpose as u64) << 61 | index);
    rng
}

/// Draws `n` of `n` with replacement and returns how often each was drawn.
pub(crate) fn multiplicities(rng: &mut ChaCha8Rng, n: usize) -> Vec<u32> {
    let mut counts = vec![0; n];
    (0..n).for_each(|_| counts[rng.random_range(0..n)] += 1);
    counts
}

/// Returns 0..n in random order.
pub(crate) fn shuffled(rng: &mut ChaCha8Rng, n: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    (1..n).rev().for_each(|last| order.swap(last, rng.random_range(0..=last)));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_and_come_back() {
        let first = |seed, purpose, index| multiplicities(&mut stream(seed, purpose, index), 1000);
        assert_eq!(first(1, Purpose::Subjects, 5), first(1, Purpose::Subjects, 5));
        for (seed, purpose, index) in
            [(2, Purpose::Subjects, 5), (1, Purpose::Conditions, 5), (1, Purpose::Subjects, 6)]
        {
            assert_ne!(first(1, Purpose::Subjects, 5), first(seed, purpose, index));
        }
    }

    #[test]
    fn every_order_of_three_is_as_likely() {
        let mut counts = [0_u32; 27];
        let mut rng = stream(3, Purpose::Permutation, 0);
        for _ in 0..6000 {
            counts[shuffled(&mut rng, 3).iter().fold(0, |code, place| 3 * code + place)] += 1;
        }
        let found: Vec<u32> = counts.into_iter().filter(|&count| count > 0).collect();
        // The standard deviation of each count is 29.
        assert!(found.len() == 6 && found.iter().all(|count| count.abs_diff(1000) < 150), "{found:?}");
    }
}
