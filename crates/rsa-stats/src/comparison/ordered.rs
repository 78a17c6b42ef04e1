//! Kendall's rank correlations: counts of concordant and discordant pairs of dissimilarities.

use rsa_core::{Error, Rdm, Result};

use super::joint;
use crate::{Multiplicities, ranks::SortedValues};

mod count_tree;
pub(super) mod rising;

use count_tree::CountTree;
use rising::rising;

/// An RDM read for Kendall's rank correlations.
#[derive(Clone, Debug)]
pub struct Ordered {
    rdm: Rdm,
    order: SortedValues,
    has_missing: bool,
    /// For each dissimilarity its place in rising order.
    places: Vec<u32>,
    /// For each dissimilarity, the start and the end of its run of ties; `None` without ties.
    runs: Option<[Vec<u32>; 2]>,
    /// Number of pairs of tied dissimilarities.
    tied: u128,
}

/// Counts of pairs of dissimilarities by how two RDMs order them.
pub(super) struct Concordance {
    /// Number of pairs ordered alike less the number ordered oppositely.
    pub(super) difference: f64,
    /// Number of all pairs.
    pub(super) total: f64,
    /// Numbers of pairs not tied in the first and not tied in the second RDM.
    pub(super) untied: [f64; 2],
}

impl Ordered {
    pub(super) fn read(rdm: &Rdm) -> Result<Self> {
        joint::ensure_comparable(rdm)?;
        let present = joint::weights_with(rdm, &[], None)?;
        if joint::is_constant(rdm, joint::extremes_of(rdm.values(), present.as_deref())) {
            return Err(joint::constant("equal"));
        }
        let order = SortedValues::new(rdm.values(), rdm.rounding());
        let mut places = vec![0; order.pairs().len()];
        (0..).zip(order.pairs()).for_each(|(place, &k)| places[k as usize] = place);
        let runs = (!order.is_strict()).then(|| {
            let mut bounds = [places.clone(), places.clone()];
            let mut start = 0;
            for run in order.runs() {
                let end = start + u32::try_from(run.len()).expect("fewer pairs than 2^32");
                for &k in run {
                    bounds[0][k as usize] = start;
                    bounds[1][k as usize] = end;
                }
                start = end;
            }
            bounds
        });
        let tied = order.ranges().map(|run| pairs(run.len() as u64)).sum();
        Ok(Self { rdm: rdm.clone(), order, has_missing: present.is_some(), places, runs, tied })
    }

    /// Returns the RDM that was read.
    pub fn rdm(&self) -> &Rdm {
        &self.rdm
    }

    /// Counts concordant and discordant pairs, in whole numbers: exactly, and whichever RDM is first.
    pub(super) fn concordance(&self, other: &Self, drawn: Option<&Multiplicities>) -> Result<Concordance> {
        match drawn.is_none() && !self.has_missing && !other.has_missing {
            true => {
                self.rdm.conditions().ensure_same(other.rdm.conditions())?;
                Ok(self.on_all_pairs(other))
            }
            false => self.on_weighted_pairs(other, drawn),
        }
    }

    /// Counts, in the order of the first RDM, the pairs that rise in the second less those that fall.
    ///
    /// Ties in the first RDM have no order; the count within each run of ties is subtracted.
    fn on_all_pairs(&self, other: &Self) -> Concordance {
        // Dissimilarities that are tied have one number.
        let numbers = other.runs.as_ref().map_or(&other.places, |[starts, _]| starts);
        let walk: Vec<u32> = self.order.pairs().iter().map(|&k| numbers[k as usize]).collect();
        let total = pairs(walk.len() as u64);
        let rise_less_fall = |range: std::ops::Range<usize>| -> i128 {
            let all = i128::try_from(pairs(range.len() as u64)).expect("pairs of fewer than 2^32");
            // Rising pairs count twice and tied pairs once: less all pairs, that is rising less falling.
            i128::from(rising(&walk[range], other.runs.is_some())) - all
        };
        let mut difference = rise_less_fall(0..walk.len());
        if !self.order.is_strict() {
            difference -= self.order.ranges().filter(|run| run.len() > 1).map(rise_less_fall).sum::<i128>();
        }
        Concordance {
            difference: difference as f64,
            total: total as f64,
            untied: [(total - self.tied) as f64, (total - other.tied) as f64],
        }
    }

    /// Counts with weights, by walking the order of one RDM with a tree of counts over the other: O(L log L).
    fn on_weighted_pairs(&self, other: &Self, drawn: Option<&Multiplicities>) -> Result<Concordance> {
        let weights = joint::weights(&self.rdm, &other.rdm, drawn)?;
        for (read, name) in [(self, "first"), (other, "second")] {
            if joint::is_constant(&read.rdm, joint::extremes_of(read.rdm.values(), weights.as_deref())) {
                return Err(joint::constant("equal").context(format!("{name} RDM")));
            }
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "weights are products of counts")]
        let weight = |k: u32| weights.as_ref().map_or(1, |weights| weights[k as usize] as u64);
        let starts = other.runs.as_ref().map_or(&other.places, |[starts, _]| starts);
        let start = |k: u32| starts[k as usize] as usize;

        let mut seen = CountTree::new(starts.len());
        let mut seen_total = 0;
        // Products of two counts of pairs: in a very large resample each count fills most of 64 bits.
        let (mut alike, mut opposite) = (0_u128, 0_u128);
        let mut tied = [0; 2];
        for tie in self.order.runs() {
            for &k in tie.iter().filter(|&&k| weight(k) > 0) {
                let copies = u128::from(weight(k));
                alike += copies * u128::from(seen.below(start(k)));
                opposite += copies * u128::from(seen_total - seen.below(start(k) + 1));
            }
            let mut copies = 0;
            for &k in tie.iter().filter(|&&k| weight(k) > 0) {
                seen.add(start(k), weight(k));
                copies += weight(k);
            }
            seen_total += copies;
            tied[0] += pairs(copies);
        }
        for tie in other.order.runs() {
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

/// Divides two counts; a denominator of 0, where every pair is tied, is an error.
pub(super) fn ratio(numerator: f64, denominator: f64) -> Result<f64> {
    match denominator > 0.0 {
        true => Ok((numerator / denominator).clamp(-1.0, 1.0)),
        false => Err(Error::degenerate("every pair of dissimilarities is tied", "leave that RDM out")),
    }
}
