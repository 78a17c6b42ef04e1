//! Every dissimilarity asks the observer on its way and ends with `Cancelled`.

use std::sync::atomic::{AtomicUsize, Ordering};

use ndarray::Array2;

use super::*;
use crate::{ErrorKind, Measurements, Observer, Precision};

/// Cancels after `left` questions.
struct CancelAfter {
    left: usize,
    asked: AtomicUsize,
}

impl Observer for CancelAfter {
    fn is_cancelled(&self) -> bool {
        self.asked.fetch_add(1, Ordering::Relaxed) >= self.left
    }
}

/// Checks that a run asks at least `least` times, and that it is cancelled by the first and by the last question.
#[track_caller]
fn check(name: &str, least: usize, run: impl Fn(&dyn Observer) -> Result<Rdm>) {
    let observer = |left| CancelAfter { left, asked: AtomicUsize::new(0) };
    let never = observer(usize::MAX);
    let expected = run(&()).unwrap();
    assert_eq!(run(&never).unwrap(), expected, "{name}");
    let asked = never.asked.into_inner();
    assert!(asked >= least, "{name} asked {asked} times");
    for left in [0, asked - 1] {
        assert_eq!(run(&observer(left)).unwrap_err().kind(), &ErrorKind::Cancelled, "{name}, {left} of {asked}");
    }
}

fn values(n: usize) -> Array2<f64> {
    Array2::from_shape_fn((n, 5), |(i, j)| (((i + 1) * (i + 2) * (j + 3)) as f64).sin() + 2.0)
}

#[test]
fn dissimilarities_ask_between_blocks_of_pairs() {
    // Tiles of 192 × 192 conditions: three of them.
    let x = Representation::new(values(300)).unwrap();
    let precision = Precision::new(Array2::eye(5)).unwrap();
    let all: [(&str, Box<dyn Dissimilarity>, usize); 7] = [
        ("euclidean", Box::new(Euclidean), 3),
        ("squared", Box::new(SquaredEuclidean::default()), 3),
        ("mahalanobis", Box::new(Mahalanobis { precision }), 3),
        ("correlation", Box::new(Correlation), 3),
        ("cosine", Box::new(Cosine), 3),
        ("manhattan", Box::new(Manhattan), 300),
        ("poisson", Box::new(Poisson::default()), 300),
    ];
    for (name, dissimilarity, least) in all {
        check(name, least, |observer| dissimilarity.rdm_observed(&x, observer));
    }
}

#[test]
fn estimators_ask_between_runs() {
    let measurements = |n: usize| {
        let labels = (0..n).map(|i| (i % 6).to_string());
        let runs = (0..n).map(|i| (i / 6).to_string());
        Measurements::new(values(n), labels).unwrap().with_runs(runs).unwrap()
    };
    let all: [(&str, Box<dyn Estimator>); 4] = [
        ("crossnobis", Box::new(Crossnobis::default())),
        ("correlation", Box::new(CrossvalidatedCorrelation)),
        ("cosine", Box::new(CrossvalidatedCosine)),
        ("poisson", Box::new(CrossvalidatedPoisson::default())),
    ];
    for (name, estimator) in all {
        check(name, 3, |observer| estimator.rdm_observed(&measurements(18), observer));
    }
    // The last run lacks a condition.
    check("unbalanced crossnobis", 3, |observer| Crossnobis::default().rdm_observed(&measurements(17), observer));
}
