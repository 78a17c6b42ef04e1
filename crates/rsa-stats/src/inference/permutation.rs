//! How often models do as well with the condition labels of the data in another order.

use std::sync::atomic::{AtomicBool, Ordering};

use ndarray::{Array2, ArrayView1};
use rayon::prelude::*;
use rsa_core::{Result, condensed};

use super::{
    Inference, Purpose, Watch,
    board::Board,
    dataset::Dataset,
    part::stopped_error,
    random,
    scoring::Kind,
    source::{Frame, Source},
    view::View,
};
use crate::comparison::embedded::dot;

/// How often models did at least as well under permutations as on the data.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PermutationCounts {
    /// How many orders were tried.
    pub tried: u64,
    /// Whether these are all there are, the one of the data among them.
    pub exact: bool,
    /// For each model, how often it did as well.
    pub exceeding: Vec<u64>,
    /// For each model, how often the best of all models did as well.
    pub exceeding_by_any: Vec<u64>,
}

impl PermutationCounts {
    /// The p-value of a count: never 0, because the order of the data is one of those that chance gives.
    pub(crate) fn p(&self, count: u64) -> f64 {
        match self.exact {
            true => count as f64 / self.tried as f64,
            false => (1.0 + count as f64) / (1.0 + self.tried as f64),
        }
    }
}

/// Up to so many conditions all orders are tried.
const ALL_ORDERS: usize = 7;

/// Permutes the labels of the data against those of the models.
pub(crate) fn count(
    inference: &Inference,
    dataset: &Dataset,
    subjects: &Array2<f64>,
    watch: Watch<'_>,
) -> Result<Option<PermutationCounts>> {
    if inference.permutations == 0 || dataset.models.is_empty() {
        return Ok(None);
    }
    let n = dataset.n_conditions;
    let exact = n <= ALL_ORDERS;
    let tried = if exact { (1..=n as u64).product() } else { inference.permutations };
    let order = |index: u64| match exact {
        true => nth_order(n, index),
        false => random::shuffled(&mut random::stream(inference.seed, Purpose::Permutation, index), n),
    };
    let models = dataset.models.len();
    let observed: Vec<f64> = (0..models).map(|m| subjects.column(m).sum() / subjects.nrows() as f64).collect();
    let scorer = Scorer::new(dataset)?;
    let stopped = AtomicBool::new(false);
    let counts = (0..tried)
        .into_par_iter()
        .map(|index| {
            if stopped.load(Ordering::Relaxed) || !watch(0, 0) {
                stopped.store(true, Ordering::Relaxed);
                return Err(stopped_error());
            }
            let scores = scorer.means(dataset, &order(index))?;
            let best = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            // What is equal but for rounding is as good.
            let as_good = |score: f64, observed: f64| u64::from(score >= observed - 1e-12);
            let own = scores.iter().zip(&observed).map(|(&score, &observed)| as_good(score, observed));
            let any = observed.iter().map(|&observed| as_good(best, observed));
            Ok(own.chain(any).collect::<Vec<u64>>())
        })
        .try_reduce(|| vec![0; 2 * models], |a, b| Ok(a.iter().zip(&b).map(|(a, b)| a + b).collect()))?;
    let (exceeding, exceeding_by_any) = counts.split_at(models);
    Ok(Some(PermutationCounts {
        tried,
        exact,
        exceeding: exceeding.to_vec(),
        exceeding_by_any: exceeding_by_any.to_vec(),
    }))
}

/// The orders of 0..n, numbered.
pub(crate) fn nth_order(n: usize, mut index: u64) -> Vec<usize> {
    let mut left: Vec<usize> = (0..n).collect();
    (1..=n as u64)
        .rev()
        .map(|choices| {
            let chosen = (index % choices) as usize;
            index /= choices;
            left.remove(chosen)
        })
        .collect()
}

/// What gives the mean scores for an order of the conditions.
enum Scorer {
    /// Complete RDMs whose comparison is an inner product: one product with the permuted mean of the subjects.
    Product { models: Vec<Vec<f64>>, mean: Vec<f64> },
    /// Comparing anew.
    Anew,
}

impl Scorer {
    fn new(dataset: &Dataset) -> Result<Self> {
        if dataset.present.is_some() || matches!(dataset.kind, Kind::Counts { .. }) {
            return Ok(Self::Anew);
        }
        let view = View::new(&vec![1; dataset.n_conditions], None)?;
        let frame = Frame::new(dataset.kind, &view)?;
        let models = dataset.models.iter().filter_map(|model| model.fixed()).map(|source| frame.vector(source));
        let models = models.collect::<Result<Vec<_>>>()?;
        let mut mean = vec![0.0; models.first().map_or(0, Vec::len)];
        for subject in &dataset.subjects {
            let vector = frame.vector(subject)?;
            mean.iter_mut().zip(vector).for_each(|(sum, value)| *sum += value / dataset.subjects.len() as f64);
        }
        Ok(Self::Product { models, mean })
    }

    /// The mean over subjects of each model's score, condition i of the models being condition `order[i]` of the data.
    fn means(&self, dataset: &Dataset, order: &[usize]) -> Result<Vec<f64>> {
        let n = dataset.n_conditions;
        let pair = |(i, j): (usize, usize)| {
            let (a, b) = (order[i], order[j]);
            condensed::index(n, a.min(b), a.max(b))
        };
        match self {
            Self::Product { models, mean } => {
                let mut permuted: Vec<f64> = condensed::pairs(n).map(|at| mean[pair(at)]).collect();
                // Whitened vectors end with one number for every condition.
                let of_conditions = &mean[permuted.len()..];
                if !of_conditions.is_empty() {
                    permuted.extend(order.iter().map(|&condition| of_conditions[condition]));
                }
                Ok(models.iter().map(|model| dot(model, &permuted)).collect())
            }
            Self::Anew => {
                // Pairs that are missing keep the models' places.
                let permuted = |source: &Source| {
                    let values = condensed::pairs(n).map(|at| source.values()[pair(at)]).collect();
                    Source::of(values, source.rounding(), dataset.kind)
                };
                let subjects: Vec<Source> = dataset.subjects.iter().map(permuted).collect();
                let present: Option<Vec<bool>> = dataset.present.as_ref().map(|present| {
                    condensed::pairs(n).enumerate().map(|(k, at)| present[k] && present[pair(at)]).collect()
                });
                let view = View::new(&vec![1; n], present.as_deref())?;
                let models: Vec<&Source> = dataset.models.iter().filter_map(|model| model.fixed()).collect();
                let board = Board::new(dataset.kind, &view, &subjects.iter().collect::<Vec<_>>())?;
                let mean = |row: ArrayView1<'_, f64>| row.sum() / row.len() as f64;
                Ok(board.scores(&models)?.rows().into_iter().map(mean).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_orders_are_different_and_the_first_is_that_of_the_data() {
        let mut orders: Vec<_> = (0..24).map(|index| nth_order(4, index)).collect();
        assert_eq!(orders[0], [0, 1, 2, 3]);
        orders.sort();
        orders.dedup();
        assert_eq!(orders.len(), 24);
    }
}
