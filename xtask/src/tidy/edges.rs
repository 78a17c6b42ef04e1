//! The floors of the house: a crate of ours depends on lower floors only.

use super::TidyFinding;
use crate::project::{DependencyKind, Package};

/// The floor of every crate, from the ground up. Crates on one floor never depend on one another.
///
/// ARCHITECTURE.md draws the floors. Planned crates stand here, too, so that their first commit finds its place.
const FLOORS: [(&str, u8); 18] = [
    ("rsa-linalg", 0),
    ("rsa-core", 1),
    ("rsa-stats", 2),
    ("rsa-cca", 2),
    ("rsa-cka", 2),
    ("rsa-shape", 2),
    ("rsa-io", 2),
    ("rsa-plot", 2),
    ("rsa-laws", 2),
    ("rsa-encode", 3),
    ("rsa-brain", 3),
    ("rsa-synth", 3),
    ("rsakit", 4),
    ("rsa-run", 5),
    ("rsa-cli", 6),
    ("rsa-study", 6),
    ("rsa-py", 7),
    (TESTS, 7),
];

/// Crates that stand apart from the house and depend on none of it.
const APART: [&str; 2] = ["xtask", "rsa-extract"];

/// The package that holds nothing but tests.
const TESTS: &str = "rsakit-tests";

fn floor(name: &str) -> Option<u8> {
    FLOORS.iter().find(|(crate_name, _)| *crate_name == name).map(|&(_, floor)| floor)
}

/// Refuses dependencies, of whatever kind, on a crate that is not on a lower floor.
pub(super) fn check(package: &Package) -> Vec<TidyFinding> {
    let name = package.name.as_str();
    let own = floor(name);
    if own.is_none() && !APART.contains(&name) {
        let message = format!(
            "crate `{name}` has no floor in the house; \
             add it to the table in xtask/src/tidy/edges.rs and to ARCHITECTURE.md"
        );
        return vec![TidyFinding::new(&package.manifest.path, 1, message)];
    }
    let ours = package.dependencies.iter().filter_map(|(used, kind)| Some((used, kind, floor(used)?)));
    ours.filter_map(|(used, kind, below)| {
        let message = match own {
            None => format!("`{name}` depends on `{used}` but stands apart; run the program instead"),
            Some(own) if below >= own => format!(
                "`{name}` (floor {own}) depends on `{used}` (floor {below}) but may use only lower floors; \
                 move what both need down to a floor below both"
            ),
            Some(_) if name == TESTS && *kind != DependencyKind::Dev => {
                format!("`{used}` is no dev-dependency of `{name}`; list it under [dev-dependencies]")
            }
            Some(_) => return None,
        };
        Some(TidyFinding::new(&package.manifest.path, package.line_of(used), message))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(name: &str, dependencies: &[(&str, DependencyKind)]) -> usize {
        check(&Package::example(name, dependencies)).len()
    }

    #[test]
    fn the_edges_of_the_house_are_accepted() {
        assert_eq!(count("rsa-core", &[("ndarray", DependencyKind::Normal), ("rand", DependencyKind::Dev)]), 0);
        assert_eq!(count("rsa-cka", &[("rsa-core", DependencyKind::Normal)]), 0);
        assert_eq!(count("rsa-cli", &[("rsakit", DependencyKind::Normal), ("rsa-io", DependencyKind::Normal)]), 0);
        assert_eq!(count("rsakit-tests", &[("rsakit", DependencyKind::Dev), ("rsa-laws", DependencyKind::Dev)]), 0);
    }

    #[test]
    fn siblings_and_upward_edges_are_refused_for_every_kind() {
        for kind in [DependencyKind::Normal, DependencyKind::Build, DependencyKind::Dev] {
            assert_eq!(count("rsa-cka", &[("rsa-cca", kind)]), 1);
            assert_eq!(count("rsa-core", &[("rsa-laws", kind)]), 1);
            assert_eq!(count("rsa-io", &[("rsa-plot", kind)]), 1);
            assert_eq!(count("rsa-run", &[("rsa-cli", kind)]), 1);
            assert_eq!(count("xtask", &[("rsakit", kind)]), 1);
        }
    }

    #[test]
    fn tests_depend_as_tests() {
        assert_eq!(count("rsakit-tests", &[("rsakit", DependencyKind::Normal)]), 1);
    }

    #[test]
    fn a_crate_outside_the_table_is_told_where_to_go() {
        let found = check(&Package::example("rsa-attic", &[]));
        assert!(found[0].message.ends_with("and to ARCHITECTURE.md"), "{}", found[0]);
    }

    #[test]
    fn a_refusal_names_both_floors() {
        let found = check(&Package::example("rsa-core", &[("rsakit", DependencyKind::Normal)]));
        assert!(found[0].message.starts_with("`rsa-core` (floor 1) depends on `rsakit` (floor 4)"), "{}", found[0]);
    }
}
