//! Variances over conditions and over subjects, from scores without some of them.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use rsa_core::Result;

use super::{FoldAssignment, resample_scorer::ResampleScorer};
use crate::resample::{JackknifeVariance, LeftOutSets, ResampledFactor, unless_cancelled};

/// A quantity of a resample (scores come first, then ceilings), or the difference of two.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statistic {
    pub(crate) of: usize,
    pub(crate) minus: Option<usize>,
}

impl Statistic {
    /// Returns the statistic of the quantities.
    pub(crate) fn value(self, quantities: &[f64]) -> f64 {
        match self.minus {
            None => quantities[self.of],
            Some(other) => quantities[self.of] - quantities[other],
        }
    }
}

/// A table of scores without some groups, or the reason why there is none.
pub(crate) type LeftOutTable = (Array2<f64>, Option<String>);

/// Scores of every subject with all conditions and without each set of condition groups.
pub(crate) struct WithoutConditions<'a> {
    pub(crate) sets: LeftOutSets,
    /// (Fold assignments × (all conditions, then sets) × subjects) × quantities.
    pub(crate) values: ArrayView2<'a, f64>,
    /// The group of each subject.
    pub(crate) subject_groups: &'a [usize],
}

impl WithoutConditions<'_> {
    /// Returns the variance over conditions of a statistic's mean over subjects.
    pub(crate) fn variance(&self, statistic: Statistic) -> JackknifeVariance {
        self.jackknife(&self.by_subject(statistic).mean_axis(Axis(1)).expect("a subject at least"))
    }

    /// Returns the variances v₂ and v₃ of pairs and triples of conditions, without the chance of fold assignments.
    pub(crate) fn pairs_and_triples(&self, statistic: Statistic) -> [f64; 2] {
        let values = self.by_subject(statistic).mean_axis(Axis(1)).expect("a subject at least");
        self.sets.pairs_and_triples_over_assignments(by_assignment(values.view(), &self.sets))
    }

    /// Returns the interaction of subjects and conditions, which the variances over either factor both contain.
    ///
    /// It comes from effects of conditions that differ between subjects.
    pub(crate) fn interaction(&self, statistic: Statistic, groups: usize) -> f64 {
        let values = self.by_subject(statistic);
        let mut sums = Array2::<f64>::zeros((groups, values.nrows()));
        for (set, row) in values.rows().into_iter().enumerate() {
            let mean = row.sum() / row.len() as f64;
            row.iter().zip(self.subject_groups).for_each(|(value, &group)| sums[(group, set)] += value - mean);
        }
        let variance_of_group = |sums: ArrayView1<'_, f64>| self.jackknife(&sums.to_owned()).unbiased();
        let sum: f64 = sums.rows().into_iter().map(variance_of_group).sum();
        let n_groups = groups as f64;
        n_groups / (n_groups - 1.0) * sum / (self.subject_groups.len() as f64).powi(2)
    }

    /// Returns the variance of values, one for every fold assignment and set.
    fn jackknife(&self, values: &Array1<f64>) -> JackknifeVariance {
        self.sets.variance_over_assignments(by_assignment(values.view(), &self.sets))
    }

    /// Returns a statistic as (fold assignments × sets) × subjects.
    fn by_subject(&self, statistic: Statistic) -> Array2<f64> {
        let values = evaluate_rows(self.values, statistic);
        let subjects = self.subject_groups.len();
        values.into_shape_with_order((self.values.nrows() / subjects, subjects)).expect("a value for every subject")
    }
}

/// Mean scores with all subjects and without each set of subject groups.
pub(crate) struct WithoutSubjects<'a> {
    pub(crate) sets: LeftOutSets,
    /// (Fold assignments × (all subjects, then sets)) × means of the quantities over the subjects that are left.
    pub(crate) values: ArrayView2<'a, f64>,
}

impl WithoutSubjects<'_> {
    /// Fewest groups of which one can be left out: the two that remain can still be compared with one another.
    pub(crate) const FEWEST_GROUPS: usize = 3;

    /// Returns the variance over subjects of a statistic's mean.
    ///
    /// For the score of a model that is not fitted to subjects, and groups of one size, it equals the variance of the
    /// subjects' values divided by their number. A ceiling depends on pairs of subjects, as a score depends on pairs of
    /// conditions.
    pub(crate) fn variance(&self, statistic: Statistic) -> f64 {
        let values = evaluate_rows(self.values, statistic);
        self.sets.variance_over_assignments(by_assignment(values.view(), &self.sets)).kept_positive()
    }
}

