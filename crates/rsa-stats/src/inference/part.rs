//! [`Part`]: the raw numbers of some of the resamples, to be computed anywhere and put together.

use std::ops::Range;

use ndarray::{Array2, ArrayView1, Axis, concatenate};
use rayon::prelude::*;
use rsa_core::{Error, Rdm, Result};

use super::{
    Evaluation, Inference, Watch,
    cell::{self, BySubject, Ceilings},
    conclude,
    dataset::Dataset,
    draw::{Fate, Plan, arms_and_repeats},
    folds::Folds,
    left_out::{Cases, Factor, LeftOut, WithoutSubjects},
    permutation::{self, PermutationCounts},
    steps::Steps,
    view::View,
};
use crate::{Model, significance::Correction};

/// The numbers of a range of resamples, with all that is needed to conclude from them.
///
/// Any split of the resamples over machines gives the very numbers of one run, because each resample has random numbers
/// of its own. The numbers stand in matrices and the rest is text and whole numbers, so that a file keeps every bit.
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_stats::{GeneralizeTo, Inference, Model, Part};
///
/// let rdm = |seed: f64| Rdm::new((0..45).map(|k| (seed * f64::from(k)).sin() + f64::from(k)).collect());
/// let (models, data) = ([Model::fixed("one", rdm(1.0)?)], [rdm(2.0)?, rdm(3.0)?, rdm(4.0)?]);
/// let inference = Inference { generalize_to: GeneralizeTo::Conditions, resamples: 20, ..Inference::default() };
/// let part = |range| Part::compute(&inference, &models, &data, range, &|_, _| true);
/// let merged = Part::merge(vec![part(12..20)?, part(0..12)?])?.conclude()?;
/// assert_eq!(merged.models[0].standard_error, inference.evaluate(&models, &data)?.models[0].standard_error);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What was asked of what.
    pub header: PartHeader,
    /// Subjects × (models, then lower and upper ceiling if there are several groups of subjects), on the data as they are.
    pub subjects: Array2<f64>,
    /// (Assignments to folds × (all conditions, then without some groups of them) × subjects) × the same numbers, then
    /// (assignments × (all subjects, then without some groups of them)) × their means, if they can be left out; the part
    /// with the first resample has them.
    pub left_out: Array2<f64>,
    /// Resamples × (0 if used, else why not; then the numbers of each arm and assignment to folds). NaN where the subjects
    /// that were drawn have no ceiling.
    pub draws: Array2<f64>,
}

/// What a [`Part`] is of.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PartHeader {
    /// What was asked.
    pub inference: Inference,
    /// The models' names.
    pub models: Vec<String>,
    /// How many conditions.
    pub n_conditions: usize,
    /// How many pairs were missing somewhere and left out everywhere.
    pub pairs_dropped: usize,
    /// The group of each subject.
    pub subject_groups: Vec<usize>,
    /// How many groups of conditions.
    pub n_condition_groups: usize,
    /// Why there is no noise ceiling, if there is none.
    pub no_ceiling: Option<String>,
    /// How often permutations did as well, of the share of them that goes with the resamples; whole numbers.
    pub permutations: Option<PermutationCounts>,
    /// What was to be left out and cannot be; known to the part with the first resample.
    pub not_left_out: NotLeftOut,
    /// The first resample.
    pub first: u64,
}

/// Why conditions, or subjects, cannot be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct NotLeftOut {
    /// Variances over conditions are then those of resamples.
    pub conditions: Option<String>,
    /// Variances over subjects are then those of subjects' own values, or of resamples where those over conditions are.
    pub subjects: Option<String>,
}

