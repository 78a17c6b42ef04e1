//! RDMs as text: a table for people, JSON and CSV for programs.

mod csv;
mod json;
mod table;

use super::Made;
use crate::{format::Format, verdict::Failure};

/// All RDMs.
pub(super) fn text(made: &Made, format: Format) -> Result<String, Failure> {
    match format {
        Format::Table => Ok(table::text(made)),
        Format::Json => json::text(made).map_err(Failure::impossible),
        Format::Csv => csv::text(made).map_err(Failure::impossible),
    }
}
