//! [`ConditionTable`] and [`ConditionValues`]: what a file says of each condition.

use std::{collections::HashMap, path::Path};

use rsa_io::ColumnTable;
use rsakit::{Error, Result, core::Conditions};

use crate::{inputs::data_error, notes::Notes};

/// Columns of a file with a row for each condition.
pub(crate) struct ConditionTable {
    pub(crate) conditions: Conditions,
    /// Names of the columns of values; empty for one without a name.
    pub(crate) names: Vec<String>,
    table: ColumnTable,
    /// Columns of values.
    columns: Vec<usize>,
    /// Row of each condition.
    rows: Vec<usize>,
    file: String,
}

/// Rows of a table that are conditions.
#[derive(Clone, Copy, Default)]
pub(crate) struct ConditionRows<'a> {
    /// Column that names the conditions; without it one with a usual name.
    pub(crate) column: Option<&'a str>,
    /// Labels of all rows, in place of a column.
    pub(crate) labels: Option<&'a [String]>,
}

impl ConditionTable {
    /// Reads `columns` of `file`, or its only column of values if none is named.
    ///
    /// Rows of one condition must agree. Rows without a condition, such as `n/a` in events, are left out with a note.
    ///
    /// # Errors
    /// The errors of reading; `Format` naming the file and the line or the column.
    pub(crate) fn read(
        file: &str,
        columns: &[String],
        of_conditions: ConditionRows<'_>,
        notes: &mut Notes<'_>,
    ) -> Result<Self> {
        let table = rsa_io::read_columns(Path::new(file), !columns.is_empty()).map_err(data_error)?;
        let named = |error: Error| error.context(file);
        let mut values = columns.iter().map(|name| table.find(name).map_err(named)).collect::<Result<Vec<_>>>()?;
        let of_rows = match (of_conditions.labels, of_conditions.column) {
            (Some(_), _) => None,
            (None, Some(name)) => Some(table.find(name).map_err(named)?),
            (None, None) => table.condition_column(&values),
        };
        if values.is_empty() {
            values.push(only_column(&table, of_rows).map_err(named)?);
        }
        let (mut rows, mut labels, mut places) = (Vec::new(), Vec::new(), HashMap::new());
        let mut n_without = 0;
        for row in 0..table.n_rows() {
            let label = match (of_rows, of_conditions.labels) {
                (Some(column), _) if table.is_missing(row, column) => {
                    n_without += 1;
                    continue;
                }
                (Some(column), _) => Some(table.cell(row, column)),
                (None, Some(labels)) => labels.get(row).map(String::as_str),
                (None, None) => None,
            };
            if let Some(column) = values.iter().find(|&&column| table.is_missing(row, column)) {
                let (place, name) = (table.place(row), &table.names()[*column]);
                let message = format!("{place} has no value in column '{name}'; give every condition one");
                return Err(named(Error::format(message)));
            }
            if let Some(label) = label {
                if let Some(&first) = places.get(label) {
                    ensure_agreement(&table, &values, label, [first, row]).map_err(named)?;
                    continue;
                }
                places.insert(label.to_owned(), row);
                labels.push(label.to_owned());
            }
            rows.push(row);
        }
        if let Some(labels) = of_conditions.labels.filter(|labels| labels.len() != table.n_rows()) {
            return Err(named(Error::shape_mismatch(format!("{} labels for {} rows", labels.len(), table.n_rows()))));
        }
        if n_without > 0 {
            notes.add(format!("{file}: {n_without} of {} rows have no condition and are left out", table.n_rows()));
        }
        let conditions = match labels.is_empty() {
            true => Conditions::unlabeled(rows.len()),
            false => Conditions::labeled(labels),
        };
        let names = values.iter().map(|&column| table.names()[column].clone()).collect();
        Ok(Self { conditions, names, table, columns: values, rows, file: file.to_owned() })
    }

    /// Returns the text of each condition in a column of values.
    pub(crate) fn texts(&self, column: usize) -> Vec<String> {
        self.rows.iter().map(|&row| self.table.cell(row, self.columns[column]).to_owned()).collect()
    }

    /// Returns the number of each condition in a column of values.
    ///
    /// # Errors
    /// `Format` naming file, line and column of what is no number.
    pub(crate) fn numbers(&self, column: usize) -> Result<Vec<f64>> {
        let number = |&row: &usize| self.table.number(row, self.columns[column]);
        self.rows.iter().map(number).collect::<Result<_>>().map_err(|error| error.context(&self.file))
    }
}

/// A text for each of given conditions, such as its category.
pub(crate) struct ConditionValues {
    pub(crate) texts: Vec<String>,
}

impl ConditionValues {
    /// Reads `FILE` or `FILE::COLUMN`.
    ///
    /// Values are found by label if the file names conditions and `conditions` have labels, and otherwise in order.
    ///
    /// # Errors
    /// The errors of reading; `LabelMismatch` naming a condition that the file lacks; `ShapeMismatch` for another number of
    /// values. `option` names the file in messages.
    pub(crate) fn read(file: &str, conditions: &Conditions, option: &str, notes: &mut Notes<'_>) -> Result<Self> {
        let (path, column) = rsa_io::split_address(file);
        let columns: Vec<String> = column.map(str::to_owned).into_iter().collect();
        let table = ConditionTable::read(&path.to_string_lossy(), &columns, ConditionRows::default(), notes)?;
        let texts = table.texts(0);
        let named = |error: Error| data_error(error.context(format!("{option} {}", path.display())));
        let (Some(own), Some(wanted)) = (table.conditions.labels(), conditions.labels()) else {
            return match texts.len() == conditions.count() {
                true => Ok(Self { texts }),
                false => {
                    let (found, needed) = (texts.len(), conditions.count());
                    Err(named(Error::shape_mismatch(format!(
                        "{found} values for {needed} conditions; give one for each"
                    ))))
                }
            };
        };
        // A file may describe more conditions than there are.
        let value = |label: &String| {
            let place = own.iter().position(|other| other == label);
            place.map(|place| texts[place].clone()).ok_or_else(|| {
                named(Error::label_mismatch(format!("condition '{label}' has no row; give every condition one")))
            })
        };
        Ok(Self { texts: wanted.iter().map(value).collect::<Result<_>>()? })
    }
}

/// Returns the only column beside that of the conditions.
fn only_column(table: &ColumnTable, conditions: Option<usize>) -> Result<usize> {
    let is_value =
        |&column: &usize| Some(column) != conditions && (table.names().len() == 1 || !table.names()[column].is_empty());
    let columns: Vec<usize> = (0..table.names().len()).filter(is_value).collect();
    match columns.as_slice() {
        &[only] => Ok(only),
        _ => Err(Error::format(format!("has the columns '{}'; name one as FILE::COLUMN", table.names().join("', '")))),
    }
}

/// Checks that two rows of one condition have the same values.
fn ensure_agreement(table: &ColumnTable, columns: &[usize], label: &str, [first, row]: [usize; 2]) -> Result<()> {
    match columns.iter().find(|&&column| table.cell(first, column) != table.cell(row, column)) {
        None => Ok(()),
        Some(&column) => Err(Error::format(format!(
            "condition '{label}' is '{}' in {} and '{}' in {} of column '{}'; rows of one condition must agree, or another \
             column names the conditions (--condition-column)",
            table.cell(first, column),
            table.place(first),
            table.cell(row, column),
            table.place(row),
            table.names()[column]
        ))),
    }
}
