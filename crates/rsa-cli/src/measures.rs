//! `rsakit measures`: the catalogue.

use clap::{Args, ValueEnum};
use rsakit::{Measure, MeasureSpec, Profile, catalogue, core::Identity};
use serde::Serialize;

use crate::{
    output,
    verdict::{Failure, Verdict},
};

/// List the measures: what each ignores, its range, cost and reference
///
/// The ids are what `rsakit compare --measure` takes; all values of their parameters can be combined.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit measures
  rsakit measures --format json")]
pub(crate) struct Arguments {
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    #[default]
    Table,
    Json,
}

#[derive(Serialize)]
struct Entry {
    id: String,
    title: &'static str,
    #[serde(flatten)]
    profile: Profile,
    cost: &'static str,
    reference: &'static str,
}

impl From<MeasureSpec> for Entry {
    fn from(spec: MeasureSpec) -> Self {
        let profile = spec.measure().profile();
        Self { id: spec.to_string(), title: spec.title(), profile, cost: spec.cost(), reference: spec.reference() }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let entries: Vec<_> = catalogue().into_iter().map(Entry::from).collect();
    let text = match arguments.format {
        Format::Json => serde_json::to_string_pretty(&entries).map_err(Failure::impossible)? + "\n",
        Format::Table => table(&entries),
    };
    output::print(&text).map(|()| Verdict::Complete)
}

fn table(entries: &[Entry]) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(["measure", "ignores", "range", "itself", "cost of a layer; of a pair", "reference"]);
    for Entry { id, profile, cost, reference, .. } in entries {
        let [first, second] = profile.invariances;
        let ignores = match first == second {
            true => wrapped(&first.to_string()),
            false => format!("first: {}\nsecond: {}", wrapped(&first.to_string()), wrapped(&second.to_string())),
        };
        let [low, high] = profile.range;
        let itself = match profile.identity {
            Identity::Always(value) => value.to_string(),
            Identity::WithoutTies(value) => format!("{value} without ties"),
        };
        table.add_row([
            id.clone(),
            ignores,
            format!("{low} to {high}"),
            itself,
            (*cost).to_owned(),
            (*reference).to_owned(),
        ]);
    }
    format!(
        "{table}\nn conditions, p and q features, rank r. Every invariance holds for all data, and every other \
         transformation is seen.\n"
    )
}

/// Breaks a list at commas into lines of a width that leaves room for the other columns.
fn wrapped(list: &str) -> String {
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
