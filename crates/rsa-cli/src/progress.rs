//! Progress of long work.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

use crate::say;

/// A bar on standard error, if that is a terminal; it appears only for work of more than a moment.
pub(crate) fn bar(steps: u64) -> ProgressBar {
    if say::is_quiet() || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{elapsed:>4} {bar:30} {pos}/{len} {msg}");
    ProgressBar::new(steps).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
