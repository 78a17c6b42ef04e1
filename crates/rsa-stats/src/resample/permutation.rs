//! The permutation engine: orders of the conditions, and counts of permuted scores that reach the observed ones.

use std::ops::Range;

use rayon::prelude::*;
use rsa_core::{Orientation, Result};

use super::{
    random::{Purpose, shuffled, stream},
    steps::StageSteps,
};

/// Largest number of conditions of which all orders are tried: 7! = 5040.
const MOST_CONDITIONS_FOR_ALL_ORDERS: usize = 7;

/// Difference up to which a permuted score equals the observed one, relative for observed scores beyond ±1.
///
/// A permutation may only change the order in which the same numbers are added up. The rounding errors then differ by
/// about 1e-14 for the largest RDMs in use; 1e-12 leaves room and is far below any difference of interest.
const TIE: f64 = 1e-12;

/// The orders of the conditions that a permutation test tries: all of them for few conditions, random ones otherwise.
pub(crate) struct ConditionOrders {
    n_conditions: usize,
    seed: u64,
    count: u64,
    exact: bool,
}

impl ConditionOrders {
    /// Takes the number of random orders that were asked for.
    pub(crate) fn new(n_conditions: usize, requested: u64, seed: u64) -> Self {
        let exact = n_conditions <= MOST_CONDITIONS_FOR_ALL_ORDERS;
        let count = if exact { (1..=n_conditions as u64).product() } else { requested };
        Self { n_conditions, seed, count, exact }
    }

    /// Returns the number of orders.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Returns `true` if these are all orders that exist, the order of the data among them.
    pub(crate) fn is_exact(&self) -> bool {
        self.exact
    }

    /// Returns order `index`.
    pub(crate) fn get(&self, index: u64) -> Vec<usize> {
        match self.exact {
            true => nth_order(self.n_conditions, index),
            false => shuffled(&mut stream(self.seed, Purpose::Permutation, index), self.n_conditions),
        }
    }
}

/// Returns order `index` of the n! orders of 0..n; the first is the identity.
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

/// Returns the p-value of a count of permutations that reached the observed score.
///
/// It is never 0, because the order of the data counts, too. It is one of all orders; to random orders it is added.
pub(crate) fn p_value(count: u64, tried: u64, exact: bool) -> f64 {
    match exact {
        true => count as f64 / tried as f64,
        false => (1.0 + count as f64) / (1.0 + tried as f64),
    }
}

/// Counts of the permutations that reached each observed score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exceedances {
    /// For each model or pair, the permutations whose score of this model or pair reached the observed score.
    pub(crate) own: Vec<u64>,
    /// For each model or pair, the permutations whose best score of all reached the observed score.
    pub(crate) any: Vec<u64>,
}

/// Returns the better of two scores; the first of equal ones.
fn better(orientation: Orientation, a: f64, b: f64) -> f64 {
    let b_is_better = match orientation {
        Orientation::Similarity => b > a,
        Orientation::Distance => b < a,
    };
    if b_is_better { b } else { a }
}

/// Returns the best of the scores that exist.
pub(crate) fn best(orientation: Orientation, scores: &[Option<f64>]) -> Option<f64> {
    scores.iter().flatten().copied().reduce(|a, b| better(orientation, a, b))
}

/// Returns 1 if a permuted score is as good as the observed one or equal to it but for rounding.
fn reaches(orientation: Orientation, permuted: f64, observed: f64) -> u64 {
    let tie = TIE * observed.abs().max(1.0);
    u64::from(match orientation {
        Orientation::Similarity => permuted >= observed - tie,
        Orientation::Distance => permuted <= observed + tie,
    })
}

/// Counts, over a range of orders and on all threads, the permutations that reach each observed score.
///
/// `scores` returns one entry for every observed score. An observed score of `None` is not tested. If a score was observed
/// and the permuted score is `None` (a model is constant on the present pairs), the permutation counts in `own`, so that
/// the model has no advantage, and in `any`, so that a corrected p-value is never below the uncorrected one.
///
/// # Errors
/// Errors of `scores`; `Cancelled` if the observer of `steps` says so.
pub(crate) fn count_exceedances(
    orders: &ConditionOrders,
    range: Range<u64>,
    observed: &[Option<f64>],
    orientation: Orientation,
    steps: &StageSteps<'_>,
    scores: impl Fn(&[usize]) -> Result<Vec<Option<f64>>> + Sync,
) -> Result<Exceedances> {
    let of_order = |index: u64| -> Result<Vec<u64>> {
        let permuted = scores(&orders.get(index))?;
        let best = best(orientation, &permuted);
        let reached_by = |permuted: Option<f64>, observed: &Option<f64>| match (permuted, observed) {
            (_, None) => 0,
            (None, Some(_)) => 1,
            (Some(permuted), Some(observed)) => reaches(orientation, permuted, *observed),
        };
        let own: Vec<u64> =
            permuted.iter().zip(observed).map(|(permuted, observed)| reached_by(*permuted, observed)).collect();
        let any = observed.iter().zip(&own).map(|(observed, own)| reached_by(best, observed).max(*own));
        Ok(own.iter().copied().chain(any).collect())
    };
    let mut own = range
        .into_par_iter()
        .map(|index| steps.step(|| of_order(index)))
        .try_reduce(|| vec![0; 2 * observed.len()], |a, b| Ok(a.iter().zip(&b).map(|(a, b)| a + b).collect()))?;
    let any = own.split_off(observed.len());
    Ok(Exceedances { own, any })
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

    /// The statistic is the first condition's number: over the 6 orders of 3 it is 0, 1 and 2 twice each.
    #[test]
    fn exceedances_are_counted_by_hand_in_both_directions() {
        let orders = ConditionOrders::new(3, 0, 0);
        assert!(orders.is_exact() && orders.count() == 6);
        let scores = |order: &[usize]| Ok(vec![Some(order[0] as f64), None, Some(0.5)]);
        let observed = [Some(1.0 + 1e-13), Some(0.0), None];
        let count = |orientation| {
            let steps = StageSteps::new(&(), "permutations", 6);
            count_exceedances(&orders, 0..6, &observed, orientation, &steps, scores).unwrap()
        };
        // The best of 0 and .5 is .5, which does not reach 1 and reaches 0.
        let expected = Exceedances { own: vec![4, 6, 0], any: vec![4, 6, 0] };
        assert_eq!(count(Orientation::Similarity), expected);
        let expected = Exceedances { own: vec![4, 6, 0], any: vec![6, 6, 0] };
        assert_eq!(count(Orientation::Distance), expected);
        assert_eq!((p_value(4, 6, true), p_value(4, 9, false)), (4.0 / 6.0, 0.5));
    }
}
