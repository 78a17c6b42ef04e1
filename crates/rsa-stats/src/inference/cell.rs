//! [`BySubject`]: what one draw of conditions and subjects gives, with and without cross-validation.

use ndarray::{Array2, ArrayView1};
use rand_chacha::ChaCha8Rng;
use rsa_core::{Error, Result};

use super::{
    Crossvalidation,
    board::{Board, Pool},
    dataset::{Candidate, Dataset, Groups},
    fit::Training,
    random,
    source::Source,
    view::View,
};

/// Scores and ceilings for each subject.
pub(crate) struct BySubject {
    /// Models × subjects; what was not drawn means nothing.
    pub(crate) scores: Array2<f64>,
    pub(crate) ceilings: Ceilings,
}

/// How well each subject agrees with the others.
pub(crate) enum Ceilings {
    /// There are none to ask for.
    NotAsked,
    /// They do not exist for this draw, which takes nothing from the scores.
    Absent(Error),
    /// Similarity to the pool of the others, and to the pool of all.
    Known([Vec<f64>; 2]),
}

/// Subjects × (models, then lower and upper ceiling if they are asked for), averaged over cells.
///
/// # Errors
/// Why there is no ceiling, where one is asked for.
pub(crate) fn by_subject(cells: &[BySubject], with_ceilings: bool) -> Result<Array2<f64>> {
    let mut sum: Option<Array2<f64>> = None;
    for cell in cells {
        let mut values = cell.scores.t().to_owned();
        match &cell.ceilings {
            Ceilings::Absent(error) if with_ceilings => return Err(error.clone()),
            Ceilings::NotAsked | Ceilings::Absent(_) => {}
            Ceilings::Known(bounds) => {
                for bound in bounds.iter().filter(|_| with_ceilings) {
                    values.push_column(ArrayView1::from(bound)).expect("a ceiling for every subject");
                }
            }
        }
        values *= 1.0 / cells.len() as f64;
        sum = Some(match sum {
            None => values,
            Some(sum) => sum + values,
        });
    }
    Ok(sum.expect("at least one cell"))
}

impl From<Result<[Vec<f64>; 2]>> for Ceilings {
    fn from(bounds: Result<[Vec<f64>; 2]>) -> Self {
        bounds.map_or_else(Self::Absent, Self::Known)
    }
}

impl BySubject {
    /// Without cross-validation: scores that are known, and the ceilings of this draw of subjects if they are asked for.
    pub(crate) fn on_board(
        dataset: &Dataset,
        board: &Board<'_>,
        scores: &Array2<f64>,
        copies: &[f64],
        with_ceilings: bool,
    ) -> Self {
        let ceilings = match with_ceilings {
            true => ceilings(board, copies, &dataset.subject_groups).into(),
            false => Ceilings::NotAsked,
        };
        Self { scores: scores.clone(), ceilings }
    }

    /// Means over subjects: the score of each model, then, if they are asked for, the lower and the upper ceiling, NaN
    /// where they do not exist.
    pub(crate) fn means(&self, copies: &[f64]) -> Vec<f64> {
        let total: f64 = copies.iter().sum();
        let mean = |values: &mut dyn Iterator<Item = &f64>| {
            values.zip(copies).filter(|(_, copies)| **copies > 0.0).map(|(value, copies)| value * copies).sum::<f64>()
                / total
        };
        let scores = self.scores.rows().into_iter().map(|row| mean(&mut row.iter()));
        let scores: Vec<f64> = scores.collect();
        let ceilings = match &self.ceilings {
            Ceilings::NotAsked => Vec::new(),
            Ceilings::Absent(_) => vec![f64::NAN; 2],
            Ceilings::Known(bounds) => bounds.iter().map(|bound| mean(&mut bound.iter())).collect(),
        };
        scores.into_iter().chain(ceilings).collect()
    }
}

/// The pool of all drawn and, for each group, of those outside of it, against the subjects.
fn ceilings(board: &Board<'_>, copies: &[f64], groups: &Groups) -> Result<[Vec<f64>; 2]> {
    let drawn: Vec<usize> = (0..copies.len()).filter(|&i| copies[i] > 0.0).collect();
    let mut upper = vec![0.0; copies.len()];
    let pool = board.pool(copies);
    for (&i, value) in drawn.iter().zip(board.against(&pool, &drawn)?) {
        upper[i] = value;
    }
    let mut lower = vec![0.0; copies.len()];
    for group in 0..groups.count {
        let (own, others): (Vec<usize>, Vec<usize>) = drawn.iter().partition(|&&i| groups.of[i] == group);
        if own.is_empty() {
            continue;
        }
        if others.is_empty() {
            return Err(Error::degenerate("one group of subjects alone has no others to agree with", "draw more"));
        }
        for (&i, value) in own.iter().zip(board.against(&board.without(&pool, &own), &own)?) {
            lower[i] = value;
        }
    }
    Ok([lower, upper])
}

