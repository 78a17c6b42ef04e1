//! [`ResampleScorer`]: scores the data, every resample, and the data without some groups.

use ndarray::Array2;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use rsa_core::{Error, ErrorKind, Observer, Result};

use super::{
    FoldAssignment, GeneralizeTo, Inference, Instrument, Resample, SubjectScores, groups::Groups,
    instrument::mean_by_subject,
};
use crate::resample::{LeftOutSets, Purpose, ResampledFactor, StageSteps, multiplicities, stream, unless_cancelled};

/// The settings and the instrument of an evaluation, which score every resample of it.
pub(crate) struct ResampleScorer<'a> {
    pub(crate) inference: &'a Inference,
    pub(crate) instrument: &'a dyn Instrument,
    pub(crate) subject_groups: Groups,
    pub(crate) condition_groups: Groups,
    pub(crate) n_models: usize,
    /// `true` if ceilings are computed: there are several groups of subjects, and the data have ceilings.
    pub(crate) with_ceilings: bool,
    pub(crate) observer: &'a dyn Observer,
    /// The weights of the conditions in the data: 1 for each.
    each_condition: Vec<u32>,
    /// The weights of the subjects in the data: 1 for each.
    each_subject: Vec<f64>,
}

/// The index of the data among random streams; the indices of resamples are smaller.
const DATA_INDEX: u64 = 1 << 48;

/// Least number of fold assignments that are tried for the scores of the data, which are means over them.
///
/// Standard errors do not include the random choice of assignments, so the scores should depend on it very little.
const LEAST_ASSIGNMENTS: usize = 100;

/// Most fold assignments that are tried in search of those on which groups can be left out.
const MOST_ASSIGNMENTS: u64 = 1 << 10;

/// Number of fold assignments on each of which conditions and subjects are left out.
///
/// The cost grows with this number. Sixteen estimate the variance that comes from the choice of assignments well enough to
/// subtract it.
pub(crate) const LEFT_OUT_ASSIGNMENTS: usize = 16;

/// Number of fold assignments of each set that leaves out a third.
///
/// With two, the variance of the difference of two models was mostly that of the choice of assignments, and its estimate
/// was often 0; with eight, intervals of such differences cover .94 to .97.
pub(crate) const ASSIGNMENTS_OF_THIRD: usize = 8;

/// The outcome of drawing and scoring a resample, as parts store it by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResampleStatus {
    /// Scores exist.
    Used = 0,
    /// Too few different conditions were drawn, or too few for the folds.
    FewConditions = 1,
    /// Too few subjects were drawn for the folds.
    FewSubjects = 2,
    /// Some score does not exist.
    Degenerate = 3,
}

/// The factors that a draw samples; factors that are not drawn keep their data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DrawnFactors {
    Both = 0,
    Subjects = 1,
    Conditions = 2,
}

impl DrawnFactors {
    /// Returns the draws of which each resample consists, in the order of their numbers.
    ///
    /// With two factors each resample also has a draw of each factor alone, to tell their variances apart.
    pub(crate) fn for_resamples(generalize_to: GeneralizeTo) -> &'static [Self] {
        match generalize_to {
            GeneralizeTo::Nothing => &[],
            GeneralizeTo::Subjects => &[Self::Subjects],
            GeneralizeTo::Conditions => &[Self::Conditions],
            GeneralizeTo::Both => &[Self::Both, Self::Subjects, Self::Conditions],
        }
    }
}

/// Returns the number of fold assignments of each draw, 1 without cross-validation.
pub(crate) fn assignments_of_draw(inference: &Inference) -> usize {
    inference.crossvalidation.map_or(1, |folds| folds.repeats)
}

impl<'a> ResampleScorer<'a> {
    /// Takes settings, an instrument and an observer, and numbers the groups.
    ///
    /// # Errors
    /// `InvalidParameter` unless there is a group for each subject and each condition, or if there are no subjects.
    pub(crate) fn new(
        inference: &'a Inference,
        instrument: &'a dyn Instrument,
        observer: &'a dyn Observer,
    ) -> Result<Self> {
        let (subjects, conditions) = (instrument.n_subjects(), instrument.n_conditions());
        if subjects == 0 {
            return Err(Error::invalid_parameter("the data", "of at least one subject", 0));
        }
        let subject_groups = Groups::new(inference.subject_groups.as_deref(), subjects, "subject")?;
        let condition_groups = Groups::new(inference.condition_groups.as_deref(), conditions, "condition")?;
        Ok(Self {
            inference,
            instrument,
            with_ceilings: subject_groups.count > 1,
            subject_groups,
            condition_groups,
            n_models: instrument.models().len(),
            observer,
            each_condition: vec![1; conditions],
            each_subject: vec![1.0; subjects],
        })
    }

