//! [`PairFailure`] and [`ScoreWarning`]: what is said of pairs. Texts that many pairs have in common are held once.

use std::sync::Arc;

use rsakit::{Error, core::Caveat};
use serde::{Deserialize, Serialize};

use super::result::ScoredBy;
use crate::scores::{PairError, Scores};

/// Reason why a pair has no score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairFailure {
    /// Name of the row.
    pub row: Arc<str>,
    /// Name of the column.
    pub column: Arc<str>,
    /// Kind of the error, as [`ErrorKind::name`](rsakit::core::ErrorKind::name) returns it.
    pub kind: Arc<str>,
    /// Message that names the file and the layers.
    pub message: Arc<str>,
    /// Cause of the failure: the pair together, or one side alone.
    pub scope: FailureScope,
}

/// Cause of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FailureScope {
    /// The two sides together.
    Pair,
    /// One of the two sides, which the message names.
    Side,
}

/// Reason to read the score of a pair, or all scores of an input, with care.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoreWarning {
    /// Measure or comparison; `None` for a warning about an input.
    pub measure: Option<Arc<ScoredBy>>,
    /// Name of the row; `None` for a warning about an input.
    pub row: Option<Arc<str>>,
    /// Name of the column; `None` for a warning about an input.
    pub column: Option<Arc<str>>,
    /// Kind of the warning; `Input` for an input.
    pub kind: Arc<str>,
    /// Message.
    pub message: Arc<str>,
}

impl ScoreWarning {
    /// Makes a warning about an input.
    pub(super) fn of_input(message: String) -> Self {
        Self { measure: None, row: None, column: None, kind: "Input".into(), message: message.into() }
    }
}

/// Names of rows and columns, which all remarks share, and of their inputs.
pub(super) struct PairNames<'a> {
    rows: Vec<Arc<str>>,
    columns: Vec<Arc<str>>,
    /// Inputs of the rows and of the columns.
    paths: [&'a str; 2],
}

impl<'a> PairNames<'a> {
    pub(super) fn new(rows: &[String], columns: &[String], paths: [&'a str; 2]) -> Self {
        let shared = |names: &[String]| names.iter().map(|name| name.as_str().into()).collect();
        Self { rows: shared(rows), columns: shared(columns), paths }
    }

    /// Returns the reasons of the pairs without a score, row by row.
    pub(super) fn failures(&self, scores: &Scores) -> Vec<PairFailure> {
        let mut failures = Vec::with_capacity(scores.n_failures());
        let mut of_columns = vec![None; self.columns.len()];
        for (i, row) in self.rows.iter().enumerate() {
            let mut of_row = None;
            for (j, column) in self.columns.iter().enumerate() {
                let Err(failed) = scores.values.get(i, j) else { continue };
                let (Reason { kind, message, .. }, scope) = match failed.of_pair {
                    true => (self.reason_of_pair(&failed.error, row, column), FailureScope::Pair),
                    false => (reason_of_side(&failed.error, [&mut of_row, &mut of_columns[j]]), FailureScope::Side),
                };
                failures.push(PairFailure { row: Arc::clone(row), column: Arc::clone(column), kind, message, scope });
            }
        }
        failures
    }

    fn reason_of_pair(&self, error: &Error, row: &str, column: &str) -> Reason {
        let [first, second] = self.paths;
        Reason::new(&error.context(format_args!("{first}::{row} × {second}::{column}")))
    }

    /// Returns the caveats of all pairs, row by row.
    pub(super) fn warnings(&self, scores: &Scores) -> Vec<ScoreWarning> {
        let measure = Arc::new(scores.measure.clone());
        let texts: Vec<[Arc<str>; 2]> = scores.caveats.distinct().iter().map(texts).collect();
        let warning = |(i, j, caveat): (usize, usize, usize)| {
            let [kind, message] = texts[caveat].clone();
            let (row, column) = (Arc::clone(&self.rows[i]), Arc::clone(&self.columns[j]));
            ScoreWarning { measure: Some(Arc::clone(&measure)), row: Some(row), column: Some(column), kind, message }
        };
        scores.caveats.pairs().map(warning).collect()
    }
}

/// Returns kind and message.
fn texts(caveat: &Caveat) -> [Arc<str>; 2] {
    [caveat.kind.name().into(), caveat.message.as_str().into()]
}

/// Error with its texts.
#[derive(Clone)]
struct Reason {
    error: Error,
    kind: Arc<str>,
    message: Arc<str>,
}

impl Reason {
    fn new(error: &Error) -> Self {
        Self { error: error.clone(), kind: error.kind().name().into(), message: error.to_string().into() }
    }
}

/// Returns the reason of a layer's error. The layer is a row or a column, and all its pairs hold clones of one error.
fn reason_of_side(error: &Error, known: [&mut Option<Reason>; 2]) -> Reason {
    if let Some(reason) = known.iter().filter_map(|known| known.as_ref()).find(|known| known.error.is_clone_of(error)) {
        return reason.clone();
    }
    let reason = Reason::new(error);
    known.into_iter().for_each(|known| *known = Some(reason.clone()));
    reason
}

/// Returns the bytes that the remarks on `scores` take, without texts that pairs share.
pub(super) fn bytes(scores: &Scores) -> usize {
    /// A message of a pair alone, with the names of both sides.
    const OWN_MESSAGE: usize = 256;
    let of_pairs = scores.values.values().iter().filter(|score| is_of_pair(score)).count();
    let failures = scores.n_failures().saturating_mul(size_of::<PairFailure>());
    let warnings = scores.caveats.pairs().len().saturating_mul(size_of::<ScoreWarning>());
    failures.saturating_add(warnings).saturating_add(of_pairs.saturating_mul(OWN_MESSAGE))
}

fn is_of_pair(score: &Result<f64, PairError>) -> bool {
    score.as_ref().is_err_and(|failed| failed.of_pair)
}

#[cfg(test)]
mod tests {
    use rsakit::{
        core::{CaveatKind, Grid, Orientation},
        spec::ComparisonSpec,
    };

