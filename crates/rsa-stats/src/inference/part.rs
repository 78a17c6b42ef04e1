//! [`Part`]: the tables of a range of resamples, computed on any machine and merged with others.

mod consistency;
mod digest;
mod tables;

use std::ops::Range;

use ndarray::{Array2, Axis, concatenate};
use rayon::prelude::*;
use rsa_core::{Error, Observer, Result};

use super::{
    CeilingKind, Evaluation, GeneralizeTo, Inference, Instrument, SubjectCeilings, SubjectScores, conclude,
    instrument::mean_by_subject,
    left_out::{WithoutConditions, WithoutSubjects, compute_without_conditions, compute_without_subjects},
    permutation::{self, PermutationCounts},
    resample_scorer::{DrawnFactors, ResampleScorer, ResampleStatus},
    third_out::{self, WithoutThird, compute_without_third},
};
use crate::resample::{LeftOutSets, ResampledFactor, StageSteps};

/// The version of the layout of headers and tables; a part of another version is refused.
pub(super) const LAYOUT: u32 = 5;

/// The tables of a range of resamples, with everything needed to conclude from them.
///
/// However the resamples are divided over machines, the merged parts have the same bits as a single run, because each
/// resample has random numbers of its own. A part has a header of text and whole numbers, and tables of floating-point
/// numbers. [`tables`](Self::tables) and [`from_tables`](Self::from_tables) let a file keep every bit of them.
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_stats::{GeneralizeTo, Inference, Model, Part, RdmSet};
///
/// let rdm = |seed: f64| Rdm::new((0..45).map(|k| (seed * f64::from(k)).sin() + f64::from(k)).collect());
/// let (models, data) = ([Model::fixed("one", rdm(1.0)?)], [rdm(2.0)?, rdm(3.0)?, rdm(4.0)?]);
/// let inference = Inference { generalize_to: GeneralizeTo::Conditions, resamples: 20, ..Inference::default() };
/// let rdms = RdmSet::new(inference.comparison, &models, &data)?;
/// let part = |range| Part::compute(&inference, &rdms, range);
/// let merged = Part::merge(vec![part(12..20)?, part(0..12)?])?.conclude()?;
/// assert_eq!(merged.models[0].standard_error, inference.evaluate(&models, &data)?.models[0].standard_error);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The settings and a description of the data.
    pub header: PartHeader,
    /// The quantities of each subject on the data: subjects × quantities.
    ///
    /// Quantities are the models' scores, then the lower and the upper ceiling if there are any.
    pub(crate) subjects: Array2<f64>,
    /// The quantities of every subject, on all conditions and then without each set of conditions.
    ///
    /// Models stay fitted to all conditions.
    ///
    /// (Fold assignments × (all conditions, then each set) × subjects) × quantities. Only the part with the first
    /// resample has rows.
    pub(crate) without_conditions: Array2<f64>,
    /// Means of the quantities, over all subjects and then without each set of subjects.
    ///
    /// (Fold assignments × (all subjects, then each set)) × means of the quantities. Only the part with the first
    /// resample has rows.
    pub(crate) without_subjects: Array2<f64>,
    /// Means of the quantities without a third of the conditions: sets × (fold assignments × means of the quantities).
    ///
    /// Only the part with the first resample has rows, and only if a model is fitted.
    pub(crate) without_third_of_conditions: Array2<f64>,
    /// Means of the quantities without a third of the subjects, in the same shape.
    pub(crate) without_third_of_subjects: Array2<f64>,
    /// Resamples × 1: the number of the [`ResampleStatus`] of each, 0 if it is used.
    pub(crate) status: Array2<f64>,
    /// Means of the quantities over subjects, a table for each draw: of both factors, of subjects, of conditions.
    ///
    /// Each table is resamples × (fold assignments × means of the quantities). A ceiling is NaN if the drawn subjects
    /// have none.
    pub(crate) draws: Vec<Array2<f64>>,
}

