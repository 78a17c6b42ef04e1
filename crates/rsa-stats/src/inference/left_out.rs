//! [`LeftOut`]: the variance over conditions or subjects, by leaving them out one, two and three at a time.
//!
//! A bootstrap of conditions overstates it. A score is made of pairs of conditions, and what is left of a pair after the
//! effects of its two conditions varies on its own: a draw in which conditions occur twice triples the variance of that
//! part, leaving one condition out doubles it. What two conditions do together is seen by leaving both out, and taken off.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use super::{
    random::{self, Purpose},
    spread::Certainty,
};

/// Of pairs and of triples of groups of conditions at most so many are left out, at random.
///
/// Their mean squares are then known to a tenth or two, which is less than what a sample of conditions leaves open.
const PAIRS: usize = 200;
const TRIPLES: usize = 98;

/// Assignments to folds on each of which conditions and subjects are left out. What leaving out changes is as noisy as it
/// is for a single one, and the chance of these few is taken off the variance.
pub(crate) const ASSIGNMENTS: usize = 16;

/// What is left out together.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Factor {
    Conditions = 0,
    Subjects = 1,
}

/// Which groups are left out together: each alone, then pairs, then triples whose pairs are among those.
///
/// Of fewer than six groups each is left out alone.
pub(crate) struct Cases {
    /// The groups in random order, as a ring: who is left out together are neighbours, or near.
    ring: Vec<usize>,
    /// Places on the ring.
    pairs: Vec<[usize; 2]>,
}

impl Cases {
    /// Without three of them three are left.
    pub(crate) const FEWEST_GROUPS: usize = 6;

    pub(crate) fn new(seed: u64, factor: Factor, groups: usize) -> Self {
        let ring = random::shuffled(&mut random::stream(seed, Purpose::LeftOut, factor as u64), groups);
        if groups < Self::FEWEST_GROUPS {
            return Self { ring, pairs: Vec::new() };
        }
        // First neighbours and those two apart, which are the sides of triples.
        let sides = (0..groups).flat_map(|start| [[start, (start + 1) % groups], [start, (start + 2) % groups]]);
        let further = (3..=groups / 2).flat_map(|apart| {
            let starts = if 2 * apart == groups { apart } else { groups };
            (0..starts).map(move |start| [start, (start + apart) % groups])
        });
        Self { ring, pairs: sides.chain(further).take(PAIRS).collect() }
    }

    pub(crate) fn len(&self) -> usize {
        Self::count(self.ring.len())
    }

    /// How many cases so many groups have; what a damaged file says of groups may be any number.
    pub(crate) fn count(groups: usize) -> usize {
        if groups < Self::FEWEST_GROUPS {
            return groups;
        }
        let pairs = groups.saturating_mul(groups.saturating_sub(1)) / 2;
        groups.saturating_add(pairs.min(PAIRS)).saturating_add(groups.min(TRIPLES))
    }

    /// The groups that are left out of a case.
    pub(crate) fn groups_of(&self, case: usize) -> Vec<usize> {
        let groups = self.ring.len();
        let places = match case.checked_sub(groups) {
            None => vec![case],
            Some(pair) => match pair.checked_sub(self.pairs.len()) {
                None => self.pairs[pair].to_vec(),
                Some(start) => vec![start, (start + 1) % groups, (start + 2) % groups],
            },
        };
        places.into_iter().map(|place| self.ring[place]).collect()
    }

