//! Heatmaps of RDMs, with one colour bar.

use ndarray::Array2;
use rsa_core::{Error, Rdm, Result};

use crate::{
    axis_marks::{AxisMarks, MarkSizes},
    branches::{self, Branch},
    canvas::{Anchor, Canvas, Font, Stroke},
    caption,
    color::{ColorScale, Ink},
    figure::{Figure, Style},
    heatmap::{self, Area},
    labels::Group,
    outline,
    picture::Picture,
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
/// All RDMs have the same number of conditions, in one order; groups are runs of conditions. There is a color and a picture
/// for each condition, or none at all.
///
/// # Errors
/// `InvalidParameter` without an RDM or for a width out of range, `ShapeMismatch` for RDMs of different numbers of
/// conditions, groups beyond them, other numbers of colors or pictures, and branches that are no tree.
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
    /// Group of each condition, drawn as a strip of colors with a legend, where groups are no runs.
    pub colors: Vec<String>,
    /// Dendrogram of the conditions, drawn above the matrix; empty for none.
    pub branches: Vec<Branch>,
    /// Picture of each condition, drawn in the place of its name; `None` leaves a blank.
    pub pictures: Vec<Option<Picture>>,
    /// Pairs of conditions whose cells are outlined.
    pub outlined: Vec<[usize; 2]>,
    /// Sentences under the figure.
    pub note: String,
    /// Identifiers of the tables of a page with the values shown, one for each RDM, or none.
    pub tables: Vec<String>,
}

/// Height of the name of an RDM.
const TITLE: f64 = 13.0;

const GAP: f64 = 9.0;

/// Height of the dendrogram above small RDMs.
const TREE: f64 = 18.0;

