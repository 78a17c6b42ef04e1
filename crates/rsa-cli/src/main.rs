//! The command line of rsakit.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what a command line is for")]

mod accumulate;
mod compare;
mod completions;
mod demo;
mod evaluate;
mod format;
mod inputs;
mod mds;
mod measures;
mod memory;
mod merge;
mod output;
mod page;
mod plot;
mod rdm;
mod say;
mod targets;
mod terminal;
mod verdict;

use std::process::{self, ExitCode};

use clap::{Parser, Subcommand};

use crate::verdict::{Failure, Verdict};

/// First steps, printed if no command is given.
const FIRST: &str = "\
rsakit demo                                          try everything on data that come with the program
rsakit compare net_a.npz net_b.npz                   which layer resembles which? --report page.html shows it
rsakit rdm patterns.npz --dissimilarity correlation  how far apart are the conditions?
rsakit evaluate --data brain.npz --models models.npz which model explains the data, and how well could any?
rsakit mds --rdm brain.npz                           a map of them; `rsakit help COMMAND` says more of each
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
    Rdm(rdm::Arguments),
    Evaluate(evaluate::Arguments),
    Accumulate(accumulate::Arguments),
    Mds(mds::Arguments),
    Merge(merge::Arguments),
    Measures(measures::Arguments),
    Demo(demo::Arguments),
    Completions(completions::Arguments),
}

impl Command {
    fn run(&self) -> Result<Verdict, Failure> {
        match self {
            Self::Compare(arguments) => compare::run(arguments),
            Self::Rdm(arguments) => rdm::run(arguments),
            Self::Evaluate(arguments) => evaluate::run(arguments),
            Self::Accumulate(arguments) => accumulate::run(arguments),
            Self::Mds(arguments) => mds::run(arguments),
            Self::Merge(arguments) => merge::run(arguments),
            Self::Measures(arguments) => measures::run(arguments),
            Self::Demo(arguments) => demo::run(arguments),
            Self::Completions(arguments) => completions::run(arguments),
        }
    }
}

/// The exit status of a program that was interrupted.
const INTERRUPTED: i32 = 130;

fn main() -> ExitCode {
    // Without a handler the program ends at once too, but may leave a half-written temporary file behind.
    let _ = ctrlc::set_handler(|| {
        rsa_io::abandon_unfinished();
        say::error("interrupted");
        process::exit(INTERRUPTED);
    });
    let Cli { command, volume } = Cli::parse();
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
