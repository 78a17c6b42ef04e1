//! Progress, notes and cancellation of long computations.

use crate::{Error, Result};

/// Receiver of the progress and notes of a long computation, which may also cancel it.
///
/// Every method has a default that does nothing, so `()` is the silent observer. Methods are called from computing
/// threads and must return at once. No result depends on the observer, except that cancelled work ends in an error of
/// kind `Cancelled`.
///
/// # Example
/// ```
/// use std::sync::atomic::{AtomicBool, Ordering};
/// use rsa_core::{ErrorKind, Observer};
///
/// struct StopButton(AtomicBool);
///
/// impl Observer for StopButton {
///     fn is_cancelled(&self) -> bool {
///         self.0.load(Ordering::Relaxed)
///     }
/// }
///
/// let button = StopButton(AtomicBool::new(true));
/// assert_eq!(button.ensure_going("the bootstrap").unwrap_err().kind(), &ErrorKind::Cancelled);
/// ```
pub trait Observer: Sync {
    /// Reports that `done` of `total` steps of a stage are done.
    fn progress(&self, stage: &str, done: u64, total: u64) {
        let _ = (stage, done, total);
    }

    /// Reports a fact about the data or about their treatment.
    fn note(&self, text: &str) {
        let _ = text;
    }

    /// Reports a detail, for users who asked for verbose output.
    fn detail(&self, text: &str) {
        let _ = text;
    }

    /// Returns `true` if the computation should stop.
    fn is_cancelled(&self) -> bool {
        false
    }

    /// Returns an error if the computation should stop.
    ///
    /// # Errors
    /// `Cancelled`, naming `work`.
    fn ensure_going(&self, work: &str) -> Result<()> {
        if self.is_cancelled() { Err(Error::cancelled(work)) } else { Ok(()) }
    }
}

impl Observer for () {}
