//! [`Steps`]: how far a stage of the work is, and whether it is to go on.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rsa_core::{Error, Result};

use super::Watch;

/// The steps of a stage, on any threads.
pub(crate) struct Steps<'w> {
    watch: Watch<'w>,
    total: u64,
    begun: AtomicU64,
    stopped: AtomicBool,
}

impl<'w> Steps<'w> {
    pub(crate) fn new(watch: Watch<'w>, total: u64) -> Self {
        Self { watch, total, begun: AtomicU64::new(0), stopped: AtomicBool::new(false) }
    }

    /// Begins another step.
    ///
    /// # Errors
    /// `NotConverged` once the watch has said to stop.
    pub(crate) fn begin(&self) -> Result<()> {
        let begun = || self.begun.fetch_add(1, Ordering::Relaxed) + 1;
        if self.stopped.load(Ordering::Relaxed) || !(self.watch)(begun(), self.total) {
            self.stopped.store(true, Ordering::Relaxed);
            return Err(Error::not_converged("the evaluation was stopped before its end"));
        }
        Ok(())
    }
}
