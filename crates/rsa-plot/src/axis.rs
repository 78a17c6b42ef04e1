//! Axes: round ticks, and the lines and numbers beside a plot.

use crate::canvas::{Anchor, Canvas, Font, Stroke};
use crate::color::Ink;

/// Linear map from values to positions on paper.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    values: [f64; 2],
    places: [f64; 2],
}

impl Scale {
    /// Returns the scale that maps `values[0]` to `places[0]` and `values[1]` to `places[1]`.
    pub(crate) fn new(values: [f64; 2], places: [f64; 2]) -> Self {
        Self { values, places }
    }

    pub(crate) fn at(self, value: f64) -> f64 {
        let ([low, high], [from, to]) = (self.values, self.places);
        // Halves, because the range of two large values may overflow.
        from + (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0) * (to - from)
    }
}

/// Returns about `count` round values from `low` to `high`, in steps of 1, 2 or 5 times a power of ten.
pub(crate) fn ticks(low: f64, high: f64, count: f64) -> Vec<f64> {
    let step = tick_step(low, high, count);
    let first = (low / step - 1e-9).ceil();
    let ticks = (0..50).map(|k| (first + f64::from(k)) * step);
    ticks.take_while(|tick| *tick <= high + step * 1e-9).collect()
}

fn tick_step(low: f64, high: f64, count: f64) -> f64 {
    let rough = (high / count - low / count).max(f64::MIN_POSITIVE);
    let power = 10.0_f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power);
    steps.into_iter().find(|step| *step >= rough * 0.999).unwrap_or(10.0 * power)
}

/// Returns the ticks with their texts, with as many decimals as the step has.
///
/// Very large and very small numbers are written with powers of ten.
pub(crate) fn tick_texts(low: f64, high: f64, count: f64) -> Vec<(f64, String)> {
    let step = tick_step(low, high, count);
    let reach = low.abs().max(high.abs());
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 5 decimals")]
    let decimals = (-step.log10().floor()).clamp(0.0, 5.0) as usize;
    let text = |value: f64| match reach {
        r if !(1e-3..1e5).contains(&r) => format!("{value:.1e}"),
        _ if value.abs() < step / 2.0 => "0".to_owned(),
        _ => format!("{value:.decimals$}"),
    };
    ticks(low, high, count).into_iter().map(|tick| (tick, text(tick).replace('-', "−"))).collect()
}

/// Widens `[low, high]` to whole ticks.
pub(crate) fn widen_to_ticks([low, high]: [f64; 2], count: f64) -> [f64; 2] {
    if low == high {
        return [low - 0.5, high + 0.5];
    }
    let step = tick_step(low, high, count);
    [(low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step]
}

/// Line of an axis and its ticks.
const LINE: Stroke = Stroke { width: 0.7, ink: Ink::Text };

/// Returns the ticks of a vertical axis with their texts.
fn left_ticks(scale: Scale) -> Vec<(f64, String)> {
    let ([low, high], [from, to]) = (scale.values, scale.places);
    tick_texts(low, high, ((to - from).abs() / 24.0).clamp(2.0, 8.0))
}

/// Returns the ticks of a horizontal axis with their texts.
fn bottom_ticks(scale: Scale) -> Vec<(f64, String)> {
    let ([low, high], [from, to]) = (scale.values, scale.places);
    tick_texts(low, high, ((to - from).abs() / 34.0).clamp(2.0, 8.0))
}

/// Draws ticks and numbers to the left of `x`, and `label` along them; returns the width they take.
pub(crate) fn draw_left(canvas: &mut Canvas, x: f64, scale: Scale, label: &str) -> f64 {
    let font = Font::new(6.5, Ink::Text);
    draw_left_line(canvas, x, scale);
    let mut widest = 0.0_f64;
    for (value, text) in left_ticks(scale) {
        canvas.text([x - 4.5, scale.at(value) + 2.3], Anchor::End, font, &text);
        widest = widest.max(font.width(&text));
    }
    let [from, to] = scale.places;
    let at = [x - widest - 9.5, f64::midpoint(from, to)];
    canvas.upright_text(at, Anchor::Middle, Font::new(7.0, Ink::Text), label);
    widest + 17.0
}

/// Draws a vertical axis at `x` with ticks, without numbers.
pub(crate) fn draw_left_line(canvas: &mut Canvas, x: f64, scale: Scale) {
    let [from, to] = scale.places;
    canvas.line(&[[x, from], [x, to]], LINE, 1.0);
    for (value, _) in left_ticks(scale) {
        let y = scale.at(value);
        canvas.line(&[[x - 2.5, y], [x, y]], LINE, 1.0);
    }
}

/// Draws ticks and numbers below `y`, and `label` under them.
pub(crate) fn draw_bottom(canvas: &mut Canvas, y: f64, scale: Scale, label: &str) {
    draw_bottom_line(canvas, y, scale);
    for (value, text) in bottom_ticks(scale) {
        canvas.text([scale.at(value), y + 9.5], Anchor::Middle, Font::new(6.5, Ink::Text), &text);
    }
    let [from, to] = scale.places;
    canvas.text([f64::midpoint(from, to), y + 19.5], Anchor::Middle, Font::new(7.0, Ink::Text), label);
}

/// Draws a horizontal axis at `y` with ticks, without numbers.
pub(crate) fn draw_bottom_line(canvas: &mut Canvas, y: f64, scale: Scale) {
    let [from, to] = scale.places;
    canvas.line(&[[from, y], [to, y]], LINE, 1.0);
    for (value, _) in bottom_ticks(scale) {
        let x = scale.at(value);
        canvas.line(&[[x, y], [x, y + 2.5]], LINE, 1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(low: f64, high: f64) -> Vec<String> {
        tick_texts(low, high, 5.0).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(texts(0.0, 1.0), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(texts(-0.13, 0.31), ["−0.1", "0", "0.1", "0.2", "0.3"]);
        assert_eq!(texts(3.0, 1234.0), ["500", "1000"]);
        assert_eq!(texts(0.0, 3e-7)[1], "1.0e−7");
    }

    #[test]
    fn ends_are_widened_to_ticks() {
        let [low, high] = widen_to_ticks([-0.03, 0.97], 5.0);
        assert!((low + 0.2).abs() < 1e-12 && (high - 1.0).abs() < 1e-12);
        assert_eq!(widen_to_ticks([2.0, 2.0], 5.0), [1.5, 2.5]);
        assert!(Scale::new([-1.7e308, 1.7e308], [0.0, 1.0]).at(0.0) == 0.5);
    }
}
