//! Features of unit variance, in as few coordinates as the training observations span.

use ndarray::{Array2, Axis};
use rsa_core::{
    Result,
    linalg::{self, numerical_rank},
};

use super::ClassTask;

/// Returns the observations with standardized features; features that do not vary between training observations are 0.
///
/// With more features than training observations, the features are replaced by coordinates in the space that the
/// training observations span. Weights with a quadratic penalty lie in this space, so the rules stay what they are.
pub(super) fn standardized(task: &ClassTask) -> Result<ClassTask> {
    task.with_features(|train, test| {
        let n = train.nrows() as f64;
        let deviations = train.map_axis(Axis(0), |column| (column.dot(&column) / n).sqrt());
        let factors = deviations.mapv(|deviation| if deviation > 0.0 { 1.0 / deviation } else { 0.0 });
        let (train, test) = (train * &factors, test * &factors);
        match train.ncols() > train.nrows() {
            true => in_span(&train, &test),
            false => Ok((train, test)),
        }
    })
}

/// Returns coordinates Z with ZZᵀ = XXᵀ of the training observations X, and those of the test observations.
fn in_span(train: &Array2<f64>, test: &Array2<f64>) -> Result<(Array2<f64>, Array2<f64>)> {
    let linalg::Eigh { values, vectors } = linalg::eigh(linalg::gram(train.view())?.view())?;
    let descending: Vec<f64> = values.iter().rev().map(|value| value.max(0.0)).collect();
    let largest = descending.first().copied().unwrap_or(0.0);
    let tolerance = train.nrows().max(train.ncols()) as f64 * f64::EPSILON * largest;
    let rank = numerical_rank(&descending, tolerance);
    let order: Vec<usize> = (0..values.len()).rev().take(rank).collect();
    let basis = vectors.select(Axis(1), &order);
    let roots = ndarray::Array1::from_iter(descending[..rank].iter().map(|value| value.sqrt()));
    let products = linalg::product(test.view(), train.t())?;
    Ok((&basis * &roots, linalg::product(products.view(), basis.view())? / &roots))
}
