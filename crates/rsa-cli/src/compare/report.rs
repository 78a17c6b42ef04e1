//! What came out of a comparison: scores, failures, caveats.

use rsakit::{
    Error, Measure, MeasureSpec, Rdm, Result,
    core::{Caveat, Grid, Orientation, compare_readable},
};

use crate::verdict::Verdict;

/// All results of one comparison.
pub(crate) struct Report {
    /// The inputs as they were named.
    pub(crate) inputs: [String; 2],
    /// What each input holds, in words.
    pub(crate) holds: [String; 2],
    /// What the rows and columns are: layers or RDMs.
    pub(crate) what: &'static str,
    /// Whether the columns are the rows again.
    pub(crate) against_itself: bool,
    pub(crate) n_conditions: usize,
    pub(crate) rows: Vec<String>,
    pub(crate) columns: Vec<String>,
    /// The two RDMs, where two are compared with each other and no more.
    pub(crate) pair: Option<[Rdm; 2]>,
    /// One for each measure, in the order asked.
    pub(crate) results: Vec<Scores>,
    /// What the inputs left out, and what was done to them.
    pub(crate) notes: Vec<String>,
}

/// The scores of all pairs under one measure.
pub(crate) struct Scores {
    /// As it is written in a spec.
    pub(crate) measure: String,
    pub(crate) orientation: Orientation,
    pub(crate) values: Grid<std::result::Result<f64, Failed>>,
    pub(crate) caveats: Grid<Vec<Caveat>>,
    /// What permutations of the conditions say.
    pub(crate) permuted: Option<Permuted>,
    /// Intervals of 95 % for other conditions.
    pub(crate) intervals: Option<Grid<Option<[f64; 2]>>>,
}

/// p-values of all pairs; `None` where a pair has no score.
pub(crate) struct Permuted {
    pub(crate) p: Grid<Option<f64>>,
    /// Against the best of all pairs under the same permutation.
    pub(crate) p_corrected: Grid<Option<f64>>,
    pub(crate) tried: u64,
    /// Whether these were all permutations.
    pub(crate) exact: bool,
}

/// Why a pair has no score.
pub(crate) struct Failed {
    pub(crate) error: Error,
    /// Whether the error is of the pair and names neither layer, or of one layer and names it.
    pub(crate) of_pair: bool,
}

impl Report {
    /// What went wrong with the pair at row `i` and column `j`, naming files and layers.
    pub(crate) fn message(&self, failed: &Failed, i: usize, j: usize) -> String {
        match failed.of_pair {
            false => failed.error.to_string(),
            true => {
                let [first, second] = &self.inputs;
                let place = format!("{first}::{} × {second}::{}", self.rows[i], self.columns[j]);
                failed.error.context(place).to_string()
            }
        }
    }

    pub(crate) fn verdict(&self) -> Verdict {
        let all = || self.results.iter().flat_map(|scores| scores.values.values());
        match (all().any(|score| score.is_ok()), all().any(|score| score.is_err())) {
            (true, false) => Verdict::Complete,
            (true, true) => Verdict::Partial,
            (false, _) => Verdict::Nothing,
        }
    }
}

impl Scores {
    /// Compares all that could be read, and keeps why the rest could not.
    pub(crate) fn new<G>(
        measure: String,
        orientation: Orientation,
        [rows, columns]: [&[Result<G>]; 2],
        compare_all: impl FnOnce(&[&G], &[&G]) -> Grid<Result<f64>>,
        caveats: impl Fn(&G, &G) -> Vec<Caveat>,
    ) -> Self {
        let scores = compare_readable(rows, columns, compare_all);
        let (n, m) = (rows.len(), columns.len());
        let caveats = Grid::from_fn(n, m, |i, j| match (scores.get(i, j), &rows[i], &columns[j]) {
            (Ok(_), Ok(a), Ok(b)) => caveats(a, b),
            _ => Vec::new(),
        });
        let values = Grid::from_fn(n, m, |i, j| {
            let of_pair = rows[i].is_ok() && columns[j].is_ok();
            scores.get(i, j).as_ref().copied().map_err(|error| Failed { error: error.clone(), of_pair })
        });
        Self { measure, orientation, values, caveats, permuted: None, intervals: None }
    }

    /// From what was computed pair by pair.
    pub(crate) fn of_grids(
        spec: &MeasureSpec,
        values: Grid<std::result::Result<f64, Failed>>,
        caveats: Grid<Vec<Caveat>>,
    ) -> Self {
        let orientation = spec.measure().profile().orientation;
        Self { measure: spec.to_string(), orientation, values, caveats, permuted: None, intervals: None }
    }

    /// The column most alike to row `i`, which is not `except`.
    pub(crate) fn best_column(&self, i: usize, except: Option<usize>) -> Option<usize> {
        let scored = self.values.row(i).iter().enumerate().filter(|(j, _)| Some(*j) != except);
        let mut scored = scored.filter_map(|(j, score)| Some((j, *score.as_ref().ok()?)));
        let first = scored.next()?;
        let better = |best: (usize, f64), other: (usize, f64)| {
            if self.orientation.prefers(other.1, best.1) { other } else { best }
        };
        Some(scored.fold(first, better).0)
    }
}
