//! How long things take, beside other tools and the machine's own peaks, in one run.
//!
//! ```text
//! cargo bench -p rsakit-tests                                  everything
//! cargo bench -p rsakit-tests -- comparisons inference         some of it
//! cargo bench -p rsakit-tests -- --peers                       and how many times as long peers take
//! cargo bench -p rsakit-tests -- --quick                       smaller sizes, where there is a choice
//! ```
//!
//! `cargo xtask bench` does the same and keeps the result. Never a test: a time depends on who else uses the machine.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measures")]

mod comparisons;
mod dissimilarities;
mod inference;
mod representations;
mod scaling;

mod machine;
mod peers;
mod report;
mod timing;

use std::env;

/// What the command line asks for.
#[derive(Clone, Copy)]
struct Options {
    /// Smaller sizes.
    quick: bool,
    /// Other tools too.
    peers: bool,
}

type Benchmark = fn(Options);

const ALL: [(&str, Benchmark); 5] = [
    ("dissimilarities", dissimilarities::run),
    ("comparisons", comparisons::run),
    ("inference", inference::run),
    ("representations", representations::run),
    ("scaling", scaling::run),
];

fn main() {
    // cargo adds a word of its own.
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let given = |word: &str| arguments.iter().any(|argument| argument == word);
    let options = Options { quick: given("--quick"), peers: given("--peers") };
    for name in arguments.iter().filter(|argument| !argument.starts_with("--")) {
        let known = ALL.map(|(name, _)| name);
        assert!(known.contains(&name.as_str()), "there is no benchmark `{name}`; there are {}", known.join(", "));
    }
    let all = !ALL.iter().any(|(name, _)| given(name));
    for (_, run) in ALL.iter().filter(|(name, _)| all || given(name)) {
        run(options);
    }
}
