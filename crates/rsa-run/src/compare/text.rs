//! Comparison as text: a grid for each measure, then what must be said about its numbers.

use std::collections::{HashMap, hash_map::Entry};

use super::{
    pair_remarks::FailureScope,
    result::{CompareResult, MeasureScores},
};
use crate::{
    document::{TextBlock, TextTable},
    inputs::conventions,
};

/// Returns the heading, then the grids of each measure.
pub(super) fn blocks(result: &CompareResult) -> Vec<TextBlock> {
    let mut blocks = vec![TextBlock::Lines(heading(result))];
    for scores in &result.results {
        blocks.push(TextBlock::Lines(format!("\n{} ({})", result.title(scores), scores.orientation.name())));
        blocks.push(TextBlock::Table(score_grid(result, scores)));
        if let (Some(p), Some(permutations)) = (&scores.p_corrected, scores.permutations) {
            let all = if permutations.exact { "all " } else { "" };
            let tried = permutations.tried;
            blocks.push(TextBlock::Lines(format!(
                "\np against the best of all pairs, {all}{tried} permutations of the conditions"
            )));
            blocks.push(TextBlock::Table(grid(scores, |i, j| p[i][j].map(|p| format!("{p:.3} ")))));
        }
        if let Some(intervals) = &scores.intervals {
            let interval = |i: usize, j: usize| intervals[i][j].map(|[low, high]| format!("{low:.2}…{high:.2} "));
            blocks.push(TextBlock::Lines("\n95 % intervals for other conditions".to_owned()));
            blocks.push(TextBlock::Table(grid(scores, interval)));
        }
        blocks.extend(remarks(result, scores).into_iter().map(|line| TextBlock::Lines(format!("  {line}"))));
    }
    blocks
}

fn heading(result: &CompareResult) -> String {
    let ([first, second], n, what) = (result.paths(), result.n_conditions, result.compared.noun());
    let mut heading = match result.is_against_itself() {
        true => format!("{what} of {first} against each other, {n} conditions; * marks each row's best other column"),
        false => format!("rows: {first}, columns: {second}, {n} conditions; * marks each row's best column"),
    };
    for convention in conventions(&result.inputs) {
        heading += &format!("\n{convention}");
    }
    heading
}

/// Returns the scores, with the best of each row marked.
fn score_grid(result: &CompareResult, scores: &MeasureScores) -> TextTable {
    let best: Vec<Option<usize>> = (0..scores.rows.len()).map(|i| result.best_column(scores, i)).collect();
    grid(scores, |i, j| {
        let score = scores.values[i][j]?;
        Some(format!("{score:.3}{}", if best[i] == Some(j) { '*' } else { ' ' }))
    })
}

/// Returns a table with an entry for each pair; a dash where there is none.
fn grid(scores: &MeasureScores, entry: impl Fn(usize, usize) -> Option<String>) -> TextTable {
    let row = |(i, name): (usize, &String)| {
        let entries = (0..scores.columns.len()).map(|j| entry(i, j).unwrap_or_else(|| "– ".to_owned()));
        std::iter::once(name.clone()).chain(entries).collect()
    };
    TextTable {
        header: std::iter::once(String::new()).chain(scores.columns.iter().map(|name| format!("{name} "))).collect(),
        rows: scores.rows.iter().enumerate().map(row).collect(),
        first_number: 1,
        n_numbers: scores.columns.len(),
    }
}

/// Returns each different failure and each kind of caveat once, with the first pair and the number of further pairs.
fn remarks(result: &CompareResult, scores: &MeasureScores) -> Vec<String> {
    let (mut groups, mut places) = (Vec::<(String, usize)>::new(), HashMap::<&str, usize>::new());
    // A key is a reason, of which the first line stands for all.
    let mut add = |key, line: &dyn Fn() -> String| match places.entry(key) {
        Entry::Occupied(place) => groups[*place.get()].1 += 1,
        Entry::Vacant(place) => {
            place.insert(groups.len());
            groups.push((line(), 1));
        }
    };
    for failure in result.failures(scores) {
        // Failures of a side name it, so equal messages are one reason. Failures of pairs all have names of their own.
        match failure.scope {
            FailureScope::Side => {
                add(&failure.message, &|| format!("– {} × {}: {}", failure.row, failure.column, failure.message));
            }
            FailureScope::Pair => add(&failure.kind, &|| format!("– {}", failure.message)),
        }
    }
    for warning in result.caveats(scores) {
        let place = [&warning.row, &warning.column].map(|name| name.as_deref().unwrap_or_default());
        add(&warning.kind, &|| format!("! {}: {}", place.join(" × "), warning.message));
    }
    groups.into_iter().map(|(line, count)| with_count(line, count)).collect()
}

/// Returns the line of the first of `count` pairs of which it is true.
pub(crate) fn with_count(line: String, count: usize) -> String {
    match count {
        1 => line,
        2 => format!("{line} (and one more such pair)"),
        _ => format!("{line} (and {} more such pairs)", count - 1),
    }
}
