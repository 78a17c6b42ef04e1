//! Lines of values along the depth of networks.

use rsa_core::{Error, Result};

use crate::{
    axis::{self, Scale},
    canvas::{Anchor, Canvas, Font, Stroke},
    color::Ink,
    figure::{Figure, Style},
    labels,
};

/// Lines of values against depth: thin for each network, thick for the mean of a kind, with a band of ± one SD.
///
#[doc = include_str!("../figures/depth.svg")]
///
/// # Shapes
/// One value for each network and depth; NaN marks a layer without a value, where lines have a gap.
///
/// # Errors
/// `ShapeMismatch` for networks with another number of depths, `InvalidParameter` without depths, networks or values,
/// or for a width out of range.
///
/// # Example
/// ```
/// use rsa_plot::{DepthLines, Series, Style};
///
/// let kind = |name: &str, networks| Series { name: name.to_owned(), networks };
/// let figure = DepthLines {
///     depths: ["conv1", "conv2", "conv3"].map(str::to_owned).to_vec(),
///     series: vec![kind("trained", vec![vec![0.1, 0.3, 0.4], vec![0.2, 0.3, 0.5]]), kind("random", vec![vec![0.1; 3]])],
///     measure: "Spearman's ρ".to_owned(),
/// };
/// assert!(figure.draw(Style { width: 89.0, ..Style::default() })?.svg().contains("trained"));
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct DepthLines {
    /// Names of the depths, from input to output.
    pub depths: Vec<String>,
    /// Kinds of networks, one colour each.
    pub series: Vec<Series>,
    /// Name of the values.
    pub measure: String,
}

/// Values of the networks of one kind.
#[derive(Clone, Debug)]
pub struct Series {
    /// Name of the kind.
    pub name: String,
    /// Values of each network along its depth.
    pub networks: Vec<Vec<f64>>,
}

const TOP: f64 = 8.0;
const LEFT: f64 = 36.0;

impl DepthLines {
    /// Draws the figure.
    ///
    /// # Errors
    /// See [`DepthLines`].
    pub fn draw(&self, style: Style) -> Result<Figure> {
        self.check()?;
        let width = style.points()?;
        let font = Font::new(7.0, Ink::Text);
        let legend = self.series.iter().map(|series| font.width(&series.name)).fold(0.0, f64::max).min(90.0) + 10.0;
        let right = width - legend;
        let all = || self.series.iter().flat_map(|series| series.networks.iter().flatten()).filter(|v| !v.is_nan());
        let (low, high) = all().fold((0.0_f64, f64::NEG_INFINITY), |(l, h), &v| (l.min(v), h.max(v)));
        // The height follows the width within limits: not flat across two columns of a journal, nor steep in one.
        let bottom = TOP + (width * 0.4).clamp(110.0, 190.0);
        let ends = axis::widen_to_ticks([low, high.max(low)], 5.0);
        let y = Scale::new(ends, [bottom, TOP]);
        let step = (right - LEFT) / self.depths.len() as f64;
        let x = |k: usize| LEFT + (k as f64 + 0.5) * step;
        let mut canvas = Canvas::new(style.theme);
        for (s, series) in self.series.iter().enumerate() {
            draw_band(&mut canvas, s, &series.spread(), x, |value| y.at(value.clamp(ends[0], ends[1])));
        }
        axis::draw_left(&mut canvas, LEFT, y, &self.measure);
        canvas.line(&[[LEFT, bottom], [right, bottom]], Stroke { width: 0.7, ink: Ink::Text }, 1.0);
        let names = labels::columns(&mut canvas, [LEFT, bottom + 4.0], step, &self.depths);
        let mut last = Vec::new();
        for (s, series) in self.series.iter().enumerate() {
            let ink = Ink::Series(s);
            if series.networks.len() > 1 {
                for network in &series.networks {
                    draw_line(&mut canvas, network, x, y, Stroke { width: 0.5, ink }, 0.55);
                }
            }
            let means: Vec<_> = series.spread().iter().map(|[mean, _]| *mean).collect();
            draw_line(&mut canvas, &means, x, y, Stroke { width: 1.8, ink }, 1.0);
            for (k, mean) in means.iter().enumerate().filter(|(_, mean)| !mean.is_nan()) {
                let hint = format!("{}, {}\n{mean:.3}", series.name, self.depths[k]);
                canvas.dot([x(k), y.at(*mean)], 2.0, ink, 1.0, &hint);
            }
            if let Some(mean) = means.iter().rfind(|mean| !mean.is_nan()) {
                last.push((s, y.at(*mean)));
            }
        }
        self.names(&mut canvas, last, right);
        let title = format!("{} along depth", self.measure);
        Ok(Figure::new(canvas, [width, bottom + names + 8.0], &title, &self.description()))
    }

