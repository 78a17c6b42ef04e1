//! [`Spread`]: how much a quantity varies, over subjects or over resamples.

use ndarray::ArrayView2;

use super::{
    GeneralizeTo, Part, Variance,
    left_out::{LeftOut, WithoutSubjects},
};

/// A variance, and how well it is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Certainty {
    pub(crate) variance: f64,
    pub(crate) degrees_of_freedom: f64,
}

/// The numbers that a variance is taken of.
pub(crate) struct Spread<'a> {
    part: &'a Part,
    groups: usize,
    left_out: Option<LeftOut<'a>>,
    without_subjects: Option<WithoutSubjects<'a>>,
    rows: Vec<&'a [f64]>,
    columns: usize,
}

impl<'a> Spread<'a> {
    pub(crate) fn new(part: &'a Part) -> Self {
        let groups = part.subject_groups();
        let (left_out, without_subjects) = (part.left_out(), part.without_subjects());
        let columns = part.subjects.ncols();
        Self { part, groups, left_out, without_subjects, rows: part.used().collect(), columns }
    }

    /// How many resamples are used.
    pub(crate) fn used(&self) -> usize {
        self.rows.len()
    }

    /// Degrees of freedom: groups less one; of both, those of the smaller number.
    pub(crate) fn degrees_of_freedom(&self) -> usize {
        let (subjects, conditions) = (self.groups, self.part.header.n_condition_groups);
        let groups = match self.part.header.inference.generalize_to {
            GeneralizeTo::Nothing | GeneralizeTo::Subjects => subjects,
            GeneralizeTo::Conditions => conditions,
            GeneralizeTo::Both => subjects.min(conditions),
        };
        groups.saturating_sub(1)
    }

    /// The variance of a quantity that is linear in scores and ceilings; `None` where one subject tells none.
    pub(crate) fn certainty(&self, quantity: &dyn Fn(&[f64]) -> f64) -> Option<Certainty> {
        let degrees_of_freedom = self.degrees_of_freedom() as f64;
        if degrees_of_freedom == 0.0 {
            return None;
        }
        let inference = &self.part.header.inference;
        let of_groups = |groups: usize| groups as f64 / (groups as f64 - 1.0);
        let (subjects, conditions) = (of_groups(self.groups), of_groups(self.part.header.n_condition_groups));
        let known = |variance| Certainty { variance, degrees_of_freedom };
        Some(match (inference.generalize_to, &self.left_out) {
            (GeneralizeTo::Nothing, _) => known(self.across_subjects(quantity)),
            (GeneralizeTo::Subjects, _) if inference.leaves_subjects_out() => known(self.across_subjects(quantity)),
            (GeneralizeTo::Subjects, _) => known(subjects * self.of_arm(0, quantity)),
            (GeneralizeTo::Conditions, Some(left_out)) => left_out.variance(quantity).1,
            (GeneralizeTo::Conditions, None) => known(conditions * self.of_arm(0, quantity)),
            (GeneralizeTo::Both, Some(left_out)) => {
                let over_subjects = self.across_subjects(quantity);
                let (unbiased, over_conditions) = left_out.variance(quantity);
                // Each is about as noisy as it is large, and the difference is not known to be above 0.
                let least = 0.4 * over_subjects.max(over_conditions.variance);
                let interaction = left_out.interaction(quantity, self.groups);
                Certainty {
                    variance: (over_subjects + unbiased - interaction).max(least),
                    degrees_of_freedom: over_conditions.degrees_of_freedom.min(degrees_of_freedom),
                }
            }
            (GeneralizeTo::Both, None) => {
                let of_arms = [0, 1, 2].map(|arm| self.of_arm(arm, quantity));
                known(of_resamples(inference.variance, of_arms, [subjects, conditions]))
            }
        })
    }

    /// Over subjects: by leaving some out, or, where no ceiling would be left, as that of subjects' own values.
    fn across_subjects(&self, quantity: &dyn Fn(&[f64]) -> f64) -> f64 {
        match &self.without_subjects {
            Some(without_subjects) => without_subjects.variance(quantity),
            None => self.of_own_values(quantity),
        }
    }

    /// That of the mean over subjects, who count by groups.
    fn of_own_values(&self, quantity: &dyn Fn(&[f64]) -> f64) -> f64 {
        let subjects: ArrayView2<'_, f64> = self.part.subjects.view();
        let values: Vec<f64> = subjects.rows().into_iter().map(|row| quantity(&row.to_vec())).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let mut sums = vec![0.0; self.groups];
        values.iter().zip(&self.part.header.subject_groups).for_each(|(value, &group)| sums[group] += value - mean);
        let squares: f64 = sums.iter().map(|sum| sum * sum).sum();
        let groups = self.groups as f64;
        groups / (groups - 1.0) * squares / (values.len() as f64).powi(2)
    }

