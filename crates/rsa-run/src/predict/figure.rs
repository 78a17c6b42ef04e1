//! The figure of predictions: a bar for each layer with the ceiling that noise sets.

use rsa_plot::{Figure, ModelBar, ModelBars, Style};
use rsakit::{Result, encode::PredictionScore};

use super::{PredictResult, PredictedTarget, document::score_words};

/// Draws a panel for each target.
pub(super) fn draw(result: &PredictResult, style: Style) -> Result<Figure> {
    let mut panels = Vec::new();
    for target in result.targets.iter().filter(|target| !target.layers.is_empty()) {
        panels.push(bars(result, target).draw(style)?);
    }
    match panels.len() {
        1 => Ok(panels.remove(0)),
        _ => Ok(Figure::arranged(&panels, 1, "Predictivity of layers")),
    }
}

fn bars(result: &PredictResult, target: &PredictedTarget) -> ModelBars {
    let bar = |layer: &super::LayerPredictivity| ModelBar {
        name: layer.layer.clone(),
        score: layer.median,
        standard_error: layer.spread_over_folds,
        ..ModelBar::default()
    };
    let ceiling = target.reliability.as_ref().and_then(super::ReliabilitySummary::ceiling);
    // The ceiling of a correlation is the root of the reliability, and that of explained variance the reliability.
    let ceiling = ceiling.map(|bounds| match result.score() {
        PredictionScore::Pearson => bounds,
        PredictionScore::ExplainedVariance => bounds.map(|bound| bound * bound),
    });
    let band = match ceiling {
        Some(_) => "; band: what the reliability of the sites allows, 95 % interval of its mean",
        None => "",
    };
    ModelBars {
        models: target.layers.iter().map(bar).collect(),
        ceiling,
        differences: Vec::new(),
        score: format!("median {} of {} sites", score_words(result.score()), target.n_sites),
        note: format!("error bars: spread over folds, which overlap, and no standard error{band}"),
        title: if result.targets.len() > 1 { target.name.clone() } else { String::new() },
        range: None,
    }
}