    fn check(&self) -> Result<()> {
        let networks = || self.series.iter().flat_map(|series| series.networks.iter().map(move |n| (&series.name, n)));
        if self.depths.is_empty() || !networks().any(|(_, values)| values.iter().any(|value| !value.is_nan())) {
            return Err(Error::invalid_parameter("lines along depth", "at least one value", "none"));
        }
        match networks().find(|(_, values)| values.len() != self.depths.len()) {
            None => Ok(()),
            Some((name, values)) => Err(Error::shape_mismatch(format!(
                "a network of '{name}' has {} values for {} depths; give one value for every depth, NaN where it is missing",
                values.len(),
                self.depths.len()
            ))),
        }
    }

    /// Draws names to the right of the ends of the mean lines, moved apart.
    fn names(&self, canvas: &mut Canvas, mut ends: Vec<(usize, f64)>, right: f64) {
        ends.sort_by(|a, b| a.1.total_cmp(&b.1));
        let mut lowest = f64::NEG_INFINITY;
        for (s, y) in ends {
            let place = y.max(lowest + 8.5);
            lowest = place;
            let font = Font::new(7.0, Ink::Text);
            let name = crate::font::fitted(&self.series[s].name, font.size, font.weight, 90.0);
            canvas.line(&[[right, place], [right + 6.0, place]], Stroke { width: 1.8, ink: Ink::Series(s) }, 1.0);
            canvas.text([right + 8.5, place + 2.4], Anchor::Start, font, &name);
        }
    }

    fn description(&self) -> String {
        let one = |series: &Series| {
            let means: Vec<_> = series.spread().iter().map(|[mean, _]| *mean).collect();
            let best = means.iter().enumerate().filter(|(_, m)| !m.is_nan()).max_by(|a, b| a.1.total_cmp(b.1));
            let peak = best.map_or_else(String::new, |(k, m)| format!(", largest mean {m:.3} at {}", self.depths[k]));
            format!("{}: {} networks{peak}", series.name, series.networks.len())
        };
        self.series.iter().map(one).collect::<Vec<_>>().join("; ")
    }
}

impl Series {
    /// Computes mean and standard deviation, at each depth, of the networks that have a value.
    fn spread(&self) -> Vec<[f64; 2]> {
        let depth = self.networks.first().map_or(0, Vec::len);
        let at = |k: usize| {
            let present: Vec<_> =
                self.networks.iter().map(|values| values[k]).filter(|value| !value.is_nan()).collect();
            let n = present.len() as f64;
            let mean = present.iter().map(|value| value / n).sum::<f64>();
            let squares = present.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
            match present.len() {
                0 => [f64::NAN; 2],
                1 => [mean, 0.0],
                _ => [mean, (squares / (n - 1.0)).sqrt()],
            }
        };
        (0..depth).map(at).collect()
    }
}

/// Draws the area within a standard deviation of the mean, cut off at the ends of the axis.
fn draw_band(canvas: &mut Canvas, s: usize, spread: &[[f64; 2]], x: impl Fn(usize) -> f64, y: impl Fn(f64) -> f64) {
    let mut start = 0;
    for run in spread.split(|[mean, deviation]| mean.is_nan() || deviation.is_nan()) {
        let edge = |sign: f64| {
            let at = |(k, [mean, deviation]): (usize, &[f64; 2])| [x(start + k), y(mean + sign * deviation)];
            run.iter().enumerate().map(at).collect::<Vec<_>>()
        };
        let (mut outline, mut back) = (edge(1.0), edge(-1.0));
        back.reverse();
        outline.append(&mut back);
        if run.len() > 1 {
            canvas.polygon(&outline, Ink::Series(s), 0.16);
        }
        start += run.len() + 1;
    }
}

/// Draws a line through the values, with gaps where one is missing.
fn draw_line(canvas: &mut Canvas, values: &[f64], x: impl Fn(usize) -> f64, y: Scale, stroke: Stroke, opacity: f64) {
    let mut start = 0;
    for run in values.split(|value| value.is_nan()) {
        let points: Vec<_> = run.iter().enumerate().map(|(k, value)| [x(start + k), y.at(*value)]).collect();
        if points.len() > 1 {
            canvas.line(&points, stroke, opacity);
        }
        start += run.len() + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spread_is_of_the_networks_that_have_a_value() {
        let networks = vec![vec![1.0, f64::NAN, f64::NAN], vec![3.0, 4.0, f64::NAN]];
        let spread = Series { name: String::new(), networks }.spread();
        assert_eq!(spread[0], [2.0, 2.0_f64.sqrt()]);
        assert_eq!(spread[1], [4.0, 0.0]);
        assert!(spread[2][0].is_nan());
    }
}
