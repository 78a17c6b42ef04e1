//! Variances of the noise of voxels, from residuals or from repeated observations.

use ndarray::ArrayView2;
use rsa_core::{Error, Result};

use crate::{SearchDesign, VoxelValues};

/// Variances of residuals about their mean, of rows that come in blocks.
///
/// The mean is removed because residuals of a model with a constant have none, and what is left of it is no noise. So
/// the degrees of freedom are one less than the rows unless others are known.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_brain::ResidualVariances;
///
/// let mut variances = ResidualVariances::new(2);
/// variances.push_rows(array![[1.0, 0.0], [-1.0, 4.0]].view())?;
/// assert_eq!(variances.finish(None)?, [2.0, 8.0]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ResidualVariances {
    n_rows: usize,
    means: Vec<f64>,
    squares: Vec<f64>,
}

impl ResidualVariances {
    /// Begins with no row of so many voxels.
    pub fn new(n_voxels: usize) -> Self {
        Self { n_rows: 0, means: vec![0.0; n_voxels], squares: vec![0.0; n_voxels] }
    }

    /// Takes in rows.
    ///
    /// # Errors
    /// `ShapeMismatch` for another number of voxels.
    pub fn push_rows(&mut self, rows: ArrayView2<'_, f64>) -> Result<()> {
        if rows.ncols() != self.means.len() {
            return Err(Error::shape_mismatch(format!(
                "residuals of {} voxels for {}",
                rows.ncols(),
                self.means.len()
            )));
        }
        for row in rows.rows() {
            self.n_rows += 1;
            let share = 1.0 / self.n_rows as f64;
            for ((mean, square), value) in self.means.iter_mut().zip(&mut self.squares).zip(row) {
                let difference = value - *mean;
                *mean += share * difference;
                *square += difference * (value - *mean);
            }
        }
        Ok(())
    }

    /// Returns the variances, with these degrees of freedom or one less than the rows.
    ///
    /// A voxel with a residual that is not finite has a variance that is not finite.
    ///
    /// # Errors
    /// `InvalidParameter` unless the degrees of freedom are above 0 and at most the number of rows.
    pub fn finish(self, degrees_of_freedom: Option<f64>) -> Result<Vec<f64>> {
        let dof = degrees_of_freedom.unwrap_or(self.n_rows as f64 - 1.0);
        if !(dof > 0.0 && dof <= self.n_rows as f64) {
            let requirement = format!("above 0 and at most {}, the number of residuals", self.n_rows);
            return Err(Error::invalid_parameter("the degrees of freedom of residuals", requirement, dof));
        }
        Ok(self.squares.into_iter().map(|square| square / dof).collect())
    }
}

/// Computes the variance of the noise of every voxel, from observations about the mean of their group.
///
/// Groups are those of [`SearchDesign::noise_groups`]. A voxel that varies only by the rounding of its values has a
/// variance of 0.
///
/// # Errors
/// `ShapeMismatch` if design and values have different numbers of observations, `Degenerate` if no group has two.
pub fn noise_variances(values: &VoxelValues, design: &SearchDesign) -> Result<Vec<f64>> {
    ensure_observations(values, design)?;
    let (group_of, n_groups) = design.noise_groups();
    let dof = values.n_observations() - n_groups;
    if dof == 0 {
        return Err(Error::degenerate(
            "every condition was observed once, so the data do not show their noise",
            "give repeated observations, or residuals",
        ));
    }
    let n_slots = group_of.iter().max().map_or(0, |&most| most + 1);
    let mut counts = vec![0.0; n_slots];
    group_of.iter().for_each(|&group| counts[group] += 1.0);
    let mut variances = Vec::with_capacity(values.n_voxels());
    const BLOCK: usize = 256;
    for start in (0..values.n_voxels()).step_by(BLOCK) {
        let voxels = start..(start + BLOCK).min(values.n_voxels());
        let n = voxels.len();
        let (mut means, mut squares, mut largest) = (vec![0.0; n_slots * n], vec![0.0; n], vec![0.0_f64; n]);
        let mut spread = vec![0.0_f64; n];
        for (observation, &group) in group_of.iter().enumerate() {
            values.for_each_of(observation, voxels.clone(), |k, value| {
                means[group * n + k] += value / counts[group];
                largest[k] = largest[k].max(value.abs());
            });
        }
        for (observation, &group) in group_of.iter().enumerate() {
            values.for_each_of(observation, voxels.clone(), |k, value| {
                let residual = value - means[group * n + k];
                squares[k] += residual * residual;
                spread[k] = spread[k].max(residual.abs());
            });
        }
        for k in 0..n {
            let is_constant = spread[k] <= 4.0 * f64::EPSILON * largest[k];
            variances.push(if is_constant { 0.0 } else { squares[k] / dof as f64 });
        }
    }
    Ok(variances)
}

/// Refuses values of another number of observations than the design has.
pub(crate) fn ensure_observations(values: &VoxelValues, design: &SearchDesign) -> Result<()> {
    match values.n_observations() == design.n_observations() {
        true => Ok(()),
        false => Err(Error::shape_mismatch(format!(
            "{} observations, and the design has {}",
            values.n_observations(),
            design.n_observations()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};
    use rsa_core::{CovarianceEstimator, Measurements};

    use super::*;

    #[test]
    fn variances_are_those_of_the_diagonal_estimator() {
        let values =
            Array2::from_shape_fn((8, 300), |(i, j)| ((i * 7 + j * j) as f64).sin() + if j == 9 { 1e8 } else { 0.0 });
        let design = SearchDesign::new(vec![0, 1, 0, 1, 0, 0, 1, 1]).unwrap();
        let runs = ["1", "1", "1", "1", "2", "2", "2", "2"];
        let conditions = ["a", "b", "a", "b", "a", "a", "b", "b"];
        let measurements = Measurements::new(values.clone(), conditions).unwrap().with_runs(runs).unwrap();
        let held = VoxelValues::from_rows(values.view()).unwrap();
        let estimator = CovarianceEstimator::Diagonal;
        for (design, expected) in [
            (design.clone(), estimator.estimate_within_conditions(&measurements)),
            (design.with_runs(vec![0, 0, 0, 0, 1, 1, 1, 1]).unwrap(), estimator.estimate_within_runs(&measurements)),
        ] {
            let found = noise_variances(&held, &design).unwrap();
            for (found, expected) in found.iter().zip(expected.unwrap().matrix().diag()) {
                assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
            }
        }
    }

    #[test]
    fn constant_voxels_have_no_noise_and_broken_ones_none_that_is_finite() {
        let values = array![[0.1, 1.0], [0.1, f64::NAN], [0.1, 2.0], [0.1, 3.0]];
        let held = VoxelValues::from_rows(values.view()).unwrap();
        let found = noise_variances(&held, &SearchDesign::new(vec![0, 1, 0, 1]).unwrap()).unwrap();
        assert!(found[0] == 0.0 && !found[1].is_finite());
        let mut residuals = ResidualVariances::new(2);
        residuals.push_rows(values.view()).unwrap();
        let found = residuals.clone().finish(None).unwrap();
        assert!(found[0] == 0.0 && !found[1].is_finite());
        assert!(residuals.finish(Some(5.0)).is_err() && ResidualVariances::new(1).finish(None).is_err());
    }
}
