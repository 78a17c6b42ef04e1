//! Comparison as a page.

use std::collections::BTreeMap;

use rsa_plot::report::{Block, Cell, Drawings, Section, Table};
use rsakit::{Reference, Result};

use super::{
    figure,
    look::CompareView,
    result::{CompareResult, Compared, MeasureScores, ScoredBy},
};
use crate::{
    document::{COLUMN, Outline, WIDE, capitalized, comparison_card, measure_card, section},
    inputs::conventions,
};

/// Returns the content of the page.
pub(super) fn outline(result: &CompareResult, view: &CompareView) -> Result<Outline> {
    let [first, second] = result.paths();
    let what = match result.is_against_itself() {
        true => format!("The {} of {first}", result.compared.noun()),
        false => format!("{first} and {second}"),
    };
    let (n_rows, n_columns) = result.results.first().map_or((0, 0), |scores| (scores.rows.len(), scores.columns.len()));
    Ok(Outline {
        kicker: "rsakit compare",
        title: what,
        verdict: verdict(result),
        facts: format!(
            "{} conditions · {} × {} {} · {} measures",
            result.n_conditions,
            n_rows,
            n_columns,
            result.compared.noun(),
            result.results.len()
        ),
        sections: vec![scores(result, view, "scores")?, measures(result)],
        caveats: caveats(result, view),
        seed: result.seed,
        inputs: result.inputs.iter().chain(result.given.iter().map(|given| &given.input)).cloned().collect(),
        works: works(result),
    })
}

/// Returns heatmaps and the numbers behind them; `id` begins the names of the tables.
fn scores(result: &CompareResult, view: &CompareView, id: &str) -> Result<Section> {
    let mut drawings = Vec::with_capacity(result.results.len());
    let mut tables = Vec::with_capacity(result.results.len());
    for (k, scores) in result.results.iter().enumerate() {
        let table = format!("{id}-{}", k + 1);
        let drawn = figure::panel(result, scores, Some(&table)).draw(COLUMN);
        drawings.push(drawn?);
        tables.push(numbers(result, scores, table));
    }
    let [first, second] = result.paths();
    let mut caption = match result.is_against_itself() {
        true => format!(
            "All {} of `{first}` against each other. A frame marks the best other column of each row.",
            result.compared.noun()
        ),
        false => format!(
            "Each of the {} of `{first}` (rows) against each of `{second}` (columns). A frame marks the best column of each row.",
            result.compared.noun()
        ),
    };
    for convention in conventions(&result.inputs) {
        caption += &format!(" {}.", capitalized(&convention));
    }
    let mut blocks = vec![Block::Figure(Drawings { drawings, wide: true, caption, tables })];
    if let Some(scatter) = figure::scatter(result, view) {
        let is_wide = scatter.columns.len() > 1;
        let drawn = scatter.draw(if is_wide { WIDE } else { COLUMN })?;
        let caption = "Every pair of conditions: its dissimilarity in the one and in the other RDM.".to_owned();
        blocks.push(Block::Figure(Drawings { drawings: vec![drawn], wide: is_wide, caption, tables: Vec::new() }));
    }
    blocks.extend(certainty(result, id));
    let title = match result.compared {
        Compared::Layers => "Which layer resembles which?",
        Compared::Rdms => "Which RDM resembles which?",
    };
    Ok(section(id, "Scores", title, blocks))
}

fn numbers(result: &CompareResult, scores: &MeasureScores, id: String) -> Table {
    let rows = scores.rows.iter().enumerate().map(|(i, name)| {
        let best = result.best_column(scores, i);
        let cell = |j: usize| match Cell::maybe(scores.values[i][j], 3) {
            Cell::Number { value, shown, .. } => Cell::Number { value, shown, strong: best == Some(j) },
            other => other,
        };
        (name.clone(), (0..scores.columns.len()).map(cell).collect())
    });
    let caption =
        format!("`{}` ({}); the best column of each row is bold", result.title(scores), scores.orientation.name());
    let name = scores.measure.to_string().replace(|c: char| !c.is_alphanumeric(), "-");
    Table::matrix([id, name, caption], "row", &scores.columns, rows.collect())
}

