//! Colours: of text and lines in either theme, of series, and of values.

/// Paper and ink.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark on white, for print.
    #[default]
    Light,
    /// Light on near-black, for slides.
    Dark,
}

/// A colour by its role: each is a class of the SVG, too, so that a page can give roles other colours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ink {
    /// What is behind everything.
    Paper,
    /// Text and axes.
    Text,
    /// What explains: ticks, captions.
    Muted,
    /// Behind the data: a noise ceiling, the spread of lines.
    Band,
    /// A value that is not there.
    Missing,
    /// One of several networks, groups or models.
    Series(usize),
    /// A value on a colour map; the same in both themes.
    Value(Rgb),
}

/// Red, green and blue, 0 to 255.
pub(crate) type Rgb = [u8; 3];

/// Blue, orange, green, purple, olive, grey: equally light, each at least 4 to 1 against either paper, so that they serve
/// on both.
const SERIES: [Rgb; 6] =
    [[59, 130, 189], [207, 90, 27], [31, 143, 107], [167, 101, 160], [154, 122, 18], [125, 122, 117]];

impl Ink {
    /// What classes of this colour end in; none for data, whose colours are the same in both themes.
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

/// Black or white, whichever is the more legible on `background` (relative luminance of WCAG 2).
pub(crate) fn legible_on(background: Rgb) -> Ink {
    let linear = |channel: u8| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    let [r, g, b] = background.map(linear);
    let luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    // Where the contrast to black and to white is the same: (L + .05)² = 1.05 · .05.
    Ink::Value(if luminance > 0.179 { [0, 0, 0] } else { [255, 255, 255] })
}

/// Which colours, from low to high.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Map {
    /// Dark to bright: viridis.
    Sequential,
    /// Blue, white in the middle, red: ColorBrewer's red-blue, whose order is the reverse.
    Diverging,
}

/// How values become colours: even steps look even, also to the colour-blind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ColorScale {
    low: f64,
    high: f64,
    map: Map,
}

/// Colours of a map: what is nearer than a 64th of the range looks the same.
const STEPS: usize = 64;

impl ColorScale {
    /// From the smallest to the largest of `values`; around 0, in two hues, where some are clearly negative: the most
    /// negative at more than a tenth of the largest magnitude. NaN is skipped.
    pub(crate) fn of(values: impl Iterator<Item = f64>) -> Self {
        let present = values.filter(|value| !value.is_nan());
        let (low, high) = present.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        if low > high {
            return Self::between(0.0, 1.0);
        }
        let reach = high.abs().max(low.abs());
        match low < -reach / 10.0 {
            true => Self { low: -reach, high: reach, map: Map::Diverging },
            false if low == high => Self::between(low - 0.5, high + 0.5),
            false => Self::between(low, high),
        }
    }

    /// From `low` to `high`, dark to light.
    pub(crate) fn between(low: f64, high: f64) -> Self {
        Self { low, high, map: Map::Sequential }
    }

    pub(crate) fn ends(self) -> [f64; 2] {
        [self.low, self.high]
    }

    /// The step of `value`; what is beyond the ends has the colour of the end.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0 and the number of steps")]
    pub(crate) fn step(self, value: f64) -> usize {
        // Halves, because the range of two large values may overflow.
        let share = (value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0);
        (share * STEPS as f64).clamp(0.0, (STEPS - 1) as f64) as usize
    }

    /// The colour of a step.
    pub(crate) fn color(self, step: usize) -> Rgb {
        let color = match self.map {
            Map::Sequential => colorous::VIRIDIS.eval_rational(step, STEPS),
            Map::Diverging => colorous::RED_BLUE.eval_rational(STEPS - 1 - step, STEPS),
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
    fn ends_and_what_is_beyond_them_have_the_last_colours() {
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
