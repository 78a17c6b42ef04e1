//! Every measure, dissimilarity and comparison has the same headings in its docs.

use super::TidyFinding;
use crate::source::{RustFile, Token, starts_with};

const TRAITS: [&str; 4] = ["Dissimilarity", "Comparison", "Embeds", "Measure"];

/// The headings in their order, each with its allowed spellings.
const HEADINGS: [&[&str]; 8] = [
    &["# Formula"],
    &["# Shapes"],
    &["# Range"],
    &["# Invariances"],
    &["# Cost"],
    &["# Errors"],
    &["# Example", "# Examples"],
    &["# References"],
];

/// Marks of a reference that a reader can follow.
const IDENTIFIERS: [&str; 3] = ["doi:", "ISBN", "https://"];

/// Types that erase the type of a measure or comparison, and are none of their own.
const EXEMPT: [&str; 2] = ["AnyMeasure", "AnyComparison"];

/// Refuses measures whose docs lack a heading, have headings in another order, or cite nothing that can be followed.
pub(super) fn check(source: &RustFile) -> Vec<TidyFinding> {
    if source.crate_name().is_none() {
        return Vec::new();
    }
    let tokens = source.production_tokens();
    let mut found = Vec::new();
    let mut seen = Vec::new();
    for name in implementors(&tokens) {
        // A type may be a measure and a dissimilarity; wrappers such as `Box<D>` are declared elsewhere.
        if EXEMPT.contains(&name) || seen.contains(&name) {
            continue;
        }
        seen.push(name);
        if let Some(line) = declaration(&tokens, name) {
            let faults = faults(&doc_above(source, line));
            found.extend(
                faults
                    .into_iter()
                    .map(|fault| TidyFinding::new(&source.path, line, format!("the docs of `{name}` {fault}"))),
            );
        }
    }
    found
}

/// Returns the types for which the file implements one of the traits.
fn implementors<'t>(tokens: &[Token<'t>]) -> Vec<&'t str> {
    let implementations = tokens.windows(3).filter(|three| TRAITS.contains(&three[0].text) && three[1].text == "for");
    implementations.map(|three| three[2].text).collect()
}

/// Returns the line that declares the public type `name`.
fn declaration(tokens: &[Token<'_>], name: &str) -> Option<usize> {
    let declares = |at: &usize| ["struct", "enum"].iter().any(|kind| starts_with(&tokens[*at..], &["pub", kind, name]));
    (0..tokens.len()).find(declares).map(|at| tokens[at].line)
}

/// Returns the doc comment above `line`, among attributes, each line without its slashes.
fn doc_above(source: &RustFile, line: usize) -> Vec<&str> {
    let code = source.production_lines();
    let above = source.text.lines().zip(code).take(line - 1).collect::<Vec<_>>();
    let ends_an_item = |code: &str| code.trim_end().ends_with([';', '}']);
    let item = above.iter().rev().take_while(|(text, code)| !text.trim().is_empty() && !ends_an_item(code));
    let mut doc: Vec<_> = item.filter_map(|(text, _)| text.trim().strip_prefix("///")).map(str::trim).collect();
    doc.reverse();
    doc
}

/// Returns the faults of a doc comment, each a phrase to follow "the docs of X".
fn faults(doc: &[&str]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut last: Option<(usize, &str)> = None;
    for words in HEADINGS {
        let heading = words[0];
        let Some(at) = doc.iter().position(|line| words.contains(line)) else {
            faults.push(format!("lack `{heading}`; add it, the order is {}", order()));
            continue;
        };
        match last {
            Some((before, earlier)) if at < before => {
                faults.push(format!("have `{heading}` before `{earlier}`; the order is {}", order()));
            }
            _ => last = Some((at, heading)),
        }
    }
    let references = doc.iter().skip_while(|line| **line != "# References").skip(1);
    let mut references = references.take_while(|line| !line.starts_with("# "));
    let cites = references.any(|line| IDENTIFIERS.iter().any(|identifier| line.contains(identifier)));
    if doc.contains(&"# References") && !cites {
        let fault = "cite nothing that can be followed; add a `doi:`, an ISBN or an `https://`";
        faults.push(fault.to_owned());
    }
    faults
}

fn order() -> String {
    HEADINGS.map(|words| words[0].trim_start_matches("# ")).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = "/// A.\n/// # Formula\n/// # Shapes\n/// # Range\n/// # Invariances\n\
                        /// # Cost\n/// # Errors\n\
                        /// # Example\n/// ```\n/// # Ok::<(), E>(())\n/// ```\n\
                        /// # References\n/// B 2008, doi:10.1/2.\n";
    const TYPE: &str = "#[derive(\n    Clone,\n)]\npub struct A;\n\nimpl Measure for A {}\n";

    #[track_caller]
    fn check_messages(text: &str, expected: &[&str]) {
        let source = RustFile::new("crates/rsa-cka/src/cka.rs", text);
        let messages: Vec<_> = check(&source).into_iter().map(|finding| finding.message).collect();
        assert_eq!(messages.len(), expected.len(), "{messages:?}");
        for (message, expected) in messages.iter().zip(expected) {
            assert!(message.starts_with(expected), "{message}");
        }
    }

    #[test]
    fn the_full_template_is_accepted() {
        check_messages(&format!("//! A.\n\n{FULL}{TYPE}"), &[]);
        check_messages(&format!("//! A.\n\n{FULL}{TYPE}").replace("# Example\n", "# Examples\n"), &[]);
    }

    #[test]
    fn a_missing_heading_is_named() {
        let text = format!("{FULL}{TYPE}");
        check_messages(&text.replace("/// # Cost\n", ""), &["the docs of `A` lack `# Cost`;"]);
        check_messages(&text.replace("# References", "# Literature"), &["the docs of `A` lack `# References`;"]);
        check_messages(TYPE, &["the docs of `A` lack"; 8]);
    }

    #[test]
    fn headings_of_the_item_before_do_not_count() {
        check_messages(&format!("{FULL}pub struct B;\n{TYPE}"), &["the docs of `A` lack"; 8]);
    }

    #[test]
    fn the_order_and_the_references_count() {
        let text = format!("{FULL}{TYPE}").replace("/// # Shapes\n/// # Range\n", "/// # Range\n/// # Shapes\n");
        check_messages(&text, &["the docs of `A` have `# Range` before `# Shapes`;"]);
        check_messages(&format!("{FULL}{TYPE}").replace("doi:", ""), &["the docs of `A` cite nothing"]);
    }

    #[test]
    fn generic_types_and_every_trait_are_seen() {
        check_messages("pub struct R<D, C>(D, C);\nimpl<D: Dissimilarity, C> Measure for R<D, C> {}", &["the docs"; 8]);
        check_messages("pub enum P { A }\nimpl rsa_core::Dissimilarity for P {}\n", &["the docs of `P`"; 8]);
        check_messages("pub struct S;\nimpl Comparison for S {}\nimpl Measure for S {}", &["the docs of `S`"; 8]);
    }

    #[test]
    fn wrappers_private_types_and_tests_are_exempt() {
        check_messages("impl<D: Dissimilarity + ?Sized> Dissimilarity for Box<D> {}", &[]);
        check_messages("pub struct AnyMeasure;\nimpl Measure for AnyMeasure {}", &[]);
        check_messages("struct Private;\nimpl Measure for Private {}", &[]);
        check_messages("#[cfg(test)]\nmod tests {\n    pub struct T;\n    impl Measure for T {}\n}", &[]);
    }
}
