//! `cargo xtask verify`: runs every check that a change must pass before it is merged.

mod examples;
mod heavy;
mod pick_one;

use std::{
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use crate::{Outcome, cargo, laws, project::Project, python, table, tidy};

struct Step {
    name: &'static str,
    environment: Option<(&'static str, &'static str)>,
    arguments: &'static [&'static str],
}

/// Cargo's own commands. `--locked` is everywhere it is understood, so that a stale Cargo.lock fails here.
const STEPS: [Step; 5] = [
    Step { name: "fmt", environment: None, arguments: &["fmt", "--all", "--check"] },
    Step {
        name: "clippy",
        environment: None,
        arguments: &[
            "clippy",
            "--locked",
            "--release",
            "--workspace",
            "--all-targets",
            "--all-features",
            "--",
            "-D",
            "warnings",
        ],
    },
    Step {
        name: "test",
        environment: None,
        arguments: &["test", "--locked", "--release", "--workspace", "--all-features"],
    },
    Step {
        name: "doc",
        environment: Some(("RUSTDOCFLAGS", "-D warnings")),
        arguments: &["doc", "--locked", "--release", "--workspace", "--no-deps", "--all-features"],
    },
    // Verification would build every crate and dependency again, in the dev profile and from other paths, for many
    // minutes; `tidy` finds included files that a package lacks, and the tests compile the rest. Changes that are not
    // committed are packed as well, since `verify` runs before a commit.
    Step {
        name: "package",
        environment: None,
        arguments: &[
            "package",
            "--locked",
            "--workspace",
            "--exclude=rsakit-tests",
            "--exclude=xtask",
            "--no-verify",
            "--allow-dirty",
            "--quiet",
        ],
    },
];

impl Step {
    /// Returns the arguments of cargo, with `exclusions` behind a `--workspace`.
    fn arguments(&self, exclusions: &[String]) -> Vec<String> {
        let mut arguments = Vec::new();
        for &argument in self.arguments {
            arguments.push(argument.to_owned());
            if argument == "--workspace" {
                arguments.extend_from_slice(exclusions);
            }
        }
        arguments
    }

    /// Returns the line that runs this step alone.
    fn command_line(&self, exclusions: &[String]) -> String {
        let environment = self.environment.map(|(name, value)| format!("{name}=\"{value}\" "));
        format!("{}cargo {}", environment.unwrap_or_default(), self.arguments(exclusions).join(" "))
    }

    fn run(&self, exclusions: &[String]) -> Outcome {
        let status = cargo().envs(self.environment).args(self.arguments(exclusions)).status();
        status.map(|status| status.success()).map_err(|error| format!("cannot start cargo: {error}"))
    }
}

/// Runs every step up to the first that fails.
pub(crate) fn run(root: &Path) -> Outcome {
    if let Some(message) = missing_components(has_subcommand) {
        return Err(message);
    }
    let start = Instant::now();
    let members: Vec<_> = Project::read(root)?.packages.into_iter().map(|package| package.name).collect();
    let heavy = heavy::HeavyPlan::of_this_machine(&members);
    for line in heavy.lines() {
        println!("verify: {line}");
    }
    let exclusions: Vec<_> = heavy.exclusions().collect();
    for step in &STEPS {
        if !timed(step.name, &step.command_line(&exclusions), || step.run(&exclusions))? {
            return Ok(false);
        }
    }
    let depth = ["--cases".to_owned(), laws::DEPTH.to_owned()];
    let laws_line = format!("cargo xtask laws {}", depth.join(" "));
    let passed =
        timed("examples", "cargo run --release --example, for each in crates/*/examples", || examples::run(root))?
            && timed("pick-one", "cargo test --release, in each crate of tests/pick-one", || pick_one::run(root))?
            && timed("python", "cargo xtask python", || python::verify(root))?
            && timed("tidy", "cargo xtask tidy", || tidy::run(root))?
            && timed("table", "cargo xtask table --check", || table::run(root, &["--check".to_owned()]))?
            && timed("laws", &laws_line, || laws::run(root, &depth))?;
    if passed {
        println!("verify: all passed in {}", seconds(start.elapsed()));
    }
    Ok(passed)
}

/// Runs a step and prints its name, its time and, if it fails, the line that runs it alone.
fn timed(name: &str, command_line: &str, run: impl FnOnce() -> Outcome) -> Outcome {
    println!("verify: {name}: {command_line}");
    let start = Instant::now();
    let passed = run()?;
    let elapsed = seconds(start.elapsed());
    if passed {
        println!("verify: {name} passed in {elapsed}");
    } else {
        eprintln!("verify: {name} failed after {elapsed}; to run it alone: {command_line}");
    }
    Ok(passed)
}

fn seconds(elapsed: Duration) -> String {
    format!("{:.1} s", elapsed.as_secs_f64())
}

/// Returns an error if the toolchain lacks rustfmt or clippy: rustup's minimal profile has neither.
fn missing_components(present: impl Fn(&str) -> bool) -> Option<String> {
    let needed = [("fmt", "rustfmt"), ("clippy", "clippy")];
    let missing: Vec<_> =
        needed.iter().filter(|(subcommand, _)| !present(subcommand)).map(|&(_, component)| component).collect();
    (!missing.is_empty()).then(|| {
        format!(
            "this toolchain has no {}; install what is missing with `rustup component add {}`",
            missing.join(" and no "),
            missing.join(" ")
        )
    })
}

/// Returns `true` if cargo has this subcommand.
fn has_subcommand(subcommand: &str) -> bool {
    let status = cargo().args([subcommand, "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_repeats_a_step_has_its_environment() {
        assert_eq!(STEPS[0].command_line(&["--exclude=a".to_owned()]), "cargo fmt --all --check");
        assert_eq!(
            STEPS[3].command_line(&["--exclude=a".to_owned()]),
            "RUSTDOCFLAGS=\"-D warnings\" cargo doc --locked --release --workspace --exclude=a --no-deps --all-features"
        );
    }

    #[test]
    fn a_missing_component_comes_with_its_remedy() {
        assert_eq!(missing_components(|_| true), None);
        let one = missing_components(|subcommand| subcommand == "fmt").unwrap();
        assert!(one.ends_with("`rustup component add clippy`"), "{one}");
        let both = missing_components(|_| false).unwrap();
        assert!(both.ends_with("`rustup component add rustfmt clippy`"), "{both}");
    }

    #[test]
    fn a_failed_step_is_a_failure_and_an_impossible_one_an_error() {
        assert_eq!(timed("fine", "true", || Ok(true)), Ok(true));
        assert_eq!(timed("failing", "false", || Ok(false)), Ok(false));
        assert_eq!(timed("impossible", "?", || Err("no cargo".to_owned())), Err("no cargo".to_owned()));
    }
}
