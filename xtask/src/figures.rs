//! `cargo xtask figures`: draws the figures of the documentation.

use std::path::Path;

use crate::{Outcome, cargo};

/// Draws the figures into `crates/rsa-plot/figures`.
pub(crate) fn run(_root: &Path) -> Outcome {
    let arguments = ["run", "--locked", "--release", "--package", "rsakit-tests", "--example", "figures"];
    let status = cargo().args(arguments).status();
    status.map(|status| status.success()).map_err(|error| format!("cannot start cargo: {error}"))
}
