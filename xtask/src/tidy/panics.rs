//! Library code never panics on data, and a panic on a broken promise says which promise.

use super::TidyFinding;
use crate::source::{RustFile, starts_with};

/// The first tokens of a refused expression, and the remedy.
const REFUSED: [(&[&str], &str); 5] = [
    (&[".", "unwrap", "(", ")"], "return an error, or `.expect(\"why it cannot fail\")`"),
    (&["todo", "!", "("], "write it, or leave it out"),
    (&["unimplemented", "!", "("], "write it, or leave it out"),
    (&["unreachable", "!", "(", ")"], "say in its message why it cannot be reached"),
    (&["panic", "!", "(", ")"], "return an error, or say in its message which promise is broken"),
];

/// Refuses panics without a reason in libraries, outside of tests.
pub(super) fn check(source: &RustFile) -> Vec<TidyFinding> {
    if !source.is_library() {
        return Vec::new();
    }
    let tokens = source.production_tokens();
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        for (beginning, remedy) in REFUSED.iter().filter(|(beginning, _)| starts_with(&tokens[at..], beginning)) {
            let message = format!("`{}` in a library; {remedy}", beginning.concat());
            found.push(TidyFinding::new(&source.path, tokens[at].line, message));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{NO_LINES, lines};

    fn found(path: &str, text: &str) -> Vec<usize> {
        lines(&check(&RustFile::new(path, text)))
    }

    #[test]
    fn panics_without_a_reason_are_refused() {
        let text = "a.unwrap();\nb\n    .unwrap();\ntodo!(\"c\");\nunimplemented!();\n\
                    unreachable!();\npanic!();";
        assert_eq!(found("crates/rsa-core/src/rdm.rs", text), [1, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn promises_with_a_reason_are_accepted() {
        let text = "a.expect(\"sorted above\");\nassert!(a);\nunreachable!(\"b\");\n\
                    panic!(\"c\");\nd.unwrap_or(1);";
        assert_eq!(found("crates/rsa-core/src/rdm.rs", text), NO_LINES);
    }

    #[test]
    fn tests_and_programs_may() {
        assert_eq!(found("crates/rsa-core/src/rdm.rs", "#[cfg(test)]\nmod tests { fn f() { a.unwrap(); } }"), NO_LINES);
        assert_eq!(found("crates/rsa-core/src/rdm.rs", "/// a.unwrap();\nlet b = \"todo!()\";"), NO_LINES);
        assert_eq!(found("tests/main.rs", "a.unwrap();"), NO_LINES);
    }
}
