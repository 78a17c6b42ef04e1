//! [`FoldAssignment`]: the cross-validation folds of subjects and conditions.

use rand_chacha::ChaCha8Rng;
use rsa_core::{Error, Result};

use super::{Crossvalidation, groups::Groups};
use crate::resample::{ResampledFactor, shuffled};

/// An assignment of the subjects and conditions of a resample to cross-validation folds.
///
/// For every pair of a condition fold and a subject fold, models are fitted to the conditions and subjects outside of
/// both folds and scored on the conditions and subjects inside. A factor with a single fold is not divided: models are
/// fitted to all of it and scored on all of it.
///
/// The folds do not change while conditions or subjects are left out. A member that is left out keeps its fold and has
/// weight 0 in the [`Resample`](super::Resample), so look at folds and weights together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoldAssignment {
    subjects: FactorFolds,
    conditions: FactorFolds,
    fewest_conditions: usize,
}

/// The folds of subjects or of conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
struct FactorFolds {
    /// The fold of each member, `None` if it was not drawn; with a single fold, fold 0 for drawn and undrawn members.
    fold_of_member: Vec<Option<usize>>,
    count: usize,
}

impl FactorFolds {
    /// Assigns the drawn groups to folds at random; the folds differ by no more than one group.
    fn assign(
        rng: &mut ChaCha8Rng,
        drawn: &[bool],
        groups: &Groups,
        count: usize,
        factor: ResampledFactor,
        fewest_conditions: usize,
    ) -> Result<Self> {
        if count < 2 {
            return Ok(Self { fold_of_member: vec![Some(0); drawn.len()], count: 1 });
        }
        let least = match factor {
            ResampledFactor::Subjects => count,
            ResampledFactor::Conditions => fewest_conditions.saturating_mul(count),
        };
        let mut occurring: Vec<usize> =
            (0..drawn.len()).filter(|&i| drawn[i]).map(|i| groups.group_of_member[i]).collect();
        occurring.sort_unstable();
        occurring.dedup();
        if occurring.len() < least {
            return Err(too_few(factor, least, occurring.len(), count, fewest_conditions));
        }
        let mut fold_of_group = vec![None; groups.count];
        for (place, chosen) in shuffled(rng, occurring.len()).into_iter().enumerate() {
            fold_of_group[occurring[chosen]] = Some(place % count);
        }
        let fold_of_member =
            (0..drawn.len()).map(|i| fold_of_group[groups.group_of_member[i]].filter(|_| drawn[i])).collect();
        Ok(Self { fold_of_member, count })
    }

    /// Returns the number of members of each fold if some groups are left out.
    fn sizes_without(&self, groups: &Groups, left_out: &[usize]) -> Vec<usize> {
        let mut sizes = vec![0; self.count];
        let members =
            self.fold_of_member.iter().zip(&groups.group_of_member).filter(|(_, group)| !left_out.contains(group));
        members.filter_map(|(fold, _)| *fold).for_each(|fold| sizes[fold] += 1);
        sizes
    }
}

/// Returns the error of a draw with too few groups for its folds.
fn too_few(factor: ResampledFactor, least: usize, found: usize, count: usize, fewest_conditions: usize) -> Error {
    match factor {
        ResampledFactor::Conditions => {
            let why = format!("each fold needs {fewest_conditions}; use fewer folds");
            Error::too_few_conditions(least, found, why)
        }
        ResampledFactor::Subjects => Error::invalid_parameter(
            "the number of subjects (or groups of them) in a draw",
            format!("at least {least} for {count} folds; use fewer folds"),
            found,
        ),
    }
}

impl FoldAssignment {
    /// Assigns the drawn subjects and conditions (of a weight above 0) to folds at random.
    ///
    /// # Errors
    /// `TooFewConditions` or `InvalidParameter` if too few groups of conditions or of subjects were drawn for the
    /// folds.
    pub(super) fn assign(
        asked: &Crossvalidation,
        [subject_groups, condition_groups]: [&Groups; 2],
        conditions: &[u32],
        subjects: &[f64],
        fewest_conditions: usize,
        rng: &mut ChaCha8Rng,
    ) -> Result<Self> {
        let subjects: Vec<bool> = subjects.iter().map(|&weight| weight > 0.0).collect();
        let conditions: Vec<bool> = conditions.iter().map(|&count| count > 0).collect();
        let mut assign = |drawn: &[bool], groups, count, factor| {
            FactorFolds::assign(rng, drawn, groups, count, factor, fewest_conditions)
        };
        Ok(Self {
            subjects: assign(&subjects, subject_groups, asked.subject_folds, ResampledFactor::Subjects)?,
            conditions: assign(&conditions, condition_groups, asked.condition_folds, ResampledFactor::Conditions)?,
            fewest_conditions,
        })
    }

    /// Returns the number of folds of subjects; 1 if models are scored on the subjects to which they were fitted.
    pub fn n_subject_folds(&self) -> usize {
        self.subjects.count
    }

    /// Returns the number of folds of conditions; 1 if models are scored on the conditions to which they were fitted.
    pub fn n_condition_folds(&self) -> usize {
        self.conditions.count
    }

    /// Returns `true` if subject `i` is in a fold. A single fold contains all subjects, drawn or not.
    pub fn has_subject(&self, fold: usize, i: usize) -> bool {
        self.subjects.fold_of_member[i] == Some(fold)
    }

    /// Returns `true` if condition `i` is in a fold. A single fold contains all conditions, drawn or not.
    pub fn has_condition(&self, fold: usize, i: usize) -> bool {
        self.conditions.fold_of_member[i] == Some(fold)
    }

    /// Returns `true` if models can be fitted and scored on these folds while some groups are left out.
    ///
    /// Every fold of conditions must keep the fewest conditions with a score, and two folds of subjects some subject.
    pub(super) fn is_usable_without(&self, groups: &Groups, factor: ResampledFactor, left_out: &[usize]) -> bool {
        match factor {
            ResampledFactor::Conditions => {
                self.conditions.sizes_without(groups, left_out).into_iter().all(|count| count >= self.fewest_conditions)
            }
            ResampledFactor::Subjects => {
                let sizes = self.subjects.sizes_without(groups, left_out);
                sizes.into_iter().filter(|&count| count > 0).count() >= self.subjects.count.min(2)
            }
        }
    }
}
