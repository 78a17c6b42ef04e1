//! Heatmaps of RDMs, with one colour bar.

use ndarray::Array2;
use rsa_core::{Error, Rdm, Result};

use crate::{
    canvas::{Anchor, Canvas, Font, Stroke},
    color::{ColorScale, Ink},
    figure::{Figure, Style},
    heatmap::{self, Area},
    labels::{self, Group},
    scaling::Scaling,
};

/// Heatmap of one RDM with the names of its conditions, or a panel of several RDMs under one colour bar.
///
/// Dark cells are small dissimilarities, bright cells large ones. The diagonal, 0 by definition, is blank; missing
/// dissimilarities are grey and crossed out. RDMs of more than 256 conditions are drawn as means of blocks.
///
#[doc = include_str!("../figures/rdms.svg")]
///
/// # Shapes
/// All RDMs have the same number of conditions; groups are runs of conditions.
///
/// # Errors
/// `InvalidParameter` without an RDM or for a width out of range, `ShapeMismatch` for RDMs of different numbers of
/// conditions or groups beyond them.
///
/// # Example
/// ```
/// use rsa_core::{Conditions, Rdm};
/// use rsa_plot::{RdmHeatmap, Style};
///
/// let rdm = Rdm::new(vec![0.1, 0.9, 0.8])?.with_conditions(Conditions::labeled(["face", "hand", "house"]));
/// let figure = RdmHeatmap::new(vec![("IT".to_owned(), rdm?)], "1 − r").draw(Style { width: 89.0, ..Style::default() })?;
/// assert!(figure.svg().contains("house"));
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Kriegeskorte, Mur & Bandettini 2008, Frontiers in Systems Neuroscience, doi:10.3389/neuro.06.004.2008.
#[derive(Clone, Debug)]
pub struct RdmHeatmap {
    /// Names and RDMs, in reading order.
    pub rdms: Vec<(String, Rdm)>,
    /// Name of the dissimilarity, with its unit.
    pub dissimilarity: String,
    /// Quantity that the colours show: values or ranks.
    pub scaling: Scaling,
    /// Groups of conditions, drawn as brackets in place of the names of conditions.
    pub groups: Vec<Group>,
    /// Identifiers of the tables of a page with the values shown, one for each RDM, or none.
    pub tables: Vec<String>,
}

/// Height of the name of an RDM.
const TITLE: f64 = 13.0;

const GAP: f64 = 9.0;

impl RdmHeatmap {
    /// Returns a figure of values (not ranks), without groups.
    pub fn new(rdms: Vec<(String, Rdm)>, dissimilarity: &str) -> Self {
        Self {
            rdms,
            dissimilarity: dissimilarity.to_owned(),
            scaling: Scaling::Value,
            groups: Vec::new(),
            tables: Vec::new(),
        }
    }

    /// Draws the figure.
    ///
    /// # Errors
    /// See [`RdmHeatmap`].
    pub fn draw(&self, style: Style) -> Result<Figure> {
        let width = style.points()?;
        let n = self.n_conditions()?;
        let squares: Vec<_> = self.rdms.iter().map(|(_, rdm)| self.scaling.square(rdm)).collect();
        // The scale covers the means of blocks, which are what is drawn and spread less than single values.
        let shown: Vec<_> = squares.iter().map(|square| heatmap::blocks(square.view()).0).collect();
        let scale = self.scaling.colors(&shown);
        let mut canvas = Canvas::new(style.theme);
        let size = match squares.as_slice() {
            [square] => self.draw_one(&mut canvas, width, square, scale),
            _ => self.draw_panel(&mut canvas, width, &squares, scale),
        };
        let [low, high] = scale.ends();
        let names: Vec<_> = self.rdms.iter().map(|(name, _)| name.as_str()).collect();
        let title = format!("Dissimilarity matrices of {}", names.join(", "));
        let description = format!(
            "{} of {n} conditions; colours show the {} from {low:.3} (dark) to {high:.3} (bright)",
            if names.len() == 1 { "A matrix".to_owned() } else { format!("{} matrices", names.len()) },
            self.scaling.label(&self.dissimilarity)
        );
        Ok(Figure::new(canvas, size, &title, &description))
    }

    fn n_conditions(&self) -> Result<usize> {
        let Some((_, first)) = self.rdms.first() else {
            return Err(Error::invalid_parameter("the number of RDMs of a figure", "at least 1", 0));
        };
        let n = first.n_conditions();
        if let Some((name, other)) = self.rdms.iter().find(|(_, rdm)| rdm.n_conditions() != n) {
            let found = other.n_conditions();
            return Err(Error::shape_mismatch(format!(
                "'{name}' has {found} conditions and the first RDM {n}; draw them in separate figures"
            )));
        }
        if let Some(group) = self.groups.iter().find(|group| group.count == 0 || group.first + group.count > n) {
            return Err(Error::shape_mismatch(format!("group '{}' is not within {n} conditions", group.name)));
        }
        Ok(n)
    }

