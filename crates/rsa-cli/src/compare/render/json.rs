//! Machine-readable output. A pair that could not be computed is `null`, with its reason in `failures`.

use rsakit::core::Grid;
use serde::Serialize;

use crate::compare::{
    Report,
    report::{Permuted, Scores},
};

#[derive(Serialize)]
struct Document<'a> {
    rsakit: &'static str,
    n_conditions: usize,
    results: Vec<Entry<'a>>,
    warnings: Vec<Warning<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    measure: String,
    orientation: &'static str,
    rows: &'a [String],
    columns: &'a [String],
    values: Vec<Vec<Option<f64>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p: Option<Rows<Option<f64>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p_corrected: Option<Rows<Option<f64>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permutations: Option<Permutations>,
    #[serde(skip_serializing_if = "Option::is_none")]
    intervals: Option<Rows<Option<[f64; 2]>>>,
    failures: Vec<Failure<'a>>,
}

/// A grid, row by row.
type Rows<T> = Vec<Vec<T>>;

#[derive(Serialize)]
struct Permutations {
    tried: u64,
    exact: bool,
}

#[derive(Serialize)]
struct Failure<'a> {
    row: &'a str,
    column: &'a str,
    kind: &'static str,
    message: String,
}

/// Of a pair of layers, or of an input as a whole: then measure, row and column are `null`.
#[derive(Serialize)]
struct Warning<'a> {
    measure: Option<String>,
    row: Option<&'a str>,
    column: Option<&'a str>,
    kind: &'static str,
    message: &'a str,
}

pub(super) fn text(report: &Report) -> serde_json::Result<String> {
    let inputs =
        report.notes.iter().map(|message| Warning { measure: None, row: None, column: None, kind: "Input", message });
    let document = Document {
        rsakit: env!("CARGO_PKG_VERSION"),
        n_conditions: report.n_conditions,
        results: report.results.iter().map(|scores| entry(report, scores)).collect(),
        warnings: inputs.chain(report.results.iter().flat_map(|scores| caveats(report, scores))).collect(),
    };
    Ok(serde_json::to_string(&document)? + "\n")
}

/// All pairs, row by row.
fn pairs(report: &Report) -> impl Iterator<Item = (usize, usize)> {
    let columns = report.columns.len();
    (0..report.rows.len()).flat_map(move |i| (0..columns).map(move |j| (i, j)))
}

fn entry<'a>(report: &'a Report, scores: &Scores) -> Entry<'a> {
    let failure = |(i, j): (usize, usize)| {
        let failed = scores.values.get(i, j).as_ref().err()?;
        let (row, column) = (report.rows[i].as_str(), report.columns[j].as_str());
        Some(Failure { row, column, kind: failed.error.kind().name(), message: report.message(failed, i, j) })
    };
    Entry {
        measure: scores.measure.clone(),
        orientation: scores.orientation.name(),
        rows: &report.rows,
        columns: &report.columns,
        values: rows(&scores.values.map(|score| score.as_ref().ok().copied())),
        p: scores.permuted.as_ref().map(|permuted| rows(&permuted.p)),
        p_corrected: scores.permuted.as_ref().map(|permuted| rows(&permuted.p_corrected)),
        permutations: scores.permuted.as_ref().map(|&Permuted { tried, exact, .. }| Permutations { tried, exact }),
        intervals: scores.intervals.as_ref().map(rows),
        failures: pairs(report).filter_map(failure).collect(),
    }
}

fn rows<T: Copy>(grid: &Grid<T>) -> Rows<T> {
    grid.rows().map(<[T]>::to_vec).collect()
}

fn caveats<'a>(report: &'a Report, scores: &'a Scores) -> impl Iterator<Item = Warning<'a>> {
    pairs(report).flat_map(move |(i, j)| {
        scores.caveats.get(i, j).iter().map(move |caveat| Warning {
            measure: Some(scores.measure.clone()),
            row: Some(&report.rows[i]),
            column: Some(&report.columns[j]),
            kind: caveat.kind.name(),
            message: &caveat.message,
        })
    })
}
