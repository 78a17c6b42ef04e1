//! Benchmarks beside other tools and the peak rates of the machine, in one run.
//!
//! ```text
//! cargo bench -p rsakit-tests                                  all benchmarks
//! cargo bench -p rsakit-tests -- comparisons inference         some of them
//! cargo bench -p rsakit-tests -- --peers                       other tools too, as multiples of our time
//! cargo bench -p rsakit-tests -- --quick                       smaller sizes, in benchmarks that have some
//! ```
//!
//! `cargo xtask bench` runs the benchmarks and keeps the results. Benchmarks are not tests, because times depend on the
//! other users of the machine.

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

/// Options of the command line.
#[derive(Clone, Copy)]
struct Options {
    /// `true` for smaller sizes.
    quick: bool,
    /// `true` to time other tools too.
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
    // cargo passes `--bench` itself.
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
