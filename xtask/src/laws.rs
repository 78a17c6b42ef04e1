//! `cargo xtask laws`: every law, every measure of the catalogue, at any depth.

use std::path::Path;

use crate::{Outcome, cargo};

/// Optimised, with the features that the other steps of `verify` build, so that nothing is built again.
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

/// Cases of `verify`: a minute or two on two cores.
pub(crate) const DEPTH: &str = "1000";

/// Runs the laws; what they take is in `tests/examples/laws/arguments.rs`.
pub(crate) fn run(_root: &Path, arguments: &[String]) -> Outcome {
    let status = cargo().args(RUN).args(arguments).status();
    let status = status.map_err(|error| format!("cannot start cargo: {error}"))?;
    match status.code() {
        Some(2) => Err("the arguments were not understood".to_owned()),
        _ => Ok(status.success()),
    }
}
