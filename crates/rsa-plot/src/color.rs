//! Colours of text and lines in either theme, of series, and of values.

/// Theme: the colours of paper and ink.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark on white, for print.
    #[default]
    Light,
    /// Light on near-black, for slides.
    Dark,
}

/// Colour by its role; most roles are also classes of the SVG, so that a page can change their colours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ink {
    /// Background.
    Paper,
    /// Text and axes.
    Text,
    /// Secondary text and lines: ticks, captions.
    Muted,
    /// Areas behind the data: a noise ceiling, the spread of lines.
    Band,
    /// Missing value.
    Missing,
    /// One of several networks, groups or models.
    Series(usize),
    /// Value on a colour map, equal in both themes.
    Value(Rgb),
}

/// Red, green and blue, 0 to 255.
pub(crate) type Rgb = [u8; 3];

/// Blue, orange, green, purple, olive, grey: equally light, with a contrast of about 4 to 1 or more against both
/// papers, which a test checks.
const SERIES: [Rgb; 6] =
    [[59, 130, 189], [207, 90, 27], [31, 143, 107], [167, 101, 160], [154, 122, 18], [125, 122, 117]];

impl Ink {
    /// Returns the suffix of the classes of this colour; `None` for data, which have the same colours in both themes.
    pub(crate) fn class(self) -> Option<&'static str> {
        match self {
            Self::Paper => Some("paper"),
            Self::Text => Some("ink"),
            Self::Muted => Some("muted"),
            Self::Band => Some("band"),
            Self::Missing => Some("missing"),
            Self::Series(_) | Self::Value(_) => None,
        }
    }

    pub(crate) fn rgb(self, theme: Theme) -> Rgb {
        match (self, theme) {
            (Self::Paper, Theme::Light) => [255, 255, 255],
            (Self::Paper, Theme::Dark) => [22, 24, 29],
            (Self::Text, Theme::Light) => [26, 26, 26],
            (Self::Text, Theme::Dark) => [236, 236, 236],
            (Self::Muted, Theme::Light) => [89, 89, 89],
            (Self::Muted, Theme::Dark) => [176, 176, 176],
            (Self::Band, Theme::Light) => [226, 224, 218],
            (Self::Band, Theme::Dark) => [58, 61, 68],
            (Self::Missing, Theme::Light) => [207, 202, 192],
            (Self::Missing, Theme::Dark) => [74, 76, 82],
            (Self::Series(k), _) => SERIES[k % SERIES.len()],
            (Self::Value(rgb), _) => rgb,
        }
    }
}

/// Returns black or white, whichever is more legible on `background` (relative luminance of WCAG 2).
pub(crate) fn legible_on(background: Rgb) -> Ink {
    let linear = |channel: u8| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    let [r, g, b] = background.map(linear);
    let luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    // At 0.179 the contrasts to black and to white are equal: (L + .05)² = 1.05 · .05.
    Ink::Value(if luminance > 0.179 { [0, 0, 0] } else { [255, 255, 255] })
}

/// Order of colours from low to high values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ColorMap {
    /// From dark to bright (viridis).
    Sequential,
    /// From blue over white to red (ColorBrewer's red-blue, reversed).
    Diverging,
}

/// Map from values to colours; equal steps look equal, also with colour-blindness.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ColorScale {
    low: f64,
    high: f64,
    map: ColorMap,
}

/// Number of colours of a map; values that differ by less than a 64th of the range may look equal.
const STEPS: usize = 64;

impl ColorScale {
    /// Returns the scale from the smallest to the largest of `values`, skipping NaN.
    ///
    /// If some values are clearly negative (the smallest below a tenth of the largest magnitude, negated), the scale
    /// has two hues and is symmetric about 0.
    pub(crate) fn of(values: impl Iterator<Item = f64>) -> Self {
        let present = values.filter(|value| !value.is_nan());
        let (low, high) = present.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        if low > high {
            return Self::between(0.0, 1.0);
        }
        let reach = high.abs().max(low.abs());
        match low < -reach / 10.0 {
            true => Self { low: -reach, high: reach, map: ColorMap::Diverging },
            false if low == high => Self::between(low - 0.5, high + 0.5),
            false => Self::between(low, high),
        }
    }

    /// Returns the scale from `low` (dark) to `high` (bright).
    pub(crate) fn between(low: f64, high: f64) -> Self {
        Self { low, high, map: ColorMap::Sequential }
    }

    pub(crate) fn ends(self) -> [f64; 2] {
        [self.low, self.high]
    }

    /// Returns the step of `value`; values beyond an end have the colour of that end.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0 and the number of steps")]
    pub(crate) fn step(self, value: f64) -> usize {
        // Halves, because the range of two large values may overflow.
        let share = (value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0);
        (share * STEPS as f64).clamp(0.0, (STEPS - 1) as f64) as usize
    }

    /// Returns the colour of a step.
    pub(crate) fn color(self, step: usize) -> Rgb {
        let color = match self.map {
            ColorMap::Sequential => colorous::VIRIDIS.eval_rational(step, STEPS),
            ColorMap::Diverging => colorous::RED_BLUE.eval_rational(STEPS - 1 - step, STEPS),
        };
        color.into_array()
    }

    pub(crate) fn steps() -> usize {
        STEPS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signed_values_have_their_middle_at_0() {
        let scale = ColorScale::of([-1.0, f64::NAN, 3.0].into_iter());
        assert_eq!(scale.ends(), [-3.0, 3.0]);
        let [red, _, blue] = scale.color(STEPS - 1);
        assert!(red > blue, "high is red");
        assert_eq!(ColorScale::of([-0.01, 3.0].into_iter()).ends(), [-0.01, 3.0]);
    }

    #[test]
    fn ends_and_what_is_beyond_them_have_the_last_colors() {
        let scale = ColorScale::between(0.0, 2.0);
        assert_eq!([-1.0, 0.0, 1.0, 2.0, 9.0].map(|value| scale.step(value)), [0, 0, 32, 63, 63]);
        assert_eq!(ColorScale::of([-1.7e308, 1.7e308].into_iter()).step(1.7e308), 63);
        assert_eq!(ColorScale::of(std::iter::empty()).ends(), [0.0, 1.0]);
        assert_eq!(ColorScale::of([2.0, 2.0].into_iter()).ends(), [1.5, 2.5]);
    }

    #[test]
    fn letters_are_legible_on_every_step() {
        assert_eq!(legible_on([255, 255, 255]), Ink::Value([0, 0, 0]));
        assert_eq!(legible_on([68, 1, 84]), Ink::Value([255, 255, 255]));
    }
}
