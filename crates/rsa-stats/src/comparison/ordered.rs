//! Comparisons that count concordant and discordant pairs of dissimilarities: Kendall's two.

use rsa_core::{Error, Rdm, Result};

use super::joint;
use crate::{
    Multiplicities,
    ranks::{sorting_order, ties},
};

/// An RDM read for Kendall's rank correlations.
#[derive(Clone, Debug)]
pub struct Ordered {
    rdm: Rdm,
    /// Sorts the dissimilarities.
    order: Vec<usize>,
    /// For each dissimilarity, how many different smaller ones there are.
    levels: Vec<usize>,
}

/// How two RDMs order the pairs of their dissimilarities.
pub(super) struct Concordance {
    /// Pairs ordered alike less pairs ordered oppositely.
    pub(super) difference: f64,
    /// All pairs.
    pub(super) total: f64,
    /// Pairs not tied in the first, and not tied in the second RDM.
    pub(super) untied: [f64; 2],
}

impl Ordered {
    pub(super) fn read(rdm: &Rdm) -> Result<Self> {
        joint::ensure_comparable(rdm)?;
        let present = joint::weights(rdm, rdm, None)?;
        if joint::is_constant(rdm, present.as_deref()) {
            return Err(joint::constant("equal"));
        }
        let order = sorting_order(rdm.values());
        let mut levels = vec![0; order.len()];
        for (level, tie) in ties(rdm.values(), &order, rdm.rounding()).enumerate() {
            tie.iter().for_each(|&k| levels[k] = level);
        }
        Ok(Self { rdm: rdm.clone(), order, levels })
    }

    /// The RDM that was read.
    pub fn rdm(&self) -> &Rdm {
        &self.rdm
    }

    fn ties(&self) -> impl Iterator<Item = &[usize]> {
        ties(self.rdm.values(), &self.order, self.rdm.rounding())
    }

    /// Walks the order of one RDM with a tree of counts over the levels of the other: O(L log L).
    ///
    /// Counts are whole numbers, so the answer is exact and does not depend on which RDM is walked.
    pub(super) fn concordance(&self, other: &Self, drawn: Option<&Multiplicities>) -> Result<Concordance> {
        let weights = joint::weights(&self.rdm, &other.rdm, drawn)?;
        for (read, name) in [(self, "first"), (other, "second")] {
            if joint::is_constant(&read.rdm, weights.as_deref()) {
                return Err(joint::constant("equal").context(format!("{name} RDM")));
            }
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "weights are products of counts")]
        let weight = |k: usize| weights.as_ref().map_or(1, |weights| weights[k] as u64);

        let mut seen = CountTree::new(other.levels.iter().max().map_or(0, |&level| level + 1));
        let mut seen_total = 0;
        // Products of two counts of pairs, each of which fills most of 64 bits for a very large resample.
        let (mut alike, mut opposite) = (0_u128, 0_u128);
        let mut tied = [0; 2];
        for tie in self.ties() {
            for &k in tie.iter().filter(|&&k| weight(k) > 0) {
                let copies = u128::from(weight(k));
                alike += copies * u128::from(seen.below(other.levels[k]));
                opposite += copies * u128::from(seen_total - seen.below(other.levels[k] + 1));
            }
            let mut copies = 0;
            for &k in tie {
                seen.add(other.levels[k], weight(k));
                copies += weight(k);
            }
            seen_total += copies;
            tied[0] += pairs(copies);
        }
        for tie in other.ties() {
            tied[1] += pairs(tie.iter().map(|&k| weight(k)).sum());
        }
        let total = pairs(seen_total);
        Ok(Concordance {
            difference: alike as f64 - opposite as f64,
            total: total as f64,
            untied: tied.map(|tied| (total - tied) as f64),
        })
    }
}

fn pairs(count: u64) -> u128 {
    let count = u128::from(count);
    count * count.saturating_sub(1) / 2
}

/// Fenwick tree: counts by level, with the sum below any level in O(log levels).
struct CountTree(Vec<u64>);

impl CountTree {
    fn new(levels: usize) -> Self {
        Self(vec![0; levels + 1])
    }

    fn add(&mut self, level: usize, count: u64) {
        let mut node = level + 1;
        while node < self.0.len() {
            self.0[node] += count;
            node += node & node.wrapping_neg();
        }
    }

    /// How many counts stand at levels smaller than `level`.
    fn below(&self, level: usize) -> u64 {
        let (mut node, mut sum) = (level, 0);
        while node > 0 {
            sum += self.0[node];
            node &= node - 1;
        }
        sum
    }
}

/// The error of a quotient by zero that [`Ordered::concordance`] has ruled out.
pub(super) fn ratio(numerator: f64, denominator: f64) -> Result<f64> {
    match denominator > 0.0 {
        true => Ok((numerator / denominator).clamp(-1.0, 1.0)),
        false => Err(Error::degenerate("every pair of dissimilarities is tied", "leave that RDM out")),
    }
}
