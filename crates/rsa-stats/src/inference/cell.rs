//! [`BySubject`]: what one draw of conditions and subjects gives.

use ndarray::{Array2, ArrayView1};
use rsa_core::{Error, Result};

use super::{
    board::Board,
    dataset::{Candidate, Dataset, Groups},
    source::Source,
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
pub(crate) fn ceilings(board: &Board<'_>, copies: &[f64], groups: &Groups) -> Result<[Vec<f64>; 2]> {
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

impl Candidate {
    /// The RDM of a fixed model.
    pub(crate) fn fixed(&self) -> Option<&Source> {
        match self {
            Self::Fixed(source) => Some(source),
            _ => None,
        }
    }
}
