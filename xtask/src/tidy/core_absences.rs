//! The core knows no file, no clock, no environment and no random number.

use super::TidyFinding;
use crate::{
    project::{DependencyKind, Package},
    source::{RustFile, UsedPath, paths},
};

const CORE: [&str; 2] = ["rsa-linalg", "rsa-core"];

/// Modules of the standard library that reach outside the program.
const OUTSIDE: [&str; 3] = ["std::fs", "std::time", "std::env"];

/// The file of the error type, which carries the operating system's error.
const ERROR_FILE: &str = "crates/rsa-linalg/src/error.rs";

fn is_random(name: &str) -> bool {
    name == "rand" || name.starts_with("rand_")
}

/// Refuses files, clocks, the environment and random numbers in the core's code; its tests may use them.
pub(super) fn in_sources(source: &RustFile) -> Vec<TidyFinding> {
    if !source.crate_name().is_some_and(|name| CORE.contains(&name)) {
        return Vec::new();
    }
    let wrong = |path: &UsedPath| {
        let remedy = if path.is_in("std::io") && source.path != ERROR_FILE {
            "leave reading and writing to rsa-io"
        } else if OUTSIDE.iter().any(|module| path.is_in(module)) {
            "take the value as an argument"
        } else if is_random(path.first()) {
            "put what draws random numbers into a crate above"
        } else {
            return None;
        };
        let message = format!("the core names `{}`; {remedy}", path.text);
        Some(TidyFinding::new(&source.path, path.line, message))
    };
    paths(&source.production_tokens()).iter().filter_map(wrong).collect()
}

/// Refuses generators of random numbers as dependencies of the core; dev-dependencies may be such.
pub(super) fn in_manifests(package: &Package) -> Vec<TidyFinding> {
    let random = package.dependencies.iter().filter(|(name, kind)| *kind != DependencyKind::Dev && is_random(name));
    random
        .filter(|_| CORE.contains(&package.name.as_str()))
        .map(|(name, _)| {
            let message = format!("the core depends on `{name}`; list it under [dev-dependencies] or do without");
            TidyFinding::new(&package.manifest.path, package.line_of(name), message)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{NO_LINES, lines};

    fn found(path: &str, text: &str) -> Vec<usize> {
        lines(&in_sources(&RustFile::new(path, text)))
    }

    #[test]
    fn the_core_names_nothing_of_the_world_outside() {
        let text = "use std::{fmt, fs::File};\nuse rand_distr::Normal;\n\
                    fn f() { std::env::var(\"A\") }\nuse std::time;";
        assert_eq!(found("crates/rsa-core/src/rdm.rs", text), [1, 2, 3, 4]);
        assert_eq!(found("crates/rsa-io/src/npy.rs", text), NO_LINES);
    }

    #[test]
    fn names_that_only_look_alike_are_fine() {
        let text = "use std::fmt;\nfn randomise(operand: f64) {}\nlet time = fs.env();";
        assert_eq!(found("crates/rsa-core/src/rdm.rs", text), NO_LINES);
    }

    #[test]
    fn io_is_for_the_error_type_alone() {
        let text = "fn io(source: std::io::Error) {}";
        assert_eq!(found("crates/rsa-linalg/src/error.rs", text), NO_LINES);
        assert_eq!(found("crates/rsa-core/src/rdm.rs", text), [1]);
    }

    #[test]
    fn tests_may_draw_random_numbers() {
        assert_eq!(found("crates/rsa-core/src/rdm.rs", "#[cfg(test)]\nmod tests { use rand::Rng; }"), NO_LINES);
        let found = |kind| in_manifests(&Package::example("rsa-core", &[("rand_chacha", kind)])).len();
        assert_eq!(
            [found(DependencyKind::Dev), found(DependencyKind::Normal), found(DependencyKind::Build)],
            [0, 1, 1]
        );
        assert_eq!(in_manifests(&Package::example("rsa-stats", &[("rand", DependencyKind::Normal)])), []);
    }
}
