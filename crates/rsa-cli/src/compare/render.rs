//! A report as text: a table for people, JSON and CSV for programs.

mod csv;
mod json;
mod table;

use super::Report;
use crate::{format::Format, verdict::Failure};

/// The whole report.
pub(crate) fn text(report: &Report, format: Format) -> Result<String, Failure> {
    match format {
        Format::Table => Ok(table::text(report)),
        Format::Json => json::text(report).map_err(Failure::impossible),
        Format::Csv => csv::text(report).map_err(Failure::impossible),
    }
}
