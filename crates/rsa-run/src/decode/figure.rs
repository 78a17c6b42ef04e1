//! Figures of a decoding: bars of layers, and the confusions of a layer.

use ndarray::Array2;
use rsa_plot::{Figure, LayerHeatmap, ModelBar, ModelBars, Style};
use rsakit::Result;

use super::{DecodeResult, DecodedLayer};
use crate::evaluate::{SIGNIFICANCE, correction_words};

/// Draws the confusions of a single layer, or the accuracies of several.
pub(super) fn draw(result: &DecodeResult, style: Style) -> Result<Figure> {
    match &result.layers[..] {
        [layer] => confusion(result, layer, style),
        _ => accuracies(result, style),
    }
}

/// Draws the balanced accuracy of each layer.
pub(super) fn accuracies(result: &DecodeResult, style: Style) -> Result<Figure> {
    let bar = |layer: &DecodedLayer| ModelBar {
        name: layer.name.clone(),
        score: layer.balanced_accuracy,
        standard_error: None,
        subjects: Vec::new(),
        above_zero: layer.p_corrected.is_some_and(|p| p < SIGNIFICANCE),
        below_ceiling: false,
    };
    let chance = format!("chance: {:.3}", result.chance);
    let note = match result.permutations {
        0 => chance,
        count => {
            let correction = correction_words(result.correction);
            format!("{chance}; * above it (p < .05, {count} permutations, {correction})")
        }
    };
    let bars = ModelBars {
        models: result.layers.iter().map(bar).collect(),
        ceiling: None,
        differences: Vec::new(),
        score: "balanced accuracy".to_owned(),
        note,
        title: String::new(),
        range: Some([0.0, 1.0]),
    };
    bars.draw(style)
}

/// Draws the share of observations of each class that was assigned to each class.
pub(super) fn confusion(result: &DecodeResult, layer: &DecodedLayer, style: Style) -> Result<Figure> {
    let share = |(class, other): (usize, usize)| {
        let tests: usize = layer.confusion[class].iter().sum();
        if tests == 0 { f64::NAN } else { layer.confusion[class][other] as f64 / tests as f64 }
    };
    let n = result.classes.len();
    let heatmap = LayerHeatmap {
        title: format!("{}: {:.3}", layer.name, layer.balanced_accuracy),
        rows: result.classes.clone(),
        columns: result.classes.clone(),
        values: Array2::from_shape_fn((n, n), share),
        ends: Some([0.0, 1.0]),
        marks: vec![None; n],
        stars: Vec::new(),
        axes: ["class".to_owned(), "assigned to".to_owned()],
        note: format!("share of the observations of a class; the diagonal is right, chance is {:.3}", result.chance),
        table: None,
    };
    heatmap.draw(style)
}
