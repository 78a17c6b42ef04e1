//! [`LeftOutSets`]: the jackknife, by leaving out one, two and three groups at a time.
//!
//! A bootstrap of conditions overstates the variance of a score that depends on pairs of conditions: it counts the part
//! of the variance that comes from pairs three times. Leaving out one condition at a time counts that part twice. Leaving
//! out two at a time estimates the part, so that it can be subtracted. The chapter
//! [`inference_theory`](crate::inference_theory) derives the variances v₁, v₂ and v₃.

use ndarray::{ArrayView1, ArrayView2};
use rayon::prelude::*;
use rsa_core::Result;

use super::{
    random::{Purpose, shuffled, stream},
    steps::{StageSteps, unless_cancelled},
};

/// Most pairs of groups that are left out.
///
/// With 200 pairs and 98 triples, the mean squares have a relative error of .1 to .2, less than the error that comes from
/// the sample of conditions.
const MOST_PAIRS: usize = 200;

/// Most blocks of groups that are left out where single groups would be too many.
///
/// Blocks are at least half as many. The variance over 100 blocks has a relative error of √(2/99) = .14; see the chapter
/// for simulations.
const MOST_BLOCKS: usize = 200;

/// Most triples of groups that are left out. The three pairs within each of 98 triples are among the first 200 pairs.
const MOST_TRIPLES: usize = 98;

/// One of the two factors of a study: its levels are sampled, drawn or left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResampledFactor {
    /// Conditions, or groups of them.
    Conditions = 0,
    /// Subjects, or groups of them.
    Subjects = 1,
}

/// The sets of blocks that are left out: each block alone, then pairs of blocks, then triples.
///
/// A block is one group, or a few at random where there are many. All pairs within a triple are among the pairs. Of fewer
/// than six blocks each is left out alone.
pub(crate) struct LeftOutSets {
    /// The groups of each block; blocks are in random order, as a ring: the last is a neighbor of the first.
    ring: Vec<Vec<usize>>,
    /// The pairs that are left out, as places on the ring; nearest neighbors come first.
    pairs: Vec<[usize; 2]>,
}

/// A variance with the degrees of freedom of its estimate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VarianceEstimate {
    pub(crate) variance: f64,
    pub(crate) degrees_of_freedom: f64,
}

impl LeftOutSets {
    /// Fewest groups of which pairs and triples are left out, so that three groups are always left.
    pub(crate) const FEWEST_GROUPS: usize = 6;

    /// Chooses the sets of `groups` groups at random; the random numbers depend on the factor.
    pub(crate) fn new(seed: u64, factor: ResampledFactor, groups: usize) -> Self {
        Self::in_blocks(seed, factor, groups, groups)
    }

    /// Chooses sets like [`new`](Self::new), of blocks of groups where there are more than 200.
    ///
    /// The number of sets then stays below 500 however many groups there are.
    pub(crate) fn of_few(seed: u64, factor: ResampledFactor, groups: usize) -> Self {
        Self::in_blocks(seed, factor, groups, Self::blocks_for(groups))
    }

    /// Returns the number of blocks of [`of_few`](Self::of_few), whose sizes differ by one at most.
    pub(crate) fn blocks_for(groups: usize) -> usize {
        groups / groups.div_ceil(MOST_BLOCKS).max(1)
    }

    fn in_blocks(seed: u64, factor: ResampledFactor, groups: usize, blocks: usize) -> Self {
        let order = shuffled(&mut stream(seed, Purpose::LeftOut, factor as u64), groups);
        let ring = (0..blocks).map(|k| order[k * groups / blocks..(k + 1) * groups / blocks].to_vec()).collect();
        if blocks < Self::FEWEST_GROUPS {
            return Self { ring, pairs: Vec::new() };
        }
        // First the pairs of places one and two apart: the sides of all triples of three neighbors.
        let sides = (0..blocks).flat_map(|start| [[start, (start + 1) % blocks], [start, (start + 2) % blocks]]);
        let further = (3..=blocks / 2).flat_map(|apart| {
            let starts = if 2 * apart == blocks { apart } else { blocks };
            (0..starts).map(move |start| [start, (start + apart) % blocks])
        });
        Self { ring, pairs: sides.chain(further).take(MOST_PAIRS).collect() }
    }

    /// Returns the number of sets.
    pub(crate) fn len(&self) -> usize {
        Self::count_for(self.ring.len())
    }

