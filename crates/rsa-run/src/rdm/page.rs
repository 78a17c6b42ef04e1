//! RDMs as a page.

use rsa_plot::report::{Block, Cell, Column, Drawings, Section, Table};
use rsakit::Result;

use super::{NamedRdm, RdmOrigin, RdmResult, view::RdmView};
use crate::{
    document::{Outline, WIDE, section},
    inputs::conventions,
};

/// Most cells of all tables of RDMs on a page: about three quarters of a megabyte.
const CELLS: usize = 25_000;

/// Returns the content of the page. As many RDMs have their values on it as there is room for; other outputs have all.
pub(super) fn outline(result: &RdmResult, view: &RdmView) -> Result<Outline> {
    Ok(Outline {
        kicker: result.origin.command(),
        title: match result.rdms.as_slice() {
            [one] => format!("How far apart are the conditions of {}?", one.name),
            all => format!("Dissimilarities of {} RDMs", all.len()),
        },
        verdict: result.rdms.first().map_or_else(String::new, verdict),
        facts: format!(
            "{} conditions · {} RDMs · {}",
            result.n_conditions(),
            result.rdms.len(),
            result.origin.heading()
        ),
        sections: [Some(rdms(result, view)?), noise(result)].into_iter().flatten().collect(),
        caveats: caveats(result, view),
        seed: None,
        inputs: result.inputs.clone(),
        works: result.origin.works(),
    })
}

fn rdms(result: &RdmResult, view: &RdmView) -> Result<Section> {
    let n = result.n_conditions();
    let shown = (CELLS / (n * n).max(1)).min(result.rdms.len());
    let tables: Vec<_> = (1..=shown).map(|k| format!("rdm-{k}")).collect();
    let numbers = view.rdms.iter().zip(&tables).map(|(one, id)| values(one, &view.names, id.clone())).collect();
    let drawn = view.draw(&result.origin.label(), tables, WIDE)?;
    let caption = format!(
        "{} of every two of {n} conditions, dark where they are near. The diagonal is blank; missing pairs are grey.{}{}{}",
        result.origin.label(),
        if view.note.is_empty() { "" } else { " " },
        view.note,
        if shown < result.rdms.len() {
            " The page has no room for the numbers of all; `--out` writes them."
        } else {
            ""
        }
    );
    let figure = Drawings { drawings: vec![drawn], wide: true, caption, tables: numbers };
    let blocks = vec![Block::Figure(figure), Block::Table(summary(result))];
    Ok(section("rdms", "RDMs", "How far apart are the conditions?", blocks))
}

/// Returns the whole RDM as a table.
fn values(one: &NamedRdm, names: &[String], id: String) -> Table {
    let NamedRdm { name, rdm, .. } = one;
    let cell = |i: usize, j: usize| match rdm.get(i, j) {
        _ if i == j => Cell::Empty,
        value if value.is_nan() => Cell::Empty,
        value => Cell::number(value, 3),
    };
    let row = |(i, name): (usize, &String)| (name.clone(), (0..names.len()).map(|j| cell(i, j)).collect());
    let rows = names.iter().enumerate().map(row).collect();
    Table::matrix([id, format!("rdm-{name}"), name.clone()], "condition", names, rows)
}

fn summary(result: &RdmResult) -> Table {
    let numbers = ["smallest", "median", "largest", "missing pairs"].map(|title| Column::Numbers(title.to_owned()));
    let caption = [match &result.origin {
        RdmOrigin::Patterns(spec) => format!("`{spec}` of all pairs"),
        other => format!("All pairs: {}", other.heading()),
    }]
    .into_iter()
    .chain(conventions(&result.inputs));
    Table {
        id: "rdm-summary".to_owned(),
        name: "rdms".to_owned(),
        caption: caption.collect::<Vec<_>>().join("; "),
        columns: std::iter::once(Column::Words("RDM".to_owned())).chain(numbers).collect(),
        rows: result.rdms.iter().map(summary_row).collect(),
    }
}

fn summary_row(one: &NamedRdm) -> (String, Vec<Cell>) {
    let values = one.rdm.values();
    let mut present: Vec<_> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    present.sort_by(f64::total_cmp);
    let at = |place: usize| Cell::maybe(present.get(place).copied(), 4);
    let middle = present.len() / 2;
    let median = match (present.is_empty(), present.len() % 2) {
        (true, _) => Cell::Empty,
        (_, 1) => at(middle),
        _ => Cell::number(f64::midpoint(present[middle - 1], present[middle]), 4),
    };
    let missing = Cell::number((values.len() - present.len()) as f64, 0);
    (one.name.clone(), vec![at(0), median, at(present.len().saturating_sub(1)), missing])
}

/// Returns the weights of the features, if the RDMs are of patterns.
fn noise(result: &RdmResult) -> Option<Section> {
    let RdmOrigin::Patterns(_) = result.origin else { return None };
    let estimates = result.rdms.iter().filter_map(|one| Some((one.name.clone(), one.noise.as_ref()?.text())));
    let estimates: Vec<_> = estimates.collect();
    let block = match estimates.is_empty() {
        true => Block::Paragraph("No noise of the features was estimated: all count as they are.".to_owned()),
        false => Block::Facts(estimates),
    };
    Some(section("noise", "Noise", "Noise of the features", vec![block]))
}

fn caveats(result: &RdmResult, view: &RdmView) -> Vec<(String, String)> {
    let notes = result.warnings.iter().chain(&view.notes).map(|note| ("Input.".to_owned(), format!("{note}.")));
    let failed = result.failures.iter().map(|failed| (format!("{}.", failed.name), format!("{}.", failed.message)));
    notes.chain(failed).collect()
}

fn verdict(one: &NamedRdm) -> String {
    let mut present: Vec<_> = one.rdm.to_long().filter(|(.., value)| !value.is_nan()).collect();
    present.sort_by(|a, b| a.2.total_cmp(&b.2));
    match (present.first(), present.last()) {
        (Some((a, b, near)), Some((c, d, far))) => format!(
            "In {} the nearest conditions are {a} and {b} ({near:.3}), the farthest {c} and {d} ({far:.3}).",
            one.name
        ),
        _ => format!("In {} all dissimilarities are missing.", one.name),
    }
}
