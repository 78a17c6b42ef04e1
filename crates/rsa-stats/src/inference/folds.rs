//! [`Folds`]: which subjects and conditions models are fitted to, and which they are scored on.

use ndarray::Array2;
use rand_chacha::ChaCha8Rng;
use rsa_core::{Error, Result};

use super::{
    Crossvalidation,
    board::{Board, Pool},
    cell::{self, BySubject, Ceilings},
    dataset::{Dataset, Groups},
    fit::Training,
    left_out::Factor,
    random,
    source::Source,
    view::View,
};

/// An assignment to folds.
pub(crate) struct Folds {
    subjects: OfFactor,
    conditions: OfFactor,
}

/// The folds of subjects or of conditions.
struct OfFactor {
    /// For each member its fold, `None` if it was not drawn.
    of: Vec<Option<usize>>,
    count: usize,
}

impl OfFactor {
    /// Assigns the groups of which some were drawn.
    fn assign(rng: &mut ChaCha8Rng, drawn: &[bool], groups: &Groups, count: usize, factor: Factor) -> Result<Self> {
        if count < 2 {
            return Ok(Self { of: vec![Some(0); drawn.len()], count: 1 });
        }
        let least = match factor {
            Factor::Subjects => count,
            Factor::Conditions => FEWEST_CONDITIONS.saturating_mul(count),
        };
        let mut occurring: Vec<usize> = (0..drawn.len()).filter(|&i| drawn[i]).map(|i| groups.of[i]).collect();
        occurring.sort_unstable();
        occurring.dedup();
        if occurring.len() < least {
            let found = occurring.len();
            return Err(match factor {
                Factor::Conditions => Error::too_few_conditions(least, found, "each fold needs three; use fewer folds"),
                Factor::Subjects => Error::invalid_parameter(
                    "the number of subjects (or groups of them) in a draw",
                    format!("at least {least} for {count} folds; use fewer folds"),
                    found,
                ),
            });
        }
        let mut fold_of = vec![None; groups.count];
        for (place, chosen) in random::shuffled(rng, occurring.len()).into_iter().enumerate() {
            fold_of[occurring[chosen]] = Some(place % count);
        }
        Ok(Self { of: (0..drawn.len()).map(|i| fold_of[groups.of[i]].filter(|_| drawn[i])).collect(), count })
    }

    /// How many members of each fold are left without some groups.
    fn left(&self, groups: &Groups, left_out: &[usize]) -> Vec<usize> {
        let mut left = vec![0; self.count];
        let members = self.of.iter().zip(&groups.of).filter(|(_, group)| !left_out.contains(group));
        members.filter_map(|(fold, _)| *fold).for_each(|fold| left[fold] += 1);
        left
    }
}

/// A fold has a pattern of dissimilarities.
const FEWEST_CONDITIONS: usize = 3;

impl Folds {
    /// Assigns what was drawn at random.
    ///
    /// # Errors
    /// `TooFewConditions` or `InvalidParameter` if too few groups of conditions or of subjects were drawn for the folds.
    pub(crate) fn assign(
        dataset: &Dataset,
        asked: &Crossvalidation,
        drawn: &[u32],
        copies: &[f64],
        rng: &mut ChaCha8Rng,
    ) -> Result<Self> {
        let subjects: Vec<bool> = copies.iter().map(|&copies| copies > 0.0).collect();
        let conditions: Vec<bool> = drawn.iter().map(|&count| count > 0).collect();
        Ok(Self {
            subjects: OfFactor::assign(rng, &subjects, &dataset.subject_groups, asked.subject_folds, Factor::Subjects)?,
            conditions: OfFactor::assign(
                rng,
                &conditions,
                &dataset.condition_groups,
                asked.condition_folds,
                Factor::Conditions,
            )?,
        })
    }

    /// Whether there is still something to fit to and to score without some groups.
    pub(crate) fn hold_without(&self, dataset: &Dataset, factor: Factor, left_out: &[usize]) -> bool {
        match factor {
            Factor::Conditions => {
                let left = self.conditions.left(&dataset.condition_groups, left_out);
                left.into_iter().all(|count| count >= FEWEST_CONDITIONS)
            }
            Factor::Subjects => {
                let left = self.subjects.left(&dataset.subject_groups, left_out);
                left.into_iter().filter(|&count| count > 0).count() >= self.subjects.count.min(2)
            }
        }
    }

