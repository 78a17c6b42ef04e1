//! Scatter plot of the dissimilarities of two RDMs.

use std::collections::BTreeMap;

use rsa_core::{Error, Rdm, Result};

use crate::{
    axis::{self, Scale},
    canvas::{Anchor, Canvas, Font},
    color::{ColorScale, Ink},
    figure::{Figure, Style},
    heatmap,
};

/// Scatter plot with one point for each pair of conditions, or if there are many, counts of pairs in small squares.
///
#[doc = include_str!("../figures/scatter.svg")]
///
/// # Errors
/// `ShapeMismatch` or `LabelMismatch` for RDMs of different conditions, `Degenerate` if no pair is present in both,
/// `InvalidParameter` for a width out of range.
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_plot::{RdmScatter, Style};
///
/// let rdms = [("brain", Rdm::new(vec![0.2, 0.9, 0.7])?), ("model", Rdm::new(vec![1.0, 3.0, 2.0])?)];
/// let figure = RdmScatter {
///     rdms: rdms.map(|(name, rdm)| (name.to_owned(), rdm)),
///     comparison: "Spearman's ρ = 1.000".to_owned(),
/// };
/// assert!(figure.draw(Style { width: 89.0, ..Style::default() })?.svg().contains("ρ = 1.000"));
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RdmScatter {
    /// Names and RDMs: the first on the horizontal axis, the second on the vertical one.
    pub rdms: [(String, Rdm); 2],
    /// Result of the comparison, in words and with the number.
    pub comparison: String,
}

/// Largest number of pairs drawn as points; more are counted in squares.
const POINTS: usize = 5000;
/// Number of squares along a side.
const BINS: usize = 72;

impl RdmScatter {
    /// Draws the figure.
    ///
    /// # Errors
    /// See [`RdmScatter`].
    pub fn draw(&self, style: Style) -> Result<Figure> {
        let width = style.points()?;
        let [(across, a), (up, b)] = &self.rdms;
        a.conditions().ensure_same(b.conditions())?;
        let both = a.values().iter().zip(b.values()).filter(|(a, b)| !a.is_nan() && !b.is_nan());
        let pairs: Vec<[f64; 2]> = both.map(|(a, b)| [*a, *b]).collect();
        if pairs.is_empty() {
            return Err(Error::degenerate(
                "the two RDMs have no pair in common",
                "compare RDMs of the same conditions",
            ));
        }
        let extent = |axis: usize| {
            let values = || pairs.iter().map(move |pair| pair[axis]);
            axis::widen_to_ticks(
                [values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max)],
                6.0,
            )
        };
        let (left, top) = (38.0, 14.0);
        let many = pairs.len() > POINTS;
        let side = width - left - if many { heatmap::BAR_WIDTH + 8.0 } else { 6.0 };
        let x = Scale::new(extent(0), [left, left + side]);
        let y = Scale::new(extent(1), [top + side, top]);
        let mut canvas = Canvas::new(style.theme);
        canvas.text([left, 8.0], Anchor::Start, Font::bold(8.0), &self.comparison);
        let places = pairs.iter().map(|[a, b]| [x.at(*a), y.at(*b)]);
        if many {
            let scale = draw_density(&mut canvas, places, [left, top], side);
            heatmap::color_bar(&mut canvas, [left + side + 8.0, top], 90.0, scale, "pairs of conditions", false);
        } else {
            let places: Vec<_> = places.collect();
            let (diameter, opacity) = if places.len() > 400 { (1.6, 0.45) } else { (2.6, 0.6) };
            canvas.cloud(&places, diameter, Ink::Series(0), opacity);
        }
        axis::draw_left(&mut canvas, left, y, up);
        axis::draw_bottom(&mut canvas, top + side, x, across);
        let title = format!("{up} against {across}");
        let description = format!("{} pairs of conditions; {}", pairs.len(), self.comparison);
        Ok(Figure::new(canvas, [width, top + side + 25.0], &title, &description))
    }
}

/// Draws counts of points in squares; empty squares stay blank.
fn draw_density(
    canvas: &mut Canvas,
    places: impl Iterator<Item = [f64; 2]>,
    [left, top]: [f64; 2],
    side: f64,
) -> ColorScale {
    let cell = side / BINS as f64;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the number of squares")]
    let bin = |place: f64| (place / cell).clamp(0.0, (BINS - 1) as f64) as usize;
    let mut counts: BTreeMap<[usize; 2], f64> = BTreeMap::new();
    for [x, y] in places {
        *counts.entry([bin(y - top), bin(x - left)]).or_default() += 1.0;
    }
    let scale = ColorScale::between(0.0, counts.values().copied().fold(1.0, f64::max));
    let mut paths: BTreeMap<usize, String> = BTreeMap::new();
    for ([i, j], count) in counts {
        *paths.entry(scale.step(count)).or_default() += &format!("M{j} {i}.5h1");
    }
    for (step, path) in paths {
        canvas.cells(&path, [left, top], [cell, cell], Ink::Value(scale.color(step)));
    }
    scale
}
