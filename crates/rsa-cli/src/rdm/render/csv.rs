//! One line for each RDM and pair: for spreadsheets and data frames.

use std::io;

use crate::{format::csv_text, rdm::Made};

pub(super) fn text(made: &Made) -> io::Result<String> {
    csv_text(|lines| {
        lines.write_record(["rdm", "condition_a", "condition_b", "dissimilarity"])?;
        for made in &made.rdms {
            for (a, b, value) in made.rdm.to_long() {
                let value = if value.is_nan() { String::new() } else { value.to_string() };
                lines.write_record([&made.name, &a, &b, &value])?;
            }
        }
        Ok(())
    })
}
