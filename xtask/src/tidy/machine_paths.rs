//! No file names a directory of the machine it was written on.

use super::TidyFinding;
use crate::project::TextFile;

/// Beginnings of paths that exist on one machine only.
const DIRECTORIES: [&str; 3] = ["/work/", "/root/", "/home/"];

const KINDS: [&str; 3] = [".rs", ".md", ".toml"];

/// The one file that has to spell these paths.
const THIS_FILE: &str = "xtask/src/tidy/machine_paths.rs";

/// Refuses absolute paths of somebody's machine in code, prose and configuration.
pub(super) fn check(files: &[TextFile]) -> Vec<TidyFinding> {
    files.iter().filter(|file| file.path != THIS_FILE).flat_map(in_file).collect()
}

fn in_file(file: &TextFile) -> Vec<TidyFinding> {
    if !KINDS.iter().any(|kind| file.path.ends_with(kind)) {
        return Vec::new();
    }
    let lines = file.text.lines().enumerate();
    let named = lines.filter_map(|(index, line)| Some((index + 1, machine_path(line)?)));
    named
        .map(|(line, directory)| {
            let message =
                format!("`{directory}` is a place on somebody's machine; use a path from the repository's root");
            TidyFinding::new(&file.path, line, message)
        })
        .collect()
}

/// Returns the first directory in `line` with which a path begins; `a/home/b` and `.org/home/` begin elsewhere.
fn machine_path(line: &str) -> Option<&'static str> {
    let begins = |at: usize| !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-~".contains(c));
    DIRECTORIES.into_iter().find(|directory| line.match_indices(directory).any(|(at, _)| begins(at)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{NO_LINES, lines};

    fn found(path: &str, text: &str) -> Vec<usize> {
        let file = TextFile { path: path.to_owned(), text: text.to_owned(), executable: false };
        lines(&check(&[file]))
    }

    #[test]
    fn paths_of_a_machine_are_refused() {
        assert_eq!(found("README.md", "a\n`/home/ada/data`\n"), [2]);
        assert_eq!(found("tests/main.rs", "let a = \"/work/a\"; // file:///root/b\n"), [1]);
        assert_eq!(found("Cargo.toml", "a = { path = \"/root/a\" }"), [1]);
    }

    #[test]
    fn other_paths_are_accepted() {
        assert_eq!(found("README.md", "https://example.org/home/page, ../work/a, ~/work/b, /homework/"), NO_LINES);
        assert_eq!(found("tests/data.csv", "/home/a"), NO_LINES);
        assert_eq!(found(THIS_FILE, "/home/"), NO_LINES);
    }
}
