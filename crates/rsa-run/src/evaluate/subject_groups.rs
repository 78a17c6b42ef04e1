//! Groups of subjects and of conditions, from files of labels.

use std::path::Path;

use rsakit::{Error, Result};

use super::subject_unit::number_by_first;
use crate::inputs::{data_error, read_groups};

/// Reads a label for each of `count` members, which are `members`, and returns the number of the group of each.
///
/// # Errors
/// Errors of reading, and `ShapeMismatch` naming the file for another number of labels.
pub(super) fn read_group_numbers(path: &Path, count: usize, members: &str) -> Result<Vec<usize>> {
    Ok(number_by_first(read_groups(path, count, members).map_err(data_error)?))
}

/// Refuses groups that divide the RDMs of one subject.
///
/// # Errors
/// `Format`, naming the file.
pub(super) fn ensure_whole_subjects(path: &Path, groups: &[usize], subjects: &[usize]) -> Result<()> {
    let first = |k: usize| subjects.iter().position(|subject| *subject == subjects[k]).unwrap_or(k);
    match (0..subjects.len()).find(|&k| groups[first(k)] != groups[k]) {
        None => Ok(()),
        Some(k) => Err(Error::format(format!(
            "{}: lines {} and {} differ, but --subjects counts the RDMs of these lines as one subject; give one of both",
            path.display(),
            first(k) + 1,
            k + 1
        ))),
    }
}
