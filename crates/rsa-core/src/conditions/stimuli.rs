//! Conditions that are stimulus × position, and the rows of each stimulus.

use std::ops::Range;

use super::Conditions;
use crate::{Error, Result};

/// Remedy in messages about positions that cannot be compared.
const REMEDY: &str = "take the mean or the maximum over positions instead";

impl Conditions {
    /// Returns the conditions stimulus × position, with the conditions of `self` as stimuli.
    ///
    /// `positions` holds the lengths of the axes of positions, such as height and width; the last axis runs fastest.
    /// With a single position the conditions are returned unchanged.
    ///
    /// # Panics
    /// If `self` has positions already, or the product is beyond what can be counted.
    #[must_use]
    pub fn at_positions(&self, positions: &[usize]) -> Self {
        assert!(self.positions.is_none(), "stimuli are given positions once");
        if positions.iter().all(|&length| length == 1) {
            return self.clone();
        }
        let count = positions.iter().try_fold(self.count, |count, &length| count.checked_mul(length));
        Self {
            count: count.expect("as many rows as can be counted"),
            labels: self.labels.clone(),
            positions: Some(positions.into()),
            row_labels: std::sync::Arc::default(),
        }
    }

    /// Returns the lengths of the axes of positions, if the conditions are stimulus × position.
    pub fn positions(&self) -> Option<&[usize]> {
        self.positions.as_deref()
    }

    /// Returns the number of stimuli, which are groups of rows that move together.
    pub fn n_stimuli(&self) -> usize {
        self.count.checked_div(self.rows_per_stimulus()).unwrap_or(0)
    }

    /// Returns the number of rows of every stimulus: 1 without positions.
    pub fn rows_per_stimulus(&self) -> usize {
        self.positions.as_deref().map_or(1, |positions| positions.iter().product())
    }

    /// Returns the stimuli as conditions of their own, without positions.
    #[must_use]
    pub fn stimuli(&self) -> Self {
        Self { labels: self.labels.clone(), ..Self::unlabeled(self.n_stimuli()) }
    }

    /// Returns the rows of `stimuli`, in that order; the rows of one stimulus stay side by side.
    pub fn rows_of_stimuli(&self, stimuli: &[usize]) -> Vec<usize> {
        let size = self.rows_per_stimulus();
        stimuli.iter().flat_map(|&stimulus| stimulus * size..(stimulus + 1) * size).collect()
    }

    /// Returns the rows of a range of stimuli.
    pub fn row_range(&self, stimuli: Range<usize>) -> Range<usize> {
        let size = self.rows_per_stimulus();
        stimuli.start * size..stimuli.end * size
    }

    /// Checks that `self` and `other` have the same positions, where both are known.
    pub(super) fn ensure_same_positions(&self, other: &Self) -> Result<()> {
        match (self.positions(), other.positions()) {
            (Some(a), Some(b)) if a != b => Err(Error::shape_mismatch(format!(
                "each stimulus has {} positions in the second representation and {} in the first, and positions can be \
                 compared only at equal height and width; {REMEDY}",
                lengths(b),
                lengths(a)
            ))),
            _ => Ok(()),
        }
    }

    /// Checks that `self` and `other` have equally many conditions.
    pub(super) fn ensure_same_count(&self, other: &Self) -> Result<()> {
        if self.count == other.count {
            return Ok(());
        }
        Err(Error::shape_mismatch(match self.positions.is_some() == other.positions.is_some() {
            true => format!(
                "the second has {} conditions, the first has {}; leave out those that only one of them has",
                other.n_stimuli(),
                self.n_stimuli()
            ),
            false => format!(
                "the second representation has {} and the first {}; {REMEDY}",
                other.describe_count(),
                self.describe_count()
            ),
        }))
    }

    /// Describes the number of conditions for a message.
    fn describe_count(&self) -> String {
        match self.positions() {
            Some(positions) => format!("{} stimuli at {} positions each", self.n_stimuli(), lengths(positions)),
            None => format!("{} conditions without positions", self.count),
        }
    }

    /// Returns the stimuli of `rows`, if `rows` lists whole stimuli with their rows in order.
    pub(super) fn whole_stimuli(&self, rows: &[usize]) -> Option<Vec<usize>> {
        let size = self.rows_per_stimulus();
        let is_whole = |rows: &[usize]| {
            let first = rows[0];
            first.is_multiple_of(size)
                && rows.len() == size
                && rows.iter().enumerate().all(|(k, &row)| row == first + k)
        };
        let chunks = || rows.chunks(size.max(1));
        chunks().all(is_whole).then(|| chunks().map(|rows| rows[0] / size).collect())
    }
}

