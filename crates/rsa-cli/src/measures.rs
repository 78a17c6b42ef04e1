//! `rsakit measures`: the catalogue.

use clap::{Args, ValueEnum};
use rsakit::{Measure, MeasureSpec, catalogue, core::Profile, spec::legend};
use serde::Serialize;

use crate::{
    format::plain_table,
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
    let mut table = plain_table();
    table.set_header(["measure", "ignores", "range", "reference; cost of a layer; of a pair"]);
    for Entry { id, profile, cost, reference, .. } in entries {
        let [first, second] = profile.invariances;
        let ignores = match first == second {
            true => wrapped(&first.to_string()),
            false => wrapped(&format!("1st: {first}")) + "\n" + &wrapped(&format!("2nd: {second}")),
        };
        let [low, high] = profile.range;
        let id = if id.len() > 40 { id.replacen(",", ",\n  ", 1) } else { id.clone() };
        table.add_row([id, ignores, format!("{low}..{high}"), format!("{reference};\n{cost}")]);
    }
    format!("{table}\n\n{LEGEND}{}{SHELL}", legend())
}

const LEGEND: &str = "\
All are similarities: the larger, the more alike. Linear contains orthogonal, scaling and per-feature scaling; orthogonal
contains permutation and sign flip; per-condition scale contains scaling. Of these transformations, whatever is neither
listed nor contained is seen. Costs are in n conditions, p and q features, rank r.

The values of the parameters can be combined freely:
";

const SHELL: &str = "\
In a shell, quote what has parentheses: --measure 'svcca:keep=variance(0.99)'
";

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
