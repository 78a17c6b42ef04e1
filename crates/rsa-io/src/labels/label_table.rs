//! Tables with a column of labels.

use rsa_core::{Error, Result};

use super::{LabelRole, is_column_name, spelled};
use crate::formats::table::{TableRow, delimiter::Delimiter, rows::RowReader};

/// A cell without a value, in the tables of BIDS.
const MISSING: &str = "n/a";

/// Other delimiters, for a table in which the one of its extension does not occur. Blanks are part of labels.
const DELIMITERS: [Delimiter; 3] = [Delimiter::Semicolon, Delimiter::Tab, Delimiter::Comma];

/// Reads the column of labels of a table: the only one, or the one that is named after `role`.
///
/// # Errors
/// `Format` naming the columns, if none has such a name; naming the line that is ragged or has no label.
pub(super) fn parse(text: &[u8], delimiter: Delimiter, role: LabelRole) -> Result<Vec<String>> {
    let mut rows = read(text, delimiter)?;
    if !rows.first().is_some_and(names_labels) {
        let others = DELIMITERS.into_iter().filter(|&other| other != delimiter);
        let mut tables = others.filter_map(|other| read(text, other).ok());
        if let Some(table) =
            tables.find(|rows| rows.first().is_some_and(|header| header.len() > 1 && names_labels(header)))
        {
            rows = table;
        }
    }
    if rows.iter().all(|row| row.len() == 1) {
        return Ok(only_column(&rows));
    }
    let Some((header, rows)) = rows.split_first() else { return Ok(Vec::new()) };
    // R leaves the name above the names of the rows out.
    let n_columns = rows.first().map_or(header.len(), TableRow::len);
    let shift = usize::from(n_columns == header.len() + 1);
    let column = shift + find(header, role)?;
    let labels = rows.iter().map(|row| match row.get(column).map(spelled) {
        Some(label) if label == MISSING && row.len() == n_columns && role != LabelRole::Groups => {
            Err(Error::format(format!(
                "{} has {MISSING} in column {}, and a row without a label belongs to no condition; leave it out, of the data \
                 too",
                row.place(),
                column + 1
            )))
        }
        Some(label) if row.len() == n_columns && !label.is_empty() => Ok(label),
        Some(_) if row.len() == n_columns => {
            Err(Error::format(format!("{} has no label in column {}", row.place(), column + 1)))
        }
        _ => Err(Error::format(format!("{} has {} cells, others have {n_columns}", row.place(), row.len()))),
    });
    labels.collect()
}

fn read(text: &[u8], delimiter: Delimiter) -> Result<Vec<TableRow>> {
    let mut reader = RowReader::new(text, delimiter);
    std::iter::from_fn(|| reader.read_row().transpose()).collect()
}

/// Returns the cells of a table of one column, without a header that is a usual name.
fn only_column(rows: &[TableRow]) -> Vec<String> {
    let mut labels: Vec<_> = rows.iter().filter_map(|row| row.get(0)).map(spelled).collect();
    if labels.len() > 1 && is_column_name(&labels[0]) && !labels[1..].contains(&labels[0]) {
        labels.remove(0);
    }
    labels
}

fn names_labels(header: &TableRow) -> bool {
    header.cells().any(is_column_name)
}

/// Returns the column of the labels.
fn find(header: &TableRow, role: LabelRole) -> Result<usize> {
    let place = |name: &&str| header.cells().position(|cell| cell.to_lowercase() == **name);
    if let Some(column) = role.columns().iter().find_map(place) {
        return Ok(column);
    }
    // A column without a name is an index, or what follows the last delimiter of a line.
    let named: Vec<_> = header.cells().enumerate().filter(|(_, cell)| !cell.is_empty()).collect();
    match named.as_slice() {
        &[(only, _)] => Ok(only),
        _ => {
            let names: Vec<_> = named.iter().map(|(_, name)| format!("'{name:.40}'")).collect();
            Err(Error::format(format!(
                "has {} columns ({}) and none is named '{}'; give the column of the labels that name in the first line, or save it \
                 alone",
                header.len(),
                names.join(", "),
                role.columns()[0]
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str, role: LabelRole) -> Vec<String> {
        parse(text.as_bytes(), Delimiter::Comma, role).unwrap()
    }

    #[test]
    fn a_table_of_one_column_may_have_a_header() {
        for text in ["cat\nbig dog\n", "\"cat\"\n\"big dog\"\n", "Condition\ncat\nbig dog\n", "cat\rbig dog\r"] {
            assert_eq!(labels(text, LabelRole::Conditions), ["cat", "big dog"], "{text:?}");
        }
        // A label that recurs is no header, and one that is no usual name stays.
        assert_eq!(labels("label\ncat\nlabel\n", LabelRole::Conditions).len(), 3);
        assert_eq!(labels("file\ncat\n", LabelRole::Conditions).len(), 2);
    }

    #[test]
    fn the_column_is_found_by_its_name() {
        let events = "onset,trial_type,run\n0.5,cat,1\n2.5,\"big, dog\",2\n";
        assert_eq!(labels(events, LabelRole::Conditions), ["cat", "big, dog"]);
        assert_eq!(labels(events, LabelRole::Runs), ["1", "2"]);
        let error = parse(events.as_bytes(), Delimiter::Comma, LabelRole::Groups).unwrap_err().to_string();
        assert!(error.contains("3 columns ('onset', 'trial_type', 'run') and none is named 'groups'"), "{error}");
        assert_eq!(labels("Stimulus,Condition\na.png,cat\nb.png,dog\n", LabelRole::Conditions), ["cat", "dog"]);
        assert_eq!(labels("onset;condition\n1,5;cat\n2,5;dog\n", LabelRole::Conditions), ["cat", "dog"]);
        assert_eq!(labels(",x\n0,cat\n1,dog\n", LabelRole::Conditions), ["cat", "dog"]);
        assert_eq!(labels("\"x\"\n\"1\",\"cat\"\n\"2\",\"dog\"\n", LabelRole::Conditions), ["cat", "dog"]);
        assert_eq!(labels("condition,\ncat,\ndog,\n", LabelRole::Conditions), ["cat", "dog"]);
    }

    #[test]
    fn ragged_rows_and_gaps_name_their_line() {
        let message =
            |text: &str| parse(text.as_bytes(), Delimiter::Comma, LabelRole::Conditions).unwrap_err().to_string();
        assert!(message("a,label\n1,cat\n2\n").contains("line 3 has 1 cells"));
        assert!(message("a,label\n1,cat\n2,\n").contains("line 3 has no label in column 2"));
        assert!(message("onset,trial_type\n1,cat\n2,n/a\n").contains("line 3 has n/a in column 2, and a row without"));
    }
}
