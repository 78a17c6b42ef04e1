//! Groups of subjects and of conditions, from files of labels.

use std::path::Path;

use rsa_io::LabelRole;
use rsakit::{Error, Result, stats::GeneralizeTo};

use super::{EvaluateRequest, subject_unit::number_by_first};
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

/// Refuses files of labels with fewer groups than the request needs.
///
/// # Errors
/// `InvalidParameter` naming the file.
pub(super) fn ensure_enough_groups(
    request: &EvaluateRequest,
    subject_groups: Option<&[usize]>,
    condition_groups: Option<&[usize]>,
) -> Result<()> {
    /// Fewest conditions that have a pattern of dissimilarities.
    const FEWEST_CONDITIONS: usize = 3;
    let to = request.generalize_to;
    let [subject_folds, condition_folds] =
        request.crossvalidation.map_or([1, 1], |folds| [folds.subject_folds, folds.condition_folds]);
    if let (Some(path), Some(groups)) = (&request.subject_groups, subject_groups) {
        let ensure = |needed, why| ensure_labels("--subject-groups", path, groups, needed, why);
        ensure(subject_folds, "for as many folds of subjects")?;
        if matches!(to, GeneralizeTo::Subjects | GeneralizeTo::Both) {
            ensure(2, "to generalize to new subjects")?;
        }
    }
    if let (Some(path), Some(groups)) = (&request.condition_groups, condition_groups) {
        let ensure = |needed, why| ensure_labels("--condition-groups", path, groups, needed, why);
        if condition_folds > 1 {
            ensure(condition_folds.saturating_mul(FEWEST_CONDITIONS), "for folds of three")?;
        }
        if matches!(to, GeneralizeTo::Conditions | GeneralizeTo::Both) {
            ensure(FEWEST_CONDITIONS, "to generalize to new conditions")?;
        }
    }
    Ok(())
}

fn ensure_labels(option: &str, path: &Path, groups: &[usize], needed: usize, why: &str) -> Result<()> {
    let found = groups.iter().max().map_or(0, |last| last + 1);
    if found >= needed {
        return Ok(());
    }
    let requirement = format!("a file of at least {needed} different labels {why}");
    Err(Error::invalid_parameter(option, requirement, format_args!("{found} in {}", path.display())))
}
