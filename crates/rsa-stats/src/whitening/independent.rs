//! [`IndependentNoise`]: whitening by noise that is independent and equal for all conditions.

use std::{f64::consts::FRAC_1_SQRT_2, ops::Range};

use ndarray::Array2;
use rsa_core::{Result, condensed, linalg};

use super::triangular;
use crate::Multiplicities;

/// V = 2I + BBᵀ, the covariance of dissimilarities whose conditions err independently and alike, up to a factor.
///
/// B is the L × n incidence matrix of pairs and conditions, so V has 4 on the diagonal, 1 for two pairs that share a
/// condition, and 0 elsewhere. By Woodbury's identity xᵀV⁻¹x is the smallest value of ½‖x − Bz‖² + ‖z‖² over z, one
/// number for every condition; hence φ(x) = ((x − Bz)/√2, z) with (2I + BᵀB)z = Bᵀx. This holds for every subset of the
/// pairs, which leaves rows of B out. It holds for repeated conditions, too: copies of one condition have the same z,
/// so the system of a resample has one equation for each distinct condition that was drawn.
#[derive(Debug)]
pub(crate) struct IndependentNoise {
    /// The number of times each condition occurs.
    counts: Vec<f64>,
    /// The number of partners of each condition among the pairs present, copies included.
    partners: Vec<f64>,
    system: System,
}

/// The system of equations for z.
#[derive(Debug)]
enum System {
    /// Every pair of different conditions is present.
    ///
    /// The matrix is a diagonal plus rank one, and the solution subtracts a weighted sum of the right side.
    Complete { diagonal: Vec<f64>, shares: Vec<f64> },
    /// The Cholesky factor for the conditions that occur, in the unknowns √m·z, in which it is symmetric.
    Factored { drawn: Vec<usize>, lower: Array2<f64> },
}

impl IndependentNoise {
    /// Takes the weights of the pairs, 0 for a missing one, and the resample they come from; `None` is 1 throughout.
    pub(crate) fn new(n: usize, weights: Option<&[f64]>, drawn: Option<&Multiplicities>) -> Result<Self> {
        let counts: Vec<f64> =
            drawn.map_or_else(|| vec![1.0; n], |drawn| drawn.counts().iter().map(|&count| f64::from(count)).collect());
        let present = |i: usize, j: usize| {
            i != j && weights.is_none_or(|weights| weights[condensed::index(n, i.min(j), i.max(j))] > 0.0)
        };
        let drawn: Vec<usize> = (0..n).filter(|&i| counts[i] > 0.0).collect();
        let total: f64 = counts.iter().sum();
        let diagonal: Vec<f64> = counts.iter().map(|count| 2.0 + total - 2.0 * count).collect();
        let complete = weights.is_none() || drawn.iter().all(|&i| drawn.iter().all(|&j| i == j || present(i, j)));
        // The diagonal is not positive if one condition fills half of the draw.
        if complete && diagonal.iter().all(|&value| value > 0.0) {
            let partners = counts.iter().map(|count| total - count).collect();
            let shares = counts.iter().zip(&diagonal).map(|(count, diagonal)| count / diagonal);
            let of_all = 1.0 + shares.clone().sum::<f64>();
            let shares = shares.map(|share| share / of_all).collect();
            return Ok(Self { counts, partners, system: System::Complete { diagonal, shares } });
        }
        let mut partners = vec![0.0; n];
        for &i in &drawn {
            partners[i] = drawn.iter().filter(|&&k| present(i, k)).map(|&k| counts[k]).sum();
        }
        let system = Array2::from_shape_fn((drawn.len(), drawn.len()), |(a, b)| {
            let (i, j) = (drawn[a], drawn[b]);
            match i == j {
                true => 2.0 + partners[i],
                false if present(i, j) => (counts[i] * counts[j]).sqrt(),
                false => 0.0,
            }
        });
        let lower = linalg::cholesky(system.view())?;
        Ok(Self { counts, partners, system: System::Factored { drawn, lower } })
    }

    /// Returns φ(x), L + n numbers, of x less its mean if it is `centered`.
    ///
    /// `weights` are those of [`new`](Self::new), and x is 0 where they are 0.
    pub(crate) fn whiten(&self, mut values: Vec<f64>, weights: Option<&[f64]>, centered: bool) -> Vec<f64> {
        let (counts, n) = (&self.counts, self.counts.len());
        let mut sums = linalg::sums_of_pairs(&values, counts);
        // Every pair is in the sums of its two conditions.
        let twice_the_pairs = weighted_sum(counts, &self.partners);
        let mean = if centered && twice_the_pairs > 0.0 { weighted_sum(counts, &sums) / twice_the_pairs } else { 0.0 };
        sums.iter_mut().zip(&self.partners).for_each(|(sum, partners)| *sum -= mean * partners);
        let shared = self.solve(&sums);
        // A constant c of a pair is c/2 for each of its two conditions.
        let taken: Vec<f64> = shared.iter().map(|shared| shared + mean / 2.0).collect();
        linalg::on_wide_registers(
            #[inline(always)]
            || {
                for i in 0..n {
                    let (own, others) = (taken[i], &taken[i + 1..]);
                    let pairs = values[row(n, i)].iter_mut().zip(others);
                    pairs.for_each(|(value, other)| *value = FRAC_1_SQRT_2 * (*value - own - other));
                }
            },
        );
        if let Some(weights) = weights {
            values.iter_mut().zip(weights).for_each(|(value, weight)| *value *= weight.sqrt());
        }
        values.extend(counts.iter().zip(&shared).map(|(count, shared)| count.sqrt() * shared));
        values
    }

