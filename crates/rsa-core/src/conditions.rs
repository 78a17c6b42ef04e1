//! [`Conditions`]: the identity of the rows of a representation, and the rows that move together.

mod stimuli;
#[cfg(feature = "serde")]
mod unchecked;

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use crate::{Error, Result};

/// The conditions of a representation or of a geometry: their count, and their labels where they are known.
///
/// Two geometries can be compared only if row `i` means the same condition in both.
/// Every geometry therefore carries its `Conditions`, and every `compare` calls [`Conditions::ensure_same`].
/// Cloning is cheap.
///
/// # Stimuli and positions
/// Usually one condition is one stimulus. If every position of an image is a condition of its own (the convention
/// `pixels` for convolutional layers), the conditions are stimulus × position, the position running fastest. Single
/// rows of different stimuli are not exchangeable, so code that permutes, leaves out, resamples or splits rows must
/// keep the rows of a stimulus together. Such code works on the [`n_stimuli`](Self::n_stimuli) stimuli and turns them
/// into rows with [`rows_of_stimuli`](Self::rows_of_stimuli). Without positions every condition is a stimulus, so one
/// code path serves both cases.
///
/// ```
/// use rsa_core::Conditions;
///
/// let pixels = Conditions::labeled(["cat", "dog"]).at_positions(&[1, 3]);
/// assert_eq!((pixels.count(), pixels.n_stimuli(), pixels.rows_per_stimulus()), (6, 2, 3));
/// assert_eq!(pixels.rows_of_stimuli(&[1, 0]), [3, 4, 5, 0, 1, 2]);
/// assert_eq!(pixels.labels().unwrap()[4], "dog (0, 1)");
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "unchecked::UncheckedConditions", into = "unchecked::UncheckedConditions")
)]
pub struct Conditions {
    /// Number of rows: of stimuli, or of stimuli times positions.
    count: usize,
    /// One label for every stimulus.
    labels: Option<Arc<[String]>>,
    /// The lengths of the axes of positions that every stimulus has.
    positions: Option<Arc<[usize]>>,
    /// One label for every row of stimulus × position, made on first use.
    row_labels: Arc<OnceLock<Vec<String>>>,
}

impl PartialEq for Conditions {
    fn eq(&self, other: &Self) -> bool {
        (self.count, &self.labels, &self.positions) == (other.count, &other.labels, &other.positions)
    }
}

impl Eq for Conditions {}

impl Conditions {
    /// Returns `count` conditions known by their row alone.
    pub fn unlabeled(count: usize) -> Self {
        Self { count, labels: None, positions: None, row_labels: Arc::default() }
    }

    /// Returns conditions with labels, in the order of the rows.
    pub fn labeled<S: Into<String>>(labels: impl IntoIterator<Item = S>) -> Self {
        let labels: Arc<[String]> = labels.into_iter().map(Into::into).collect();
        Self { labels: Some(labels.clone()), ..Self::unlabeled(labels.len()) }
    }

    /// Returns the number of conditions.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Returns one label for every condition in the order of the rows, where they are known.
    ///
    /// The label of a position is the label of its stimulus and the index of the position, such as `cat (0, 1)`.
    pub fn labels(&self) -> Option<&[String]> {
        match (&self.labels, &self.positions) {
            (Some(labels), Some(positions)) => {
                Some(self.row_labels.get_or_init(|| stimuli::labels_of_positions(labels, positions)))
            }
            (labels, _) => labels.as_deref(),
        }
    }

    /// Returns the name of condition `i` for a message: its label, or its row counted from 0.
    ///
    /// # Panics
    /// If the conditions are labeled and there is no condition `i`.
    pub fn name(&self, i: usize) -> String {
        match self.labels() {
            Some(labels) => format!("'{}'", labels[i]),
            None => i.to_string(),
        }
    }

    /// Returns the conditions at `rows`, in that order.
    ///
    /// Positions stay grouped by stimulus if `rows` takes whole stimuli; otherwise every row stands alone.
    ///
    /// # Panics
    /// If a row is out of bounds.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        if let (Some(positions), Some(stimuli)) = (&self.positions, self.whole_stimuli(rows)) {
            return self.stimuli().select(&stimuli).at_positions(positions);
        }
        let labels = self.labels().map(|labels| rows.iter().map(|&i| labels[i].clone()).collect());
        Self { labels, ..Self::unlabeled(rows.len()) }
    }

    /// Checks that row `i` of `self` and of `other` is the same condition, as far as that is known.
    ///
    /// # Errors
    /// `ShapeMismatch` if the counts or the positions differ, `LabelMismatch` if both are labeled and some label
    /// differs.
    pub fn ensure_same(&self, other: &Self) -> Result<()> {
        self.ensure_same_positions(other)?;
        self.ensure_same_count(other)?;
        let (Some(a), Some(b)) = self.label_lists(other) else { return Ok(()) };
        if std::ptr::eq(a, b) {
            return Ok(());
        }
        match a.iter().zip(b.iter()).position(|(a, b)| a != b) {
            None => Ok(()),
            Some(i) => Err(Error::label_mismatch(format!(
                "condition {i} is '{}' in the first representation and '{}' in the second; align them by label first",
                a[i], b[i]
            ))),
        }
    }

    /// Returns, for each condition of `target`, the row of `self` that has its label.
    ///
    /// # Errors
    /// `LabelMismatch` if either side has no labels, a label occurs twice, or the two sets of labels differ;
    /// `ShapeMismatch` if both sides have positions and the positions differ.
    pub fn rows_of(&self, target: &Self) -> Result<Vec<usize>> {
        self.ensure_same_positions(target)?;
        let (Some(own), Some(wanted)) = self.label_lists(target) else {
            return Err(Error::label_mismatch("conditions without labels cannot be aligned"));
        };
        let places = places_in(own, wanted)?;
        Ok(if self.positions == target.positions { self.rows_of_stimuli(&places) } else { places })
    }

    /// Returns the labels of both sides: one for every stimulus if the positions are the same, else one for every row.
    fn label_lists<'a>(&'a self, other: &'a Self) -> (Option<&'a [String]>, Option<&'a [String]>) {
        match self.positions == other.positions {
            true => (self.labels.as_deref(), other.labels.as_deref()),
            false => (self.labels(), other.labels()),
        }
    }
}

