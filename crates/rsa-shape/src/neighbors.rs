//! [`Neighbors`]: the nearest other conditions of each condition, with ties.

use rsa_core::{Conditions, Error, Representation, Result};

use crate::patterns::Patterns;

/// The distance by which conditions are near.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NeighborMetric {
    /// The angle between patterns, seen from the origin.
    #[default]
    Cosine,
    /// The Euclidean distance of patterns.
    Euclidean,
    /// The angle between patterns, each less its mean over features.
    Correlation,
}

/// The k nearest other conditions of each condition.
///
/// A condition strictly nearer than the k-th has weight 1. Those as near as the k-th, up to rounding, share the
/// remaining places equally, so the weights do not depend on the order of the conditions. Without ties there are k of
/// weight 1.
#[derive(Clone, Debug)]
pub struct Neighbors {
    lists: Vec<Vec<Neighbor>>,
    k: usize,
    metric: NeighborMetric,
    conditions: Conditions,
}

/// A condition in the list of another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Neighbor {
    pub(crate) index: usize,
    pub(crate) weight: f64,
}

impl Neighbors {
    /// Finds the `k` nearest conditions of each condition.
    ///
    /// # Errors
    /// `InvalidParameter` for a `k` of 0, `TooFewConditions` unless k < n − 1, `Degenerate` if a pattern has no
    /// direction or all conditions are equally far apart.
    pub fn of(x: &Representation, k: usize, metric: NeighborMetric) -> Result<Self> {
        let n = x.n_conditions();
        ensure_room(k, n, k.saturating_add(2))?;
        let patterns = match metric {
            NeighborMetric::Cosine => Patterns::units(x, false)?,
            NeighborMetric::Euclidean => Patterns::points(x),
            NeighborMetric::Correlation => Patterns::units(x, true)?,
        };
        let lists = patterns.map_distances(|i, distances| nearest(distances, i, k, patterns.rounding()));
        if lists.iter().all(|list| list.len() == n - 1) {
            return Err(Error::degenerate(
                "all conditions are equally far apart, so none is nearer than another",
                "leave this representation out",
            ));
        }
        Ok(Self { lists, k, metric, conditions: x.conditions().clone() })
    }

    /// Returns the number of neighbors of a condition.
    pub fn k(&self) -> usize {
        self.k
    }

    /// Returns the distance by which conditions are near.
    pub fn metric(&self) -> NeighborMetric {
        self.metric
    }

    /// Returns the conditions of the representation.
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// Returns the neighbors of condition `i` with their weights, by increasing index.
    pub fn list(&self, i: usize) -> impl Iterator<Item = (usize, f64)> {
        self.lists[i].iter().map(|neighbor| (neighbor.index, neighbor.weight))
    }

    /// Returns, for each condition, the weight that its neighbors have in both lists.
    pub(crate) fn shared_with<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = f64> + 'a {
        let lists = self.lists.iter().zip(&other.lists);
        lists.map(|(a, b)| in_both(a, b, |neighbor| *neighbor).map(|(a, b)| a.weight.min(b.weight)).sum())
    }

    /// Returns the lists with the conditions in another order; `None` unless `rows` has all of them.
    pub(crate) fn reordered(&self, rows: &[usize]) -> Option<Self> {
        let lists = reordered(&self.lists, rows, |neighbor| &mut neighbor.index)?;
        Some(Self { lists, conditions: self.conditions.select(rows), ..*self })
    }
}

/// Refuses a number of neighbors that `n` conditions do not have.
pub(crate) fn ensure_room(k: usize, n: usize, needed: usize) -> Result<()> {
    if k == 0 {
        return Err(Error::invalid_parameter("the number of neighbors", "at least 1", k));
    }
    match n < needed {
        true => {
            Err(Error::too_few_conditions(needed, n, format_args!("each needs more others than its {k} neighbors")))
        }
        false => Ok(()),
    }
}

/// Returns the `k` conditions nearest to condition `own`, by increasing index.
///
/// A larger key is a condition further away. Conditions within `rounding` of the k-th share the places that nearer ones leave.
pub(crate) fn nearest(keys: &[f64], own: usize, k: usize, rounding: f64) -> Vec<Neighbor> {
    let mut others: Vec<f64> = keys.to_vec();
    others.swap_remove(own);
    let (_, &mut edge, _) = others.select_nth_unstable_by(k - 1, f64::total_cmp);
    let others = || keys.iter().enumerate().filter(|(j, _)| *j != own);
    let nearer = others().filter(|(_, key)| **key < edge - rounding).count();
    let tied = others().filter(|(_, key)| (**key - edge).abs() <= rounding).count();
    let share = (k - nearer) as f64 / tied as f64;
    let weight = |key: f64| if key < edge - rounding { 1.0 } else { share };
    let listed = others().filter(|(_, key)| **key <= edge + rounding);
    listed.map(|(index, key)| Neighbor { index, weight: weight(*key) }).collect()
}

/// Returns the entries of two lists with the same index.
pub(crate) fn in_both<'a, T: Copy>(
    a: &'a [T],
    b: &'a [T],
    neighbor: impl Fn(&T) -> Neighbor + 'a,
) -> impl Iterator<Item = (T, T)> + 'a {
    let mut from = 0;
    a.iter().filter_map(move |entry| {
        let index = neighbor(entry).index;
        while b.get(from).is_some_and(|other| neighbor(other).index < index) {
            from += 1;
        }
        b.get(from).filter(|other| neighbor(other).index == index).map(|other| (*entry, *other))
    })
}