/// What is divided into folds.
#[derive(Clone, Copy)]
enum Folded {
    Subjects,
    Conditions,
}

/// Folds of what was drawn: for each member its fold, `None` if it was not drawn.
fn assign(
    rng: &mut ChaCha8Rng,
    drawn: &[bool],
    groups: &Groups,
    folds: usize,
    what: Folded,
) -> Result<Vec<Option<usize>>> {
    let least = match what {
        Folded::Subjects => folds,
        Folded::Conditions => 3 * folds,
    };
    let mut occurring: Vec<usize> = (0..drawn.len()).filter(|&i| drawn[i]).map(|i| groups.of[i]).collect();
    occurring.sort_unstable();
    occurring.dedup();
    if occurring.len() < least {
        let found = occurring.len();
        return Err(match what {
            Folded::Conditions => Error::too_few_conditions(least, found, "each fold needs three; use fewer folds"),
            Folded::Subjects => Error::invalid_parameter(
                "the number of subjects (or groups of them) in a draw",
                format!("at least {least} for {folds} folds; use fewer folds"),
                found,
            ),
        });
    }
    let mut fold_of = vec![None; groups.count];
    for (place, chosen) in random::shuffled(rng, occurring.len()).into_iter().enumerate() {
        fold_of[occurring[chosen]] = Some(place % folds);
    }
    Ok((0..drawn.len()).map(|i| fold_of[groups.of[i]].filter(|_| drawn[i])).collect())
}

/// Fits on training folds, and scores on test folds.
///
/// # Errors
/// `TooFewConditions` or `InvalidParameter` if too few groups of conditions or of subjects were drawn for the folds,
/// `Degenerate` if an RDM is constant on a fold.
pub(crate) fn crossvalidated(
    dataset: &Dataset,
    folds: &Crossvalidation,
    drawn: &[u32],
    copies: &[f64],
    with_ceilings: bool,
    rng: &mut ChaCha8Rng,
) -> Result<BySubject> {
    let (n_models, n_subjects) = (dataset.models.len(), dataset.subjects.len());
    let subjects_drawn: Vec<bool> = copies.iter().map(|&copies| copies > 0.0).collect();
    let subject_folds = folds.subject_folds.max(1);
    let subject_fold = match subject_folds {
        1 => vec![Some(0); n_subjects],
        folds => assign(rng, &subjects_drawn, &dataset.subject_groups, folds, Folded::Subjects)?,
    };
    let condition_folds = folds.condition_folds.max(1);
    let condition_fold = match condition_folds {
        1 => vec![Some(0); drawn.len()],
        folds => {
            let drawn: Vec<bool> = drawn.iter().map(|&count| count > 0).collect();
            assign(rng, &drawn, &dataset.condition_groups, folds, Folded::Conditions)?
        }
    };
    let present = dataset.present.as_deref();
    let subjects: Vec<&Source> = dataset.subjects.iter().collect();
    let mut scores = Array2::zeros((n_models, n_subjects));
    let mut bounds = match with_ceilings {
        true => Ceilings::Known([vec![0.0; n_subjects], vec![0.0; n_subjects]]),
        false => Ceilings::NotAsked,
    };
    let share = 1.0 / condition_folds as f64;
    let part = |fold: usize, inside: bool| -> Vec<u32> {
        let keep = |i: usize| condition_folds == 1 || (condition_fold[i] == Some(fold)) == inside;
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
                (0..n_subjects).filter(|&i| subjects_drawn[i] && subject_fold[i] == Some(tested)).collect();
            let left_out: &[usize] = if subject_folds > 1 { &own } else { &[] };
            let mut others = copies.to_vec();
            left_out.iter().for_each(|&i| others[i] = 0.0);
            let target = training.target(others, test);
            let predictions = (0..n_models).map(|m| target.prediction(m)).collect::<Result<Vec<_>>>()?;
            let found = board.scores(&predictions.iter().map(AsRef::as_ref).collect::<Vec<_>>())?;
            for &i in &own {
                (0..n_models).for_each(|m| scores[(m, i)] += share * found[(m, i)]);
            }
            let Ceilings::Known([lower, upper]) = &mut bounds else { continue };
            let found = match subject_folds {
                1 => ceilings(board, copies, &dataset.subject_groups),
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

/// The subjects of a fold against the pool of those outside of it, and against that of all.
fn of_fold(board: &Board<'_>, everyone: &Pool, own: &[usize], n_subjects: usize) -> Result<[Vec<f64>; 2]> {
    let spread = |values: Vec<f64>| {
        let mut all = vec![0.0; n_subjects];
        own.iter().zip(values).for_each(|(&i, value)| all[i] = value);
        all
    };
    Ok([spread(board.against(&board.without(everyone, own), own)?), spread(board.against(everyone, own)?)])
}

impl Candidate {
    /// The RDM of a fixed model.
    pub(crate) fn fixed(&self) -> Option<&Source> {
        match self {
            Self::Fixed(source) => Some(source),
            _ => None,
        }
    }
}
