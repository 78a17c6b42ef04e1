//! [`Counts`]: subjects and their pools where pairs ordered alike are counted.

use ndarray::Array2;
use rsa_core::{Error, Result};

use crate::{
    comparison::{joint, ordered::CountTree},
    inference::{
        source::{Source, named},
        view::View,
    },
    ranks::Order,
};

/// The ranks and the orders of the subjects on a view.
pub(super) struct Counts {
    without_ties: bool,
    /// Twice the centred ranks.
    ranks: Vec<Vec<f64>>,
    walks: Vec<Walk>,
}

/// The pairs that count, in the order of one RDM.
struct Walk {
    /// Smallest first.
    order: Order,
    /// Which pairs of the view these are.
    counted: Vec<u32>,
    /// For each pair of the view, how many of the counted stand before its run of ties.
    starts: Vec<u32>,
    /// Pairs of copies that are tied.
    tied: f64,
}

impl Counts {
    /// Compares models with subjects; also gives what pools need.
    pub(super) fn new(
        without_ties: bool,
        view: &View,
        models: &[&Source],
        subjects: &[&Source],
    ) -> Result<(Array2<f64>, Self)> {
        let read = |sources: &[&Source], what: &str| {
            let walk = |(k, source): (usize, &&Source)| {
                let ranks = source.doubled_ranks(view);
                let walk = Walk::new(&ranks, view).map_err(|error| named(&error, &format!("{what} {k}")))?;
                Ok::<_, Error>((ranks, walk))
            };
            sources.iter().enumerate().map(walk).collect::<Result<Vec<_>>>()
        };
        let (models, subjects) = (read(models, "model")?, read(subjects, "subject")?);
        let (ranks, walks): (Vec<_>, Vec<_>) = subjects.into_iter().unzip();
        let counts = Self { without_ties, ranks, walks };
        let mut scores = Array2::zeros((models.len(), counts.walks.len()));
        for ((m, i), score) in scores.indexed_iter_mut() {
            *score = counts.tau(view, &models[m].1, &counts.walks[i]);
        }
        Ok((scores, counts))
    }

    /// Pools ranks, and orders the pool.
    pub(super) fn against_pool(&self, view: &View, copies: &[f64], subjects: &[usize]) -> Result<Vec<f64>> {
        let mut pool = vec![0.0; view.pairs.len()];
        for (ranks, &copies) in self.ranks.iter().zip(copies).filter(|(_, copies)| **copies != 0.0) {
            // Sums of whole numbers: ties stay ties.
            pool.iter_mut().zip(ranks).for_each(|(sum, rank)| *sum += copies * rank);
        }
        let walk = Walk::new(&pool, view)?;
        Ok(subjects.iter().map(|&i| self.tau(view, &walk, &self.walks[i])).collect())
    }

    fn tau(&self, view: &View, a: &Walk, b: &Walk) -> f64 {
        let total = pairs(view.total());
        let denominator = if self.without_ties { ((total - a.tied) * (total - b.tied)).sqrt() } else { total };
        (a.concordance(b, view) / denominator).clamp(-1.0, 1.0)
    }
}

/// Pairs among so many.
fn pairs(count: f64) -> f64 {
    count * (count - 1.0) / 2.0
}

impl Walk {
    /// Takes one number for every pair of the view.
    ///
    /// # Errors
    /// `Degenerate` if all are tied.
    fn new(values: &[f64], view: &View) -> Result<Self> {
        let copies = |pair: u32| view.copies.as_ref().map_or(1, |copies| copies.counts[pair as usize]);
        let counted: Vec<u32> = (0..).take(values.len()).filter(|&pair| copies(pair) > 0).collect();
        let own: Vec<f64> = counted.iter().map(|&pair| values[pair as usize]).collect();
        let order = Order::new(&own, 0.0);
        let mut starts = vec![0; values.len()];
        let (mut start, mut tied) = (0, 0.0);
        for run in order.runs() {
            run.iter().for_each(|&k| starts[counted[k as usize] as usize] = start);
            start += u32::try_from(run.len()).expect("pairs fit 32 bits");
            tied += pairs(run.iter().map(|&k| f64::from(copies(counted[k as usize]))).sum());
        }
        if order.runs().nth(1).is_none() {
            return Err(joint::constant("equal"));
        }
        Ok(Self { order, counted, starts, tied })
    }

    /// Pairs of copies ordered alike less those ordered oppositely.
    fn concordance(&self, other: &Self, view: &View) -> f64 {
        let copies = view.copies.as_ref().map(|copies| copies.counts.as_slice());
        let mut seen = CountTree::new(self.counted.len());
        let (mut seen_total, mut difference) = (0_u64, 0_i128);
        let strict = other.order.is_strict();
        for run in self.order.runs() {
            let entries = run.iter().map(|&k| {
                let pair = self.counted[k as usize] as usize;
                (other.starts[pair] as usize, copies.map_or(1, |copies| u64::from(copies[pair])))
            });
            for (start, copies) in entries.clone() {
                let below = seen.below(start);
                // Without ties nothing else stands at this place.
                let above = seen_total - if strict { below } else { seen.below(start + 1) };
                difference += i128::from(copies) * (i128::from(below) - i128::from(above));
            }
            for (start, copies) in entries {
                seen.add(start, copies);
                seen_total += copies;
            }
        }
        difference as f64
    }
}