    use super::*;
    use crate::scores::PairCaveats;

    fn scores(values: Grid<Result<f64, PairError>>, caveats: PairCaveats) -> Scores {
        Scores::from_grids(ScoredBy::Comparison(ComparisonSpec::Spearman), Orientation::Similarity, values, caveats)
    }

    fn names() -> [String; 4] {
        ["a", "b", "c", "d"].map(str::to_owned)
    }

    #[test]
    fn a_layer_that_fails_has_one_reason_for_all_its_pairs() {
        // Rows b and d, and columns b and d.
        let errors: Vec<_> = names().iter().map(|name| Error::format(format!("{name} is damaged"))).collect();
        let is_broken = |k: usize| k % 2 == 1;
        let grid = Grid::from_fn(4, 4, |i, j| match [i, j].into_iter().find(|&k| is_broken(k)) {
            None => Ok(1.0),
            Some(k) => Err(PairError { error: errors[k].clone(), of_pair: false }),
        });
        let failures = PairNames::new(&names(), &names(), ["x", "x"]).failures(&scores(grid, PairCaveats::default()));
        assert_eq!(failures.len(), 12);
        let texts: std::collections::HashSet<_> = failures.iter().map(|failure| failure.message.as_ptr()).collect();
        // At most one more where a row comes between.
        assert!(texts.len() <= 2 + 2 * 2, "{}", texts.len());
        assert_eq!((&*failures[0].row, &*failures[0].column, &*failures[0].message), ("a", "b", "b is damaged"));
        assert!(failures.iter().all(|failure| failure.scope == FailureScope::Side));
    }

    #[test]
    fn a_pair_that_fails_is_named_with_its_inputs() {
        let failed = |_, _| Err(PairError { error: Error::format("no"), of_pair: true });
        let scores = scores(Grid::from_fn(1, 2, failed), PairCaveats::default());
        let failures = PairNames::new(&names()[..1], &names()[..2], ["x", "y"]).failures(&scores);
        assert_eq!(&*failures[1].message, "x::a × y::b: no");
        assert!(bytes(&scores) >= 2 * (size_of::<PairFailure>() + 20));
    }

    #[test]
    fn equal_caveats_are_one_text() {
        let caveat = Caveat { kind: CaveatKind::FewPairs, message: "few".to_owned() };
        let mut caveats = PairCaveats::default();
        (0..4).for_each(|j| caveats.add(0, j, [caveat.clone()]));
        let scores = scores(Grid::from_fn(1, 4, |_, _| Ok(0.5)), caveats);
        let warnings = PairNames::new(&names()[..1], &names(), ["x", "y"]).warnings(&scores);
        assert_eq!((warnings.len(), warnings[3].column.as_deref()), (4, Some("d")));
        assert!(warnings.windows(2).all(|two| Arc::ptr_eq(&two[0].message, &two[1].message)));
    }
}