impl Part {
    /// Computes the resamples of a range; `watch` hears of them.
    ///
    /// # Errors
    /// Those of [`Inference::evaluate_watched`]; `InvalidParameter` for a range beyond the resamples.
    pub fn compute(
        inference: &Inference,
        models: &[Model],
        data: &[Rdm],
        range: Range<u64>,
        watch: Watch<'_>,
    ) -> Result<Self> {
        inference.check(models)?;
        if range.start > range.end || range.end > inference.n_resamples() {
            let requirement = format!("within 0..{}", inference.n_resamples());
            return Err(Error::invalid_parameter("the range of resamples", requirement, format!("{range:?}")));
        }
        let dataset = Dataset::new(inference, models, data)?;
        let named = |error: Error| name_models(&error, models);
        let all = View::new(&vec![1; dataset.n_conditions], dataset.present.as_deref())?;
        let mut plan = Plan::new(inference, &dataset, &all).map_err(named)?;
        if inference.generalize_to != super::GeneralizeTo::Nothing {
            enough_groups(inference, &dataset)?;
        }
        let cells = plan.point().map_err(named)?;
        let no_ceiling = no_ceiling(&cells);
        plan.with_ceilings = no_ceiling.is_none();
        let subjects = cell::by_subject(&cells, plan.with_ceilings)?;
        let columns = plan.quantities();
        let permutations = permutation::count(inference, &dataset, &subjects, &range, watch).map_err(named)?;
        let (left_out, not_left_out) = match range.start {
            0 => {
                let (of_conditions, conditions) = without_conditions(&plan, &named, watch)?;
                let (of_subjects, subjects) = without_subjects(&plan, &named, watch)?;
                let left_out = concatenate(Axis(0), &[of_conditions.view(), of_subjects.view()]);
                (left_out.expect("numbers of one kind"), NotLeftOut { conditions, subjects })
            }
            _ => (Array2::zeros((0, columns)), NotLeftOut::default()),
        };
        let [arms, repeats] = arms_and_repeats(inference);
        let width = 1 + arms * repeats * columns;
        let (start, total) = (range.start, range.end - range.start);
        let steps = Steps::new(watch, total);
        let rows: Vec<Vec<f64>> = range
            .into_par_iter()
            .map(|index| {
                steps.begin()?;
                let (fate, values) = plan.resample(index);
                let mut row = vec![f64::from(fate as u8)];
                row.extend(values);
                row.resize(width, 0.0);
                Ok(row)
            })
            .collect::<Result<_>>()?;
        let draws = Array2::from_shape_vec((rows.len(), width), rows.concat()).expect("rows of one width");
        let header = PartHeader {
            inference: inference.clone(),
            models: models.iter().map(|model| model.name.clone()).collect(),
            n_conditions: dataset.n_conditions,
            pairs_dropped: dataset.pairs_dropped(),
            subject_groups: dataset.subject_groups.of.clone(),
            n_condition_groups: dataset.condition_groups.count,
            no_ceiling,
            permutations,
            not_left_out,
            first: start,
        };
        Ok(Self { header, subjects, left_out, draws })
    }

    /// Puts parts of one evaluation together, in any order.
    ///
    /// # Errors
    /// `InvalidParameter` without parts, if they are of different evaluations, or if they overlap or leave a gap.
    pub fn merge(mut parts: Vec<Self>) -> Result<Self> {
        parts.sort_by_key(|part| (part.header.first, part.draws.nrows()));
        let Some(first) = parts.first() else {
            return Err(Error::invalid_parameter("the parts of an evaluation", "at least one", 0));
        };
        parts.iter().try_for_each(Self::ensure_consistent)?;
        let (mut header, subjects, left_out) = (first.header.clone(), first.subjects.clone(), first.left_out.clone());
        let mut next = header.first;
        for part in &parts {
            if !part.is_of_the_evaluation_of(first) {
                let name = format!("the part from resample {}", part.header.first);
                return Err(Error::invalid_parameter(name, "of the same data and settings as the others", "another"));
            }
            if part.header.first != next {
                let requirement = format!("{next}, where the part before ends");
                return Err(Error::invalid_parameter("the first resample of a part", requirement, part.header.first));
            }
            next = next.saturating_add(part.draws.nrows() as u64);
        }
        if let Some(counts) = &mut header.permutations {
            parts[1..].iter().filter_map(|part| part.header.permutations.as_ref()).for_each(|other| counts.add(other));
        }
        let draws: Vec<_> = parts.iter().map(|part| part.draws.view()).collect();
        let draws = concatenate(Axis(0), &draws).expect("parts of one width");
        Ok(Self { header, subjects, left_out, draws })
    }

