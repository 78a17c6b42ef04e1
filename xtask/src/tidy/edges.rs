//! Which crate of ours may depend on which.

use super::Finding;
use crate::project::{Kind, Package};

/// Every crate with those of ours that it may use. The picture of it is in ARCHITECTURE.md.
///
/// Crates that are planned stand here too, so that their first commit has no choice to make.
const EDGES: [(&str, &[&str]); 11] = [
    ("rsa-core", &[]),
    ("rsa-stats", &["rsa-core"]),
    ("rsa-cca", &["rsa-core"]),
    ("rsa-cka", &["rsa-core"]),
    ("rsa-laws", &["rsa-core"]),
    ("rsa-io", &["rsa-core"]),
    ("rsa-plot", &["rsa-core"]),
    ("rsakit", &["rsa-core", "rsa-stats", "rsa-cca", "rsa-cka"]),
    ("rsa-cli", &["rsakit", "rsa-io", "rsa-plot"]),
    (TESTS, &["rsakit", "rsa-laws", "rsa-io", "rsa-plot"]),
    ("xtask", &[]),
];

/// The package that holds nothing but tests.
const TESTS: &str = "rsakit-tests";

/// Refuses dependencies, of whatever kind, that are not in the table.
pub(super) fn check(package: &Package) -> Vec<Finding> {
    let Some((name, allowed)) = EDGES.iter().find(|(name, _)| *name == package.name) else {
        let message = format!(
            "crate `{}` has no place in the house; \
             add it to the table in xtask/src/tidy/edges.rs and to ARCHITECTURE.md",
            package.name
        );
        return vec![Finding::new(&package.manifest.path, 1, message)];
    };
    let ours = package.dependencies.iter().filter(|(used, _)| EDGES.iter().any(|(name, _)| name == used));
    ours.filter_map(|(used, kind)| {
        let message = if !allowed.contains(&used.as_str()) {
            let allowed = if allowed.is_empty() { "none of our crates".to_owned() } else { allowed.join(", ") };
            format!(
                "`{name}` depends on `{used}` but may use only {allowed}; \
                 move what both need down to a crate that both may use"
            )
        } else if *name == TESTS && *kind != Kind::Dev {
            format!("`{used}` is no dev-dependency of `{name}`; list it under [dev-dependencies]")
        } else {
            return None;
        };
        Some(Finding::new(&package.manifest.path, package.line_of(used), message))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(name: &str, dependencies: &[(&str, Kind)]) -> usize {
        check(&Package::example(name, dependencies)).len()
    }

    #[test]
    fn the_edges_of_the_house_are_accepted() {
        assert_eq!(count("rsa-core", &[("ndarray", Kind::Normal), ("rand", Kind::Dev)]), 0);
        assert_eq!(count("rsa-cka", &[("rsa-core", Kind::Normal)]), 0);
        assert_eq!(count("rsa-cli", &[("rsakit", Kind::Normal), ("rsa-io", Kind::Normal)]), 0);
        assert_eq!(count("rsakit-tests", &[("rsakit", Kind::Dev), ("rsa-laws", Kind::Dev)]), 0);
    }

    #[test]
    fn siblings_and_upward_edges_are_refused_for_every_kind() {
        for kind in [Kind::Normal, Kind::Build, Kind::Dev] {
            assert_eq!(count("rsa-cka", &[("rsa-cca", kind)]), 1);
            assert_eq!(count("rsa-core", &[("rsa-laws", kind)]), 1);
            assert_eq!(count("rsa-cli", &[("rsa-core", kind)]), 1);
            assert_eq!(count("xtask", &[("rsakit", kind)]), 1);
        }
    }

    #[test]
    fn tests_depend_as_tests() {
        assert_eq!(count("rsakit-tests", &[("rsakit", Kind::Normal)]), 1);
    }

    #[test]
    fn a_crate_outside_the_table_is_told_where_to_go() {
        let found = check(&Package::example("rsa-shape", &[]));
        assert!(found[0].message.ends_with("and to ARCHITECTURE.md"), "{}", found[0]);
    }

    #[test]
    fn every_edge_of_the_table_leads_into_the_table() {
        for used in EDGES.iter().flat_map(|(_, allowed)| *allowed) {
            assert!(EDGES.iter().any(|(name, _)| name == used), "{used} is no crate of the table");
        }
    }
}
