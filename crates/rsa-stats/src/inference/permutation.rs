//! How often models do as well with the condition labels of the data in another order.

use std::ops::Range;

use ndarray::Array2;
use rayon::prelude::*;
use rsa_core::{Error, ErrorKind, Result, condensed, linalg::dot};

use super::{
    Inference, Purpose, Watch,
    board::Board,
    dataset::Dataset,
    random,
    scoring::Kind,
    source::{Frame, Source},
    steps::Steps,
    view::View,
};

/// How often models did at least as well under permutations as on the data.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PermutationCounts {
    /// How many orders were tried: by a part of an evaluation its share.
    pub tried: u64,
    /// Whether these are all there are, the one of the data among them.
    pub exact: bool,
    /// For each model, how often it did as well.
    pub exceeding: Vec<u64>,
    /// For each model, how often the best of all models did as well.
    pub exceeding_by_any: Vec<u64>,
}

impl PermutationCounts {
    /// Adds what another part tried.
    pub(crate) fn add(&mut self, other: &Self) {
        self.tried += other.tried;
        let own = self.exceeding.iter_mut().chain(&mut self.exceeding_by_any);
        own.zip(other.exceeding.iter().chain(&other.exceeding_by_any))
            .for_each(|(own, other)| *own = own.saturating_add(*other));
    }

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

/// How many orders so many conditions have, `None` if they are too many to try all.
fn all_orders(n_conditions: usize) -> Option<u64> {
    (n_conditions <= ALL_ORDERS).then(|| (1..=n_conditions as u64).product())
}

/// The orders that go with a range of resamples: to all resamples all of them, also where nothing is resampled.
pub(crate) fn share(inference: &Inference, n_conditions: usize, resamples: &Range<u64>) -> Range<u64> {
    let tried = all_orders(n_conditions).unwrap_or(inference.permutations);
    let until = |resample: u64| match inference.n_resamples() {
        0 => tried,
        #[allow(clippy::cast_possible_truncation, reason = "at most as many as are tried")]
        all => (u128::from(tried) * u128::from(resample.min(all)) / u128::from(all)) as u64,
    };
    let from = if resamples.start == 0 { 0 } else { until(resamples.start) };
    from..until(resamples.end)
}

/// Permutes the labels of the data against those of the models, in the orders that go with a range of resamples.
pub(crate) fn count(
    inference: &Inference,
    dataset: &Dataset,
    subjects: &Array2<f64>,
    resamples: &Range<u64>,
    watch: Watch<'_>,
) -> Result<Option<PermutationCounts>> {
    if inference.permutations == 0 || dataset.models.is_empty() {
        return Ok(None);
    }
    let n = dataset.n_conditions;
    let exact = all_orders(n).is_some();
    let orders = share(inference, n, resamples);
    let tried = orders.end - orders.start;
    let order = |index: u64| match exact {
        true => nth_order(n, index),
        false => random::shuffled(&mut random::stream(inference.seed, Purpose::Permutation, index), n),
    };
    let models = dataset.models.len();
    let observed: Vec<f64> = (0..models).map(|m| subjects.column(m).sum() / subjects.nrows() as f64).collect();
    let view = View::new(&vec![1; n], dataset.present.as_deref())?;
    let scorer = Scorer::new(dataset, &view)?;
    let steps = Steps::new(watch, tried);
    let counts = orders
        .into_par_iter()
        .map(|index| {
            steps.begin()?;
            let scores = scorer.means(dataset, &order(index))?;
            let best = scores.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
            // What is equal but for rounding is as good, and so is what has no score: a model that is constant on the
            // pairs that are left counts against itself.
            let as_good = |score: f64, observed: f64| u64::from(score >= observed - 1e-12);
            let own = scores
                .iter()
                .zip(&observed)
                .map(|(score, &observed)| score.map_or(1, |score| as_good(score, observed)));
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
enum Scorer<'v> {
    /// Complete RDMs whose comparison is an inner product: one product with the permuted mean of the subjects.
    Product { models: Vec<Vec<f64>>, mean: Vec<f64> },
    /// The subjects, read once; models are permuted against them and compared anew.
    Anew(Box<Board<'v>>),
}

impl<'v> Scorer<'v> {
    /// # Errors
    /// `InvalidParameter` naming a model that lacks pairs: permuted, it would lack others of the data each time.
    fn new(dataset: &Dataset, view: &'v View) -> Result<Self> {
        if dataset.present.is_some() || matches!(dataset.kind, Kind::Counts { .. }) {
            let fixed = dataset.models.iter().filter_map(|model| model.fixed());
            if let Some(lacking) = fixed.clone().position(|model| model.values().iter().any(|value| value.is_nan())) {
                let requirement = "asked for with models that have all pairs; the data may lack some";
                let error = Error::invalid_parameter("permutations", requirement, "one that lacks some");
                return Err(error.context(format!("model {lacking}")));
            }
            return Ok(Self::Anew(Box::new(Board::new(
                dataset.kind,
                view,
                &dataset.subjects.iter().collect::<Vec<_>>(),
            )?)));
        }
        let frame = Frame::new(dataset.kind, view)?;
        let models = dataset.models.iter().filter_map(|model| model.fixed()).map(|source| frame.vector(source));
        let models = models.collect::<Result<Vec<_>>>()?;
        let mut mean = vec![0.0; models.first().map_or(0, Vec::len)];
        for subject in &dataset.subjects {
            let vector = frame.vector(subject)?;
            mean.iter_mut().zip(vector).for_each(|(sum, value)| *sum += value / dataset.subjects.len() as f64);
        }
        Ok(Self::Product { models, mean })
    }

    /// The mean over subjects of each model's score, condition i of the models being condition `order[i]` of the data;
    /// `None` for a model that is constant on the pairs that the data have.
    fn means(&self, dataset: &Dataset, order: &[usize]) -> Result<Vec<Option<f64>>> {
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
                Ok(models.iter().map(|model| Some(dot(model, &permuted))).collect())
            }
            Self::Anew(board) => {
                // The pairs of the data stay where they are, those that are missing too: the models move the other way.
                let mut place = vec![0; n];
                order.iter().enumerate().for_each(|(i, &condition)| place[condition] = i);
                let pair = |(i, j): (usize, usize)| condensed::index(n, place[i].min(place[j]), place[i].max(place[j]));
                let mean = |source: &Source| {
                    let values = condensed::pairs(n).map(|at| source.values()[pair(at)]).collect();
                    let permuted = Source::of(values, source.rounding(), dataset.kind);
                    match board.scores(&[&permuted]) {
                        Ok(scores) => Ok(Some(scores.sum() / scores.len() as f64)),
                        Err(error) if matches!(error.kind(), ErrorKind::Degenerate { .. }) => Ok(None),
                        Err(error) => Err(error),
                    }
                };
                dataset.models.iter().filter_map(|model| model.fixed()).map(mean).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_orders_are_all_orders() {
        let both = Inference { generalize_to: crate::GeneralizeTo::Both, permutations: 1000, ..Inference::default() };
        for (resamples, n_conditions, all) in [(7, 20, 1000), (5000, 20, 1000), (7, 5, 120)] {
            let inference = Inference { resamples, ..both.clone() };
            let shares: Vec<_> = (0..resamples).flat_map(|k| share(&inference, n_conditions, &(k..k + 1))).collect();
            assert_eq!(shares, (0..all).collect::<Vec<_>>());
        }
        let fixed = Inference { generalize_to: crate::GeneralizeTo::Nothing, ..both };
        assert_eq!(share(&fixed, 20, &(0..0)), 0..1000);
    }

    #[test]
    fn all_orders_are_different_and_the_first_is_that_of_the_data() {
        let mut orders: Vec<_> = (0..24).map(|index| nth_order(4, index)).collect();
        assert_eq!(orders[0], [0, 1, 2, 3]);
        orders.sort();
        orders.dedup();
        assert_eq!(orders.len(), 24);
    }
}
