//! Every long job stops soon after its observer cancels.

use std::{
    path::Path,
    sync::Mutex,
    time::{Duration, Instant},
};

use rsa_run::{
    AccumulateRequest, CompareRequest, DemoRequest, EvaluateRequest, MdsRequest, MdsSubject, Observer, RdmRequest,
};
use rsakit::{Result, core::ErrorKind, stats::GeneralizeTo};

use crate::{evaluate, inputs::write_layers, mds::write_rdms};

/// Longest time from the request to stop to the end of the job.
///
/// Alone on a machine jobs stop within 100 ms; `--nocapture --test-threads 1` shows the times. Beside other tests the
/// threads may be busy, so this limit only finds jobs that go on.
const PATIENCE: Duration = Duration::from_secs(10);

/// Observer that cancels once a stage has begun for `delay`.
struct StopDuring {
    stage: &'static str,
    delay: Duration,
    begun: Mutex<Option<Instant>>,
}

impl StopDuring {
    fn new(stage: &'static str) -> Self {
        Self { stage, delay: Duration::from_millis(5), begun: Mutex::new(None) }
    }

    fn begun(&self) -> Option<Instant> {
        *self.begun.lock().unwrap()
    }
}

impl Observer for StopDuring {
    fn progress(&self, stage: &str, _done: u64, _total: u64) {
        if stage.contains(self.stage) {
            self.begun.lock().unwrap().get_or_insert_with(Instant::now);
        }
    }

    fn is_cancelled(&self) -> bool {
        self.begun().is_some_and(|begun| begun.elapsed() >= self.delay)
    }
}

#[track_caller]
fn assert_stops<T>(stage: &'static str, run: impl FnOnce(&dyn Observer) -> Result<T>) {
    assert_observer_stops(&StopDuring::new(stage), run);
}

/// Checks that `run` ends with `Cancelled` soon after `observer` cancels.
#[track_caller]
#[allow(clippy::print_stderr, reason = "shown to those who ask for the times")]
fn assert_observer_stops<T>(observer: &StopDuring, run: impl FnOnce(&dyn Observer) -> Result<T>) {
    let Err(error) = run(observer) else { panic!("{}: the job was not cancelled", observer.stage) };
    assert_eq!(error.kind(), &ErrorKind::Cancelled, "{error}");
    let stopped = observer.begun().expect("the stage was reached").elapsed().saturating_sub(observer.delay);
    let stage = observer.stage;
    eprintln!("{stage}: stopped after {stopped:?}");
    assert!(stopped < PATIENCE, "{stage}: stopped after {stopped:?}");
}

fn request(folder: &Path, names: [&str; 2], measure: &str) -> CompareRequest {
    let [first, second] = names.map(|name| folder.join(name).display().to_string());
    CompareRequest { measures: vec![measure.parse().unwrap()], ..CompareRequest::new(&first, Some(&second)) }
}

#[test]
fn a_comparison_stops_while_layers_are_read() {
    let folder = tempfile::tempdir().unwrap();
    write_layers(folder.path(), "a.npz", 40, (600, 300));
    write_layers(folder.path(), "b.npz", 40, (600, 300));
    let request = request(folder.path(), ["a.npz", "b.npz"], "rsa:rdm=correlation,compare=spearman");
    assert_stops("layers read", |observer| request.run(observer));
}

#[test]
fn a_comparison_stops_between_measures() {
    let folder = tempfile::tempdir().unwrap();
    write_layers(folder.path(), "a.npz", 12, (300, 20));
    write_layers(folder.path(), "b.npz", 12, (300, 20));
    let mut request = request(folder.path(), ["a.npz", "b.npz"], "cka");
    request.measures = vec!["rsa:rdm=correlation,compare=kendall-b".parse().unwrap(); 40];
    assert_stops("measures compared", |observer| request.run(observer));
}

#[test]
fn permutations_and_intervals_stop() {
    let folder = tempfile::tempdir().unwrap();
    write_layers(folder.path(), "a.npz", 4, (200, 20));
    write_layers(folder.path(), "b.npz", 4, (200, 20));
    let plain = request(folder.path(), ["a.npz", "b.npz"], "rsa:rdm=euclidean,compare=spearman");
    let permuted = CompareRequest { permutations: Some(1_000_000), ..plain.clone() };
    assert_stops("permutation", |observer| permuted.run(observer));
    let interval = CompareRequest { interval: true, measures: vec!["pwcca".parse().unwrap(); 40], ..plain };
    assert_stops("jackknife", |observer| interval.run(observer));
}

#[test]
fn sums_over_conditions_stop_between_blocks() {
    let folder = tempfile::tempdir().unwrap();
    write_layers(folder.path(), "a.npz", 2, (60_000, 64));
    let request = AccumulateRequest::new(&folder.path().join("a.npz").display().to_string(), None);
    let observer = StopDuring { delay: Duration::ZERO, ..StopDuring::new("conditions") };
    let error = request.run(&observer).unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Cancelled, "{error}");
}

#[test]
fn dissimilarities_stop_between_blocks_of_pairs() {
    let folder = tempfile::tempdir().unwrap();
    write_layers(folder.path(), "long.npz", 1, (3000, 800));
    let input = folder.path().join("long.npz").display().to_string();
    // Manhattan distances take 3 s on two cores in the profile `dev`, the others 1 s.
    for (dissimilarity, delays) in [("manhattan", [0, 150]), ("euclidean", [0, 20]), ("correlation", [0, 20])] {
        let request = RdmRequest::new([input.clone()], dissimilarity.parse().unwrap());
        for delay in delays {
            let observer = StopDuring { delay: Duration::from_millis(delay), ..StopDuring::new("dissimilarities") };
            assert_observer_stops(&observer, |observer| request.run(observer));
        }
    }
}

#[test]
fn maps_stop_between_steps() {
    let folder = tempfile::tempdir().unwrap();
    let input = write_rdms(folder.path(), "long.npy", 1, 400, false);
    for ordinal in [false, true] {
        let request = MdsRequest { ordinal, ..MdsRequest::new([input.clone()], MdsSubject::Conditions) };
        for delay in [0, 20] {
            let observer = StopDuring { delay: Duration::from_millis(delay), ..StopDuring::new("steps") };
            assert_observer_stops(&observer, |observer| request.run(observer));
        }
    }
}

#[test]
fn evaluations_stop_between_permutations_and_between_resamples() {
    let (request, _folder) = evaluate::request(40);
    let long = EvaluateRequest { generalize_to: GeneralizeTo::Both, resamples: 1 << 20, ..request };
    for (stage, permutations) in [("permutations", 1 << 29), ("scores without conditions", 0), ("resamples", 0)] {
        let request = EvaluateRequest { permutations, ..long.clone() };
        for delay in [0, 20] {
            let observer = StopDuring { delay: Duration::from_millis(delay), ..StopDuring::new(stage) };
            assert_observer_stops(&observer, |observer| request.run(observer));
        }
    }
}

#[test]
fn the_demo_stops_between_pairs_of_layers() {
    let folder = tempfile::tempdir().unwrap();
    for (stage, delay) in
        [("measures compared", 0), ("measures searched", 20), ("dissimilarities", 0), ("resamples", 20)]
    {
        let observer = StopDuring { delay: Duration::from_millis(delay), ..StopDuring::new(stage) };
        assert_observer_stops(&observer, |observer| DemoRequest::new(folder.path()).run(observer));
    }
}
