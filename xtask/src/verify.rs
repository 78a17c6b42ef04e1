//! `cargo xtask verify`: everything that must pass before a change is merged.

use std::{
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use crate::{Outcome, cargo, laws, table, tidy};

struct Step {
    name: &'static str,
    environment: Option<(&'static str, &'static str)>,
    arguments: &'static [&'static str],
}

/// `--locked` everywhere it is understood, so that a stale Cargo.lock fails here and not at a user's.
const STEPS: [Step; 4] = [
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
];

impl Step {
    /// What to type to run this step alone.
    fn command_line(&self) -> String {
        let environment = self.environment.map(|(name, value)| format!("{name}=\"{value}\" "));
        format!("{}cargo {}", environment.unwrap_or_default(), self.arguments.join(" "))
    }

    fn run(&self) -> Outcome {
        let status = cargo().envs(self.environment).args(self.arguments).status();
        status.map(|status| status.success()).map_err(|error| format!("cannot start cargo: {error}"))
    }
}

/// Runs every step up to the first that fails.
pub(crate) fn run(root: &Path) -> Outcome {
    if let Some(message) = missing_components(answers) {
        return Err(message);
    }
    let start = Instant::now();
    for step in &STEPS {
        if !timed(step.name, &step.command_line(), || step.run())? {
            return Ok(false);
        }
    }
    if !timed("tidy", "cargo xtask tidy", || tidy::run(root))? {
        return Ok(false);
    }
    let check = ["--check".to_owned()];
    if !timed("table", "cargo xtask table --check", || table::run(root, &check))? {
        return Ok(false);
    }
    let depth = ["--cases".to_owned(), laws::DEPTH.to_owned()];
    if !timed("laws", &format!("cargo xtask laws {}", depth.join(" ")), || laws::run(root, &depth))? {
        return Ok(false);
    }
    println!("verify: all passed in {}", seconds(start.elapsed()));
    Ok(true)
}

/// Announces a step, runs it, and says how long it took and, if it failed, how to run it alone.
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

/// What to install, if the toolchain lacks a component that a step needs: rustup's minimal profile has neither.
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

/// Whether cargo has this subcommand.
fn answers(subcommand: &str) -> bool {
    let status = cargo().args([subcommand, "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_repeats_a_step_has_its_environment() {
        assert_eq!(STEPS[0].command_line(), "cargo fmt --all --check");
        assert_eq!(
            STEPS[3].command_line(),
            "RUSTDOCFLAGS=\"-D warnings\" cargo doc --locked --release --workspace --no-deps --all-features"
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
