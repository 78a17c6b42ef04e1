//! Notes and legends under figures.

use crate::{
    canvas::{Anchor, Canvas, Font},
    color::Ink,
};

const LINE: f64 = 7.5;

/// Draws `text` in lines below `y`; returns their height.
pub(crate) fn draw(canvas: &mut Canvas, [x, y]: [f64; 2], width: f64, text: &str) -> f64 {
    let font = Font::new(6.0, Ink::Muted);
    let lines = wrap_lines(text, font, width);
    for (k, line) in lines.iter().enumerate() {
        canvas.text([x, y + (k + 1) as f64 * LINE], Anchor::Start, font, line);
    }
    lines.len() as f64 * LINE
}

/// Draws a square in the color of each group with its name, in lines below `y`; returns their height.
pub(crate) fn legend(canvas: &mut Canvas, [x, y]: [f64; 2], width: f64, groups: &[String]) -> f64 {
    const SIDE: f64 = 5.0;
    let font = Font::new(6.5, Ink::Text);
    let (mut right, mut line) = (x, 1.0);
    for (k, group) in groups.iter().enumerate() {
        let name = crate::font::fitted(group, font.size, font.weight, width - SIDE - 3.0);
        let needed = SIDE + 3.0 + font.width(&name);
        if right > x && right + needed > x + width {
            (right, line) = (x, line + 1.0);
        }
        let baseline = y + line * (LINE + 1.5);
        canvas.rect([right, baseline - SIDE], [SIDE, SIDE], Ink::Series(k), 1.0);
        canvas.text([right + SIDE + 3.0, baseline], Anchor::Start, font, &name);
        right += needed + 9.0;
    }
    if groups.is_empty() { 0.0 } else { line * (LINE + 1.5) + 2.0 }
}

/// Wraps a text into lines that are at most `width` wide.
fn wrap_lines(text: &str, font: Font, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if font.width(&format!("{line} {word}")) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_broken_between_words() {
        let font = Font::new(6.0, Ink::Muted);
        let lines = wrap_lines("a few words of a note", font, 40.0);
        assert!(lines.len() > 1 && lines.iter().all(|line| font.width(line) <= 40.0));
        assert_eq!(lines.join(" "), "a few words of a note");
    }
}
