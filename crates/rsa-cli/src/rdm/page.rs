//! RDMs as a page.

use rsa_plot::report::{Block, Cell, Column, Drawings, Page, Section, Table};
use rsakit::core::Conditions;

use super::{
    Made,
    figure::{self, Look},
    make::MadeRdm,
};
use crate::{
    page::{self, WIDE, Work},
    verdict::Failure,
};

/// Cells of all tables of RDMs on a page: about three quarters of a megabyte.
const CELLS: usize = 25_000;

/// The whole page. As many RDMs have their values on it as there is room for; a file from --out has all.
pub(super) fn page(made: &Made, look: Look) -> Result<Page, Failure> {
    let n = made.conditions().count();
    let mut sections = vec![rdms(made, look)?, noise(made), page::caveats(caveats(made))];
    let mut works = vec![Work::KRIEGESKORTE_2008];
    if made.dissimilarity.is_crossvalidated() {
        works.push(Work::WALTHER_2016);
    }
    sections.extend(page::provenance(&[page::command_line()], None, &made.inputs, &works)?);
    Ok(Page {
        kicker: "rsakit rdm".to_owned(),
        title: match made.rdms.as_slice() {
            [one] => format!("How far apart are the conditions of {}?", one.name),
            all => format!("Dissimilarities of {} RDMs", all.len()),
        },
        verdict: made.rdms.first().map_or_else(String::new, verdict),
        facts: format!("{n} conditions · {} RDMs · {}", made.rdms.len(), made.dissimilarity),
        sections,
        generator: page::generator(),
    })
}

fn rdms(made: &Made, look: Look) -> Result<Section, Failure> {
    let n = made.conditions().count();
    let shown = (CELLS / (n * n)).min(made.rdms.len());
    let tables: Vec<_> = (1..=shown).map(|k| format!("rdm-{k}")).collect();
    let numbers = made.rdms.iter().zip(&tables).map(|(made, id)| values(made, id.clone())).collect();
    let drawn = figure::draw(made, &Look { tables, ..look }, WIDE).map_err(Failure::impossible)?;
    let caption = format!(
        "{} of every two of {n} conditions, dark where they are near. The diagonal is blank; missing pairs are grey.{}",
        made.dissimilarity.label(),
        if shown < made.rdms.len() { " The page has no room for the numbers of all; `--out` writes them." } else { "" }
    );
    let figure = Drawings { drawings: vec![drawn], wide: true, caption, tables: numbers };
    let blocks = vec![Block::Figure(figure), Block::Table(summary(made))];
    Ok(page::section("rdms", "RDMs", "How far apart are the conditions?", blocks))
}

fn names(conditions: &Conditions) -> Vec<String> {
    let numbers = || (0..conditions.count()).map(|i| i.to_string()).collect();
    conditions.labels().map_or_else(numbers, <[String]>::to_vec)
}

fn values(made: &MadeRdm, id: String) -> Table {
    let MadeRdm { name, rdm, .. } = made;
    let (n, names) = (rdm.n_conditions(), names(rdm.conditions()));
    let cell = |i: usize, j: usize| match rdm.get(i, j) {
        _ if i == j => Cell::Empty,
        value if value.is_nan() => Cell::Empty,
        value => Cell::number(value, 3),
    };
    let rows = names.iter().enumerate().map(|(i, name)| (name.clone(), (0..n).map(|j| cell(i, j)).collect()));
    Table::matrix([id, format!("rdm-{name}"), name.clone()], "condition", &names, rows.collect())
}

fn summary(made: &Made) -> Table {
    let row = |MadeRdm { name, rdm, .. }: &MadeRdm| {
        let mut present: Vec<_> = rdm.values().iter().copied().filter(|value| !value.is_nan()).collect();
        present.sort_by(f64::total_cmp);
        let at = |place: usize| Cell::maybe(present.get(place).copied(), 4);
        let missing = rdm.values().len() - present.len();
        let middle = present.len() / 2;
        let median = match (present.is_empty(), present.len() % 2) {
            (true, _) => Cell::Empty,
            (_, 1) => at(middle),
            _ => Cell::number(f64::midpoint(present[middle - 1], present[middle]), 4),
        };
        (name.clone(), vec![at(0), median, at(present.len().saturating_sub(1)), Cell::number(missing as f64, 0)])
    };
    let numbers = ["smallest", "median", "largest", "missing pairs"].map(|title| Column::Numbers(title.to_owned()));
    Table {
        id: "rdm-summary".to_owned(),
        name: "rdms".to_owned(),
        caption: format!("`{}` of all pairs", made.dissimilarity),
        columns: std::iter::once(Column::Words("RDM".to_owned())).chain(numbers).collect(),
        rows: made.rdms.iter().map(row).collect(),
    }
}

/// How features were weighed.
fn noise(made: &Made) -> Section {
    let about: Vec<_> =
        made.rdms.iter().filter_map(|made| Some((made.name.clone(), made.noise.as_ref()?.text()))).collect();
    let block = match about.is_empty() {
        true => Block::Paragraph("No noise of the features was estimated: all count as they are.".to_owned()),
        false => Block::Facts(about),
    };
    page::section("noise", "Noise", "Noise of the features", vec![block])
}

fn caveats(made: &Made) -> Vec<(String, String)> {
    let notes = made.notes.iter().map(|note| ("Input.".to_owned(), format!("{note}.")));
    let failed = made.failures.iter().map(|failed| (format!("{}.", failed.name), format!("{}.", failed.error)));
    notes.chain(failed).collect()
}

fn verdict(made: &MadeRdm) -> String {
    let mut present: Vec<_> = made.rdm.to_long().filter(|(.., value)| !value.is_nan()).collect();
    present.sort_by(|a, b| a.2.total_cmp(&b.2));
    match (present.first(), present.last()) {
        (Some((a, b, near)), Some((c, d, far))) => format!(
            "In {} the nearest conditions are {a} and {b} ({near:.3}), the farthest {c} and {d} ({far:.3}).",
            made.name
        ),
        _ => format!("In {} all dissimilarities are missing.", made.name),
    }
}
