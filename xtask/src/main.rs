//! The project's own commands. `cargo xtask` lists them.
//!
//! It depends on none of the crates it looks at, so that it builds when they do not.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "telling people what it finds is what it is for")]

mod bench;
mod between;
mod browser;
mod calibrate;
mod figures;
mod laws;
mod project;
mod source;
mod table;
mod tidy;
mod verify;

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// What a command answers: whether it passed, or what kept it from finding out.
type Outcome = Result<bool, String>;

struct Command {
    name: &'static str,
    about: &'static str,
    run: Run,
}

/// What a command does with the root of the repository.
enum Run {
    Plain(fn(&Path) -> Outcome),
    /// It takes arguments and judges them itself.
    WithArguments(fn(&Path, &[String]) -> Outcome),
}

const COMMANDS: [Command; 9] = [
    Command { name: "help", about: "list the commands", run: Run::Plain(help) },
    Command {
        name: "bench",
        about: "how long things take, beside other tools: [--quick] [--peers]",
        run: Run::WithArguments(bench::run),
    },
    Command {
        name: "browser",
        about: "use the demo's report in headless Chromium; needs Python with Playwright",
        run: Run::Plain(browser::run),
    },
    Command {
        name: "calibrate",
        about: "simulate studies: do inferences keep what they promise?",
        run: Run::Plain(calibrate::run),
    },
    Command {
        name: "figures",
        about: "draw the figures of the documentation from the digit networks",
        run: Run::Plain(figures::run),
    },
    Command {
        name: "laws",
        about: "prove what each measure declares: [--measure ID] [--law NAME] [--cases N] [--seed S], or [--teeth]",
        run: Run::WithArguments(laws::run),
    },
    Command {
        name: "table",
        about: "write the table of measures into README.md, or only compare it: [--check]",
        run: Run::WithArguments(table::run),
    },
    Command {
        name: "tidy",
        about: "check dependencies, absences, files, doc headings and manifests",
        run: Run::Plain(tidy::run),
    },
    Command {
        name: "verify",
        about: "everything that must pass before a change is merged: fmt, clippy, test, doc, tidy, table, laws",
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

/// The command that the command line asks for, with its arguments; none asks for `help`.
fn select(arguments: &[String]) -> Result<(&'static Command, &[String]), String> {
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

/// The root of the repository: this package is one of its directories.
fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().expect("the package is a directory of the repository").to_owned()
}

/// The cargo that runs us, so that every step uses the same toolchain.
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
            "unknown command `varify`; the commands are help, bench, browser, calibrate, figures, laws, table, tidy, verify"
        );
    }

    #[test]
    fn an_argument_that_would_be_ignored_is_refused() {
        let message = selected(&["tidy", "--fix"]).unwrap_err();
        assert_eq!(message, "`tidy` takes no arguments, found `--fix`");
        assert_eq!(selected(&["laws", "--cases", "10"]), Ok("laws"));
    }
}
