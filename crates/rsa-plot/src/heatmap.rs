//! Cells of a matrix, coloured by their values, and the colour bar.

use std::{collections::BTreeMap, fmt::Write};

use ndarray::{Array2, ArrayView2};

use crate::{
    axis::tick_texts,
    canvas::{Anchor, Canvas, Font, Stroke},
    color::{ColorScale, Ink},
};

/// Longest side in cells; a larger matrix is drawn as means of blocks, because its cells would be thinner than a line.
pub(crate) const LONGEST: usize = 256;

/// Position and size of a drawn matrix.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Area {
    pub(crate) at: [f64; 2],
    pub(crate) size: [f64; 2],
}

/// Draws `values` into `area`; NaN, a missing value, is crossed out.
pub(crate) fn cells(canvas: &mut Canvas, area: Area, values: ArrayView2<'_, f64>, scale: ColorScale) {
    let (values, _) = blocks(values);
    let cell = [area.size[0] / values.ncols() as f64, area.size[1] / values.nrows() as f64];
    // Each colour is one path; its strokes are runs of cells, along the middle of their row.
    let mut paths: BTreeMap<Option<usize>, String> = BTreeMap::new();
    for (i, row) in values.rows().into_iter().enumerate() {
        let mut j = 0;
        while j < row.len() {
            let step = |value: f64| (!value.is_nan()).then(|| scale.step(value));
            let color = step(row[j]);
            let run = row.iter().skip(j).take_while(|&&value| step(value) == color).count();
            let _ = write!(paths.entry(color).or_default(), "M{j} {i}.5h{run}");
            j += run;
        }
    }
    for (step, path) in paths {
        let ink = step.map_or(Ink::Missing, |step| Ink::Value(scale.color(step)));
        canvas.cells(&path, area.at, cell, ink);
    }
    if cell[0] <= 2.0 {
        return;
    }
    let mut crosses = Vec::new();
    for ((i, j), _) in values.indexed_iter().filter(|(_, value)| value.is_nan()) {
        let [x, y] = [area.at[0] + j as f64 * cell[0], area.at[1] + i as f64 * cell[1]];
        crosses.extend(cross([x, y], cell));
    }
    canvas.segments(&crosses, CROSSED, 1.0);
}

/// Lines over missing values.
const CROSSED: Stroke = Stroke { width: 0.4, ink: Ink::Muted };

/// Returns the diagonals of a cell, less a margin.
fn cross([x, y]: [f64; 2], [width, height]: [f64; 2]) -> [[[f64; 2]; 2]; 2] {
    let [left, right] = [x + width * 0.2, x + width * 0.8];
    let [top, bottom] = [y + height * 0.2, y + height * 0.8];
    [[[left, top], [right, bottom]], [[left, bottom], [right, top]]]
}

/// Returns `values`, or means of blocks if there are too many, and the side of a block.
///
/// A block without any value is missing.
pub(crate) fn blocks(values: ArrayView2<'_, f64>) -> (Array2<f64>, usize) {
    let side = values.nrows().max(values.ncols()).div_ceil(LONGEST);
    if side == 1 {
        return (values.to_owned(), 1);
    }
    let shape = (values.nrows().div_ceil(side), values.ncols().div_ceil(side));
    let mean = |(i, j): (usize, usize)| {
        let rows = i * side..((i + 1) * side).min(values.nrows());
        let columns = j * side..((j + 1) * side).min(values.ncols());
        let block = rows.flat_map(|row| columns.clone().map(move |column| values[(row, column)]));
        let present = block.filter(|value| !value.is_nan());
        let count = present.clone().count();
        if count == 0 { f64::NAN } else { present.map(|value| value / count as f64).sum() }
    };
    (Array2::from_shape_fn(shape, mean), side)
}

/// Width that a [`color_bar`] takes beside its figure.
pub(crate) const BAR_WIDTH: f64 = 40.0;

/// Draws a vertical bar of all colours, `height` points high, with ticks to its right and `label` along it.
///
/// If `missing`, a sample of a missing value is drawn below the bar.
pub(crate) fn color_bar(
    canvas: &mut Canvas,
    [x, y]: [f64; 2],
    height: f64,
    scale: ColorScale,
    label: &str,
    missing: bool,
) {
    const THICKNESS: f64 = 7.0;
    let steps = ColorScale::steps();
    for step in 0..steps {
        let row = steps - 1 - step;
        canvas.cells(
            &format!("M0 {row}.5h1"),
            [x, y],
            [THICKNESS, height / steps as f64],
            Ink::Value(scale.color(step)),
        );
    }
    let ([low, high], font) = (scale.ends(), Font::new(6.0, Ink::Muted));
    let ticks = tick_texts(low, high, (height / 18.0).clamp(2.0, 6.0));
    let mut widest = 0.0_f64;
    for (value, text) in &ticks {
        let tick = y + height * (1.0 - (value - low) / (high - low));
        canvas.line(&[[x + THICKNESS, tick], [x + THICKNESS + 2.0, tick]], Stroke { width: 0.5, ink: Ink::Muted }, 1.0);
        canvas.text([x + THICKNESS + 3.5, tick + 2.1], Anchor::Start, font, text);
        widest = widest.max(font.width(text));
    }
    let font = Font::new(6.5, Ink::Text);
    let label = crate::font::fitted(label, font.size, font.weight, height + 20.0);
    canvas.upright_text([x + THICKNESS + widest + 10.5, y + height / 2.0], Anchor::Middle, font, &label);
    if missing {
        canvas.rect([x, y + height + 6.0], [THICKNESS, THICKNESS], Ink::Missing, 1.0);
        canvas.segments(&cross([x, y + height + 6.0], [THICKNESS, THICKNESS]), CROSSED, 1.0);
        let at = [x + THICKNESS + 3.5, y + height + 11.6];
        canvas.text(at, Anchor::Start, Font::new(6.0, Ink::Muted), "missing");
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::color::Theme;

    #[test]
    fn runs_of_one_color_are_one_stroke() {
        let mut canvas = Canvas::new(Theme::Light);
        let area = Area { at: [0.0, 0.0], size: [3.0, 2.0] };
        cells(&mut canvas, area, array![[0.0, 0.0, 1.0], [1.0, f64::NAN, 0.0]].view(), ColorScale::between(0.0, 1.0));
        let body = canvas.into_body();
        assert!(body.contains("d=\"M0 0.5h2M2 1.5h1\""), "{body}");
        assert!(body.contains("d=\"M2 0.5h1M0 1.5h1\"") && body.contains("d=\"M1 1.5h1\" class=\"stroke-missing\""));
    }

    #[test]
    fn large_matrices_become_means_of_what_is_present() {
        let mut large = Array2::from_elem((512, 512), 2.0);
        large[(0, 0)] = f64::NAN;
        large[(0, 1)] = 5.0;
        let (means, side) = blocks(large.view());
        assert_eq!((means.dim(), side), ((256, 256), 2));
        assert_eq!((means[(0, 0)], means[(1, 1)]), (3.0, 2.0));
        assert!(blocks(Array2::from_elem((300, 300), f64::NAN).view()).0[(0, 0)].is_nan());
    }
}
