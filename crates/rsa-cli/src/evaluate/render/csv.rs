//! One line for each model and subject: for spreadsheets and mixed models.

use std::io;

use rsakit::stats::Evaluation;

pub(super) fn text(evaluation: &Evaluation) -> io::Result<String> {
    let mut lines = csv::Writer::from_writer(Vec::new());
    lines.write_record(["model", "subject", "score"])?;
    for model in &evaluation.models {
        for (subject, score) in model.scores_by_subject.iter().enumerate() {
            lines.write_record([&model.name, &subject.to_string(), &score.to_string()])?;
        }
    }
    let bytes = lines.into_inner().map_err(|error| error.into_error())?;
    String::from_utf8(bytes).map_err(io::Error::other)
}
