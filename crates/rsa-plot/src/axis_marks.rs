//! Names, brackets, colored strips and pictures of conditions along the axes of a matrix.

use rsa_core::{Error, Result};

use crate::{
    canvas::{Canvas, EmbeddedPicture},
    color::Ink,
    heatmap::Area,
    labels::{self, Group},
    picture::Picture,
};

/// Marks along two axes of a matrix, from its edge outward: a strip of colors, pictures, then names or brackets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AxisMarks<'a> {
    /// Names of the conditions; empty for none.
    pub(crate) names: &'a [String],
    pub(crate) groups: &'a [Group],
    /// Number of the color of each condition; empty for no strip.
    pub(crate) colors: &'a [usize],
    /// Picture of each condition; empty for none.
    pub(crate) pictures: &'a [Option<Picture>],
}

/// Sizes of marks, which follow from those of cells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MarkSizes {
    strip: f64,
    /// Side of a picture.
    picture: f64,
    /// Rows of pictures, in which neighbors take turns.
    levels: usize,
    /// Width of the names or brackets beside the matrix.
    names: f64,
}

/// Thickness of a strip, with the gap beside it.
const STRIP: f64 = 6.0;

/// Smallest and largest side of a picture, in points: 2 and 14 mm.
const SIDES: [f64; 2] = [5.7, 40.0];

/// Side that pictures have, if they fit, where cells are smaller: 5 mm.
const WISHED: f64 = 14.0;

/// Smallest cell with pictures in one row.
const ROOMY: f64 = 9.0;

/// Most rows of pictures beside one another.
const LEVELS: usize = 5;

impl MarkSizes {
    /// Returns the width of all marks beside the matrix.
    pub(crate) fn width(self) -> f64 {
        self.strip + self.picture * self.levels as f64 + if self.levels > 0 { 4.0 } else { 0.0 } + self.names
    }
}

