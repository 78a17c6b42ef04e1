//! Members of the workspace that need more than the workspace's Rust compiler.

use std::process::{Command, Stdio};

use crate::cargo;

/// A package that some machines cannot build.
struct Heavy {
    package: &'static str,
    needs: Need,
}

/// Something that a machine may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// A program on the path.
    Program(&'static str),
    /// A minor version of Rust 1, newer than the `rust-version` of the workspace.
    Rust(u32),
}

/// All heavy packages, planned ones included: a package takes part once it is a member of the workspace.
const HEAVY: [Heavy; 2] = [
    Heavy { package: "rsa-py", needs: Need::Program("python3") },
    // The inference engine rten asks for it.
    Heavy { package: "rsa-extract", needs: Need::Rust(94) },
];

/// Heavy members of the workspace, by what happens to them in a run of `verify`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct HeavyPlan {
    pub(super) built: Vec<&'static str>,
    /// Each with what the machine lacks.
    pub(super) skipped: Vec<(&'static str, String)>,
}

impl HeavyPlan {
    /// Plans a run on this machine for the given members of the workspace.
    pub(super) fn of_this_machine(members: &[String]) -> Self {
        Self::new(members, is_met)
    }

    fn new(members: &[String], is_met: impl Fn(Need) -> bool) -> Self {
        let mut plan = Self::default();
        for heavy in HEAVY.iter().filter(|heavy| members.iter().any(|member| member == heavy.package)) {
            match is_met(heavy.needs) {
                true => plan.built.push(heavy.package),
                false => plan.skipped.push((heavy.package, heavy.needs.to_text())),
            }
        }
        plan
    }

    /// Returns the arguments that leave the skipped packages out of a command over the workspace.
    pub(super) fn exclusions(&self) -> impl Iterator<Item = String> {
        self.skipped.iter().map(|(package, _)| format!("--exclude={package}"))
    }

    /// Returns one line for each heavy member.
    pub(super) fn lines(&self) -> Vec<String> {
        let built = self.built.iter().map(|package| format!("heavy member {package} is built"));
        let skipped = self
            .skipped
            .iter()
            .map(|(package, lacking)| format!("heavy member {package} is skipped: this machine has no {lacking}"));
        built.chain(skipped).collect()
    }
}

impl Need {
    fn to_text(self) -> String {
        match self {
            Self::Program(name) => name.to_owned(),
            Self::Rust(minor) => format!("Rust 1.{minor}"),
        }
    }
}

fn is_met(need: Need) -> bool {
    match need {
        Need::Program(name) => succeeds(Command::new(name).arg("--version")),
        Need::Rust(minor) => cargo_minor().is_some_and(|found| found >= minor),
    }
}

fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Returns the minor version of the toolchain, 95 for `cargo 1.95.0`.
fn cargo_minor() -> Option<u32> {
    let output = cargo().arg("--version").output().ok()?;
    minor(&String::from_utf8_lossy(&output.stdout))
}

fn minor(version: &str) -> Option<u32> {
    version.split_whitespace().nth(1)?.split('.').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_built_or_skipped_by_name() {
        let members = ["rsa-core", "rsa-py", "rsa-extract"].map(str::to_owned);
        let plan = HeavyPlan::new(&members, |need| need == Need::Program("python3"));
        assert_eq!(plan.built, ["rsa-py"]);
        assert_eq!(plan.exclusions().collect::<Vec<_>>(), ["--exclude=rsa-extract"]);
        assert_eq!(
            plan.lines(),
            ["heavy member rsa-py is built", "heavy member rsa-extract is skipped: this machine has no Rust 1.94"]
        );
    }

    #[test]
    fn a_workspace_without_heavy_members_says_nothing() {
        let plan = HeavyPlan::new(&["rsa-core".to_owned()], |_| false);
        assert_eq!((plan.lines().len(), plan.exclusions().count()), (0, 0));
    }

    #[test]
    fn versions_are_read_from_the_words_of_cargo() {
        assert_eq!(minor("cargo 1.95.0 (f2d3ce0bd 2026-03-21)\n"), Some(95));
        assert_eq!(minor("cargo"), None);
    }
}
