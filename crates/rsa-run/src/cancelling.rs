//! Cancellation of jobs, for their tests.

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use rsakit::{
    Result,
    core::{ErrorKind, Observer},
};

/// Longest time between a cancellation and its error. Jobs ask ten times as often; a loaded machine may be slow.
const PATIENCE: Duration = Duration::from_millis(500);

/// Observer that cancels some time after its first progress.
struct CancelsAfter {
    wait: Duration,
    first_progress: Mutex<Option<Instant>>,
}

impl CancelsAfter {
    fn cancelled_at(&self) -> Option<Instant> {
        self.first_progress.lock().unwrap().map(|first| first + self.wait)
    }
}

impl Observer for CancelsAfter {
    fn progress(&self, _: &str, _: u64, _: u64) {
        self.first_progress.lock().unwrap().get_or_insert_with(Instant::now);
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled_at().is_some_and(|at| Instant::now() >= at)
    }
}

/// Checks that `run` ends with `Cancelled` soon after it is cancelled: at its first progress, and 20 ms later.
#[track_caller]
pub(crate) fn assert_cancellable<T>(run: impl Fn(&dyn Observer) -> Result<T>) {
    for wait in [Duration::ZERO, Duration::from_millis(20)] {
        let observer = CancelsAfter { wait, first_progress: Mutex::new(None) };
        let error = run(&observer).err().expect("the job ended before it was cancelled");
        let late = observer.cancelled_at().expect("the job reports progress").elapsed();
        assert_eq!(error.kind(), &ErrorKind::Cancelled, "{error}");
        assert!(late < PATIENCE, "{late:?} after the cancellation");
    }
}