    /// The variance of a value over what is left out, from what it is on all and in each case.
    pub(crate) fn variance(&self, whole: f64, values: &[f64]) -> Jackknife {
        let groups = self.ring.len();
        let n = groups as f64;
        let (single, together) = values.split_at(groups);
        let (two, three) = together.split_at(self.pairs.len());
        let mean = single.iter().sum::<f64>() / n;
        let squares: Vec<f64> = single.iter().map(|value| (n - 1.0) / n * (value - mean).powi(2)).collect();
        let one = squares.iter().sum::<f64>();
        let of_squares = squares.iter().map(|square| (square - one / n).powi(2)).sum::<f64>() / (n - 1.0);
        // Sums over single conditions vanish from the first, and sums over pairs from the second.
        let of_pair = |(&[a, b], value): (&[usize; 2], &f64)| {
            ((n - 2.0) * value - (n - 1.0) * (single[a] + single[b]) + n * whole).powi(2)
        };
        let of_triple = |(start, value): (usize, &f64)| {
            let [a, b, c] = [0, 1, 2].map(|ahead| (start + ahead) % groups);
            let singles = single[a] + single[b] + single[c];
            // The sides that begin at a, and the first that begins at b.
            let sides = two[2 * a] + two[2 * a + 1] + two[2 * b];
            let sum = (n - 3.0) * (n - 4.0) * value - (n - 2.0) * (n - 3.0) * sides;
            (sum + (n - 1.0) * (n - 2.0) * singles - n * (n - 1.0) * whole).powi(2)
        };
        // Twice the square of a mean of squares over its variance; at most as of a normal distribution.
        let degrees_of_freedom = if one > 0.0 { (2.0 * one * one / (n * of_squares)).min(n - 1.0) } else { n - 1.0 };
        if two.is_empty() {
            return Jackknife { one, pairs: 0.0, triples: 0.0, of_assignment: 0.0, degrees_of_freedom };
        }
        let pairs = self.pairs.iter().zip(two).map(of_pair).sum::<f64>() / two.len() as f64;
        let triples = three.iter().enumerate().map(of_triple).sum::<f64>() / three.len() as f64;
        Jackknife {
            one,
            pairs: (n - 3.0) / (2.0 * (n - 2.0)) * pairs,
            triples: (n - 5.0) / (6.0 * n * (n - 1.0)) * triples,
            of_assignment: 0.0,
            degrees_of_freedom,
        }
    }

    /// The same of the mean over assignments to folds. Takes assignments × (the value on all, then in each case).
    ///
    /// The mean over a few assignments varies with which they are, and leaving out sees that. The variance of a single one
    /// has it whole and that of the mean of k a kth of it, which tells how much it is.
    pub(crate) fn variance_on_folds(&self, values: ArrayView2<'_, f64>) -> Jackknife {
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
        Jackknife { of_assignment: (single - of_mean.unbiased()) / (assignments - 1.0), ..of_mean }
    }
}

/// The variance by leaving out one, and what of it is of pairs, of triples and of the assignment to folds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Jackknife {
    one: f64,
    pairs: f64,
    triples: f64,
    of_assignment: f64,
    /// Of `one`.
    degrees_of_freedom: f64,
}

impl Jackknife {
    /// Effects of one condition count once in `one`, those of r conditions r times, in `pairs` r(r−1)/2 times and in
    /// `triples` r(r−1)(r−2)/6 times: what is left of four is once too much.
    ///
    /// Without a bias if no more than three conditions act together; it may be below 0.
    fn unbiased(self) -> f64 {
        self.one - self.pairs + self.triples - self.of_assignment
    }

    /// The same, and at least a third of the jackknife's: the least that it can be if no more than three act together. Few
    /// conditions know `pairs` badly, and a standard error that is far too small by chance is worse than one too large.
    fn kept_positive(self) -> f64 {
        self.unbiased().max(self.one / 3.0)
    }

    /// That variance with its degrees of freedom, see [`Evaluation`](super::Evaluation).
    pub(crate) fn certainty(self) -> Certainty {
        let variance = self.kept_positive();
        let share = if self.one > 0.0 { (variance / self.one).min(1.0) } else { 1.0 };
        Certainty { variance, degrees_of_freedom: (self.degrees_of_freedom * share.powf(1.5)).max(1.0) }
    }
}

