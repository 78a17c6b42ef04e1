//! Every Rust file begins with a line of docs, is short, and ends with one newline.

use super::TidyFinding;
use crate::source::RustFile;

const LONGEST: usize = 500;

const DIRECTORIES: [&str; 3] = ["crates/", "tests/", "xtask/"];

/// Refuses files without a first line of docs, long ones, tabs and loose ends.
pub(super) fn check(source: &RustFile) -> Vec<TidyFinding> {
    if !DIRECTORIES.iter().any(|directory| source.path.starts_with(directory)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut find = |line, message: String| found.push(TidyFinding::new(&source.path, line, message));
    let text = &source.text;
    let n_lines = text.lines().count();
    if !text.starts_with("//!") {
        find(1, "the file does not say what it is; begin it with a line of `//!`".to_owned());
    }
    if n_lines > LONGEST {
        find(LONGEST + 1, format!("{n_lines} lines, at most {LONGEST} allowed; split the file by what it does"));
    }
    if !text.ends_with('\n') || text.ends_with("\n\n") {
        find(n_lines.max(1), "the file does not end with one newline; run `cargo fmt`".to_owned());
    }
    for (index, line) in text.lines().enumerate() {
        if line.contains('\t') {
            find(index + 1, "a tab; use spaces, or `\\t` in a string".to_owned());
        }
        if line.ends_with(char::is_whitespace) {
            find(index + 1, "white space at the end of the line; delete it".to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{NO_LINES, lines};

    fn found(text: &str) -> Vec<usize> {
        lines(&check(&RustFile::new("crates/rsa-core/src/rdm.rs", text)))
    }

    #[test]
    fn a_clean_file_is_accepted() {
        assert_eq!(found("//! A file.\n\nfn a() {}\n"), NO_LINES);
        assert_eq!(found(&format!("//! A file.\n{}", "a();\n".repeat(499))), NO_LINES);
        assert_eq!(lines(&check(&RustFile::new("elsewhere.rs", "fn a() {}"))), NO_LINES);
    }

    #[test]
    fn every_fault_is_found_at_its_line() {
        assert_eq!(found("fn a() {}\n"), [1]);
        assert_eq!(found(""), [1, 1]);
        assert_eq!(found("//! A file.\na"), [2]);
        assert_eq!(found("//! A file.\na\n\n"), [3]);
        assert_eq!(found("//! A file.\n\ta\nb \n"), [2, 3]);
        assert_eq!(found(&format!("//! A file.\n{}", "a();\n".repeat(500))), [501]);
    }
}
