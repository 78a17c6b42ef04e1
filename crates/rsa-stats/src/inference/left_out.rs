//! [`LeftOut`]: the variance over conditions, by leaving them out one and two at a time.
//!
//! A bootstrap of conditions overstates it. A score is made of pairs of conditions, and what is left of a pair after the
//! effects of its two conditions varies on its own: a draw in which conditions occur twice triples the variance of that
//! part, leaving one condition out doubles it. What two conditions do together is seen by leaving both out, and taken off.

use ndarray::{Array2, ArrayView2};

use super::random::{self, Purpose};

/// Beyond so many pairs of groups of conditions a random part of them is left out.
///
/// Their mean square is then known to about a tenth, which is less than what a sample of conditions leaves open.
const PAIRS: usize = 200;

/// Which groups of conditions are left out together: each alone, then pairs.
pub(crate) struct Cases {
    groups: usize,
    pairs: Vec<[usize; 2]>,
}

impl Cases {
    /// All pairs or a random part of them, in which every group occurs about as often.
    pub(crate) fn new(seed: u64, groups: usize) -> Self {
        // Neighbours on a ring of random order, then those two apart, and so on.
        let ring = random::shuffled(&mut random::stream(seed, Purpose::LeftOut, 0), groups);
        let pairs = (1..=groups / 2).flat_map(|apart| {
            let starts = if 2 * apart == groups { apart } else { groups };
            let ring = &ring;
            (0..starts).map(move |start| [ring[start], ring[(start + apart) % groups]])
        });
        Self { groups, pairs: pairs.take(PAIRS).collect() }
    }

    pub(crate) fn len(&self) -> usize {
        self.groups + self.pairs.len()
    }

    /// The groups that are left out of a case.
    pub(crate) fn groups_of(&self, case: usize) -> [usize; 2] {
        case.checked_sub(self.groups).map_or([case; 2], |pair| self.pairs[pair])
    }

    /// The variance over conditions of a value, from what it is on all of them and in each case.
    pub(crate) fn variance(&self, whole: f64, values: &[f64]) -> Jackknife {
        let n = self.groups as f64;
        let (single, together) = values.split_at(self.groups);
        let mean = single.iter().sum::<f64>() / n;
        let one = (n - 1.0) / n * single.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
        let interaction = |(&[a, b], value): (&[usize; 2], &f64)| {
            ((n - 2.0) * value - (n - 1.0) * (single[a] + single[b]) + n * whole).powi(2)
        };
        let squares: f64 = self.pairs.iter().zip(together).map(interaction).sum();
        Jackknife { one, excess: (n - 3.0) / (2.0 * (n - 2.0)) * squares / self.pairs.len() as f64 }
    }
}

/// The jackknife's variance, and by how much pairs of conditions make it too large.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Jackknife {
    one: f64,
    excess: f64,
}

impl Jackknife {
    /// Without a bias if no more than two conditions act together; it may be below 0.
    fn unbiased(self) -> f64 {
        self.one - self.excess
    }

    /// The same, and at least a third of the jackknife's, which is the least if three conditions act together.
    fn kept_positive(self) -> f64 {
        self.unbiased().max(self.one / 3.0)
    }
}

/// What every subject has on all conditions and in each case.
pub(crate) struct LeftOut<'a> {
    pub(crate) cases: Cases,
    /// Subjects × numbers.
    pub(crate) whole: ArrayView2<'a, f64>,
    /// (Cases × subjects) × numbers.
    pub(crate) values: ArrayView2<'a, f64>,
    /// The group of each subject.
    pub(crate) subject_groups: &'a [usize],
}

