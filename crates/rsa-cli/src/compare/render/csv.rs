//! One line for each measure and pair: for spreadsheets and data frames.

use std::io;

use rsakit::core::Grid;

use crate::{
    compare::{Report, report::Permuted},
    format::csv_text,
};

pub(super) fn text(report: &Report) -> io::Result<String> {
    csv_text(|lines| {
        let certain = report.results.iter().any(|scores| scores.permuted.is_some() || scores.intervals.is_some());
        let more: &[&str] = if certain { &["p", "p_corrected", "low", "high"] } else { &[] };
        lines.write_record([&["measure", "row", "column", "value", "kind", "message"], more].concat())?;
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
                        Err(failed) => {
                            [String::new(), failed.error.kind().name().to_owned(), report.message(failed, i, j)]
                        }
                    };
                    let mut cells = vec![measure.clone(), row.clone(), column.clone(), value, kind, message];
                    if certain {
                        let p =
                            |p: fn(&Permuted) -> &Grid<Option<f64>>| p(scores.permuted.as_ref()?).get(i, j).as_ref();
                        let interval = scores.intervals.as_ref().and_then(|intervals| *intervals.get(i, j));
                        let numbers = [
                            p(|permuted| &permuted.p).copied(),
                            p(|permuted| &permuted.p_corrected).copied(),
                            interval.map(|[low, _]| low),
                            interval.map(|[_, high]| high),
                        ];
                        cells
                            .extend(numbers.map(|number| number.map_or_else(String::new, |number| number.to_string())));
                    }
                    lines.write_record(&cells)?;
                }
            }
        }
        Ok(())
    })
}
