//! [`Format`]: how results are printed.

use std::path::Path;

use clap::ValueEnum;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Csv,
}

/// Format of RDMs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RdmFormat {
    Table,
    Json,
    /// A line for each pair: rdm, condition_a, condition_b, dissimilarity
    Csv,
    /// One RDM with its conditions in the first row and column, between commas
    Square,
}

impl RdmFormat {
    /// Returns the format of a document; `None` for a square.
    pub(crate) fn of_document(self) -> Option<Format> {
        match self {
            Self::Table => Some(Format::Table),
            Self::Json => Some(Format::Json),
            Self::Csv => Some(Format::Csv),
            Self::Square => None,
        }
    }
}

/// Format of a result that is no table of records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlainFormat {
    #[default]
    Table,
    Json,
}

impl Format {
    /// Returns the format that was asked for, otherwise that of the output's extension, otherwise a table.
    pub(crate) fn of(asked: Option<Self>, out: Option<&Path>) -> Self {
        let by_extension = || match extension(out?).as_str() {
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            _ => None,
        };
        asked.or_else(by_extension).unwrap_or(Self::Table)
    }
}

/// The extension of `path` in lower case, empty if there is none.
pub(crate) fn extension(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_lowercase()
}