    /// Returns the number of sets for a number of groups, or of blocks of them.
    ///
    /// It saturates, because a damaged file may claim any number of groups.
    pub(crate) fn count_for(groups: usize) -> usize {
        if groups < Self::FEWEST_GROUPS {
            return groups;
        }
        let pairs = groups.saturating_mul(groups.saturating_sub(1)) / 2;
        groups.saturating_add(pairs.min(MOST_PAIRS)).saturating_add(groups.min(MOST_TRIPLES))
    }

    /// Returns the groups of set `index`.
    pub(crate) fn groups(&self, index: usize) -> Vec<usize> {
        let blocks = self.ring.len();
        let places = match index.checked_sub(blocks) {
            None => vec![index],
            Some(pair) => match pair.checked_sub(self.pairs.len()) {
                None => self.pairs[pair].to_vec(),
                Some(start) => vec![start, (start + 1) % blocks, (start + 2) % blocks],
            },
        };
        places.into_iter().flat_map(|place| &self.ring[place]).copied().collect()
    }

    /// Calls `work` with nothing left out, then without the groups of each set, and repeats this `repetitions` times.
    ///
    /// `work` takes the number of the repetition and the groups to leave out. An error of `work` is kept in its place
    /// among the results, so that the first error is the same whichever thread is faster.
    ///
    /// # Errors
    /// `Cancelled` if the observer says so.
    pub(crate) fn compute<T: Send>(
        &self,
        observer: &dyn rsa_core::Observer,
        stage: &'static str,
        repetitions: usize,
        work: impl Fn(usize, &[usize]) -> Result<T> + Sync,
    ) -> Result<Vec<Result<T>>> {
        let tasks_of_repetition = 1 + self.len();
        let tasks = repetitions * tasks_of_repetition;
        let steps = StageSteps::new(observer, stage, tasks as u64);
        let run = |task: usize| {
            let set = (task % tasks_of_repetition).checked_sub(1);
            let left_out = set.map_or(Vec::new(), |set| self.groups(set));
            steps.step(|| unless_cancelled(work(task / tasks_of_repetition, &left_out)))
        };
        (0..tasks).into_par_iter().map(run).collect()
    }

    /// Returns the variance of a value over the groups, from the value on all groups and without each set.
    pub(crate) fn variance(&self, whole: f64, values: &[f64]) -> JackknifeVariance {
        let groups = self.ring.len();
        let n = groups as f64;
        let (without_one, together) = values.split_at(groups);
        let (without_two, without_three) = together.split_at(self.pairs.len());
        let mean = without_one.iter().sum::<f64>() / n;
        let terms: Vec<f64> = without_one.iter().map(|value| (n - 1.0) / n * (value - mean).powi(2)).collect();
        let v1 = terms.iter().sum::<f64>();
        let variance_of_terms = terms.iter().map(|term| (term - v1 / n).powi(2)).sum::<f64>() / (n - 1.0);
        // 0 for a mean over single groups.
        let squared_pair_effect = |(&[a, b], value): (&[usize; 2], &f64)| {
            ((n - 2.0) * value - (n - 1.0) * (without_one[a] + without_one[b]) + n * whole).powi(2)
        };
        // 0 for a mean over pairs of groups.
        let squared_triple_effect = |(start, value): (usize, &f64)| {
            let [a, b, c] = [0, 1, 2].map(|ahead| (start + ahead) % groups);
            let singles = without_one[a] + without_one[b] + without_one[c];
            // The two sides that begin at a, and the first side that begins at b.
            let sides = without_two[2 * a] + without_two[2 * a + 1] + without_two[2 * b];
            let sum = (n - 3.0) * (n - 4.0) * value - (n - 2.0) * (n - 3.0) * sides;
            (sum + (n - 1.0) * (n - 2.0) * singles - n * (n - 1.0) * whole).powi(2)
        };
        // Satterthwaite's rule; at most n − 1, as for a normal distribution.
        let degrees_of_freedom =
            if v1 > 0.0 { (2.0 * v1 * v1 / (n * variance_of_terms)).min(n - 1.0) } else { n - 1.0 };
        if without_two.is_empty() {
            return JackknifeVariance { v1, v2: 0.0, v3: 0.0, assignment: 0.0, degrees_of_freedom };
        }
        let pairs = self.pairs.iter().zip(without_two).map(squared_pair_effect).sum::<f64>() / without_two.len() as f64;
        let triples =
            without_three.iter().enumerate().map(squared_triple_effect).sum::<f64>() / without_three.len() as f64;
        JackknifeVariance {
            v1,
            v2: (n - 3.0) / (2.0 * (n - 2.0)) * pairs,
            v3: (n - 5.0) / (6.0 * n * (n - 1.0)) * triples,
            assignment: 0.0,
            degrees_of_freedom,
        }
    }

