//! [`Classifier`]: rules that assign observations to classes.

mod class_task;
mod discriminant;
mod logistic;
mod nearest_mean;
mod newton;
mod regression;
mod standardized;
mod support_vectors;

use ndarray::{Array2, ArrayView1};
use rsa_core::{Positive, Result};

pub(crate) use class_task::ClassTask;

/// A rule that is fitted to observations of known classes and assigns others to these classes.
///
/// Features that logistic regression, support vectors and ridge regression see are standardized: the mean of the
/// training observations is subtracted, and their standard deviation divided out. The other rules need no common scale.
///
/// Of equal scores, that of the class that comes first in the data wins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Classifier {
    /// The class with the nearest mean, by Euclidean distance.
    NearestMean,
    /// Linear discriminant analysis: the nearest mean by Mahalanobis distance, weighted by the shares of the classes.
    LinearDiscriminant(DiscriminantCovariance),
    /// Multinomial logistic regression: minimizes ½‖W‖²/cost + Σ log-loss. The intercept is free.
    ///
    /// Two classes share one weight vector.
    Logistic {
        /// Weight of the losses; a small one keeps weights small.
        cost: Positive,
    },
    /// Linear support vectors of every two classes: minimizes ½‖w‖² + cost·Σ max(0, 1 − yf)². The intercept is free.
    ///
    /// The class with the most votes wins, and of equal votes that with the larger sum of margins.
    SupportVectors {
        /// Weight of the losses; a small one keeps weights small.
        cost: Positive,
    },
    /// Ridge regression of class membership, with the penalty that leave-one-out chooses; the largest prediction wins.
    Ridge,
}

/// The covariance within classes that a linear discriminant inverts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DiscriminantCovariance {
    /// The pooled covariance as it is, which needs more observations than features.
    Pooled,
    /// The pooled covariance, shrunk toward a multiple of the identity (Ledoit & Wolf 2004,
    /// doi:10.1016/S0047-259X(03)00096-4).
    #[default]
    Shrunk,
    /// The average of the covariances of the classes, each shrunk on standardized features, as in scikit-learn's
    /// `shrinkage='auto'`.
    ShrunkByClass,
}

impl Default for Classifier {
    fn default() -> Self {
        Self::LinearDiscriminant(DiscriminantCovariance::default())
    }
}

impl Classifier {
    /// Assigns each test observation of `task` to a class.
    pub(crate) fn assign(self, task: &ClassTask) -> Result<Vec<usize>> {
        let scores = match self {
            Self::NearestMean => nearest_mean::scores(task),
            Self::LinearDiscriminant(covariance) => discriminant::scores(task, covariance)?,
            Self::Logistic { cost } => logistic::scores(task, cost.get())?,
            Self::SupportVectors { cost } => support_vectors::scores(task, cost.get())?,
            Self::Ridge => regression::scores(task)?,
        };
        Ok(largest_of_rows(&scores))
    }
}

/// Returns the first column with the largest value of each row.
fn largest_of_rows(scores: &Array2<f64>) -> Vec<usize> {
    let largest =
        |row: ArrayView1<'_, f64>| (1..row.len()).fold(0, |best, k| if row[k] > row[best] { k } else { best });
    scores.rows().into_iter().map(largest).collect()
}
