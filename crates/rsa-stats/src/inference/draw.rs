//! One resample: which subjects and conditions are drawn, and the scores and ceilings on them.

use std::borrow::Cow;

use ndarray::Array2;
use rayon::prelude::*;
use rsa_core::{Error, ErrorKind, Result};

use super::{
    GeneralizeTo, Inference,
    board::Board,
    cell::{self, BySubject},
    dataset::Dataset,
    folds::Folds,
    left_out::{ASSIGNMENTS, Cases, Factor},
    random::{self, Purpose},
    source::Source,
    view::View,
};

/// What stays the same over all resamples.
pub(crate) struct Plan<'a> {
    pub(crate) inference: &'a Inference,
    pub(crate) dataset: &'a Dataset,
    /// What is compared on all conditions; without cross-validation.
    whole: Option<(Board<'a>, Array2<f64>)>,
    /// Whether ceilings are asked for: not for one group of subjects, nor where the data have none.
    pub(crate) with_ceilings: bool,
}

/// The index of the data as they are; those of resamples are below.
const NO_RESAMPLE: u64 = 1 << 48;

/// Assignments to folds that the scores of the data are the mean of, at least. Standard errors leave the assignment out,
/// so that there should be nothing of it in the scores.
const LEAST_ASSIGNMENTS: usize = 100;

/// Assignments to folds that are tried at most.
const MOST_ASSIGNMENTS: u64 = 1 << 10;

/// Why a resample cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Used = 0,
    FewConditions = 1,
    /// Too few for the folds of a cross-validation.
    FewSubjects = 2,
    Degenerate = 3,
}

/// How many resamplings share a draw, and how many assignments to folds each tries.
pub(crate) fn arms_and_repeats(inference: &Inference) -> [usize; 2] {
    let arms = if inference.generalize_to == GeneralizeTo::Both { 3 } else { 1 };
    [arms, inference.crossvalidation.map_or(1, |folds| folds.repeats)]
}

impl<'a> Plan<'a> {
    /// Compares all with all on a view of all conditions.
    ///
    /// # Errors
    /// `Degenerate`, naming the model or subject that is constant.
    pub(crate) fn new(inference: &'a Inference, dataset: &'a Dataset, all: &'a View) -> Result<Self> {
        let whole = inference.crossvalidation.is_none().then(|| Self::board(dataset, all)).transpose()?;
        Ok(Self { inference, dataset, whole, with_ceilings: dataset.subject_groups.count > 1 })
    }