impl RdmHeatmap {
    /// Returns a figure of values (not ranks), without groups.
    pub fn new(rdms: Vec<(String, Rdm)>, dissimilarity: &str) -> Self {
        Self {
            rdms,
            dissimilarity: dissimilarity.to_owned(),
            scaling: Scaling::Value,
            groups: Vec::new(),
            colors: Vec::new(),
            branches: Vec::new(),
            pictures: Vec::new(),
            outlined: Vec::new(),
            note: String::new(),
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
        let kinds = distinct(&self.colors);
        let height = match squares.as_slice() {
            [square] => self.draw_one(&mut canvas, width, square, scale, &kinds)?,
            _ => self.draw_panel(&mut canvas, width, &squares, scale, &kinds)?,
        };
        let mut bottom = height + caption::legend(&mut canvas, [3.0, height], width - 6.0, &kinds);
        bottom += caption::draw(&mut canvas, [3.0, bottom], width - 6.0, &self.note);
        let size = [width, bottom + if self.note.is_empty() { 3.0 } else { 5.0 }];
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
        for (what, count) in [("colors", self.colors.len()), ("pictures", self.pictures.len())] {
            if count != 0 && count != n {
                return Err(Error::shape_mismatch(format!("{count} {what} for {n} conditions; give one for each")));
            }
        }
        if let Some([a, b]) = self.outlined.iter().find(|[a, b]| a == b || *a.max(b) >= n) {
            return Err(Error::shape_mismatch(format!("({a}, {b}) is no pair of {n} conditions")));
        }
        branches::check(&self.branches, n)?;
        Ok(n)
    }

    /// Draws one RDM at full width, with its conditions along two sides; returns the height.
    fn draw_one(
        &self,
        canvas: &mut Canvas,
        width: f64,
        square: &Array2<f64>,
        scale: ColorScale,
        kinds: &[String],
    ) -> Result<f64> {
        let ((title, rdm), n) = (&self.rdms[0], square.nrows());
        let right = heatmap::BAR_WIDTH + 6.0;
        let colors = self.color_numbers(kinds);
        let marks = AxisMarks {
            names: rdm.conditions().labels().unwrap_or_default(),
            groups: &self.groups,
            colors: &colors,
            pictures: &self.pictures,
        };
        // The sizes of names and pictures depend on that of cells, so the cells are first estimated without them.
        let mut sizes = marks.sizes((width - right) / n as f64)?;
        sizes = marks.sizes((width - right - sizes.width()) / n as f64)?;
        let left = sizes.width().max(4.0);
        let side = width - left - right;
        canvas.text([left, 8.0], Anchor::Start, Font::bold(8.0), title);
        let top = TITLE + self.draw_tree(canvas, [left, TITLE], side, 34.0);
        let area = Area { at: [left, top], size: [side, side] };
        self.draw_matrix(canvas, area, square, scale, 0);
        marks.draw_left(canvas, area, sizes, n)?;
        let bottom = marks.draw_bottom(canvas, area, sizes, n)?;
        let label = self.scaling.label(&self.dissimilarity);
        let bar = (side * 0.6).min(150.0);
        heatmap::color_bar(canvas, [left + side + 7.0, top], bar, scale, &label, rdm.has_missing());
        Ok(top + side + bottom + 2.0)
    }

    /// Draws several small RDMs in rows, without names; returns the height.
    fn draw_panel(
        &self,
        canvas: &mut Canvas,
        width: f64,
        squares: &[Array2<f64>],
        scale: ColorScale,
        kinds: &[String],
    ) -> Result<f64> {
        let (count, n) = (squares.len(), squares[0].nrows());
        let right = heatmap::BAR_WIDTH + 2.0;
        let columns = columns(count, width);
        let colors = self.color_numbers(kinds);
        let marks = AxisMarks { names: &[], groups: &self.groups, colors: &colors, pictures: &self.pictures };
        let side = |left: f64| (width - left - right - GAP * (columns - 1) as f64) / columns as f64;
        let mut sizes: MarkSizes = marks.sizes(side(0.0) / n as f64)?;
        sizes = marks.sizes(side(sizes.width()) / n as f64)?;
        let left = sizes.width();
        let side = side(left);
        let rows = count.div_ceil(columns);
        let tree = if self.branches.is_empty() { 0.0 } else { TREE };
        let (mut bottom, pitch) = (0.0_f64, side + TITLE + 4.0);
        for (k, square) in squares.iter().enumerate() {
            let (row, column) = (k / columns, k % columns);
            let at = [left + column as f64 * (side + GAP), row as f64 * pitch + TITLE + tree];
            let font = Font::new(7.0, Ink::Text);
            let title = crate::font::fitted(&self.rdms[k].0, font.size, font.weight, side);
            let above = if row == 0 { tree } else { 0.0 };
            canvas.text([at[0], at[1] - above - 4.0], Anchor::Start, font, &title);
            // One tree holds for all rows.
            if row == 0 {
                self.draw_tree(canvas, [at[0], TITLE], side, TREE);
            }
            let area = Area { at, size: [side, side] };
            self.draw_matrix(canvas, area, square, scale, k);
            if column == 0 {
                marks.draw_left(canvas, area, sizes, n)?;
            }
            if k + columns >= count && row + 1 == rows {
                bottom = marks.draw_bottom(canvas, area, sizes, n)?;
            }
        }
        let height = rows as f64 * pitch + tree - 4.0;
        let label = self.scaling.label(&self.dissimilarity);
        let missing = self.rdms.iter().any(|(_, rdm)| rdm.has_missing());
        let bar = (height - TITLE - tree).min(110.0);
        heatmap::color_bar(canvas, [width - right + 8.0, TITLE + tree], bar, scale, &label, missing);
        Ok((height + bottom).max(TITLE + tree + bar + if missing { 22.0 } else { 8.0 }))
    }

    /// Draws the dendrogram below `at`, if there is one; returns its height.
    fn draw_tree(&self, canvas: &mut Canvas, at: [f64; 2], width: f64, height: f64) -> f64 {
        if self.branches.is_empty() {
            return 0.0;
        }
        branches::draw(canvas, Area { at, size: [width, height - 2.0] }, &self.branches);
        height
    }

    fn color_numbers(&self, kinds: &[String]) -> Vec<usize> {
        let number = |color: &String| kinds.iter().position(|kind| kind == color).unwrap_or(0);
        self.colors.iter().map(number).collect()
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
        outline::draw(canvas, area, &self.outlined, n);
        canvas.close();
    }
}

/// Returns each text once, in the order of their first places.
fn distinct(texts: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for text in texts {
        if !found.contains(text) {
            found.push(text.clone());
        }
    }
    found
}

/// Returns the number of RDMs in a row: as many as fit with at least 80 points (28 mm) each, spread evenly over the
/// rows.
fn columns(count: usize, width: f64) -> usize {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 80 in two metres")]
    let most = ((width / 80.0) as usize).clamp(1, 6).min(count);
    count.div_ceil(count.div_ceil(most))
}
