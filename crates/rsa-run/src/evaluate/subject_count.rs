//! The number of subjects of a result, in words.

use super::EvaluateResult;

/// Returns the number of subjects, of their RDMs and of groups, such as `4 subjects × 2 RDMs`.
///
/// RDMs stand where a subject has several, groups where a group has several subjects.
pub(super) fn describe(result: &EvaluateResult) -> String {
    let (n_subjects, n_rdms) = (result.evaluation.n_subjects, result.rdms.len());
    let s = if n_subjects == 1 { "" } else { "s" };
    let per_subject = |subject: usize| result.rdms.iter().filter(|rdm| rdm.subject == subject).count();
    let first = per_subject(0);
    let rdms = match n_rdms == n_subjects {
        true => String::new(),
        false if (1..n_subjects).all(|subject| per_subject(subject) == first) => format!(" × {first} RDMs"),
        false => format!(" with {n_rdms} RDMs"),
    };
    let groups = match result.n_groups == n_subjects {
        true => String::new(),
        false => format!(" in {} group{}", result.n_groups, if result.n_groups == 1 { "" } else { "s" }),
    };
    format!("{n_subjects} subject{s}{rdms}{groups}")
}
