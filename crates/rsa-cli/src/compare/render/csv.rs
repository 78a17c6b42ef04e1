//! One line for each measure and pair: for spreadsheets and data frames.

use std::io;

use crate::compare::Report;

pub(super) fn text(report: &Report) -> io::Result<String> {
    let mut lines = csv::Writer::from_writer(Vec::new());
    lines.write_record(["measure", "row", "column", "value", "kind", "message"])?;
    for scores in &report.results {
        let measure = scores.measure.clone();
        for (i, row) in report.rows.iter().enumerate() {
            for (j, column) in report.columns.iter().enumerate() {
                let [value, kind, message] = match scores.values.get(i, j) {
                    Ok(score) => {
                        let caveats = scores.caveats.get(i, j);
                        let kinds: Vec<_> = caveats.iter().map(|caveat| caveat.kind.name()).collect();
                        let messages: Vec<_> = caveats.iter().map(|caveat| caveat.message.as_str()).collect();
                        [score.to_string(), kinds.join("; "), messages.join("; ")]
                    }
                    Err(failed) => [String::new(), failed.error.kind().name().to_owned(), report.message(failed, i, j)],
                };
                lines.write_record([&measure, row, column, &value, &kind, &message])?;
            }
        }
    }
    let bytes = lines.into_inner().map_err(|error| error.into_error())?;
    String::from_utf8(bytes).map_err(io::Error::other)
}
