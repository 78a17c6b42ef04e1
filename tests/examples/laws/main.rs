//! `cargo xtask laws`: checks every law for every measure of the catalogue, at any depth.

#![allow(clippy::unwrap_used, reason = "what the modules shared with the tests do with an error is to fail")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it tells people what it finds")]

mod arguments;
#[path = "../../corpus.rs"]
mod corpus;
mod place;
mod report;
#[path = "../../teeth/mod.rs"]
mod teeth;

use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
    time::Instant,
};

use rsa_laws::{LawVerdict, Plan};
use rsakit::{MeasureSpec, catalogue};

use self::arguments::Arguments;

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(message) => {
            eprintln!("laws: {message}");
            return ExitCode::from(2);
        }
    };
    let passed = if arguments.teeth { bite(arguments.plan) } else { check(&arguments) };
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Checks the laws asked for, prints broken laws and a summary; returns `true` if none is broken.
fn check(arguments: &Arguments) -> bool {
    let start = Instant::now();
    let Arguments { plan, laws, .. } = arguments;
    let specs: Vec<MeasureSpec> = arguments.measure.clone().map_or_else(catalogue, |spec| vec![spec]);
    println!("{} measures, {} laws, {} cases, seed {}", specs.len(), laws.len(), plan.cases, plan.seed);
    let measures: Vec<_> = specs.iter().map(MeasureSpec::measure).collect();
    let progress = Progress::new(plan.cases);
    let verdicts = plan.check_all(&measures.iter().collect::<Vec<_>>(), laws, |done| progress.show(done));
    for (spec, verdicts) in specs.iter().zip(&verdicts) {
        for failure in verdicts.iter().flat_map(LawVerdict::failures) {
            println!("\n{spec}: {failure}\n  in           {}", place::of(spec, failure.claim.law));
        }
    }
    println!("\n{}", report::matrix(&specs, laws, &verdicts));
    let failed = verdicts.iter().flatten().filter(|verdict| !verdict.passed()).count();
    let scored: usize = verdicts.iter().flatten().flat_map(|verdict| &verdict.findings).map(|found| found.cases).sum();
    println!("{failed} laws broken; {scored} comparisons of scores in {:.0} s", start.elapsed().as_secs_f64());
    failed == 0
}

/// Checks the wrong measures and prints the laws that catch each; returns `true` if all are caught.
fn bite(plan: Plan) -> bool {
    let mut all_caught = true;
    for tooth in teeth::all() {
        let caught = tooth.caught_by(plan);
        let missed = !caught.iter().any(|law| law == tooth.expected);
        all_caught &= !missed;
        println!("{}\n  caught by {}", tooth.what, caught.join(", "));
        if missed {
            println!("  NOT CAUGHT by {}", tooth.expected);
        }
    }
    all_caught
}

/// Display of progress through the cases: one changing line on a terminal, elsewhere a line for every tenth.
struct Progress {
    cases: usize,
    start: Instant,
    in_place: bool,
}

impl Progress {
    fn new(cases: usize) -> Self {
        Self { cases, start: Instant::now(), in_place: io::stderr().is_terminal() }
    }

    fn show(&self, done: usize) {
        let tenth = self.cases.div_ceil(10).max(1);
        let line = format!("{done} of {} cases, {:.0} s", self.cases, self.start.elapsed().as_secs_f64());
        if self.in_place {
            eprint!("\r{line}");
            // Without a line's end nothing is shown before the next flush; a terminal that is gone is no error here.
            let _ = io::stderr().flush();
        } else if done == self.cases || done / tenth > done.saturating_sub(64) / tenth {
            eprintln!("{line}");
        }
        if self.in_place && done == self.cases {
            eprintln!();
        }
    }
}
