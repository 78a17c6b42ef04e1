//! Comparison as records: one for each measure and pair.

use std::collections::HashMap;

use super::{
    pair_remarks::ScoreWarning,
    result::{CompareResult, MeasureScores},
};

/// Returns the names of the fields; p-values and intervals are fields if one measure has them.
pub(super) fn header(result: &CompareResult) -> Vec<String> {
    let more: &[&str] = if is_certain(result) { &["p", "p_corrected", "low", "high"] } else { &[] };
    let header = ["measure", "row", "column", "value", "kind", "message"];
    header.iter().chain(more).map(|name| (*name).to_owned()).collect()
}

/// Calls `consume` with each record, one at a time, because millions of pairs do not fit into memory as texts.
pub(super) fn for_each<E>(
    result: &CompareResult,
    mut consume: impl FnMut(Vec<String>) -> Result<(), E>,
) -> Result<(), E> {
    let certain = is_certain(result);
    for scores in &result.results {
        let mut failures = scores.failures.iter();
        let caveats = caveats(result, scores);
        for (i, j) in scores.pairs() {
            let of_pair = || caveats.get(&[scores.rows[i].as_str(), scores.columns[j].as_str()]);
            let [value, kind, message] = match (scores.values[i][j], failures.as_slice().first()) {
                (Some(score), _) => {
                    let texts = |of: fn(&ScoreWarning) -> &str| {
                        of_pair().map_or_else(String::new, |all| {
                            all.iter().map(|one| of(one)).collect::<Vec<_>>().join("; ")
                        })
                    };
                    [score.to_string(), texts(|warning| &warning.kind), texts(|warning| &warning.message)]
                }
                (None, Some(failure)) => {
                    failures.next();
                    [String::new(), failure.kind.to_string(), failure.message.to_string()]
                }
                (None, None) => Default::default(),
            };
            let names = [scores.measure.to_string(), scores.rows[i].clone(), scores.columns[j].clone()];
            let mut record = Vec::from(names);
            record.extend([value, kind, message]);
            if certain {
                record.extend(certainty(scores, i, j));
            }
            consume(record)?;
        }
    }
    Ok(())
}

fn is_certain(result: &CompareResult) -> bool {
    result.results.iter().any(|scores| scores.p.is_some() || scores.intervals.is_some())
}

/// Returns p-values and the ends of the interval of a pair; empty where there are none.
fn certainty(scores: &MeasureScores, i: usize, j: usize) -> [String; 4] {
    let interval = scores.intervals.as_ref().and_then(|intervals| intervals[i][j]);
    let numbers = [
        scores.p.as_ref().and_then(|p| p[i][j]),
        scores.p_corrected.as_ref().and_then(|p| p[i][j]),
        interval.map(|[low, _]| low),
        interval.map(|[_, high]| high),
    ];
    numbers.map(|number| number.map_or_else(String::new, |number| number.to_string()))
}

/// Returns the caveats under a measure, by row and column.
fn caveats<'a>(result: &'a CompareResult, scores: &MeasureScores) -> HashMap<[&'a str; 2], Vec<&'a ScoreWarning>> {
    let mut by_pair = HashMap::<_, Vec<_>>::new();
    for warning in result.warnings.iter().filter(|warning| warning.measure.as_deref() == Some(&scores.measure)) {
        if let (Some(row), Some(column)) = (warning.row.as_deref(), warning.column.as_deref()) {
            by_pair.entry([row, column]).or_default().push(warning);
        }
    }
    by_pair
}
