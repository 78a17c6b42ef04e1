//! An evaluation as text: a table for people, JSON and CSV for programs.

mod csv;
mod table;

use rsakit::stats::Evaluation;

use crate::{format::Format, verdict::Failure};

pub(super) fn text(evaluation: &Evaluation, format: Format) -> Result<String, Failure> {
    match format {
        Format::Table => Ok(table::text(evaluation)),
        Format::Json => Ok(serde_json::to_string(evaluation).map_err(Failure::impossible)? + "\n"),
        Format::Csv => csv::text(evaluation).map_err(Failure::impossible),
    }
}
