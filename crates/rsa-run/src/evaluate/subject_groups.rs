//! Groups of subjects and of conditions, from files of labels.

use std::path::Path;

use rsa_io::LabelRole;
use rsakit::{Error, Result};

use super::subject_unit::number_by_first;
use crate::inputs::data_error;

/// Reads the file of `option`, a label for each of `count` members, and returns the number of the group of each.
///
/// # Errors
/// Errors of reading, and `InvalidParameter` naming the file for another number of labels.
pub(super) fn read_group_numbers(path: &Path, option: &str, count: usize, members: &str) -> Result<Vec<usize>> {
    let labels = rsa_io::read_labels(path, LabelRole::Groups).map_err(data_error)?;
    if labels.len() != count {
        let requirement = format!("a label for each of the {count} {members}, one a line in their order");
        let found = format!("{} labels in {}", labels.len(), path.display());
        return Err(Error::invalid_parameter(option, requirement, found));
    }
    Ok(number_by_first(labels))
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
