//! Heatmap of scores between the layers of two networks.

use ndarray::Array2;
use rsa_core::{Error, Result};

use crate::{
    canvas::{Anchor, Canvas, Font, Stroke},
    caption,
    color::{ColorScale, Ink, legible_on},
    figure::{Figure, Style},
    heatmap::{self, Area},
    labels,
};

/// Scores of all pairs of layers (or of RDMs): rows of one network, columns of another, the best of each row framed.
///
#[doc = include_str!("../figures/layers.svg")]
///
/// # Shapes
/// One value for each row and column; NaN marks a pair without a score and is crossed out.
///
/// # Errors
/// `ShapeMismatch` if values, names, marks and stars do not fit, `InvalidParameter` without a value or for a width out of
/// range.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_plot::{LayerHeatmap, Style};
///
/// let names = |network: &str| ["1", "2"].map(|layer| format!("{network}{layer}")).to_vec();
/// let figure = LayerHeatmap {
///     title: "cka".to_owned(),
///     rows: names("a"),
///     columns: names("b"),
///     values: array![[0.9, 0.2], [0.4, f64::NAN]],
///     ends: Some([0.0, 1.0]),
///     marks: vec![Some(0), Some(0)],
///     stars: vec![[0, 0]],
///     axes: ["network a".to_owned(), "network b".to_owned()],
///     note: "*: above chance".to_owned(),
///     table: None,
/// };
/// assert!(figure.draw(Style { width: 89.0, ..Style::default() })?.svg().contains(">.90*<"));
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Kornblith, Norouzi, Lee & Hinton 2019, International Conference on Machine Learning, doi:10.48550/arXiv.1905.00414.
#[derive(Clone, Debug)]
pub struct LayerHeatmap {
    /// Title: the measure.
    pub title: String,
    /// Names of the rows.
    pub rows: Vec<String>,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Scores, rows × columns.
    pub values: Array2<f64>,
    /// Values at the ends of the colours; `None` for the smallest and the largest value.
    pub ends: Option<[f64; 2]>,
    /// Best column of each row, if it has one.
    pub marks: Vec<Option<usize>>,
    /// Row and column of each score with a star.
    pub stars: Vec<[usize; 2]>,
    /// Titles of the rows and of the columns.
    pub axes: [String; 2],
    /// Explanation of frames and stars, drawn under the figure.
    pub note: String,
    /// Identifier of the table of a page that has the values.
    pub table: Option<String>,
}

/// Smallest cell, in points, that shows its number.
const ANNOTATED: [f64; 2] = [14.0, 7.5];

/// Largest cell, in points.
const LARGEST: f64 = 34.0;

/// Greatest height of all cells, in points: 210 mm, so that the figure fits on a page.
const TALLEST: f64 = 595.0;

impl LayerHeatmap {
    /// Draws the figure.
    ///
    /// # Errors
    /// See [`LayerHeatmap`].
    pub fn draw(&self, style: Style) -> Result<Figure> {
        self.check()?;
        let width = style.points()?;
        let (n, m) = self.values.dim();
        let scale = match self.ends {
            Some([low, high]) => ColorScale::between(low, high),
            None => ColorScale::of(self.values.iter().copied()),
        };
        let mut canvas = Canvas::new(style.theme);
        let right = heatmap::BAR_WIDTH + 2.0;
        let axis = if self.axes[0].is_empty() { 0.0 } else { 11.0 };
        let guess = ((width - right - axis) / m as f64).min(LARGEST);
        // Cells are squares unless there are so many rows that these would not fit on a page.
        let height_of = |cell: f64| cell.min(TALLEST / n as f64);
        let left = axis + labels::Fit::new(height_of(guess)).width(&self.rows) + 4.0;
        let cell = ((width - left - right) / m as f64).min(LARGEST);
        let cell = [cell, height_of(cell)];
        let size = [cell[0] * m as f64, cell[1] * n as f64];
        let top = 13.0;
        canvas.text([left, 8.0], Anchor::Start, Font::bold(8.0), &self.title);
        let at = [left, top];
        canvas.open_grid(at, size, self.table.as_deref());
        heatmap::cells(&mut canvas, Area { at, size }, self.values.view(), scale);
        self.marks(&mut canvas, at, cell, scale);
        canvas.close();
        labels::rows(&mut canvas, [left - 3.0, top], cell[1], &self.rows);
        let below = top + size[1] + 3.0;
        let names = labels::columns(&mut canvas, [left, below], cell[0], &self.columns);
        let font = Font::new(7.0, Ink::Muted);
        let fitted = |text: &str, room: f64| crate::font::fitted(text, font.size, font.weight, room);
        canvas.upright_text(
            [7.0, top + size[1] / 2.0],
            Anchor::Middle,
            font,
            &fitted(&self.axes[0], size[1].max(60.0)),
        );
        let bottom = below + names + if self.axes[1].is_empty() { 3.0 } else { 10.0 };
        canvas.text([left + size[0] / 2.0, bottom], Anchor::Middle, font, &fitted(&self.axes[1], size[0].max(60.0)));
        let missing = self.values.iter().any(|value| value.is_nan());
        let bar = size[1].clamp(30.0, 150.0);
        heatmap::color_bar(&mut canvas, [left + size[0] + 7.0, top], bar, scale, "", missing);
        let mut height = (bottom + 4.0).max(top + bar + if missing { 20.0 } else { 6.0 });
        if !self.note.is_empty() {
            height += caption::draw(&mut canvas, [3.0, height - 2.0], width - 6.0, &self.note) + 2.0;
        }
        Ok(Figure::new(canvas, [width, height], &format!("{} of all pairs", self.title), &self.description()))
    }

