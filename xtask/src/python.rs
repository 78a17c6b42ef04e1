//! `cargo xtask python`: builds the Python package, installs it into a fresh environment and runs its tests.

use std::{
    env::consts::{DLL_EXTENSION, DLL_PREFIX},
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{Outcome, cargo};

/// Folder of the package in the repository.
const PACKAGE: &str = "crates/rsa-py";

/// Oldest minor version of Python 3 that the package supports.
const OLDEST: u32 = 10;

/// Packages that the tests need.
const NEEDED: [&str; 2] = ["numpy", "pytest"];

/// Build of the extension: the arguments of cargo, and the folder of the profile in the target directory.
struct Build {
    arguments: &'static [&'static str],
    folder: &'static str,
}

/// Build of the package alone.
const ALONE: Build = Build { arguments: &["build", "--locked", "-p", "rsa-py"], folder: "debug" };

/// Build with the profile and the features of the other steps of `verify`, whose artifacts it takes.
const WITH_OTHERS: Build = Build {
    arguments: &[
        "build",
        "--locked",
        "--release",
        "--workspace",
        "--all-features",
        "--lib",
        "--exclude=xtask",
        "--exclude=rsakit-tests",
    ],
    folder: "release",
};

/// Environment with the tools of the tests, or what the machine lacks for it.
enum Environment {
    Ready(PathBuf),
    Lacking(String),
}

/// Builds the package and tests it; with `--wheel` pip builds and installs it, as for users.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Outcome {
    let build = match arguments {
        [] => Some(&ALONE),
        [option] if option == "--wheel" => None,
        _ => return Err(format!("`python` takes --wheel, found `{}`", arguments.join(" "))),
    };
    match Environment::fresh(root)? {
        Environment::Ready(python) => test(root, &python, build),
        Environment::Lacking(what) => Err(format!("the tests need {what}")),
    }
}

/// Builds and tests the package for `verify`, which passes over it by name where the machine lacks something.
pub(crate) fn verify(root: &Path) -> Outcome {
    match Environment::fresh(root)? {
        Environment::Ready(python) => test(root, &python, Some(&WITH_OTHERS)),
        Environment::Lacking(what) => {
            println!("verify: python is skipped: this machine has no {what}");
            Ok(true)
        }
    }
}

impl Environment {
    /// Makes an environment in the target directory, and installs what the tests need.
    fn fresh(root: &Path) -> Result<Self, String> {
        let version = Command::new("python3").args(["-c", "import sys; print(sys.version_info[1])"]).output();
        let minor = version.ok().and_then(|output| String::from_utf8_lossy(&output.stdout).trim().parse::<u32>().ok());
        if minor.is_none_or(|minor| minor < OLDEST) {
            return Ok(Self::Lacking(format!("Python 3.{OLDEST} or newer")));
        }
        let folder = target(root).join("python-environment");
        if !quietly(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder)) {
            return Ok(Self::Lacking("module venv of Python".to_owned()));
        }
        let python =
            [folder.join("bin/python"), folder.join("Scripts/python.exe")].into_iter().find(|path| path.exists());
        let Some(python) = python else { return Err(format!("{} has no python", folder.display())) };
        let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries=1"];
        match quietly(Command::new(&python).args(install).args(NEEDED)) {
            true => Ok(Self::Ready(python)),
            false => Ok(Self::Lacking(format!("registry to install {} from", NEEDED.join(" and ")))),
        }
    }
}

/// Installs the package, by pip without a `build`, and runs its tests.
fn test(root: &Path, python: &Path, build: Option<&Build>) -> Outcome {
    let installed = match build {
        Some(build) => install_built(root, python, build)?,
        None => succeeds(Command::new(python).args(["-m", "pip", "install", "--no-deps"]).arg(root.join(PACKAGE)))?,
    };
    if !installed {
        return Ok(false);
    }
    // From the folder of the tests, so that the installed package is imported and not its sources.
    let folder = root.join(PACKAGE).join("tests");
    succeeds(Command::new(python).current_dir(folder).args(["-m", "pytest", "-q", "-p", "no:cacheprovider", "."]))
}

/// Builds the extension, and copies it with the sources of the package into the environment.
fn install_built(root: &Path, python: &Path, build: &Build) -> Outcome {
    if !succeeds(cargo().args(build.arguments))? {
        return Ok(false);
    }
    let place = "import sysconfig; print(sysconfig.get_path('platlib'))";
    let output = Command::new(python).args(["-c", place]).output().map_err(|error| error.to_string())?;
    let package = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()).join("rsakit");
    let built = target(root).join(build.folder).join(format!("{DLL_PREFIX}_core.{DLL_EXTENSION}"));
    let extension = if cfg!(windows) { "_core.pyd" } else { "_core.abi3.so" };
    copy_sources(&root.join(PACKAGE).join("python/rsakit"), &package)
        .and_then(|()| fs::copy(&built, package.join(extension)).map(|_| true))
        .map_err(|error| format!("copying the package to {}: {error}", package.display()))
}

fn copy_sources(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        if path.is_file() {
            fs::copy(&path, to.join(path.file_name().unwrap_or_default()))?;
        }
    }
    Ok(())
}

/// Returns the target directory of cargo.
fn target(root: &Path) -> PathBuf {
    root.join(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

fn succeeds(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|error| format!("cannot start {:?}: {error}", command.get_program()))?;
    Ok(status.success())
}

fn quietly(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
