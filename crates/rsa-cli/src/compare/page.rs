//! A comparison as a page.

use std::collections::BTreeMap;

use rsa_plot::report::{Block, Cell, Drawings, Page, Section, Table};
use rsakit::{MeasureSpec, spec::ComparisonSpec};

use super::{
    figure,
    report::{Failed, Report, Scores},
};
use crate::{
    page::{self, COLUMN, Input, Work},
    verdict::Failure,
};

/// The whole page; `commands` made it, with random numbers from `seed` if there were any.
pub(crate) fn page(report: &Report, commands: &[String], seed: Option<u64>) -> Result<Page, Failure> {
    let [first, second] = &report.inputs;
    let what = match report.against_itself {
        true => format!("The {} of {first}", report.what),
        false => format!("{first} and {second}"),
    };
    let mut sections = vec![scores(report, "scores")?, measures(report), page::caveats(caveats(report))];
    sections.extend(page::provenance(commands, seed, &inputs(report), &works(report))?);
    Ok(Page {
        kicker: "rsakit compare".to_owned(),
        title: what,
        verdict: verdict(report),
        facts: format!(
            "{} conditions · {} × {} {} · {} measures",
            report.n_conditions,
            report.rows.len(),
            report.columns.len(),
            report.what,
            report.results.len()
        ),
        sections,
        generator: page::generator(),
    })
}

/// Heatmaps and the numbers behind them; `id` begins the names of the tables.
pub(crate) fn scores(report: &Report, id: &str) -> Result<Section, Failure> {
    let mut drawings = Vec::with_capacity(report.results.len());
    let mut tables = Vec::with_capacity(report.results.len());
    for (k, scores) in report.results.iter().enumerate() {
        let table = format!("{id}-{}", k + 1);
        let drawn = figure::panel(report, scores, Some(&table)).draw(COLUMN);
        drawings.push(drawn.map_err(Failure::impossible)?);
        tables.push(numbers(report, scores, table));
    }
    let [first, second] = &report.inputs;
    let caption = match report.against_itself {
        true => format!(
            "All {} of `{first}` against each other. A frame marks the best other column of each row.",
            report.what
        ),
        false => format!(
            "Each of the {} of `{first}` (rows) against each of `{second}` (columns). A frame marks the best column of each row.",
            report.what
        ),
    };
    let mut blocks = vec![Block::Figure(Drawings { drawings, wide: true, caption, tables })];
    if let Some(pair) = &report.pair {
        let scatter = figure::scatter(report, pair).draw(COLUMN).map_err(Failure::impossible)?;
        let caption = "Every pair of conditions: its dissimilarity in the one and in the other RDM.".to_owned();
        blocks.push(Block::Figure(Drawings { drawings: vec![scatter], wide: false, caption, tables: Vec::new() }));
    }
    blocks.extend(certainty(report, id));
    let title = if report.what == "layers" { "Which layer resembles which?" } else { "Which RDM resembles which?" };
    Ok(page::section(id, "Scores", title, blocks))
}

fn numbers(report: &Report, scores: &Scores, id: String) -> Table {
    let rows = report.rows.iter().enumerate().map(|(i, name)| {
        let best = scores.best_column(i, report.against_itself.then_some(i));
        let cell = |j: usize| match (scores.values.get(i, j), Cell::maybe(None, 0)) {
            (Ok(value), _) => match Cell::number(*value, 3) {
                Cell::Number { value, shown, .. } => Cell::Number { value, shown, strong: best == Some(j) },
                other => other,
            },
            (Err(_), empty) => empty,
        };
        (name.clone(), (0..report.columns.len()).map(cell).collect())
    });
    let caption = format!("`{}` ({}); the best column of each row is bold", scores.measure, scores.orientation.name());
    let name = scores.measure.replace(|c: char| !c.is_alphanumeric(), "-");
    Table::matrix([id, name, caption], "row", &report.columns, rows.collect())
}

