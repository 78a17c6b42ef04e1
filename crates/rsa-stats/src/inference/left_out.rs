//! Variances over conditions and over subjects, from scores without some of them.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use rsa_core::{Error, Result};

use super::plan::ResamplingPlan;
use crate::resample::{JackknifeVariance, LeaveOut, ResampledFactor, VarianceEstimate, unless_cancelled};

/// A function of all quantities of a resample (scores, then ceilings), linear in them: a score, or a difference of two.
pub(crate) type Quantity<'q> = &'q dyn Fn(&[f64]) -> f64;

/// A table of scores without some groups, or the reason why there is none.
pub(crate) type LeftOutTable = (Array2<f64>, Option<String>);

/// Scores of every subject with all conditions and without each set of condition groups.
pub(crate) struct WithoutConditions<'a> {
    pub(crate) sets: LeaveOut,
    /// (Fold assignments × (all conditions, then sets) × subjects) × quantities.
    pub(crate) values: ArrayView2<'a, f64>,
    /// The group of each subject.
    pub(crate) subject_groups: &'a [usize],
}

impl WithoutConditions<'_> {
    /// Returns the variance over conditions of a quantity's mean over subjects: without bias, and kept positive.
    pub(crate) fn variance(&self, quantity: Quantity<'_>) -> (f64, VarianceEstimate) {
        let values = self.by_subject(quantity).mean_axis(Axis(1)).expect("a subject at least");
        let found = self.jackknife(&values);
        (found.unbiased(), found.estimate())
    }

    /// Returns the part that the variance over conditions and the variance over subjects both contain.
    ///
    /// It comes from conditions that affect subjects differently.
    pub(crate) fn interaction(&self, quantity: Quantity<'_>, groups: usize) -> f64 {
        let values = self.by_subject(quantity);
        let mut sums = Array2::<f64>::zeros((groups, values.nrows()));
        for (set, row) in values.rows().into_iter().enumerate() {
            let mean = row.sum() / row.len() as f64;
            row.iter().zip(self.subject_groups).for_each(|(value, &group)| sums[(group, set)] += value - mean);
        }
        let of_group = |sums: ArrayView1<'_, f64>| self.jackknife(&sums.to_owned()).unbiased();
        let sum: f64 = sums.rows().into_iter().map(of_group).sum();
        let n_groups = groups as f64;
        n_groups / (n_groups - 1.0) * sum / (self.subject_groups.len() as f64).powi(2)
    }

    /// Takes a value for every fold assignment and set.
    fn jackknife(&self, values: &Array1<f64>) -> JackknifeVariance {
        self.sets.variance_over_assignments(by_assignment(values.view(), &self.sets))
    }

    /// Returns a quantity as (fold assignments × sets) × subjects.
    fn by_subject(&self, quantity: Quantity<'_>) -> Array2<f64> {
        let values = of_rows(self.values, quantity);
        let subjects = self.subject_groups.len();
        values.into_shape_with_order((self.values.nrows() / subjects, subjects)).expect("a value for every subject")
    }
}

/// Mean scores with all subjects and without each set of subject groups.
pub(crate) struct WithoutSubjects<'a> {
    pub(crate) sets: LeaveOut,
    /// (Fold assignments × (all subjects, then sets)) × means of the quantities over the subjects that are left.
    pub(crate) values: ArrayView2<'a, f64>,
}

impl WithoutSubjects<'_> {
    /// Fewest groups of which one can be left out: the two that remain can still be compared with one another.
    pub(crate) const FEWEST_GROUPS: usize = 3;

    /// Returns the variance over subjects of a quantity's mean.
    ///
    /// For a score it equals the variance of the subjects' values over their number, unless models are fitted to
    /// subjects. A ceiling compares subjects with one another, so it depends on pairs of subjects as scores depend on
    /// pairs of conditions.
    pub(crate) fn variance(&self, quantity: Quantity<'_>) -> f64 {
        let values = of_rows(self.values, quantity);
        self.sets.variance_over_assignments(by_assignment(values.view(), &self.sets)).kept_positive()
    }
}

