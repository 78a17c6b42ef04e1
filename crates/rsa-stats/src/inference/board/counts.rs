//! [`Counts`]: subjects and their pools where pairs ordered alike are counted.

use ndarray::Array2;
use rsa_core::{Error, Result};

use super::{
    add,
    sign_tree::{Count, SignTree},
};
use crate::{
    comparison::joint,
    inference::{source::Source, view::View},
    ranks::Order,
};

/// The ranks and the orders of the subjects on a view.
pub(super) struct Counts {
    without_ties: bool,
    /// Twice the centred ranks.
    ranks: Vec<Vec<f64>>,
    walks: Vec<Walk>,
}

/// The pairs that count, in the order of one RDM. Each stands once, with its copies.
struct Walk {
    /// Pairs of the view, smallest first, and how many copies each has.
    sequence: Vec<(u32, u32)>,
    /// Where each run of ties ends in it; empty if different pairs are never tied.
    ends: Vec<u32>,
    /// For each pair of the view that counts, how many runs are below its own.
    levels: Vec<u32>,
    /// Two copies that are tied.
    tied: f64,
}

impl Counts {
    pub(super) fn new(without_ties: bool, view: &View, subjects: &[&Source]) -> Result<Self> {
        let (ranks, walks): (Vec<_>, Vec<_>) = read(view, subjects, "subject")?.into_iter().unzip();
        Ok(Self { without_ties, ranks, walks })
    }

    pub(super) fn scores(&self, view: &View, models: &[&Source]) -> Result<Array2<f64>> {
        let models = read(view, models, "model")?;
        Ok(Array2::from_shape_fn((models.len(), self.walks.len()), |(m, i)| {
            self.tau(view, &models[m].1, &self.walks[i])
        }))
    }

    pub(super) fn add(&self, i: usize, copies: f64, sum: &mut Vec<f64>) {
        add(sum, copies, &self.ranks[i]);
    }

    /// Orders the pool. Its ranks are sums of whole numbers: ties stay ties.
    pub(super) fn against(&self, view: &View, sum: &[f64], subjects: &[usize]) -> Result<Vec<f64>> {
        let walk = Walk::new(sum, view)?;
        Ok(subjects.iter().map(|&i| self.tau(view, &walk, &self.walks[i])).collect())
    }

    fn tau(&self, view: &View, a: &Walk, b: &Walk) -> f64 {
        let total = pairs(view.total());
        let denominator = if self.without_ties { ((total - a.tied) * (total - b.tied)).sqrt() } else { total };
        // Either may be walked; without runs of ties that is quicker.
        let [walked, other] = if a.ends.is_empty() { [a, b] } else { [b, a] };
        let narrow = 2.0 * view.total() <= f64::from(u16::MAX);
        let concordance = if narrow { walked.concordance::<u16>(other) } else { walked.concordance::<u32>(other) };
        (concordance as f64 / denominator).clamp(-1.0, 1.0)
    }
}

/// Ranks and orders of sources.
fn read(view: &View, sources: &[&Source], what: &str) -> Result<Vec<(Vec<f64>, Walk)>> {
    let walk = |(k, source): (usize, &&Source)| {
        let ranks = source.doubled_ranks(view);
        let walk = Walk::new(&ranks, view).map_err(|error| error.context(format!("{what} {k}")))?;
        Ok::<_, Error>((ranks, walk))
    };
    sources.iter().enumerate().map(walk).collect()
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
        if order.ranges().nth(1).is_none() {
            return Err(joint::constant("equal"));
        }
        let mut walk = Self {
            sequence: Vec::with_capacity(counted.len()),
            ends: Vec::new(),
            levels: vec![0; values.len()],
            tied: 0.0,
        };
        for (level, run) in (0..).zip(order.runs()) {
            let mut of_run = 0;
            for &k in run {
                let pair = counted[k as usize];
                walk.levels[pair as usize] = level;
                walk.sequence.push((pair, copies(pair)));
                of_run += copies(pair);
            }
            walk.tied += pairs(f64::from(of_run));
            if !order.is_strict() {
                walk.ends.extend(u32::try_from(walk.sequence.len()));
            }
        }
        Ok(walk)
    }

    /// Copies ordered alike less those ordered oppositely.
    ///
    /// In the order of the one, what went before is below in the other or above it. A run of ties is asked for as a
    /// whole before it is added, as each pair is with its copies.
    fn concordance<T: Count>(&self, other: &Self) -> i64 {
        let mut tree = SignTree::<T>::new(self.sequence.len());
        let (mut difference, mut before) = (0, 0);
        let add = |tree: &mut SignTree<T>, (pair, copies): (u32, u32)| {
            let narrow = T::try_from(copies).unwrap_or_else(|_| unreachable!("fewer than the pairs of the view"));
            tree.add(other.levels[pair as usize], narrow);
            i64::from(copies)
        };
        let below_less_above = |tree: &SignTree<T>, (pair, copies): (u32, u32), before: i64| {
            i64::from(copies) * (i64::from(tree.below(other.levels[pair as usize])) - before)
        };
        if self.ends.is_empty() {
            for &pair in &self.sequence {
                difference += below_less_above(&tree, pair, before);
                before += add(&mut tree, pair);
            }
            return difference;
        }
        let mut start = 0;
        for &end in &self.ends {
            let run = &self.sequence[start..end as usize];
            start = end as usize;
            difference += run.iter().map(|&pair| below_less_above(&tree, pair, before)).sum::<i64>();
            before += run.iter().map(|&pair| add(&mut tree, pair)).sum::<i64>();
        }
        difference
    }
}
