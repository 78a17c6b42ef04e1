//! The figure of an evaluation: a bar a model.

use rsa_plot::{Figure, ModelBar, ModelBars, Style};
use rsakit::{
    Result,
    spec::ComparisonSpec,
    stats::{Correction, Evaluation, GeneralizeTo, Scoring},
};

use super::{EvaluateResult, FittedModel, fitted_model::FITTED_TO_ALL};
use crate::given_rdms::describe_given;

/// Significance level: corrected p-values below it are marked.
pub(crate) const SIGNIFICANCE: f64 = 0.05;

/// Most models with lines between models that differ; with more, lines would hide one another.
const MOST_WITH_LINES: usize = 12;

/// Draws the models from the best to the worst.
pub(super) fn draw(result: &EvaluateResult, style: Style) -> Result<Figure> {
    let scores = model_bars(result, true).draw(style)?;
    if result.fits.is_empty() {
        return Ok(scores);
    }
    let weights = result.fits.iter().map(|fit| weights(fit).draw(style));
    let panels = std::iter::once(Ok(scores)).chain(weights).collect::<Result<Vec<_>>>()?;
    Ok(Figure::arranged(&panels, 1, "Scores of models, and weights of those that were fitted"))
}

/// Returns the bars of the models.
///
/// A figure that stands `alone` has them from the best to the worst, with lines over pairs that differ; one of several has
/// them in the order of the models.
pub(crate) fn model_bars(result: &EvaluateResult, alone: bool) -> ModelBars {
    let evaluation = &result.evaluation;
    let mut order: Vec<usize> = (0..evaluation.models.len()).collect();
    if alone {
        order.sort_by(|&a, &b| evaluation.models[b].score.total_cmp(&evaluation.models[a].score));
    }
    let below = |p: Option<f64>| p.is_some_and(|p| p < SIGNIFICANCE);
    let models = order.iter().map(|&k| {
        let model = &evaluation.models[k];
        ModelBar {
            name: model.name.clone(),
            score: model.score,
            standard_error: model.standard_error,
            subjects: model.scores_by_subject.clone(),
            above_zero: below(model.p_above_zero_corrected),
            below_ceiling: below(model.p_below_ceiling),
        }
    });
    let place = |name: &str| order.iter().position(|&k| evaluation.models[k].name == name);
    let different = evaluation.pairwise.iter().filter(|pair| below(pair.p_corrected));
    let differences = match evaluation.models.len() {
        0..=MOST_WITH_LINES if alone => different.filter_map(|pair| Some([place(&pair.a)?, place(&pair.b)?])).collect(),
        _ => Vec::new(),
    };
    ModelBars {
        models: models.collect(),
        ceiling: evaluation.noise_ceiling.as_ref().map(|ceiling| [ceiling.lower, ceiling.upper]),
        differences,
        score: format!("{}{}", score_title(&evaluation.comparison), describe_given(&result.given)),
        note: note(evaluation, alone),
        title: String::new(),
        range: None,
    }
}

/// Returns bars of the weights of a model.
fn weights(fit: &FittedModel) -> ModelBars {
    let bar = |(name, &score): (&String, &f64)| ModelBar { name: name.clone(), score, ..ModelBar::default() };
    ModelBars {
        models: fit.rdms.iter().zip(&fit.weights).map(bar).collect(),
        ceiling: None,
        differences: Vec::new(),
        score: "weight".to_owned(),
        note: format!("{}: {FITTED_TO_ALL}", fit.model),
        title: String::new(),
        range: None,
    }
}

/// Returns the meaning of a star.
pub(crate) fn significance_note(evaluation: &Evaluation) -> String {
    format!("above 0 (p < .05, {})", correction_words(evaluation.correction))
}

/// Returns the title of the score with this name, or the name itself.
pub(crate) fn score_title(name: &str) -> &str {
    let scoring = Scoring::ALL.into_iter().find(|scoring| scoring.name() == name);
    scoring.map_or(name, |scoring| ComparisonSpec::from(scoring).label())
}

/// Returns the sentence that explains error bars and marks.
fn note(evaluation: &Evaluation, alone: bool) -> String {
    let population = match evaluation.generalize_to {
        GeneralizeTo::Nothing | GeneralizeTo::Subjects => "new subjects",
        GeneralizeTo::Conditions => "new conditions",
        GeneralizeTo::Both => "new subjects and conditions",
    };
    let dots = if evaluation.n_subjects > 1 { "dots: subjects; " } else { "" };
    let has_lines = alone && (2..=MOST_WITH_LINES).contains(&evaluation.models.len());
    let lines = if has_lines { "; lines join models that differ" } else { "" };
    let correction = correction_words(evaluation.correction);
    let marked = match evaluation.models.iter().any(|model| model.standard_error.is_some()) {
        true => format!(
            "error bars: standard error for {population}; * above 0, ▼ below the ceiling{lines} (p < .05, {correction}; ▼ \
             uncorrected)"
        ),
        false => "one group of subjects and nothing resampled, so there are no standard errors and no tests".to_owned(),
    };
    format!("{dots}{marked}")
}

/// Returns the correction for many tests in words.
pub(crate) fn correction_words(correction: Correction) -> &'static str {
    match correction {
        Correction::None => "uncorrected",
        Correction::Holm => "corrected by Holm",
        Correction::Bh => "corrected by Benjamini and Hochberg",
        Correction::By => "corrected by Benjamini and Yekutieli",
        Correction::Max => "against the best of permuted models",
    }
}
