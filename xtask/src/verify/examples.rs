//! The examples of all crates, run as the test step has built them.

use std::{env, fs, path::Path, process::Stdio};

use crate::{Outcome, cargo};

/// Arguments of the examples that need some: files that are in the repository.
const ARGUMENTS: [(&str, &[&str]); 1] =
    [("compare_json", &["crates/rsa-run/data/net0.npz", "crates/rsa-run/data/net1.npz", "cka"])];

/// Runs every example in `crates/*/examples`; each asserts what it shows.
pub(super) fn run(root: &Path) -> Outcome {
    let mut found = Vec::new();
    let cannot = |error: std::io::Error| format!("reading the examples: {error}");
    for crate_folder in fs::read_dir(root.join("crates")).map_err(cannot)? {
        let folder = crate_folder.map_err(cannot)?.path().join("examples");
        if !folder.is_dir() {
            continue;
        }
        for file in fs::read_dir(folder).map_err(cannot)? {
            let path = file.map_err(cannot)?.path();
            found.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    found.sort();
    for name in &found {
        if !run_one(root, name)? {
            eprintln!("the example {name} failed");
            return Ok(false);
        }
    }
    Ok(!found.is_empty())
}

/// Builds the example with the features of the workspace, which the tests have built already, and runs it.
fn run_one(root: &Path, name: &str) -> Outcome {
    let cannot = |error| format!("the example {name}: {error}");
    let build = ["build", "--quiet", "--locked", "--release", "--workspace", "--all-features", "--example", name];
    if !cargo().args(build).status().map_err(cannot)?.success() {
        return Ok(false);
    }
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder));
    let arguments = ARGUMENTS.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, arguments)| arguments);
    let mut command = std::process::Command::new(target.join("release/examples").join(name));
    let status = command.args(arguments).current_dir(root).stdout(Stdio::null()).status();
    Ok(status.map_err(cannot)?.success())
}
