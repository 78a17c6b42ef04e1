//! [`EventTable`]: what a table says of each row, such as the events of a run.

use std::path::Path;

use glob::Pattern;
use rsa_io::ColumnTable;
use rsakit::{Error, Result};

use crate::inputs::data_error;

/// A table with a line for each row of an input.
pub(super) struct EventTable {
    table: ColumnTable,
    file: String,
}

impl EventTable {
    /// Reads the table.
    ///
    /// # Errors
    /// The errors of [`rsa_io::read_columns`].
    pub(super) fn read(file: &str) -> Result<Self> {
        let table = rsa_io::read_columns(Path::new(file), true).map_err(data_error)?;
        Ok(Self { table, file: file.to_owned() })
    }

    /// Checks that there is a line for each of `n_rows`.
    ///
    /// # Errors
    /// `ShapeMismatch` naming the file.
    pub(super) fn ensure_fits(&self, n_rows: usize) -> Result<()> {
        match self.table.n_rows() == n_rows {
            true => Ok(()),
            false => Err(Error::shape_mismatch(format!(
                "--events {}: {} lines below the names of the columns for {n_rows} rows; give one for each row",
                self.file,
                self.table.n_rows()
            ))),
        }
    }

    /// Returns for each line whether it matches `COLUMN=PATTERN`; `option` names the rule in messages.
    ///
    /// # Errors
    /// `InvalidParameter` for a rule that is malformed or matches no line; `Format` for a column that is not there.
    pub(super) fn matches(&self, option: &str, rule: &str) -> Result<Vec<bool>> {
        let (column, glob) = split_rule(option, rule)?;
        let column = self.table.find(column).map_err(|error| error.context(format!("--events {}", self.file)))?;
        let pattern = Pattern::new(glob)
            .map_err(|error| Error::invalid_parameter(format!("{option} '{rule}'"), "COLUMN=PATTERN", error))?;
        let cells = (0..self.table.n_rows()).map(|row| self.table.cell(row, column));
        let matched: Vec<bool> = cells.map(|cell| cell == glob || pattern.matches(cell)).collect();
        if !matched.contains(&true) {
            let mut known: Vec<&str> = (0..self.table.n_rows()).map(|row| self.table.cell(row, column)).collect();
            known.sort_unstable();
            known.dedup();
            known.truncate(8);
            let requirement = format!("a pattern that a line of {} has, such as '{}'", self.file, known.join("', '"));
            return Err(Error::invalid_parameter(option, requirement, format_args!("'{rule}'")));
        }
        Ok(matched)
    }
}

/// Returns column and pattern of a rule.
pub(super) fn split_rule<'a>(option: &str, rule: &'a str) -> Result<(&'a str, &'a str)> {
    let parts = rule.split_once('=').filter(|(column, _)| !column.is_empty());
    parts.ok_or_else(|| {
        let requirement = "COLUMN=PATTERN, such as correct=1 or trial_type=face*";
        Error::invalid_parameter(option, requirement, format_args!("'{rule}'"))
    })
}