    /// Returns v₂ and v₃ of a mean over fold assignments, without the part that comes from the choice of assignments.
    pub(crate) fn pairs_and_triples_over_assignments(&self, values: ArrayView2<'_, f64>) -> [f64; 2] {
        let assignments = values.nrows() as f64;
        let of_row = |row: Vec<f64>| {
            let found = self.variance(row[0], &row[1..]);
            [found.v2, found.v3]
        };
        let of_mean = of_row(values.columns().into_iter().map(|column| column.sum() / assignments).collect());
        if values.nrows() == 1 {
            return of_mean;
        }
        let singles: Vec<[f64; 2]> = values.rows().into_iter().map(|row| of_row(row.to_vec())).collect();
        [0, 1].map(|part| {
            let single = singles.iter().map(|found| found[part]).sum::<f64>() / assignments;
            of_mean[part] - (single - of_mean[part]) / (assignments - 1.0)
        })
    }

    /// Returns the variance of a mean over fold assignments.
    ///
    /// `values` is assignments × (the value on all groups, then without each set).
    ///
    /// A mean over k fold assignments depends on which k were drawn, and the jackknife picks that up. One assignment
    /// carries this extra variance in full, the mean of k carries 1/k of it; the difference estimates it.
    pub(crate) fn variance_over_assignments(&self, values: ArrayView2<'_, f64>) -> JackknifeVariance {
        let assignments = values.nrows() as f64;
        let mean: Vec<f64> = values.columns().into_iter().map(|column| column.sum() / assignments).collect();
        let of_mean = self.variance(mean[0], &mean[1..]);
        if values.nrows() == 1 {
            return of_mean;
        }
        let variance_of_one = |row: ArrayView1<'_, f64>| {
            let row = row.to_vec();
            self.variance(row[0], &row[1..]).unbiased()
        };
        let mean_of_single = values.rows().into_iter().map(variance_of_one).sum::<f64>() / assignments;
        JackknifeVariance { assignment: (mean_of_single - of_mean.unbiased()) / (assignments - 1.0), ..of_mean }
    }
}

/// The parts of a jackknife variance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JackknifeVariance {
    /// The jackknife variance, by leaving out one group.
    v1: f64,
    /// Mean square of the effects of pairs of groups, scaled: the excess of `v1` if no three groups act together.
    v2: f64,
    /// Mean square of the effects of triples of groups, scaled; `v2` subtracts these effects once too often.
    v3: f64,
    /// Variance that comes from the choice of fold assignments.
    assignment: f64,
    /// Degrees of freedom of `v1`.
    degrees_of_freedom: f64,
}

impl JackknifeVariance {
    /// Returns the variance without bias, as long as no more than three groups act together; it may be below 0.
    ///
    /// The variance of effects of r groups counts r times in `v1`, r(r−1)/2 times in `v2` and r(r−1)(r−2)/6 times in
    /// `v3`. The variance of effects of four groups is therefore counted twice.
    pub(crate) fn unbiased(self) -> f64 {
        self.v1 - self.v2 + self.v3 - self.assignment
    }

    /// Returns the unbiased variance, or a third of `v1` if that is larger.
    ///
    /// If no more than three groups act together, the true variance is at least a third of the mean of `v1`. With few
    /// groups the estimate `v2` is imprecise, and a standard error that is far too small by chance does more harm than
    /// one that is too large.
    pub(crate) fn kept_positive(self) -> f64 {
        self.unbiased().max(self.v1 / 3.0)
    }

    /// Returns the variance that is kept positive, with degrees of freedom that fall with its share of `v1`.
    pub(crate) fn estimate(self) -> VarianceEstimate {
        let variance = self.kept_positive();
        let share = if self.v1 > 0.0 { (variance / self.v1).min(1.0) } else { 1.0 };
        // The exponent was chosen by simulations, see the chapter.
        VarianceEstimate { variance, degrees_of_freedom: (self.degrees_of_freedom * share.powf(1.5)).max(1.0) }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, Axis};

    use super::*;

    /// Returns the jackknife variance of a statistic.
    fn jackknife(values: &[f64], statistic: &dyn Fn(&[f64]) -> f64) -> JackknifeVariance {
        let sets = LeftOutSets::new(3, ResampledFactor::Conditions, values.len());
        let without = |index| {
            let out = sets.groups(index);
            let left: Vec<f64> = (0..values.len()).filter(|i| !out.contains(i)).map(|i| values[i]).collect();
            statistic(&left)
        };
        sets.variance(statistic(values), &(0..sets.len()).map(without).collect::<Vec<_>>())
    }

