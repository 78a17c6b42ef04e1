//! [`Uncertainty`]: the variance of a statistic over subjects, conditions or both.

use super::{
    GeneralizeTo, Part, StandardErrorBy, Variance,
    left_out::{Statistic, WithoutConditions, WithoutSubjects},
    third_out::WithoutThird,
};
use crate::resample::{ResampledFactor, VarianceEstimate};

/// The tables from which variances are computed.
pub(crate) struct Uncertainty<'a> {
    part: &'a Part,
    groups: usize,
    without_conditions: Option<WithoutConditions<'a>>,
    without_subjects: Option<WithoutSubjects<'a>>,
    without_third_of_conditions: Option<WithoutThird<'a>>,
    without_third_of_subjects: Option<WithoutThird<'a>>,
    /// For each draw of a resample, the rows of the resamples that could be used.
    draws: Vec<Vec<&'a [f64]>>,
    columns: usize,
}

impl<'a> Uncertainty<'a> {
    /// Takes a part with all resamples.
    pub(crate) fn new(part: &'a Part) -> Self {
        Self {
            part,
            groups: part.n_subject_groups(),
            without_conditions: part.without_conditions(),
            without_subjects: part.without_subjects(),
            without_third_of_conditions: part.without_third(ResampledFactor::Conditions),
            without_third_of_subjects: part.without_third(ResampledFactor::Subjects),
            draws: part.used_draws(),
            columns: part.subjects.ncols(),
        }
    }

    /// Returns the number of resamples that could be used.
    pub(crate) fn n_used(&self) -> usize {
        self.draws.first().map_or(0, Vec::len)
    }

    /// Returns the number of groups minus 1; with both factors, of the factor with fewer groups.
    pub(crate) fn degrees_of_freedom(&self) -> usize {
        let (subjects, conditions) = (self.groups, self.part.header.n_condition_groups);
        let groups = match self.part.header.inference.generalize_to {
            GeneralizeTo::Nothing | GeneralizeTo::Subjects => subjects,
            GeneralizeTo::Conditions => conditions,
            GeneralizeTo::Both => subjects.min(conditions),
        };
        groups.saturating_sub(1)
    }

    /// Returns the variance of a statistic's mean over subjects, or `None` if the sampled factor has only one group.
    pub(crate) fn variance(&self, statistic: Statistic) -> Option<VarianceEstimate> {
        let degrees_of_freedom = self.degrees_of_freedom() as f64;
        if degrees_of_freedom == 0.0 {
            return None;
        }
        let inference = &self.part.header.inference;
        let correction = |groups: usize| groups as f64 / (groups as f64 - 1.0);
        let (subjects, conditions) = (correction(self.groups), correction(self.part.header.n_condition_groups));
        let known = |variance| VarianceEstimate { variance, degrees_of_freedom };
        let by = self.left_out_conditions(statistic);
        Some(match (inference.generalize_to, by) {
            (GeneralizeTo::Nothing, _) => known(self.over_subjects(statistic)),
            (GeneralizeTo::Subjects, _) if inference.leaves_subjects_out() => known(self.over_subjects(statistic)),
            (GeneralizeTo::Subjects, _) => known(subjects * self.over_draws(0, statistic)),
            (GeneralizeTo::Conditions, Some(without)) => self.over_conditions(statistic, without).1,
            (GeneralizeTo::Conditions, None) => known(conditions * self.over_draws(0, statistic)),
            (GeneralizeTo::Both, Some(without)) => {
                let over_subjects = self.over_subjects(statistic);
                let (unbiased, over_conditions) = self.over_conditions(statistic, without);
                // Each variance is about as noisy as it is large, so the sum less the interaction may be below 0. The
                // share .4 came from simulations: with .5 variances of 6 subjects and 20 conditions were .03 to .05 too
                // large.
                let least = 0.4 * over_subjects.max(over_conditions.variance);
                let interaction = without.interaction(statistic, self.groups);
                VarianceEstimate {
                    variance: (over_subjects + unbiased - interaction).max(least),
                    degrees_of_freedom: over_conditions.degrees_of_freedom.min(degrees_of_freedom),
                }
            }
            (GeneralizeTo::Both, None) => {
                let variances = [0, 1, 2].map(|drawn| self.over_draws(drawn, statistic));
                known(combine_factors(inference.variance, variances, [subjects, conditions]))
            }
        })
    }

