//! The command line of rsakit: arguments to requests of `rsa-run`, results to files and the terminal.
//!
//! The program `rsakit` is [`run`] with the arguments of the process. Other programs, such as a package for Python, can
//! carry the same command line.
//!
//! # Example
//! ```
//! let status = rsa_cli::run(["rsakit", "compare", "no-such-file.npz"]);
//! assert_eq!(format!("{status:?}"), format!("{:?}", std::process::ExitCode::from(1)));
//! ```

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what a command line is for")]

mod accumulate;
mod chosen_features;
mod compare;
mod completions;
mod contrast;
mod decode;
mod demo;
mod evaluate;
mod format;
mod group;
mod info;
mod input_files;
mod inputs;
mod mds;
mod measures;
mod memory;
mod merge;
mod model;
mod movie;
mod noise;
mod occurrences;
mod output;
mod page;
mod plot;
mod predict;
mod prepare;
mod rdm;
mod rdm_look;
mod rdm_targets;
mod regress;
mod row_labels;
mod say;
mod searchlight;
mod subject_options;
mod targets;
mod terminal;
mod time;
mod transform;
mod typed;
mod verdict;

use std::{
    ffi::OsString,
    process::{self, ExitCode},
};

use clap::{Parser, Subcommand};

use crate::verdict::{Failure, Verdict};

/// First words to a user who typed `rsakit` alone.
const FIRST: &str = "\
rsakit demo                                          try everything on data that come with the program
rsakit info patterns.npz                             what is in a file, and what fits it? `rsakit help` lists commands
rsakit compare net_a.npz net_b.npz                   which layer resembles which? --report page.html shows it
rsakit rdm patterns.npz --dissimilarity correlation  how far apart are the conditions?
rsakit evaluate --data brain.npz --models models.npz which model explains the data, and how well could any?
";

/// Do two systems, or two layers, represent the same conditions alike?
///
/// A measure reads a geometry off each representation, and compares geometries.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
#[command(after_help = "Examples:
  rsakit demo
  rsakit compare net_a.npz net_b.npz --measure cka --report layers.html")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    volume: say::Volume,
}

#[derive(Subcommand)]
enum Command {
    Compare(compare::Arguments),
    Prepare(prepare::Arguments),
    Rdm(rdm::Arguments),
    Transform(transform::Arguments),
    Model(model::Arguments),
    Movie(Box<movie::Arguments>),
    Evaluate(evaluate::Arguments),
    Contrast(contrast::Arguments),
    Group(group::Arguments),
    Regress(regress::Arguments),
    Predict(Box<predict::Arguments>),
    Decode(Box<decode::Arguments>),
    Accumulate(accumulate::Arguments),
    Mds(mds::Arguments),
    Searchlight(Box<searchlight::Arguments>),
    Time(Box<time::Arguments>),
    Merge(merge::Arguments),
    Measures(measures::Arguments),
    Info(info::Arguments),
    Demo(demo::Arguments),
    Completions(completions::Arguments),
}

impl Command {
    fn run(&self) -> Result<Verdict, Failure> {
        match self {
            Self::Compare(arguments) => compare::run(arguments),
            Self::Prepare(arguments) => prepare::run(arguments),
            Self::Rdm(arguments) => rdm::run(arguments),
            Self::Transform(arguments) => transform::run(arguments),
            Self::Model(arguments) => model::run(arguments),
            Self::Movie(arguments) => movie::run(arguments),
            Self::Evaluate(arguments) => evaluate::run(arguments),
            Self::Contrast(arguments) => contrast::run(arguments),
            Self::Group(arguments) => group::run(arguments),
            Self::Regress(arguments) => regress::run(arguments),
            Self::Predict(arguments) => predict::run(arguments),
            Self::Decode(arguments) => decode::run(arguments),
            Self::Accumulate(arguments) => accumulate::run(arguments),
            Self::Mds(arguments) => mds::run(arguments),
            Self::Searchlight(arguments) => searchlight::run(arguments),
            Self::Time(arguments) => time::run(arguments),
            Self::Merge(arguments) => merge::run(arguments),
            Self::Measures(arguments) => measures::run(arguments),
            Self::Info(arguments) => info::run(arguments),
            Self::Demo(arguments) => demo::run(arguments),
            Self::Completions(arguments) => completions::run(arguments),
        }
    }
}

/// Exit status of a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// Exit status of wrong usage.
const USAGE: u8 = 2;

/// Ends the process with status 130 when it is interrupted, and removes files that are half written.
///
/// For programs that are nothing but this command line; others have handlers of their own.
pub fn exit_on_interrupt() {
    // Without a handler the program ends at once too, but may leave a half-written temporary file behind.
    let _ = ctrlc::set_handler(|| {
        rsa_io::abandon_unfinished();
        say::error("interrupted");
        process::exit(INTERRUPTED);
    });
}

/// Runs the command in `arguments`, the first of which is the name of the program.
///
/// Results go to standard output or to files, all else to standard error. The status is 0 if all was done, 1 if nothing
/// could be done, 2 for wrong usage, and 3 if some of the results are missing.
pub fn run<T: Into<OsString>>(arguments: impl IntoIterator<Item = T>) -> ExitCode {
    run_for_status(arguments).into()
}

/// Runs a command as [`run`] does and returns the status as a number, for processes that another language ends.
pub fn run_for_status<T: Into<OsString>>(arguments: impl IntoIterator<Item = T>) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    let Cli { command, volume } = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return print_unparsed(&error),
    };
    typed::remember(&arguments);
    volume.set();
    let outcome = match command {
        Some(command) => command.run(),
        None => output::print(FIRST).map(|()| Verdict::Complete),
    };
    match outcome {
        Ok(verdict) => verdict.into(),
        Err(failure) => {
            say::error(&failure);
            failure.into()
        }
    }
}

/// Prints the help or the version that was asked for, or what is wrong with the arguments; returns the status.
fn print_unparsed(error: &clap::Error) -> u8 {
    let plain = error.render().to_string();
    if error.use_stderr() && rsa_run::escape_text(&plain) != plain {
        // The words that were typed may be names of files.
        say::error(plain.trim_start_matches("error: ").trim_end());
        return USAGE;
    }
    match error.print() {
        // A reader that has seen enough of the help (`| head`) is no failure.
        Err(failed) if !error.use_stderr() && failed.kind() != std::io::ErrorKind::BrokenPipe => {
            let failure = Failure::impossible(format_args!("writing to standard output: {failed}"));
            say::error(&failure);
            failure.into()
        }
        _ => u8::try_from(error.exit_code()).unwrap_or(USAGE),
    }
}
