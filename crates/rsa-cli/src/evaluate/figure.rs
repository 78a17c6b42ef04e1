//! The bars of an evaluation.

use rsa_plot::{Figure, ModelBar, ModelBars, Style};
use rsakit::{
    Result,
    spec::ComparisonSpec,
    stats::{Correction, Evaluation, GeneralizeTo, Scoring},
};

/// Corrected p-values below this are marked.
const ALPHA: f64 = 0.05;

/// More models have no lines over them: most of their pairs differ, and nobody could read them.
const PAIRS: usize = 12;

/// Models from the best to the worst.
pub(crate) fn draw(evaluation: &Evaluation, style: Style) -> Result<Figure> {
    let mut order: Vec<usize> = (0..evaluation.models.len()).collect();
    order.sort_by(|&a, &b| evaluation.models[b].score.total_cmp(&evaluation.models[a].score));
    let below = |p: Option<f64>| p.is_some_and(|p| p < ALPHA);
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
        0..=PAIRS => different.filter_map(|pair| Some([place(&pair.a)?, place(&pair.b)?])).collect(),
        _ => Vec::new(),
    };
    let bars = ModelBars {
        models: models.collect(),
        ceiling: evaluation.noise_ceiling.as_ref().map(|ceiling| [ceiling.lower, ceiling.upper]),
        differences,
        score: title_of_name(&evaluation.comparison).to_owned(),
        note: note(evaluation),
    };
    bars.draw(style)
}

/// Returns the title of the score with this name, or the name itself.
fn title_of_name(name: &str) -> &str {
    Scoring::ALL.into_iter().find(|scoring| scoring.name() == name).map_or(name, |scoring| title(scoring))
}

/// Returns the name of a score in a figure.
pub(crate) fn title(scoring: Scoring) -> &'static str {
    ComparisonSpec::from(scoring).label()
}

/// What errors and marks are about.
fn note(evaluation: &Evaluation) -> String {
    let about = match evaluation.generalize_to {
        GeneralizeTo::Nothing | GeneralizeTo::Subjects => "new subjects",
        GeneralizeTo::Conditions => "new conditions",
        GeneralizeTo::Both => "new subjects and conditions",
    };
    let dots = if evaluation.n_subjects > 1 { "dots: subjects; " } else { "" };
    let lines = if (2..=PAIRS).contains(&evaluation.models.len()) { "; lines join models that differ" } else { "" };
    let correction = correction(evaluation.correction);
    let marked = match evaluation.models.iter().any(|model| model.standard_error.is_some()) {
        true => format!(
            "error bars: standard error for {about}; * above 0, ▼ below the ceiling{lines} (p < .05, {correction}; ▼ uncorrected)"
        ),
        false => "one group of subjects and nothing resampled, so there are no standard errors and no tests".to_owned(),
    };
    format!("{dots}{marked}")
}

/// What was done about many tests, in words.
pub(super) fn correction(correction: Correction) -> &'static str {
    match correction {
        Correction::None => "uncorrected",
        Correction::Holm => "corrected by Holm",
        Correction::Bh => "corrected by Benjamini and Hochberg",
        Correction::By => "corrected by Benjamini and Yekutieli",
        Correction::Max => "against the best of permuted models",
    }
}
