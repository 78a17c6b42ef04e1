//! Crates outside the workspace that depend on one of ours alone, as a user's project would.

use std::{fs, path::Path};

use crate::{Outcome, cargo};

/// Each has a `[workspace]` table of its own, so that no other member can add a feature to its dependencies.
const DIRECTORY: &str = "tests/pick-one";

/// Builds and tests every crate in [`DIRECTORY`].
pub(super) fn run(root: &Path) -> Outcome {
    let cannot = |error: std::io::Error| format!("{DIRECTORY}: {error}");
    let mut crates = Vec::new();
    for entry in fs::read_dir(root.join(DIRECTORY)).map_err(cannot)? {
        crates.push(entry.map_err(cannot)?.path());
    }
    crates.retain(|path| path.join("Cargo.toml").exists());
    crates.sort();
    for path in crates {
        if !test(root, &path).map_err(|error| format!("{}: {error}", path.display()))? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Tests one crate with the versions and, as far as its features are the same, the build of the workspace.
fn test(root: &Path, path: &Path) -> Result<bool, std::io::Error> {
    // The lock file of the workspace has every version that the crate needs; cargo takes out the others.
    fs::copy(root.join("Cargo.lock"), path.join("Cargo.lock"))?;
    let mut test = cargo();
    test.args(["test", "--release", "--manifest-path"]).arg(path.join("Cargo.toml"));
    if std::env::var_os("CARGO_TARGET_DIR").is_none() {
        test.arg("--target-dir").arg(root.join("target"));
    }
    Ok(test.status()?.success())
}
