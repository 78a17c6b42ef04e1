//! Representational dissimilarity matrix, the geometry of RSA.

mod average;
mod blocks;
mod long;
mod model;
mod partial;
mod select;
#[cfg(feature = "serde")]
mod serialized;
mod ties;
mod transform;

use std::sync::Arc;

use ndarray::{Array2, ArrayView2};
pub use partial::{Evidence, Rescaled};

use crate::{Conditions, Error, Result, condensed, linalg};

/// Representational dissimilarity matrix: the dissimilarity of the patterns of every two conditions.
///
/// The matrix is symmetric with a zero diagonal, so only its upper triangle is stored, row by row, as in SciPy's
/// `squareform`. Dissimilarities may be negative, because unbiased estimates of small distances often are. NaN marks a
/// missing dissimilarity; comparisons use the pairs present in both RDMs. Cloning is cheap.
///
/// Reference: Kriegeskorte, Mur & Bandettini 2008, Frontiers in Systems Neuroscience, doi:10.3389/neuro.06.004.2008.
///
/// # Example
/// ```
/// use rsa_core::Rdm;
///
/// let rdm = Rdm::new(vec![1.0, 2.0, 3.0])?;
/// assert_eq!(rdm.n_conditions(), 3);
/// assert_eq!((rdm.get(0, 1), rdm.get(2, 0), rdm.get(1, 1)), (1.0, 2.0, 0.0));
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "serialized::Parts"))]
pub struct Rdm {
    /// Shared, so that cloning copies no values.
    values: Arc<Vec<f64>>,
    conditions: Conditions,
    rounding: f64,
    /// Statistics of all values, computed once.
    #[cfg_attr(feature = "serde", serde(skip))]
    summary: Summary,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Summary {
    extremes: [f64; 2],
    sum: f64,
    missing: bool,
}

impl Rdm {
    /// Builds an RDM from its upper triangle, row by row; NaN marks a missing dissimilarity.
    ///
    /// # Errors
    /// `ShapeMismatch` if the length is not n(n−1)/2 for some n ≥ 2, `NonFinite` for an infinity.
    pub fn new(values: Vec<f64>) -> Result<Self> {
        let n = condensed::n_conditions(values.len()).filter(|&n| n >= 2).ok_or_else(|| {
            Error::shape_mismatch(format!(
                "{} dissimilarities are not all pairs of any number of conditions; n >= 2 conditions have n(n-1)/2 pairs",
                values.len()
            ))
        })?;
        let (extremes, sum) = linalg::extremes_and_sum(&values);
        if extremes.iter().any(|value| value.is_infinite())
            && let Some(k) = values.iter().position(|value| value.is_infinite())
        {
            let (i, j) = condensed::pairs(n).nth(k).expect("k is the place of a pair");
            return Err(Error::non_finite_entry("a dissimilarity matrix", i, j, values[k]));
        }
        // The sum is also NaN if partial sums overflow to infinities of both signs, hence the second test.
        let missing = sum.is_nan() && values.iter().any(|value| value.is_nan());
        let summary = Summary { extremes, sum, missing };
        Ok(Self { values: Arc::new(values), conditions: Conditions::unlabeled(n), rounding: 0.0, summary })
    }

    /// Builds an RDM from a square matrix.
    ///
    /// # Errors
    /// `ShapeMismatch` unless the matrix is square, symmetric and zero on the diagonal; else as [`Rdm::new`].
    pub fn from_square(square: ArrayView2<'_, f64>) -> Result<Self> {
        let n = square.nrows();
        if square.ncols() != n {
            return Err(Error::shape_mismatch(format!(
                "a matrix of {n} x {} is not square; a dissimilarity matrix has one row and one column for every condition",
                square.ncols()
            )));
        }
        if let Some(i) = (0..n).find(|&i| square[(i, i)] != 0.0) {
            let found = square[(i, i)];
            return Err(Error::shape_mismatch(format!("entry ({i}, {i}) of the diagonal is {found}, not 0")));
        }
        let same = |a: f64, b: f64| a == b || (a.is_nan() && b.is_nan());
        if let Some((i, j)) = condensed::pairs(n).find(|&(i, j)| !same(square[(i, j)], square[(j, i)])) {
            let (a, b) = (square[(i, j)], square[(j, i)]);
            return Err(Error::shape_mismatch(format!(
                "entry ({i}, {j}) is {a} and ({j}, {i}) is {b}; a dissimilarity matrix is symmetric"
            )));
        }
        Self::new(condensed::pairs(n).map(|pair| square[pair]).collect())
    }

