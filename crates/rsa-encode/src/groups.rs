//! [`ConditionGroups`]: conditions that a fold must keep together, and strata that it must share equally.

use std::{collections::HashMap, hash::Hash};

use rsa_core::{Conditions, Error, Result};

use crate::SplitFold;

/// Groups of conditions, such as views of one object or rows of one stimulus; a fold tests all of a group or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionGroups {
    /// The group of each condition.
    of: Vec<usize>,
    sizes: Vec<usize>,
    /// The stratum of each group.
    strata: Option<Vec<usize>>,
}

impl ConditionGroups {
    /// Takes each of `n` conditions as a group of its own.
    pub fn single(n: usize) -> Self {
        Self { of: (0..n).collect(), sizes: vec![1; n], strata: None }
    }

    /// Groups the rows of each stimulus.
    pub fn of_stimuli(conditions: &Conditions) -> Self {
        let each = conditions.rows_per_stimulus();
        let of = (0..conditions.count()).map(|row| row / each.max(1)).collect();
        Self { of, sizes: vec![each; conditions.n_stimuli()], strata: None }
    }

    /// Groups conditions with equal labels, one label for each condition.
    pub fn labeled<S: AsRef<str>>(labels: &[S]) -> Self {
        let of = numbered(&labels.iter().map(AsRef::as_ref).collect::<Vec<&str>>());
        let mut sizes = vec![0; of.iter().max().map_or(0, |last| last + 1)];
        of.iter().for_each(|&group| sizes[group] += 1);
        Self { of, sizes, strata: None }
    }

    /// Shares the conditions of each stratum equally among folds, one label of a stratum for each condition.
    ///
    /// # Errors
    /// `ShapeMismatch` for another number of labels, `LabelMismatch` if a group is of two strata.
    pub fn stratified<S: AsRef<str>>(self, labels: &[S]) -> Result<Self> {
        if labels.len() != self.of.len() {
            let (found, needed) = (labels.len(), self.of.len());
            return Err(Error::shape_mismatch(format!("{found} strata for {needed} conditions; give one for each")));
        }
        let of_conditions = numbered(&labels.iter().map(AsRef::as_ref).collect::<Vec<&str>>());
        let mut strata = vec![None; self.sizes.len()];
        for (row, (&group, &stratum)) in self.of.iter().zip(&of_conditions).enumerate() {
            let known = *strata[group].get_or_insert(stratum);
            if known != stratum {
                return Err(Error::label_mismatch(format!(
                    "condition {row} (counted from 0) is of stratum '{}', and its group of another; groups stay together, \
                     so give all of a group one stratum",
                    labels[row].as_ref()
                )));
            }
        }
        let strata = strata.into_iter().map(|stratum| stratum.expect("no group is empty")).collect();
        Ok(Self { strata: Some(strata), ..self })
    }

    /// Returns the groups of some of the conditions.
    ///
    /// # Panics
    /// Panics if a row is not one of the conditions.
    pub fn select(&self, rows: &[usize]) -> Self {
        let of = numbered(&rows.iter().map(|&row| self.of[row]).collect::<Vec<_>>());
        let n_groups = of.iter().max().map_or(0, |last| last + 1);
        let mut sizes = vec![0; n_groups];
        of.iter().for_each(|&group| sizes[group] += 1);
        let strata = self.strata.as_ref().map(|strata| {
            let mut kept = vec![0; n_groups];
            of.iter().zip(rows).for_each(|(&group, &row)| kept[group] = strata[self.of[row]]);
            kept
        });
        Self { of, sizes, strata }
    }

    /// Returns the number of conditions.
    pub fn n_conditions(&self) -> usize {
        self.of.len()
    }

    /// Returns the number of groups.
    pub fn count(&self) -> usize {
        self.sizes.len()
    }

    pub(crate) fn size(&self, group: usize) -> usize {
        self.sizes[group]
    }

    /// Returns the group of each condition.
    pub(crate) fn of_rows(&self) -> &[usize] {
        &self.of
    }

    pub(crate) fn is_stratified(&self) -> bool {
        self.strata.is_some()
    }

    pub(crate) fn stratum(&self, group: usize) -> usize {
        self.strata.as_ref().map_or(0, |strata| strata[group])
    }

    /// Returns the fold that tests the groups `tested`.
    pub(crate) fn fold(&self, tested: &[usize]) -> SplitFold {
        let mut is_tested = vec![false; self.count()];
        tested.iter().for_each(|&group| is_tested[group] = true);
        let (test, train) = (0..self.of.len()).partition(|&row| is_tested[self.of[row]]);
        SplitFold { train, test }
    }
}

/// Numbers labels by their first occurrence.
fn numbered<T: Copy + Eq + Hash>(labels: &[T]) -> Vec<usize> {
    let mut known = HashMap::new();
    let number = |label: T| {
        let next = known.len();
        *known.entry(label).or_insert(next)
    };
    labels.iter().copied().map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_stimulus_are_a_group() {
        let groups = ConditionGroups::of_stimuli(&Conditions::labeled(["cat", "dog"]).at_positions(&[1, 3]));
        assert_eq!((groups.count(), groups.n_conditions(), groups.size(1)), (2, 6, 3));
        assert_eq!(groups.fold(&[1]), SplitFold { train: vec![0, 1, 2], test: vec![3, 4, 5] });
    }

    #[test]
    fn some_conditions_keep_their_groups_and_strata() {
        let groups = ConditionGroups::labeled(&["a", "b", "b", "c"]).stratified(&["x", "y", "y", "x"]).unwrap();
        let expected = ConditionGroups::labeled(&["b", "b", "c"]).stratified(&["y", "y", "x"]).unwrap();
        let some = groups.select(&[1, 2, 3]);
        assert_eq!((&some.of, &some.sizes), (&expected.of, &expected.sizes));
        assert_eq!(some.strata.unwrap(), [1, 0], "strata keep their numbers");
    }

    #[test]
    fn a_group_of_two_strata_is_refused() {
        let groups = ConditionGroups::labeled(&["a", "b", "a"]);
        let error = groups.clone().stratified(&["x", "x", "y"]).unwrap_err();
        assert!(error.to_string().contains("condition 2 (counted from 0) is of stratum 'y'"), "{error}");
        assert_eq!(groups.stratified(&["x"]).unwrap_err().kind().name(), "ShapeMismatch");
    }
}
