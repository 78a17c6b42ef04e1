//! The files that people and tools look for first exist and have their main contents.

use super::TidyFinding;
use crate::project::TextFile;

const REQUIRED: [&str; 10] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "docs/README.md",
    "CHANGELOG.md",
    "CITATION.cff",
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "Cargo.lock",
    RUN,
];

/// The script that continuous integration runs.
const RUN: &str = ".ci/run";

/// The two commands of a first hour, which README.md explains.
const COMMANDS: [&str; 2] = ["cargo run --release -- demo", "cargo xtask verify"];

/// The section of the changelog on results that changed, for readers of papers.
const NUMBERS: &str = "### Numbers";

/// Refuses a tree in which a required file or its main contents are missing.
pub(super) fn check(files: &[TextFile]) -> Vec<TidyFinding> {
    let file = |path: &str| files.iter().find(|file| file.path == path);
    let missing = REQUIRED.iter().filter(|path| file(path).is_none());
    let mut found: Vec<_> = missing.map(|path| TidyFinding::new(path, 1, "the file is missing; write it")).collect();
    if let Some(readme) = file("README.md") {
        let absent = COMMANDS.iter().filter(|command| !readme.text.contains(*command));
        found.extend(absent.map(|command| {
            TidyFinding::new("README.md", 1, format!("`{command}` is not mentioned; say what it does"))
        }));
    }
    if file("CHANGELOG.md").is_some_and(|changelog| !changelog.text.lines().any(|line| line.trim_end() == NUMBERS)) {
        let message = format!("no `{NUMBERS}`; add the section, if only to say that no result changed");
        found.push(TidyFinding::new("CHANGELOG.md", 1, message));
    }
    if file(RUN).is_some_and(|run| !run.executable) {
        found.push(TidyFinding::new(RUN, 1, format!("not executable; run `chmod +x {RUN}`")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete() -> Vec<TextFile> {
        let text = |path: &str| match path {
            "README.md" => COMMANDS.join("\n"),
            "CHANGELOG.md" => format!("# Changes\n{NUMBERS}\n"),
            _ => String::new(),
        };
        let file = |path: &str| TextFile { path: path.to_owned(), text: text(path), executable: path == RUN };
        REQUIRED.map(file).into()
    }

    #[test]
    fn a_complete_tree_is_accepted() {
        assert_eq!(check(&complete()), []);
    }

    #[test]
    fn each_missing_file_is_named() {
        for path in REQUIRED {
            let files: Vec<_> = complete().into_iter().filter(|file| file.path != path).collect();
            let paths: Vec<_> = check(&files).into_iter().map(|finding| finding.path).collect();
            assert_eq!(paths, [path]);
        }
    }

    #[test]
    fn files_must_say_what_they_are_for() {
        let mut files = complete();
        for file in &mut files {
            file.text.clear();
            file.executable = false;
        }
        let paths: Vec<_> = check(&files).into_iter().map(|finding| finding.path).collect();
        assert_eq!(paths, ["README.md", "README.md", "CHANGELOG.md", RUN]);
    }
}
