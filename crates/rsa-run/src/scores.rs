//! [`Scores`]: scores of all pairs while they are computed, with typed errors.

use std::collections::HashMap;

use rsakit::{
    Error, Result,
    core::{Caveat, Grid, Orientation, compare_readable},
};

use crate::compare::ScoredBy;

/// Scores of all pairs under one measure or comparison.
pub(crate) struct Scores {
    pub(crate) measure: ScoredBy,
    pub(crate) orientation: Orientation,
    pub(crate) values: Grid<Result<f64, PairError>>,
    pub(crate) caveats: PairCaveats,
    pub(crate) permuted: Option<Permuted>,
    /// Intervals of 95 % for other conditions.
    pub(crate) intervals: Option<Grid<Option<[f64; 2]>>>,
}

/// Caveats of pairs, row by row; equal ones are held once.
#[derive(Clone, Debug, Default)]
pub(crate) struct PairCaveats {
    /// Row, column and place among the distinct caveats.
    pairs: Vec<(usize, usize, usize)>,
    distinct: Vec<Caveat>,
    places: HashMap<Caveat, usize>,
}

impl PairCaveats {
    /// Adds the caveats of row `i` and column `j`, behind those of all pairs before it.
    pub(crate) fn add(&mut self, i: usize, j: usize, caveats: impl IntoIterator<Item = Caveat>) {
        for caveat in caveats {
            let place = *self.places.entry(caveat).or_insert_with_key(|caveat| {
                self.distinct.push(caveat.clone());
                self.distinct.len() - 1
            });
            self.pairs.push((i, j, place));
        }
    }

    /// Returns each different caveat once.
    pub(crate) fn distinct(&self) -> &[Caveat] {
        &self.distinct
    }

    /// Returns row, column and the place of the caveat among the distinct ones.
    pub(crate) fn pairs(&self) -> impl ExactSizeIterator<Item = (usize, usize, usize)> {
        self.pairs.iter().copied()
    }
}

/// p-values of all pairs; `None` where a pair has no score.
pub(crate) struct Permuted {
    pub(crate) p: Grid<Option<f64>>,
    /// Against the best of all pairs under the same permutation.
    pub(crate) p_corrected: Grid<Option<f64>>,
    pub(crate) tried: u64,
    /// `true` if all permutations were tried.
    pub(crate) exact: bool,
}

/// Reason why a pair has no score.
#[derive(Clone)]
pub(crate) struct PairError {
    pub(crate) error: Error,
    /// `true` if the error is of the pair and names neither side, `false` if it is of one side and names it.
    pub(crate) of_pair: bool,
}

impl Scores {
    /// Compares all that could be read, and keeps the errors of the rest.
    pub(crate) fn new<G>(
        measure: ScoredBy,
        orientation: Orientation,
        [rows, columns]: [&[Result<G>]; 2],
        compare_all: impl FnOnce(&[&G], &[&G]) -> Grid<Result<f64>>,
        caveats: impl Fn(&G, &G) -> Vec<Caveat>,
    ) -> Self {
        let scores = compare_readable(rows, columns, compare_all);
        let (n, m) = (rows.len(), columns.len());
        let mut found = PairCaveats::default();
        for (i, j) in (0..n).flat_map(|i| (0..m).map(move |j| (i, j))) {
            if let (Ok(_), Ok(a), Ok(b)) = (scores.get(i, j), &rows[i], &columns[j]) {
                found.add(i, j, caveats(a, b));
            }
        }
        let values = Grid::from_fn(n, m, |i, j| {
            let of_pair = rows[i].is_ok() && columns[j].is_ok();
            scores.get(i, j).as_ref().copied().map_err(|error| PairError { error: error.clone(), of_pair })
        });
        Self::from_grids(measure, orientation, values, found)
    }

    /// Counts the pairs without a score.
    pub(crate) fn n_failures(&self) -> usize {
        self.values.values().iter().filter(|score| score.is_err()).count()
    }

    /// Takes scores that were computed pair by pair.
    pub(crate) fn from_grids(
        measure: ScoredBy,
        orientation: Orientation,
        values: Grid<Result<f64, PairError>>,
        caveats: PairCaveats,
    ) -> Self {
        Self { measure, orientation, values, caveats, permuted: None, intervals: None }
    }
}