    /// Returns the number of quantities: one score for each model and, if ceilings are computed, two ceilings.
    pub(crate) fn n_quantities(&self) -> usize {
        self.n_models + if self.with_ceilings { 2 } else { 0 }
    }

    /// Returns the groups of a factor.
    pub(crate) fn groups(&self, factor: ResampledFactor) -> &Groups {
        match factor {
            ResampledFactor::Conditions => &self.condition_groups,
            ResampledFactor::Subjects => &self.subject_groups,
        }
    }

    /// Scores the data, with cross-validation on every fold assignment on which scores exist.
    ///
    /// # Errors
    /// Errors of the instrument; `Cancelled`.
    pub(crate) fn score_data(&self) -> Result<Vec<SubjectScores>> {
        let Some(folds) = &self.inference.crossvalidation else {
            return Ok(vec![self.score(None, &self.each_condition, &self.each_subject)?]);
        };
        let assignments = folds.repeats.max(LEAST_ASSIGNMENTS) as u64;
        let steps = StageSteps::new(self.observer, "the scores on fold assignments", assignments);
        let score = |repeat| -> Result<SubjectScores> {
            let folds = self.folds(&self.each_condition, &self.each_subject, DATA_INDEX, DrawnFactors::Both, repeat)?;
            self.score(folds.as_ref(), &self.each_condition, &self.each_subject)
        };
        let found: Vec<Result<SubjectScores>> = (0..assignments)
            .into_par_iter()
            .map(|repeat| steps.step(|| unless_cancelled(score(repeat))))
            .collect::<Result<_>>()?;
        // An RDM may be constant on a fold of some assignments. These are dropped, unless too few would be left.
        let usable = found.iter().filter(|found| found.is_ok()).count();
        let enough = usable >= folds.repeats;
        found.into_iter().filter(|found| !enough || found.is_ok()).collect()
    }

    /// Returns fold assignment number `repeat` of a draw, if the evaluation is cross-validated.
    fn folds(
        &self,
        conditions: &[u32],
        subjects: &[f64],
        index: u64,
        drawn: DrawnFactors,
        repeat: u64,
    ) -> Result<Option<FoldAssignment>> {
        let Some(asked) = &self.inference.crossvalidation else { return Ok(None) };
        let mut rng = stream(self.inference.seed, Purpose::Folds, (index << 2 | drawn as u64) << 10 | repeat);
        let groups = [&self.subject_groups, &self.condition_groups];
        let fewest = self.instrument.fewest_conditions();
        FoldAssignment::assign(asked, groups, conditions, subjects, fewest, &mut rng).map(Some)
    }

