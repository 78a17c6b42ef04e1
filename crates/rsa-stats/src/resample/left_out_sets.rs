//! [`LeaveOut`]: the jackknife, by leaving out one, two and three groups at a time.
//!
//! A bootstrap of conditions overstates the variance of a score that depends on pairs of conditions: repeated
//! conditions triple the part of the variance that comes from pairs. Leaving out one condition at a time doubles that
//! part. Leaving out two at a time estimates the part, so that it can be subtracted. The derivation is in the chapter
//! [`inference_theory`](crate::inference_theory).

use ndarray::{ArrayView1, ArrayView2};
use rayon::prelude::*;
use rsa_core::Result;

use super::{
    random::{Purpose, shuffled, stream},
    steps::{StageSteps, unless_cancelled},
};

/// Most pairs of groups that are left out together; further pairs are not computed.
///
/// With 200 pairs and 98 triples their mean squares are known to one or two tenths of their values, which is less than
/// the uncertainty that comes from the sample of conditions itself.
const MOST_PAIRS: usize = 200;

/// Most triples of groups that are left out together.
const MOST_TRIPLES: usize = 98;

/// The sampled units that are left out or drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResampledFactor {
    /// Conditions, or groups of them.
    Conditions = 0,
    /// Subjects, or groups of them.
    Subjects = 1,
}

/// The sets of groups that are left out: each group alone, then pairs of groups, then triples.
///
/// All pairs within a triple are among the pairs. Of fewer than six groups each is left out alone.
pub(crate) struct LeaveOut {
    /// The groups in random order, as a ring; groups that are left out together are neighbors, or near.
    ring: Vec<usize>,
    /// Pairs of places on the ring.
    pairs: Vec<[usize; 2]>,
}

/// A variance, and the degrees of freedom with which it is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VarianceEstimate {
    pub(crate) variance: f64,
    pub(crate) degrees_of_freedom: f64,
}

impl LeaveOut {
    /// Fewest groups of which pairs and triples are left out, so that three groups are always left.
    pub(crate) const FEWEST_GROUPS: usize = 6;

    /// Chooses the sets of `groups` groups; conditions and subjects have random numbers of their own.
    pub(crate) fn new(seed: u64, factor: ResampledFactor, groups: usize) -> Self {
        let ring = shuffled(&mut stream(seed, Purpose::LeftOut, factor as u64), groups);
        if groups < Self::FEWEST_GROUPS {
            return Self { ring, pairs: Vec::new() };
        }
        // First the pairs of places one and two apart, which are the sides of triples.
        let sides = (0..groups).flat_map(|start| [[start, (start + 1) % groups], [start, (start + 2) % groups]]);
        let further = (3..=groups / 2).flat_map(|apart| {
            let starts = if 2 * apart == groups { apart } else { groups };
            (0..starts).map(move |start| [start, (start + apart) % groups])
        });
        Self { ring, pairs: sides.chain(further).take(MOST_PAIRS).collect() }
    }

    /// Returns the number of sets.
    pub(crate) fn len(&self) -> usize {
        Self::count(self.ring.len())
    }

    /// Returns the number of sets of so many groups, which may be any number that a damaged file claims.
    pub(crate) fn count(groups: usize) -> usize {
        if groups < Self::FEWEST_GROUPS {
            return groups;
        }
        let pairs = groups.saturating_mul(groups.saturating_sub(1)) / 2;
        groups.saturating_add(pairs.min(MOST_PAIRS)).saturating_add(groups.min(MOST_TRIPLES))
    }

    /// Returns the groups of set `index`.
    pub(crate) fn groups(&self, index: usize) -> Vec<usize> {
        let groups = self.ring.len();
        let places = match index.checked_sub(groups) {
            None => vec![index],
            Some(pair) => match pair.checked_sub(self.pairs.len()) {
                None => self.pairs[pair].to_vec(),
                Some(start) => vec![start, (start + 1) % groups, (start + 2) % groups],
            },
        };
        places.into_iter().map(|place| self.ring[place]).collect()
    }

