//! [`StageSteps`]: progress and cancellation of a stage of work that runs on many threads.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rsa_core::{Error, ErrorKind, Observer, Result};

/// The steps of one stage of work, counted for an observer on any number of threads.
pub(crate) struct StageSteps<'o> {
    observer: &'o dyn Observer,
    stage: &'static str,
    total: u64,
    done: AtomicU64,
    cancelled: AtomicBool,
}

impl<'o> StageSteps<'o> {
    /// Begins a stage of `total` steps.
    pub(crate) fn new(observer: &'o dyn Observer, stage: &'static str, total: u64) -> Self {
        Self { observer, stage, total, done: AtomicU64::new(0), cancelled: AtomicBool::new(false) }
    }

    /// Does one step and reports it, unless the observer has cancelled the stage.
    ///
    /// # Errors
    /// `Cancelled`, naming the stage; errors of `work`.
    pub(crate) fn step<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        // Remembered, because all threads must stop even if the observer answers `true` only once.
        if self.cancelled.load(Ordering::Relaxed) || self.observer.is_cancelled() {
            self.cancelled.store(true, Ordering::Relaxed);
            return Err(Error::cancelled(self.stage));
        }
        let found = work();
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.observer.progress(self.stage, done, self.total);
        found
    }
}

/// Separates cancellation, which ends all work, from errors that concern one step alone.
///
/// # Errors
/// `Cancelled` if that is the error of `found`.
pub(crate) fn unless_cancelled<T>(found: Result<T>) -> Result<Result<T>> {
    match found {
        Err(error) if *error.kind() == ErrorKind::Cancelled => Err(error),
        other => Ok(other),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// Cancels at one call alone, and records progress.
    struct Once(Mutex<(u64, Vec<u64>)>);

    impl Observer for Once {
        fn progress(&self, _: &str, done: u64, _: u64) {
            self.0.lock().unwrap().1.push(done);
        }

        fn is_cancelled(&self) -> bool {
            let mut calls = self.0.lock().unwrap();
            calls.0 += 1;
            calls.0 == 3
        }
    }

    #[test]
    fn a_stage_stays_cancelled() {
        let observer = Once(Mutex::new((0, Vec::new())));
        let steps = StageSteps::new(&observer, "the test", 5);
        let found: Vec<_> = (0..5).map(|k| steps.step(|| Ok(k))).collect();
        assert_eq!(found.iter().filter(|found| found.is_ok()).count(), 2);
        assert_eq!(found[4].as_ref().unwrap_err().to_string(), "the test was cancelled before its end");
        assert_eq!(observer.0.lock().unwrap().1, [1, 2]);
        assert!(unless_cancelled(found.into_iter().next_back().unwrap()).is_err());
        assert!(unless_cancelled::<()>(Err(Error::degenerate("x", "y"))).unwrap().is_err());
    }
}