    /// Returns this RDM with `conditions` for its rows.
    ///
    /// # Errors
    /// `ShapeMismatch` if the number of `conditions` differs.
    pub fn with_conditions(self, conditions: Conditions) -> Result<Self> {
        if conditions.count() != self.n_conditions() {
            return Err(Error::shape_mismatch(format!(
                "{} labels for an RDM of {} conditions; give one label for every condition",
                conditions.count(),
                self.n_conditions()
            )));
        }
        Ok(Self { conditions, ..self })
    }

    /// Returns this RDM with the error bound `rounding`; rank comparisons tie dissimilarities that differ by less.
    ///
    /// # Errors
    /// `InvalidParameter` if `rounding` is negative or not finite.
    pub fn with_rounding(self, rounding: f64) -> Result<Self> {
        match rounding.is_finite() && rounding >= 0.0 {
            true => Ok(Self { rounding, ..self }),
            false => Err(Error::invalid_parameter("the rounding of an RDM", "finite and not negative", rounding)),
        }
    }

    /// Number of conditions.
    pub fn n_conditions(&self) -> usize {
        self.conditions.count()
    }

    /// Conditions of the rows.
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// Upper triangle, row by row; NaN where a dissimilarity is missing.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Bound on the rounding error of the dissimilarities: 0 if they were given; if computed, the error of the
    /// arithmetic and of the precision of the patterns.
    ///
    /// Distances that are equal in theory differ in their last digits when computed; the bound lets rank comparisons
    /// tie them.
    pub fn rounding(&self) -> f64 {
        self.rounding
    }

    /// Returns the dissimilarity of conditions `i` and `j`: 0 if `i` equals `j`, NaN if it is missing.
    ///
    /// # Panics
    /// If `i` or `j` is not below the number of conditions.
    pub fn get(&self, i: usize, j: usize) -> f64 {
        let n = self.n_conditions();
        assert!(i < n && j < n, "pair ({i}, {j}) of {n} conditions");
        if i == j { 0.0 } else { self.values[condensed::index(n, i.min(j), i.max(j))] }
    }

    /// Returns `true` if a dissimilarity is missing.
    pub fn has_missing(&self) -> bool {
        self.summary.missing
    }

    /// Smallest and largest dissimilarity that is present; `[∞, −∞]` if all are missing.
    pub fn extremes(&self) -> [f64; 2] {
        self.summary.extremes
    }

    /// Sum of all dissimilarities: NaN if some are missing, not finite if it overflows.
    pub fn sum(&self) -> f64 {
        self.summary.sum
    }

    /// Returns the full matrix, n × n.
    pub fn to_square(&self) -> Array2<f64> {
        condensed::to_square(&self.values, self.n_conditions())
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn the_square_comes_back() {
        let square = array![[0.0, 1.0, 2.0], [1.0, 0.0, f64::NAN], [2.0, f64::NAN, 0.0]];
        let rdm = Rdm::from_square(square.view()).unwrap();
        assert!(rdm.has_missing() && rdm.get(1, 2).is_nan());
        assert_eq!(rdm.to_square().mapv(f64::to_bits), square.mapv(f64::to_bits));
    }

    #[test]
    fn it_knows_its_extremes_its_sum_and_whether_something_is_missing() {
        let summary = |values: &[f64]| {
            let rdm = Rdm::new(values.to_vec()).unwrap();
            (rdm.extremes(), rdm.sum(), rdm.has_missing())
        };
        assert_eq!(summary(&[3.0, -1.0, 0.5]), ([-1.0, 3.0], 2.5, false));
        let (extremes, sum, missing) = summary(&[3.0, f64::NAN, 0.5]);
        assert!(extremes == [0.5, 3.0] && sum.is_nan() && missing);
        // Eight partial sums overflow to infinities of both signs, and their total is NaN although no dissimilarity is
        // missing.
        let huge: Vec<f64> = (0..45).map(|k| if k % 8 < 4 { 1.7e308 } else { -1.7e308 }).collect();
        let (extremes, sum, missing) = summary(&huge);
        assert!(extremes == [-1.7e308, 1.7e308] && !sum.is_finite() && !missing);
    }

    #[test]
    fn what_is_no_rdm_is_refused() {
        let kind = |values: &[f64]| Rdm::new(values.to_vec()).unwrap_err().kind().name();
        assert_eq!(kind(&[]), "ShapeMismatch");
        assert_eq!(kind(&[1.0, 2.0]), "ShapeMismatch");
        assert_eq!(kind(&[1.0, f64::INFINITY, 2.0]), "NonFinite");
        for square in [array![[0.0, 1.0], [2.0, 0.0]], array![[0.0, 1.0], [1.0, 0.5]]] {
            assert_eq!(Rdm::from_square(square.view()).unwrap_err().kind().name(), "ShapeMismatch");
        }
        assert!(Rdm::from_square(array![[0.0, 1.0, 2.0]].view()).is_err());
    }
}
