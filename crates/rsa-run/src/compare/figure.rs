//! The heatmaps of a comparison, and the scatter plots of RDMs.

use ndarray::Array2;
use rsa_plot::{Figure, LayerHeatmap, RdmScatter, Style};
use rsakit::{Measure, Rdm, Result};

use super::{
    look::CompareView,
    result::{CompareResult, MeasureScores, ScoredBy},
};
use crate::inputs::stem;

/// Draws all measures, two in a row, or the scatter plots of RDMs.
pub(crate) fn draw(result: &CompareResult, view: &CompareView, style: Style) -> Result<Figure> {
    if let Some(scatter) = scatter(result, view) {
        return scatter.draw(style);
    }
    let columns = result.results.len().min(2);
    let panels = result.results.iter().map(|scores| panel(result, scores, None)).collect::<Vec<_>>();
    let style = Style { width: (style.width - 4.0 * (columns - 1) as f64) / columns as f64, ..style };
    let figures = panels.iter().map(|panel| panel.draw(style)).collect::<Result<Vec<_>>>()?;
    let [first, second] = result.paths();
    Ok(Figure::arranged(&figures, columns, &format!("{} of {first} and {second}", result.compared.noun())))
}

/// Returns the scatter plots of all RDMs that were read, with all their scores, if the view has them.
///
/// Against itself, each two RDMs have one plot.
pub(crate) fn scatter(result: &CompareResult, view: &CompareView) -> Option<RdmScatter> {
    let ([rows, columns], true) = (result.rdms.as_ref()?, view.scatter) else { return None };
    let first = result.results.first()?;
    let present = |rdms: &[Option<Rdm>]| (0..rdms.len()).filter(|&k| rdms[k].is_some()).collect::<Vec<_>>();
    let (mut row_places, mut column_places) = (present(rows), present(columns));
    if result.is_against_itself() {
        row_places = row_places.split_off(1.min(row_places.len()));
        column_places.pop();
    }
    let is_single = row_places.len() * column_places.len() == 1;
    let text = |i: usize, j: usize| {
        if result.is_against_itself() && j >= i {
            return None;
        }
        let score = |scores: &MeasureScores| {
            let value = scores.values[i][j]?;
            let value = format!("{value:.3}").replace('-', "−");
            Some(if is_single { format!("{} = {value}", result.title(scores)) } else { value })
        };
        let scores: Vec<_> = result.results.iter().filter_map(score).collect();
        (!scores.is_empty()).then(|| scores.join(", "))
    };
    let named = |names: &[String], rdms: &[Option<Rdm>], places: &[usize]| {
        places.iter().filter_map(|&k| Some((names[k].clone(), rdms[k].clone()?))).collect::<Vec<_>>()
    };
    let measures: Vec<_> = result.results.iter().map(|scores| result.title(scores)).collect();
    let texts = row_places.iter().map(|&i| column_places.iter().map(|&j| text(i, j)).collect());
    Some(RdmScatter {
        texts: texts.collect(),
        columns: named(&first.columns, columns, &column_places),
        rows: named(&first.rows, rows, &row_places),
        groups: view.groups.clone(),
        note: if is_single { String::new() } else { format!("Above each plot: {}.", measures.join(", ")) },
    })
}

/// Returns the heatmap of one measure; `table` holds its numbers on a page.
pub(crate) fn panel(result: &CompareResult, scores: &MeasureScores, table: Option<&str>) -> LayerHeatmap {
    let (n, m) = (scores.rows.len(), scores.columns.len());
    let value = |(i, j): (usize, usize)| scores.values[i][j].unwrap_or(f64::NAN);
    let values = Array2::from_shape_fn((n, m), value);
    let axes = match result.is_against_itself() {
        true => [String::new(), String::new()],
        false => result.paths().map(stem),
    };
    LayerHeatmap {
        title: result.title(scores),
        rows: scores.rows.clone(),
        columns: scores.columns.clone(),
        ends: ends(scores, &values),
        values,
        marks: (0..n).map(|i| result.best_column(scores, i)).collect(),
        stars: Vec::new(),
        axes,
        note: String::new(),
        table: table.map(str::to_owned),
    }
}

/// Returns the ends 0 and 1, which make measures comparable, for a measure with that range and a score above one half.
fn ends(scores: &MeasureScores, values: &Array2<f64>) -> Option<[f64; 2]> {
    let ScoredBy::Measure(spec) = &scores.measure else { return None };
    let range = spec.measure().profile().range;
    let present = || values.iter().filter(|value| !value.is_nan());
    let high = present().copied().fold(0.0, f64::max);
    (range == [0.0, 1.0] && high > 0.5).then_some(range)
}
