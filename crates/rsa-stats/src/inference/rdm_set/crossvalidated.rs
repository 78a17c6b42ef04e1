//! Scores on cross-validation folds: models are fitted on training folds and scored on test folds.

use std::sync::Arc;

use ndarray::Array2;
use rsa_core::Result;

use super::{RdmSet, ceilings, fit::TrainingSet};
use crate::{
    FoldAssignment, Resample, SubjectCeilings, SubjectScores,
    comparison::weighted::{Pool, PreparedRdm, PreparedSubjects, WeightedPairs},
};

/// Scores and ceilings, added up over folds of conditions to means.
struct FoldSums<'r> {
    resample: &'r Resample<'r>,
    found: SubjectScores,
    /// The weight of one fold of conditions in the mean.
    fold_weight: f64,
}

impl RdmSet {
    /// Fits on training folds and scores on test folds; conditions and subjects that were not drawn are in no fold.
    ///
    /// # Errors
    /// `TooFewConditions` if a fold has fewer than three, `Degenerate` if an RDM is constant on a fold, `Cancelled`.
    pub(super) fn crossvalidate(&self, resample: &Resample<'_>, with_ceilings: bool) -> Result<SubjectScores> {
        let dataset = &self.dataset;
        let folds = resample.folds().expect("cross-validated resamples have folds");
        let observer = resample.observer();
        let n_folds = folds.n_condition_folds();
        let tests = self.pairs_of_folds(resample.conditions(), folds, true)?;
        // With two folds each is the training fold of the other. A single fold is its own training fold.
        let separate = n_folds > 2 || resample.training_conditions() != resample.conditions();
        let trains = match separate {
            true => self.pairs_of_folds(resample.training_conditions(), folds, false)?,
            false => Vec::new(),
        };
        let prepare = |test: &Arc<WeightedPairs>| dataset.prepare_subjects(test.clone(), observer);
        let prepared: Vec<PreparedSubjects> = tests.iter().map(prepare).collect::<Result<_>>()?;
        let mut sums = FoldSums::new(resample, dataset.models.len(), n_folds, with_ceilings);
        for fold in 0..n_folds {
            let training = match trains.get(fold) {
                Some(train) => TrainingSet::new(dataset, train.clone(), None, observer)?,
                None => {
                    let other = n_folds - 1 - fold;
                    TrainingSet::new(dataset, tests[other].clone(), Some(&prepared[other]), observer)?
                }
            };
            self.score_fold(&training, &tests[fold], &prepared[fold], &mut sums)?;
        }
        Ok(sums.found)
    }

    /// Scores one test fold of conditions, for every fold of subjects.
    fn score_fold(
        &self,
        training: &TrainingSet<'_>,
        test: &Arc<WeightedPairs>,
        prepared: &PreparedSubjects,
        sums: &mut FoldSums<'_>,
    ) -> Result<()> {
        let (dataset, resample) = (&self.dataset, sums.resample);
        let folds = resample.folds().expect("cross-validated resamples have folds");
        let weights = resample.subjects();
        let pool_of_all = prepared.pool(weights);
        for fold in 0..folds.n_subject_folds() {
            let tested: Vec<usize> =
                resample.drawn_subjects().into_iter().filter(|&i| folds.has_subject(fold, i)).collect();
            // All subjects of a fold may have been left out.
            if tested.is_empty() {
                continue;
            }
            let held_out: &[usize] = if folds.n_subject_folds() > 1 { &tested } else { &[] };
            let mut others = weights.to_vec();
            held_out.iter().for_each(|&i| others[i] = 0.0);
            let target = training.target(others, test);
            let fit = |m| target.prediction(m).map_err(|error| error.context(dataset.model_name(m)));
            let predictions = (0..dataset.models.len()).map(fit).collect::<Result<Vec<_>>>()?;
            let predictions: Vec<&PreparedRdm> = predictions.iter().map(AsRef::as_ref).collect();
            let scores = prepared.scores(&predictions, &|m| dataset.model_name(m), resample.observer())?;
            sums.add_scores(&scores, &tested);
            sums.add_ceilings(|| match folds.n_subject_folds() {
                1 => ceilings(prepared, resample),
                _ => ceilings_of_fold(prepared, &pool_of_all, &tested, weights.len()),
            })?;
        }
        Ok(())
    }

    /// Returns, for each fold, the pairs of the drawn conditions inside of it, or of those outside.
    fn pairs_of_folds(&self, drawn: &[u32], folds: &FoldAssignment, inside: bool) -> Result<Vec<Arc<WeightedPairs>>> {
        let n_folds = folds.n_condition_folds();
        let pairs = |fold: usize| {
            let keep = |i: usize| n_folds == 1 || folds.has_condition(fold, i) == inside;
            let weights: Vec<u32> = (0..drawn.len()).map(|i| if keep(i) { drawn[i] } else { 0 }).collect();
            WeightedPairs::new(&weights, self.dataset.present.as_deref()).map(Arc::new)
        };
        (0..n_folds).map(pairs).collect()
    }
}

impl<'r> FoldSums<'r> {
    fn new(resample: &'r Resample<'r>, n_models: usize, n_folds: usize, with_ceilings: bool) -> Self {
        let n_subjects = resample.subjects().len();
        let ceilings = match with_ceilings {
            true => SubjectCeilings::Known([vec![0.0; n_subjects], vec![0.0; n_subjects]]),
            false => SubjectCeilings::NotAsked,
        };
        let found = SubjectScores { scores: Array2::zeros((n_models, n_subjects)), ceilings };
        Self { resample, found, fold_weight: 1.0 / n_folds as f64 }
    }

    /// Adds the scores of the subjects that were tested.
    fn add_scores(&mut self, scores: &Array2<f64>, tested: &[usize]) {
        for &i in tested {
            (0..scores.nrows()).for_each(|m| self.found.scores[(m, i)] += self.fold_weight * scores[(m, i)]);
        }
    }

    /// Adds ceilings, unless they were not asked for or an earlier fold had none.
    fn add_ceilings(&mut self, ceilings: impl FnOnce() -> Result<[Vec<f64>; 2]>) -> Result<()> {
        let SubjectCeilings::Known(sums) = &mut self.found.ceilings else { return Ok(()) };
        match SubjectCeilings::from_result(ceilings())? {
            SubjectCeilings::Known(bounds) => {
                for (sums, bounds) in sums.iter_mut().zip(bounds) {
                    sums.iter_mut().zip(bounds).for_each(|(sum, value)| *sum += self.fold_weight * value);
                }
            }
            absent => self.found.ceilings = absent,
        }
        Ok(())
    }
}

/// Returns the ceilings of a fold: comparisons with the pool of subjects outside of it, and with that of all.
fn ceilings_of_fold(
    prepared: &PreparedSubjects,
    pool_of_all: &Pool,
    tested: &[usize],
    n_subjects: usize,
) -> Result<[Vec<f64>; 2]> {
    let spread = |values: Vec<f64>| {
        let mut all = vec![0.0; n_subjects];
        tested.iter().zip(values).for_each(|(&i, value)| all[i] = value);
        all
    };
    let others = prepared.without(pool_of_all, tested);
    Ok([spread(prepared.compare_with_pool(&others, tested)?), spread(prepared.compare_with_pool(pool_of_all, tested)?)])
}
