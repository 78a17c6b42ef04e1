//! `cargo xtask tidy`: what the house promises and no compiler checks.

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
mod panics;
mod parsing;
mod prints;
mod top_level;

use std::{fmt, path::Path};

use crate::{
    Outcome,
    project::{File, Package, Project},
    source::Source,
};

/// One thing that is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    line: usize,
    /// `what is wrong; what to do`.
    message: String,
}

impl Finding {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// A check of one thing: a source, a package, or all files.
type Check<T> = fn(&T) -> Vec<Finding>;

const SOURCE_CHECKS: [Check<Source>; 12] = [
    backend::named_outside_linalg,
    backend::in_a_public_signature,
    core_absences::in_sources,
    doc_template::check,
    files::check,
    formats::in_sources,
    leftovers::check,
    names::glob_exports,
    names::modules,
    panics::check,
    parsing::check,
    prints::check,
];

const PACKAGE_CHECKS: [Check<Package>; 5] =
    [backend::in_manifests, core_absences::in_manifests, edges::check, formats::in_manifests, manifests::member];

const TREE_CHECKS: [Check<[File]>; 3] = [machine_paths::check, manifests::lock_file, top_level::check];

/// Prints what is wrong.
pub(crate) fn run(root: &Path) -> Outcome {
    let findings = findings(&Project::read(root)?);
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => println!("tidy: nothing found"),
        n => println!("tidy: {n} found"),
    }
    Ok(findings.is_empty())
}

/// Everything that is wrong, by file and line.
fn findings(project: &Project) -> Vec<Finding> {
    let sources = project.sources.iter().flat_map(|source| SOURCE_CHECKS.iter().flat_map(move |check| check(source)));
    let packages =
        project.packages.iter().flat_map(|package| PACKAGE_CHECKS.iter().flat_map(move |check| check(package)));
    let tree = TREE_CHECKS.iter().flat_map(|check| check(&project.files));
    let unused = manifests::unused(&project.files, &project.packages);
    let mut findings: Vec<_> = sources.chain(packages).chain(tree).chain(unused).collect();
    findings.sort();
    findings
}

/// The lines of `findings`, for tests.
#[cfg(test)]
fn lines(findings: &[Finding]) -> Vec<usize> {
    findings.iter().map(|finding| finding.line).collect()
}

/// What [`lines`] is of nothing found; a bare `[]` would leave the type of its elements open.
#[cfg(test)]
const NO_LINES: [usize; 0] = [];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        let found = findings(&Project::read(&crate::root()).unwrap());
        let list: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert!(list.is_empty(), "{} found:\n{}", list.len(), list.join("\n"));
    }

    #[test]
    fn a_finding_reads_like_a_compiler_message() {
        let finding = Finding::new("crates/a/src/lib.rs", 3, "a tab; use spaces");
        assert_eq!(finding.to_string(), "crates/a/src/lib.rs:3: a tab; use spaces");
    }
}