/// Returns a statistic of every row of quantities.
fn evaluate_rows(values: ArrayView2<'_, f64>, statistic: Statistic) -> Array1<f64> {
    values.rows().into_iter().map(|row| statistic.value(&row.to_vec())).collect()
}

/// Shapes values into fold assignments × (all, then sets).
fn by_assignment<'v>(values: ArrayView1<'v, f64>, sets: &LeftOutSets) -> ArrayView2<'v, f64> {
    let columns = 1 + sets.len();
    let rows = values.len() / columns;
    values.into_shape_with_order((rows, columns)).expect("a value for every set")
}

/// Computes the scores of every subject with all and without one, two and three groups of conditions.
///
/// # Errors
/// `Cancelled`; any other failure is the reason in the place of the table.
pub(crate) fn compute_without_conditions(scorer: &ResampleScorer<'_>) -> Result<LeftOutTable> {
    let none = Array2::zeros((0, scorer.n_quantities()));
    if !scorer.inference.leaves_conditions_out() {
        return Ok((none, None));
    }
    let groups = scorer.condition_groups.count;
    if groups < LeftOutSets::FEWEST_GROUPS {
        return Ok((none, Some(format!("of {groups} conditions, or groups of them, three cannot be left out"))));
    }
    let score = |folds: Option<&FoldAssignment>, groups: &[usize]| scorer.without_conditions(folds, groups);
    Ok(match score_sets(scorer, ResampledFactor::Conditions, "scores without conditions", score)? {
        Ok(found) => {
            let found: Vec<_> = found.iter().map(|values| values.view()).collect();
            (ndarray::concatenate(Axis(0), &found).expect("tables of one width"), None)
        }
        Err(error) => (none, Some(format!("some conditions cannot be left out: {error}"))),
    })
}

/// Computes mean scores with all and without one, two and three groups of subjects.
///
/// There is neither a table nor a reason if no quantity depends on other subjects: the subjects' own scores suffice.
///
/// # Errors
/// `Cancelled`; any other failure is the reason in the place of the table.
pub(crate) fn compute_without_subjects(scorer: &ResampleScorer<'_>) -> Result<LeftOutTable> {
    let (groups, columns) = (scorer.subject_groups.count, scorer.n_quantities());
    let none = Array2::zeros((0, columns));
    let needed = scorer.with_ceilings || scorer.inference.crossvalidation.is_some();
    if !scorer.inference.leaves_subjects_out() || !needed {
        return Ok((none, None));
    }
    if groups < WithoutSubjects::FEWEST_GROUPS {
        return Ok((none, Some(format!("of {groups} subjects, or groups of them, none can be left out"))));
    }
    let score = |folds: Option<&FoldAssignment>, groups: &[usize]| scorer.without_subjects(folds, groups);
    Ok(match score_sets(scorer, ResampledFactor::Subjects, "scores without subjects", score)? {
        Ok(found) => (Array2::from_shape_vec((found.len(), columns), found.concat()).expect("rows of one width"), None),
        Err(error) => (none, Some(format!("some subjects cannot be left out: {error}"))),
    })
}

/// Scores all groups and all without each set of a factor's groups, on every usable fold assignment.
///
/// # Errors
/// `Cancelled`; any other failure is the inner error.
fn score_sets<T: Send>(
    scorer: &ResampleScorer<'_>,
    factor: ResampledFactor,
    stage: &'static str,
    score: impl Fn(Option<&FoldAssignment>, &[usize]) -> Result<T> + Sync,
) -> Result<Result<Vec<T>>> {
    let (seed, groups) = (scorer.inference.seed, scorer.groups(factor).count);
    let sets = match factor {
        ResampledFactor::Conditions => LeftOutSets::of_few(seed, factor, groups),
        ResampledFactor::Subjects => LeftOutSets::new(seed, factor, groups),
    };
    let assignments = match unless_cancelled(scorer.usable_assignments(factor, &sets))? {
        Ok(assignments) => assignments,
        Err(error) => return Ok(Err(error)),
    };
    let score = |k: usize, groups: &[usize]| score(assignments[k].as_ref(), groups);
    Ok(sets.compute(scorer.observer, stage, assignments.len(), score)?.into_iter().collect())
}