    /// Whether two parts are of the same data, models and settings.
    pub fn is_of_the_evaluation_of(&self, other: &Self) -> bool {
        let of_all = |part: &Self| PartHeader {
            first: 0,
            not_left_out: NotLeftOut::default(),
            permutations: None,
            ..part.header.clone()
        };
        of_all(self) == of_all(other) && self.subjects == other.subjects && self.draws.ncols() == other.draws.ncols()
    }

    /// What follows from all resamples.
    ///
    /// # Errors
    /// `Format` if header and numbers contradict one another, `InvalidParameter` if resamples are absent, `Degenerate` if
    /// fewer than two could be used.
    pub fn conclude(&self) -> Result<Evaluation> {
        self.ensure_consistent()?;
        let wanted = self.header.inference.n_resamples();
        let found = self.header.first..self.header.first.saturating_add(self.draws.nrows() as u64);
        if found != (0..wanted) {
            let requirement = format!("those of all resamples, 0..{wanted}");
            return Err(Error::invalid_parameter("the parts of an evaluation", requirement, format!("{found:?}")));
        }
        conclude::conclude(self)
    }

    /// Refuses a part whose header and numbers cannot be of one computation: a file that was damaged or edited.
    ///
    /// # Errors
    /// `Format` saying what contradicts.
    fn ensure_consistent(&self) -> Result<()> {
        let header = &self.header;
        let (models, subjects) = (header.models.len(), header.subject_groups.len());
        let columns = models + if header.no_ceiling.is_none() { 2 } else { 0 };
        let [arms, repeats] = arms_and_repeats(&header.inference);
        let width = arms
            .checked_mul(repeats)
            .and_then(|cells| cells.checked_mul(columns))
            .and_then(|cells| cells.checked_add(1));
        // Groups are numbered in the order of their first members.
        let numbered = |highest: Option<usize>, &group: &usize| match highest {
            None if group == 0 => Some(Some(0)),
            Some(highest) if group <= highest + 1 => Some(Some(highest.max(group))),
            _ => None,
        };
        let groups = header.subject_groups.iter().try_fold(None, numbered).is_some_and(|groups| groups.is_some());
        let counts = header.permutations.as_ref();
        let resamples = header.first..header.first.saturating_add(self.draws.nrows() as u64);
        let used = |row: ArrayView1<'_, f64>| row[0] == f64::from(Fate::Used as u8);
        let ceilings = |column: usize| column > 0 && (column - 1) % columns >= models;
        let wide = self.draws.nrows() == 0 || width == Some(self.draws.ncols());
        // Of draws that are as wide as they should be, the first column is there.
        let finite = wide
            && self.draws.rows().into_iter().filter(|row| used(*row)).all(|row| {
                row.indexed_iter().all(|(column, value)| value.is_finite() || (value.is_nan() && ceilings(column)))
            });
        for (holds, what) in [
            (subjects > 0 && self.subjects.nrows() == subjects, "the numbers of subjects"),
            (self.subjects.ncols() == columns, "the models and the scores"),
            (self.left_out.ncols() == columns, "the models and what is left out"),
            (groups, "the groups of subjects"),
            ((1..=header.n_conditions).contains(&header.n_condition_groups), "the groups of conditions"),
            (
                self.left_out_rows().zip(self.without_subjects_rows()).is_some_and(|(conditions, subjects)| {
                    conditions.checked_add(subjects) == Some(self.left_out.nrows())
                }),
                "the settings and what is left out",
            ),
            (wide, "the settings and the width of the resamples"),
            (
                counts.is_none_or(|counts| {
                    let orders = permutation::share(&header.inference, header.n_conditions, &resamples);
                    counts.exceeding.len() == models
                        && counts.exceeding_by_any.len() == models
                        && counts.tried == orders.end - orders.start
                        && counts.exceeding.iter().chain(&counts.exceeding_by_any).all(|&count| count <= counts.tried)
                }),
                "the models and the permutations",
            ),
            (
                header.inference.correction != Correction::Max || counts.is_some() || models == 0,
                "the correction and the permutations",
            ),
            (
                self.subjects.iter().chain(&self.left_out).all(|value| value.is_finite()) && finite,
                "the numbers, which must be finite,",
            ),
        ] {
            if !holds {
                return Err(Error::format(format!("{what} of a part contradict one another; compute it again")));
            }
        }
        Ok(())
    }

