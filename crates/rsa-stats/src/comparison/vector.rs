//! The vector φ of an RDM, whose inner products are a comparison: the steps that plain and weighted comparisons share.

use ndarray::ArrayView1;
use rsa_core::{
    Result,
    linalg::{dot, on_wide_registers},
};

use super::joint;
use crate::whitening::IndependentNoise;

/// φ as numbers and a factor; the factor is applied to a product and not to every number.
#[derive(Clone, Debug)]
pub(crate) struct Vector {
    pub(super) values: Vec<f64>,
    pub(super) factor: f64,
}

impl Vector {
    /// Takes numbers and brings them to length 1.
    ///
    /// # Errors
    /// `Degenerate` if all are 0.
    pub(crate) fn unit(values: Vec<f64>) -> Result<Self> {
        let length = dot(&values, &values).sqrt();
        match length > 0.0 {
            true => Ok(Self { values, factor: length.recip() }),
            false => Err(joint::constant("zero")),
        }
    }

    /// Returns the numbers multiplied by the factor.
    pub(crate) fn into_values(mut self) -> Vec<f64> {
        on_wide_registers(
            #[inline(always)]
            || self.values.iter_mut().for_each(|value| *value *= self.factor),
        );
        self.values
    }

    /// Returns the inner product, within [−1, 1], which rounding may exceed.
    pub(super) fn dot(&self, other: &Self) -> f64 {
        (dot(&self.values, &other.values) * (self.factor * other.factor)).clamp(-1.0, 1.0)
    }
}

/// Subtracts the mean; `weights` say how often each value counts, and `count` is their sum.
///
/// The mean is also subtracted from values of weight 0.
pub(crate) fn subtract_mean(values: &mut [f64], weights: Option<&[f64]>, count: f64) {
    let sum = match weights {
        None => ArrayView1::from(&*values).sum(),
        Some(weights) => dot(weights, values),
    };
    let mean = sum / count;
    values.iter_mut().for_each(|value| *value -= mean);
}

/// Whitens if there is a `noise`, and otherwise multiplies by the `roots` of the weights.
pub(crate) fn weigh_or_whiten(
    mut values: Vec<f64>,
    noise: Option<&IndependentNoise>,
    weights: Option<&[f64]>,
    roots: Option<&[f64]>,
    centered: bool,
) -> Vec<f64> {
    match (noise, roots) {
        (Some(noise), _) => noise.whiten(values, weights, centered),
        (None, Some(roots)) => {
            values.iter_mut().zip(roots).for_each(|(value, root)| *value *= root);
            values
        }
        (None, None) => values,
    }
}

/// Returns √((L³ − L)/12), the length of the centered ranks of L values without ties.
pub(crate) fn length_without_ties(count: f64) -> f64 {
    ((count.powi(3) - count) / 12.0).sqrt()
}

/// Divides twice the centered ranks by their length (`unit`) or by the length of ranks without ties.
///
/// # Errors
/// `Degenerate` if all ranks are equal.
pub(crate) fn ranks_over_length(
    mut doubled: Vec<f64>,
    squared_length: f64,
    count: f64,
    unit: bool,
) -> Result<Vec<f64>> {
    let length = squared_length.sqrt();
    if length == 0.0 {
        return Err(joint::constant("equal"));
    }
    let factor = if unit { length.recip() } else { (2.0 * length_without_ties(count)).recip() };
    doubled.iter_mut().for_each(|value| *value *= factor);
    Ok(doubled)
}
