//! Long routes end with `Cancelled` soon after the observer says so, wherever they are.

use std::sync::atomic::{AtomicU64, Ordering};

use rsa_core::{ErrorKind, Euclidean, Observer, Rdm, Representation, Result};

use crate::*;

/// Cancels from call `from` on, and counts the calls.
struct CancelAt {
    from: u64,
    calls: AtomicU64,
}

impl CancelAt {
    fn new(from: u64) -> Self {
        Self { from, calls: AtomicU64::new(0) }
    }

    fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }
}

impl Observer for CancelAt {
    fn is_cancelled(&self) -> bool {
        self.calls.fetch_add(1, Ordering::Relaxed) + 1 >= self.from
    }
}

/// Runs to the end to count the calls, then cancels at the first, at the last, and at some between.
#[track_caller]
fn check<T>(least_calls: u64, run: impl Fn(&dyn Observer) -> Result<T>) {
    let never = CancelAt::new(u64::MAX);
    assert!(run(&never).is_ok());
    let all = never.calls();
    assert!(all >= least_calls, "asked {all} times, expected at least {least_calls}");
    for from in (0..8).map(|k| 1 + k * (all - 1) / 7) {
        let observer = CancelAt::new(from);
        let error = run(&observer).err().expect("cancelled work has no result");
        assert_eq!(error.kind(), &ErrorKind::Cancelled, "from call {from} of {all}: {error}");
        // Other threads may have asked meanwhile; nobody begins anew.
        assert!(observer.calls() <= from + 64, "asked {} times after call {from}", observer.calls() - from);
    }
}

fn rdm(seed: u32) -> Rdm {
    let value = |k: u32| f64::from((k * k * 31) % 41) / 8.0 + f64::from((k * k * seed * 7 + 13 * k + seed) % 53) / 16.0;
    Rdm::new((0..120).map(value).collect()).unwrap()
}

fn representation(seed: usize) -> Representation {
    let value = |(i, j): (usize, usize)| ((7 * i + 5 * j + i * j * seed + i * i) % 11) as f64;
    Representation::new(ndarray::Array2::from_shape_fn((16, 3), value)).unwrap()
}

#[test]
fn evaluations_can_be_cancelled_in_every_stage() {
    let data: Vec<Rdm> = (1..7).map(rdm).collect();
    let inference =
        Inference { generalize_to: GeneralizeTo::Both, resamples: 20, permutations: 30, ..Inference::default() };
    for comparison in [Scoring::Pearson, Scoring::Spearman, Scoring::KendallA] {
        let inference = Inference { comparison, ..inference.clone() };
        let models = [Model::fixed("a", rdm(11)), Model::fixed("b", rdm(12))];
        // 30 permutations, 1 + 152 sets of conditions, 1 + 27 of subjects, 20 resamples.
        check(230, |observer| inference.evaluate_observed(&models, &data, observer));
        check(150, |observer| {
            Inference { permutations: 0, ..inference.clone() }.evaluate_observed(&[], &data, observer)
        });
    }
}

#[test]
fn fits_can_be_cancelled() {
    let data: Vec<Rdm> = (1..5).map(rdm).collect();
    let folds = Crossvalidation { subject_folds: 2, condition_folds: 2, repeats: 2 };
    let inference = Inference { crossvalidation: Some(folds), ..Inference::default() };
    for comparison in [Scoring::Cosine, Scoring::Spearman] {
        let inference = Inference { comparison, ..inference.clone() };
        let model = Model::weighted("mix", vec![rdm(11), rdm(12)]).unwrap();
        check(500, |observer| inference.evaluate_observed(std::slice::from_ref(&model), &data, observer));
    }
}

#[test]
fn tests_and_intervals_of_measures_can_be_cancelled() {
    let (xs, ys) = ([representation(1), representation(2)], [representation(3), representation(5)]);
    let measure = Rsa::new(Euclidean, Spearman);
    let test = PermutationTest { permutations: 40, seed: 1 };
    check(120, |observer| test.run_observed(&measure, &xs, &ys, observer));
    check(80, |observer| test.run_among_observed(&measure, &xs, observer));
    check(600, |observer| Jackknife::default().run_all_observed(&measure, &xs, &ys, observer));
    check(400, |observer| Jackknife::default().run_observed(&measure, &xs[0], &ys[0], observer));
}

#[test]
fn maps_and_reliabilities_can_be_cancelled() {
    for scaling in [MdsScaling::Metric, MdsScaling::Ordinal] {
        check(30, |observer| Mds { scaling, ..Mds::default() }.run_observed(&rdm(3), observer));
    }
    let data: Vec<Rdm> = (1..6).map(rdm).collect();
    check(100, |observer| Reliability::new_observed(&data, Scoring::Spearman, 9, 1, observer));
}

/// The observer hears of every stage, up to its last step.
#[test]
fn every_stage_reports_its_end() {
    struct Stages(std::sync::Mutex<Vec<(String, u64)>>);
    impl Observer for Stages {
        fn progress(&self, stage: &str, done: u64, total: u64) {
            if done == total {
                self.0.lock().unwrap().push((stage.to_owned(), total));
            }
        }
    }
    let observer = Stages(std::sync::Mutex::new(Vec::new()));
    let data: Vec<Rdm> = (1..7).map(rdm).collect();
    let inference =
        Inference { generalize_to: GeneralizeTo::Both, resamples: 20, permutations: 30, ..Inference::default() };
    inference.evaluate_observed(&[Model::fixed("a", rdm(11))], &data, &observer).unwrap();
    let found = observer.0.into_inner().unwrap();
    let names: Vec<(&str, u64)> = found.iter().map(|(stage, total)| (stage.as_str(), *total)).collect();
    let expected =
        [("permutations", 30), ("scores without conditions", 153), ("scores without subjects", 28), ("resamples", 20)];
    assert_eq!(names, expected);
}