/// The description of a [`Part`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PartHeader {
    /// Version of the layout; 0 in files that were written before layouts had versions.
    #[cfg_attr(feature = "serde", serde(default))]
    pub layout: u32,
    /// The settings of the evaluation.
    pub inference: Inference,
    /// The name of the scores.
    #[cfg_attr(feature = "serde", serde(default))]
    pub scores: String,
    /// The models' names.
    pub models: Vec<String>,
    /// For each model, `true` if it has parameters to fit.
    #[cfg_attr(feature = "serde", serde(default))]
    pub fitted: Vec<bool>,
    /// The number of conditions.
    pub n_conditions: usize,
    /// The number of pairs of conditions that are missing in some RDM and were left out of all RDMs.
    pub pairs_dropped: usize,
    /// The meaning of the upper noise ceiling.
    #[cfg_attr(feature = "serde", serde(default))]
    pub upper_ceiling_is: CeilingKind,
    /// The group of each subject.
    pub subject_groups: Vec<usize>,
    /// The number of groups of conditions.
    pub n_condition_groups: usize,
    /// The reason why there is no noise ceiling, if there is none.
    pub no_ceiling: Option<String>,
    /// Counts of permutations that scored as high as the data, among the orders that this part tried.
    pub permutations: Option<PermutationCounts>,
    /// The reasons why conditions or subjects could not be left out; only the part with the first resample has them.
    pub not_left_out: NotLeftOut,
    /// The first resample.
    pub first: u64,
    /// Digest of all other fields and all tables.
    #[cfg_attr(feature = "serde", serde(default))]
    pub digest: String,
}

/// The reasons why conditions or subjects cannot be left out; `None` where they can, or need not be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct NotLeftOut {
    /// The reason for conditions. All variances of the evaluation then come from resamples.
    pub conditions: Option<String>,
    /// The reason for subjects. Variances over subjects then come from one value for each subject.
    pub subjects: Option<String>,
    /// The reason for a third of the conditions. Variances of fitted models then come from resamples.
    #[cfg_attr(feature = "serde", serde(default))]
    pub third_of_conditions: Option<String>,
    /// The reason for a third of the subjects. Fitted models are then treated as others are.
    #[cfg_attr(feature = "serde", serde(default))]
    pub third_of_subjects: Option<String>,
}

impl Part {
    /// Computes the resamples of a range.
    ///
    /// # Errors
    /// Errors of [`Inference::evaluate_instrument`]; `InvalidParameter` for a range beyond the resamples.
    pub fn compute(inference: &Inference, instrument: &dyn Instrument, range: Range<u64>) -> Result<Self> {
        Self::compute_observed(inference, instrument, range, &())
    }

    /// Like [`compute`](Self::compute), and reports to an observer, who may cancel.
    ///
    /// It reports the stages fold assignments, permutations, scores without conditions, scores without subjects, and
    /// resamples.
    ///
    /// # Errors
    /// Errors of [`compute`](Self::compute), and `Cancelled`.
    pub fn compute_observed(
        inference: &Inference,
        instrument: &dyn Instrument,
        range: Range<u64>,
        observer: &dyn Observer,
    ) -> Result<Self> {
        inference.check(instrument)?;
        if range.start > range.end || range.end > inference.n_resamples() {
            let requirement = format!("within 0..{}", inference.n_resamples());
            return Err(Error::invalid_parameter("the range of resamples", requirement, format!("{range:?}")));
        }
        let mut scorer = ResampleScorer::new(inference, instrument, observer)?;
        ensure_enough_groups(&scorer)?;
        let data = scorer.score_data()?;
        let no_ceiling = no_ceiling(&data);
        scorer.with_ceilings = no_ceiling.is_none();
        let subjects = mean_by_subject(&data, scorer.with_ceilings)?;
        let permutations = permutation::count(&scorer, &subjects, &range)?;
        let none = || Array2::zeros((0, scorer.n_quantities()));
        let ((without_conditions, conditions), (without_subjects, not_subjects)) = match range.start {
            0 => (compute_without_conditions(&scorer)?, compute_without_subjects(&scorer)?),
            _ => ((none(), None), (none(), None)),
        };
        let third = |factor, possible: bool| match range.start == 0 && possible {
            true => compute_without_third(&scorer, factor),
            false => Ok((third_out::no_table(&scorer), None)),
        };
        let (without_third_of_conditions, third_of_conditions) =
            third(ResampledFactor::Conditions, conditions.is_none() && inference.leaves_conditions_out())?;
        let (without_third_of_subjects, third_of_subjects) =
            third(ResampledFactor::Subjects, not_subjects.is_none() && inference.leaves_subjects_out())?;
        let (status, draws) = draw(&scorer, range.clone())?;
        let header = PartHeader {
            layout: LAYOUT,
            inference: inference.clone(),
            scores: instrument.score_name(),
            models: instrument.models(),
            fitted: (0..scorer.n_models).map(|m| instrument.is_fitted(m)).collect(),
            n_conditions: instrument.n_conditions(),
            pairs_dropped: instrument.pairs_dropped(),
            upper_ceiling_is: instrument.ceiling_kind(),
            subject_groups: scorer.subject_groups.group_of_member.clone(),
            n_condition_groups: scorer.condition_groups.count,
            no_ceiling,
            permutations,
            not_left_out: NotLeftOut { conditions, subjects: not_subjects, third_of_conditions, third_of_subjects },
            first: range.start,
            digest: String::new(),
        };
        let mut part = Self {
            header,
            subjects,
            without_conditions,
            without_subjects,
            without_third_of_conditions,
            without_third_of_subjects,
            status,
            draws,
        };
        part.seal();
        Ok(part)
    }

