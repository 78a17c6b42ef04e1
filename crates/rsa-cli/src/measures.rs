//! `rsakit measures`: the catalogue.

use clap::Args;
use rsa_run::list_measures;

use crate::{
    format::PlainFormat,
    output,
    verdict::{Failure, Verdict},
};

/// List the measures: what each ignores, its range, cost and reference
///
/// The ids are what `rsakit compare --measure` takes; all values of their parameters can be combined. In JSON, null in a
/// range is an end at infinity.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit measures
  rsakit measures --format json")]
pub(crate) struct Arguments {
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: PlainFormat,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let catalogue = list_measures();
    let text = match arguments.format {
        PlainFormat::Json => catalogue.json()?,
        PlainFormat::Table => catalogue.text(),
    };
    output::print(&text).map(|()| Verdict::Complete)
}