    /// Returns the weighting that an instrument scores.
    fn resample<'b>(
        &'b self,
        folds: Option<&'b FoldAssignment>,
        conditions: &'b [u32],
        subjects: &'b [f64],
    ) -> Resample<'b> {
        let subject_groups = &self.subject_groups.group_of_member;
        let training_conditions = conditions;
        Resample { conditions, training_conditions, subjects, subject_groups, folds, observer: self.observer }
    }

    /// Scores resamples of the same conditions and folds, and checks what the instrument returns.
    fn score_all(&self, resamples: &[Resample<'_>]) -> Result<Vec<SubjectScores>> {
        self.observer.ensure_going("the evaluation")?;
        let found = self.instrument.score_all(resamples, self.with_ceilings)?;
        if found.len() != resamples.len() {
            let message = format!("the instrument scored {} of {} resamples", found.len(), resamples.len());
            return Err(Error::shape_mismatch(message));
        }
        for (found, resample) in found.iter().zip(resamples) {
            found.check(self.instrument, self.n_models, resample.subjects)?;
        }
        Ok(found)
    }

    /// Scores one resample.
    fn score(&self, folds: Option<&FoldAssignment>, conditions: &[u32], subjects: &[f64]) -> Result<SubjectScores> {
        let mut found = self.score_all(&[self.resample(folds, conditions, subjects)])?;
        Ok(found.swap_remove(0))
    }

    /// Returns the fold assignments on which groups of a factor are left out; a single `None` without cross-validation.
    ///
    /// They are the first assignments on which scores exist and which stay usable whatever set is left out.
    ///
    /// # Errors
    /// `Degenerate` if there are too few of them; errors of an assignment; `Cancelled`.
    pub(crate) fn usable_assignments(
        &self,
        factor: ResampledFactor,
        sets: &LeftOutSets,
    ) -> Result<Vec<Option<FoldAssignment>>> {
        if self.inference.crossvalidation.is_none() {
            return Ok(vec![None]);
        }
        let left_out: Vec<Vec<usize>> = (0..sets.len()).map(|index| sets.groups(index)).collect();
        let groups = self.groups(factor);
        let mut found = Vec::new();
        for repeat in 0..MOST_ASSIGNMENTS {
            self.observer.ensure_going("the search for fold assignments")?;
            let folds = self.folds(&self.each_condition, &self.each_subject, DATA_INDEX, DrawnFactors::Both, repeat)?;
            let is_usable =
                |folds: &FoldAssignment| left_out.iter().all(|out| folds.is_usable_without(groups, factor, out));
            if folds.as_ref().is_some_and(is_usable)
                && unless_cancelled(self.score(folds.as_ref(), &self.each_condition, &self.each_subject))?.is_ok()
            {
                found.push(folds);
            }
            if found.len() == LEFT_OUT_ASSIGNMENTS {
                return Ok(found);
            }
        }
        Err(Error::degenerate("a fold would have too few left, or nothing to score", "use fewer folds"))
    }

    /// Returns subjects × quantities without some groups of conditions, to which models stay fitted.
    ///
    /// A fit to fewer conditions may jump to another model. Leaving out two and three conditions would take the jump for
    /// an effect of pairs and triples, and multiply it by the number of conditions once or twice.
    ///
    /// # Errors
    /// `TooFewConditions` if too few are left, `Degenerate` if no score exists on what is left.
    pub(crate) fn without_conditions(&self, folds: Option<&FoldAssignment>, groups: &[usize]) -> Result<Array2<f64>> {
        let left = self.condition_groups.group_of_member.iter().map(|group| u32::from(!groups.contains(group)));
        let left: Vec<u32> = left.collect();
        let resample = self.resample(folds, &left, &self.each_subject);
        let found = self.score_all(&[Resample { training_conditions: &self.each_condition, ..resample }])?;
        mean_by_subject(&found, self.with_ceilings)
    }

    /// Returns the means of all quantities over subjects, without some groups of subjects.
    ///
    /// # Errors
    /// `Degenerate` if the subjects that are left have no ceiling; errors of the instrument.
    pub(crate) fn without_subjects(&self, folds: Option<&FoldAssignment>, groups: &[usize]) -> Result<Vec<f64>> {
        let weight = |group| if groups.contains(group) { 0.0 } else { 1.0 };
        let left: Vec<f64> = self.subject_groups.group_of_member.iter().map(weight).collect();
        let means = self.score(folds, &self.each_condition, &left)?.means(&left);
        match means.iter().all(|mean| mean.is_finite()) {
            true => Ok(means),
            false => {
                Err(Error::degenerate("the subjects that are left have no noise ceiling", "measure more subjects"))
            }
        }
    }

    /// Returns the means of all quantities without some groups of a factor, for each of several fold assignments.
    ///
    /// The groups that are left have fold assignments of their own, numbered by `random`, with as many subject folds as
    /// there are groups of subjects at most. Assignments on which a score does not exist are replaced.
    ///
    /// # Errors
    /// Errors of the instrument on the last assignment tried; `Cancelled`.
    pub(crate) fn without_third(
        &self,
        factor: ResampledFactor,
        left_out: &[usize],
        random: impl Fn(u64) -> ChaCha8Rng,
    ) -> Result<Vec<f64>> {
        let left = |group: &usize| !left_out.contains(group);
        let (mut conditions, mut subjects) = (self.each_condition.clone(), self.each_subject.clone());
        let mut folds = self.inference.crossvalidation.expect("fitted models are cross-validated");
        match factor {
            ResampledFactor::Conditions => {
                conditions = self.condition_groups.group_of_member.iter().map(|group| u32::from(left(group))).collect();
            }
            ResampledFactor::Subjects => {
                let groups = &self.subject_groups;
                subjects = groups.group_of_member.iter().map(|group| f64::from(u8::from(left(group)))).collect();
                folds.subject_folds = folds.subject_folds.min(groups.count - left_out.len());
            }
        }
        let groups = [&self.subject_groups, &self.condition_groups];
        let fewest = self.instrument.fewest_conditions();
        let mut values = Vec::new();
        let mut failure = None;
        for repeat in 0..4 * ASSIGNMENTS_OF_THIRD as u64 {
            let folds = FoldAssignment::assign(&folds, groups, &conditions, &subjects, fewest, &mut random(repeat))?;
            match unless_cancelled(self.score(Some(&folds), &conditions, &subjects))? {
                Ok(found) => {
                    let means = found.means(&subjects);
                    if means.iter().all(|mean| mean.is_finite()) {
                        values.extend(means);
                    }
                }
                Err(error) => failure = Some(error),
            }
            if values.len() == ASSIGNMENTS_OF_THIRD * self.n_quantities() {
                return Ok(values);
            }
        }
        Err(failure
            .unwrap_or_else(|| Error::degenerate("the subjects that are left have no noise ceiling", "measure more")))
    }

    /// Draws and scores resample `index`; returns the means of all quantities for each draw and fold assignment.
    ///
    /// # Errors
    /// `Cancelled`; any other error becomes the status of the resample.
    pub(crate) fn draw(&self, index: u64) -> Result<(ResampleStatus, Vec<f64>)> {
        let status = match self.try_draw(index) {
            Ok(values) => return Ok((ResampleStatus::Used, values)),
            Err(DrawFailure::Status(status)) => status,
            Err(DrawFailure::Error(error)) => match error.kind() {
                ErrorKind::Cancelled => return Err(error),
                ErrorKind::TooFewConditions { .. } => ResampleStatus::FewConditions,
                _ => ResampleStatus::Degenerate,
            },
        };
        Ok((status, Vec::new()))
    }

    /// Draws and scores like [`draw`](Self::draw), with an error where there are no scores.
    fn try_draw(&self, index: u64) -> Result<Vec<f64>, DrawFailure> {
        let generalize_to = self.inference.generalize_to;
        let draw = |purpose, groups: &Groups| {
            groups.spread(&multiplicities(&mut stream(self.inference.seed, purpose, index), groups.count))
        };
        let subjects: Vec<f64> = draw(Purpose::Subjects, &self.subject_groups).into_iter().map(f64::from).collect();
        let conditions = draw(Purpose::Conditions, &self.condition_groups);
        let different = conditions.iter().filter(|&&count| count > 0).count();
        if generalize_to != GeneralizeTo::Subjects && different < self.instrument.fewest_conditions() {
            return Err(DrawFailure::Status(ResampleStatus::FewConditions));
        }
        let each = &self.each_subject;
        if generalize_to == GeneralizeTo::Both && self.inference.crossvalidation.is_none() {
            // The draws of both factors and of conditions alone have the same conditions, which are prepared once.
            let resamples = [&subjects, each].map(|subjects| self.resample(None, &conditions, subjects));
            let found = self.score_all(&resamples)?;
            let of_subjects = self.score_draw(&self.each_condition, &subjects, index, DrawnFactors::Subjects)?;
            return Ok([found[0].means(&subjects), of_subjects, found[1].means(each)].concat());
        }
        let mut values = Vec::new();
        for &drawn in DrawnFactors::for_resamples(generalize_to) {
            values.extend(match drawn {
                DrawnFactors::Both => self.score_draw(&conditions, &subjects, index, drawn)?,
                DrawnFactors::Subjects => self.score_draw(&self.each_condition, &subjects, index, drawn)?,
                DrawnFactors::Conditions => self.score_draw(&conditions, each, index, drawn)?,
            });
        }
        Ok(values)
    }

    /// Returns the means of all quantities on a draw, for each of its fold assignments.
    fn score_draw(
        &self,
        conditions: &[u32],
        subjects: &[f64],
        index: u64,
        drawn: DrawnFactors,
    ) -> Result<Vec<f64>, DrawFailure> {
        let mut values = Vec::new();
        for repeat in 0..assignments_of_draw(self.inference) as u64 {
            let folds = self.folds(conditions, subjects, index, drawn, repeat).map_err(DrawFailure::from_fold_error)?;
            values.extend(self.score(folds.as_ref(), conditions, subjects)?.means(subjects));
        }
        Ok(values)
    }
}

/// The reason why a resample has no scores.
enum DrawFailure {
    Status(ResampleStatus),
    Error(Error),
}

impl DrawFailure {
    /// Takes the error of [`FoldAssignment::assign`], whose `InvalidParameter` means too few subjects.
    fn from_fold_error(error: Error) -> Self {
        match error.kind() {
            ErrorKind::InvalidParameter { .. } => Self::Status(ResampleStatus::FewSubjects),
            _ => Self::Error(error),
        }
    }
}

impl From<Error> for DrawFailure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}
