//! `cargo xtask laws`: checks every law for every measure of the catalogue, with any number of random cases.

use std::path::Path;

use crate::{Outcome, cargo};

/// Built in release with all features, as the other steps of `verify` are, so that nothing is compiled twice.
const RUN: [&str; 10] = [
    "run",
    "--quiet",
    "--locked",
    "--release",
    "--all-features",
    "--package",
    "rsakit-tests",
    "--example",
    "laws",
    "--",
];

/// Random cases of each law in `verify`: a minute or two on two cores.
pub(crate) const DEPTH: &str = "1000";

/// Runs the laws; their arguments are described in `tests/examples/laws/arguments.rs`.
pub(crate) fn run(_root: &Path, arguments: &[String]) -> Outcome {
    let status = cargo().args(RUN).args(arguments).status();
    let status = status.map_err(|error| format!("cannot start cargo: {error}"))?;
    match status.code() {
        Some(2) => Err("the arguments were not understood".to_owned()),
        _ => Ok(status.success()),
    }
}
