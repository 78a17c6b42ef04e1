//! A package holds every file that its code includes.
//!
//! `cargo package --no-verify` does not compile what it packs, so that a file beside the package would be missed by users
//! only.

use super::TidyFinding;
use crate::source::RustFile;

const MACROS: [&str; 2] = ["include_str!(\"", "include_bytes!(\""];

/// The attribute of an item that only the repository's own tests of documentation have.
const DOCTEST: &str = "cfg(doctest)";

/// Refuses files outside of the package in `include_str!` and `include_bytes!`.
pub(super) fn check(source: &RustFile) -> Vec<TidyFinding> {
    let Some(depth) = depth(&source.path) else {
        return Vec::new();
    };
    let code = source.production_lines();
    let mut before = "";
    let mut found = Vec::new();
    for ((index, line), code) in source.text.lines().enumerate().zip(code) {
        let included = MACROS.iter().find_map(|name| line.split_once(name)?.1.split('"').next());
        let is_code = code.contains("include_");
        if let Some(path) = included.filter(|_| is_code && !before.contains(DOCTEST))
            && climbs(path) > depth
        {
            let message = format!("`{path}` is not in this package; move the file into the crate's directory");
            found.push(TidyFinding::new(&source.path, index + 1, message));
        }
        before = line;
    }
    found
}

/// Returns the number of directories between the root of a crate and a file in its `src`.
fn depth(path: &str) -> Option<usize> {
    let (_, rest) = path.strip_prefix("crates/")?.split_once('/')?;
    rest.starts_with("src/").then(|| rest.matches('/').count())
}

/// Counts the steps upwards at the beginning of a path.
fn climbs(path: &str) -> usize {
    path.split('/').take_while(|part| *part == "..").count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{NO_LINES, lines};

    fn found(path: &str, text: &str) -> Vec<usize> {
        lines(&check(&RustFile::new(path, text)))
    }

    #[test]
    fn files_beside_the_package_are_refused() {
        let text = "const A: &str = include_str!(\"../a.md\");\n#[doc = include_str!(\"../../a.md\")]\nmod a;\n";
        assert_eq!(found("crates/rsa-core/src/lib.rs", text), [2]);
        assert_eq!(found("crates/rsa-core/src/deep/b.rs", text), NO_LINES);
        assert_eq!(found("tests/main.rs", text), NO_LINES);
    }

    #[test]
    fn tests_of_documentation_may_include_what_they_test() {
        let text = "#[cfg(doctest)]\n#[doc = include_str!(\"../../../README.md\")]\nstruct Readme;\n";
        assert_eq!(found("crates/rsakit/src/lib.rs", text), NO_LINES);
        assert_eq!(found("crates/rsakit/src/lib.rs", "// include_str!(\"../../../a\")\n"), NO_LINES);
    }
}