    /// Returns the rule by which the variance of a statistic is computed.
    pub(crate) fn standard_error_by(&self, statistic: Statistic) -> StandardErrorBy {
        let inference = &self.part.header.inference;
        let over_conditions = matches!(inference.generalize_to, GeneralizeTo::Conditions | GeneralizeTo::Both);
        let left_out = match over_conditions {
            true => self.left_out_conditions(statistic).is_some(),
            false => inference.generalize_to == GeneralizeTo::Nothing || inference.leaves_subjects_out(),
        };
        let third = if over_conditions { &self.without_third_of_conditions } else { &self.without_third_of_subjects };
        match (left_out, third) {
            (false, _) => StandardErrorBy::Resamples,
            (true, Some(_)) if self.depends_on_fit(statistic) => StandardErrorBy::LeavingAThirdOut,
            (true, _) if over_conditions || self.without_subjects.is_some() => StandardErrorBy::LeavingFewOut,
            (true, _) => StandardErrorBy::SubjectValues,
        }
    }

    /// Returns `true` if a quantity of the statistic is the score of a fitted model.
    fn depends_on_fit(&self, statistic: Statistic) -> bool {
        let is_fitted = |quantity| self.part.header.fitted.get(quantity) == Some(&true);
        is_fitted(statistic.of) || statistic.minus.is_some_and(is_fitted)
    }

    /// Returns the scores without conditions if they tell the variance of the statistic.
    ///
    /// The variance of a fitted model needs scores without a third of the conditions, too.
    fn left_out_conditions(&self, statistic: Statistic) -> Option<&WithoutConditions<'a>> {
        let possible = !self.depends_on_fit(statistic) || self.without_third_of_conditions.is_some();
        self.without_conditions.as_ref().filter(|_| possible)
    }

    /// Returns the variance over conditions, before and after it is kept positive.
    fn over_conditions(&self, statistic: Statistic, without: &WithoutConditions<'_>) -> (f64, VarianceEstimate) {
        let jackknife = without.variance(statistic);
        match &self.without_third_of_conditions {
            Some(third) if self.depends_on_fit(statistic) => {
                let (variance, ratio) = (third.variance(statistic), third.ratio());
                let [pairs, triples] = without.pairs_and_triples(statistic);
                let unbiased = variance - ratio * pairs + ratio * (2.0 - ratio) * triples;
                let degrees_of_freedom = jackknife.estimate().degrees_of_freedom;
                (unbiased, VarianceEstimate { variance: unbiased.max(variance / 3.0), degrees_of_freedom })
            }
            _ => (jackknife.unbiased(), jackknife.estimate()),
        }
    }

    /// Returns the variance over subjects, by leaving subjects out if a table has that, or else from their own values.
    fn over_subjects(&self, statistic: Statistic) -> f64 {
        match (&self.without_third_of_subjects, &self.without_subjects) {
            (Some(third), _) if self.depends_on_fit(statistic) => third.variance(statistic),
            (_, Some(without_subjects)) => without_subjects.variance(statistic),
            (_, None) => self.over_own_values(statistic),
        }
    }

    /// Returns the variance of the mean over subjects from one value for each; groups are the sampled units.
    fn over_own_values(&self, statistic: Statistic) -> f64 {
        let rows = self.part.subjects.rows().into_iter();
        let values: Vec<f64> = rows.map(|row| statistic.value(&row.to_vec())).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let mut sums = vec![0.0; self.groups];
        values.iter().zip(&self.part.header.subject_groups).for_each(|(value, &group)| sums[group] += value - mean);
        let squares: f64 = sums.iter().map(|sum| sum * sum).sum();
        let groups = self.groups as f64;
        groups / (groups - 1.0) * squares / (values.len() as f64).powi(2)
    }

    /// Returns the variance over resamples in one draw, minus the variance that comes from the choice of folds.
    fn over_draws(&self, drawn: usize, statistic: Statistic) -> f64 {
        let repeats = self.part.header.assignments_of_draw();
        variance_over_rows(&self.draws[drawn], [repeats, self.columns], statistic, 0.0)
    }

    /// Returns a statistic of every resample, a mean over its fold assignments.
    ///
    /// Where both factors are drawn, the draw of both is taken.
    pub(crate) fn values(&self, statistic: Statistic) -> Vec<f64> {
        let Some(rows) = self.draws.first() else { return Vec::new() };
        let repeats = self.part.header.assignments_of_draw();
        let mean = |row: &&[f64]| {
            row.chunks(self.columns).take(repeats).map(|row| statistic.value(row)).sum::<f64>() / repeats as f64
        };
        rows.iter().map(mean).collect()
    }
}

