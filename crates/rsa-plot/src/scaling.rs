//! Quantity that the colours of an RDM show: dissimilarities or their ranks.

use ndarray::Array2;
use rsa_core::{Rdm, condensed};

use crate::color::ColorScale;

/// Quantity that the colours of an RDM show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scaling {
    /// Dissimilarities.
    #[default]
    Value,
    /// Percentiles of the dissimilarities within the RDM, 0 to 100, as used by rank correlations (Kriegeskorte et al.
    /// 2008).
    Rank,
}

impl Scaling {
    /// Returns the square matrix of the quantity; the diagonal, 0 by definition, is left out as missing.
    pub(crate) fn square(self, rdm: &Rdm) -> Array2<f64> {
        let values = match self {
            Self::Value => rdm.values().to_vec(),
            Self::Rank => percentiles(rdm.values(), rdm.rounding()),
        };
        let n = rdm.n_conditions();
        Array2::from_shape_fn((n, n), |(i, j)| match i == j {
            true => f64::NAN,
            false => values[condensed::index(n, i.min(j), i.max(j))],
        })
    }

    /// Returns one colour scale for all `squares`.
    pub(crate) fn colors(self, squares: &[Array2<f64>]) -> ColorScale {
        match self {
            Self::Value => ColorScale::of(squares.iter().flatten().copied()),
            Self::Rank => ColorScale::between(0.0, 100.0),
        }
    }

    /// Returns the label of the colour bar.
    pub(crate) fn label(self, dissimilarity: &str) -> String {
        match self {
            Self::Value => dissimilarity.to_owned(),
            Self::Rank => format!("percentile of {dissimilarity}"),
        }
    }
}

/// Computes mid-ranks from 0 for the smallest to 100 for the largest value.
///
/// Values closer than `rounding` share a mid-rank. NaN stays NaN.
fn percentiles(values: &[f64], rounding: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).filter(|&k| !values[k].is_nan()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut found = vec![f64::NAN; values.len()];
    let last = order.len().saturating_sub(1).max(1) as f64;
    let mut start = 0;
    while start < order.len() {
        let tied = |k: &&usize| values[**k] - values[order[start]] <= rounding;
        let end = start + order[start..].iter().take_while(tied).count();
        for &k in &order[start..end] {
            found[k] = 100.0 * (start + end - 1) as f64 / 2.0 / last;
        }
        start = end;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_mid_ranks() {
        assert_eq!(percentiles(&[5.0, 1.0, 5.0, 9.0, 2.0], 0.0), [62.5, 0.0, 62.5, 100.0, 25.0]);
        assert_eq!(percentiles(&[1.0, 1.0 + 1e-12, 3.0], 1e-9), [25.0, 25.0, 100.0]);
        let with_missing = percentiles(&[f64::NAN, 2.0, 7.0], 0.0);
        assert!(with_missing[0].is_nan() && with_missing[1..] == [0.0, 100.0]);
    }
}