    /// How many rows of `left_out` are without conditions.
    fn left_out_rows(&self) -> Option<usize> {
        let header = &self.header;
        match header.first == 0 && header.not_left_out.conditions.is_none() && header.inference.leaves_conditions_out()
        {
            true => self.left_out_cases(header.n_condition_groups)?.checked_mul(header.subject_groups.len()),
            false => Some(0),
        }
    }

    /// How many are without subjects.
    fn without_subjects_rows(&self) -> Option<usize> {
        let header = &self.header;
        // Scores of models that are not fitted are subjects' own.
        let needed = header.no_ceiling.is_none() || header.inference.crossvalidation.is_some();
        let left_out = header.not_left_out.subjects.is_none() && header.inference.leaves_subjects_out();
        match header.first == 0 && needed && left_out {
            true => self.left_out_cases(self.subject_groups()),
            false => Some(0),
        }
    }

    /// On how many assignments and cases so many groups are left out; all of them once on each assignment, too.
    fn left_out_cases(&self, groups: usize) -> Option<usize> {
        Cases::count(groups).checked_add(1)?.checked_mul(self.header.inference.left_out_assignments())
    }

    /// How many groups of subjects.
    pub(crate) fn subject_groups(&self) -> usize {
        self.header.subject_groups.iter().max().map_or(0, |last| last.saturating_add(1))
    }

    /// What there is without some conditions, if there is.
    pub(crate) fn left_out(&self) -> Option<LeftOut<'_>> {
        let header = &self.header;
        let rows = self.left_out_rows().filter(|&rows| rows > 0)?;
        Some(LeftOut {
            cases: Cases::new(header.inference.seed, Factor::Conditions, header.n_condition_groups),
            values: self.left_out.view().split_at(Axis(0), rows).0,
            subject_groups: &header.subject_groups,
        })
    }

    /// What there is without some subjects, if there is.
    pub(crate) fn without_subjects(&self) -> Option<WithoutSubjects<'_>> {
        let values = self.left_out.view().split_at(Axis(0), self.left_out_rows()?).1;
        (values.nrows() > 0).then(|| WithoutSubjects {
            cases: Cases::new(self.header.inference.seed, Factor::Subjects, self.subject_groups()),
            values,
        })
    }

    /// The numbers of the resamples that could be used.
    pub(crate) fn used(&self) -> impl Iterator<Item = &[f64]> {
        let rows = self.draws.rows().into_iter().filter(|row| row[0] == f64::from(Fate::Used as u8));
        rows.filter_map(|row| row.to_slice().map(|row| &row[1..]))
    }
}

/// The numbers with all and without one, two and three groups of conditions, or why there are none.
fn without_conditions(
    plan: &Plan<'_>,
    named: &impl Fn(Error) -> Error,
    watch: Watch<'_>,
) -> Result<(Array2<f64>, Option<String>)> {
    let none = Array2::zeros((0, plan.quantities()));
    if !plan.inference.leaves_conditions_out() {
        return Ok((none, None));
    }
    let groups = plan.dataset.condition_groups.count;
    if groups < Cases::FEWEST_GROUPS {
        return Ok((none, Some(format!("of {groups} conditions, or groups of them, three cannot be left out"))));
    }
    let cases = Cases::new(plan.inference.seed, Factor::Conditions, groups);
    let because = |error: Error| format!("some conditions cannot be left out: {}", named(error));
    let assignments = match plan.assignments(Factor::Conditions, &cases) {
        Ok(assignments) => assignments,
        Err(error) => return Ok((none, Some(because(error)))),
    };
    let found = of_cases(&assignments, &cases, watch, |folds, groups| plan.without_conditions(folds, groups))?;
    // The first that fails, whichever thread was faster.
    match found.into_iter().collect::<Result<Vec<_>>>() {
        Ok(found) => {
            let found: Vec<_> = found.iter().map(|values| values.view()).collect();
            Ok((concatenate(Axis(0), &found).expect("numbers of one kind"), None))
        }
        Err(error) => Ok((none, Some(because(error)))),
    }
}

