//! Font: widths of texts, and the font files for PNGs.
//!
//! Arimo has the same widths as Arial, so a figure laid out here fits on every machine that has either font.

use std::sync::LazyLock;

use skrifa::{FontRef, MetadataProvider, instance::LocationRef, prelude::Size};

/// Latin, Greek and Cyrillic letters, digits and mathematical signs; licence in `assets/LICENSE-Arimo`.
pub(crate) const REGULAR: &[u8] = include_bytes!("../assets/Arimo-Regular.ttf");
pub(crate) const BOLD: &[u8] = include_bytes!("../assets/Arimo-Bold.ttf");

/// Font families that an SVG asks for, best first.
pub(crate) const FAMILY: &str = "Arimo, Arial, Liberation Sans, Helvetica, sans-serif";

/// Width assumed for a letter that the font lacks, in units of the size.
const UNKNOWN: f64 = 1.0;

/// Thickness of the strokes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// Fonts, parsed once.
static FONTS: LazyLock<[Option<FontRef<'static>>; 2]> =
    LazyLock::new(|| [REGULAR, BOLD].map(|bytes| FontRef::new(bytes).ok()));

/// Returns the width of `text` at `size`, both in points.
pub(crate) fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let Some(font) = &FONTS[weight as usize] else { return text.chars().count() as f64 * UNKNOWN * size };
    let (letters, metrics) = (font.charmap(), font.glyph_metrics(Size::new(1.0), LocationRef::default()));
    let advance = |letter: char| letters.map(letter).and_then(|glyph| metrics.advance_width(glyph)).map(f64::from);
    text.chars().map(|letter| advance(letter).unwrap_or(UNKNOWN)).sum::<f64>() * size
}

/// Cuts `text` to `available` points, with an ellipsis, if it is wider.
pub(crate) fn fitted(text: &str, size: f64, weight: Weight, available: f64) -> String {
    if width(text, size, weight) <= available {
        return text.to_owned();
    }
    let mut kept: Vec<char> = text.chars().collect();
    loop {
        kept.pop();
        let cut: String = kept.iter().collect::<String>().trim_end().to_owned() + "…";
        if kept.len() <= 1 || width(&cut, size, weight) <= available {
            return cut;
        }
    }
}

/// Cuts `text` to `available` points in its middle, because names of one file differ at their ends.
pub(crate) fn fitted_middle(text: &str, size: f64, weight: Weight, available: f64) -> String {
    if width(text, size, weight) <= available {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let (mut start, mut end) = (letters.len() / 2, letters.len() - letters.len() / 2);
    loop {
        let (first, last) = (&letters[..start], &letters[letters.len() - end..]);
        let cut: String = first.iter().copied().chain(['…']).chain(last.iter().copied()).collect();
        if end <= 1 || width(&cut, size, weight) <= available {
            return cut;
        }
        if start >= end { start -= 1 } else { end -= 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_arial() {
        // Advance widths of Arial in units of 1/2048: A 1366, i 455, space 569; bold A 1479.
        assert!((width("Ai ", 2048.0, Weight::Regular) - 2390.0).abs() < 0.5);
        assert!((width("A", 2048.0, Weight::Bold) - 1479.0).abs() < 0.5);
    }

    #[test]
    fn the_letters_of_the_figures_are_there() {
        for font in FONTS.iter() {
            let letters = font.as_ref().unwrap().charmap();
            for letter in "ρτσλ±×–—…≥≤−≈²³₂•·→√éßŁя".chars() {
                assert!(letters.map(letter).is_some(), "{letter}");
            }
        }
    }

    #[test]
    fn long_texts_are_cut_where_they_fit() {
        assert_eq!(fitted("conv1", 7.0, Weight::Regular, 100.0), "conv1");
        let cut = fitted("expanded_conv_15", 7.0, Weight::Regular, 30.0);
        assert!(cut.ends_with('…') && width(&cut, 7.0, Weight::Regular) <= 30.0, "{cut}");
        assert_eq!(fitted("conv1", 7.0, Weight::Regular, 0.0), "c…");
        let middle = fitted_middle("human_it_rdms[0,1]", 7.0, Weight::Regular, 45.0);
        assert!(middle.starts_with("hum") && middle.ends_with("[0,1]"), "{middle}");
        assert!(width(&middle, 7.0, Weight::Regular) <= 45.0);
        assert_eq!(fitted_middle("conv1", 7.0, Weight::Regular, 0.0), "c…1");
    }
}
