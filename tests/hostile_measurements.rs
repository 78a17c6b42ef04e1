//! Tests of measurements with defects of real data: bytes, large offsets, dead patterns, gaps in the design.
//!
//! Each estimator must give the right value, or an error that names the defect.

use ndarray::{Array2, array};
use rsakit::{
    Rdm, Representation,
    core::{Measurements, condensed},
    spec::RdmSpec,
};

const PATTERNS: [&str; 5] = ["euclidean", "squared-euclidean", "manhattan", "cosine", "correlation"];
const BETWEEN_RUNS: [&str; 3] = ["crossnobis", "cosine:crossvalidated=true", "correlation:crossvalidated=true"];

fn spec(text: &str) -> RdmSpec {
    text.parse().unwrap()
}

/// Returns unsystematic whole numbers below 256.
fn bytes(n: usize, p: usize) -> Array2<u8> {
    Array2::from_shape_fn((n, p), |(i, j)| ((i * i * 31 + j * 57 + i * j * j) % 256) as u8)
}

fn in_runs(values: Array2<f64>, n: usize) -> Measurements {
    let runs = values.nrows() / n;
    let measurements = Measurements::new(values, (0..n * runs).map(|i| format!("c{}", i % n))).unwrap();
    measurements.with_runs((0..n * runs).map(|i| format!("r{}", i / n))).unwrap()
}

/// rsatoolbox 0.3.2 computes in the type of its input and returns 211 instead of 11005 for two patterns of bytes.
#[test]
fn bytes_do_not_overflow() {
    let x = bytes(6, 9);
    let rdm =
        spec("squared-euclidean").rdm_of_patterns(&Representation::new(x.mapv(f64::from)).unwrap(), None).unwrap();
    for (k, (i, j)) in condensed::pairs(6).enumerate() {
        let exact: i64 = x.row(i).iter().zip(x.row(j)).map(|(&a, &b)| (i64::from(a) - i64::from(b)).pow(2)).sum();
        assert_eq!(rdm.values()[k], exact as f64);
    }
}

/// rsatoolbox 0.3.2 subtracts squares of 1e12 here and returns −3.9e−4 for squared distances of 1.7e−6.
#[test]
fn an_offset_of_a_million_leaves_distances_of_a_thousandth() {
    // An eighth of a thousandth is not a binary fraction, so the offset rounds the signal, by 1e-10 of 1e-3.
    let signal = bytes(12, 7).mapv(|value| f64::from(value) * 1e-5);
    for text in ["squared-euclidean", "euclidean", "manhattan", "correlation", "crossnobis"] {
        let rdm = |offset: f64| -> Rdm {
            let x = signal.mapv(|value| value + offset);
            match spec(text).is_crossvalidated() {
                true => spec(text).rdm_of_measurements(&in_runs(x, 6), None),
                false => spec(text).rdm_of_patterns(&Representation::new(x).unwrap(), None),
            }
            .unwrap()
        };
        let (near, far) = (rdm(0.0), rdm(1e6));
        let largest = near.values().iter().fold(0.0_f64, |max, value| max.max(value.abs()));
        for (near, far) in near.values().iter().zip(far.values()) {
            assert!((near - far).abs() < 1e-6 * largest, "{text}: {near} and {far}");
        }
    }
}

#[test]
fn a_pattern_without_direction_is_named_and_a_distance_from_it_is_a_distance() {
    let mut values = bytes(5, 6).mapv(f64::from);
    values.row_mut(3).fill(0.0);
    let x = Representation::new(values.clone()).unwrap().labeled(["cat", "dog", "owl", "blank", "elk"]).unwrap();
    for text in PATTERNS {
        let rdm = spec(text).rdm_of_patterns(&x, None);
        match text {
            "cosine" | "correlation" => {
                let message = rdm.unwrap_err().to_string();
                assert!(message.contains("'blank'"), "{message}");
            }
            _ => assert!(rdm.unwrap().values().iter().all(|value| value.is_finite())),
        }
    }
    let twice = ndarray::concatenate![ndarray::Axis(0), values, values];
    for text in &BETWEEN_RUNS[1..] {
        let message = spec(text).rdm_of_measurements(&in_runs(twice.clone(), 5), None).unwrap_err().to_string();
        assert!(message.contains("'c3'"), "{message}");
    }
}

#[test]
fn what_a_design_lacks_is_named() {
    let whole = in_runs(bytes(12, 4).mapv(f64::from), 4);
    let message = |text: &str, measurements: &Measurements| {
        spec(text).rdm_of_measurements(measurements, None).unwrap_err().to_string()
    };
    let one_run = whole.select(&[0, 1, 2, 3]).unwrap();
    for text in BETWEEN_RUNS {
        assert!(message(text, &one_run).contains("all observations are from run 'r0'"), "{text}");
    }
    // Condition c2 is absent from run r1. Crossnobis does without it; the other estimators name it.
    let absent = whole.select(&[0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11]).unwrap();
    assert!(
        spec("crossnobis").rdm_of_measurements(&absent, None).unwrap().values().iter().all(|value| value.is_finite())
    );
    for text in &BETWEEN_RUNS[1..] {
        let message = message(text, &absent);
        assert!(message.contains("run 'r1' has no observation of condition 'c2'"), "{message}");
    }
    let once = whole.select(&[0, 1, 2, 3, 4, 5, 8, 9, 11]).unwrap();
    let message = message("crossnobis", &once);
    assert!(message.contains("condition 'c2' was observed in one run only"), "{message}");
}

#[test]
fn a_channel_that_is_not_a_number_is_named() {
    let mut values = bytes(4, 3).mapv(f64::from);
    values[(2, 1)] = f64::NAN;
    let error = Measurements::new(values, ["cat", "dog", "cat", "dog"]).unwrap_err();
    assert!(error.to_string().contains("observation 2 (condition 'cat'), feature 1"), "{error}");
}

#[test]
fn two_and_three_conditions_are_enough_for_an_rdm_and_one_is_not() {
    for n in [2, 3] {
        let x = Representation::new(bytes(n, 5).mapv(f64::from)).unwrap();
        for text in PATTERNS {
            assert_eq!(spec(text).rdm_of_patterns(&x, None).unwrap().n_conditions(), n);
        }
        for text in BETWEEN_RUNS {
            let rdm = spec(text).rdm_of_measurements(&in_runs(bytes(2 * n, 5).mapv(f64::from), n), None).unwrap();
            assert!(rdm.values().iter().all(|value| value.is_finite()), "{text}");
        }
    }
    let one = Representation::new(array![[1.0, 2.0]]).unwrap();
    for text in PATTERNS {
        assert_eq!(spec(text).rdm_of_patterns(&one, None).unwrap_err().kind().name(), "TooFewConditions");
    }
}
