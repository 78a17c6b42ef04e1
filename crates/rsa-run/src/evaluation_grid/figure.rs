//! The figure of a grid: bars of each set of data, or a heatmap of many sets.

use ndarray::Array2;
use rsa_plot::{Figure, LayerHeatmap, ModelBars, Style};
use rsakit::{Result, stats::Evaluation};

use super::EvaluationGrid;
use crate::{
    evaluate::{EvaluateResult, SIGNIFICANCE, model_bars, score_title, significance_note},
    given_rdms::describe_given,
};

/// Most sets and most models that are drawn as bars.
const MOST_AS_BARS: [usize; 2] = [9, 12];

/// Most sets of a heatmap that frames the best model of each.
const MOST_FRAMED: usize = 40;

/// Smallest width of bars, in millimetres.
const NARROWEST: f64 = 58.0;

/// Draws bars with noise ceilings if there are few sets and models, and a heatmap otherwise.
pub(super) fn draw(grid: &EvaluationGrid, style: Style) -> Result<Figure> {
    let models = grid.model_names();
    let [most_sets, most_models] = MOST_AS_BARS;
    let first = grid.first()?;
    match grid.data_sets.len() <= most_sets && models.len() <= most_models {
        true => bars(grid, style),
        false => heatmap(grid, first, &models).draw(style),
    }
}

/// Draws the bars of each set on one scale, the models in one order.
fn bars(grid: &EvaluationGrid, style: Style) -> Result<Figure> {
    let count = grid.data_sets.len();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few columns")]
    let most = ((style.width / NARROWEST) as usize).clamp(1, count);
    let columns = count.div_ceil(count.div_ceil(most));
    // The gap between figures is that of `Figure::arranged`.
    let style = Style { width: (style.width - 3.6 * (columns - 1) as f64) / columns as f64, ..style };
    let mut all: Vec<_> = grid
        .data_sets
        .iter()
        .map(|set| {
            let mut bars = model_bars(&set.result, false);
            bars.title.clone_from(&set.name);
            bars
        })
        .collect();
    let range = all
        .iter()
        .map(ModelBars::scores_range)
        .fold([0.0_f64, 0.0_f64], |[low, high], [a, b]| [low.min(a), high.max(b)]);
    let note = std::mem::take(&mut all[0].note);
    for bars in &mut all {
        bars.range = Some(range);
        bars.note.clear();
    }
    let figures = all.iter().map(|bars| bars.draw(style)).collect::<Result<Vec<_>>>()?;
    Ok(Figure::arranged(&figures, columns, &title(grid)).with_note(&note))
}

/// Returns the heatmap of sets × models with the lower noise ceiling as its last column.
fn heatmap(grid: &EvaluationGrid, first: &EvaluateResult, models: &[String]) -> LayerHeatmap {
    let has_frames = models.len() > 1 && grid.data_sets.len() <= MOST_FRAMED;
    let has_ceiling = grid.data_sets.iter().any(|set| set.result.evaluation.noise_ceiling.is_some());
    let ceiling = has_ceiling.then(|| "noise ceiling".to_owned());
    let columns: Vec<String> = models.iter().cloned().chain(ceiling).collect();
    let mut values = Array2::from_elem((grid.data_sets.len(), columns.len()), f64::NAN);
    let mut stars = Vec::new();
    let mut marks = Vec::new();
    for (i, set) in grid.data_sets.iter().enumerate() {
        let evaluation = &set.result.evaluation;
        for (j, name) in models.iter().enumerate() {
            let Some(model) = evaluation.models.iter().find(|model| model.name == *name) else { continue };
            values[(i, j)] = model.score;
            if model.p_above_zero_corrected.is_some_and(|p| p < SIGNIFICANCE) {
                stars.push([i, j]);
            }
        }
        if let Some(ceiling) = &evaluation.noise_ceiling {
            values[(i, models.len())] = ceiling.lower;
        }
        let scored = (0..models.len()).filter(|&j| !values[(i, j)].is_nan());
        marks.push(scored.max_by(|&a, &b| values[(i, a)].total_cmp(&values[(i, b)])).filter(|_| has_frames));
    }
    LayerHeatmap {
        title: format!("{}{}", score_title(&first.evaluation.comparison), describe_given(&first.given)),
        rows: grid.data_sets.iter().map(|set| set.name.clone()).collect(),
        columns,
        values,
        ends: None,
        marks,
        stars,
        axes: [String::new(), String::new()],
        note: note(grid, &first.evaluation, has_frames),
        table: None,
    }
}

fn note(grid: &EvaluationGrid, first: &Evaluation, has_frames: bool) -> String {
    let frame = if has_frames { "Frame: the best model of each row. " } else { "" };
    let has_tests = grid
        .data_sets
        .iter()
        .any(|set| set.result.evaluation.models.iter().any(|model| model.p_above_zero_corrected.is_some()));
    let stars = match has_tests {
        true => format!("*: {}.", significance_note(first)),
        false => "No tests.".to_owned(),
    };
    let ceiling = if first.noise_ceiling.is_some() { " Noise ceiling: its lower bound." } else { "" };
    format!("{frame}{stars}{ceiling}")
}

pub(super) fn title(grid: &EvaluationGrid) -> String {
    format!("{} models on {} sets of data", grid.model_names().len(), grid.data_sets.len())
}
