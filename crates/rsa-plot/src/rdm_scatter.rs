//! Scatter plots of the dissimilarities of RDMs against one another.

use rsa_core::{Error, Rdm, Result, condensed};

use crate::{
    axis::{self, Scale},
    canvas::{Anchor, Canvas, Font},
    caption,
    color::Ink,
    figure::{Figure, Style},
    scatter_panel::ScatterPanel,
};

/// Scatter plots of RDMs (rows of panels) against others (columns), with one point for each pair of conditions.
///
/// Above 2000 pairs, pairs are counted in small squares. Pairs within a group have another color than those between
/// groups. Lines are those of least squares.
///
#[doc = include_str!("../figures/scatter.svg")]
///
/// # Shapes
/// One text for each row and column; one group for each condition, or none at all.
///
/// # Errors
/// `ShapeMismatch` or `LabelMismatch` for RDMs of different conditions and for texts or groups that do not fit,
/// `Degenerate` if no pair is present in both of two RDMs, `InvalidParameter` without RDMs, for a width out of range and
/// where panels would be smaller than 14 mm.
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_plot::{RdmScatter, Style};
///
/// let figure = RdmScatter {
///     columns: vec![("model".to_owned(), Rdm::new(vec![1.0, 3.0, 2.0])?)],
///     rows: vec![("brain".to_owned(), Rdm::new(vec![0.2, 0.9, 0.7])?)],
///     texts: vec![vec![Some("Spearman's ρ = 1.000".to_owned())]],
///     groups: vec![],
///     note: String::new(),
/// };
/// assert!(figure.draw(Style { width: 89.0, ..Style::default() })?.svg().contains("ρ = 1.000"));
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RdmScatter {
    /// Names and RDMs on the horizontal axes.
    pub columns: Vec<(String, Rdm)>,
    /// Names and RDMs on the vertical axes.
    pub rows: Vec<(String, Rdm)>,
    /// Text above each panel, row by row: results of comparisons; `None` leaves the panel out.
    pub texts: Vec<Vec<Option<String>>>,
    /// Group of each condition.
    pub groups: Vec<String>,
    /// Explanation of the texts, drawn under the figure.
    pub note: String,
}

/// Room for the numbers and the name of a vertical axis.
const LEFT: f64 = 38.0;

/// Room for the numbers and the name of a horizontal axis.
const BOTTOM: f64 = 25.0;

/// Distance between rows of panels, beside the texts above them.
const ROW_GAP: f64 = 7.0;

/// Distance between panels of a row.
const GAP: f64 = 14.0;

/// Smallest side of a panel, in points: 14 mm.
const SMALLEST: f64 = 40.0;

impl RdmScatter {
    /// Draws the figure.
    ///
    /// # Errors
    /// See [`RdmScatter`].
    pub fn draw(&self, style: Style) -> Result<Figure> {
        let width = style.points()?;
        self.check()?;
        let (n, m) = (self.rows.len(), self.columns.len());
        let side = (width - LEFT - 6.0 - GAP * (m - 1) as f64) / m as f64;
        if side < SMALLEST {
            let requirement = format!("at most {} in a row at this width", ((width - LEFT) / (SMALLEST + GAP)).floor());
            return Err(Error::invalid_parameter("the scatter plots of a figure", requirement, m));
        }
        let is_single = n * m == 1;
        let title = if is_single { Font::bold(8.0) } else { Font::new(6.5, Ink::Text) };
        let top = if is_single { 14.0 } else { 10.0 };
        let mut canvas = Canvas::new(style.theme);
        let mut most = None;
        let xs: Vec<[f64; 2]> = self.columns.iter().map(|(_, rdm)| extent(rdm, side)).collect();
        for (i, (row_name, row)) in self.rows.iter().enumerate() {
            let y0 = top + i as f64 * (side + top + ROW_GAP);
            let y = Scale::new(extent(row, side), [y0 + side, y0]);
            for (j, (column_name, column)) in self.columns.iter().enumerate() {
                let Some(text) = &self.texts[i][j] else { continue };
                let x0 = LEFT + j as f64 * (side + GAP);
                let x = Scale::new(xs[j], [x0, x0 + side]);
                let text =
                    crate::font::fitted(text, title.size, title.weight, side + if is_single { LEFT } else { 0.0 });
                canvas.text([x0, y0 - if is_single { 6.0 } else { 2.5 }], Anchor::Start, title, &text);
                let series =
                    self.series(row, column).map_err(|error| error.context(format!("{row_name}, {column_name}")))?;
                let panel = ScatterPanel { at: [x0, y0], side, x, y };
                most = most.max(panel.draw(&mut canvas, &series));
                // Panels share the axes of their row and column, which are written once.
                let is_first = j == 0 || self.texts[i][..j].iter().all(Option::is_none);
                let is_last = self.texts[i + 1..].iter().all(|texts| texts[j].is_none());
                match is_first {
                    true => {
                        axis::draw_left(&mut canvas, x0, y, &fitted(row_name, side));
                    }
                    false => axis::draw_left_line(&mut canvas, x0, y),
                }
                match is_last {
                    true => axis::draw_bottom(&mut canvas, y0 + side, x, &fitted(column_name, side)),
                    false => axis::draw_bottom_line(&mut canvas, y0 + side, x),
                }
            }
        }
        let mut bottom = n as f64 * (side + top) + (n - 1) as f64 * ROW_GAP + BOTTOM;
        if !self.groups.is_empty() {
            let kinds = ["between groups", "within groups"].map(str::to_owned);
            bottom += caption::legend(&mut canvas, [LEFT, bottom - 3.0], width - LEFT, &kinds);
        }
        let drawn = match most {
            Some(most) => {
                format!("Shades: numbers of pairs of conditions, up to {most} in a square; line: least squares.")
            }
            None => "Points: pairs of conditions; line: least squares.".to_owned(),
        };
        let note = [drawn, self.note.clone()].join(" ");
        bottom += caption::draw(&mut canvas, [3.0, bottom - 2.0], width - 6.0, &note);
        let (title, description) = self.describe();
        Ok(Figure::new(canvas, [width, bottom + 3.0], &title, &description))
    }