    /// The subjects on a view, and the scores of the models, which are all fixed.
    fn board<'v>(dataset: &Dataset, view: &'v View) -> Result<(Board<'v>, Array2<f64>)> {
        let models: Vec<&Source> = dataset.models.iter().filter_map(|model| model.fixed()).collect();
        let board = Board::new(dataset.kind, view, &dataset.subjects.iter().collect::<Vec<_>>())?;
        let scores = board.scores(&models)?;
        Ok((board, scores))
    }

    /// Scores and ceilings on the data as they are; of every assignment to folds on which they exist.
    pub(crate) fn point(&self) -> Result<Vec<BySubject>> {
        let copies = vec![1.0; self.dataset.subjects.len()];
        match &self.inference.crossvalidation {
            None => self.cells(None, &copies, NO_RESAMPLE, 0),
            Some(folds) => {
                let assignments = folds.repeats.max(LEAST_ASSIGNMENTS) as u64;
                let cell = |repeat| {
                    self.cell(
                        Some(&self.folds(None, &copies, NO_RESAMPLE, 0, repeat)?.expect("asked for")),
                        None,
                        &copies,
                    )
                };
                let cells: Vec<Result<BySubject>> = (0..assignments).into_par_iter().map(cell).collect();
                // Something may be constant in a fold of one assignment and not in those of others, as in resamples.
                let usable = cells.iter().filter(|cell| cell.is_ok()).count();
                let enough = usable >= folds.repeats;
                cells.into_iter().filter(|cell| !enough || cell.is_ok()).collect()
            }
        }
    }

    /// The cells of a draw: one, or one for every assignment to folds. `None` draws every condition once.
    fn cells(&self, drawn: Option<&[u32]>, copies: &[f64], index: u64, arm: u64) -> Result<Vec<BySubject>> {
        let repeats = self.inference.crossvalidation.map_or(1, |folds| folds.repeats as u64);
        let folds = |repeat| self.folds(drawn, copies, index, arm, repeat);
        (0..repeats).map(|repeat| self.cell(folds(repeat)?.as_ref(), drawn, copies)).collect()
    }

    /// An assignment of a draw to folds, if folds are asked for.
    fn folds(&self, drawn: Option<&[u32]>, copies: &[f64], index: u64, arm: u64, repeat: u64) -> Result<Option<Folds>> {
        let assign = |asked| {
            let mut rng = random::stream(self.inference.seed, Purpose::Folds, (index << 2 | arm) << 10 | repeat);
            Folds::assign(self.dataset, asked, &self.drawn(drawn), copies, &mut rng)
        };
        self.inference.crossvalidation.as_ref().map(assign).transpose()
    }

    /// How often each condition is drawn.
    fn drawn<'d>(&self, drawn: Option<&'d [u32]>) -> Cow<'d, [u32]> {
        drawn.map_or_else(|| vec![1; self.dataset.n_conditions].into(), Cow::Borrowed)
    }

    /// Scores and ceilings of a draw, on folds if there are any.
    fn cell(&self, folds: Option<&Folds>, drawn: Option<&[u32]>, copies: &[f64]) -> Result<BySubject> {
        match (folds, &self.whole, drawn) {
            (Some(folds), ..) => folds.evaluate(self.dataset, &self.drawn(drawn), copies, self.with_ceilings),
            (None, Some((board, scores)), None) => {
                Ok(BySubject::on_board(self.dataset, board, scores, copies, self.with_ceilings))
            }
            (None, Some(_), Some(drawn)) => {
                let view = View::new(drawn, self.dataset.present.as_deref())?;
                let (board, scores) = Self::board(self.dataset, &view)?;
                Ok(BySubject::on_board(self.dataset, &board, &scores, copies, self.with_ceilings))
            }
            (None, None, _) => unreachable!("without cross-validation the whole is compared first"),
        }
    }

    /// The assignments to folds on which groups are left out, the first that have scores and leave enough in every fold;
    /// one that is none without cross-validation.
    ///
    /// # Errors
    /// `Degenerate` if there are too few, those of an assignment.
    pub(crate) fn assignments(&self, factor: Factor, cases: &Cases) -> Result<Vec<Option<Folds>>> {
        if self.inference.crossvalidation.is_none() {
            return Ok(vec![None]);
        }
        let left_out: Vec<Vec<usize>> = (0..cases.len()).map(|case| cases.groups_of(case)).collect();
        let copies = vec![1.0; self.dataset.subjects.len()];
        let mut found = Vec::new();
        for repeat in 0..MOST_ASSIGNMENTS {
            let folds = self.folds(None, &copies, NO_RESAMPLE, 0, repeat)?;
            let holds = |folds: &Folds| left_out.iter().all(|out| folds.hold_without(self.dataset, factor, out));
            if folds.as_ref().is_some_and(holds) && self.cell(folds.as_ref(), None, &copies).is_ok() {
                found.push(folds);
            }
            if found.len() == ASSIGNMENTS {
                return Ok(found);
            }
        }
        Err(Error::degenerate("a fold would have too few left, or nothing to score", "use fewer folds"))
    }

    /// Subjects × numbers without some groups of conditions.
    ///
    /// # Errors
    /// `TooFewConditions` if fewer than three are left, `Degenerate` if what is left is constant.
    pub(crate) fn without_conditions(&self, folds: Option<&Folds>, groups: &[usize]) -> Result<Array2<f64>> {
        let left = self.dataset.condition_groups.of.iter().map(|group| u32::from(!groups.contains(group)));
        let copies = vec![1.0; self.dataset.subjects.len()];
        cell::by_subject(&[self.cell(folds, Some(&left.collect::<Vec<_>>()), &copies)?], self.with_ceilings)
    }

    /// The means without some groups of subjects.
    ///
    /// # Errors
    /// `Degenerate` if those that are left have no ceiling, those of a cell.
    pub(crate) fn without_subjects(&self, folds: Option<&Folds>, groups: &[usize]) -> Result<Vec<f64>> {
        let of = &self.dataset.subject_groups.of;
        let left: Vec<f64> = of.iter().map(|group| if groups.contains(group) { 0.0 } else { 1.0 }).collect();
        let means = self.cell(folds, None, &left)?.means(&left);
        match means.iter().all(|mean| mean.is_finite()) {
            true => Ok(means),
            false => Err(Error::degenerate("those that are left have no noise ceiling", "ask more subjects")),
        }
    }

    /// How many numbers a resample gives: models and, if they are asked for, two ceilings.
    pub(crate) fn quantities(&self) -> usize {
        self.dataset.models.len() + if self.with_ceilings { 2 } else { 0 }
    }

    /// The means of every arm (both; subjects alone; conditions alone) and assignment of resample `index`.
    pub(crate) fn resample(&self, index: u64) -> (Fate, Vec<f64>) {
        match self.draw(index) {
            Ok(values) => (Fate::Used, values),
            Err(fate) => (fate, Vec::new()),
        }
    }

    fn draw(&self, index: u64) -> std::result::Result<Vec<f64>, Fate> {
        let (dataset, generalize_to) = (self.dataset, self.inference.generalize_to);
        let rng = |purpose| random::stream(self.inference.seed, purpose, index);
        let groups = &dataset.subject_groups;
        let subjects = random::multiplicities(&mut rng(Purpose::Subjects), groups.count);
        let subjects: Vec<f64> = groups.spread(&subjects).into_iter().map(f64::from).collect();
        let conditions = random::multiplicities(&mut rng(Purpose::Conditions), dataset.condition_groups.count);
        let conditions = dataset.condition_groups.spread(&conditions);
        let once = vec![1.0; dataset.subjects.len()];

        if generalize_to != GeneralizeTo::Subjects && conditions.iter().filter(|&&count| count > 0).count() < 3 {
            return Err(Fate::FewConditions);
        }
        let fate = |error: Error| match error.kind() {
            ErrorKind::TooFewConditions { .. } => Fate::FewConditions,
            ErrorKind::InvalidParameter { .. } => Fate::FewSubjects,
            _ => Fate::Degenerate,
        };
        let means = |cells: Vec<BySubject>, copies: &[f64]| -> Vec<f64> {
            cells.iter().flat_map(|cell| cell.means(copies)).collect()
        };
        let of = |drawn: Option<&[u32]>, copies: &[f64], arm: u64| {
            self.cells(drawn, copies, index, arm).map(|cells| means(cells, copies)).map_err(fate)
        };
        match generalize_to {
            GeneralizeTo::Nothing => Ok(Vec::new()),
            GeneralizeTo::Subjects => of(None, &subjects, 1),
            GeneralizeTo::Conditions => of(Some(&conditions), &once, 2),
            GeneralizeTo::Both if self.whole.is_some() => {
                // Both and conditions alone look at the same pairs: what is compared is compared once.
                let view = View::new(&conditions, dataset.present.as_deref()).map_err(fate)?;
                let (board, scores) = Self::board(dataset, &view).map_err(fate)?;
                let on_board = |copies| BySubject::on_board(dataset, &board, &scores, copies, self.with_ceilings);
                let both = on_board(&subjects).means(&subjects);
                let conditions = on_board(&once).means(&once);
                Ok([both, of(None, &subjects, 1)?, conditions].concat())
            }
            GeneralizeTo::Both => {
                let both = of(Some(&conditions), &subjects, 0)?;
                Ok([both, of(None, &subjects, 1)?, of(Some(&conditions), &once, 2)?].concat())
            }
        }
    }
}