    /// Calls `work` with nothing left out, then without the groups of each set; all of that `repetitions` times.
    ///
    /// `work` takes the repetition and the groups to leave out. Its errors stand in their places, so that the first of
    /// them does not depend on which thread was faster.
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
        let of_one = 1 + self.len();
        let tasks = repetitions * of_one;
        let steps = StageSteps::new(observer, stage, tasks as u64);
        let of_task = |task: usize| {
            let left_out = (task % of_one).checked_sub(1).map_or(Vec::new(), |index| self.groups(index));
            steps.step(|| unless_cancelled(work(task / of_one, &left_out)))
        };
        (0..tasks).into_par_iter().map(of_task).collect()
    }

    /// Returns the variance of a value over the groups, from the value on all groups and without each set.
    pub(crate) fn variance(&self, whole: f64, values: &[f64]) -> JackknifeVariance {
        let groups = self.ring.len();
        let n = groups as f64;
        let (single, together) = values.split_at(groups);
        let (two, three) = together.split_at(self.pairs.len());
        let mean = single.iter().sum::<f64>() / n;
        let squares: Vec<f64> = single.iter().map(|value| (n - 1.0) / n * (value - mean).powi(2)).collect();
        let one = squares.iter().sum::<f64>();
        let of_squares = squares.iter().map(|square| (square - one / n).powi(2)).sum::<f64>() / (n - 1.0);
        // Sums over single groups vanish from the first expression, and sums over pairs from the second.
        let of_pair = |(&[a, b], value): (&[usize; 2], &f64)| {
            ((n - 2.0) * value - (n - 1.0) * (single[a] + single[b]) + n * whole).powi(2)
        };
        let of_triple = |(start, value): (usize, &f64)| {
            let [a, b, c] = [0, 1, 2].map(|ahead| (start + ahead) % groups);
            let singles = single[a] + single[b] + single[c];
            // The two sides that begin at a, and the first side that begins at b.
            let sides = two[2 * a] + two[2 * a + 1] + two[2 * b];
            let sum = (n - 3.0) * (n - 4.0) * value - (n - 2.0) * (n - 3.0) * sides;
            (sum + (n - 1.0) * (n - 2.0) * singles - n * (n - 1.0) * whole).powi(2)
        };
        // 2·(mean of squares)² over the variance of that mean; at most n − 1, as for a normal distribution.
        let degrees_of_freedom = if one > 0.0 { (2.0 * one * one / (n * of_squares)).min(n - 1.0) } else { n - 1.0 };
        if two.is_empty() {
            return JackknifeVariance { one, pairs: 0.0, triples: 0.0, of_assignment: 0.0, degrees_of_freedom };
        }
        let pairs = self.pairs.iter().zip(two).map(of_pair).sum::<f64>() / two.len() as f64;
        let triples = three.iter().enumerate().map(of_triple).sum::<f64>() / three.len() as f64;
        JackknifeVariance {
            one,
            pairs: (n - 3.0) / (2.0 * (n - 2.0)) * pairs,
            triples: (n - 5.0) / (6.0 * n * (n - 1.0)) * triples,
            of_assignment: 0.0,
            degrees_of_freedom,
        }
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
        let of_row = |row: ArrayView1<'_, f64>| {
            let row = row.to_vec();
            self.variance(row[0], &row[1..]).unbiased()
        };
        let single = values.rows().into_iter().map(of_row).sum::<f64>() / assignments;
        JackknifeVariance { of_assignment: (single - of_mean.unbiased()) / (assignments - 1.0), ..of_mean }
    }
}

/// The parts of a jackknife variance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JackknifeVariance {
    /// The jackknife variance, by leaving out one group.
    one: f64,
    /// Excess of `one` because two groups act together.
    pairs: f64,
    /// Excess of `pairs` because three groups act together.
    triples: f64,
    /// Excess that comes from the choice of fold assignments.
    of_assignment: f64,
    /// Degrees of freedom of `one`.
    degrees_of_freedom: f64,
}

impl JackknifeVariance {
    /// Returns the variance without bias, as long as no more than three groups act together; it may be below 0.
    ///
    /// An effect of r groups counts r times in `one`, r(r−1)/2 times in `pairs` and r(r−1)(r−2)/6 times in `triples`:
    /// an effect of four groups is counted once too often.
    pub(crate) fn unbiased(self) -> f64 {
        self.one - self.pairs + self.triples - self.of_assignment
    }

    /// Returns the unbiased variance, or a third of `one` if that is larger.
    ///
    /// A third of `one` is the least that the variance can be if no more than three groups act together. With few
    /// groups the estimate of `pairs` is poor, and a standard error that is far too small by chance does more harm than
    /// one that is too large.
    pub(crate) fn kept_positive(self) -> f64 {
        self.unbiased().max(self.one / 3.0)
    }

    /// Returns that variance with its degrees of freedom, which fall with the share of `one` that is left.
    pub(crate) fn estimate(self) -> VarianceEstimate {
        let variance = self.kept_positive();
        let share = if self.one > 0.0 { (variance / self.one).min(1.0) } else { 1.0 };
        VarianceEstimate { variance, degrees_of_freedom: (self.degrees_of_freedom * share.powf(1.5)).max(1.0) }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, Axis};

    use super::*;

    /// Returns the jackknife variance of a statistic.
    fn jackknife(values: &[f64], statistic: &dyn Fn(&[f64]) -> f64) -> JackknifeVariance {
        let sets = LeaveOut::new(3, ResampledFactor::Conditions, values.len());
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
        assert!((found.one - expected).abs() < 1e-14 && found.pairs < 1e-25 && found.triples < 1e-22, "{found:?}");
    }

