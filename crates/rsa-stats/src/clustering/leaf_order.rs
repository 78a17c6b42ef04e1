//! Order of the leaves of a tree in which neighbors are as near as possible.

use std::ops::Range;

use ndarray::Array2;
use rsa_core::Rdm;

use super::Merge;

/// Most conditions whose leaves are ordered: a few seconds.
const MOST: usize = 1500;

/// Cluster as a range of places, of which its two parts take one side each.
#[derive(Clone, Copy)]
struct Span {
    start: usize,
    /// First place of the second part; `start` for a single condition.
    split: usize,
    end: usize,
}

impl Span {
    fn is_leaf(self) -> bool {
        self.split == self.start
    }

    /// Returns the places at which the other end of the cluster may be if `end` is at one end.
    fn opposite(self, end: usize) -> Range<usize> {
        match end {
            _ if self.is_leaf() => self.start..self.end,
            end if end < self.split => self.split..self.end,
            _ => self.start..self.split,
        }
    }
}

/// Tree whose clusters are ranges of places.
struct PlacedTree {
    /// Condition at each place.
    conditions: Vec<usize>,
    /// Clusters: the conditions, then the merges.
    spans: Vec<Span>,
    /// Parts of each merge, that of the earlier places first.
    parts: Vec<[usize; 2]>,
}

/// Returns the conditions in the order in which the sum of dissimilarities of neighbors is smallest.
///
/// For every cluster and every two conditions at its ends the smallest sum follows from those of its two parts.
pub(super) fn leaves(rdm: &Rdm, merges: &[Merge]) -> Vec<usize> {
    let n = rdm.n_conditions();
    let tree = PlacedTree::new(n, merges);
    if n > MOST {
        return tree.conditions;
    }
    let d = Array2::from_shape_fn((n, n), |(a, b)| rdm.get(tree.conditions[a], tree.conditions[b]));
    let sums = tree.smallest_sums(&d);
    let root = tree.spans[n + merges.len() - 1];
    let mut best = (0, root.split);
    for a in root.start..root.split {
        for b in root.split..root.end {
            if sums[(a, b)] < sums[best] {
                best = (a, b);
            }
        }
    }
    let places = tree.order(&d, &sums, best);
    let mut leaves: Vec<usize> = places.into_iter().map(|place| tree.conditions[place]).collect();
    // The sum does not tell an order from its mirror image.
    if leaves.first() > leaves.last() {
        leaves.reverse();
    }
    leaves
}

impl PlacedTree {
    fn new(n: usize, merges: &[Merge]) -> Self {
        let size = |cluster: usize| if cluster < n { 1 } else { merges[cluster - n].size };
        let first = firsts(n, merges);
        let mut starts = vec![0; n + merges.len()];
        let mut parts = vec![[0; 2]; merges.len()];
        for (k, merge) in merges.iter().enumerate().rev() {
            let [mut a, mut b] = merge.clusters;
            if first[b] < first[a] {
                (a, b) = (b, a);
            }
            starts[a] = starts[n + k];
            starts[b] = starts[a] + size(a);
            parts[k] = [a, b];
        }
        let span = |cluster: usize| {
            let start = starts[cluster];
            let split = if cluster < n { start } else { starts[parts[cluster - n][1]] };
            Span { start, split, end: start + size(cluster) }
        };
        let spans: Vec<Span> = (0..n + merges.len()).map(span).collect();
        let mut conditions = vec![0; n];
        (0..n).for_each(|condition| conditions[starts[condition]] = condition);
        Self { conditions, spans, parts }
    }

    /// Returns the smallest sum within the smallest cluster of two places, for one place at each end.
    fn smallest_sums(&self, d: &Array2<f64>) -> Array2<f64> {
        let n = self.conditions.len();
        let mut sums = Array2::<f64>::zeros((n, n));
        for (k, &[left, right]) in self.parts.iter().enumerate() {
            let (span, left, right) = (self.spans[n + k], self.spans[left], self.spans[right]);
            // Sum of the first part from `a` on, and the step to `c` in the second part.
            let mut stepped = Array2::<f64>::zeros((span.split - span.start, span.end - span.split));
            for a in span.start..span.split {
                for c in span.split..span.end {
                    let through = left.opposite(a).map(|b| sums[(a, b)] + d[(b, c)]);
                    stepped[(a - span.start, c - span.split)] = through.fold(f64::INFINITY, f64::min);
                }
            }
            for a in span.start..span.split {
                for b in span.split..span.end {
                    let through = right.opposite(b).map(|c| stepped[(a - span.start, c - span.split)] + sums[(c, b)]);
                    let least = through.fold(f64::INFINITY, f64::min);
                    sums[(a, b)] = least;
                    sums[(b, a)] = least;
                }
            }
        }
        sums
    }

    /// Returns the places from one end to the other.
    fn order(&self, d: &Array2<f64>, sums: &Array2<f64>, ends: (usize, usize)) -> Vec<usize> {
        let n = self.conditions.len();
        let mut order = Vec::with_capacity(n);
        let mut open = vec![(n + self.parts.len() - 1, ends)];
        while let Some((cluster, (from, to))) = open.pop() {
            if cluster < n {
                order.push(from);
                continue;
            }
            let [mut near, mut far] = self.parts[cluster - n];
            if !(self.spans[near].start..self.spans[near].end).contains(&from) {
                (near, far) = (far, near);
            }
            let mut best: Option<(usize, usize, f64)> = None;
            for a in self.spans[near].opposite(from) {
                for b in self.spans[far].opposite(to) {
                    let sum = sums[(from, a)] + d[(a, b)] + sums[(b, to)];
                    if best.is_none_or(|(.., least)| sum < least) {
                        best = Some((a, b, sum));
                    }
                }
            }
            let (a, b, _) = best.expect("both parts have an end");
            open.push((far, (b, to)));
            open.push((near, (from, a)));
        }
        order
    }
}

/// Returns the first condition of each cluster.
fn firsts(n: usize, merges: &[Merge]) -> Vec<usize> {
    let mut first: Vec<usize> = (0..n).collect();
    for merge in merges {
        let [a, b] = merge.clusters.map(|cluster| first[cluster]);
        first.push(a.min(b));
    }
    first
}
