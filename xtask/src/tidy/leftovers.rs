//! Merged code has no notes about unfinished work and no ignored tests.

use super::TidyFinding;
use crate::source::{RustFile, starts_with};

const NOTES: [&str; 3] = ["TODO", "FIXME", "XXX"];

/// The one file that has to spell the notes.
const THIS_FILE: &str = "xtask/src/tidy/leftovers.rs";

/// Refuses notes about unfinished work anywhere in a Rust file, and ignored tests.
pub(super) fn check(source: &RustFile) -> Vec<TidyFinding> {
    let mut found = Vec::new();
    if source.path != THIS_FILE {
        for (index, line) in source.text.lines().enumerate() {
            let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            if let Some(note) = words.find(|word| NOTES.contains(word)) {
                let message = format!("`{note}` is left over; do it, or open an issue");
                found.push(TidyFinding::new(&source.path, index + 1, message));
            }
        }
    }
    let tokens = source.tokens();
    let ignored = (0..tokens.len()).filter(|&at| starts_with(&tokens[at..], &["#", "[", "ignore"]));
    found.extend(ignored.map(|at| {
        let message = "an ignored test guards nothing; make it fast enough to run, or a bench";
        TidyFinding::new(&source.path, tokens[at].line, message)
    }));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{NO_LINES, lines};

    #[test]
    fn notes_and_ignored_tests_are_refused_everywhere() {
        let found = |text: &str| lines(&check(&RustFile::new("tests/main.rs", text)));
        assert_eq!(found("// TODO: a\nlet a = \"FIXME\";\n/* XXX */"), [1, 2, 3]);
        assert_eq!(found("#[ignore]\nfn a() {}\n#[ignore = \"slow\"]\nfn b() {}"), [1, 3]);
        assert_eq!(found("// todo, MASTODON, XXXL\n/// #[ignore]\nfn ignore() {}"), NO_LINES);
    }
}