impl LeftOut<'_> {
    /// The variance over conditions of a quantity's mean over subjects.
    pub(crate) fn variance(&self, quantity: &dyn Fn(&[f64]) -> f64) -> f64 {
        let [whole, values] = self.by_subject(quantity);
        let mean = |of: &Array2<f64>| of.rows().into_iter().map(|row| row.sum() / row.len() as f64).collect::<Vec<_>>();
        self.cases.variance(mean(&whole)[0], &mean(&values)).kept_positive()
    }

    /// What is common to that variance and to the one over subjects: how conditions move subjects apart.
    pub(crate) fn interaction(&self, quantity: &dyn Fn(&[f64]) -> f64, groups: usize) -> f64 {
        let [whole, values] = self.by_subject(quantity).map(|of| {
            let mut sums = Array2::<f64>::zeros((groups, of.nrows()));
            for (case, row) in of.rows().into_iter().enumerate() {
                let mean = row.sum() / row.len() as f64;
                row.iter().zip(self.subject_groups).for_each(|(value, &group)| sums[(group, case)] += value - mean);
            }
            sums
        });
        let of_group = |(whole, values): (&f64, &[f64])| self.cases.variance(*whole, values).unbiased();
        let rows = values.as_slice().expect("rows side by side").chunks(self.cases.len());
        let sum: f64 = whole.iter().zip(rows).map(of_group).sum();
        let n_groups = groups as f64;
        n_groups / (n_groups - 1.0) * sum / (self.subject_groups.len() as f64).powi(2)
    }

    /// A quantity: 1 × subjects of all conditions, and cases × subjects.
    fn by_subject(&self, quantity: &dyn Fn(&[f64]) -> f64) -> [Array2<f64>; 2] {
        [self.whole, self.values].map(|of| {
            let values: Vec<f64> = of.rows().into_iter().map(|row| quantity(&row.to_vec())).collect();
            let subjects = self.subject_groups.len();
            Array2::from_shape_vec((values.len() / subjects, subjects), values).expect("a value for every subject")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A statistic of all conditions and of those left in each case.
    fn jackknife(values: &[f64], statistic: &dyn Fn(&[f64]) -> f64) -> Jackknife {
        let cases = Cases::new(3, values.len());
        let in_case = |case| {
            let out = cases.groups_of(case);
            let left: Vec<f64> = (0..values.len()).filter(|i| !out.contains(i)).map(|i| values[i]).collect();
            statistic(&left)
        };
        cases.variance(statistic(values), &(0..cases.len()).map(in_case).collect::<Vec<_>>())
    }

    fn mean(values: &[f64]) -> f64 {
        values.iter().sum::<f64>() / values.len() as f64
    }

    /// The mean over pairs of their product.
    fn mean_product(values: &[f64]) -> f64 {
        let n = values.len() as f64;
        let (sum, squares) = values.iter().fold((0.0, 0.0), |(sum, squares), v| (sum + v, squares + v * v));
        (sum * sum - squares) / (n * (n - 1.0))
    }

    #[test]
    fn the_variance_of_a_mean_is_that_of_textbooks() {
        let values = [2.0, 3.0, 7.0, 4.0, 9.0];
        let found = jackknife(&values, &mean);
        let expected = values.iter().map(|value| (value - 5.0_f64).powi(2)).sum::<f64>() / 4.0 / 5.0;
        assert!((found.one - expected).abs() < 1e-14 && found.excess < 1e-25, "{found:?}");
    }

    /// By hand: of 1, 1, −1, −1 the mean product is (0 − 4)/12 = −1/3. Without one it is −1/3 again, so the jackknife sees
    /// nothing. Without two it is 1 for equal ones (2 of the 6 pairs) and −1 for the others; the interactions are
    /// 2·1 + 2 − 4/3 = 8/3 and −2 + 2 − 4/3 = −4/3, their mean square (2·64 + 4·16)/(9·6) = 32/9, of which a quarter.
    #[test]
    fn what_pairs_add_is_that_derived_by_hand() {
        let found = jackknife(&[1.0, 1.0, -1.0, -1.0], &mean_product);
        assert!(found.one.abs() < 1e-28 && (found.excess - 8.0 / 9.0).abs() < 1e-14, "{found:?}");
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
            let found: Vec<Jackknife> = samples.iter().map(|sample| jackknife(sample, &mean_product)).collect();
            let unbiased = mean(&found.iter().map(|found| found.unbiased()).collect::<Vec<_>>());
            let alone = mean(&found.iter().map(|found| found.one).collect::<Vec<_>>());
            assert!((unbiased / truth - 1.0).abs() < 1e-12, "{values:?}: {unbiased} and {truth}");
            assert!(alone > 1.1 * truth, "{values:?}: {alone} and {truth}");
        }
    }

    #[test]
    fn pairs_differ_and_groups_occur_alike() {
        for groups in [4, 5, 20, 21, 50, 93, 500] {
            let cases = Cases::new(1, groups);
            let all = groups * (groups - 1) / 2;
            assert_eq!(cases.len() - groups, all.min(PAIRS));
            let mut pairs: Vec<[usize; 2]> = cases.pairs.iter().map(|&[a, b]| [a.min(b), a.max(b)]).collect();
            pairs.sort_unstable();
            pairs.dedup();
            assert!(pairs.len() == cases.pairs.len() && pairs.iter().all(|[a, b]| a != b));
            let mut counts = vec![0_usize; groups];
            pairs.iter().flatten().for_each(|&group| counts[group] += 1);
            let (least, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
            assert!(most - least <= 2, "{groups}: {least} to {most}");
        }
    }
}