    fn mean(values: &[f64]) -> f64 {
        values.iter().sum::<f64>() / values.len() as f64
    }

    /// Returns the mean of the products of all pairs.
    fn mean_product(values: &[f64]) -> f64 {
        let n = values.len() as f64;
        let (sum, squares) = values.iter().fold((0.0, 0.0), |(sum, squares), v| (sum + v, squares + v * v));
        (sum * sum - squares) / (n * (n - 1.0))
    }

    #[test]
    fn the_variance_of_a_mean_is_that_of_textbooks() {
        let values = [2.0, 3.0, 7.0, 4.0, 9.0, 5.0];
        let found = jackknife(&values, &mean);
        let expected = values.iter().map(|value| (value - 5.0_f64).powi(2)).sum::<f64>() / 5.0 / 6.0;
        assert!((found.v1 - expected).abs() < 1e-14 && found.v2 < 1e-25 && found.v3 < 1e-22, "{found:?}");
    }

    /// The expected value for 1, 1, 1, −1, −1, −1 is derived by hand.
    ///
    /// The mean product is (0 − 6)/30 = −1/5. Without one it is (1 − 5)/20 = −1/5 again, so the jackknife sees nothing.
    /// Without two it is (4 − 4)/12 = 0 for equal ones (6 of the 15 pairs) and −1/3 for the others; the interactions
    /// are 0 + 2 − 6/5 = 4/5 and −4/3 + 2 − 6/5 = −8/15, their mean square (6·16/25 + 9·64/225)/15 = 32/75, of which
    /// 3/8.
    #[test]
    fn what_pairs_add_is_that_derived_by_hand() {
        let found = jackknife(&[1.0, 1.0, 1.0, -1.0, -1.0, -1.0], &mean_product);
        assert!(found.v1.abs() < 1e-28 && (found.v2 - 0.16).abs() < 1e-14 && found.v3 < 1e-22, "{found:?}");
    }

    /// The mean of the estimate over all equally likely samples is the variance of the statistic.
    #[test]
    fn variances_of_pairs_are_unbiased_and_the_jackknife_alone_is_not() {
        // Products of −1 and 1 have effects of pairs alone; the others also have effects of single conditions.
        for values in [[-1.0, 1.0], [0.0, 1.0], [-1.0, 3.0]] {
            let samples: Vec<Vec<f64>> =
                (0..64_usize).map(|code| (0..6).map(|i| values[code >> i & 1]).collect()).collect();
            let scores: Vec<f64> = samples.iter().map(|sample| mean_product(sample)).collect();
            let truth = scores.iter().map(|score| (score - mean(&scores)).powi(2)).sum::<f64>() / 64.0;
            let found: Vec<JackknifeVariance> = samples.iter().map(|sample| jackknife(sample, &mean_product)).collect();
            let unbiased = mean(&found.iter().map(|found| found.unbiased()).collect::<Vec<_>>());
            let alone = mean(&found.iter().map(|found| found.v1).collect::<Vec<_>>());
            assert!((unbiased / truth - 1.0).abs() < 1e-12, "{values:?}: {unbiased} and {truth}");
            assert!(alone > 1.1 * truth, "{values:?}: {alone} and {truth}");
        }
    }

    /// The mean product of three values of ±1 has effects of triples alone; of the 35 triples its variance is 1/35.
    #[test]
    fn what_triples_add_is_their_variance() {
        let triples = |values: &[f64]| {
            let sums: Vec<f64> = (1..4).map(|power| values.iter().map(|value| value.powi(power)).sum()).collect();
            let n = values.len() as f64;
            (sums[0].powi(3) - 3.0 * sums[0] * sums[1] + 2.0 * sums[2]) / (n * (n - 1.0) * (n - 2.0))
        };
        let sample = |code: usize| -> Vec<f64> { (0..7).map(|i| [-1.0, 1.0][code >> i & 1]).collect() };
        let found: Vec<f64> = (0..128).map(|code| jackknife(&sample(code), &triples).v3).collect();
        assert!((mean(&found) * 35.0 - 1.0).abs() < 1e-12, "{}", mean(&found) * 35.0);
    }

