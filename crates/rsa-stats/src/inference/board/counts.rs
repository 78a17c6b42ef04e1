//! [`Counts`]: subjects and their pools where pairs ordered alike are counted.

use ndarray::Array2;
use rsa_core::Result;

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
        let walks = read(view, subjects, "subject")?;
        let ranks = subjects.iter().map(|subject| subject.doubled_ranks(view)).collect();
        Ok(Self { without_ties, ranks, walks })
    }

    pub(super) fn scores(&self, view: &View, models: &[&Source]) -> Result<Array2<f64>> {
        let models = read(view, models, "model")?;
        Ok(Array2::from_shape_fn((models.len(), self.walks.len()), |(m, i)| self.tau(view, &models[m], &self.walks[i])))
    }

    pub(super) fn add(&self, i: usize, copies: f64, sum: &mut Vec<f64>) {
        add(sum, copies, &self.ranks[i]);
    }

    /// Orders the pool. Its ranks are sums of whole numbers: ties stay ties.
    pub(super) fn against(&self, view: &View, sum: &[f64], subjects: &[usize]) -> Result<Vec<f64>> {
        let counted: Vec<usize> = (0..sum.len()).filter(|&pair| view.place(pair).1 > 0).collect();
        let own: Vec<f64> = counted.iter().map(|&pair| sum[pair]).collect();
        let pair = |k: u32| view.place(counted[k as usize]);
        let walk = Walk::new(&Order::new(&own, 0.0), pair, sum.len())?;
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

/// The orders of sources, which were sorted once.
fn read(view: &View, sources: &[&Source], what: &str) -> Result<Vec<Walk>> {
    let places = view.places();
    let pair = |k: u32| places[k as usize];
    let walk = |(k, source): (usize, &&Source)| {
        Walk::new(source.order(), pair, view.pairs.len()).map_err(|error| error.context(format!("{what} {k}")))
    };
    sources.iter().enumerate().map(walk).collect()
}

/// Pairs among so many.
fn pairs(count: f64) -> f64 {
    count * (count - 1.0) / 2.0
}

impl Walk {
    /// Takes an order, for each of its entries the pair of the view and its copies, and how many pairs the view has.
    ///
    /// # Errors
    /// `Degenerate` if all are tied.
    fn new(order: &Order, pair: impl Fn(u32) -> (u32, u32), pairs_of_view: usize) -> Result<Self> {
        let mut walk = Self {
            sequence: vec![(0, 0); order.pairs().len()],
            ends: Vec::new(),
            levels: vec![0; pairs_of_view + 1],
            tied: 0.0,
        };
        let (mut level, mut end) = (0, 0);
        let mut tied = 0;
        if order.is_strict() {
            // Without a branch on whether there are copies: half of the pairs of a resample have none.
            for &k in order.pairs() {
                let (pair, copies) = pair(k);
                walk.levels[pair as usize] = level;
                walk.sequence[end] = (pair, copies);
                tied += u64::from(copies) * u64::from(copies.saturating_sub(1)) / 2;
                level += u32::from(copies > 0);
                end = level as usize;
            }
        }
        for run in order.runs().take_while(|_| !order.is_strict()) {
            let start = end;
            let mut of_run = 0;
            for (pair, copies) in run.iter().map(|&k| pair(k)).filter(|&(_, copies)| copies > 0) {
                walk.levels[pair as usize] = level;
                walk.sequence[end] = (pair, copies);
                of_run += u64::from(copies);
                end += 1;
            }
            if end > start {
                tied += of_run * (of_run - 1) / 2;
                level += 1;
                walk.ends.extend(u32::try_from(end));
            }
        }
        if level < 2 {
            return Err(joint::constant("equal"));
        }
        walk.sequence.truncate(end);
        walk.tied = tied as f64;
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