/// The means with all and without one, two and three groups of subjects, or why there are none; neither where nothing but
/// the scores of subjects themselves is asked for.
fn without_subjects(
    plan: &Plan<'_>,
    named: &impl Fn(Error) -> Error,
    watch: Watch<'_>,
) -> Result<(Array2<f64>, Option<String>)> {
    let (groups, columns) = (plan.dataset.subject_groups.count, plan.quantities());
    let none = Array2::zeros((0, columns));
    let needed = plan.with_ceilings || plan.inference.crossvalidation.is_some();
    if !plan.inference.leaves_subjects_out() || !needed {
        return Ok((none, None));
    }
    if groups < WithoutSubjects::FEWEST_GROUPS {
        return Ok((none, Some(format!("of {groups} subjects, or groups of them, none can be left out"))));
    }
    let cases = Cases::new(plan.inference.seed, Factor::Subjects, groups);
    let because = |error: Error| format!("some subjects cannot be left out: {}", named(error));
    let assignments = match plan.assignments(Factor::Subjects, &cases) {
        Ok(assignments) => assignments,
        Err(error) => return Ok((none, Some(because(error)))),
    };
    let found = of_cases(&assignments, &cases, watch, |folds, groups| plan.without_subjects(folds, groups))?;
    Ok(match found.into_iter().collect::<Result<Vec<_>>>() {
        Ok(found) => {
            (Array2::from_shape_vec((found.len(), columns), found.concat()).expect("numbers of one kind"), None)
        }
        Err(error) => (none, Some(because(error))),
    })
}

/// What `work` makes of every assignment to folds without anything left out, then without the groups of each case, on all
/// threads and until `watch` says to stop.
fn of_cases<T: Send>(
    assignments: &[Option<Folds>],
    cases: &Cases,
    watch: Watch<'_>,
    work: impl Fn(Option<&Folds>, &[usize]) -> T + Sync,
) -> Result<Vec<T>> {
    let of_one = 1 + cases.len();
    let tasks = assignments.len() * of_one;
    let steps = Steps::new(watch, tasks as u64);
    let work = |task: usize| {
        steps.begin()?;
        let left_out = (task % of_one).checked_sub(1).map_or(Vec::new(), |case| cases.groups_of(case));
        Ok(work(assignments[task / of_one].as_ref(), &left_out))
    };
    (0..tasks).into_par_iter().map(work).collect()
}

/// Why the data as they are have no ceiling, if they have none.
fn no_ceiling(cells: &[BySubject]) -> Option<String> {
    cells.iter().find_map(|cell| match &cell.ceilings {
        Ceilings::Known(_) => None,
        Ceilings::NotAsked => {
            Some("it needs at least two subjects (or groups of them) to agree with one another".into())
        }
        Ceilings::Absent(error) => Some(format!("what subjects have in common is no RDM: {error}")),
    })
}

/// Scores number models from 0; messages name them.
fn name_models(error: &Error, models: &[Model]) -> Error {
    let message = error.to_string();
    let number = message.strip_prefix("model ").and_then(|rest| rest.split(':').next()).and_then(|k| k.parse().ok());
    match number.and_then(|k: usize| models.get(k)) {
        Some(model) => error.context(format!("'{}'", model.name)),
        None => error.clone(),
    }
}

/// A bootstrap needs something to draw from.
fn enough_groups(inference: &Inference, dataset: &Dataset) -> Result<()> {
    use super::GeneralizeTo::{Both, Conditions, Subjects};
    let (subjects, conditions) = (dataset.subject_groups.count, dataset.condition_groups.count);
    if matches!(inference.generalize_to, Subjects | Both) && subjects < 2 {
        let requirement = "at least 2 to generalise to new subjects";
        return Err(Error::invalid_parameter("the number of groups of subjects", requirement, subjects));
    }
    if matches!(inference.generalize_to, Conditions | Both) && conditions < 3 {
        let requirement = "at least 3 to generalise to new conditions";
        return Err(Error::invalid_parameter("the number of groups of conditions", requirement, conditions));
    }
    Ok(())
}
