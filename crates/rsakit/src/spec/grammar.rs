//! The grammar of specs: `word[:key=value,…]`, nested arguments in parentheses.

use rsa_core::{Error, Result};

/// A word with its arguments: `rsa` with `rdm=…` and `compare=…`, or `variance` with `0.99`.
#[derive(Debug, PartialEq)]
pub(crate) struct Term<'a> {
    pub(crate) word: &'a str,
    pub(crate) arguments: Vec<Argument<'a>>,
}

/// `key=value`, or a value alone.
#[derive(Debug, PartialEq)]
pub(crate) struct Argument<'a> {
    pub(crate) key: Option<&'a str>,
    pub(crate) value: Term<'a>,
}

/// Parses a whole spec: the outermost arguments follow a colon.
pub(crate) fn parse(text: &str) -> Result<Term<'_>> {
    match text.split_once(':') {
        None => term(text),
        Some((word, arguments)) => Ok(Term { word: checked_word(word)?, arguments: list(arguments)? }),
    }
}

/// Parses `word` or `word(arguments)`.
fn term(text: &str) -> Result<Term<'_>> {
    let text = text.trim();
    match text.split_once('(') {
        None => Ok(Term { word: checked_word(text)?, arguments: Vec::new() }),
        Some((word, rest)) => {
            let inner = rest.strip_suffix(')').ok_or_else(|| malformed(text, "the parenthesis is not closed"))?;
            Ok(Term { word: checked_word(word)?, arguments: list(inner)? })
        }
    }
}

fn list(text: &str) -> Result<Vec<Argument<'_>>> {
    split_outside_parentheses(text)?
        .into_iter()
        .map(|argument| {
            let equals = argument.find('=').filter(|&at| argument.find('(').is_none_or(|open| at < open));
            let (key, value) = match equals {
                Some(at) => (Some(checked_word(&argument[..at])?), &argument[at + 1..]),
                None => (None, argument),
            };
            Ok(Argument { key, value: term(value)? })
        })
        .collect()
}

fn split_outside_parentheses(text: &str) -> Result<Vec<&str>> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' if depth == 0 => return Err(malformed(text, "a parenthesis closes that none opened")),
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    if depth > 0 {
        return Err(malformed(text, "a parenthesis is not closed"));
    }
    parts.push(&text[start..]);
    Ok(parts)
}

/// Checks a word or number: letters, digits, and the signs in names and numbers.
fn checked_word(text: &str) -> Result<&str> {
    let word = text.trim();
    let legal = |character: char| character.is_ascii_alphanumeric() || "-_.+".contains(character);
    match !word.is_empty() && word.chars().all(legal) {
        true => Ok(word),
        false => Err(malformed(word, "a word or number is expected here")),
    }
}

fn malformed(text: &str, what: &str) -> Error {
    Error::invalid_parameter(
        "a measure",
        format!("written word[:key=value,...] with nested arguments in parentheses ({what})"),
        format_args!("'{text}'"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_arguments_belong_to_their_word() {
        let term = parse("rsa: rdm = squared-euclidean(per_feature=true,x(1,2)) , compare=spearman").unwrap();
        assert_eq!(term.word, "rsa");
        assert_eq!(term.arguments.len(), 2);
        assert_eq!(term.arguments[0].key, Some("rdm"));
        assert_eq!(term.arguments[0].value.word, "squared-euclidean");
        assert_eq!(term.arguments[0].value.arguments[0].key, Some("per_feature"));
        assert_eq!(term.arguments[0].value.arguments[1].value.arguments[1].value.word, "2");
        assert_eq!(parse("cka").unwrap(), Term { word: "cka", arguments: Vec::new() });
    }

    #[test]
    fn what_is_malformed_is_an_error() {
        for text in [
            "",
            ":",
            "cka:",
            "cka:a=",
            "cka:=b",
            "cka:a=b,",
            "cka:a=b(1",
            "cka:a=b)",
            "cka:a=b(1)2",
            "cka:a==b",
            "c ka",
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.kind().name(), "InvalidParameter", "'{text}'");
        }
    }
}
