//! The command line of rsakit.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what a command line is for")]

mod alignment;
mod compare;
mod demo;
mod evaluate;
mod format;
mod inputs;
mod mds;
mod measures;
mod merge;
mod output;
mod plot;
mod progress;
mod rdm;
mod verdict;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Do two systems, or two layers, represent the same conditions alike?
///
/// A measure reads a geometry off each representation, and compares geometries.
#[derive(Parser)]
#[command(version, max_term_width = 100, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Compare(compare::Arguments),
    Rdm(rdm::Arguments),
    Evaluate(evaluate::Arguments),
    Mds(mds::Arguments),
    Merge(merge::Arguments),
    Measures(measures::Arguments),
    Demo(demo::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Rdm(arguments) => rdm::run(&arguments),
        Command::Evaluate(arguments) => evaluate::run(&arguments),
        Command::Mds(arguments) => mds::run(&arguments),
        Command::Merge(arguments) => merge::run(&arguments),
        Command::Measures(arguments) => measures::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
    };
    match outcome {
        Ok(verdict) => verdict.into(),
        Err(failure) => {
            eprintln!("error: {failure}");
            failure.into()
        }
    }
}