    /// Returns z from the sum of the pairs of each condition.
    fn solve(&self, sums: &[f64]) -> Vec<f64> {
        match &self.system {
            System::Complete { diagonal, shares } => {
                let total = weighted_sum(shares, sums);
                sums.iter().zip(diagonal).map(|(sum, diagonal)| (sum - total) / diagonal).collect()
            }
            System::Factored { drawn, lower } => {
                let sums: Vec<f64> = drawn.iter().map(|&i| self.counts[i].sqrt() * sums[i]).collect();
                let mut shared = vec![0.0; self.counts.len()];
                for (&i, value) in drawn.iter().zip(triangular::solve(lower.view(), &sums)) {
                    shared[i] = value / self.counts[i].sqrt();
                }
                shared
            }
        }
    }
}

/// Returns the range of the pairs of condition `i` with later conditions.
fn row(n: usize, i: usize) -> Range<usize> {
    let start = condensed::index(n, i, i + 1);
    start..start + n - i - 1
}

fn weighted_sum(weights: &[f64], values: &[f64]) -> f64 {
    weights.iter().zip(values).map(|(weight, value)| weight * value).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::whitening::dense;

    fn numbers(n: usize, phase: f64) -> Vec<f64> {
        (0..condensed::n_pairs(n)).map(|k| (k as f64 * 1.7 + phase).sin() + 0.5).collect()
    }

    fn dot(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn inner_products_are_those_of_the_dense_inverse() {
        for n in 2..9 {
            let v = dense::covariance(Array2::eye(n).view());
            for gaps in [vec![], vec![0], vec![1, 2], (0..n).collect()] {
                let weights: Vec<f64> = (0..condensed::n_pairs(n)).map(|k| f64::from(!gaps.contains(&k))).collect();
                let present: Vec<usize> = (0..weights.len()).filter(|&k| weights[k] > 0.0).collect();
                let (mut x, mut y) = (numbers(n, 0.1), numbers(n, 2.0));
                for k in (0..x.len()).filter(|k| gaps.contains(k)) {
                    (x[k], y[k]) = (0.0, 0.0);
                }
                let noise = IndependentNoise::new(n, Some(&weights), None).unwrap();
                let inner_product = |x: &[f64], y: &[f64], centered| {
                    let [x, y] = [x, y].map(|values| noise.whiten(values.to_vec(), Some(&weights), centered));
                    dot(&x, &y)
                };
                let [centered_x, centered_y] = [&x, &y].map(|values| {
                    let mean = present.iter().map(|&k| values[k]).sum::<f64>() / present.len().max(1) as f64;
                    values.iter().map(|value| value - mean).collect::<Vec<_>>()
                });
                for (found, x, y) in
                    [(inner_product(&x, &y, false), &x, &y), (inner_product(&x, &y, true), &centered_x, &centered_y)]
                {
                    let expected = dense::inner_product(v.view(), x, y, &present);
                    assert!((found - expected).abs() < 1e-13 * (1.0 + expected.abs()), "{n}: {found} and {expected}");
                }
            }
        }
    }

    #[test]
    fn both_systems_agree_and_one_condition_may_fill_the_draw() {
        let n = 6;
        for (counts, complete) in [(vec![1, 2, 0, 1, 1, 1], true), (vec![5, 1, 1, 0, 0, 0], false)] {
            let drawn = Multiplicities::new(counts).unwrap();
            let weights = drawn.pair_weights();
            let noise = IndependentNoise::new(n, Some(&weights), Some(&drawn)).unwrap();
            assert_eq!(matches!(noise.system, System::Complete { .. }), complete);
            // z solves (2 + Σ mₖ)zᵢ + Σ mₖzₖ = (Xm)ᵢ, the sums over the other conditions.
            let x: Vec<f64> = numbers(n, 0.3).iter().zip(&weights).map(|(x, w)| x * w.min(1.0)).collect();
            let (m, z) = (&noise.counts, &noise.whiten(x.clone(), Some(&weights), false)[x.len()..]);
            for i in (0..n).filter(|&i| m[i] > 0.0) {
                let (mut left, mut right) = (2.0 * z[i] / m[i].sqrt(), 0.0);
                for j in (0..n).filter(|&j| j != i && m[j] > 0.0) {
                    left += m[j] * (z[i] / m[i].sqrt() + z[j] / m[j].sqrt());
                    right += m[j] * x[condensed::index(n, i.min(j), i.max(j))];
                }
                assert!((left - right).abs() < 1e-13, "{left} and {right}");
            }
        }
    }
}