/// Returns p-values and intervals, folded away.
fn certainty(result: &CompareResult, id: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (k, scores) in result.results.iter().enumerate() {
        let table = |about: [String; 3], cell: &dyn Fn(usize, usize) -> Cell| {
            let row =
                |(i, name): (usize, &String)| (name.clone(), (0..scores.columns.len()).map(|j| cell(i, j)).collect());
            Table::matrix(about, "row", &scores.columns, scores.rows.iter().enumerate().map(row).collect())
        };
        let mut tables = Vec::new();
        if let (Some(p), Some(permutations)) = (&scores.p_corrected, scores.permutations) {
            let all = if permutations.exact { "all " } else { "" };
            let caption =
                format!("p against the best of all pairs, {all}{} permutations of the conditions", permutations.tried);
            let about = [format!("{id}-p-{}", k + 1), "p-values".to_owned(), caption];
            tables.push(Block::Table(table(about, &|i, j| Cell::maybe(p[i][j], 3))));
        }
        if let Some(intervals) = &scores.intervals {
            for (end, name) in ["low", "high"].into_iter().enumerate() {
                let caption = format!("{name} end of the 95 % interval for other conditions");
                let about = [format!("{id}-{name}-{}", k + 1), format!("interval-{name}"), caption];
                let cell = |i: usize, j: usize| Cell::maybe(intervals[i][j].map(|interval| interval[end]), 3);
                tables.push(Block::Table(table(about, &cell)));
            }
        }
        if !tables.is_empty() {
            blocks.push(Block::Fold(format!("Uncertainty of the scores under {}", scores.measure), tables));
        }
    }
    blocks
}

/// Returns a card for each measure.
fn measures(result: &CompareResult) -> Section {
    let card = |scores: &MeasureScores| match &scores.measure {
        ScoredBy::Measure(spec) => measure_card(spec),
        ScoredBy::Comparison(spec) => comparison_card(spec),
    };
    let cards = result.results.iter().map(card).collect();
    section("measures", "Measures", "What each measure means, and what it ignores", vec![Block::Cards(cards)])
}

fn works(result: &CompareResult) -> Vec<Reference> {
    let references = |scores: &MeasureScores| match &scores.measure {
        ScoredBy::Measure(spec) => spec.references(),
        ScoredBy::Comparison(spec) => [vec![Reference::KRIEGESKORTE_2008], spec.references()].concat(),
    };
    result.results.iter().flat_map(references).collect()
}

/// Returns the warnings about inputs, then each kind of caveat and of failure once, with the number of pairs.
fn caveats(result: &CompareResult, view: &CompareView) -> Vec<(String, String)> {
    let notes = result.notes().chain(view.notes.iter().map(String::as_str));
    let mut found: Vec<_> = notes.map(|note| ("Input.".to_owned(), format!("{note}."))).collect();
    for scores in &result.results {
        let mut kinds: BTreeMap<&str, (String, usize)> = BTreeMap::new();
        for failure in result.failures(scores) {
            let message = || (format!("no score of {} × {}: {}", failure.row, failure.column, failure.message), 0);
            kinds.entry(&failure.kind).or_insert_with(message).1 += 1;
        }
        for warning in result.caveats(scores) {
            let place = [&warning.row, &warning.column].map(|name| name.as_deref().unwrap_or_default());
            let message = || (format!("{}: {}", place.join(" × "), warning.message), 0);
            kinds.entry(&warning.kind).or_insert_with(message).1 += 1;
        }
        for (kind, (message, count)) in kinds {
            let pairs = if count == 1 { "one pair".to_owned() } else { format!("{count} pairs") };
            found.push((format!("{kind}."), format!("`{}`, {pairs}. {message}.", scores.measure)));
        }
    }
    found
}

/// Returns the most similar pair under the first measure, in a sentence.
fn verdict(result: &CompareResult) -> String {
    let Some(scores) = result.results.first() else { return String::new() };
    let mut best: Option<(usize, usize, f64)> = None;
    for i in 0..scores.rows.len() {
        let Some(j) = result.best_column(scores, i) else { continue };
        let Some(value) = scores.values[i][j] else { continue };
        if best.is_none_or(|(.., other)| scores.orientation.prefers(value, other)) {
            best = Some((i, j, value));
        }
    }
    let Some((i, j, value)) = best else { return format!("No pair has a score under `{}`.", scores.measure) };
    let most =
        format!("Under `{}`, {} and {} are most alike ({value:.3})", scores.measure, scores.rows[i], scores.columns[j]);
    match !result.is_against_itself() && scores.rows == scores.columns {
        false => format!("{most}."),
        true => {
            let found = (0..scores.rows.len()).filter(|&i| result.best_column(scores, i) == Some(i)).count();
            format!("{most}; {found} of {} rows are most like the column of their own name.", scores.rows.len())
        }
    }
}
