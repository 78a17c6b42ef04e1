//! [`Observer`]: the caller's view of long work.

use crate::{Error, Result};

/// Follows long work and may stop it.
///
/// Every method has a default that does nothing, so `()` is the observer of a caller who does not want to watch.
/// Methods are called from computing threads, several times a second at most where that matters, and must return at
/// once. No result depends on the observer, except that cancelled work ends in an error of kind `Cancelled`.
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
    /// Hears that `done` of `total` steps of a stage are done.
    fn progress(&self, stage: &str, done: u64, total: u64) {
        let _ = (stage, done, total);
    }

    /// Hears a fact about the data or the way they were treated.
    fn note(&self, text: &str) {
        let _ = text;
    }

    /// Hears a fact for those who follow every step.
    fn detail(&self, text: &str) {
        let _ = text;
    }

    /// Whether the work is to stop.
    fn is_cancelled(&self) -> bool {
        false
    }

    /// Refuses to go on if the work is to stop.
    ///
    /// # Errors
    /// `Cancelled`, naming `work`.
    fn ensure_going(&self, work: &str) -> Result<()> {
        if self.is_cancelled() { Err(Error::cancelled(work)) } else { Ok(()) }
    }
}

impl Observer for () {}