/// Returns the variance over rows of the mean over fold assignments, minus the variance that comes from their choice.
///
/// A row has the quantities of all its fold assignments one after another. At least `least` times the variance before the
/// subtraction is left. NaN if fewer than two rows have the statistic.
pub(crate) fn variance_over_rows(
    rows: &[&[f64]],
    [repeats, columns]: [usize; 2],
    statistic: Statistic,
    least: f64,
) -> f64 {
    let value = |row: &[f64], repeat: usize| statistic.value(&row[repeat * columns..(repeat + 1) * columns]);
    // A draw of one subject has no ceiling (NaN) and is left out of the variance of the ceiling.
    let present = |values: Vec<f64>| -> Vec<f64> { values.into_iter().filter(|value| !value.is_nan()).collect() };
    let variance_of_repeat =
        |repeat: usize| variance(present(rows.iter().map(|row| value(row, repeat)).collect()).iter().copied());
    if repeats == 1 {
        return variance_of_repeat(0);
    }
    let r = repeats as f64;
    let mean = |row: &&[f64]| (0..repeats).map(|repeat| value(row, repeat)).sum::<f64>() / r;
    let variance_of_means = variance(present(rows.iter().map(mean).collect()).iter().copied());
    let single = (0..repeats).map(variance_of_repeat).sum::<f64>() / r;
    let difference = (r * variance_of_means - single) / (r - 1.0);
    // `max` would turn NaN, fewer than two draws, into a variance of 0.
    if difference.is_nan() { difference } else { difference.max(least * variance_of_means) }
}

/// Returns the sample variance.
fn variance(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let count = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / count;
    values.map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0)
}

/// Returns the variance of both factors from the variances over resamples of both, of subjects and of conditions.
///
/// It is the sum of the variances of both factors minus their interaction, which both contain (Schütt et al. 2023,
/// equation 13 ff.). Without its limits it is unbiased for a score that is linear in both factors.
fn combine_factors(rule: Variance, [both, subjects, conditions]: [f64; 3], factors: [f64; 2]) -> f64 {
    // The limits below would hide a variance that does not exist.
    if [both, subjects, conditions].iter().any(|variance| variance.is_nan()) {
        return f64::NAN;
    }
    let single = [subjects * factors[0], conditions * factors[1]];
    let sum = single[0] + single[1];
    let most = match rule {
        Variance::Unbiased => sum,
        Variance::Rsatoolbox => both,
    };
    let interaction = factors[0] * factors[1] * (both - subjects - conditions);
    (sum - interaction).max(single[0]).max(single[1]).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_factors_of_a_sum_are_separated() {
        // Effects of 4 subjects and of 6 conditions are added up: the variance of both is the sum, without interaction.
        let found = combine_factors(Variance::Unbiased, [0.5 + 0.25, 0.5, 0.25], [4.0 / 3.0, 6.0 / 5.0]);
        assert!((found - (0.5 * 4.0 / 3.0 + 0.25 * 6.0 / 5.0)).abs() < 1e-15);
        // The limit is the variance over resamples of both, which is smaller.
        assert_eq!(combine_factors(Variance::Rsatoolbox, [0.75, 0.5, 0.25], [4.0 / 3.0, 6.0 / 5.0]), 0.75);
        // An interaction of 1 would be subtracted from 2; the limits keep the larger variance.
        let found = combine_factors(Variance::Unbiased, [3.0, 1.0, 1.0], [1.0, 1.0]);
        assert_eq!(found, 1.0);
    }

    /// rsatoolbox 0.3.2, `util.inference_util._dual_bootstrap(v, 5, 30)`.
    #[test]
    fn rsatoolbox_combines_two_factors_alike() {
        let (both, subjects, conditions) = ([0.9, 1.2, 0.7, 1.0], [0.3, 0.5, 0.6, 0.2], [0.5, 0.4, 0.2, 0.9]);
        let expected = [0.7629310344827586, 0.6508620689655172, 0.7, 1.0];
        for k in 0..4 {
            let variances = [both[k], subjects[k], conditions[k]];
            let found = combine_factors(Variance::Rsatoolbox, variances, [5.0 / 4.0, 30.0 / 29.0]);
            assert!((found - expected[k]).abs() < 1e-14, "{found}");
        }
    }

    #[test]
    fn the_variance_is_that_of_textbooks() {
        assert_eq!(variance([1.0, 2.0, 3.0, 4.0].into_iter()), 5.0 / 3.0);
    }
}
