//! [`Conditions`]: which conditions the rows stand for, and in which order.

use std::{collections::HashMap, sync::Arc};

use crate::{Error, Result};

/// The conditions of a representation or of a geometry: how many, and their labels where they are known.
///
/// Two geometries can be compared only if row `i` means the same condition in both.
/// Every geometry therefore carries its `Conditions`, and every `compare` calls [`Conditions::ensure_same`].
/// Cloning is cheap.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "Parts"))]
pub struct Conditions {
    count: usize,
    labels: Option<Arc<[String]>>,
}

/// Serialized fields of conditions, not yet checked.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
#[serde(rename = "Conditions")]
struct Parts {
    count: usize,
    labels: Option<Vec<String>>,
}

#[cfg(feature = "serde")]
impl TryFrom<Parts> for Conditions {
    type Error = Error;

    fn try_from(parts: Parts) -> Result<Self> {
        match parts.labels {
            None => Ok(Self::unlabelled(parts.count)),
            Some(labels) if labels.len() == parts.count => Ok(Self::labelled(labels)),
            Some(labels) => Err(Error::shape_mismatch(format!(
                "{} labels for {} conditions; give one label for every condition",
                labels.len(),
                parts.count
            ))),
        }
    }
}

impl Conditions {
    /// `count` conditions known by their position alone.
    pub fn unlabelled(count: usize) -> Self {
        Self { count, labels: None }
    }

    /// Conditions with labels, in the order of the rows.
    pub fn labelled<S: Into<String>>(labels: impl IntoIterator<Item = S>) -> Self {
        let labels: Arc<[String]> = labels.into_iter().map(Into::into).collect();
        Self { count: labels.len(), labels: Some(labels) }
    }

    /// How many conditions there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The labels in the order of the rows, where they are known.
    pub fn labels(&self) -> Option<&[String]> {
        self.labels.as_deref()
    }

    /// The name of condition `i` for a message: its label, or its position counted from 0.
    pub fn name(&self, i: usize) -> String {
        match self.labels() {
            Some(labels) => format!("'{}'", labels[i]),
            None => i.to_string(),
        }
    }

    /// The conditions at `rows`, in that order.
    ///
    /// # Panics
    /// If a row is out of bounds.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        let labels = self.labels().map(|labels| rows.iter().map(|&i| labels[i].clone()).collect());
        Self { count: rows.len(), labels }
    }

    /// Checks that row `i` of `self` and of `other` is the same condition, as far as that is known.
    ///
    /// # Errors
    /// `ShapeMismatch` if the counts differ, `LabelMismatch` if both are labelled and some label differs.
    pub fn ensure_same(&self, other: &Self) -> Result<()> {
        if self.count != other.count {
            return Err(Error::shape_mismatch(format!(
                "second representation has {} conditions, the first has {}; align them by label first",
                other.count, self.count
            )));
        }
        let (Some(a), Some(b)) = (&self.labels, &other.labels) else { return Ok(()) };
        if Arc::ptr_eq(a, b) {
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

    /// For each condition of `target`, the row of `self` that has its label.
    ///
    /// # Errors
    /// `LabelMismatch` if either side has no labels, a label occurs twice, or the two sets of labels differ.
    pub fn rows_of(&self, target: &Self) -> Result<Vec<usize>> {
        let (Some(own), Some(wanted)) = (self.labels(), target.labels()) else {
            return Err(Error::label_mismatch("conditions without labels cannot be aligned"));
        };
        let mut row_of = HashMap::with_capacity(own.len());
        for (row, label) in own.iter().enumerate() {
            if let Some(earlier) = row_of.insert(label.as_str(), row) {
                return Err(Error::label_mismatch(format!(
                    "label '{label}' stands at rows {earlier} and {row}; labels must be unique to align by them"
                )));
            }
        }
        let rows = wanted
            .iter()
            .map(|label| {
                row_of.remove(label.as_str()).ok_or_else(|| {
                    let what = if own.contains(label) { "is wanted twice" } else { "is missing" };
                    Error::label_mismatch(format!(
                        "condition '{label}' {what}; both sides must have the same set of unique labels"
                    ))
                })
            })
            .collect::<Result<Vec<_>>>()?;
        match own.iter().find(|label| row_of.contains_key(label.as_str())) {
            None => Ok(rows),
            Some(extra) => Err(Error::label_mismatch(format!(
                "condition '{extra}' is on one side only; both sides must have the same set of unique labels"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unlabelled_conditions_match_by_count() {
        let labelled = Conditions::labelled(["cat", "dog"]);
        assert!(labelled.ensure_same(&Conditions::unlabelled(2)).is_ok());
        let error = labelled.ensure_same(&Conditions::unlabelled(3)).unwrap_err();
        assert_eq!(error.kind().name(), "ShapeMismatch");
    }

    #[test]
    fn a_different_order_is_a_mismatch_and_can_be_aligned() {
        let a = Conditions::labelled(["cat", "dog", "owl"]);
        let b = Conditions::labelled(["owl", "cat", "dog"]);
        assert_eq!(a.ensure_same(&b).unwrap_err().kind().name(), "LabelMismatch");
        let rows = b.rows_of(&a).unwrap();
        assert_eq!(rows, [1, 2, 0]);
        assert_eq!(b.select(&rows), a);
    }

    #[test]
    fn unequal_sets_and_repeated_labels_cannot_be_aligned() {
        let a = Conditions::labelled(["cat", "dog", "owl"]);
        for other in [vec!["cat", "dog"], vec!["cat", "dog", "dog"], vec!["cat", "dog", "owl", "elk"]] {
            let error = Conditions::labelled(other).rows_of(&a).unwrap_err();
            assert_eq!(error.kind().name(), "LabelMismatch");
        }
        let twice = Conditions::labelled(["cat", "dog", "dog"]);
        assert!(a.rows_of(&twice).is_err());
        assert!(a.rows_of(&Conditions::unlabelled(3)).is_err());
    }
}
