//! The heatmaps of a comparison, and the scatter of two RDMs.

use ndarray::Array2;
use rsa_plot::{Figure, LayerHeatmap, RdmScatter, Style};
use rsakit::{Measure, MeasureSpec, Rdm, Result};

use super::report::{Report, Scores};

/// All measures of `report`, two in a row; of two RDMs their pairs.
pub(crate) fn draw(report: &Report, style: Style) -> Result<Figure> {
    if let Some(pair) = &report.pair {
        return scatter(report, pair).draw(style);
    }
    let columns = report.results.len().min(2);
    let panels = report.results.iter().map(|scores| panel(report, scores, None)).collect::<Vec<_>>();
    let style = Style { width: (style.width - 4.0 * (columns - 1) as f64) / columns as f64, ..style };
    let figures = panels.iter().map(|panel| panel.draw(style)).collect::<Result<Vec<_>>>()?;
    let [first, second] = &report.inputs;
    Ok(Figure::arranged(&figures, columns, &format!("{} of {first} and {second}", report.what)))
}

/// The two RDMs of a comparison of two, with all its scores.
pub(crate) fn scatter(report: &Report, [row, column]: &[Rdm; 2]) -> RdmScatter {
    let score = |scores: &Scores| Some(format!("{} = {:.3}", scores.measure, scores.values.get(0, 0).as_ref().ok()?));
    let names = [(&report.columns[0], column), (&report.rows[0], row)];
    RdmScatter {
        rdms: names.map(|(name, rdm)| (name.clone(), rdm.clone())),
        comparison: report.results.iter().filter_map(score).collect::<Vec<_>>().join(", "),
    }
}

/// The scores of one measure; `table` holds them on a page.
pub(crate) fn panel(report: &Report, scores: &Scores, table: Option<&str>) -> LayerHeatmap {
    let (n, m) = (report.rows.len(), report.columns.len());
    let value = |(i, j): (usize, usize)| scores.values.get(i, j).as_ref().copied().unwrap_or(f64::NAN);
    let values = Array2::from_shape_fn((n, m), value);
    let axes = match report.against_itself {
        true => [String::new(), String::new()],
        false => report.inputs.clone().map(|path| stem(&path)),
    };
    LayerHeatmap {
        title: scores.measure.clone(),
        rows: report.rows.clone(),
        columns: report.columns.clone(),
        ends: ends(scores, &values),
        values,
        marks: (0..n).map(|i| scores.best_column(i, report.against_itself.then_some(i))).collect(),
        axes,
        table: table.map(str::to_owned),
    }
}

/// From 0 to 1, so that measures look comparable, where a measure cannot leave that and does not hide in a corner of it.
fn ends(scores: &Scores, values: &Array2<f64>) -> Option<[f64; 2]> {
    let range = scores.measure.parse::<MeasureSpec>().map(|spec| spec.measure().profile().range).ok()?;
    let present = || values.iter().filter(|value| !value.is_nan());
    let high = present().copied().fold(0.0, f64::max);
    (range == [0.0, 1.0] && high > 0.5).then_some(range)
}

fn stem(path: &str) -> String {
    let path = std::path::Path::new(path);
    path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
