//! The command line of rsakit.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what a command line is for")]

mod accumulate;
mod alignment;
mod compare;
mod demo;
mod evaluate;
mod format;
mod inputs;
mod measures;
mod memory;
mod merge;
mod output;
mod progress;
mod rdm;
mod streaming;
mod verdict;

use std::process::{self, ExitCode};

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
    Accumulate(accumulate::Arguments),
    Merge(merge::Arguments),
    Measures(measures::Arguments),
    Demo(demo::Arguments),
}

/// The exit status of a program that was interrupted.
const INTERRUPTED: i32 = 130;

fn main() -> ExitCode {
    // Without a handler the program ends at once too, but may leave a half-written temporary file behind.
    let _ = ctrlc::set_handler(|| {
        rsa_io::abandon_unfinished();
        eprintln!("interrupted");
        process::exit(INTERRUPTED);
    });
    let outcome = match Cli::parse().command {
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Rdm(arguments) => rdm::run(&arguments),
        Command::Evaluate(arguments) => evaluate::run(&arguments),
        Command::Accumulate(arguments) => accumulate::run(&arguments),
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
