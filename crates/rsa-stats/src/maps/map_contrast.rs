//! [`MapContrast`]: the effect that is tested at every element of a map.

use rsa_core::{Error, Result};

/// Effect that is tested at every element of a map.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum MapContrast {
    /// Mean over subjects, against 0, by flips of the signs of subjects.
    ///
    /// Under the null hypothesis the values of a subject are symmetric about 0. For paired maps, give their differences.
    Mean,
    /// Slope of the values on a number of each subject, by permutations of subjects.
    ///
    /// With 1 for one group and 0 for the other, it is the difference of their means, and t has the pooled variance. With
    /// covariates `held` constant, the residuals from them are permuted (Freedman & Lane 1983).
    Slope {
        /// Number of each subject.
        of: Vec<f64>,
        /// Covariates that are held constant, with a number for each subject.
        held: Vec<Vec<f64>>,
    },
}

/// The part of a regressor that covariates leave, as far as it varies, and the covariates made orthonormal.
#[derive(Clone, Debug)]
pub(super) struct Regressor {
    /// Of unit length.
    pub(super) tested: Vec<f64>,
    /// Length of the tested part, in the unit of the regressor.
    pub(super) length: f64,
    /// Orthonormal, each with the mean 0.
    pub(super) held: Vec<Vec<f64>>,
}

/// Share of its length below which what is left of a covariate is rounding.
const COLLINEAR: f64 = 1e-10;

impl Regressor {
    /// Takes the numbers of `n_subjects`.
    ///
    /// # Errors
    /// `ShapeMismatch` for another number of numbers, `NonFinite`, `Degenerate` for a covariate that is constant or follows
    /// from those before it, or if no degrees of freedom are left.
    pub(super) fn new(of: &[f64], held: &[Vec<f64>], n_subjects: usize) -> Result<Self> {
        if n_subjects < held.len() + 3 {
            return Err(Error::degenerate(
                format!("{n_subjects} subjects leave no degrees of freedom for a slope and {} covariates", held.len()),
                format_args!("give at least {}", held.len() + 3),
            ));
        }
        let mut basis: Vec<Vec<f64>> = Vec::new();
        for (k, covariate) in held.iter().enumerate() {
            let name = format!("covariate {}", k + 1);
            basis.push(left_over(covariate, &basis, n_subjects, &name)?.0);
        }
        let (tested, length) = left_over(of, &basis, n_subjects, "the number whose slope is tested")?;
        Ok(Self { tested, length, held: basis })
    }
}

/// Returns the part of `values` that the mean and `basis` leave, of unit length, and its length.
fn left_over(values: &[f64], basis: &[Vec<f64>], n_subjects: usize, name: &str) -> Result<(Vec<f64>, f64)> {
    if values.len() != n_subjects {
        return Err(Error::shape_mismatch(format!(
            "{name} has {} values for {n_subjects} subjects; give one for each",
            values.len()
        )));
    }
    if let Some(subject) = values.iter().position(|value| !value.is_finite()) {
        let error = Error::non_finite(subject, 0, values[subject]);
        return Err(error.context(name));
    }
    let scale = values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    let mut left: Vec<f64> = values.iter().map(|value| if scale > 0.0 { value / scale } else { 0.0 }).collect();
    // Twice is enough: what rounding leaves of the basis after one pass is taken off by the second.
    for _ in 0..2 {
        let mean = left.iter().sum::<f64>() / n_subjects as f64;
        left.iter_mut().for_each(|value| *value -= mean);
        for unit in basis {
            let share = inner(&left, unit);
            left.iter_mut().zip(unit).for_each(|(value, unit)| *value -= share * unit);
        }
    }
    let length = inner(&left, &left).sqrt();
    if length <= COLLINEAR * (n_subjects as f64).sqrt() {
        return Err(Error::degenerate(
            format!("{name} is constant over subjects, or follows from the covariates that are held constant"),
            "leave it out",
        ));
    }
    left.iter_mut().for_each(|value| *value /= length);
    Ok((left, length * scale))
}

fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_covariates_leave_is_at_right_angles_to_them() {
        let held = vec![vec![1.0, 2.0, 3.0, 4.0, 6.0], vec![1.0, 4.0, 9.0, 16.0, 36.0]];
        let regressor = Regressor::new(&[0.0, 1e5, 0.0, 1e5, 0.0], &held, 5).unwrap();
        for covariate in &held {
            assert!(inner(&regressor.tested, covariate).abs() < 1e-13);
        }
        assert!((inner(&regressor.tested, &regressor.tested) - 1.0).abs() < 1e-14);
        assert!(regressor.tested.iter().sum::<f64>().abs() < 1e-14);
    }

    #[test]
    fn covariates_that_say_nothing_new_are_refused() {
        let x = [1.0, 2.0, 3.0, 4.0, 5.0];
        let error = |of: &[f64], held: &[Vec<f64>]| Regressor::new(of, held, 5).unwrap_err().to_string();
        assert!(error(&[7.0; 5], &[]).starts_with("the number whose slope is tested is constant"));
        assert!(error(&x, &[vec![-3.0, -5.0, -7.0, -9.0, -11.0]]).contains("follows from the covariates"));
        assert!(error(&x, &[vec![1.0; 5]]).starts_with("covariate 1 is constant"));
        assert!(error(&x[..4], &[]).contains("4 values for 5 subjects"));
        assert!(error(&[1.0, 2.0, f64::NAN, 4.0, 5.0], &[]).contains("NaN"));
        assert!(error(&x, &vec![x.to_vec(); 3]).contains("no degrees of freedom"));
    }
}