/// Returns lists with the conditions in another order; `None` unless `rows` has all of them.
pub(crate) fn reordered<T: Copy>(
    lists: &[Vec<T>],
    rows: &[usize],
    index: impl Fn(&mut T) -> &mut usize,
) -> Option<Vec<Vec<T>>> {
    if rows.len() != lists.len() {
        return None;
    }
    let mut places = vec![0; rows.len()];
    rows.iter().enumerate().for_each(|(place, &row)| places[row] = place);
    let moved = |row: &usize| {
        let mut list = lists[*row].clone();
        list.iter_mut().for_each(|entry| *index(entry) = places[*index(entry)]);
        list.sort_by_key(|entry| *index(&mut { *entry }));
        list
    };
    Some(rows.iter().map(moved).collect())
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    fn lists(x: &Representation, k: usize, metric: NeighborMetric) -> Vec<Vec<(usize, f64)>> {
        let read = Neighbors::of(x, k, metric).unwrap();
        (0..x.n_conditions()).map(|i| read.list(i).collect()).collect()
    }

    #[test]
    fn the_tied_share_the_places_that_are_left() {
        // From 0 the others are 1, 1, 2 and 5 away: with k = 2 both at 1, with k = 3 also 2; with k = 1 half each.
        let x = Representation::new(array![[0.0], [1.0], [-1.0], [2.0], [5.0]]).unwrap();
        let of_first = |k| lists(&x, k, NeighborMetric::Euclidean)[0].clone();
        assert_eq!(of_first(1), [(1, 0.5), (2, 0.5)]);
        assert_eq!(of_first(2), [(1, 1.0), (2, 1.0)]);
        assert_eq!(of_first(3), [(1, 1.0), (2, 1.0), (3, 1.0)]);
        // Equal up to rounding, at an offset that hides the last digits.
        let far = Representation::new(&x.values() * 0.1 + 1e6).unwrap();
        assert_eq!(lists(&far, 1, NeighborMetric::Euclidean)[0], [(1, 0.5), (2, 0.5)]);
    }

    #[test]
    fn metrics_see_what_they_should() {
        // Directions 0°, 10°, 90° and 100° at different lengths.
        let at = |degrees: f64, length: f64| [length * degrees.to_radians().cos(), length * degrees.to_radians().sin()];
        let x =
            Representation::new(ndarray::arr2(&[at(0.0, 1.0), at(10.0, 9.0), at(90.0, 1.0), at(100.0, 9.0)])).unwrap();
        let first = |metric| lists(&x, 1, metric).into_iter().map(|list| list[0].0).collect::<Vec<_>>();
        assert_eq!(first(NeighborMetric::Cosine), [1, 0, 3, 2]);
        assert_eq!(first(NeighborMetric::Euclidean), [2, 0, 0, 2]);
    }

    #[test]
    fn reordering_moves_lists_and_indices() {
        let x = Representation::new(Array2::from_shape_fn((9, 3), |(i, j)| ((i * i * (j + 2)) as f64).sin())).unwrap();
        let order = [3, 1, 4, 0, 8, 5, 2, 6, 7];
        let read = |x: &Representation| Neighbors::of(x, 3, NeighborMetric::Euclidean).unwrap();
        assert_eq!(read(&x).reordered(&order).unwrap().lists, read(&x.select(&order).unwrap()).lists);
        assert!(read(&x).reordered(&order[..8]).is_none());
    }

    #[test]
    fn blocks_of_rows_do_not_change_lists() {
        // More conditions than a block has rows, against distances summed one by one.
        let values = Array2::from_shape_fn((300, 4), |(i, j)| ((i * i * (j + 2)) as f64).sin());
        let found = lists(&Representation::new(values.clone()).unwrap(), 5, NeighborMetric::Euclidean);
        for (i, list) in found.iter().enumerate() {
            let distance = |j: usize| (&values.row(i) - &values.row(j)).mapv(|d| d * d).sum();
            let mut others: Vec<usize> = (0..300).filter(|&j| j != i).collect();
            others.sort_by(|&a, &b| distance(a).total_cmp(&distance(b)));
            let mut expected = others[..5].to_vec();
            expected.sort_unstable();
            assert_eq!(list.iter().map(|(j, _)| *j).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn what_has_no_neighbors_is_an_error() {
        let kind = |x: Array2<f64>, k, metric| {
            Neighbors::of(&Representation::new(x).unwrap(), k, metric).unwrap_err().kind().name()
        };
        let layer = array![[1.0, 2.0], [2.0, 1.0], [3.0, 5.0], [0.0, 0.0]];
        assert_eq!(kind(layer.clone(), 3, NeighborMetric::Euclidean), "TooFewConditions");
        assert_eq!(kind(layer.clone(), 0, NeighborMetric::Euclidean), "InvalidParameter");
        assert_eq!(kind(layer.clone(), 2, NeighborMetric::Cosine), "Degenerate");
        assert_eq!(kind(layer, 2, NeighborMetric::Correlation), "Degenerate");
        assert_eq!(kind(Array2::eye(5), 2, NeighborMetric::Euclidean), "Degenerate");
        assert_eq!(kind(Array2::from_elem((5, 2), 0.1), 2, NeighborMetric::Cosine), "Degenerate");
    }
}