/// Returns one label for every stimulus × position.
pub(super) fn labels_of_positions(labels: &[String], positions: &[usize]) -> Vec<String> {
    let count: usize = positions.iter().product();
    let indices: Vec<String> = (0..count).map(|position| index(position, positions)).collect();
    labels.iter().flat_map(|label| indices.iter().map(move |index| format!("{label} {index}"))).collect()
}

/// Returns the index of `position` on axes of these `lengths`, such as `(0, 1)`.
fn index(mut position: usize, lengths: &[usize]) -> String {
    let mut index = vec![String::new(); lengths.len()];
    for (entry, &length) in index.iter_mut().zip(lengths).rev() {
        *entry = (position % length).to_string();
        position /= length;
    }
    format!("({})", index.join(", "))
}

/// Returns the lengths for a message, such as `7 × 7`.
fn lengths(positions: &[usize]) -> String {
    positions.iter().map(usize::to_string).collect::<Vec<_>>().join(" × ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_of_a_stimulus_move_together() {
        let a = Conditions::labeled(["cat", "dog", "owl"]).at_positions(&[2, 2]);
        let b = Conditions::labeled(["owl", "cat", "dog"]).at_positions(&[2, 2]);
        assert_eq!(a.ensure_same(&b).unwrap_err().kind().name(), "LabelMismatch");
        let rows = b.rows_of(&a).unwrap();
        assert_eq!(rows, [4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3]);
        assert_eq!(b.select(&rows), a);
        assert_eq!(a.row_range(1..3), 4..12);
        assert_eq!(a.stimuli(), Conditions::labeled(["cat", "dog", "owl"]));
        assert_eq!(a.name(6), "'dog (1, 0)'");
    }

    #[test]
    fn a_selection_of_single_positions_has_no_stimuli_left() {
        let a = Conditions::labeled(["cat", "dog"]).at_positions(&[1, 2]);
        let mixed = a.select(&[1, 2]);
        assert_eq!((mixed.count(), mixed.n_stimuli(), mixed.positions()), (2, 2, None));
        assert_eq!(mixed.labels().unwrap(), ["cat (0, 1)", "dog (0, 0)"]);
        assert_eq!(a.select(&[2, 3, 2, 3]).n_stimuli(), 2);
        assert_eq!(a.select(&[2, 3, 2]).positions(), None);
    }

    #[test]
    fn conditions_without_positions_are_their_own_stimuli() {
        let a = Conditions::unlabeled(4);
        assert_eq!((a.n_stimuli(), a.rows_per_stimulus(), a.row_range(1..3)), (4, 1, 1..3));
        assert_eq!(a.rows_of_stimuli(&[3, 0]), [3, 0]);
        assert_eq!(a.stimuli(), a);
    }

    #[test]
    fn unequal_height_or_width_is_a_mismatch_that_names_both() {
        let stimuli = Conditions::unlabeled(3);
        let (flat, tall) = (stimuli.at_positions(&[2, 6]), stimuli.at_positions(&[3, 4]));
        let error = flat.ensure_same(&tall).unwrap_err();
        assert_eq!(error.kind().name(), "ShapeMismatch");
        assert!(error.to_string().contains("3 × 4") && error.to_string().contains("2 × 6"), "{error}");
        let error = flat.ensure_same(&stimuli).unwrap_err();
        assert_eq!(error.kind().name(), "ShapeMismatch");
        assert!(error.to_string().contains("3 conditions without positions"), "{error}");
        assert!(flat.ensure_same(&Conditions::unlabeled(36)).is_ok());
        let wide = Conditions::unlabeled(4).at_positions(&[2, 6]);
        assert!(flat.ensure_same(&wide).unwrap_err().to_string().contains("has 4 conditions, the first has 3"));
    }

    #[test]
    fn rows_with_labels_of_positions_match_the_positions_they_name() {
        let pixels = Conditions::labeled(["cat", "dog"]).at_positions(&[1, 2]);
        let stored = Conditions::labeled(["dog (0, 0)", "cat (0, 1)", "cat (0, 0)", "dog (0, 1)"]);
        assert_eq!(pixels.ensure_same(&stored).unwrap_err().kind().name(), "LabelMismatch");
        assert_eq!(stored.rows_of(&pixels).unwrap(), [2, 1, 0, 3]);
        assert_eq!(Conditions::labeled(["cat"]).at_positions(&[1, 1]), Conditions::labeled(["cat"]));
    }
}
