//! [`mask`]: code without its comments and without what is inside literals.

use std::ops::Range;

/// Replaces comments and the insides of literals by blanks; quotes, lines and all other code stay where they are.
pub(super) fn mask(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let Piece { length, hidden } = first_piece(rest);
        code.push_str(&rest[..hidden.start]);
        code.extend(rest[hidden.clone()].chars().map(|c| if c == '\n' { c } else { ' ' }));
        code.push_str(&rest[hidden.end..length]);
        rest = &rest[length..];
    }
    code
}

/// One comment, literal or piece of code at the beginning of a text, and the bytes of it to hide.
struct Piece {
    length: usize,
    hidden: Range<usize>,
}

impl Piece {
    fn code(length: usize) -> Self {
        Self { length, hidden: length..length }
    }

    fn comment(length: usize) -> Self {
        Self { length, hidden: 0..length }
    }

    /// A literal with the content `inside` and a closing quote of `close` bytes; the end of `text` closes it, too.
    fn literal(inside: Range<usize>, close: usize, text: &str) -> Self {
        Self { length: (inside.end + close).min(text.len()), hidden: inside }
    }
}

fn first_piece(text: &str) -> Piece {
    let first = text.chars().next().expect("the caller has text left");
    match first {
        '/' if text.starts_with("//") => Piece::comment(text.find('\n').unwrap_or(text.len())),
        '/' if text.starts_with("/*") => Piece::comment(block_comment(text)),
        '"' => Piece::literal(1..closing_quote(text, '"'), 1, text),
        '\'' if is_char_literal(text) => Piece::literal(1..closing_quote(text, '\''), 1, text),
        _ if is_word(first) => {
            let word = text.find(|c| !is_word(c)).unwrap_or(text.len());
            raw_string(text, word).unwrap_or(Piece::code(word))
        }
        _ => Piece::code(first.len_utf8()),
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Returns the length of the block comment at the start of `text`; block comments nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(found) = text[at..].find(['/', '*']) {
        at += found;
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// Returns the place of the quote that closes the one at the start of `text`.
fn closing_quote(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at,
            _ => {}
        }
    }
    text.len()
}

/// Tells `'a'` from the lifetime `'a`.
fn is_char_literal(text: &str) -> bool {
    let mut chars = text.chars().skip(1);
    chars.next() == Some('\\') || chars.next() == Some('\'')
}

/// Returns the raw string at the start of `text`, if its first `word` bytes are the prefix of one.
fn raw_string(text: &str, word: usize) -> Option<Piece> {
    let (prefix, rest) = text.split_at(word);
    let body = rest.trim_start_matches('#');
    if !matches!(prefix, "r" | "br" | "cr") || !body.starts_with('"') {
        return None;
    }
    let hashes = rest.len() - body.len();
    let open = word + hashes + 1;
    let close = format!("\"{}", &rest[..hashes]);
    let inside = text[open..].find(&close).map_or(text.len(), |length| open + length);
    Some(Piece::literal(open..inside, close.len(), text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(mask(text), expected);
    }

    #[test]
    fn comments_vanish_and_lines_stay() {
        check("a // b\nc", "a     \nc");
        check("a /* b /* c\n */ d */ e", "a          \n         e");
        check("/// dbg!(x)\nx", "           \nx");
        check("a /* open", "a        ");
    }

    #[test]
    fn strings_keep_their_quotes() {
        check(r#"f("a // \" b")"#, r#"f("         ")"#);
        check("r\"a\\\" + 1", "r\"  \" + 1");
        check("br##\"a\"# b\"## + 1", "br##\"     \"## + 1");
        check("\"a\nb\"", "\" \n \"");
        check("\"open", "\"    ");
        check("r#\"open\"", "r#\"     ");
    }

    #[test]
    fn characters_are_told_from_lifetimes() {
        check("'\"' 'a' '\\'' '\\u{1F600}' 'é'", "' ' ' ' '  ' '         ' ' '");
        check("fn f<'a>(x: &'a str, y: &'static str)", "fn f<'a>(x: &'a str, y: &'static str)");
    }

    #[test]
    fn raw_identifiers_and_names_that_end_in_r_are_code() {
        check("r#type + r + for_r", "r#type + r + for_r");
    }
}