    /// That over the resamples of one arm, less what the assignment to folds adds.
    fn of_arm(&self, arm: usize, quantity: &dyn Fn(&[f64]) -> f64) -> f64 {
        let repeats = self.part.header.inference.crossvalidation.map_or(1, |folds| folds.repeats);
        let value = |row: &[f64], repeat: usize| {
            let start = (arm * repeats + repeat) * self.columns;
            quantity(&row[start..start + self.columns])
        };
        // Ceilings are absent from draws of one subject: NaN, which tells nothing of their variance.
        let present = |values: Vec<f64>| -> Vec<f64> { values.into_iter().filter(|value| !value.is_nan()).collect() };
        let of_repeat =
            |repeat: usize| variance(present(self.rows.iter().map(|row| value(row, repeat)).collect()).iter().copied());
        if repeats == 1 {
            return of_repeat(0);
        }
        let r = repeats as f64;
        let mean = |row: &&[f64]| (0..repeats).map(|repeat| value(row, repeat)).sum::<f64>() / r;
        let of_means = variance(present(self.rows.iter().map(mean).collect()).iter().copied());
        let single = (0..repeats).map(of_repeat).sum::<f64>() / r;
        ((r * of_means - single) / (r - 1.0)).max(0.0)
    }

    /// A quantity on every resample, averaged over assignments to folds; of the arm that draws most.
    pub(crate) fn values(&self, quantity: &dyn Fn(&[f64]) -> f64) -> Vec<f64> {
        let repeats = self.part.header.inference.crossvalidation.map_or(1, |folds| folds.repeats);
        let mean = |row: &&[f64]| row.chunks(self.columns).take(repeats).map(quantity).sum::<f64>() / repeats as f64;
        self.rows.iter().map(mean).collect()
    }
}

/// The unbiased variance.
fn variance(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let count = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / count;
    values.map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0)
}

/// The variance of both factors from resamples of both, of subjects and of conditions (Schütt et al. 2023, equation 13 ff.):
/// those of each, less what they have in common and what both count.
///
/// Without the cuts it is exactly unbiased for what is linear in both factors.
fn of_resamples(rule: Variance, [both, subjects, conditions]: [f64; 3], factors: [f64; 2]) -> f64 {
    let of_one = [subjects * factors[0], conditions * factors[1]];
    let sum = of_one[0] + of_one[1];
    let most = match rule {
        Variance::Unbiased => sum,
        Variance::Rsatoolbox => both,
    };
    let interaction = factors[0] * factors[1] * (both - subjects - conditions);
    (sum - interaction).max(of_one[0]).max(of_one[1]).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_factors_of_a_sum_come_apart() {
        // A sum of effects a of 4 subjects and b of 6 conditions: v_b = v_s + v_c, and what is left are the two.
        let found = of_resamples(Variance::Unbiased, [0.5 + 0.25, 0.5, 0.25], [4.0 / 3.0, 6.0 / 5.0]);
        assert!((found - (0.5 * 4.0 / 3.0 + 0.25 * 6.0 / 5.0)).abs() < 1e-15);
        // The uncorrected variance of both is smaller.
        assert_eq!(of_resamples(Variance::Rsatoolbox, [0.75, 0.5, 0.25], [4.0 / 3.0, 6.0 / 5.0]), 0.75);
        // An interaction that the resamples double is counted once, within the cuts.
        let found = of_resamples(Variance::Unbiased, [3.0, 1.0, 1.0], [1.0, 1.0]);
        assert_eq!(found, 1.0);
    }

    /// rsatoolbox 0.3.2, `util.inference_util._dual_bootstrap(v, 5, 30)`.
    #[test]
    fn rsatoolbox_puts_two_factors_together_so() {
        let (both, subjects, conditions) = ([0.9, 1.2, 0.7, 1.0], [0.3, 0.5, 0.6, 0.2], [0.5, 0.4, 0.2, 0.9]);
        let expected = [0.7629310344827586, 0.6508620689655172, 0.7, 1.0];
        for k in 0..4 {
            let of_arms = [both[k], subjects[k], conditions[k]];
            let found = of_resamples(Variance::Rsatoolbox, of_arms, [5.0 / 4.0, 30.0 / 29.0]);
            assert!((found - expected[k]).abs() < 1e-14, "{found}");
        }
    }

    #[test]
    fn the_variance_is_that_of_textbooks() {
        assert_eq!(variance([1.0, 2.0, 3.0, 4.0].into_iter()), 5.0 / 3.0);
    }
}