/// What every subject has on all conditions and in each case.
pub(crate) struct LeftOut<'a> {
    pub(crate) cases: Cases,
    /// (Assignments to folds × (all conditions, then cases) × subjects) × numbers.
    pub(crate) values: ArrayView2<'a, f64>,
    /// The group of each subject.
    pub(crate) subject_groups: &'a [usize],
}

impl LeftOut<'_> {
    /// The variance over conditions of a quantity's mean over subjects, unbiased, and as it is kept positive.
    pub(crate) fn variance(&self, quantity: &dyn Fn(&[f64]) -> f64) -> (f64, Certainty) {
        let values = self.by_subject(quantity).mean_axis(Axis(1)).expect("a subject at least");
        let found = self.of(&values);
        (found.unbiased(), found.certainty())
    }

    /// What is common to that variance and to the one over subjects: how conditions move subjects apart.
    pub(crate) fn interaction(&self, quantity: &dyn Fn(&[f64]) -> f64, groups: usize) -> f64 {
        let values = self.by_subject(quantity);
        let mut sums = Array2::<f64>::zeros((groups, values.nrows()));
        for (case, row) in values.rows().into_iter().enumerate() {
            let mean = row.sum() / row.len() as f64;
            row.iter().zip(self.subject_groups).for_each(|(value, &group)| sums[(group, case)] += value - mean);
        }
        let sum: f64 = sums.rows().into_iter().map(|of_group| self.of(&of_group.to_owned()).unbiased()).sum();
        let n_groups = groups as f64;
        n_groups / (n_groups - 1.0) * sum / (self.subject_groups.len() as f64).powi(2)
    }

    /// Takes a value for every assignment and case.
    fn of(&self, values: &Array1<f64>) -> Jackknife {
        self.cases.variance_on_folds(by_assignment(values.view(), &self.cases))
    }

    /// A quantity: (assignments × cases) × subjects.
    fn by_subject(&self, quantity: &dyn Fn(&[f64]) -> f64) -> Array2<f64> {
        let values = of_rows(self.values, quantity);
        let subjects = self.subject_groups.len();
        values.into_shape_with_order((self.values.nrows() / subjects, subjects)).expect("a value for every subject")
    }
}

/// What there is without some subjects.
pub(crate) struct WithoutSubjects<'a> {
    pub(crate) cases: Cases,
    /// (Assignments to folds × (all subjects, then cases)) × means of the numbers over the subjects that are left.
    pub(crate) values: ArrayView2<'a, f64>,
}

impl WithoutSubjects<'_> {
    /// Without three of them one could still be compared with another; with one alone there is no ceiling.
    pub(crate) const FEWEST_GROUPS: usize = 3;

    /// The variance over subjects of a quantity's mean.
    ///
    /// That of a score is the variance of subjects' values over their number, exactly, unless models are fitted to subjects.
    /// A ceiling compares subjects with one another, and is made of pairs as scores are of pairs of conditions.
    pub(crate) fn variance(&self, quantity: &dyn Fn(&[f64]) -> f64) -> f64 {
        let values = of_rows(self.values, quantity);
        self.cases.variance_on_folds(by_assignment(values.view(), &self.cases)).kept_positive()
    }
}

fn of_rows(values: ArrayView2<'_, f64>, quantity: &dyn Fn(&[f64]) -> f64) -> Array1<f64> {
    values.rows().into_iter().map(|row| quantity(&row.to_vec())).collect()
}