    /// Over all draws of two assignments from three, the mean of the estimate is the variance of the mean of all three.
    #[test]
    fn the_chance_of_few_assignments_is_taken_off() {
        let sets = LeftOutSets::new(1, ResampledFactor::Conditions, 7);
        let value = |row: usize, set: usize| ((row * 31 + set * set * 7 + row * set) % 23) as f64;
        let all = Array2::from_shape_fn((3, 1 + sets.len()), |(row, set)| value(row, set));
        let drawn = |rows: &[usize]| sets.variance_over_assignments(all.select(Axis(0), rows).view()).unbiased();
        let found: Vec<f64> = (0..9).map(|draw| drawn(&[draw / 3, draw % 3])).collect();
        let of_all = all.mean_axis(Axis(0)).unwrap().to_vec();
        let expected = sets.variance(of_all[0], &of_all[1..]).unbiased();
        assert!((mean(&found) / expected - 1.0).abs() < 1e-12, "{} and {expected}", mean(&found));
        assert_eq!(drawn(&[2]), drawn(&[2, 2]));
    }

    #[test]
    fn degrees_of_freedom_are_no_more_than_those_of_one() {
        let found = JackknifeVariance { v1: 1.0, v2: 0.0, v3: 1.0, assignment: 0.0, degrees_of_freedom: 5.0 };
        assert_eq!((found.estimate().variance, found.estimate().degrees_of_freedom), (2.0, 5.0));
    }

    #[test]
    fn sets_differ_and_groups_occur_alike() {
        for groups in [6, 7, 20, 21, 50, 93] {
            let sets = LeftOutSets::new(1, ResampledFactor::Conditions, groups);
            let mut all: Vec<Vec<usize>> = (0..sets.len()).map(|index| sets.groups(index)).collect();
            let mut counts = vec![0_usize; groups];
            all.iter().flatten().for_each(|&group| counts[group] += 1);
            let (least, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
            assert!(most - least <= 2, "{groups}: {least} to {most}");
            all.iter_mut().for_each(|set| set.sort_unstable());
            assert!(all.iter().all(|set| set.windows(2).all(|two| two[0] < two[1])));
            all.sort();
            let before = all.len();
            all.dedup();
            assert_eq!((all.len(), sets.pairs.len()), (before, MOST_PAIRS.min(groups * (groups - 1) / 2)));
        }
        assert_eq!(LeftOutSets::new(1, ResampledFactor::Conditions, 5000).len(), 5000 + 200 + 98);
    }

    #[test]
    fn blocks_are_few_and_of_one_size_and_hold_each_group_once() {
        for (groups, blocks) in [(6, 6), (200, 200), (201, 100), (250, 125), (400, 200), (401, 133), (5000, 200)] {
            let sets = LeftOutSets::of_few(1, ResampledFactor::Conditions, groups);
            assert_eq!((LeftOutSets::blocks_for(groups), sets.ring.len()), (blocks, blocks));
            assert_eq!(sets.len(), LeftOutSets::count_for(blocks));
            let sizes: Vec<usize> = sets.ring.iter().map(Vec::len).collect();
            assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1, "{sizes:?}");
            let mut all: Vec<usize> = (0..blocks).flat_map(|index| sets.groups(index)).collect();
            all.sort_unstable();
            assert!(all.into_iter().eq(0..groups));
        }
        let [few, plain] = [LeftOutSets::of_few, LeftOutSets::new].map(|new| new(5, ResampledFactor::Conditions, 200));
        assert_eq!(few.ring, plain.ring);
    }

    /// Blocks of two conditions: the value has effects of single conditions and of pairs, and 1/n is all that is lost.
    #[test]
    fn the_variance_over_blocks_is_that_over_single_groups() {
        let mut ratios = Vec::new();
        for seed in 0..40 {
            let mut rng = stream(seed, Purpose::Third, 0);
            let values: Vec<f64> = (0..300).map(|_| 0.1 + unit(&mut rng)).collect();
            let [single, blocks] = [LeftOutSets::new, LeftOutSets::of_few].map(|new| {
                let sets = new(seed, ResampledFactor::Conditions, values.len());
                let without = |index: usize| {
                    let out = sets.groups(index);
                    let left = (0..values.len()).filter(|i| !out.contains(i)).map(|i| values[i]);
                    mean_product(&left.collect::<Vec<_>>())
                };
                sets.variance(mean_product(&values), &(0..sets.len()).map(without).collect::<Vec<_>>()).unbiased()
            });
            ratios.push(blocks / single);
        }
        assert!((mean(&ratios) - 1.0).abs() < 0.05, "{}", mean(&ratios));
    }

    /// Returns a number between −1 and 1.
    fn unit(rng: &mut rand_chacha::ChaCha8Rng) -> f64 {
        use rand::RngExt;
        rng.random_range(-1.0..1.0)
    }
}
