//! Least squares with weights that are not negative, by the active set method of Lawson & Hanson.

use ndarray::ArrayView1;
use rsa_core::{Error, Result};

use super::least_squares::LeastSquares;

/// Most rounds for every unknown; three are usual, and every round improves the fit.
const ROUNDS: usize = 30;

/// Returns the weights; 0 for columns that only a negative weight would help.
///
/// Columns and data have unit length, so that the threshold for rounding does not depend on the unit of the data.
pub(crate) fn solve(problem: &LeastSquares) -> Result<Vec<f64>> {
    let unknowns = problem.r.ncols();
    let rounding = 64.0 * f64::EPSILON * (unknowns as f64);
    let mut weights = vec![0.0; unknowns];
    let mut free: Vec<usize> = Vec::new();
    // Columns whose gain is rounding; they are tried again after the next step.
    let mut refused: Vec<usize> = Vec::new();
    for _ in 0..=ROUNDS * unknowns {
        let residual = &problem.y - &problem.r.dot(&ArrayView1::from(&weights));
        let gain = problem.r.t().dot(&residual);
        let candidates = (0..unknowns).filter(|k| !free.contains(k) && !refused.contains(k) && gain[*k] > rounding);
        let Some(best) = candidates.max_by(|&a, &b| gain[a].total_cmp(&gain[b])) else {
            return Ok(weights);
        };
        free.push(best);
        // While some weight would be negative, move towards the fit until a weight becomes 0, and drop its column.
        loop {
            let fit = problem.with_unknowns(&free)?.solve();
            if fit.iter().all(|&value| value > 0.0) {
                free.iter().zip(fit).for_each(|(&k, value)| weights[k] = value);
                refused.clear();
                break;
            }
            if fit[free.len() - 1] <= 0.0 && free.last() == Some(&best) && weights[best] == 0.0 {
                free.pop();
                refused.push(best);
                break;
            }
            let step = |(&k, &value): (&usize, &f64)| weights[k] / (weights[k] - value);
            let negative = || free.iter().zip(&fit).filter(|&(_, &value)| value <= 0.0);
            let (&first, step) = negative()
                .map(|entry| (entry.0, step(entry)))
                .min_by(|a, b| a.1.total_cmp(&b.1))
                .expect("some weight is not positive");
            free.iter().zip(&fit).for_each(|(&k, value)| weights[k] += step * (value - weights[k]));
            weights[first] = 0.0;
            free.retain(|&k| weights[k] > 0.0);
            (0..unknowns).filter(|k| !free.contains(k)).for_each(|k| weights[k] = 0.0);
        }
    }
    Err(Error::not_converged(format!(
        "the weights of {unknowns} model RDMs that are not negative were not found in {ROUNDS} rounds each; \
         leave out models that are nearly combinations of others"
    )))
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, test_runner::RngSeed};
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(1974), failure_persistence: None, ..ProptestConfig::default() })]

        /// Checks Karush, Kuhn and Tucker's conditions: no small change to other allowed weights comes nearer.
        #[test]
        fn no_neighbor_is_nearer(rows in 12..40_usize, unknowns in 1..12_usize, alike in 0.0..0.999, seed: u64) {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let mut draw = |shared: &[f64]| {
                let mut values: Vec<f64> =
                    shared.iter().map(|shared| alike * shared + (1.0 - alike) * rng.random_range(-1.0..1.0)).collect();
                let length = values.iter().map(|value| value * value).sum::<f64>().sqrt();
                values.iter_mut().for_each(|value| *value /= length);
                values
            };
            let shared = draw(&vec![0.0; rows]);
            let columns: Vec<Vec<f64>> = (0..unknowns).map(|_| draw(&shared)).collect();
            let y = draw(&shared);
            let problem = LeastSquares::new(&columns.iter().map(Vec::as_slice).collect::<Vec<_>>(), &y).unwrap();
            let weights = solve(&problem).unwrap();
            let residual: Vec<f64> =
                (0..rows).map(|i| y[i] - (0..unknowns).map(|k| weights[k] * columns[k][i]).sum::<f64>()).collect();
            for (column, &weight) in columns.iter().zip(&weights) {
                let gain: f64 = column.iter().zip(&residual).map(|(x, r)| x * r).sum();
                prop_assert!(weight >= 0.0 && gain < 1e-11 && (weight == 0.0 || gain > -1e-11), "{weight}, {gain:e}");
            }
        }
    }
}
