//! Ridge regression of class membership.

use ndarray::{Array2, Axis};
use rsa_core::Result;

use super::{ClassTask, standardized::standardized};
use crate::{factor::TrainFactor, fold_map::FoldMap, ridge::shared_multiple};

/// Returns the predicted membership of each test observation in each class.
pub(super) fn scores(task: &ClassTask) -> Result<Array2<f64>> {
    let task = standardized(task)?;
    let mut members = Array2::zeros((task.classes.len(), task.n_classes));
    task.classes.iter().enumerate().for_each(|(i, &class)| members[(i, class)] = 1.0);
    let shares = members.sum_axis(Axis(0)) / task.classes.len() as f64;
    members -= &shares;
    let factor = TrainFactor::of_rows(task.train.view(), task.test.view(), 0.0)?;
    let multiple = shared_multiple(&factor, members.view())?;
    Ok(FoldMap::ridge(&factor, multiple * factor.mean_square()).predict(members.view())? + &shares)
}
