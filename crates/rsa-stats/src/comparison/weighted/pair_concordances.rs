//! [`PairConcordances`]: Kendall's correlations on all pairs, from which those without a few conditions follow.

use ndarray::Array2;
use rsa_core::{Observer, Result, condensed};

use super::{prepared_rdm::PreparedRdm, sign_tree::SignTree};
use crate::comparison::ordered::rising::rise_less_fall;

/// Most numbers (256 MB) that the table of concordances may hold.
const MOST_NUMBERS: usize = 1 << 26;

/// The concordance of every pair of conditions with all others, for each model and subject.
///
/// The concordance of a pair q is the number of pairs that are ordered relative to q alike by both RDMs, less the number
/// ordered oppositely. Without a set M of pairs, C − D is C − D of all pairs, less the concordances of the pairs in M, plus
/// C − D within M, which both pairs have taken off. No other pair is looked at again.
#[derive(Debug)]
pub(crate) struct PairConcordances {
    without_ties: bool,
    n_conditions: usize,
    n_subjects: usize,
    /// Subjects, then models.
    rdms: Vec<Levels>,
    /// For each model and subject, C − D of all pairs and the concordance of each pair.
    tables: Vec<(i64, Vec<i32>)>,
}

/// The order of one RDM.
#[derive(Debug)]
struct Levels {
    /// For each pair, the number of runs of ties below its own.
    levels: Vec<u32>,
    /// The number of pairs of each run; empty if no two pairs are tied.
    runs: Vec<u32>,
}

/// The pairs of one RDM that are left out.
struct LeftOutPairs {
    /// Levels of the pairs, in the order of the set.
    levels: Vec<u32>,
    /// Places in the set, in rising order of the levels.
    order: Vec<u32>,
    /// Number of ties among the pairs that are not left out.
    tied_rest: u64,
    /// `true` if no two of all pairs are tied.
    is_strict: bool,
}

impl PairConcordances {
    /// Counts the concordances of `rdms`, of which the first `n_subjects` are those of subjects; τ_b if `without_ties`.
    ///
    /// Returns `None` where the tables would be large.
    ///
    /// # Errors
    /// `Cancelled`.
    pub(crate) fn new(
        without_ties: bool,
        rdms: &[&PreparedRdm],
        n_subjects: usize,
        n_conditions: usize,
        observer: &dyn Observer,
    ) -> Result<Option<Self>> {
        let n_pairs = condensed::n_pairs(n_conditions);
        let n_tables = n_subjects * (rdms.len() - n_subjects);
        if n_tables.checked_mul(n_pairs).is_none_or(|numbers| numbers > MOST_NUMBERS) {
            return Ok(None);
        }
        let rdms: Vec<(Levels, &PreparedRdm)> = rdms.iter().map(|rdm| (Levels::new(rdm), *rdm)).collect();
        let (subjects, models) = rdms.split_at(n_subjects);
        let mut tables = Vec::with_capacity(n_tables);
        for (model, _) in models {
            for (_, rdm) in subjects {
                observer.ensure_going("the concordances of RDMs")?;
                let of_pairs = concordances(rdm, model);
                tables.push((of_pairs.iter().map(|&count| i64::from(count)).sum::<i64>() / 2, of_pairs));
            }
        }
        let rdms = rdms.into_iter().map(|(levels, _)| levels).collect();
        Ok(Some(Self { without_ties, n_conditions, n_subjects, rdms, tables }))
    }

    /// Compares models with subjects without the conditions `out`: models × subjects.
    ///
    /// Returns `None` where all pairs of an RDM that are left are tied, and where so many conditions are left out that a
    /// pass over the others takes no longer.
    pub(crate) fn without(&self, out: &[usize]) -> Option<Array2<f64>> {
        let n = self.n_conditions;
        if 4 * out.len() > n || n - out.len() < 3 {
            return None;
        }
        let mut is_out = vec![false; n];
        out.iter().for_each(|&a| is_out[a] = true);
        let pairs: Vec<usize> = out
            .iter()
            .flat_map(|&a| {
                // A pair of two conditions of the set belongs to the smaller one.
                let is_out = &is_out;
                let others = (0..n).filter(move |&b| a != b && (!is_out[b] || a < b));
                others.map(move |b| condensed::index(n, a.min(b), a.max(b)))
            })
            .collect();
        let left_out: Vec<LeftOutPairs> = self.rdms.iter().map(|rdm| rdm.left_out(&pairs)).collect();
        let total = n_pairs((condensed::n_pairs(n) - pairs.len()) as u64);
        if left_out.iter().any(|rdm| rdm.tied_rest == total) {
            return None;
        }
        let (subjects, models) = left_out.split_at(self.n_subjects);
        let score = |(m, i): (usize, usize)| {
            let (all, of_pairs) = &self.tables[m * self.n_subjects + i];
            let of_set: i64 = pairs.iter().map(|&pair| i64::from(of_pairs[pair])).sum();
            let difference = all - of_set + subjects[i].difference(&models[m]);
            let denominator = match self.without_ties {
                true => ((total - subjects[i].tied_rest) as f64 * (total - models[m].tied_rest) as f64).sqrt(),
                false => total as f64,
            };
            (difference as f64 / denominator).clamp(-1.0, 1.0)
        };
        Some(Array2::from_shape_fn((models.len(), subjects.len()), score))
    }
}