    /// Merges parts of one evaluation, given in any order.
    ///
    /// # Errors
    /// `InvalidParameter` without parts, if they are of different evaluations, or if they overlap or leave a gap;
    /// `Format` for a damaged part.
    pub fn merge(mut parts: Vec<Self>) -> Result<Self> {
        parts.sort_by_key(|part| (part.header.first, part.n_resamples()));
        let Some(first) = parts.first() else {
            return Err(Error::invalid_parameter("the parts of an evaluation", "at least one", 0));
        };
        parts.iter().try_for_each(Self::ensure_consistent)?;
        let mut merged = first.clone();
        let mut next = first.header.first;
        for part in &parts {
            if !part.is_of_the_evaluation_of(first) {
                let name = format!("the part from resample {}", part.header.first);
                return Err(Error::invalid_parameter(name, "of the same data and settings as the others", "another"));
            }
            if part.header.first != next {
                let requirement = format!("{next}, where the part before ends");
                return Err(Error::invalid_parameter("the first resample of a part", requirement, part.header.first));
            }
            next = part.range().end;
        }
        if let Some(counts) = &mut merged.header.permutations {
            parts[1..].iter().filter_map(|part| part.header.permutations.as_ref()).for_each(|other| counts.add(other));
        }
        let join = |table: &dyn Fn(&Self) -> &Array2<f64>| {
            let tables: Vec<_> = parts.iter().map(|part| table(part).view()).collect();
            concatenate(Axis(0), &tables).expect("tables of one width")
        };
        merged.status = join(&|part| &part.status);
        merged.draws = (0..merged.draws.len()).map(|drawn| join(&|part: &Self| &part.draws[drawn])).collect();
        merged.seal();
        Ok(merged)
    }

    /// Returns `true` if both parts are of the same data, models and settings.
    pub fn is_of_the_evaluation_of(&self, other: &Self) -> bool {
        let common = |part: &Self| PartHeader {
            first: 0,
            not_left_out: NotLeftOut::default(),
            permutations: None,
            digest: String::new(),
            ..part.header.clone()
        };
        common(self) == common(other) && self.subjects == other.subjects
    }

    /// Returns the number of resamples of the part, including those that could not be used.
    pub fn n_resamples(&self) -> u64 {
        self.status.nrows() as u64
    }

    /// Returns the range of resamples of the part.
    pub fn range(&self) -> Range<u64> {
        self.header.first..self.header.first.saturating_add(self.n_resamples())
    }

    /// Concludes from all resamples.
    ///
    /// # Errors
    /// `Format` if header and tables contradict one another, `InvalidParameter` if resamples are absent, `Degenerate`
    /// if fewer than two could be used.
    pub fn conclude(&self) -> Result<Evaluation> {
        self.ensure_consistent()?;
        let wanted = self.header.inference.n_resamples();
        let found = self.range();
        if found != (0..wanted) {
            let requirement = format!("those of all resamples, 0..{wanted}");
            return Err(Error::invalid_parameter("the parts of an evaluation", requirement, format!("{found:?}")));
        }
        conclude::conclude(self)
    }

    /// Returns the number of groups of subjects.
    pub(crate) fn n_subject_groups(&self) -> usize {
        self.header.subject_groups.iter().max().map_or(0, |last| last.saturating_add(1))
    }