/// p-values and intervals, folded away.
fn certainty(report: &Report, id: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (k, scores) in report.results.iter().enumerate() {
        let table = |about: [String; 3], cell: &dyn Fn(usize, usize) -> Cell| {
            let row =
                |(i, name): (usize, &String)| (name.clone(), (0..report.columns.len()).map(|j| cell(i, j)).collect());
            Table::matrix(about, "row", &report.columns, report.rows.iter().enumerate().map(row).collect())
        };
        let mut tables = Vec::new();
        if let Some(permuted) = &scores.permuted {
            let all = if permuted.exact { "all " } else { "" };
            let caption =
                format!("p against the best of all pairs, {all}{} permutations of the conditions", permuted.tried);
            let about = [format!("{id}-p-{}", k + 1), "p-values".to_owned(), caption];
            tables.push(Block::Table(table(about, &|i, j| Cell::maybe(*permuted.p_corrected.get(i, j), 3))));
        }
        if let Some(intervals) = &scores.intervals {
            for (end, name) in ["low", "high"].into_iter().enumerate() {
                let caption = format!("{name} end of the 95 % interval for other conditions");
                let about = [format!("{id}-{name}-{}", k + 1), format!("interval-{name}"), caption];
                let cell = |i: usize, j: usize| Cell::maybe(intervals.get(i, j).map(|interval| interval[end]), 3);
                tables.push(Block::Table(table(about, &cell)));
            }
        }
        if !tables.is_empty() {
            blocks.push(Block::Fold(format!("How sure the scores under {} are", scores.measure), tables));
        }
    }
    blocks
}

/// What each measure means.
pub(crate) fn measures(report: &Report) -> Section {
    let card = |scores: &Scores| match (scores.measure.parse::<MeasureSpec>(), scores.measure.parse::<ComparisonSpec>())
    {
        (Ok(spec), _) => Some(page::measure_card(&spec)),
        (_, Ok(spec)) => Some(page::comparison_card(&spec)),
        _ => None,
    };
    let cards = report.results.iter().filter_map(card).collect();
    page::section("measures", "Measures", "What each measure means, and what it ignores", vec![Block::Cards(cards)])
}

pub(crate) fn works(report: &Report) -> Vec<Work> {
    let of = |scores: &Scores| match (scores.measure.parse::<MeasureSpec>(), scores.measure.parse::<ComparisonSpec>()) {
        (Ok(spec), _) => spec.references(),
        (_, Ok(spec)) => [vec![Work::KRIEGESKORTE_2008], spec.references()].concat(),
        _ => Vec::new(),
    };
    report.results.iter().flat_map(of).collect()
}

/// The files of both sides.
pub(crate) fn inputs(report: &Report) -> Vec<Input> {
    let input = |(name, holds): (&String, &String)| Input { name: name.clone(), holds: holds.clone() };
    let sides = if report.against_itself { 1 } else { 2 };
    report.inputs.iter().zip(&report.holds).take(sides).map(input).collect()
}

/// What the inputs said, then each kind of caveat and of failure once, with the number of pairs it concerns.
pub(crate) fn caveats(report: &Report) -> Vec<(String, String)> {
    let mut found: Vec<_> = report.notes.iter().map(|note| ("Input.".to_owned(), format!("{note}."))).collect();
    for scores in &report.results {
        let mut kinds: BTreeMap<&'static str, (String, usize)> = BTreeMap::new();
        let mut add = |kind, message: String| kinds.entry(kind).or_insert((message, 0)).1 += 1;
        for (i, row) in report.rows.iter().enumerate() {
            for (j, column) in report.columns.iter().enumerate() {
                if report.against_itself && j < i {
                    continue;
                }
                if let Err(Failed { error, .. }) = scores.values.get(i, j) {
                    add(error.kind().name(), format!("no score of {row} × {column}: {error}"));
                }
                for caveat in scores.caveats.get(i, j) {
                    add(caveat.kind.name(), format!("{row} × {column}: {}", caveat.message));
                }
            }
        }
        for (kind, (message, count)) in kinds {
            let pairs = if count == 1 { "one pair".to_owned() } else { format!("{count} pairs") };
            found.push((format!("{kind}."), format!("`{}`, {pairs}. {message}.", scores.measure)));
        }
    }
    found
}

/// What the first measure found.
fn verdict(report: &Report) -> String {
    let Some(scores) = report.results.first() else { return String::new() };
    let mut best: Option<(usize, usize, f64)> = None;
    for i in 0..report.rows.len() {
        let Some(j) = scores.best_column(i, report.against_itself.then_some(i)) else { continue };
        let Ok(value) = *scores.values.get(i, j) else { continue };
        if best.is_none_or(|(.., other)| scores.orientation.prefers(value, other)) {
            best = Some((i, j, value));
        }
    }
    let Some((i, j, value)) = best else { return format!("No pair has a score under `{}`.", scores.measure) };
    let most =
        format!("Under `{}`, {} and {} are most alike ({value:.3})", scores.measure, report.rows[i], report.columns[j]);
    match !report.against_itself && report.rows == report.columns {
        false => format!("{most}."),
        true => {
            let found = (0..report.rows.len()).filter(|&i| scores.best_column(i, None) == Some(i)).count();
            format!("{most}; {found} of {} rows are most like the column of their own name.", report.rows.len())
        }
    }
}
