//! [`CompareResult`]: scores, failures and warnings of a comparison.

use std::{collections::HashMap, fmt, sync::Arc};

use rsakit::{
    MeasureSpec, Rdm, Result,
    core::{Grid, Orientation},
    spec::ComparisonSpec,
};
use serde::{Deserialize, Serialize};

use super::pair_remarks::{self, PairFailure, PairNames, ScoreWarning};
use crate::{
    given_rdms::{GivenInput, describe_given},
    inputs::Input,
    memory::ensure_fits,
    scores::{PairError, Permuted, Scores},
};

/// Remedy where tables of all pairs do not fit into memory.
const FEWER_PAIRS: &str = "compare fewer layers or RDMs, which --layers chooses, under fewer measures at a time";

/// Result of a comparison of layers or of RDMs.
///
/// Its JSON is the output of `rsakit compare --format json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompareResult {
    /// Version of the software.
    pub rsakit: String,
    /// Number of conditions of the first layer or RDM.
    pub n_conditions: usize,
    /// Scores of all pairs, measure by measure.
    pub results: Vec<MeasureScores>,
    /// Reasons to read scores with care: of inputs, then of pairs.
    pub warnings: Vec<ScoreWarning>,
    /// Kind of the rows and columns.
    pub compared: Compared,
    /// Input of the rows and, if there is another, of the columns.
    pub inputs: Vec<Input>,
    /// Seed, if random numbers were drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// RDMs that were partialled out of both sides of every correlation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<GivenInput>,
    /// RDMs of the rows and of the columns, if RDMs were compared: for figures, not serialized.
    ///
    /// `None` stands for an RDM that could not be brought into the common order.
    #[serde(skip)]
    pub rdms: Option<[Vec<Option<Rdm>>; 2]>,
}

/// Kind of what is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Compared {
    /// Layers, under measures.
    #[serde(rename = "layers")]
    Layers,
    /// RDMs, under comparisons.
    #[serde(rename = "RDMs")]
    Rdms,
}

impl Compared {
    /// Returns the plural noun.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Layers => "layers",
            Self::Rdms => "RDMs",
        }
    }
}

/// Measure of layers, or comparison of RDMs, as text in its serialized form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ScoredBy {
    /// Measure of layers.
    Measure(MeasureSpec),
    /// Comparison of RDMs.
    Comparison(ComparisonSpec),
}

impl fmt::Display for ScoredBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Measure(spec) => spec.fmt(f),
            Self::Comparison(spec) => spec.fmt(f),
        }
    }
}

/// Scores of all pairs under one measure or comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasureScores {
    /// Measure or comparison.
    pub measure: ScoredBy,
    /// Meaning of large values.
    pub orientation: Orientation,
    /// Names of the rows.
    pub rows: Vec<String>,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Scores, row by row; `None` where a pair failed.
    pub values: Vec<Vec<Option<f64>>>,
    /// p-value of each pair by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p: Option<Vec<Vec<Option<f64>>>>,
    /// p-value of each pair against the best of all pairs under the same permutation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p_corrected: Option<Vec<Vec<Option<f64>>>>,
    /// Permutations behind the p-values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permutations: Option<PermutationCount>,
    /// Intervals of 95 % for other conditions, low end first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intervals: Option<Vec<Vec<Option<[f64; 2]>>>>,
    /// Reasons of the pairs without a score, row by row.
    pub failures: Vec<PairFailure>,
}

/// Number of permutations that were tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermutationCount {
    /// Permutations tried.
    pub tried: u64,
    /// `true` if these are all there are.
    pub exact: bool,
}

/// Share of the pairs that could be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// All pairs have a score.
    All,
    /// Some pairs have a score, some have none.
    Some,
    /// No pair has a score.
    None,
}

/// Refuses, before any work, tables of all pairs that do not fit into `budget` bytes.
///
/// # Errors
/// `TooLarge`.
pub(crate) fn ensure_tables_fit([rows, columns]: [usize; 2], n_measures: usize, budget: usize) -> Result<()> {
    /// Scores of what could be read, of all pairs with their errors, and as the result has them.
    const OF_PAIR: usize = size_of::<Result<f64>>() + size_of::<Result<f64, PairError>>() + size_of::<Option<f64>>();
    let needed = rows.saturating_mul(columns).saturating_mul(n_measures).saturating_mul(OF_PAIR);
    ensure_fits(format_args!("tables of {rows} × {columns} pairs"), needed, budget, FEWER_PAIRS)
}

/// Facts about a comparison beside its scores.
pub(crate) struct Frame {
    pub(crate) compared: Compared,
    pub(crate) n_conditions: usize,
    pub(crate) inputs: Vec<Input>,
    pub(crate) rows: Vec<String>,
    pub(crate) columns: Vec<String>,
    pub(crate) notes: Vec<String>,
    pub(crate) seed: Option<u64>,
}

