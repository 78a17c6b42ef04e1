//! [`list_measures`]: the catalogue of measures.

use rsakit::{
    Error, Measure, MeasureSpec, Result, catalogue,
    core::{Orientation, Profile},
    spec::legend,
};
use serde::{Deserialize, Serialize};

use crate::document::{TextBlock, TextTable, range_end, render_text};

/// Measures with their parameters: the facts on each, for people and for programs.
///
/// The JSON is a list of the entries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MeasureCatalogue {
    /// Entries, family by family; together they have every value of every parameter.
    pub entries: Vec<MeasureEntry>,
}

/// Facts on one measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasureEntry {
    /// The measure, as requests take it.
    pub id: String,
    /// Name of the measure.
    pub title: String,
    /// Range, orientation, symmetry and the transformations that the measure ignores.
    #[serde(flatten)]
    pub profile: Profile,
    /// Cost of a layer; of a pair, in n conditions, p and q features, rank r.
    pub cost: String,
    /// Authors, year and venue that defined the measure.
    pub reference: String,
}

impl From<MeasureSpec> for MeasureEntry {
    fn from(spec: MeasureSpec) -> Self {
        Self {
            id: spec.to_string(),
            title: spec.title().to_owned(),
            profile: spec.measure().profile(),
            cost: spec.cost().to_owned(),
            reference: spec.reference().to_owned(),
        }
    }
}

/// Lists the measures.
///
/// # Example
/// ```
/// let catalogue = rsa_run::list_measures();
/// assert_eq!(catalogue.entries[0].id, "cka");
/// assert!(catalogue.text().contains("Kornblith et al. 2019"));
/// ```
pub fn list_measures() -> MeasureCatalogue {
    MeasureCatalogue { entries: catalogue().into_iter().map(MeasureEntry::from).collect() }
}

impl MeasureCatalogue {
    /// Returns the text for a terminal: a table, and how to read it.
    pub fn text(&self) -> String {
        render_text(&[TextBlock::Table(self.table()), TextBlock::Lines(format!("\n{LEGEND}{}{SHELL}", legend()))])
    }

    /// Returns the JSON on indented lines.
    ///
    /// # Errors
    /// `Format` if a value has no JSON.
    pub fn json(&self) -> Result<String> {
        let json = serde_json::to_string_pretty(self);
        json.map(|text| text + "\n").map_err(|error| Error::format(format!("the measures as JSON: {error}")))
    }

    fn table(&self) -> TextTable {
        let header = ["measure", "ignores", "range", "reference; cost of a layer; of a pair"];
        TextTable {
            header: header.map(str::to_owned).to_vec(),
            rows: self.entries.iter().flat_map(MeasureEntry::rows).collect(),
            first_number: 0,
            n_numbers: 0,
        }
    }
}

impl MeasureEntry {
    /// Returns the rows of a table: as many as the cell with the most lines has lines.
    fn rows(&self) -> Vec<Vec<String>> {
        let Self { id, profile, cost, reference, .. } = self;
        let [first, second] = profile.invariances;
        let ignores = match first == second {
            true => wrap(&first.to_string()),
            false => wrap(&format!("1st: {first}")) + "\n" + &wrap(&format!("2nd: {second}")),
        };
        let [low, high] = profile.range.map(range_end);
        let distance = if profile.orientation == Orientation::Distance { ", distance" } else { "" };
        let id = if id.len() > 40 { id.replacen(',', ",\n  ", 1) } else { id.clone() };
        let cells = [id, ignores, format!("{low}..{high}{distance}"), format!("{reference};\n{cost}")];
        let n_rows = cells.iter().map(|cell| cell.lines().count()).max().unwrap_or(0);
        let row = |k: usize| cells.iter().map(|cell| cell.lines().nth(k).unwrap_or_default().to_owned()).collect();
        (0..n_rows).map(row).collect()
    }
}

const LEGEND: &str = "\
Similarities are larger for what is more alike; where the range says distance, the score is smaller. Linear contains
orthogonal, scaling and per-feature scaling; orthogonal contains permutation and sign flip; per-condition scale contains
scaling. Of these transformations, whatever is neither listed nor contained is seen. Costs are in n conditions, p and q
features, rank r.

The values of the parameters can be combined freely:
";

const SHELL: &str = "\
In a shell, quote what has parentheses: --measure 'svcca:keep=variance(0.99)'";

/// Breaks a list at commas into lines of a width that leaves room for the other columns.
fn wrap(list: &str) -> String {
    const WIDTH: usize = 38;
    let mut lines = vec![String::new()];
    for item in list.split_inclusive(", ") {
        match lines.last_mut() {
            Some(line) if line.len() + item.len() <= WIDTH => line.push_str(item),
            _ => lines.push(item.to_owned()),
        }
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_holds_all_of_the_catalogue() {
        let catalogue = list_measures();
        let again: MeasureCatalogue = serde_json::from_str(&catalogue.json().unwrap()).unwrap();
        assert_eq!(again, catalogue);
        assert_eq!(again.text(), catalogue.text());
    }
}
