//! Answers on the small files of `tests/cases`, which were made after bug reports.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::rsakit::{Run, rsakit};

mod right;

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

/// Returns the only score of a comparison.
fn score(arguments: &[&str]) -> f64 {
    let answer = json(&[&["compare"], arguments].concat());
    let scores = answer["scores"].as_array().unwrap_or_else(|| panic!("{answer:#}"));
    assert_eq!(scores.len(), 1, "{answer:#}");
    scores[0]["score"].as_f64().unwrap_or_else(|| panic!("{answer:#}"))
}

/// Asserts that a number is within `tolerance` of the expected one.
#[track_caller]
fn assert_near(value: f64, expected: f64, tolerance: f64) {
    assert!((value - expected).abs() <= tolerance, "{value} is not {expected}");
}