    /// Fits on training folds and scores on test folds what is there of the conditions and subjects that were assigned.
    ///
    /// # Errors
    /// `TooFewConditions` if a fold has fewer than three, `Degenerate` if an RDM is constant on one.
    pub(crate) fn evaluate(
        &self,
        dataset: &Dataset,
        drawn: &[u32],
        copies: &[f64],
        with_ceilings: bool,
    ) -> Result<BySubject> {
        let (n_models, n_subjects) = (dataset.models.len(), dataset.subjects.len());
        let (subject_folds, condition_folds) = (self.subjects.count, self.conditions.count);
        let present = dataset.present.as_deref();
        let subjects: Vec<&Source> = dataset.subjects.iter().collect();
        let mut scores = Array2::zeros((n_models, n_subjects));
        let mut bounds = match with_ceilings {
            true => Ceilings::Known([vec![0.0; n_subjects], vec![0.0; n_subjects]]),
            false => Ceilings::NotAsked,
        };
        let share = 1.0 / condition_folds as f64;
        let part = |fold: usize, inside: bool| -> Vec<u32> {
            let keep = |i: usize| condition_folds == 1 || (self.conditions.of[i] == Some(fold)) == inside;
            (0..drawn.len()).map(|i| if keep(i) { drawn[i] } else { 0 }).collect()
        };
        let views = |inside| (0..condition_folds).map(move |fold| View::new(&part(fold, inside), present));
        let tests: Vec<View> = views(true).collect::<Result<_>>()?;
        // Of two folds each is what the other is trained on, and a single one is both.
        let trains: Vec<View> = if condition_folds > 2 { views(false).collect::<Result<_>>()? } else { Vec::new() };
        let boards: Vec<Board<'_>> =
            tests.iter().map(|test| Board::new(dataset.kind, test, &subjects)).collect::<Result<_>>()?;
        for fold in 0..condition_folds {
            let (test, board) = (&tests[fold], &boards[fold]);
            let training = match trains.get(fold) {
                Some(train) => Training::new(dataset, train, None)?,
                None => {
                    let other = condition_folds - 1 - fold;
                    Training::new(dataset, &tests[other], Some(&boards[other]))?
                }
            };
            let everyone = board.pool(copies);
            for tested in 0..subject_folds {
                let own: Vec<usize> =
                    (0..n_subjects).filter(|&i| copies[i] > 0.0 && self.subjects.of[i] == Some(tested)).collect();
                // All of a fold may have been left out.
                if own.is_empty() {
                    continue;
                }
                let held_out: &[usize] = if subject_folds > 1 { &own } else { &[] };
                let mut others = copies.to_vec();
                held_out.iter().for_each(|&i| others[i] = 0.0);
                let target = training.target(others, test);
                let predictions = (0..n_models).map(|m| target.prediction(m)).collect::<Result<Vec<_>>>()?;
                let found = board.scores(&predictions.iter().map(AsRef::as_ref).collect::<Vec<_>>())?;
                for &i in &own {
                    (0..n_models).for_each(|m| scores[(m, i)] += share * found[(m, i)]);
                }
                let Ceilings::Known([lower, upper]) = &mut bounds else { continue };
                let found = match subject_folds {
                    1 => cell::ceilings(board, copies, &dataset.subject_groups),
                    _ => of_fold(board, &everyone, &own, n_subjects),
                };
                match found {
                    Ok([own_lower, own_upper]) => {
                        lower.iter_mut().zip(own_lower).for_each(|(sum, value)| *sum += share * value);
                        upper.iter_mut().zip(own_upper).for_each(|(sum, value)| *sum += share * value);
                    }
                    Err(error) => bounds = Ceilings::Absent(error),
                }
            }
        }
        Ok(BySubject { scores, ceilings: bounds })
    }
}

/// The subjects of a fold against the pool of those outside of it, and against that of all.
fn of_fold(board: &Board<'_>, everyone: &Pool, own: &[usize], n_subjects: usize) -> Result<[Vec<f64>; 2]> {
    let spread = |values: Vec<f64>| {
        let mut all = vec![0.0; n_subjects];
        own.iter().zip(values).for_each(|(&i, value)| all[i] = value);
        all
    };
    Ok([spread(board.against(&board.without(everyone, own), own)?), spread(board.against(everyone, own)?)])
}
