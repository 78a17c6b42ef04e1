//! [`Format`]: how results are printed.

use std::path::Path;

use clap::ValueEnum;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Csv,
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
