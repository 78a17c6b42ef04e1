//! [`PermutationCounts`]: counts of the orders of the conditions under which models score as high as on the data.

use std::ops::Range;

use ndarray::Array2;
use rsa_core::{Orientation, Result};

use super::{Inference, resample_scorer::ResampleScorer};
use crate::resample::{ConditionOrders, StageSteps, count_exceedances, p_value};

/// Counts of the orders of the conditions under which models scored at least as high as on the data.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PermutationCounts {
    /// Number of orders that were tried; each part of an evaluation tries some of them.
    pub tried: u64,
    /// `true` if the evaluation tries all orders, the order of the data among them.
    pub exact: bool,
    /// For each model, the number of orders under which it scored as high as on the data.
    pub exceeding: Vec<u64>,
    /// For each model, the number of orders under which the best of all models scored as high as it does on the data.
    pub exceeding_by_any: Vec<u64>,
}

impl PermutationCounts {
    /// Adds the counts of another part.
    pub(crate) fn add(&mut self, other: &Self) {
        self.tried += other.tried;
        let own = self.exceeding.iter_mut().chain(&mut self.exceeding_by_any);
        own.zip(other.exceeding.iter().chain(&other.exceeding_by_any))
            .for_each(|(own, other)| *own = own.saturating_add(*other));
    }

    /// Returns the p-value of one of the counts.
    pub(crate) fn p(&self, count: u64) -> f64 {
        p_value(count, self.tried, self.exact)
    }
}

/// Returns the range of orders that the part with these resamples tries.
///
/// All parts together try every order once. Without resamples there is one part, and it tries all orders.
pub(crate) fn orders_of_part(inference: &Inference, n_conditions: usize, resamples: &Range<u64>) -> Range<u64> {
    let tried = ConditionOrders::new(n_conditions, inference.permutations, inference.seed).count();
    let until = |resample: u64| match inference.n_resamples() {
        0 => tried,
        #[allow(clippy::cast_possible_truncation, reason = "at most as many as are tried")]
        all => (u128::from(tried) * u128::from(resample.min(all)) / u128::from(all)) as u64,
    };
    let from = if resamples.start == 0 { 0 } else { until(resamples.start) };
    from..until(resamples.end)
}

/// Scores the models in the orders that belong to a range of resamples, and counts those that score as high.
///
/// Returns `None` without permutations or models. `subjects` are the scores on the data, subjects × quantities.
///
/// # Errors
/// Errors of the instrument; `Cancelled`.
pub(crate) fn count(
    scorer: &ResampleScorer<'_>,
    subjects: &Array2<f64>,
    resamples: &Range<u64>,
) -> Result<Option<PermutationCounts>> {
    let (inference, n) = (scorer.inference, scorer.instrument.n_conditions());
    if inference.permutations == 0 || scorer.n_models == 0 {
        return Ok(None);
    }
    let orders = ConditionOrders::new(n, inference.permutations, inference.seed);
    let range = orders_of_part(inference, n, resamples);
    let tried = range.end - range.start;
    let mean = |m: usize| Some(subjects.column(m).sum() / subjects.nrows() as f64);
    let observed: Vec<Option<f64>> = (0..scorer.n_models).map(mean).collect();
    let scores = scorer.instrument.permuted_scores(scorer.observer)?;
    let steps = StageSteps::new(scorer.observer, "permutations", tried);
    let found = count_exceedances(&orders, range, &observed, Orientation::Similarity, &steps, scores)?;
    let exact = orders.is_exact();
    Ok(Some(PermutationCounts { tried, exact, exceeding: found.own, exceeding_by_any: found.any }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::GeneralizeTo;

    #[test]
    fn the_orders_of_parts_are_all_orders() {
        let both = Inference { generalize_to: GeneralizeTo::Both, permutations: 1000, ..Inference::default() };
        for (resamples, n_conditions, all) in [(7, 20, 1000), (5000, 20, 1000), (7, 5, 120)] {
            let inference = Inference { resamples, ..both.clone() };
            let orders: Vec<_> =
                (0..resamples).flat_map(|k| orders_of_part(&inference, n_conditions, &(k..k + 1))).collect();
            assert_eq!(orders, (0..all).collect::<Vec<_>>());
        }
        let fixed = Inference { generalize_to: GeneralizeTo::Nothing, ..both };
        assert_eq!(orders_of_part(&fixed, 20, &(0..0)), 0..1000);
    }
}