    /// Returns the scores without some conditions, if there are any.
    pub(crate) fn without_conditions(&self) -> Option<WithoutConditions<'_>> {
        let header = &self.header;
        // A damaged file may claim any number of groups; the variance needs the number of blocks alone.
        let blocks = LeftOutSets::blocks_for(header.n_condition_groups);
        (self.without_conditions.nrows() > 0).then(|| WithoutConditions {
            sets: LeftOutSets::new(header.inference.seed, ResampledFactor::Conditions, blocks),
            values: self.without_conditions.view(),
            subject_groups: &header.subject_groups,
        })
    }

    /// Returns the scores without some subjects, if there are any.
    pub(crate) fn without_subjects(&self) -> Option<WithoutSubjects<'_>> {
        let seed = self.header.inference.seed;
        (self.without_subjects.nrows() > 0).then(|| WithoutSubjects {
            sets: LeftOutSets::new(seed, ResampledFactor::Subjects, self.n_subject_groups()),
            values: self.without_subjects.view(),
        })
    }

    /// Returns the scores without a third of a factor's groups, if there are any.
    pub(crate) fn without_third(&self, factor: ResampledFactor) -> Option<WithoutThird<'_>> {
        let (values, groups) = match factor {
            ResampledFactor::Conditions => (&self.without_third_of_conditions, self.header.n_condition_groups),
            ResampledFactor::Subjects => (&self.without_third_of_subjects, self.n_subject_groups()),
        };
        (values.nrows() > 0).then(|| WithoutThird { values: values.view(), groups, columns: self.subjects.ncols() })
    }

    /// Returns, for each table of draws, the rows of the resamples that could be used.
    pub(crate) fn used_draws(&self) -> Vec<Vec<&[f64]>> {
        let used: Vec<usize> = (0..self.status.nrows()).filter(|&k| self.has_status(k, ResampleStatus::Used)).collect();
        let draws = self.draws.iter();
        draws.map(|table| used.iter().filter_map(|&k| table.row(k).to_slice()).collect()).collect()
    }

    /// Returns the number of resamples with a status.
    pub(crate) fn count_status(&self, status: ResampleStatus) -> u64 {
        (0..self.status.nrows()).filter(|&k| self.has_status(k, status)).count() as u64
    }

    /// Returns `true` if resample `k` of this part has a status.
    fn has_status(&self, k: usize, status: ResampleStatus) -> bool {
        self.status[(k, 0)] == f64::from(status as u8)
    }
}

/// Draws and scores the resamples of a range; returns their status and the tables of draws.
fn draw(scorer: &ResampleScorer<'_>, range: Range<u64>) -> Result<(Array2<f64>, Vec<Array2<f64>>)> {
    let factors = DrawnFactors::for_resamples(scorer.inference.generalize_to).len();
    let width = super::resample_scorer::assignments_of_draw(scorer.inference) * scorer.n_quantities();
    let steps = StageSteps::new(scorer.observer, "resamples", range.end - range.start);
    let draw = |index| {
        steps.step(|| {
            let (status, mut values) = scorer.draw(index)?;
            values.resize(factors * width, 0.0);
            Ok((f64::from(status as u8), values))
        })
    };
    let found: Vec<(f64, Vec<f64>)> = range.into_par_iter().map(draw).collect::<Result<_>>()?;
    let status = Array2::from_shape_fn((found.len(), 1), |(k, _)| found[k].0);
    let table = |drawn: usize| Array2::from_shape_fn((found.len(), width), |(k, c)| found[k].1[drawn * width + c]);
    Ok((status, (0..factors).map(table).collect()))
}

/// Returns the reason why the data have no ceiling, if they have none on some fold assignment.
fn no_ceiling(data: &[SubjectScores]) -> Option<String> {
    data.iter().find_map(|found| match &found.ceilings {
        SubjectCeilings::Known(_) => None,
        SubjectCeilings::NotAsked => {
            Some("it needs at least two subjects (or groups of them) to agree with one another".into())
        }
        SubjectCeilings::Absent(error) => Some(format!("the subjects have no common prediction: {error}")),
    })
}

/// Refuses a bootstrap that has too few groups to draw from.
fn ensure_enough_groups(scorer: &ResampleScorer<'_>) -> Result<()> {
    let generalize_to = scorer.inference.generalize_to;
    let (subjects, conditions) = (scorer.subject_groups.count, scorer.condition_groups.count);
    if matches!(generalize_to, GeneralizeTo::Subjects | GeneralizeTo::Both) && subjects < 2 {
        let requirement = "at least 2 to generalize to new subjects";
        return Err(Error::invalid_parameter("the number of groups of subjects", requirement, subjects));
    }
    let fewest = scorer.instrument.fewest_conditions().max(2);
    if matches!(generalize_to, GeneralizeTo::Conditions | GeneralizeTo::Both) && conditions < fewest {
        let requirement = format!("at least {fewest} to generalize to new conditions");
        return Err(Error::invalid_parameter("the number of groups of conditions", requirement, conditions));
    }
    Ok(())
}