/// Returns, for each label of `wanted`, its place in `own`.
fn places_in(own: &[String], wanted: &[String]) -> Result<Vec<usize>> {
    let mut place_of = HashMap::with_capacity(own.len());
    for (place, label) in own.iter().enumerate() {
        if let Some(earlier) = place_of.insert(label.as_str(), place) {
            return Err(Error::label_mismatch(format!(
                "label '{label}' stands at rows {earlier} and {place}; labels must be unique to align by them"
            )));
        }
    }
    let places = wanted
        .iter()
        .map(|label| {
            place_of.remove(label.as_str()).ok_or_else(|| {
                let what = if own.contains(label) { "is wanted twice" } else { "is missing" };
                Error::label_mismatch(format!(
                    "condition '{label}' {what}; both sides must have the same set of unique labels"
                ))
            })
        })
        .collect::<Result<Vec<_>>>()?;
    match own.iter().find(|label| place_of.contains_key(label.as_str())) {
        None => Ok(places),
        Some(extra) => Err(Error::label_mismatch(format!(
            "condition '{extra}' is on one side only; both sides must have the same set of unique labels"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unlabeled_conditions_match_by_count() {
        let labeled = Conditions::labeled(["cat", "dog"]);
        assert!(labeled.ensure_same(&Conditions::unlabeled(2)).is_ok());
        let error = labeled.ensure_same(&Conditions::unlabeled(3)).unwrap_err();
        assert_eq!(error.kind().name(), "ShapeMismatch");
    }

    #[test]
    fn a_different_order_is_a_mismatch_and_can_be_aligned() {
        let a = Conditions::labeled(["cat", "dog", "owl"]);
        let b = Conditions::labeled(["owl", "cat", "dog"]);
        assert_eq!(a.ensure_same(&b).unwrap_err().kind().name(), "LabelMismatch");
        let rows = b.rows_of(&a).unwrap();
        assert_eq!(rows, [1, 2, 0]);
        assert_eq!(b.select(&rows), a);
    }

    #[test]
    fn unequal_sets_and_repeated_labels_cannot_be_aligned() {
        let a = Conditions::labeled(["cat", "dog", "owl"]);
        for other in [vec!["cat", "dog"], vec!["cat", "dog", "dog"], vec!["cat", "dog", "owl", "elk"]] {
            let error = Conditions::labeled(other).rows_of(&a).unwrap_err();
            assert_eq!(error.kind().name(), "LabelMismatch");
        }
        let twice = Conditions::labeled(["cat", "dog", "dog"]);
        assert!(a.rows_of(&twice).is_err());
        assert!(a.rows_of(&Conditions::unlabeled(3)).is_err());
    }

    #[test]
    fn equality_does_not_depend_on_labels_that_were_asked_for() {
        let a = Conditions::labeled(["cat", "dog"]).at_positions(&[2, 2]);
        let b = a.clone();
        let c = Conditions::labeled(["cat", "dog"]).at_positions(&[2, 2]);
        assert_eq!(a.labels().unwrap().len(), 8);
        assert!(a == b && a == c);
        assert_ne!(a, Conditions::labeled(["cat", "dog"]).at_positions(&[4, 1]));
    }

    #[cfg(feature = "serde")]
    #[test]
    fn conditions_return_from_their_serialized_form() {
        let plain = Conditions::labeled(["cat", "dog"]);
        for conditions in [Conditions::unlabeled(3), plain.clone(), plain.at_positions(&[2, 3])] {
            let text = serde_json::to_string(&conditions).unwrap();
            assert_eq!(serde_json::from_str::<Conditions>(&text).unwrap(), conditions);
        }
        let text = serde_json::to_string(&Conditions::labeled(["a"])).unwrap();
        assert_eq!(text, r#"{"count":1,"labels":["a"]}"#);
        for text in [r#"{"count":2,"labels":["a"]}"#, r#"{"count":5,"labels":null,"positions":[2,2]}"#] {
            assert!(serde_json::from_str::<Conditions>(text).is_err(), "{text}");
        }
    }
}
