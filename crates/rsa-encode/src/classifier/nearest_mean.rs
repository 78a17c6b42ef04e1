//! The class with the nearest mean.

use ndarray::{Array2, ArrayView2};

use super::ClassTask;

/// Returns minus the squared distance of each test observation to the mean of each class.
pub(super) fn scores(task: &ClassTask) -> Array2<f64> {
    -squared_distances(task.test.view(), task.means().view())
}

/// Computes the squared Euclidean distance of each row of `a` to each row of `b`, from their differences.
pub(super) fn squared_distances(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>) -> Array2<f64> {
    let distance = |(i, k)| {
        let differences = a.row(i).into_iter().zip(b.row(k)).map(|(x, y)| x - y);
        differences.map(|difference| difference * difference).sum()
    };
    Array2::from_shape_fn((a.nrows(), b.nrows()), distance)
}
