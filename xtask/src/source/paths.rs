//! [`paths`]: the paths that code names, with the groups of `use` written out.

use super::tokens::Token;

/// A path such as `std::fs::read`, or a single name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UsedPath {
    pub(crate) text: String,
    pub(crate) line: usize,
}

impl UsedPath {
    /// Returns `true` if the path is the item `module` or something in it.
    pub(crate) fn is_in(&self, module: &str) -> bool {
        self.text.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    }

    pub(crate) fn first(&self) -> &str {
        self.text.split("::").next().unwrap_or_default()
    }

    pub(crate) fn last(&self) -> &str {
        self.text.rsplit("::").next().unwrap_or_default()
    }
}

/// Returns every path in `tokens`; `use std::{fs, io::Read}` names `std::fs` and `std::io::Read`.
pub(crate) fn paths(tokens: &[Token<'_>]) -> Vec<UsedPath> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        at = if tokens[at].is_word() { read(tokens, at, "", &mut found) } else { at + 1 };
    }
    found
}

/// Reads the path at `at`, a continuation of `prefix`, and returns the position behind it.
fn read(tokens: &[Token<'_>], mut at: usize, prefix: &str, found: &mut Vec<UsedPath>) -> usize {
    let line = tokens[at].line;
    let mut text = prefix.to_owned();
    while let Some(token) = tokens.get(at) {
        if token.text == "{" {
            return read_group(tokens, at + 1, &text, found);
        }
        if !token.is_word() && token.text != "*" {
            break;
        }
        if !text.is_empty() {
            text.push_str("::");
        }
        text.push_str(token.text);
        at += 1;
        if tokens.get(at).is_none_or(|next| next.text != "::") {
            break;
        }
        at += 1;
    }
    found.push(UsedPath { text, line });
    at
}

/// Reads what is between the braces behind `prefix::`.
fn read_group(tokens: &[Token<'_>], mut at: usize, prefix: &str, found: &mut Vec<UsedPath>) -> usize {
    while let Some(token) = tokens.get(at) {
        at = match token.text {
            "}" => return at + 1,
            "as" => at + 2,
            "," => at + 1,
            _ if token.is_word() || token.text == "*" => read(tokens, at, prefix, found),
            _ => at + 1,
        };
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::tokens::tokens;

    #[track_caller]
    fn check(code: &str, expected: &[&str]) {
        let found: Vec<_> = paths(&tokens(code)).into_iter().map(|path| path.text).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn groups_are_written_out() {
        check(
            "use std::{error, fs::{self, File as F}, io::*};",
            &["use", "std::error", "std::fs::self", "std::fs::File", "std::io::*"],
        );
    }

    #[test]
    fn paths_in_expressions_are_found() {
        check("::std::env::var(a.b)?;", &["std::env::var", "a", "b"]);
        check("Vec::<f64>::new()", &["Vec", "f64", "new"]);
    }

    #[test]
    fn a_module_is_not_its_longer_namesake() {
        let path = |text: &str| UsedPath { text: text.to_owned(), line: 1 };
        assert!(path("std::fs").is_in("std::fs"));
        assert!(path("std::fs::read").is_in("std::fs"));
        assert!(!path("std::fsx").is_in("std::fs"));
    }
}
