//! Every long job stops soon after its observer cancels.

use std::{
    path::Path,
    sync::Mutex,
    time::{Duration, Instant},
};

use rsa_run::{AccumulateRequest, CompareRequest, Observer};
use rsakit::{Result, core::ErrorKind};

use crate::inputs::write_layers;

/// Longest time from the request to stop to the end of the job.
///
/// Jobs stop within 100 ms on an idle machine; a busy one gets more.
const PATIENCE: Duration = Duration::from_millis(1000);

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
    let observer = StopDuring::new(stage);
    let error = run(&observer).err().expect("the job was cancelled");
    assert_eq!(error.kind(), &ErrorKind::Cancelled, "{error}");
    let stopped = observer.begun().expect("the stage was reached").elapsed();
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
    let error = request.run(&observer).err().expect("the job was cancelled");
    assert_eq!(error.kind(), &ErrorKind::Cancelled, "{error}");
}
