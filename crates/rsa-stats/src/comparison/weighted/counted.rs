//! [`CountedSubjects`]: subjects and pools of subjects for Kendall's rank correlations.

use std::mem;

use ndarray::Array2;
use rsa_core::{Observer, Result};

use super::{
    pairs::WeightedPairs,
    prepared_rdm::PreparedRdm,
    sign_tree::{Count, SignTree},
    subjects::add_scaled,
};
use crate::{
    comparison::{joint, ordered::rising::rise_less_fall},
    ranks::SortedValues,
};

/// The ranks and the orders of the subjects on the pairs of a resample.
#[derive(Debug)]
pub(super) struct CountedSubjects {
    without_ties: bool,
    /// Twice the centered ranks.
    ranks: Vec<Vec<f64>>,
    sorted: Vec<SortedPairs>,
}

/// The pairs that count, in the order of one RDM; each stands once, with its weight.
#[derive(Debug)]
struct SortedPairs {
    /// Pairs of the resample, smallest dissimilarity first, and how often each counts.
    sequence: Vec<(u32, u32)>,
    /// The end of each run of ties in the sequence; empty if different pairs are never tied.
    ends: Vec<u32>,
    /// For each pair of the resample that counts, the number of runs below its own.
    levels: Vec<u32>,
    /// The number of pairs of pairs that are tied, copies included.
    tied: f64,
}

impl CountedSubjects {
    /// Sorts the subjects; `without_ties` takes tied pairs out of the denominator (τ_b).
    ///
    /// # Errors
    /// `Degenerate`, naming the subject whose pairs are all tied; `Cancelled`.
    pub(super) fn new(
        without_ties: bool,
        pairs: &WeightedPairs,
        subjects: &[&PreparedRdm],
        name: &dyn Fn(usize) -> String,
        observer: &dyn Observer,
    ) -> Result<Self> {
        let sorted = sort_pairs(pairs, subjects, name, observer)?;
        let ranks = subjects.iter().map(|subject| subject.doubled_ranks(pairs)).collect();
        Ok(Self { without_ties, ranks, sorted })
    }

    /// Compares every model with every subject: models × subjects.
    ///
    /// # Errors
    /// `Degenerate`, naming the model whose pairs are all tied; `Cancelled`.
    pub(super) fn scores(
        &self,
        pairs: &WeightedPairs,
        models: &[&PreparedRdm],
        name: &dyn Fn(usize) -> String,
        observer: &dyn Observer,
    ) -> Result<Array2<f64>> {
        let models = sort_pairs(pairs, models, name, observer)?;
        let mut scores = Vec::with_capacity(models.len() * self.sorted.len());
        for model in &models {
            for subject in &self.sorted {
                observer.ensure_going("the comparison of RDMs")?;
                scores.push(self.tau(pairs, model, subject));
            }
        }
        Ok(Array2::from_shape_vec((models.len(), self.sorted.len()), scores)
            .expect("a score for each model and subject"))
    }

    /// Adds subject `i` to a pool.
    pub(super) fn add(&self, i: usize, weight: f64, sum: &mut Vec<f64>) {
        add_scaled(sum, weight, &self.ranks[i]);
    }

    /// Sorts a pool and compares subjects with it; its ranks are sums of whole numbers, so that ties stay ties.
    ///
    /// # Errors
    /// `Degenerate` if the pool is constant.
    pub(super) fn compare_with_pool(&self, pairs: &WeightedPairs, sum: &[f64], subjects: &[usize]) -> Result<Vec<f64>> {
        let counted: Vec<usize> = (0..sum.len()).filter(|&pair| pairs.position(pair).1 > 0).collect();
        let own: Vec<f64> = counted.iter().map(|&pair| sum[pair]).collect();
        let position = |k: u32| pairs.position(counted[k as usize]);
        let pool = SortedPairs::new(&SortedValues::new(&own, 0.0), position, sum.len())?;
        Ok(subjects.iter().map(|&i| self.tau(pairs, &pool, &self.sorted[i])).collect())
    }

    /// Returns τ_a or τ_b.
    fn tau(&self, pairs: &WeightedPairs, a: &SortedPairs, b: &SortedPairs) -> f64 {
        let total = n_pairs(pairs.total());
        let denominator = if self.without_ties { ((total - a.tied) * (total - b.tied)).sqrt() } else { total };
        if pairs.weights.is_none() {
            // Counting what rises is faster in an order without ties.
            let [walked, other] = if b.ends.is_empty() { [a, b] } else { [b, a] };
            return (walked.rise_less_fall(other) as f64 / denominator).clamp(-1.0, 1.0);
        }
        // Either sequence may be walked; one without runs of ties is walked faster.
        let [walked, other] = if a.ends.is_empty() { [a, b] } else { [b, a] };
        let narrow = 2.0 * pairs.total() <= f64::from(u16::MAX);
        let concordance = if narrow { walked.concordance::<u16>(other) } else { walked.concordance::<u32>(other) };
        (concordance as f64 / denominator).clamp(-1.0, 1.0)
    }
}

