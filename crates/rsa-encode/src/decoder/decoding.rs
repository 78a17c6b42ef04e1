//! [`Decoding`]: the classes that observations were assigned to, and how many of them are right.

use ndarray::Array2;
use rsa_core::{Conditions, Measurements};

use crate::SplitFold;

/// The result of a cross-validated classification.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoding {
    /// The classes, in the order of the data.
    pub classes: Conditions,
    /// The tested observations and the classes that they were assigned to.
    pub folds: Vec<DecodedFold>,
    /// Number of tests in which an observation of a class (row) was assigned to a class (column).
    pub confusion: Array2<usize>,
}

/// The tests of one fold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodedFold {
    /// The tested observations.
    pub observations: Vec<usize>,
    /// The class that each was assigned to.
    pub assigned: Vec<usize>,
}

impl Decoding {
    pub(super) fn new(x: &Measurements, folds: Vec<SplitFold>, assigned: Vec<Vec<usize>>) -> Self {
        Self::from_classes(x.conditions().clone(), x.condition_of(), folds, assigned)
    }

    pub(super) fn from_classes(
        classes: Conditions,
        class_of: &[usize],
        folds: Vec<SplitFold>,
        assigned: Vec<Vec<usize>>,
    ) -> Self {
        let confusion = confusion(class_of, classes.count(), &folds, &assigned);
        let decoded = |(fold, assigned): (SplitFold, Vec<usize>)| DecodedFold { observations: fold.test, assigned };
        Self { classes, folds: folds.into_iter().zip(assigned).map(decoded).collect(), confusion }
    }

    /// Returns the share of tests that are right, between 0 and 1. Guessing the largest class is right at its share.
    pub fn accuracy(&self) -> f64 {
        self.confusion.diag().sum() as f64 / self.confusion.sum() as f64
    }

    /// Returns the mean over classes of the share of right tests; 1/classes by chance, whatever the class sizes.
    ///
    /// Classes that were never tested do not count.
    pub fn balanced_accuracy(&self) -> f64 {
        balanced_accuracy(&self.confusion)
    }

    /// Returns the share of right tests of each class; `None` for a class that was never tested.
    pub fn recalls(&self) -> Vec<Option<f64>> {
        recalls(&self.confusion).collect()
    }

    /// Returns the balanced accuracy that guessing has: one over the number of classes.
    pub fn chance(&self) -> f64 {
        1.0 / self.classes.count() as f64
    }
}

/// Counts assignments: class (row) × class that was assigned (column).
pub(super) fn confusion(
    class_of: &[usize],
    n_classes: usize,
    folds: &[SplitFold],
    assigned: &[Vec<usize>],
) -> Array2<usize> {
    let mut confusion = Array2::zeros((n_classes, n_classes));
    for (fold, assigned) in folds.iter().zip(assigned) {
        fold.test.iter().zip(assigned).for_each(|(&row, &class)| confusion[(class_of[row], class)] += 1);
    }
    confusion
}

pub(super) fn balanced_accuracy(confusion: &Array2<usize>) -> f64 {
    let tested: Vec<f64> = recalls(confusion).flatten().collect();
    tested.iter().sum::<f64>() / tested.len() as f64
}

fn recalls(confusion: &Array2<usize>) -> impl Iterator<Item = Option<f64>> {
    confusion.rows().into_iter().enumerate().map(|(class, row)| match row.sum() {
        0 => None,
        tests => Some(row[class] as f64 / tests as f64),
    })
}
