//! Answers on the small files of `tests/cases`, which were made after bug reports.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::rsakit::{Run, rsakit};

mod arrays;
mod caveats;
mod edges;
mod labels;
mod left_out;
mod precision;
mod rdm_files;
mod right;
mod texts;

/// Returns the folder of the cases.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases")
}

/// Runs `rsakit` in the folder of the cases.
fn run(arguments: &[&str]) -> Run {
    rsakit(&folder(), arguments)
}

/// Runs `rsakit` with `--format json` and returns the answer, which must be one.
fn json(arguments: &[&str]) -> Value {
    let run = run(&[arguments, &["--format", "json"]].concat());
    assert_eq!(run.status, 0, "{arguments:?}: {}", run.err);
    run.json()
}

/// Returns the only value of a comparison.
fn score(arguments: &[&str]) -> f64 {
    let answer = json(&[&["compare"], arguments].concat());
    let only = answer["results"][0]["values"][0][0].as_f64();
    only.unwrap_or_else(|| panic!("{arguments:?} has no value: {answer:#}"))
}

/// Returns the words of a command that must give no answer.
fn refusal(arguments: &[&str]) -> String {
    let run = run(arguments);
    assert!((1..=3).contains(&run.status), "{arguments:?}: {}{}", run.out, run.err);
    run.out + &run.err
}

/// Asserts that a number is within `tolerance` of the expected one.
#[track_caller]
fn assert_near(value: f64, expected: f64, tolerance: f64) {
    assert!((value - expected).abs() <= tolerance, "{value} is not {expected}");
}
