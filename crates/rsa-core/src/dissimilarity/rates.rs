//! Firing rates of Poisson neurons under a gamma prior, and their logarithms.

use ndarray::{Array1, Array2, Axis, Zip};

use super::rounded_patterns;
use crate::{Conditions, Error, Result};

/// Rates and their logarithms, both relative to the mean over conditions, so that a large common rate costs no digits.
pub(super) struct Rates {
    /// Rate λ of every condition less the rate of the mean pattern.
    pub(super) differences: Array2<f64>,
    /// Logarithm ln λ of every condition less the logarithm of the rate of the mean pattern.
    pub(super) logarithms: Array2<f64>,
    rates: Array2<f64>,
}

impl Rates {
    /// Computes the rates λ = (u + λ₀·w)/(1 + w) of the mean patterns `u` of `conditions`.
    ///
    /// # Errors
    /// `InvalidParameter` if λ₀ is not positive or w is negative, `Degenerate` naming condition and feature of a rate
    /// that is not positive.
    pub(super) fn new(u: &Array2<f64>, conditions: &Conditions, rate: f64, weight: f64) -> Result<Self> {
        if !(rate.is_finite() && rate > 0.0) {
            return Err(Error::invalid_parameter("prior_rate", "a finite number above 0", rate));
        }
        if !(weight.is_finite() && weight >= 0.0) {
            return Err(Error::invalid_parameter("prior_weight", "a finite number, at least 0", weight));
        }
        let posterior = |u: f64| (u + rate * weight) / (1.0 + weight);
        let rates = u.mapv(posterior);
        if let Some(((condition, feature), rate)) = rates.indexed_iter().find(|(_, rate)| **rate <= 0.0) {
            return Err(Error::degenerate(
                format!(
                    "the Poisson rate of condition {}, feature {feature} (counted from 0), is {rate}",
                    conditions.name(condition)
                ),
                "rates must be positive: give counts or rates that are not negative, with a prior if some are 0",
            ));
        }
        let pivot: Array1<f64> =
            crate::measurements::group_means(u.view(), &vec![0; u.nrows()], 1).remove_axis(Axis(0));
        let differences = (u - &pivot) / (1.0 + weight);
        let mut logarithms = differences.clone();
        for mut row in logarithms.rows_mut() {
            Zip::from(&mut row).and(&pivot).for_each(|value, &pivot| *value = log_ratio(*value, posterior(pivot)));
        }
        match logarithms.iter().chain(&differences).all(|value| value.is_finite()) {
            true => Ok(Self { differences, logarithms, rates }),
            false => Err(Error::out_of_range("a ratio of rates", "divide the rates by their common scale first")),
        }
    }

    /// Bounds the error of the sum over features for patterns of numbers of relative spacing `precision`.
    ///
    /// An error e of λᵢ, relative to it, changes its term by e·[λᵢ(ln λᵢ − ln λⱼ) + λᵢ − λⱼ]. The mean pattern stands
    /// for condition j.
    pub(super) fn error(&self, precision: f64) -> f64 {
        let rows = self.differences.rows().into_iter().zip(self.logarithms.rows()).zip(self.rates.rows());
        let changes = rows.map(|((differences, logarithms), rates)| {
            let pairs = differences.into_iter().zip(logarithms).zip(rates);
            pairs.map(|((difference, logarithm), rate)| (rate * logarithm + difference).powi(2)).sum::<f64>()
        });
        rounded_patterns::error_of_terms(changes, precision)
    }

    /// Computes Σ (λᵢ − λⱼ)(ln λᵢ − ln λⱼ) term by term.
    pub(super) fn divergence(&self, i: usize, j: usize) -> f64 {
        let pairs = self.differences.row(i).into_iter().zip(self.differences.row(j)).zip(self.rates.row(j));
        pairs.map(|((a, b), &rate)| (a - b) * log_ratio(a - b, rate)).sum()
    }
}

/// Computes ln((rate + difference)/rate).
fn log_ratio(difference: f64, rate: f64) -> f64 {
    let relative = difference / rate;
    // Near a ratio of 1, only the difference keeps the digits; far from 1, the ratio is as accurate and cannot cancel.
    if relative.abs() < 0.5 { relative.ln_1p() } else { ((rate + difference) / rate).ln() }
}
