//! [`SplitResponses`]: centered responses with their folds and, once needed, the factors to predict from them.

use std::sync::{Arc, OnceLock};

use ndarray::{Array1, Array2, ArrayView2, Axis};
use rayon::prelude::*;
use rsa_core::{
    Conditions, Error, Representation, Result,
    linalg::{self, are_equal},
};

use crate::{
    ConditionGroups, Split, SplitFold,
    factor::{FactorRoute, TrainFactor},
};

/// The responses of one system and the folds of their conditions: what predicts, or what is predicted.
///
/// The factors of the training conditions are computed when the responses first predict others, and then serve all
/// targets and all maps that need them.
#[derive(Debug)]
pub struct SplitResponses {
    /// Values less the mean of their column, divided by `scale`; without constant columns.
    values: Array2<f64>,
    /// Mean of each column of `values`, in the units of the responses.
    means: Vec<f64>,
    scale: f64,
    /// Rounding of each column, divided by `scale`.
    rounding: Array1<f64>,
    precision: f64,
    /// Place among all features of each column of `values`.
    columns: Vec<usize>,
    n_features: usize,
    conditions: Conditions,
    split: Split,
    folds: Arc<[SplitFold]>,
    by_singular_values: OnceLock<Vec<TrainFactor>>,
    by_gram: OnceLock<Vec<TrainFactor>>,
    gram: OnceLock<Array2<f64>>,
}

impl SplitResponses {
    /// Reads the responses of a representation and divides its conditions by `split`.
    ///
    /// # Errors
    /// `ShapeMismatch` if `groups` are of another number of conditions, the errors of [`Split::deal`], and `Degenerate`
    /// if all patterns are equal.
    pub fn of(x: &Representation, split: Split, groups: &ConditionGroups) -> Result<Self> {
        let n = x.n_conditions();
        if groups.n_conditions() != n {
            let found = groups.n_conditions();
            return Err(Error::shape_mismatch(format!(
                "groups of {found} conditions for {n} conditions; give one each"
            )));
        }
        let folds = split.deal(groups)?;
        let linalg::Centered { values, scale, rounding } = linalg::center(x.values(), x.precision());
        let columns = varying(values.view());
        if columns.is_empty() {
            return Err(Error::degenerate(
                "all conditions have the same pattern, so nothing can be predicted from it or in it",
                "leave this representation out",
            ));
        }
        let (values, rounding) = match columns.len() == values.ncols() {
            true => (values, rounding),
            false => (values.select(Axis(1), &columns), rounding.select(Axis(0), &columns)),
        };
        let raw = x.values();
        let means = columns.iter().enumerate().map(|(at, &j)| raw[(0, j)] - values[(0, at)] * scale).collect();
        Ok(Self {
            values,
            means,
            scale,
            rounding,
            precision: x.precision(),
            columns,
            n_features: x.n_features(),
            conditions: x.conditions().clone(),
            split,
            folds: folds.into(),
            by_singular_values: OnceLock::new(),
            by_gram: OnceLock::new(),
            gram: OnceLock::new(),
        })
    }

    /// Returns the conditions.
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// Returns the folds in which conditions are predicted.
    pub fn folds(&self) -> &[SplitFold] {
        &self.folds
    }

    /// Returns the number of features, constant ones included.
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// Returns the features that vary; constant ones neither predict nor can be predicted.
    pub fn varying_features(&self) -> &[usize] {
        &self.columns
    }

    pub(crate) fn split(&self) -> &Split {
        &self.split
    }

    pub(crate) fn values(&self) -> ArrayView2<'_, f64> {
        self.values.view()
    }

    pub(crate) fn scale(&self) -> f64 {
        self.scale
    }

    pub(crate) fn means(&self) -> &[f64] {
        &self.means
    }

    /// Returns `true` if column `j` is constant, up to its rounding, between the values `low` and `high`.
    pub(crate) fn is_constant(&self, j: usize, low: f64, high: f64) -> bool {
        let raw = |value: f64| value * self.scale + self.means[j];
        are_equal(raw(low), raw(high), self.precision)
    }

    /// Returns the training and test rows of a fold, both less the means of the training rows.
    pub(crate) fn centered_in(&self, fold: &SplitFold) -> (Array2<f64>, Array2<f64>) {
        let [train, test] = [&fold.train, &fold.test].map(|rows| self.values.select(Axis(0), rows));
        let linalg::Centered { values, scale, .. } = linalg::center(train.view(), f64::EPSILON);
        let values = values * scale;
        let means = &train.row(0) - &values.row(0);
        (values, test - &means)
    }

    pub(crate) fn rounding(&self) -> &Array1<f64> {
        &self.rounding
    }

    /// Returns the inner products of all conditions.
    ///
    /// Nothing is locked while they are computed: a thread that waits for its share of the product may take up another
    /// task that asks for them, too.
    pub(crate) fn gram(&self) -> Result<&Array2<f64>> {
        if self.gram.get().is_none() {
            let _ = self.gram.set(linalg::gram(self.values.view())?);
        }
        Ok(self.gram.get().expect("it was set above"))
    }

    /// Returns the factor of the training rows of every fold.
    pub(crate) fn factors(&self, route: FactorRoute) -> Result<&[TrainFactor]> {
        let cell = match route {
            FactorRoute::SingularValues => &self.by_singular_values,
            FactorRoute::Gram => &self.by_gram,
        };
        // Nothing is locked, as in `gram`.
        if cell.get().is_none() {
            if let FactorRoute::Gram = route {
                self.gram()?;
            }
            let made = self.folds.par_iter().map(|fold| TrainFactor::new(self, fold, route));
            let _ = cell.set(made.collect::<Result<_>>()?);
        }
        Ok(cell.get().expect("it was set above"))
    }
}

/// Returns the columns that are not 0 throughout.
fn varying(values: ArrayView2<'_, f64>) -> Vec<usize> {
    let mut varies = vec![false; values.ncols()];
    for row in values.rows() {
        varies.iter_mut().zip(row).for_each(|(varies, value)| *varies |= *value != 0.0);
    }
    (0..varies.len()).filter(|&j| varies[j]).collect()
}
