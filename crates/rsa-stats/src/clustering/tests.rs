//! Trees of SciPy, and hostile RDMs.

use super::*;

/// Dissimilarities 37k mod 101 of twelve conditions, k from 1: all different.
fn twelve(offset: f64) -> Rdm {
    Rdm::new((1..=66).map(|k| f64::from(37 * k % 101) + offset).collect()).unwrap()
}

fn sum_of_neighbors(rdm: &Rdm, leaves: &[usize]) -> f64 {
    leaves.windows(2).map(|pair| rdm.get(pair[0], pair[1])).sum()
}

#[test]
fn merges_are_those_of_scipy() {
    // SciPy 1.17.1: linkage(d, "average").
    let known: [([usize; 2], f64, usize); 11] = [
        ([4, 7], 2.0, 2),
        ([0, 11], 3.0, 2),
        ([2, 3], 6.0, 2),
        ([6, 14], 12.5, 3),
        ([1, 12], 18.0, 3),
        ([5, 10], 32.0, 2),
        ([16, 17], 104.0 / 3.0, 5),
        ([8, 9], 35.0, 2),
        ([13, 19], 53.5, 4),
        ([15, 18], 826.0 / 15.0, 8),
        ([20, 21], 60.71875, 12),
    ];
    for offset in [0.0, -40.0] {
        let rdm = twelve(offset);
        let tree = Dendrogram::average_linkage(&rdm).unwrap();
        for (merge, (clusters, height, size)) in tree.merges.iter().zip(known) {
            assert_eq!((merge.clusters, merge.size), (clusters, size));
            assert!((merge.height - height - offset).abs() < 1e-12, "{} for {height}", merge.height);
        }
    }
}

#[test]
fn no_order_of_the_leaves_of_a_tree_is_better() {
    // All 2¹¹ ways to turn the two parts of the merges.
    let rdm = twelve(0.0);
    let tree = Dendrogram::average_linkage(&rdm).unwrap();
    let best = sum_of_neighbors(&rdm, &tree.leaves);
    // The orders that SciPy 1.17.1 returns with optimal_ordering=True sum to 330 here.
    assert_eq!((best, &*tree.leaves), (162.0, &[1, 4, 7, 5, 10, 6, 2, 3, 0, 11, 8, 9][..]));
    for turned in 0..1u32 << 11 {
        let mut leaves = Vec::new();
        let mut open: Vec<usize> = vec![12 + 10];
        while let Some(cluster) = open.pop() {
            match cluster.checked_sub(12) {
                None => leaves.push(cluster),
                Some(k) => {
                    let [a, b] = tree.merges[k].clusters;
                    open.extend(if turned >> k & 1 == 1 { [a, b] } else { [b, a] });
                }
            }
        }
        assert!(sum_of_neighbors(&rdm, &leaves) >= best);
    }
}

#[test]
fn a_map_of_points_on_a_line_keeps_their_order() {
    let places = [3.0, 0.0, 1.1, 7.5, 5.2, 9.0, 2.2];
    let values = condensed::pairs(7).map(|(i, j): (usize, usize)| f64::abs(places[i] - places[j]));
    let tree = Dendrogram::average_linkage(&Rdm::new(values.collect()).unwrap()).unwrap();
    assert_eq!(tree.leaves, [1, 2, 6, 0, 4, 3, 5]);
}

#[test]
fn equal_dissimilarities_two_conditions_and_large_numbers_have_a_tree() {
    let equal = Dendrogram::average_linkage(&Rdm::new(vec![1.0; 45]).unwrap()).unwrap();
    let mut sorted = equal.leaves.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (0..10).collect::<Vec<_>>());
    assert!(equal.merges.iter().all(|merge| merge.height == 1.0) && equal.merges[8].size == 10);
    assert_eq!(Dendrogram::average_linkage(&Rdm::new(vec![0.5]).unwrap()).unwrap().leaves, [0, 1]);
    let large = Dendrogram::average_linkage(&Rdm::new(vec![1e308, 1.5e308, 1.7e308]).unwrap()).unwrap();
    assert!(large.merges.iter().all(|merge| merge.height.is_finite()));
}

#[test]
fn a_missing_pair_is_named() {
    let error = Dendrogram::average_linkage(&Rdm::new(vec![1.0, f64::NAN, 2.0]).unwrap()).unwrap_err();
    assert_eq!(error.kind().name(), "Degenerate");
    assert!(error.to_string().contains("0 and 2"), "{error}");
}
