//! `cargo xtask browser`: opens the demo's report in a browser and uses it as a reader would.

use std::{path::Path, process::Command};

use crate::{Outcome, cargo};

/// Writes the report and its screenshots to `target/browser`. Needs Chromium, and Python with Playwright.
pub(crate) fn run(root: &Path) -> Outcome {
    let folder = root.join("target/browser");
    let started = |error: std::io::Error| format!("cannot start: {error}");
    let demo = cargo()
        .args(["run", "--locked", "--release", "--package", "rsa-cli", "--", "demo", "--out"])
        .arg(&folder)
        .status()
        .map_err(started)?;
    if !demo.success() {
        return Ok(false);
    }
    let test = Command::new("python3")
        .arg(root.join("tests/browser/report.py"))
        .arg(folder.join("report.html"))
        .arg("--out")
        .arg(folder.join("shots"))
        .status()
        .map_err(started)?;
    Ok(test.success())
}
