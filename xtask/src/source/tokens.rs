//! [`tokens`]: masked code cut into words, path separators and single signs.

use std::ops::Range;

/// A word, `::`, or a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'t> {
    pub(crate) text: &'t str,
    /// Counted from 1.
    pub(crate) line: usize,
    /// Its first byte in the text.
    pub(super) start: usize,
}

impl Token<'_> {
    /// Returns `true` for a name, a keyword or a number.
    pub(crate) fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphanumeric() || c == '_')
    }

    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }
}

/// Cuts `code`, in which comments and the insides of literals are blank.
pub(super) fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut at, mut line) = (0, 1);
    while let Some(first) = code[at..].chars().next() {
        let rest = &code[at..];
        let length = match first {
            _ if first.is_alphanumeric() || first == '_' => {
                rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
            }
            ':' if rest.starts_with("::") => 2,
            _ => first.len_utf8(),
        };
        if !first.is_whitespace() {
            tokens.push(Token { text: &rest[..length], line, start: at });
        }
        line += usize::from(first == '\n');
        at += length;
    }
    tokens
}

/// Returns `true` if the texts of `tokens` begin with `texts`.
pub(crate) fn starts_with(tokens: &[Token<'_>], texts: &[&str]) -> bool {
    tokens.len() >= texts.len() && tokens.iter().zip(texts).all(|(token, text)| token.text == *text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_paths_and_signs() {
        let cut = tokens("a::b_1 != c\n  (é)");
        let texts: Vec<_> = cut.iter().map(|token| token.text).collect();
        assert_eq!(texts, ["a", "::", "b_1", "!", "=", "c", "(", "é", ")"]);
        assert_eq!((cut[5].line, cut[6].line), (1, 2));
        assert_eq!(cut[7].range(), 15..17);
    }
}
