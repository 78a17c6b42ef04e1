//! `cargo xtask tidy`: rules of this repository that no compiler checks.

mod backend;
mod core_absences;
mod doc_template;
mod edges;
mod files;
mod formats;
mod leftovers;
mod machine_paths;
mod manifests;
mod names;
mod packaging;
mod panics;
mod parsing;
mod prints;
mod program;
mod spelling;
mod summaries;
mod top_level;
mod type_names;

use std::{collections::BTreeMap, fmt, path::Path};

use crate::{
    Outcome,
    project::{Package, Project, TextFile},
    source::RustFile,
};

/// A broken rule, its place, and a remedy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct TidyFinding {
    path: String,
    line: usize,
    /// Written as `the fault; the remedy`.
    message: String,
}

impl TidyFinding {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }

    /// Returns the crate that the file belongs to, or its topmost directory.
    fn owner(&self) -> &str {
        let path = self.path.strip_prefix("crates/").unwrap_or(&self.path);
        path.split_once('/').map_or("the root", |(owner, _)| owner)
    }
}

impl fmt::Display for TidyFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// A check of one thing: a source, a package, or all files.
type Check<T> = fn(&T) -> Vec<TidyFinding>;

const SOURCE_CHECKS: [Check<RustFile>; 15] = [
    backend::named_outside_linalg,
    backend::in_a_public_signature,
    core_absences::in_sources,
    doc_template::check,
    files::check,
    formats::in_sources,
    leftovers::check,
    names::glob_exports,
    names::modules,
    packaging::check,
    panics::check,
    parsing::check,
    prints::check,
    spelling::check,
    summaries::check,
];

const PACKAGE_CHECKS: [Check<Package>; 6] = [
    backend::in_manifests,
    core_absences::in_manifests,
    edges::check,
    formats::in_manifests,
    manifests::member,
    program::in_manifests,
];

const TREE_CHECKS: [Check<[TextFile]>; 3] = [machine_paths::check, manifests::lock_file, top_level::check];

/// Prints every finding, and a last line that counts them by crate.
pub(crate) fn run(root: &Path) -> Outcome {
    let findings = findings(&Project::read(root)?);
    for finding in &findings {
        println!("{finding}");
    }
    println!("{}", summary(&findings));
    Ok(findings.is_empty())
}

/// Returns every finding, ordered by file and line.
fn findings(project: &Project) -> Vec<TidyFinding> {
    let sources = project.sources.iter().flat_map(|source| SOURCE_CHECKS.iter().flat_map(move |check| check(source)));
    let packages =
        project.packages.iter().flat_map(|package| PACKAGE_CHECKS.iter().flat_map(move |check| check(package)));
    let tree = TREE_CHECKS.iter().flat_map(|check| check(&project.files));
    let across = [
        manifests::unused(&project.files, &project.packages),
        manifests::default_members(&project.files, &project.packages),
        program::length(&project.files),
        type_names::check(&project.sources),
    ];
    let mut findings: Vec<_> = sources.chain(packages).chain(tree).chain(across.into_iter().flatten()).collect();
    findings.sort();
    findings
}

/// Returns the number of findings, in all and of each crate.
fn summary(findings: &[TidyFinding]) -> String {
    if findings.is_empty() {
        return "tidy: nothing found".to_owned();
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.owner()).or_default() += 1;
    }
    let counts: Vec<_> = counts.iter().map(|(owner, count)| format!("{owner} {count}")).collect();
    format!("tidy: {} found ({})", findings.len(), counts.join(", "))
}

/// Returns the lines of `findings`, for tests.
#[cfg(test)]
fn lines(findings: &[TidyFinding]) -> Vec<usize> {
    findings.iter().map(|finding| finding.line).collect()
}

/// The value of [`lines`] if nothing is found; a bare `[]` would leave the type of its elements open.
#[cfg(test)]
const NO_LINES: [usize; 0] = [];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        let found = findings(&Project::read(&crate::root()).unwrap());
        let list: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert!(list.is_empty(), "{}\n{}", summary(&found), list.join("\n"));
    }

    #[test]
    fn a_finding_reads_like_a_compiler_message() {
        let finding = TidyFinding::new("crates/a/src/lib.rs", 3, "a tab; use spaces");
        assert_eq!(finding.to_string(), "crates/a/src/lib.rs:3: a tab; use spaces");
    }

    #[test]
    fn findings_are_counted_by_crate() {
        let found = ["crates/b/src/lib.rs", "README.md", "crates/b/tests/c.rs", "xtask/src/main.rs"];
        let found = found.map(|path| TidyFinding::new(path, 1, "a tab; use spaces"));
        assert_eq!(summary(&found), "tidy: 4 found (b 2, the root 1, xtask 1)");
        assert_eq!(summary(&[]), "tidy: nothing found");
    }
}