impl AxisMarks<'_> {
    /// Returns the sizes for cells of `cell` points.
    ///
    /// # Errors
    /// `InvalidParameter` if there is no room for pictures.
    pub(crate) fn sizes(&self, cell: f64) -> Result<MarkSizes> {
        let strip = if self.colors.is_empty() { 0.0 } else { STRIP };
        let (picture, levels) = if self.pictures.is_empty() { (0.0, 0) } else { fit_pictures(cell)? };
        let names = match (self.groups, self.shown_names(levels)) {
            ([], []) => 0.0,
            ([], names) => labels::Fit::new(cell).width(names) + 4.0,
            (groups, _) => labels::brackets_width(groups) + 2.0,
        };
        Ok(MarkSizes { strip, picture, levels, names })
    }

    /// Returns the names that are drawn: none beside brackets or several rows of pictures.
    fn shown_names(&self, levels: usize) -> &[String] {
        if self.groups.is_empty() && levels <= 1 { self.names } else { &[] }
    }

    /// Draws the marks to the left of the matrix in `area`.
    pub(crate) fn draw_left(&self, canvas: &mut Canvas, area: Area, sizes: MarkSizes, n: usize) -> Result<()> {
        let ([x, y], cell) = (area.at, area.size[1] / n as f64);
        let mut edge = x;
        self.for_each_color(|from, count, color| {
            let at = [edge - STRIP + 1.0, y + from as f64 * cell];
            canvas.rect(at, [STRIP - 2.0, count as f64 * cell], Ink::Series(color), 1.0);
        });
        edge -= sizes.strip;
        self.for_each_picture(sizes, |k, level, picture, hint| {
            let outward = (level + 1) as f64 * sizes.picture;
            let at = [edge - 2.0 - outward, y + (k as f64 + 0.5) * cell - sizes.picture / 2.0];
            canvas.picture(at, sizes.picture * 0.94, picture, hint);
        })?;
        edge -= sizes.width() - sizes.strip - sizes.names;
        labels::rows(canvas, [edge - 3.0, y], cell, self.shown_names(sizes.levels));
        labels::row_brackets(canvas, [edge, y], cell, self.groups);
        Ok(())
    }

    /// Draws the marks below the matrix in `area`; returns their height.
    pub(crate) fn draw_bottom(&self, canvas: &mut Canvas, area: Area, sizes: MarkSizes, n: usize) -> Result<f64> {
        let ([x, y], cell) = (area.at, area.size[0] / n as f64);
        let mut edge = y + area.size[1];
        self.for_each_color(|from, count, color| {
            let at = [x + from as f64 * cell, edge + 1.0];
            canvas.rect(at, [count as f64 * cell, STRIP - 2.0], Ink::Series(color), 1.0);
        });
        edge += sizes.strip;
        self.for_each_picture(sizes, |k, level, picture, hint| {
            let at = [
                x + (k as f64 + 0.5) * cell - sizes.picture / 2.0,
                edge + 2.0 + level as f64 * sizes.picture + sizes.picture * 0.06,
            ];
            canvas.picture(at, sizes.picture * 0.94, picture, hint);
        })?;
        edge += sizes.width() - sizes.strip - sizes.names;
        let names = self.shown_names(sizes.levels);
        if !names.is_empty() {
            edge += 3.0;
            edge += labels::columns(canvas, [x, edge], cell, names);
        }
        edge += labels::column_brackets(canvas, [x, edge], cell, self.groups);
        Ok(edge - y - area.size[1])
    }

    /// Calls `draw` for each run of one color, with its first condition and its length.
    fn for_each_color(&self, mut draw: impl FnMut(usize, usize, usize)) {
        let mut from = 0;
        for run in self.colors.chunk_by(|a, b| a == b) {
            draw(from, run.len(), run[0]);
            from += run.len();
        }
    }

    /// Calls `draw` for each picture, with its condition, its row and the name of the condition.
    fn for_each_picture(
        &self,
        sizes: MarkSizes,
        mut draw: impl FnMut(usize, usize, &EmbeddedPicture, &str),
    ) -> Result<()> {
        for (k, picture) in self.pictures.iter().enumerate() {
            let Some(picture) = picture else { continue };
            let hint = self.names.get(k).map_or("", String::as_str);
            draw(k, k % sizes.levels, &picture.embedded(sizes.picture, None)?, hint);
        }
        Ok(())
    }
}

/// Returns the side of pictures along cells of `cell` points and the number of rows in which they take turns.
fn fit_pictures(cell: f64) -> Result<(f64, usize)> {
    let [least, most] = SIDES;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "kept between 1 and LEVELS")]
    let levels = if cell >= ROOMY { 1 } else { (WISHED / cell).ceil().clamp(1.0, LEVELS as f64) as usize };
    let side = (cell * levels as f64).min(most);
    match side >= least {
        true => Ok((side, levels)),
        false => Err(Error::invalid_parameter(
            "the pictures along an RDM",
            format!(
                "rows of at least {:.1} points, so that {LEVELS} rows of pictures are legible",
                least / LEVELS as f64
            ),
            format!("rows of {cell:.2} points; take fewer conditions or a wider figure"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_take_turns_where_cells_are_small() {
        assert_eq!(fit_pictures(60.0).unwrap(), (40.0, 1));
        assert_eq!(fit_pictures(10.0).unwrap(), (10.0, 1));
        assert_eq!(fit_pictures(4.0).unwrap(), (16.0, 4));
        assert_eq!(fit_pictures(2.0).unwrap(), (10.0, 5));
        assert_eq!(fit_pictures(1.0).unwrap_err().kind().name(), "InvalidParameter");
    }

    #[test]
    fn runs_of_one_color_are_one_rectangle() {
        let marks = AxisMarks { names: &[], groups: &[], colors: &[0, 0, 2, 0], pictures: &[] };
        let mut runs = Vec::new();
        marks.for_each_color(|from, count, color| runs.push((from, count, color)));
        assert_eq!(runs, [(0, 2, 0), (2, 1, 2), (3, 1, 0)]);
    }
}