    /// Derived by hand for 1, 1, 1, −1, −1, −1.
    ///
    /// The mean product is (0 − 6)/30 = −1/5. Without one it is (1 − 5)/20 = −1/5 again, so the jackknife sees nothing.
    /// Without two it is (4 − 4)/12 = 0 for equal ones (6 of the 15 pairs) and −1/3 for the others; the interactions
    /// are 0 + 2 − 6/5 = 4/5 and −4/3 + 2 − 6/5 = −8/15, their mean square (6·16/25 + 9·64/225)/15 = 32/75, of which
    /// 3/8.
    #[test]
    fn what_pairs_add_is_that_derived_by_hand() {
        let found = jackknife(&[1.0, 1.0, 1.0, -1.0, -1.0, -1.0], &mean_product);
        assert!(found.one.abs() < 1e-28 && (found.pairs - 0.16).abs() < 1e-14 && found.triples < 1e-22, "{found:?}");
    }

    /// Over all equally likely samples of n the mean of the estimate is the variance of the statistic.
    #[test]
    fn variances_of_pairs_are_unbiased_and_the_jackknife_alone_is_not() {
        // Of −1 and 1 a product has no effects of single conditions; of 0 and 1, and of −1 and 3, it has both.
        for values in [[-1.0, 1.0], [0.0, 1.0], [-1.0, 3.0]] {
            let samples: Vec<Vec<f64>> =
                (0..64_usize).map(|code| (0..6).map(|i| values[code >> i & 1]).collect()).collect();
            let scores: Vec<f64> = samples.iter().map(|sample| mean_product(sample)).collect();
            let truth = scores.iter().map(|score| (score - mean(&scores)).powi(2)).sum::<f64>() / 64.0;
            let found: Vec<JackknifeVariance> = samples.iter().map(|sample| jackknife(sample, &mean_product)).collect();
            let unbiased = mean(&found.iter().map(|found| found.unbiased()).collect::<Vec<_>>());
            let alone = mean(&found.iter().map(|found| found.one).collect::<Vec<_>>());
            assert!((unbiased / truth - 1.0).abs() < 1e-12, "{values:?}: {unbiased} and {truth}");
            assert!(alone > 1.1 * truth, "{values:?}: {alone} and {truth}");
        }
    }

    /// The mean product of three values of ±1 varies by triples alone: in 35 of 7 conditions, by 1/35.
    #[test]
    fn what_triples_add_is_their_variance() {
        let triples = |values: &[f64]| {
            let sums: Vec<f64> = (1..4).map(|power| values.iter().map(|value| value.powi(power)).sum()).collect();
            let n = values.len() as f64;
            (sums[0].powi(3) - 3.0 * sums[0] * sums[1] + 2.0 * sums[2]) / (n * (n - 1.0) * (n - 2.0))
        };
        let sample = |code: usize| -> Vec<f64> { (0..7).map(|i| [-1.0, 1.0][code >> i & 1]).collect() };
        let found: Vec<f64> = (0..128).map(|code| jackknife(&sample(code), &triples).triples).collect();
        assert!((mean(&found) * 35.0 - 1.0).abs() < 1e-12, "{}", mean(&found) * 35.0);
    }

    /// For two assignments drawn from three, the mean over all draws is the variance of the mean of all three.
    #[test]
    fn the_chance_of_few_assignments_is_taken_off() {
        let sets = LeaveOut::new(1, ResampledFactor::Conditions, 7);
        let value = |row: usize, case: usize| ((row * 31 + case * case * 7 + row * case) % 23) as f64;
        let all = Array2::from_shape_fn((3, 1 + sets.len()), |(row, case)| value(row, case));
        let drawn = |rows: &[usize]| sets.variance_over_assignments(all.select(Axis(0), rows).view()).unbiased();
        let found: Vec<f64> = (0..9).map(|draw| drawn(&[draw / 3, draw % 3])).collect();
        let of_all = all.mean_axis(Axis(0)).unwrap().to_vec();
        let expected = sets.variance(of_all[0], &of_all[1..]).unbiased();
        assert!((mean(&found) / expected - 1.0).abs() < 1e-12, "{} and {expected}", mean(&found));
        assert_eq!(drawn(&[2]), drawn(&[2, 2]));
    }

    #[test]
    fn degrees_of_freedom_are_no_more_than_those_of_one() {
        let found =
            JackknifeVariance { one: 1.0, pairs: 0.0, triples: 1.0, of_assignment: 0.0, degrees_of_freedom: 5.0 };
        assert_eq!((found.estimate().variance, found.estimate().degrees_of_freedom), (2.0, 5.0));
    }

    #[test]
    fn sets_differ_and_groups_occur_alike() {
        for groups in [6, 7, 20, 21, 50, 93] {
            let sets = LeaveOut::new(1, ResampledFactor::Conditions, groups);
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
        assert_eq!(LeaveOut::new(1, ResampledFactor::Conditions, 5000).len(), 5000 + 200 + 98);
    }
}
