//! One line for each RDM and pair: for spreadsheets and data frames.

use std::io;

use crate::rdm::Made;

pub(super) fn text(made: &Made) -> io::Result<String> {
    let mut lines = csv::Writer::from_writer(Vec::new());
    lines.write_record(["rdm", "condition_a", "condition_b", "dissimilarity"])?;
    for made in &made.rdms {
        for (a, b, value) in made.rdm.to_long() {
            let value = if value.is_nan() { String::new() } else { value.to_string() };
            lines.write_record([&made.name, &a, &b, &value])?;
        }
    }
    let bytes = lines.into_inner().map_err(|error| error.into_error())?;
    String::from_utf8(bytes).map_err(io::Error::other)
}