fn of_rows(values: ArrayView2<'_, f64>, quantity: Quantity<'_>) -> Array1<f64> {
    values.rows().into_iter().map(|row| quantity(&row.to_vec())).collect()
}

/// Shapes values into fold assignments × (all, then sets).
fn by_assignment<'v>(values: ArrayView1<'v, f64>, sets: &LeaveOut) -> ArrayView2<'v, f64> {
    let columns = 1 + sets.len();
    let rows = values.len() / columns;
    values.into_shape_with_order((rows, columns)).expect("a value for every set")
}

/// Computes the scores of every subject with all and without one, two and three groups of conditions.
///
/// # Errors
/// `Cancelled`; any other failure is the reason in the place of the table.
pub(crate) fn compute_without_conditions(plan: &ResamplingPlan<'_>) -> Result<LeftOutTable> {
    let none = Array2::zeros((0, plan.n_quantities()));
    if !plan.inference.leaves_conditions_out() {
        return Ok((none, None));
    }
    let groups = plan.condition_groups.count;
    if groups < LeaveOut::FEWEST_GROUPS {
        return Ok((none, Some(format!("of {groups} conditions, or groups of them, three cannot be left out"))));
    }
    let sets = LeaveOut::new(plan.inference.seed, ResampledFactor::Conditions, groups);
    let because = |error: Error| format!("some conditions cannot be left out: {error}");
    let assignments = match unless_cancelled(plan.assignments(ResampledFactor::Conditions, &sets))? {
        Ok(assignments) => assignments,
        Err(error) => return Ok((none, Some(because(error)))),
    };
    let found = sets.compute(plan.observer, "scores without conditions", assignments.len(), |k, groups| {
        plan.without_conditions(assignments[k].as_ref(), groups)
    })?;
    Ok(match found.into_iter().collect::<Result<Vec<_>>>() {
        Ok(found) => {
            let found: Vec<_> = found.iter().map(|values| values.view()).collect();
            (ndarray::concatenate(Axis(0), &found).expect("tables of one width"), None)
        }
        Err(error) => (none, Some(because(error))),
    })
}

/// Computes mean scores with all and without one, two and three groups of subjects.
///
/// There is neither a table nor a reason if no quantity depends on other subjects: the subjects' own scores suffice.
///
/// # Errors
/// `Cancelled`; any other failure is the reason in the place of the table.
pub(crate) fn compute_without_subjects(plan: &ResamplingPlan<'_>) -> Result<LeftOutTable> {
    let (groups, columns) = (plan.subject_groups.count, plan.n_quantities());
    let none = Array2::zeros((0, columns));
    let needed = plan.with_ceilings || plan.inference.crossvalidation.is_some();
    if !plan.inference.leaves_subjects_out() || !needed {
        return Ok((none, None));
    }
    if groups < WithoutSubjects::FEWEST_GROUPS {
        return Ok((none, Some(format!("of {groups} subjects, or groups of them, none can be left out"))));
    }
    let sets = LeaveOut::new(plan.inference.seed, ResampledFactor::Subjects, groups);
    let because = |error: Error| format!("some subjects cannot be left out: {error}");
    let assignments = match unless_cancelled(plan.assignments(ResampledFactor::Subjects, &sets))? {
        Ok(assignments) => assignments,
        Err(error) => return Ok((none, Some(because(error)))),
    };
    let found = sets.compute(plan.observer, "scores without subjects", assignments.len(), |k, groups| {
        plan.without_subjects(assignments[k].as_ref(), groups)
    })?;
    Ok(match found.into_iter().collect::<Result<Vec<_>>>() {
        Ok(found) => (Array2::from_shape_vec((found.len(), columns), found.concat()).expect("rows of one width"), None),
        Err(error) => (none, Some(because(error))),
    })
}
