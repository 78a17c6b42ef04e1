//! The project's own commands. `cargo xtask` lists them.
//!
//! This program depends on none of the crates that it checks, so that it builds when they do not.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command prints its results")]

mod bench;
mod between;
mod browser;
mod calibrate;
mod figures;
mod laws;
mod mutate;
mod project;
mod python;
mod source;
mod table;
mod tidy;
mod verify;

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// The result of a command: `true` if all passed, or the reason why it could not run.
type Outcome = Result<bool, String>;

struct Task {
    name: &'static str,
    about: &'static str,
    run: Run,
}

/// The function of a command; it is given the root of the repository.
enum Run {
    Plain(fn(&Path) -> Outcome),
    /// The function is given the arguments, too, and refuses those that it does not know.
    WithArguments(fn(&Path, &[String]) -> Outcome),
}

const COMMANDS: [Task; 11] = [
    Task { name: "help", about: "list the commands", run: Run::Plain(help) },
    Task {
        name: "bench",
        about: "time every measure, with --peers beside other tools: [--quick] [--peers]",
        run: Run::WithArguments(bench::run),
    },
    Task {
        name: "browser",
        about: "test the demo's report in headless Chromium; needs Python with Playwright",
        run: Run::Plain(browser::run),
    },
    Task {
        name: "calibrate",
        about: "simulate studies to check error rates and coverage of the inference",
        run: Run::Plain(calibrate::run),
    },
    Task {
        name: "figures",
        about: "draw the figures of the documentation from the digit networks",
        run: Run::Plain(figures::run),
    },
    Task {
        name: "laws",
        about: "check each measure against its profile: [--measure ID] [--law NAME] [--cases N] [--seed S], or [--teeth]",
        run: Run::WithArguments(laws::run),
    },
    Task {
        name: "mutate",
        about: "run the program on damaged files: [--files N] [--seed S]",
        run: Run::WithArguments(mutate::run),
    },
    Task {
        name: "python",
        about: "build the Python package and run its tests; --wheel as pip installs it",
        run: Run::WithArguments(python::run),
    },
    Task {
        name: "table",
        about: "write the table of measures into README.md, or only compare it: [--check]",
        run: Run::WithArguments(table::run),
    },
    Task {
        name: "tidy",
        about: "check floors, absences, names, doc comments, files and manifests",
        run: Run::Plain(tidy::run),
    },
    Task {
        name: "verify",
        about: "run every check: fmt, clippy, test, doc, package, pick-one, python, tidy, table, laws",
        run: Run::Plain(verify::run),
    },
];

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let (command, rest) = match select(&arguments) {
        Ok(selected) => selected,
        Err(message) => {
            eprintln!("xtask: {message}");
            return ExitCode::from(2);
        }
    };
    let outcome = match command.run {
        Run::Plain(run) => run(&root()),
        Run::WithArguments(run) => run(&root(), rest),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("xtask {}: {message}", command.name);
            ExitCode::FAILURE
        }
    }
}

/// Returns the command that the arguments name and the arguments after it; without a name, `help`.
fn select(arguments: &[String]) -> Result<(&'static Task, &[String]), String> {
    let (name, rest) = match arguments {
        [] => ("help", arguments),
        [name, rest @ ..] => (name.as_str(), rest),
    };
    let name = if matches!(name, "-h" | "--help") { "help" } else { name };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        let known: Vec<_> = COMMANDS.iter().map(|command| command.name).collect();
        return Err(format!("unknown command `{name}`; the commands are {}", known.join(", ")));
    };
    match (rest, &command.run) {
        ([], _) | (_, Run::WithArguments(_)) => Ok((command, rest)),
        _ => Err(format!("`{name}` takes no arguments, found `{}`", rest.join(" "))),
    }
}

fn help(_root: &Path) -> Outcome {
    println!("The project's own commands: cargo xtask COMMAND\n");
    for command in &COMMANDS {
        println!("  {:9} {}", command.name, command.about);
    }
    Ok(true)
}

/// Returns the root of the repository, which holds the directory of this package.
fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().expect("the package is a directory of the repository").to_owned()
}

/// Returns a call of the cargo that runs this program, so that every step uses one toolchain.
fn cargo() -> std::process::Command {
    let mut cargo = std::process::Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(arguments: &[&str]) -> Result<&'static str, String> {
        let arguments: Vec<_> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        select(&arguments).map(|(command, _)| command.name)
    }

    #[test]
    fn no_argument_asks_for_help() {
        assert_eq!(selected(&[]), Ok("help"));
        assert_eq!(selected(&["--help"]), Ok("help"));
        assert_eq!(selected(&["verify"]), Ok("verify"));
    }

    #[test]
    fn an_unknown_command_is_told_the_known_ones() {
        let message = selected(&["varify"]).unwrap_err();
        assert_eq!(
            message,
            "unknown command `varify`; the commands are help, bench, browser, calibrate, figures, laws, mutate, python, table, tidy, verify"
        );
    }

    #[test]
    fn an_argument_that_would_be_ignored_is_refused() {
        let message = selected(&["tidy", "--fix"]).unwrap_err();
        assert_eq!(message, "`tidy` takes no arguments, found `--fix`");
        assert_eq!(selected(&["laws", "--cases", "10"]), Ok("laws"));
    }
}
