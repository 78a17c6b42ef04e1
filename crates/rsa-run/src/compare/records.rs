//! Comparison as records: one for each measure and pair.

use super::result::{CompareResult, MeasureScores};
use crate::document::Records;

/// Returns the records; p-values and intervals are fields if one measure has them.
pub(super) fn records(result: &CompareResult) -> Records {
    let certain = result.results.iter().any(|scores| scores.p.is_some() || scores.intervals.is_some());
    let more: &[&str] = if certain { &["p", "p_corrected", "low", "high"] } else { &[] };
    let mut records = Records::new(&[&["measure", "row", "column", "value", "kind", "message"], more].concat());
    for scores in &result.results {
        let mut failures = scores.failures.iter();
        for (i, j) in scores.pairs() {
            let [value, kind, message] = match scores.values[i][j] {
                Some(score) => {
                    let (kinds, messages) = caveats(result, scores, [i, j]);
                    [score.to_string(), kinds.join("; "), messages.join("; ")]
                }
                None => {
                    let failure = failures.next();
                    let text = |of: fn(&super::PairFailure) -> &String| {
                        failure.map_or_else(String::new, |failure| of(failure).clone())
                    };
                    [String::new(), text(|failure| &failure.kind), text(|failure| &failure.message)]
                }
            };
            let mut record = vec![
                scores.measure.to_string(),
                scores.rows[i].clone(),
                scores.columns[j].clone(),
                value,
                kind,
                message,
            ];
            if certain {
                let interval = scores.intervals.as_ref().and_then(|intervals| intervals[i][j]);
                let numbers = [
                    scores.p.as_ref().and_then(|p| p[i][j]),
                    scores.p_corrected.as_ref().and_then(|p| p[i][j]),
                    interval.map(|[low, _]| low),
                    interval.map(|[_, high]| high),
                ];
                record.extend(numbers.map(|number| number.map_or_else(String::new, |number| number.to_string())));
            }
            records.rows.push(record);
        }
    }
    records
}

/// Returns kinds and messages of the caveats of one pair.
fn caveats<'a>(result: &'a CompareResult, scores: &MeasureScores, [i, j]: [usize; 2]) -> (Vec<&'a str>, Vec<&'a str>) {
    let of_pair = result.warnings.iter().filter(|warning| {
        warning.measure.as_ref() == Some(&scores.measure)
            && warning.row.as_ref() == Some(&scores.rows[i])
            && warning.column.as_ref() == Some(&scores.columns[j])
    });
    of_pair.map(|warning| (warning.kind.as_str(), warning.message.as_str())).unzip()
}
