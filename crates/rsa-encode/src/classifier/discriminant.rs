//! Linear discriminant analysis, as the nearest mean in whitened features.

use ndarray::{Array2, ArrayView2, Axis, Slice, concatenate};
use rsa_core::{Covariance, CovarianceEstimator, Result};

use super::{ClassTask, DiscriminantCovariance, nearest_mean::squared_distances};

/// Returns −½(x − m)ᵀS⁻¹(x − m) + log(share of the class) of each test observation and class.
pub(super) fn scores(task: &ClassTask, covariance: DiscriminantCovariance) -> Result<Array2<f64>> {
    // A feature without variance makes the covariance singular and tells nothing.
    let of_varying = match covariance {
        DiscriminantCovariance::Pooled => Some(task.with_features(|train, test| Ok(varying(train, test)))?),
        DiscriminantCovariance::Shrunk | DiscriminantCovariance::ShrunkByClass => None,
    };
    let task = of_varying.as_ref().unwrap_or(task);
    let means = task.means();
    let residuals = &task.train - &means.select(Axis(0), &task.classes);
    let n = task.classes.len() as f64;
    let covariance = match covariance {
        DiscriminantCovariance::Pooled => CovarianceEstimator::Full.estimate_from_residuals(residuals.view(), n)?,
        DiscriminantCovariance::Shrunk => {
            CovarianceEstimator::ShrinkageIdentity.estimate_from_residuals(residuals.view(), n)?
        }
        DiscriminantCovariance::ShrunkByClass => average_of_classes(task, residuals.view())?,
    };
    let whitened = covariance.precision()?.project(concatenate![Axis(0), task.test, means].view())?;
    let (tests, means) = whitened.view().split_at(Axis(0), task.test.nrows());
    let mut scores = squared_distances(tests, means) * -0.5;
    for (mut column, count) in scores.columns_mut().into_iter().zip(task.counts()) {
        column += (count as f64 / n).ln();
    }
    Ok(scores)
}

/// Keeps the features that vary between training observations.
fn varying(train: &Array2<f64>, test: &Array2<f64>) -> (Array2<f64>, Array2<f64>) {
    let varies = |j: &usize| train.column(*j).iter().any(|value| *value != train[(0, *j)]);
    let kept: Vec<usize> = (0..train.ncols()).filter(varies).collect();
    match kept.len() {
        // Whatever is done with features that are all constant, it ends in an error that names the first.
        0 => (train.clone(), test.clone()),
        _ => (train.select(Axis(1), &kept), test.select(Axis(1), &kept)),
    }
}

/// Averages the shrunk covariances of the classes, weighted by their shares.
fn average_of_classes(task: &ClassTask, residuals: ArrayView2<'_, f64>) -> Result<Covariance> {
    let n = task.classes.len() as f64;
    let p = residuals.ncols();
    let mut average = Array2::zeros((p, p));
    for (class, count) in task.counts().into_iter().enumerate() {
        let rows: Vec<usize> = (0..task.classes.len()).filter(|&row| task.classes[row] == class).collect();
        let mut own = residuals.select(Axis(0), &rows);
        let count = count as f64;
        let deviations = own.map_axis(Axis(0), |column| (column.dot(&column) / count).sqrt());
        let units = deviations.mapv(|deviation| if deviation > 0.0 { deviation } else { 1.0 });
        own /= &units;
        let shrunk = CovarianceEstimator::ShrinkageIdentity.estimate_from_residuals(own.view(), count)?.matrix();
        for ((i, j), value) in shrunk.indexed_iter() {
            average[(i, j)] += count / n * units[i] * value * units[j];
        }
    }
    // Sums in another order differ in the last digit, and a covariance is symmetric.
    for i in 0..p {
        let row = average.row(i).slice_axis(Axis(0), Slice::from(..i)).to_owned();
        average.column_mut(i).slice_axis_mut(Axis(0), Slice::from(..i)).assign(&row);
    }
    Covariance::new(average)
}