    fn check(&self) -> Result<()> {
        let (n, m) = (self.rows.len(), self.columns.len());
        let (Some((_, first)), false) = (self.rows.first(), self.columns.is_empty()) else {
            return Err(Error::invalid_parameter("the number of RDMs of a scatter plot", "at least 1 on each axis", 0));
        };
        for (name, rdm) in self.rows.iter().chain(&self.columns) {
            first.conditions().ensure_same(rdm.conditions()).map_err(|error| error.context(name))?;
        }
        if self.texts.len() != n || self.texts.iter().any(|texts| texts.len() != m) {
            return Err(Error::shape_mismatch(format!("texts for {n} × {m} panels; give one for each, row by row")));
        }
        match self.groups.len() {
            0 => Ok(()),
            count if count == first.n_conditions() => Ok(()),
            count => Err(Error::shape_mismatch(format!("{count} groups for {} conditions", first.n_conditions()))),
        }
    }

    /// Returns the pairs that both RDMs have: those between groups, then those within.
    fn series(&self, row: &Rdm, column: &Rdm) -> Result<[Vec<[f64; 2]>; 2]> {
        let mut series = [Vec::new(), Vec::new()];
        let values = column.values().iter().zip(row.values());
        for ((i, j), (&a, &b)) in condensed::pairs(row.n_conditions()).zip(values) {
            if !a.is_nan() && !b.is_nan() {
                let is_within = self.groups.get(i).is_some_and(|group| *group == self.groups[j]);
                series[usize::from(is_within)].push([a, b]);
            }
        }
        match series.iter().all(Vec::is_empty) {
            true => {
                Err(Error::degenerate("the two RDMs have no pair in common", "compare RDMs of the same conditions"))
            }
            false => Ok(series),
        }
    }

    fn describe(&self) -> (String, String) {
        let n_pairs = self.rows[0].1.values().len();
        match (self.rows.as_slice(), self.columns.as_slice()) {
            ([(up, _)], [(across, _)]) => {
                let text = self.texts[0][0].as_deref().unwrap_or_default();
                (format!("{up} against {across}"), format!("{n_pairs} pairs of conditions; {text}"))
            }
            (rows, columns) => (
                format!("{} RDMs against {} RDMs", rows.len(), columns.len()),
                format!("Scatter plots of {n_pairs} pairs of conditions each"),
            ),
        }
    }
}

/// Returns the range of an axis for a panel of `side` points.
fn extent(rdm: &Rdm, side: f64) -> [f64; 2] {
    let [low, high] = rdm.extremes();
    match low <= high {
        true => axis::widen_to_ticks([low, high], (side / 15.0).clamp(2.0, 6.0)),
        false => [0.0, 1.0],
    }
}

fn fitted(name: &str, side: f64) -> String {
    let font = Font::new(7.0, Ink::Text);
    crate::font::fitted_middle(name, font.size, font.weight, side + GAP - 4.0)
}