impl CompareResult {
    /// Collects what was computed.
    ///
    /// # Errors
    /// `TooLarge` if what is said of the pairs takes more than `budget` bytes.
    pub(crate) fn new(frame: Frame, scores: Vec<Scores>, budget: usize) -> Result<Self> {
        let Frame { compared, n_conditions, inputs, rows, columns, notes, seed } = frame;
        let needed = scores.iter().map(pair_remarks::bytes).fold(0, usize::saturating_add);
        ensure_fits("what is said of the pairs", needed, budget, FEWER_PAIRS)?;
        let paths = [&inputs[0], inputs.last().unwrap_or(&inputs[0])].map(|input| input.name.as_str());
        let names = PairNames::new(&rows, &columns, paths);
        let mut warnings: Vec<_> = notes.into_iter().map(ScoreWarning::of_input).collect();
        let mut results = Vec::with_capacity(scores.len());
        for scores in scores {
            warnings.extend(names.warnings(&scores));
            results.push(MeasureScores::new(scores, &rows, &columns, &names));
        }
        let rsakit = env!("CARGO_PKG_VERSION").to_owned();
        let given = Vec::new();
        Ok(Self { rsakit, n_conditions, results, warnings, compared, inputs, seed, given, rdms: None })
    }

    /// Returns the share of the pairs that have a score.
    pub fn completeness(&self) -> Completeness {
        let all = || self.results.iter().flat_map(|scores| scores.values.iter().flatten());
        match (all().any(Option::is_some), all().any(Option::is_none)) {
            (true, false) => Completeness::All,
            (true, true) => Completeness::Some,
            (false, _) => Completeness::None,
        }
    }

    /// Returns `true` if the columns are the rows again.
    pub fn is_against_itself(&self) -> bool {
        self.inputs.len() == 1
    }

    /// Returns the measure or comparison of `scores`, with the RDMs that were partialled out.
    pub(super) fn title(&self, scores: &MeasureScores) -> String {
        format!("{}{}", scores.measure, describe_given(&self.given))
    }

    /// Returns the names of the inputs of the rows and of the columns.
    pub(super) fn paths(&self) -> [&str; 2] {
        [self.inputs.first(), self.inputs.last()].map(|input| input.map_or("", |input| input.name.as_str()))
    }

    /// Returns the warnings about inputs.
    pub(super) fn notes(&self) -> impl Iterator<Item = &str> {
        self.warnings.iter().filter(|warning| warning.measure.is_none()).map(|warning| &*warning.message)
    }

    /// Returns the warnings about pairs under `scores`.
    ///
    /// Against itself, each pair stands twice in the grid and its warnings are returned once.
    pub(super) fn caveats<'a>(&'a self, scores: &'a MeasureScores) -> impl Iterator<Item = &'a ScoreWarning> {
        let places = |names: &'a [String]| names.iter().enumerate().map(|(k, name)| (name.as_str(), k)).collect();
        let [rows, columns]: [HashMap<&str, usize>; 2] = [places(&scores.rows), places(&scores.columns)];
        let place = |name: &Option<Arc<str>>, places: &HashMap<&str, usize>| places.get(name.as_deref()?).copied();
        self.warnings.iter().filter(move |warning| {
            let repeated = || place(&warning.column, &columns) < place(&warning.row, &rows);
            warning.measure.as_deref() == Some(&scores.measure) && !(self.is_against_itself() && repeated())
        })
    }

    /// Returns the failures of `scores`.
    ///
    /// Against itself, each pair stands twice in the grid and its failure is returned once.
    pub(super) fn failures<'a>(&self, scores: &'a MeasureScores) -> impl Iterator<Item = &'a PairFailure> {
        let mirrored = self.is_against_itself();
        let missing = scores.pairs().filter(|&(i, j)| scores.values[i][j].is_none());
        missing.zip(&scores.failures).filter(move |&((i, j), _)| !(mirrored && j < i)).map(|(_, failure)| failure)
    }

    /// Returns the column most like row `i` under `scores`; against itself another one than the row.
    pub(super) fn best_column(&self, scores: &MeasureScores, i: usize) -> Option<usize> {
        let except = self.is_against_itself().then_some(i);
        let scored = scores.values[i].iter().enumerate().filter(|(j, _)| Some(*j) != except);
        let mut scored = scored.filter_map(|(j, score)| Some((j, (*score)?)));
        let first = scored.next()?;
        let better = |best: (usize, f64), other: (usize, f64)| {
            if scores.orientation.prefers(other.1, best.1) { other } else { best }
        };
        Some(scored.fold(first, better).0)
    }
}

impl MeasureScores {
    fn new(scores: Scores, rows: &[String], columns: &[String], names: &PairNames<'_>) -> Self {
        let permuted = scores.permuted.as_ref();
        Self {
            failures: names.failures(&scores),
            orientation: scores.orientation,
            rows: rows.to_vec(),
            columns: columns.to_vec(),
            values: to_rows(&scores.values.map(|score| score.as_ref().ok().copied())),
            p: permuted.map(|permuted| to_rows(&permuted.p)),
            p_corrected: permuted.map(|permuted| to_rows(&permuted.p_corrected)),
            permutations: permuted.map(|&Permuted { tried, exact, .. }| PermutationCount { tried, exact }),
            intervals: scores.intervals.as_ref().map(to_rows),
            measure: scores.measure,
        }
    }

    /// Returns all pairs of a row and a column, row by row.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let (n, m) = (self.rows.len(), self.columns.len());
        (0..n).flat_map(move |i| (0..m).map(move |j| (i, j)))
    }
}

fn to_rows<T: Copy>(grid: &Grid<T>) -> Vec<Vec<T>> {
    grid.rows().map(<[T]>::to_vec).collect()
}
