//! `cargo xtask calibrate`: simulates studies to check error rates of tests and coverage of intervals.

use std::path::Path;

use crate::{Outcome, cargo};

/// Runs the simulations, which print a table of rates.
pub(crate) fn run(_root: &Path) -> Outcome {
    let arguments = ["run", "--locked", "--release", "--package", "rsakit-tests", "--example", "calibrate"];
    let status = cargo().args(arguments).status();
    status.map(|status| status.success()).map_err(|error| format!("cannot start cargo: {error}"))
}
