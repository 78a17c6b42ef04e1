//! [`RowGroups`]: rows that belong together, such as the trials of a run.

use ndarray::{Array2, ArrayView2, Zip};

use crate::{
    Error, Result,
    measurements::{group_means, residuals},
};

/// Groups of the rows of a matrix, such as runs or conditions, in the order of first appearance.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::RowGroups;
///
/// let runs = RowGroups::from_labels(["1", "1", "2", "2"]);
/// let x = array![[1.0], [3.0], [10.0], [18.0]];
/// assert_eq!(runs.means(x.view()), array![[2.0], [14.0]]);
/// assert_eq!(runs.center(x.view()), array![[-1.0], [1.0], [-4.0], [4.0]]);
/// assert_eq!(runs.standardize(x.view())?.values, array![[-1.0], [1.0], [-1.0], [1.0]]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowGroups {
    labels: Vec<String>,
    of: Vec<usize>,
}

/// Rows that were standardized group by group, and the features that could not be.
#[derive(Clone, Debug, PartialEq)]
pub struct StandardizedRows {
    /// Values with the mean 0 and the standard deviation 1 in each group.
    pub values: Array2<f64>,
    /// Group and feature of every feature that is constant in a group, where its values are 0.
    pub constant: Vec<(usize, usize)>,
}

impl RowGroups {
    /// Groups rows of one label.
    pub fn from_labels<S: Into<String>>(labels: impl IntoIterator<Item = S>) -> Self {
        let mut places = std::collections::HashMap::new();
        let mut distinct: Vec<String> = Vec::new();
        let of = labels.into_iter().map(|label| {
            *places.entry(label.into()).or_insert_with_key(|label: &String| {
                distinct.push(label.clone());
                distinct.len() - 1
            })
        });
        let of = of.collect();
        Self { labels: distinct, of }
    }

    /// Returns the labels of the groups.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Returns the group of each row, as an index of [`labels`](Self::labels).
    pub fn of(&self) -> &[usize] {
        &self.of
    }

    /// Counts the rows of each group.
    pub fn sizes(&self) -> Vec<usize> {
        let mut sizes = vec![0; self.labels.len()];
        self.of.iter().for_each(|&group| sizes[group] += 1);
        sizes
    }

    /// Computes the mean of the rows of each group, groups × features.
    ///
    /// # Panics
    /// If there are not as many rows as were grouped.
    pub fn means(&self, values: ArrayView2<'_, f64>) -> Array2<f64> {
        self.check(values);
        group_means(values, &self.of, self.labels.len())
    }

    /// Subtracts from every row the mean of its group.
    ///
    /// # Panics
    /// If there are not as many rows as were grouped.
    pub fn center(&self, values: ArrayView2<'_, f64>) -> Array2<f64> {
        self.check(values);
        residuals(values, &self.of, self.labels.len())
    }

    /// Brings each feature to the mean 0 and the standard deviation 1 in each group (z-scores).
    ///
    /// The variance is the mean of squared deviations over the n rows of a group, as `scipy.stats.zscore` takes it; an
    /// estimate by n − 1 would make all values of a group smaller by one factor. A feature that is constant in a group, or
    /// varies by rounding alone, becomes 0 there and is listed.
    ///
    /// # Errors
    /// `OutOfRange` if a variance overflows or vanishes although the values differ.
    ///
    /// # Panics
    /// If there are not as many rows as were grouped.
    pub fn standardize(&self, values: ArrayView2<'_, f64>) -> Result<StandardizedRows> {
        /// Deviations below this share of the largest value are rounding.
        const ROUNDING: f64 = 4.0 * f64::EPSILON;
        let mut centered = self.center(values);
        let shape = (self.labels.len(), values.ncols());
        let (mut squares, mut largest, mut deviation) =
            (Array2::zeros(shape), Array2::zeros(shape), Array2::zeros(shape));
        for ((row, original), &group) in centered.rows().into_iter().zip(values.rows()).zip(&self.of) {
            Zip::from(squares.row_mut(group)).and(row).for_each(|sum: &mut f64, &z| *sum += z * z);
            Zip::from(largest.row_mut(group)).and(original).for_each(|max: &mut f64, &x| *max = max.max(x.abs()));
            Zip::from(deviation.row_mut(group)).and(row).for_each(|max: &mut f64, &z| *max = max.max(z.abs()));
        }
        let (sizes, mut constant, mut scale) = (self.sizes(), Vec::new(), Array2::zeros(shape));
        for ((at, &sum), &largest) in squares.indexed_iter().zip(&largest) {
            let variance = sum / sizes[at.0] as f64;
            if deviation[at] <= ROUNDING * largest {
                constant.push(at);
            } else if variance.is_normal() {
                scale[at] = variance.sqrt().recip();
            } else {
                let what = format!("the variance of feature {} in '{}'", at.1, self.labels[at.0]);
                return Err(Error::out_of_range(what, "divide the features by their common scale first"));
            }
        }
        for (mut row, &group) in centered.rows_mut().into_iter().zip(&self.of) {
            row *= &scale.row(group);
        }
        Ok(StandardizedRows { values: centered, constant })
    }

    fn check(&self, values: ArrayView2<'_, f64>) {
        assert_eq!(values.nrows(), self.of.len(), "one group for each row");
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn groups_are_standardized_by_themselves_whatever_their_offset() {
        let runs = RowGroups::from_labels(["b", "a", "b", "a"]);
        assert_eq!(
            (runs.labels(), runs.of(), runs.sizes()),
            (&["b".to_owned(), "a".to_owned()][..], &[0, 1, 0, 1][..], vec![2, 2])
        );
        let x = array![[1e9 + 1.0, 0.1], [-5.0, 2.0], [1e9 + 3.0, 0.1], [5.0, 4.0]];
        let scored = runs.standardize(x.view()).unwrap();
        assert_eq!(scored.values, array![[-1.0, 0.0], [-1.0, -1.0], [1.0, 0.0], [1.0, 1.0]]);
        assert_eq!(scored.constant, [(0, 1)]);
    }

    #[test]
    fn variances_beyond_the_range_are_refused() {
        let one = RowGroups::from_labels(["all", "all"]);
        for x in [array![[1e200], [-1e200]], array![[1e-200], [-1e-200]]] {
            let error = one.standardize(x.view()).unwrap_err();
            assert_eq!(error.kind().name(), "OutOfRange");
        }
    }
}