    fn check(&self) -> Result<()> {
        let (n, m) = (self.rows.len(), self.columns.len());
        if self.values.is_empty() {
            return Err(Error::invalid_parameter("the number of scores of a figure", "at least 1", 0));
        }
        if let Some([i, j]) = self.stars.iter().find(|[i, j]| *i >= n || *j >= m) {
            return Err(Error::shape_mismatch(format!("a star on ({i}, {j}) of {n} × {m} scores")));
        }
        if self.values.dim() != (n, m) || self.marks.len() != n || self.marks.iter().flatten().any(|&mark| mark >= m) {
            return Err(Error::shape_mismatch(format!(
                "{:?} scores and {} marks for {n} rows and {m} columns; give one score for every pair and one mark for every row",
                self.values.dim(),
                self.marks.len()
            )));
        }
        Ok(())
    }

    /// Draws a frame around the best cell of each row, and numbers and stars where there is room.
    fn marks(&self, canvas: &mut Canvas, [x, y]: [f64; 2], cell: [f64; 2], scale: ColorScale) {
        let ink = |value: f64| legible_on(scale.color(scale.step(value)));
        let [wide, high] = cell;
        for (i, mark) in self.marks.iter().enumerate() {
            let Some(j) = *mark else { continue };
            let value = self.values[(i, j)];
            let (width, inset) = ((high * 0.08).clamp(0.5, 1.2), (high * 0.08).clamp(0.3, 1.2));
            let at = [x + j as f64 * wide + inset, y + i as f64 * high + inset];
            canvas.frame(at, [wide - 2.0 * inset, high - 2.0 * inset], Stroke { width, ink: ink(value) });
        }
        let has_numbers = wide >= ANNOTATED[0] && high >= ANNOTATED[1];
        let size = (wide * 0.33).clamp(5.0, 7.0).min(high * 0.8);
        for ((i, j), &value) in self.values.indexed_iter().filter(|(_, value)| !value.is_nan()) {
            let star = if self.stars.contains(&[i, j]) { "*" } else { "" };
            let text = if has_numbers { short(value) + star } else { star.to_owned() };
            if !text.is_empty() {
                let at = [x + (j as f64 + 0.5) * wide, y + (i as f64 + 0.5) * high + size * 0.35];
                canvas.text(at, Anchor::Middle, Font::new(size, ink(value)), &text);
            }
        }
    }

    fn description(&self) -> String {
        let (n, m) = self.values.dim();
        let present = || self.values.indexed_iter().filter(|(_, value)| !value.is_nan());
        let extreme = |largest: bool| {
            present()
                .reduce(|a, b| if (b.1 > a.1) == largest && b.1 != a.1 { b } else { a })
                .map(|((i, j), value)| format!("{value:.3} ({} with {})", self.rows[i], self.columns[j]))
        };
        match (extreme(false), extreme(true)) {
            (Some(low), Some(high)) => format!("Heatmap of {n} by {m} scores, from {low} to {high}"),
            _ => format!("Heatmap of {n} by {m} pairs, none of which has a score"),
        }
    }
}

/// Formats a score with two decimals and no leading zero, because there is little room in a cell.
fn short(value: f64) -> String {
    let text = format!("{value:.2}").replace('-', "−");
    match text.as_str() {
        "−0.00" | "0.00" => "0".to_owned(),
        _ => text.replacen("0.", ".", usize::from(value.abs() < 0.995)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_cells_are_short() {
        assert_eq!(
            [0.713, 1.0, -0.25, 0.001, -0.001, 12.5, 0.996].map(short),
            [".71", "1.00", "−.25", "0", "0", "12.50", "1.00"]
        );
    }
}
