//! One line for each model and subject: for spreadsheets and mixed models.

use std::io;

use rsakit::stats::Evaluation;

use crate::format::csv_text;

pub(super) fn text(evaluation: &Evaluation) -> io::Result<String> {
    csv_text(|lines| {
        lines.write_record(["model", "subject", "score"])?;
        for model in &evaluation.models {
            for (subject, score) in model.scores_by_subject.iter().enumerate() {
                lines.write_record([&model.name, &subject.to_string(), &score.to_string()])?;
            }
        }
        Ok(())
    })
}