/// Puts the pairs of a resample into the order of each RDM.
fn sort_pairs(
    pairs: &WeightedPairs,
    rdms: &[&PreparedRdm],
    name: &dyn Fn(usize) -> String,
    observer: &dyn Observer,
) -> Result<Vec<SortedPairs>> {
    let positions = pairs.positions();
    let position = |k: u32| positions[k as usize];
    let sort = |(k, rdm): (usize, &&PreparedRdm)| {
        observer.ensure_going("the preparation of RDMs")?;
        SortedPairs::new(rdm.sorted(), position, pairs.pairs.len()).map_err(|error| error.context(name(k)))
    };
    rdms.iter().enumerate().map(sort).collect()
}

/// Returns the number of pairs among so many.
fn n_pairs(count: f64) -> f64 {
    count * (count - 1.0) / 2.0
}

impl SortedPairs {
    /// Takes sorted values, the position and weight of each in the resample, and the number of pairs there.
    ///
    /// # Errors
    /// `Degenerate` if all are tied.
    fn new(sorted: &SortedValues, position: impl Fn(u32) -> (u32, u32), n_pairs: usize) -> Result<Self> {
        let mut found = Self {
            sequence: vec![(0, 0); sorted.pairs().len()],
            ends: Vec::new(),
            levels: vec![0; n_pairs + 1],
            tied: 0.0,
        };
        let (mut level, mut end) = (0, 0);
        let mut tied = 0;
        if sorted.is_strict() {
            // Pairs of weight 0, half of the pairs of a resample, are written like the others: a branch would cost
            // more.
            for &k in sorted.pairs() {
                let (pair, count) = position(k);
                found.levels[pair as usize] = level;
                found.sequence[end] = (pair, count);
                tied += u64::from(count) * u64::from(count.saturating_sub(1)) / 2;
                level += u32::from(count > 0);
                end = level as usize;
            }
        }
        for run in sorted.runs().take_while(|_| !sorted.is_strict()) {
            let start = end;
            let mut run_count = 0;
            for (pair, count) in run.iter().map(|&k| position(k)).filter(|&(_, count)| count > 0) {
                found.levels[pair as usize] = level;
                found.sequence[end] = (pair, count);
                run_count += u64::from(count);
                end += 1;
            }
            if end > start {
                tied += run_count * (run_count - 1) / 2;
                level += 1;
                found.ends.extend(u32::try_from(end));
            }
        }
        if level < 2 {
            return Err(joint::constant("equal"));
        }
        found.sequence.truncate(end);
        found.tied = tied as f64;
        Ok(found)
    }

    /// Returns the number of pairs of pairs ordered alike less those ordered oppositely, where each pair counts once.
    ///
    /// A run of ties of `self` has no order: what rises within it is taken off.
    fn rise_less_fall(&self, other: &Self) -> i64 {
        let walk: Vec<u32> = self.sequence.iter().map(|&(pair, _)| other.levels[pair as usize]).collect();
        let mut start = 0;
        let runs = self.ends.iter().map(|&end| &walk[mem::replace(&mut start, end as usize)..end as usize]);
        let has_ties = !other.ends.is_empty();
        let within: i64 = runs.filter(|run| run.len() > 1).map(|run| rise_less_fall(run, has_ties)).sum();
        rise_less_fall(&walk, has_ties) - within
    }

    /// Returns the number of pairs of pairs ordered alike less those ordered oppositely, copies included.
    ///
    /// Pairs are visited in the order of `self`. For each pair, a tree counts the pairs visited before it that are
    /// below and above it in `other`. A run of ties, or a pair with its copies, is looked up as a whole before it is
    /// added to the tree, because tied pairs are ordered neither way.
    fn concordance<T: Count>(&self, other: &Self) -> i64 {
        let mut tree = SignTree::<T>::new(self.sequence.len());
        let (mut difference, mut before) = (0, 0);
        let add = |tree: &mut SignTree<T>, (pair, count): (u32, u32)| {
            let narrow = T::try_from(count).unwrap_or_else(|_| unreachable!("fewer than the pairs of the resample"));
            tree.add(other.levels[pair as usize], narrow);
            i64::from(count)
        };
        let below_less_above = |tree: &SignTree<T>, (pair, count): (u32, u32), before: i64| {
            i64::from(count) * (i64::from(tree.below(other.levels[pair as usize])) - before)
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
