//! Escaping of characters that a terminal obeys instead of showing.

use std::borrow::Cow;

/// Returns `text` for a terminal: control characters and bidirectional overrides are escaped, line feeds stay.
///
/// Names of layers and conditions come from files. Unescaped, a name could move the cursor, change colors or reorder the
/// characters around it.
///
/// # Example
/// ```
/// assert_eq!(rsa_run::escape_text("conv\u{1b}[2J1\nfc"), "conv\\u{1b}[2J1\nfc");
/// assert_eq!(rsa_run::escape_text("übung 動物"), "übung 動物");
/// ```
pub fn escape_text(text: &str) -> Cow<'_, str> {
    escape(text, |c| c != '\n' && is_obeyed(c))
}

/// Returns `text` for one cell of a table: like [`escape_text`], with line feeds escaped.
pub(super) fn escape_cell(text: &str) -> Cow<'_, str> {
    escape(text, is_obeyed)
}

fn escape(text: &str, is_escaped: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match is_escaped(c) {
            true => escaped.extend(c.escape_default()),
            false => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

/// Returns `true` for control characters, line and paragraph separators, and marks of writing direction.
fn is_obeyed(c: char) -> bool {
    let directs = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}');
    c.is_control() || directs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped() {
        for (text, escaped) in [
            ("\u{1b}[31mred\u{1b}[0m", "\\u{1b}[31mred\\u{1b}[0m"),
            ("bell\u{7}\u{7f}\u{9b}2J", "bell\\u{7}\\u{7f}\\u{9b}2J"),
            ("over\rwritten\ttab", "over\\rwritten\\ttab"),
            ("\u{202e}gpj.exe\u{2066}\u{200f}", "\\u{202e}gpj.exe\\u{2066}\\u{200f}"),
            ("two\nlines", "two\nlines"),
            ("plain, 50 % – ü \\u{1b}", "plain, 50 % – ü \\u{1b}"),
        ] {
            assert_eq!(escape_text(text), escaped);
        }
        assert_eq!(escape_cell("two\nlines\u{2028}"), "two\\nlines\\u{2028}");
    }
}
