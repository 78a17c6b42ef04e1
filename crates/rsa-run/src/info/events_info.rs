//! [`EventsInfo`]: the trials in a table of events, as BIDS has them.

use std::{collections::HashSet, path::Path};

use serde::{Deserialize, Serialize};

/// Trials in a table with the columns `onset` and `duration`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventsInfo {
    /// Number of trials.
    pub n_trials: usize,
    /// Number of conditions in the column `trial_type`, if there is one.
    pub n_conditions: Option<usize>,
    /// Number of trials without a condition, `n/a`.
    pub n_without_condition: usize,
    /// First onset in seconds.
    pub first_onset: f64,
    /// Latest end of a trial in seconds; a duration that is missing counts as 0.
    pub last_end: f64,
}

impl EventsInfo {
    /// Reads the table at `path`; `None` if it is no table of events, whose names end in `events`.
    pub(super) fn read(path: &Path) -> Option<Self> {
        // Any other table may be long.
        path.file_stem()?.to_str()?.ends_with("events").then_some(())?;
        let table = rsa_io::read_columns(path, true).ok()?;
        let (onset, duration) = (table.find("onset").ok()?, table.find("duration").ok()?);
        let kind = table.find("trial_type").ok();
        let (mut conditions, mut missing) = (HashSet::new(), 0);
        let (mut first_onset, mut last_end) = (f64::INFINITY, f64::NEG_INFINITY);
        for row in 0..table.n_rows() {
            let start = table.number(row, onset).ok()?;
            let length = if table.is_missing(row, duration) { 0.0 } else { table.number(row, duration).ok()? };
            first_onset = first_onset.min(start);
            last_end = last_end.max(start + length);
            match kind {
                Some(kind) if table.is_missing(row, kind) => missing += 1,
                Some(kind) => {
                    conditions.insert(table.cell(row, kind).to_owned());
                }
                None => {}
            }
        }
        (first_onset.is_finite() && last_end.is_finite()).then(|| Self {
            n_trials: table.n_rows(),
            n_conditions: kind.map(|_| conditions.len()),
            n_without_condition: missing,
            first_onset,
            last_end,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<EventsInfo> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sub-01_task-x_events.tsv");
        std::fs::write(&path, text).unwrap();
        EventsInfo::read(&path)
    }

    #[test]
    fn trials_and_conditions_are_counted() {
        let found = read("onset\tduration\ttrial_type\n2.5\t1\tcat\n0.5\tn/a\tn/a\n4\t1.5\tcat\n6\t0\tdog\n").unwrap();
        assert_eq!((found.n_trials, found.n_conditions, found.n_without_condition), (4, Some(2), 1));
        assert_eq!((found.first_onset, found.last_end), (0.5, 6.0));
        assert_eq!(read("onset\tduration\n1\t2\n").unwrap().n_conditions, None);
        assert_eq!(read("onset\tkind\n1\tcat\n"), None);
        assert_eq!(read("onset\tduration\nx\t2\n"), None);
        assert_eq!(read("onset\tduration\n"), None);
    }
}
