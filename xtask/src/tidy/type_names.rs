//! A type name means one thing in the whole workspace.

use std::collections::BTreeMap;

use super::TidyFinding;
use crate::source::{RustFile, Token};

/// Names that may be defined more than once, with the reason. The list may shrink but not grow over twelve.
const ALLOWED: [(&str, &str); 2] = [
    ("Arguments", "clap's derive asks for one type of arguments a command, and each stands in its command's module"),
    ("Cosine", "the field calls both a dissimilarity of patterns and a comparison of RDMs so"),
];

/// The most names in [`ALLOWED`].
const MOST_ALLOWED: usize = 12;

const _: () = assert!(ALLOWED.len() <= MOST_ALLOWED, "rename a type instead of allowing a thirteenth");

const KEYWORDS: [&str; 5] = ["struct", "enum", "union", "trait", "type"];

/// Refuses a second definition of a type name, and exceptions that nothing needs any more.
pub(super) fn check(sources: &[RustFile]) -> Vec<TidyFinding> {
    let mut places: BTreeMap<&str, Vec<(&str, usize)>> = BTreeMap::new();
    for source in sources.iter().filter(|source| is_checked(source)) {
        for (name, line) in defined(&source.production_tokens()) {
            places.entry(name).or_default().push((&source.path, line));
        }
    }
    let mut found = Vec::new();
    for (name, places) in &places {
        let [(first, _), others @ ..] = &places[..] else { continue };
        if ALLOWED.iter().any(|(allowed, _)| allowed == name) {
            continue;
        }
        found.extend(others.iter().map(|(path, line)| {
            let message = format!("a type `{name}` is in {first} already; give one of them a name of its own");
            TidyFinding::new(path, *line, message)
        }));
    }
    let is_needed = |name: &str| places.get(name).is_some_and(|places| places.len() > 1);
    let idle = ALLOWED.iter().filter(|(name, _)| !places.is_empty() && !is_needed(name));
    found.extend(idle.map(|(name, _)| {
        let message = format!("`{name}` is defined once at most; take it out of the list of names allowed twice");
        TidyFinding::new("xtask/src/tidy/type_names.rs", 1, message)
    }));
    found
}

fn is_checked(source: &RustFile) -> bool {
    source.crate_name().is_some() || source.path.starts_with("xtask/src/")
}

/// Returns the names of the types and traits that `tokens` define, with their lines; associated types are left out.
fn defined<'t>(tokens: &[Token<'t>]) -> Vec<(&'t str, usize)> {
    let mut found = Vec::new();
    // For each open brace, whether it is that of an `impl` or a trait.
    let mut blocks: Vec<bool> = Vec::new();
    let mut opens_implementation = false;
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            "{" => blocks.push(std::mem::take(&mut opens_implementation)),
            "}" => {
                blocks.pop();
            }
            ";" => opens_implementation = false,
            "trait" => opens_implementation = true,
            "impl" if begins_item(tokens, at) => opens_implementation = true,
            _ => {}
        }
        let is_associated = token.text == "type" && blocks.last().is_some_and(|&inside| inside);
        // `r#type` and `x.union` are names.
        let is_keyword = KEYWORDS.contains(&token.text) && !is_field(tokens, at) && !is_associated;
        let name = tokens.get(at + 1).filter(|name| name.text.starts_with(char::is_uppercase));
        if let (true, Some(name)) = (is_keyword, name) {
            found.push((name.text, name.line));
        }
    }
    found
}

/// Returns `true` if the `impl` at `at` is an item and no part of a signature.
fn begins_item(tokens: &[Token<'_>], at: usize) -> bool {
    at == 0 || ["}", ";", "{", "]", "unsafe"].contains(&tokens[at - 1].text)
}

/// Returns `true` if the word at `at` follows a point or a number sign.
fn is_field(tokens: &[Token<'_>], at: usize) -> bool {
    at > 0 && [".", "#"].contains(&tokens[at - 1].text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sources: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<_> = sources.iter().map(|(path, text)| RustFile::new(*path, *text)).collect();
        let idle = "take it out of the list";
        let found = check(&sources).into_iter().filter(|finding| !finding.message.contains(idle));
        found.map(|finding| format!("{}:{}", finding.path, finding.line)).collect()
    }

    #[test]
    fn a_second_definition_is_found_wherever_it_is() {
        let sources = [
            ("crates/a/src/lib.rs", "pub struct A;\nenum B { C }\n"),
            ("crates/a/src/b.rs", "trait B {}\nfn f() {\n    type A = f64;\n}\n"),
            ("xtask/src/main.rs", "struct A(u8);\n"),
        ];
        assert_eq!(found(&sources), ["crates/a/src/b.rs:3", "xtask/src/main.rs:1", "crates/a/src/b.rs:1"]);
    }

    #[test]
    fn associated_types_tests_and_other_places_do_not_count() {
        let text = "struct A;\nimpl T for A {\n    type Output = A;\n    fn f(x: impl G) { type Inner = A; }\n    type Err = A;\n}\n\
                    trait T { type Output; type Err; }\n#[cfg(test)]\nmod tests { struct A; }\n";
        let sources =
            [("crates/a/src/lib.rs", text), ("tests/main.rs", "struct A;"), ("crates/a/tests/b.rs", "struct A;")];
        assert!(found(&sources).is_empty());
    }

    #[test]
    fn names_of_the_list_are_accepted_while_they_are_needed() {
        let text: String = ALLOWED.iter().map(|(name, _)| format!("struct {name};\n")).collect();
        let file = |path: &str| RustFile::new(path, text.as_str());
        assert_eq!(check(&[file("crates/a/src/a.rs"), file("crates/a/src/b.rs")]), []);
        let idle = check(&[file("crates/a/src/a.rs")]);
        assert!(idle[0].message.contains("take it out of the list"), "{}", idle[0]);
    }
}