    /// Draws one RDM at full width, with names or brackets on two sides; returns the size.
    fn draw_one(&self, canvas: &mut Canvas, width: f64, square: &Array2<f64>, scale: ColorScale) -> [f64; 2] {
        let ((title, rdm), n) = (&self.rdms[0], square.nrows());
        let conditions = rdm.conditions();
        let names: Vec<String> = match conditions.labels() {
            Some(labels) if self.groups.is_empty() => labels.to_vec(),
            _ => Vec::new(),
        };
        let right = heatmap::BAR_WIDTH + 6.0;
        // The font size of names depends on the size of cells, so the cells are first estimated without names.
        let guess = (width - right) / n as f64;
        let left = match self.groups.as_slice() {
            [] => labels::Fit::new(guess).width(&names) + 4.0,
            groups => labels::brackets_width(groups) + 2.0,
        };
        let side = width - left - right;
        let cell = side / n as f64;
        canvas.text([left, 8.0], Anchor::Start, Font::bold(8.0), title);
        let area = Area { at: [left, TITLE], size: [side, side] };
        self.draw_matrix(canvas, area, square, scale, 0);
        labels::rows(canvas, [left - 3.0, TITLE], cell, &names);
        labels::row_brackets(canvas, [left, TITLE], cell, &self.groups);
        let below = [left, TITLE + side + 3.0];
        let mut bottom = if names.is_empty() { 0.0 } else { labels::columns(canvas, below, cell, &names) };
        bottom += labels::column_brackets(canvas, [left, TITLE + side], cell, &self.groups);
        let label = self.scaling.label(&self.dissimilarity);
        let bar = (side * 0.6).min(150.0);
        heatmap::color_bar(canvas, [left + side + 7.0, TITLE], bar, scale, &label, rdm.has_missing());
        [width, TITLE + side + bottom + 5.0]
    }

    /// Draws several small RDMs in rows, without names; returns the size.
    fn draw_panel(&self, canvas: &mut Canvas, width: f64, squares: &[Array2<f64>], scale: ColorScale) -> [f64; 2] {
        let count = squares.len();
        let left = labels::brackets_width(&self.groups);
        let right = heatmap::BAR_WIDTH + 2.0;
        let columns = columns(count, width);
        let side = (width - left - right - GAP * (columns - 1) as f64) / columns as f64;
        let rows = count.div_ceil(columns);
        let cell = side / squares[0].nrows() as f64;
        let mut bottom = 0.0;
        for (k, square) in squares.iter().enumerate() {
            let (row, column) = (k / columns, k % columns);
            let at = [left + column as f64 * (side + GAP), row as f64 * (side + TITLE + 4.0) + TITLE];
            let font = Font::new(7.0, Ink::Text);
            let title = crate::font::fitted(&self.rdms[k].0, font.size, font.weight, side);
            canvas.text([at[0], at[1] - 4.0], Anchor::Start, font, &title);
            self.draw_matrix(canvas, Area { at, size: [side, side] }, square, scale, k);
            if column == 0 {
                labels::row_brackets(canvas, at, cell, &self.groups);
            }
            if k + columns >= count && row + 1 == rows {
                bottom = labels::column_brackets(canvas, [at[0], at[1] + side], cell, &self.groups);
            }
        }
        let height = rows as f64 * (side + TITLE + 4.0) - 4.0;
        let label = self.scaling.label(&self.dissimilarity);
        let missing = self.rdms.iter().any(|(_, rdm)| rdm.has_missing());
        let bar = (height - TITLE).min(110.0);
        heatmap::color_bar(canvas, [width - right + 8.0, TITLE], bar, scale, &label, missing);
        [width, (height + bottom).max(TITLE + bar + if missing { 22.0 } else { 8.0 }) + 3.0]
    }

    /// Draws the cells of RDM `k`, with lines in the colour of the paper between groups.
    fn draw_matrix(&self, canvas: &mut Canvas, area: Area, square: &Array2<f64>, scale: ColorScale, k: usize) {
        let n = square.nrows();
        let cell = area.size[0] / n as f64;
        canvas.open_grid(area.at, area.size, self.tables.get(k).map(String::as_str));
        heatmap::cells(canvas, area, square.view(), scale);
        let [x, y] = area.at;
        // The diagonal is blank. Blocks of many conditions also contain other pairs, so there it is not blanked.
        if n <= heatmap::LONGEST {
            let path: String = (0..n).map(|i| format!("M{i} {i}.5h1")).collect();
            canvas.cells(&path, area.at, [cell, cell], Ink::Paper);
        }
        let line = Stroke { width: (cell * 0.4).clamp(0.3, 0.9), ink: Ink::Paper };
        for group in self.groups.iter().filter(|group| group.first > 0) {
            let place = group.first as f64 * cell;
            canvas.line(&[[x + place, y], [x + place, y + area.size[1]]], line, 1.0);
            canvas.line(&[[x, y + place], [x + area.size[0], y + place]], line, 1.0);
        }
        canvas.close();
    }
}

/// Returns the number of RDMs in a row: as many as fit with at least 80 points (28 mm) each, spread evenly over the
/// rows.
fn columns(count: usize, width: f64) -> usize {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 80 in two metres")]
    let most = ((width / 80.0) as usize).clamp(1, 6).min(count);
    count.div_ceil(count.div_ceil(most))
}
