//! [`ClassTask`]: observations of known classes, and others that are to be assigned to these classes.

use ndarray::{Array2, ArrayView2, Axis};
use rsa_core::{Result, linalg::power_of_two};

/// Training observations with their classes, and test observations, in units in which squares are harmless.
pub(crate) struct ClassTask {
    /// Training observations × features, less the mean of the training observations.
    pub(super) train: Array2<f64>,
    /// Class of each training observation.
    pub(super) classes: Vec<usize>,
    pub(super) n_classes: usize,
    /// Test observations × features, less the mean of the training observations.
    pub(super) test: Array2<f64>,
}

impl ClassTask {
    /// Takes the rows `train` of `values`, of which `class_of` names the class, and the rows `test`.
    pub(crate) fn new(
        values: ArrayView2<'_, f64>,
        class_of: &[usize],
        n_classes: usize,
        [train, test]: [&[usize]; 2],
    ) -> Self {
        let classes = train.iter().map(|&row| class_of[row]).collect();
        let [mut train, mut test] = [train, test].map(|rows| values.select(Axis(0), rows));
        // A row is subtracted before the mean, so that a large common offset costs no digits.
        let first = train.row(0).to_owned();
        train -= &first;
        test -= &first;
        let unit = power_of_two(train.iter());
        train /= unit;
        test /= unit;
        let mean = train.sum_axis(Axis(0)) / train.nrows() as f64;
        train -= &mean;
        test -= &mean;
        Self { train, classes, n_classes, test }
    }

    /// Returns the rows of the classes `first` and `second` with the classes 0 and 1.
    pub(super) fn of_pair(&self, first: usize, second: usize) -> (Array2<f64>, Vec<usize>) {
        let rows: Vec<usize> =
            (0..self.classes.len()).filter(|&row| [first, second].contains(&self.classes[row])).collect();
        let classes = rows.iter().map(|&row| usize::from(self.classes[row] == second)).collect();
        (self.train.select(Axis(0), &rows), classes)
    }

    /// Counts the training observations of each class.
    pub(super) fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.n_classes];
        self.classes.iter().for_each(|&class| counts[class] += 1);
        counts
    }

    /// Computes the mean training observation of each class.
    pub(super) fn means(&self) -> Array2<f64> {
        let mut means = Array2::zeros((self.n_classes, self.train.ncols()));
        for (row, &class) in self.train.rows().into_iter().zip(&self.classes) {
            let mut mean = means.row_mut(class);
            mean += &row;
        }
        for (mut mean, count) in means.rows_mut().into_iter().zip(self.counts()) {
            mean /= count as f64;
        }
        means
    }

    /// Returns these observations with other features, which `of` computes from the old ones of both sides.
    pub(super) fn with_features(
        &self,
        of: impl FnOnce(&Array2<f64>, &Array2<f64>) -> Result<(Array2<f64>, Array2<f64>)>,
    ) -> Result<Self> {
        let (train, test) = of(&self.train, &self.test)?;
        Ok(Self { train, test, classes: self.classes.clone(), n_classes: self.n_classes })
    }
}
