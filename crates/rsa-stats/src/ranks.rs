//! Mid-ranks, of plain and of weighted values.

use std::iter;

/// The order that sorts `values`, smallest first, with equal values in the order they came.
pub(crate) fn sorting_order(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    order
}

/// The runs of equal values in `order`, smallest first; values no further than `rounding` above a run's first are equal.
///
/// Distances that are equal by symmetry come out of floating-point arithmetic unequal in the last digits. Left apart,
/// they would be ranked by rounding noise; two that are truly different and that close lose nothing worth having.
/// A run is bounded by its first value, so that many close values do not chain into one.
pub(crate) fn ties<'a>(values: &'a [f64], order: &'a [usize], rounding: f64) -> impl Iterator<Item = &'a [usize]> {
    let mut rest = order;
    iter::from_fn(move || {
        let first = values[*rest.first()?];
        // Missing values sort last and are equal to nothing: each is a run of its own.
        let equal = rest.iter().take_while(|&&k| values[k] <= first + rounding).count();
        let end = equal.max(1);
        let (run, others) = rest.split_at(end);
        rest = others;
        Some(run)
    })
}

/// Average rank of each value, from 1; equal values share the mean of the ranks they fill.
///
/// `order` sorts `values`. `weight` says how many copies of a value there are: the rank of each copy, had the copies
/// been written out.
pub(crate) fn mid_ranks(values: &[f64], order: &[usize], rounding: f64, weight: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut ranks = vec![0.0; values.len()];
    let mut below = 0.0;
    for tie in ties(values, order, rounding) {
        let copies: f64 = tie.iter().map(|&k| weight(k)).sum();
        let rank = below + (copies + 1.0) / 2.0;
        tie.iter().for_each(|&k| ranks[k] = rank);
        below += copies;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use statrs::statistics::{Data, OrderStatistics, RankTieBreaker};

    use super::*;

    #[test]
    fn ties_share_their_mean_rank() {
        let values = [3.0, -1.0, 3.0, 0.0, -0.0, 7.0];
        assert_eq!(mid_ranks(&values, &sorting_order(&values), 0.0, |_| 1.0), [4.5, 1.0, 4.5, 2.5, 2.5, 6.0]);
    }

    #[test]
    fn values_within_rounding_are_tied() {
        let values = [1.0, 0.3, 0.1 + 0.2, 0.5];
        let order = sorting_order(&values);
        assert_eq!(mid_ranks(&values, &order, 1e-15, |_| 1.0), [4.0, 1.5, 1.5, 3.0]);
        assert_eq!(mid_ranks(&values, &order, 0.0, |_| 1.0), [4.0, 1.0, 2.0, 3.0]);
    }

    #[test]
    fn statrs_agrees() {
        let values: Vec<f64> = (0..200).map(|k| f64::from((k * 37 + k * k) % 23)).collect();
        let theirs = Data::new(values.clone()).ranks(RankTieBreaker::Average);
        assert_eq!(mid_ranks(&values, &sorting_order(&values), 0.0, |_| 1.0), theirs);
    }

    #[test]
    fn a_weight_is_that_many_copies() {
        let values = [5.0, 2.0, 5.0, 9.0];
        let copies = [2.0, 3.0, 1.0, 0.0];
        let weighted = mid_ranks(&values, &sorting_order(&values), 0.0, |k| copies[k]);
        // Written out: 5 5 2 2 2 5.
        assert_eq!(weighted[..3], [5.0, 2.0, 5.0]);
    }
}
