//! The figure of contrasts: means of blocks beside bars of contrasts.

use ndarray::Array2;
use rsa_plot::{Figure, LayerHeatmap, ModelBar, ModelBars, Style};
use rsakit::Result;

use super::{ContrastResult, document};
use crate::evaluate::SIGNIFICANCE;

/// Distance between the two panels in millimetres.
const GAP: f64 = 4.0;

/// Draws means of blocks beside contrasts.
pub(super) fn draw(result: &ContrastResult, style: Style) -> Result<Figure> {
    let style = Style { width: (style.width - GAP) / 2.0, ..style };
    let panels = [blocks(result).draw(style)?, contrasts(result).draw(style)?];
    Ok(Figure::arranged(&panels, 2, "Dissimilarities within and between categories"))
}

fn blocks(result: &ContrastResult) -> LayerHeatmap {
    let names: Vec<String> = result.categories.iter().map(|category| category.name.clone()).collect();
    let n = names.len();
    let mut values = Array2::from_elem((n, n), f64::NAN);
    let pairs = (0..n).flat_map(|a| (a..n).map(move |b| (a, b)));
    for ((a, b), block) in pairs.zip(&result.blocks) {
        let mean = block.mean.unwrap_or(f64::NAN);
        values[(a, b)] = mean;
        values[(b, a)] = mean;
    }
    LayerHeatmap {
        title: "mean dissimilarity".to_owned(),
        rows: names.clone(),
        columns: names,
        values,
        ends: None,
        marks: vec![None; n],
        stars: Vec::new(),
        axes: [String::new(), String::new()],
        note: "Diagonal: pairs of conditions within a category.".to_owned(),
        table: None,
    }
}

fn contrasts(result: &ContrastResult) -> ModelBars {
    let models = result.contrasts.iter().map(|one| {
        let p = if one.category.is_some() { one.p_corrected } else { one.difference.p };
        ModelBar {
            name: document::contrast_name(one),
            score: one.difference.mean,
            standard_error: one.difference.standard_error,
            // One subject is the bar itself.
            subjects: if result.n_subjects > 1 { one.by_subject.clone() } else { Vec::new() },
            above_zero: p.is_some_and(|p| p < SIGNIFICANCE),
            below_ceiling: false,
        }
    });
    let dots = if result.n_subjects > 1 { "dots: subjects; error bars: standard error for new subjects; " } else { "" };
    ModelBars {
        models: models.collect(),
        ceiling: None,
        differences: Vec::new(),
        score: "between − within".to_owned(),
        note: format!("{dots}* differs from 0 (p < .05): {}", document::test_words(result)),
        title: String::new(),
        range: None,
    }
}
