//! [`Format`]: how results are printed.

use std::{io, path::Path};

use clap::ValueEnum;
use comfy_table::{CellAlignment, Table, presets};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Csv,
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

/// Lines of cells separated by commas, as `write` writes them.
pub(crate) fn csv_text(write: impl FnOnce(&mut csv::Writer<Vec<u8>>) -> csv::Result<()>) -> io::Result<String> {
    let mut lines = csv::Writer::from_writer(Vec::new());
    write(&mut lines)?;
    let bytes = lines.into_inner().map_err(|error| error.into_error())?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// A table without rules.
pub(crate) fn plain_table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table
}

/// Numbers stand one below the other: all columns from `first` on, `count` of them.
pub(crate) fn align_numbers(table: &mut Table, first: usize, count: usize) {
    for column in table.column_iter_mut().skip(first).take(count) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}