/// Assignments × (all, then cases).
fn by_assignment<'v>(values: ArrayView1<'v, f64>, cases: &Cases) -> ArrayView2<'v, f64> {
    let columns = 1 + cases.len();
    let rows = values.len() / columns;
    values.into_shape_with_order((rows, columns)).expect("a value for every case")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A statistic of all conditions and of those left in each case.
    fn jackknife(values: &[f64], statistic: &dyn Fn(&[f64]) -> f64) -> Jackknife {
        let cases = Cases::new(3, Factor::Conditions, values.len());
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
        let values = [2.0, 3.0, 7.0, 4.0, 9.0, 5.0];
        let found = jackknife(&values, &mean);
        let expected = values.iter().map(|value| (value - 5.0_f64).powi(2)).sum::<f64>() / 5.0 / 6.0;
        assert!((found.one - expected).abs() < 1e-14 && found.pairs < 1e-25 && found.triples < 1e-22, "{found:?}");
    }

    /// By hand: of 1, 1, 1, −1, −1, −1 the mean product is (0 − 6)/30 = −1/5. Without one it is (1 − 5)/20 = −1/5 again, so
    /// the jackknife sees nothing. Without two it is (4 − 4)/12 = 0 for equal ones (6 of the 15 pairs) and −1/3 for the
    /// others; the interactions are 0 + 2 − 6/5 = 4/5 and −4/3 + 2 − 6/5 = −8/15, their mean square (6·16/25 + 9·64/225)/15
    /// = 32/75, of which 3/8.
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
            let found: Vec<Jackknife> = samples.iter().map(|sample| jackknife(sample, &mean_product)).collect();
            let unbiased = mean(&found.iter().map(|found| found.unbiased()).collect::<Vec<_>>());
            let alone = mean(&found.iter().map(|found| found.one).collect::<Vec<_>>());
            assert!((unbiased / truth - 1.0).abs() < 1e-12, "{values:?}: {unbiased} and {truth}");
            assert!(alone > 1.1 * truth, "{values:?}: {alone} and {truth}");
        }
    }

    /// Of −1 and 1 the mean product of three varies by triples alone: in 35 of 7 conditions, by 1/35.
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

    /// Of two assignments drawn from three, on average over all draws, it is the variance of the mean of all three.
    #[test]
    fn the_chance_of_few_assignments_is_taken_off() {
        let cases = Cases::new(1, Factor::Conditions, 7);
        let value = |row: usize, case: usize| ((row * 31 + case * case * 7 + row * case) % 23) as f64;
        let all = Array2::from_shape_fn((3, 1 + cases.len()), |(row, case)| value(row, case));
        let drawn = |rows: &[usize]| cases.variance_on_folds(all.select(Axis(0), rows).view()).unbiased();
        let found: Vec<f64> = (0..9).map(|draw| drawn(&[draw / 3, draw % 3])).collect();
        let of_all = all.mean_axis(Axis(0)).unwrap().to_vec();
        let expected = cases.variance(of_all[0], &of_all[1..]).unbiased();
        assert!((mean(&found) / expected - 1.0).abs() < 1e-12, "{} and {expected}", mean(&found));
        assert_eq!(drawn(&[2]), drawn(&[2, 2]));
    }

    #[test]
    fn degrees_of_freedom_are_no_more_than_those_of_one() {
        let found = Jackknife { one: 1.0, pairs: 0.0, triples: 1.0, of_assignment: 0.0, degrees_of_freedom: 5.0 };
        assert_eq!((found.certainty().variance, found.certainty().degrees_of_freedom), (2.0, 5.0));
    }

    #[test]
    fn cases_differ_and_groups_occur_alike() {
        for groups in [6, 7, 20, 21, 50, 93] {
            let cases = Cases::new(1, Factor::Conditions, groups);
            let mut all: Vec<Vec<usize>> = (0..cases.len()).map(|case| cases.groups_of(case)).collect();
            let mut counts = vec![0_usize; groups];
            all.iter().flatten().for_each(|&group| counts[group] += 1);
            let (least, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
            assert!(most - least <= 2, "{groups}: {least} to {most}");
            all.iter_mut().for_each(|case| case.sort_unstable());
            assert!(all.iter().all(|case| case.windows(2).all(|two| two[0] < two[1])));
            all.sort();
            let before = all.len();
            all.dedup();
            assert_eq!((all.len(), cases.pairs.len()), (before, PAIRS.min(groups * (groups - 1) / 2)));
        }
        assert_eq!(Cases::new(1, Factor::Conditions, 5000).len(), 5000 + 200 + 98);
    }
}
