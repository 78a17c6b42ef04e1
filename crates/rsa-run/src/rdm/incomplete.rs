//! The note on crossnobis distances of conditions that some runs lack.

use rsakit::Result;

use super::design::DesignedRdm;

/// Returns a note if some conditions were not observed in every run.
///
/// The contrast of two conditions is then taken between runs, where what a run adds to all patterns does not cancel.
pub(super) fn note(computed: &[Result<DesignedRdm>]) -> Option<String> {
    let layers: Vec<_> = computed.iter().flatten().filter(|one| one.n_incomplete > 0).collect();
    let most = layers.iter().map(|one| one.n_incomplete).max()?;
    let n_conditions = layers.iter().find(|one| one.n_incomplete == most)?.rdm.n_conditions();
    let were = if most == 1 { "was" } else { "were" };
    let of_layers = match layers.len() {
        1 => String::new(),
        count => format!(" in {count} layers"),
    };
    Some(format!(
        "{most} of {n_conditions} conditions {were} not observed in every run{of_layers}: constants added to the patterns \
         of a run no longer cancel, and the crossnobis distances depend on them; subtract a baseline from each run, or \
         leave out these conditions or those runs"
    ))
}
