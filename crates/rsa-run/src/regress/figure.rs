//! The figure of a regression: bars of weights, and of shares of variance.

use rsa_plot::{Figure, ModelBar, ModelBars, Style};
use rsakit::{Result, stats::SubjectMean};

use super::RegressResult;
use crate::evaluate::{SIGNIFICANCE, correction_words};

/// Distance between the two panels in millimetres.
const GAP: f64 = 4.0;

/// Draws weights beside shares of variance.
pub(super) fn draw(result: &RegressResult, style: Style) -> Result<Figure> {
    let style = Style { width: (style.width - GAP) / 2.0, ..style };
    let panels = [weights(result).draw(style)?, variance(result).draw(style)?];
    Ok(Figure::arranged(&panels, 2, "Weights and explained variance of models"))
}

fn bar(name: String, mean: &SubjectMean, subjects: &[f64], marked: bool) -> ModelBar {
    // One subject is the bar itself.
    let subjects = if subjects.len() > 1 { subjects.to_vec() } else { Vec::new() };
    let (score, standard_error) = (mean.mean, mean.standard_error);
    ModelBar { name, score, standard_error, subjects, above_zero: marked, below_ceiling: false }
}

fn weights(result: &RegressResult) -> ModelBars {
    let models = result.models.iter().map(|model| {
        let marked = model.p_corrected.is_some_and(|p| p < SIGNIFICANCE);
        bar(model.name.clone(), &model.weight, &model.weights_by_subject, marked)
    });
    let note = match &result.test_reason {
        Some(reason) => reason.clone(),
        None => format!(
            "dots: subjects; error bars: standard error for new subjects; * differs from 0 (p < .05, {})",
            correction_words(result.correction)
        ),
    };
    let score = "standardized weight".to_owned();
    ModelBars {
        models: models.collect(),
        ceiling: None,
        differences: Vec::new(),
        score,
        note,
        title: String::new(),
        range: None,
    }
}

fn variance(result: &RegressResult) -> ModelBars {
    let together = bar("all together".to_owned(), &result.r_squared, &result.r_squared_by_subject, false);
    let unique = result
        .models
        .iter()
        .filter(|_| result.parts.is_empty())
        .map(|model| bar(format!("{} alone", model.name), &model.unique, &model.unique_by_subject, false));
    let parts = result.parts.iter().map(|part| bar(part.sets.join(" + "), &part.variance, &part.by_subject, false));
    let note = match result.parts.is_empty() {
        true => "unique variance: the loss of R² without a model",
        false => {
            "one name: variance that it alone explains; several: variance that exactly these share, which may be negative"
        }
    };
    ModelBars {
        models: std::iter::once(together).chain(unique).chain(parts).collect(),
        ceiling: None,
        differences: Vec::new(),
        score: "share of variance".to_owned(),
        note: note.to_owned(),
        title: String::new(),
        range: None,
    }
}
