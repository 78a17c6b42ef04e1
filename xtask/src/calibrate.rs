//! `cargo xtask calibrate`: do the tests and intervals of an inference keep what they promise?

use std::path::Path;

use crate::{Outcome, cargo};

/// Runs the simulations, which print a table.
pub(crate) fn run(_root: &Path) -> Outcome {
    let arguments = ["run", "--locked", "--release", "--package", "rsakit-tests", "--example", "calibrate"];
    let status = cargo().args(arguments).status();
    status.map(|status| status.success()).map_err(|error| format!("cannot start cargo: {error}"))
}
