//! [`FeatureSurvey`]: the features that are constant over all conditions, or have a value that is not finite.

use ndarray::ArrayView2;
use rsa_core::Result;

use crate::layout::{ensure_room, too_large};

/// Findings on every feature after some of the conditions.
#[derive(Debug, Default)]
pub(crate) struct FeatureSurvey {
    n_conditions: usize,
    /// The values of the first condition.
    first: Vec<f64>,
    is_constant: Vec<bool>,
    is_finite: Vec<bool>,
}

impl FeatureSurvey {
    /// Adds the values of all conditions from the first on, and of the features from `column` on, in any number of
    /// blocks. Features are added in ascending order for the first condition.
    ///
    /// # Errors
    /// `Io` if there is no memory for so many features.
    pub(crate) fn add(&mut self, condition: usize, column: usize, block: ArrayView2<'_, f64>) -> Result<()> {
        self.n_conditions = self.n_conditions.max(condition + block.nrows());
        if condition == 0 && self.first.len() == column {
            // The memory grows with what is really there.
            let room = self.first.try_reserve(block.ncols());
            room.map_err(|_| too_large(1, column + block.ncols()))?;
            self.first.extend(block.row(0));
            ensure_room(self.first.len(), 2)?;
            self.is_constant.resize(self.first.len(), true);
            self.is_finite.resize(self.first.len(), true);
        }
        let columns = column..column + block.ncols();
        let first = &self.first[columns.clone()];
        let (is_constant, is_finite) = (&mut self.is_constant[columns.clone()], &mut self.is_finite[columns]);
        for row in block.rows() {
            for (j, &value) in row.iter().enumerate() {
                is_constant[j] &= value == first[j];
                is_finite[j] &= value.is_finite();
            }
        }
        Ok(())
    }

    /// Returns the number of features.
    pub(crate) fn n_features(&self) -> usize {
        self.first.len()
    }

    /// Returns `true` if feature `j` has one value in all conditions, which are two or more.
    pub(crate) fn is_dead(&self, j: usize) -> bool {
        // NaN is not equal to itself.
        self.n_conditions > 1 && self.is_constant[j]
    }

    /// Returns `true` if feature `j` has a NaN or an infinity and is not dead.
    pub(crate) fn is_broken(&self, j: usize) -> bool {
        !self.is_finite[j] && !self.is_dead(j)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Axis, array};

    use super::*;

    #[test]
    fn features_are_judged_over_all_conditions() {
        const N: f64 = f64::NAN;
        const I: f64 = f64::INFINITY;
        let values = array![[1.0, 2.0, N, 0.0, I, 0.0], [1.0, 2.0, N, -0.0, I, N], [1.0, 3.0, N, 0.0, I, 0.0]];
        let mut survey = FeatureSurvey::default();
        let (head, tail) = values.view().split_at(Axis(0), 1);
        let (left, right) = head.split_at(Axis(1), 4);
        survey.add(0, 0, left).unwrap();
        survey.add(0, 4, right).unwrap();
        survey.add(1, 0, tail).unwrap();
        let of = |is: fn(&FeatureSurvey, usize) -> bool| (0..6).filter(|&j| is(&survey, j)).collect::<Vec<_>>();
        assert_eq!(of(FeatureSurvey::is_dead), [0, 3, 4]);
        assert_eq!(of(FeatureSurvey::is_broken), [2, 5]);
        assert_eq!(survey.n_features(), 6);
    }

    #[test]
    fn one_condition_tells_nothing_dead() {
        let mut survey = FeatureSurvey::default();
        survey.add(0, 0, array![[1.0, f64::NAN]].view()).unwrap();
        assert!(!survey.is_dead(0) && survey.is_broken(1));
    }
}
