//! [`write_square_table`]: a matrix as a table with the conditions in the first row and column.

use std::io::{self, Write};

use rsa_core::{Error, Rdm};

use super::triangles;

/// Writes one matrix as a square table, cells between commas, that [`read_rdms`](crate::read_rdms) reads.
///
/// The labels of the conditions are the first row and the first column; without labels there are the numbers alone. A
/// missing dissimilarity is NA. Dissimilarities that rounding ties are written as [one number](Rdm::with_ties_made_equal),
/// as in [`write_triangles`](super::write_triangles).
///
/// # Errors
/// The errors of the writer; `InvalidInput` unless there is one matrix.
pub fn write_square_table(mut writer: impl Write, rdms: &[(String, Rdm)]) -> io::Result<()> {
    let [(_, rdm)] = rdms else {
        let needed =
            "one; choose it with --layers, average with rsakit transform --mean, or write long tables (--format csv)";
        let error = Error::invalid_parameter("the number of RDMs in a square table", needed, rdms.len());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, error));
    };
    let triangle = triangles(rdms, Rdm::with_ties_made_equal)?;
    let n = rdm.n_conditions();
    let labels = rdm.conditions().labels();
    if let Some(labels) = labels {
        let names: String = labels.iter().map(|label| format!(",{}", cell(label))).collect();
        writeln!(writer, "condition{names}")?;
    }
    for i in 0..n {
        let value = |j: usize| match i == j {
            true => "0".to_owned(),
            false => number(triangle[(0, rsa_core::condensed::index(n, i.min(j), i.max(j)))]),
        };
        let name = labels.map(|labels| cell(&labels[i]));
        let cells: Vec<String> = name.into_iter().chain((0..n).map(value)).collect();
        writeln!(writer, "{}", cells.join(","))?;
    }
    Ok(())
}

fn number(value: f64) -> String {
    if value.is_nan() { "NA".to_owned() } else { value.to_string() }
}

/// Returns a label as a cell, in quotes if it has a comma, a quote or a line end.
fn cell(label: &str) -> String {
    match label.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", label.replace('"', "\"\"")),
        false => label.to_owned(),
    }
}
