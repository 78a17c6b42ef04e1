//! Library code never prints.

use super::TidyFinding;
use crate::source::{RustFile, starts_with};

const MACROS: [&str; 5] = ["print", "println", "eprint", "eprintln", "dbg"];

/// Refuses printing in libraries, outside of tests and examples.
pub(super) fn check(source: &RustFile) -> Vec<TidyFinding> {
    if !source.is_library() {
        return Vec::new();
    }
    let tokens = source.production_tokens();
    let calls = (0..tokens.len()).filter(|&at| {
        MACROS.iter().any(|name| ["(", "[", "{"].iter().any(|open| starts_with(&tokens[at..], &[name, "!", open])))
    });
    calls
        .map(|at| {
            let message = format!("`{}!` in a library; return the value and let the caller print", tokens[at].text);
            TidyFinding::new(&source.path, tokens[at].line, message)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{NO_LINES, lines};

    fn found(path: &str, text: &str) -> Vec<usize> {
        lines(&check(&RustFile::new(path, text)))
    }

    #[test]
    fn libraries_do_not_print() {
        let text = "fn f() {\n    println!(\"a\");\n    eprint!(\"a\");\n    dbg!(a)\n}";
        assert_eq!(found("crates/rsa-core/src/rdm.rs", text), [2, 3, 4]);
        assert_eq!(found("crates/rsakit/src/lib.rs", text), [2, 3, 4]);
    }

    #[test]
    fn programs_tests_and_examples_in_docs_do() {
        assert_eq!(found("crates/rsa-cli/src/main.rs", "println!(\"a\")"), NO_LINES);
        assert_eq!(found("crates/rsa-core/examples/a.rs", "println!(\"a\")"), NO_LINES);
        assert_eq!(
            found("crates/rsa-core/src/rdm.rs", "/// println!(\"a\")\n// dbg!(a)\nlet a = \"print!(b)\";"),
            NO_LINES
        );
        assert_eq!(found("crates/rsa-core/src/rdm.rs", "#[cfg(test)]\nmod tests { fn f() { dbg!(1); } }"), NO_LINES);
        assert_eq!(found("crates/rsa-core/src/rdm.rs", "print != x; writeln!(f)"), NO_LINES);
    }
}
