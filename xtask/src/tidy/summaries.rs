//! The first paragraph of a doc comment is short and names its subject.

use super::TidyFinding;
use crate::source::RustFile;

const DIRECTORIES: [&str; 3] = ["crates/", "tests/", "xtask/"];

/// Openings of a question or a back reference: neither says anything where the summary stands alone.
const OPENINGS: [&str; 9] = ["What", "How", "Whether", "Which", "The same", "Those", "That of", "Their", "These"];

/// The most lines of a summary, so that it is read at a glance in a list of items.
const MOST_LINES: usize = 2;

/// The column at which `rustfmt.toml` wraps code; longer lines would hide a third line of a summary.
const WIDTH: usize = 120;

/// The marks of outer and of inner doc comments.
const MARKS: [&str; 2] = ["///", "//!"];

/// Refuses summaries that open with a question word or a back reference, and long ones.
pub(super) fn check(source: &RustFile) -> Vec<TidyFinding> {
    if !DIRECTORIES.iter().any(|directory| source.path.starts_with(directory)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for summary in summaries(&source.text) {
        let mut find = |message: String| found.push(TidyFinding::new(&source.path, summary.line, message));
        if let Some(opening) = OPENINGS.iter().find(|opening| opens_with(summary.text[0], opening)) {
            find(format!(
                "the summary begins with `{opening}`; begin with a verb, as in `Returns …`, or with the thing's name"
            ));
        }
        if summary.text.len() > MOST_LINES || summary.is_wide {
            find(format!("the summary has more than {MOST_LINES} lines of {WIDTH} columns; end its paragraph earlier"));
        }
    }
    found
}

/// The first paragraph of a doc comment.
struct DocSummary<'s> {
    line: usize,
    /// Its lines without their marks; at least one.
    text: Vec<&'s str>,
    is_wide: bool,
}

/// Returns the summary of every doc comment in the text of a file.
fn summaries(text: &str) -> Vec<DocSummary<'_>> {
    let mut summaries: Vec<DocSummary<'_>> = Vec::new();
    // The mark of the comment that the line before belongs to, and whether its summary is still open.
    let mut before: Option<(&str, bool)> = None;
    for (index, line) in text.lines().enumerate() {
        let Some((mark, text)) = doc_line(line) else {
            before = None;
            continue;
        };
        let is_open = match before {
            Some((same, is_open)) if same == mark => is_open && !ends_paragraph(text),
            _ if ends_paragraph(text) => false,
            _ => {
                summaries.push(DocSummary { line: index + 1, text: Vec::new(), is_wide: false });
                true
            }
        };
        if let (true, Some(summary)) = (is_open, summaries.last_mut()) {
            summary.text.push(text);
            summary.is_wide |= line.chars().count() > WIDTH;
        }
        before = Some((mark, is_open));
    }
    summaries
}

/// Splits a line of a doc comment into its mark and its text; a row of slashes is an ordinary comment.
fn doc_line(line: &str) -> Option<(&'static str, &str)> {
    let line = line.trim();
    let mark = MARKS.into_iter().find(|mark| line.starts_with(mark))?;
    let text = &line[mark.len()..];
    (!text.starts_with('/')).then_some((mark, text.trim()))
}

/// Returns `true` if a line is empty or begins a list, a table, a heading or a block of code.
fn ends_paragraph(text: &str) -> bool {
    text.is_empty() || ["- ", "* ", "|", "#", "```"].iter().any(|start| text.starts_with(start))
}

/// Returns `true` if `text` begins with `opening` as whole words.
fn opens_with(text: &str, opening: &str) -> bool {
    text.strip_prefix(opening).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{NO_LINES, lines};

    fn found(text: &str) -> Vec<usize> {
        lines(&check(&RustFile::new("crates/rsa-core/src/rdm.rs", text)))
    }

    #[test]
    fn summaries_that_name_their_subject_are_accepted() {
        let text = "//! Distances between conditions.\n//!\n//! What follows is long.\n//! b\n//! c\n\n\
                    /// Returns the rows,\n/// and the columns.\n/// - a\n/// - b\nfn a() {}\n";
        assert_eq!(found(text), NO_LINES);
        assert_eq!(
            found("/// However far apart.\n\n/// Whatever is read.\n\n/// Theirs.\n\n//// What\n// How"),
            NO_LINES
        );
        assert_eq!(lines(&check(&RustFile::new("elsewhere.rs", "/// What it is."))), NO_LINES);
    }

    #[test]
    fn every_opening_of_a_riddle_is_refused() {
        for opening in OPENINGS {
            assert_eq!(found(&format!("fn a() {{}}\n    /// {opening} is read.\n")), [2], "{opening}");
        }
        assert_eq!(found("//! What this is.\n\n/// A.\n/// Which?\nfn a() {}\n/// How.\n"), [1, 6]);
    }

    #[test]
    fn only_the_first_paragraph_counts() {
        assert_eq!(found("/// A.\n///\n/// What for?\n/// b\n/// c\n"), NO_LINES);
        assert_eq!(found("/// # Errors\n/// Those of b.\n/// c\n/// d\n"), NO_LINES);
    }

    #[test]
    fn a_summary_over_two_lines_is_refused() {
        assert_eq!(found("/// a\n/// b\n/// c\nfn a() {}\n"), [1]);
        assert_eq!(found(&format!("/// {}\nfn a() {{}}\n", "a".repeat(116))), NO_LINES);
        assert_eq!(found(&format!("/// {}\nfn a() {{}}\n", "a".repeat(117))), [1]);
    }
}
