//! The command line is known to the program alone, and the program is thin.

use super::TidyFinding;
use crate::project::{Package, TextFile};

/// Crates that talk to a person at a terminal.
const TERMINAL: [&str; 4] = ["clap", "clap_complete", "ctrlc", "indicatif"];

/// The packages that may use them.
const PROGRAMS: [&str; 2] = ["rsa-cli", "rsa-study"];

/// The sources of the program `rsakit`.
const SOURCES: &str = "crates/rsa-cli/src/";

/// The most lines of the program: more would be work that belongs to rsa-run, where Python has it, too.
const MOST_LINES: usize = 4500;

/// Refuses crates of the terminal as dependencies of a library.
pub(super) fn in_manifests(package: &Package) -> Vec<TidyFinding> {
    let used = package.dependencies.iter().filter(|(name, _)| TERMINAL.contains(&name.as_str()));
    used.filter(|_| !PROGRAMS.contains(&package.name.as_str()))
        .map(|(name, _)| {
            let message = format!("library `{}` depends on `{name}`; leave the terminal to rsa-cli", package.name);
            TidyFinding::new(&package.manifest.path, package.line_of(name), message)
        })
        .collect()
}

/// Refuses a program that has grown over [`MOST_LINES`] lines.
pub(super) fn length(files: &[TextFile]) -> Vec<TidyFinding> {
    let sources = files.iter().filter(|file| file.path.starts_with(SOURCES) && file.path.ends_with(".rs"));
    let n_lines: usize = sources.map(|file| file.text.lines().count()).sum();
    if n_lines <= MOST_LINES {
        return Vec::new();
    }
    let message = format!("the program has {n_lines} lines, at most {MOST_LINES} allowed; move work to rsa-run");
    vec![TidyFinding::new(&format!("{SOURCES}lib.rs"), 1, message)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::DependencyKind;

    #[test]
    fn only_programs_know_the_command_line() {
        let count = |name: &str| in_manifests(&Package::example(name, &[("clap", DependencyKind::Normal)])).len();
        assert_eq!(["rsa-cli", "rsa-study", "rsa-run", "rsakit", "rsa-io"].map(count), [0, 0, 1, 1, 1]);
        assert_eq!(in_manifests(&Package::example("rsa-io", &[("csv", DependencyKind::Normal)])), []);
    }

    #[test]
    fn a_program_that_has_grown_is_found() {
        let file = |path: &str, n: usize| TextFile { path: path.to_owned(), text: "a\n".repeat(n), executable: false };
        let half = MOST_LINES / 2;
        let files = [file("crates/rsa-cli/src/a.rs", half), file("crates/rsa-cli/src/b/c.rs", half)];
        assert_eq!(length(&files), []);
        let [a, c] = files;
        let others = [file("crates/rsa-cli/tests/d.rs", 9), file("crates/rsa-run/src/e.rs", 9)];
        assert_eq!(length(&[a.clone(), c.clone(), others[0].clone(), others[1].clone()]), []);
        assert_eq!(length(&[a, c, file("crates/rsa-cli/src/d.rs", 1)]).len(), 1);
    }
}
