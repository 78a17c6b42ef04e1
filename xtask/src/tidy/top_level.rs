//! The files that people and tools look for first are there and say what they must.

use super::Finding;
use crate::project::File;

const REQUIRED: [&str; 8] = [
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CITATION.cff",
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "Cargo.lock",
    RUN,
];

/// What continuous integration starts.
const RUN: &str = ".ci/run";

/// The two commands with which everybody begins.
const COMMANDS: [&str; 2] = ["cargo run --release -- demo", "cargo xtask verify"];

/// The changelog's section on results that changed: readers of papers need it more than one on the interface.
const NUMBERS: &str = "### Numbers";

/// Refuses a tree without them.
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let file = |path: &str| files.iter().find(|file| file.path == path);
    let missing = REQUIRED.iter().filter(|path| file(path).is_none());
    let mut found: Vec<_> = missing.map(|path| Finding::new(path, 1, "the file is missing; write it")).collect();
    if let Some(readme) = file("README.md") {
        let absent = COMMANDS.iter().filter(|command| !readme.text.contains(*command));
        found
            .extend(absent.map(|command| {
                Finding::new("README.md", 1, format!("`{command}` is not mentioned; say what it does"))
            }));
    }
    if file("CHANGELOG.md").is_some_and(|changelog| !changelog.text.lines().any(|line| line.trim_end() == NUMBERS)) {
        let message = format!("no `{NUMBERS}`; add the section, if only to say that no result changed");
        found.push(Finding::new("CHANGELOG.md", 1, message));
    }
    if file(RUN).is_some_and(|run| !run.executable) {
        found.push(Finding::new(RUN, 1, format!("not executable; run `chmod +x {RUN}`")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete() -> Vec<File> {
        let text = |path: &str| match path {
            "README.md" => COMMANDS.join("\n"),
            "CHANGELOG.md" => format!("# Changes\n{NUMBERS}\n"),
            _ => String::new(),
        };
        let file = |path: &str| File { path: path.to_owned(), text: text(path), executable: path == RUN };
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