impl Levels {
    fn new(rdm: &PreparedRdm) -> Self {
        let sorted = rdm.sorted();
        let mut levels = vec![0; sorted.pairs().len()];
        for (level, run) in (0..).zip(sorted.runs()) {
            run.iter().for_each(|&pair| levels[pair as usize] = level);
        }
        let length = |run: std::ops::Range<usize>| u32::try_from(run.len()).expect("fewer pairs than 2^32");
        let runs = if sorted.is_strict() { Vec::new() } else { sorted.ranges().map(length).collect() };
        Self { levels, runs }
    }

    /// Takes the pairs of a set out of the RDM.
    fn left_out(&self, pairs: &[usize]) -> LeftOutPairs {
        let levels: Vec<u32> = pairs.iter().map(|&pair| self.levels[pair]).collect();
        let mut keys: Vec<u64> = (0..).zip(&levels).map(|(place, &level)| u64::from(level) << 32 | place).collect();
        keys.sort_unstable();
        let mut tied_rest: u64 = self.runs.iter().map(|&run| n_pairs(u64::from(run))).sum();
        if !self.runs.is_empty() {
            for run in keys.chunk_by(|a, b| a >> 32 == b >> 32) {
                let length = u64::from(self.runs[(run[0] >> 32) as usize]);
                tied_rest -= n_pairs(length) - n_pairs(length - run.len() as u64);
            }
        }
        #[allow(clippy::cast_possible_truncation, reason = "the lower half is the place")]
        let order = keys.into_iter().map(|key| key as u32).collect();
        LeftOutPairs { levels, order, tied_rest, is_strict: self.runs.is_empty() }
    }
}

impl LeftOutPairs {
    /// Returns the number of pairs of left-out pairs that both RDMs order alike less those ordered oppositely.
    fn difference(&self, other: &Self) -> i64 {
        let walk: Vec<u32> = self.order.iter().map(|&place| other.levels[place as usize]).collect();
        if self.is_strict {
            return rise_less_fall(&walk, !other.is_strict);
        }
        // Ties of this RDM have no order: what rises within a run is taken off.
        let level = |place: &u32| self.levels[*place as usize];
        let mut start = 0;
        let mut within = 0;
        for run in self.order.chunk_by(|a, b| level(a) == level(b)) {
            let end = start + run.len();
            if run.len() > 1 {
                within += rise_less_fall(&walk[start..end], !other.is_strict);
            }
            start = end;
        }
        rise_less_fall(&walk, !other.is_strict) - within
    }
}

/// Returns the number of pairs among so many.
fn n_pairs(count: u64) -> u64 {
    count * count.saturating_sub(1) / 2
}

/// Returns the concordance of each pair of conditions with all others.
///
/// Pairs are visited in the order of `walked`. With t twice the number of visited pairs below the pair in `other`, plus the
/// number level with it, the signs of their differences add up to t less the number visited. The signs over all pairs
/// add up to the doubled centered rank, from which those over the pairs to come follow.
#[allow(clippy::cast_possible_truncation, reason = "a pair has fewer others than 2³¹")]
fn concordances(walked: &PreparedRdm, other: &Levels) -> Vec<i32> {
    let order = walked.sorted();
    let count = other.levels.len();
    let level = |pair: u32| other.levels[pair as usize];
    let below: Vec<i64> = match other.runs.is_empty() {
        true => (0..count as i64).collect(),
        false => {
            let before = |below: &mut i64, &run: &u32| Some(std::mem::replace(below, *below + i64::from(run)));
            other.runs.iter().scan(0, before).collect()
        }
    };
    let doubled_rank = |level: u32| {
        let run = other.runs.get(level as usize).map_or(1, |&run| i64::from(run));
        2 * below[level as usize] + run - count as i64
    };
    let mut tree = SignTree::<u32>::new(count);
    let mut found = vec![0; count];
    let mut before = Vec::new();
    for range in order.ranges() {
        let run = &order.pairs()[range.clone()];
        before.clear();
        before.extend(run.iter().map(|&pair| i64::from(tree.below(level(pair)))));
        run.iter().for_each(|&pair| tree.add(level(pair), 1));
        for (&pair, before) in run.iter().zip(&before) {
            // A pair without ties is level with itself alone.
            let after = if run.len() == 1 { before + 1 } else { i64::from(tree.below(level(pair))) };
            let visited = (range.start + range.end) as i64;
            found[pair as usize] = (before + after - visited - doubled_rank(level(pair))) as i32;
        }
    }
    found
}
