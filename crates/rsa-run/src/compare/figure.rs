//! The heatmaps of a comparison, and the scatter of two RDMs.

use ndarray::Array2;
use rsa_plot::{Figure, LayerHeatmap, RdmScatter, Style};
use rsakit::{Measure, Rdm, Result};

use super::result::{CompareResult, MeasureScores, ScoredBy};
use crate::inputs::stem;

/// Draws all measures, two in a row; of two RDMs the scatter of their dissimilarities.
pub(crate) fn draw(result: &CompareResult, style: Style) -> Result<Figure> {
    if let Some(pair) = &result.pair {
        return scatter(result, pair).draw(style);
    }
    let columns = result.results.len().min(2);
    let panels = result.results.iter().map(|scores| panel(result, scores, None)).collect::<Vec<_>>();
    let style = Style { width: (style.width - 4.0 * (columns - 1) as f64) / columns as f64, ..style };
    let figures = panels.iter().map(|panel| panel.draw(style)).collect::<Result<Vec<_>>>()?;
    let [first, second] = result.paths();
    Ok(Figure::arranged(&figures, columns, &format!("{} of {first} and {second}", result.compared.noun())))
}

/// Returns the scatter of two RDMs, with all their scores.
pub(crate) fn scatter(result: &CompareResult, [row, column]: &[Rdm; 2]) -> RdmScatter {
    let score = |scores: &MeasureScores| Some(format!("{} = {:.3}", scores.measure, scores.values[0][0]?));
    let first = &result.results[0];
    let names = [(&first.columns[0], column), (&first.rows[0], row)];
    RdmScatter {
        rdms: names.map(|(name, rdm)| (name.clone(), rdm.clone())),
        comparison: result.results.iter().filter_map(score).collect::<Vec<_>>().join(", "),
    }
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
        title: scores.measure.to_string(),
        rows: scores.rows.clone(),
        columns: scores.columns.clone(),
        ends: ends(scores, &values),
        values,
        marks: (0..n).map(|i| result.best_column(scores, i)).collect(),
        axes,
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
