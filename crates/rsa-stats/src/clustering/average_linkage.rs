//! Merges of average linkage, by chains of nearest neighbors.

use rsa_core::{Rdm, condensed};

use super::Merge;

/// Returns the merges from the lowest to the highest.
///
/// A chain goes from each cluster to its nearest one until two are nearest to one another. Merging these at once gives the
/// tree of merging the two nearest of all, in n² steps (Müllner 2011, doi:10.48550/arXiv.1109.2378).
pub(super) fn merges(rdm: &Rdm) -> Vec<Merge> {
    let n = rdm.n_conditions();
    let mut d = rdm.values().to_vec();
    let at = |i: usize, j: usize| condensed::index(n, i.min(j), i.max(j));
    // The cluster of several conditions stands in the place of one of them.
    let mut sizes = vec![1usize; n];
    let mut open: Vec<usize> = (0..n).collect();
    let mut chain: Vec<usize> = Vec::new();
    let mut found: Vec<(usize, usize, f64)> = Vec::with_capacity(n - 1);
    while open.len() > 1 {
        if chain.is_empty() {
            chain.push(open[0]);
        }
        let (x, y) = loop {
            let x = chain[chain.len() - 1];
            // The previous cluster of the chain wins ties, so that the chain ends.
            let previous = chain.len().checked_sub(2).map(|place| chain[place]);
            let mut nearest = previous.map(|y| (y, d[at(x, y)]));
            for &y in open.iter().filter(|&&y| y != x) {
                if nearest.is_none_or(|(_, least)| d[at(x, y)] < least) {
                    nearest = Some((y, d[at(x, y)]));
                }
            }
            let (y, _) = nearest.expect("two clusters are open");
            if Some(y) == previous {
                break (x, y);
            }
            chain.push(y);
        };
        chain.truncate(chain.len() - 2);
        found.push((x, y, d[at(x, y)]));
        let (x, y) = (x.min(y), x.max(y));
        let share = sizes[x] as f64 / (sizes[x] + sizes[y]) as f64;
        open.retain(|&cluster| cluster != x);
        for &other in open.iter().filter(|&&other| other != y) {
            d[at(y, other)] = d[at(x, other)] * share + d[at(y, other)] * (1.0 - share);
        }
        sizes[y] += sizes[x];
    }
    found.sort_by(|a, b| a.2.total_cmp(&b.2));
    numbered(n, &found)
}

/// Gives the clusters of `found` their numbers; each cluster is named by any of its conditions.
fn numbered(n: usize, found: &[(usize, usize, f64)]) -> Vec<Merge> {
    let mut parents: Vec<usize> = (0..2 * n - 1).collect();
    let mut sizes = vec![1; 2 * n - 1];
    let mut merges = Vec::with_capacity(n - 1);
    for (k, &(x, y, height)) in found.iter().enumerate() {
        let clusters = [root(&mut parents, x), root(&mut parents, y)];
        let cluster = n + k;
        for of in clusters {
            parents[of] = cluster;
        }
        sizes[cluster] = sizes[clusters[0]] + sizes[clusters[1]];
        let clusters = [clusters[0].min(clusters[1]), clusters[0].max(clusters[1])];
        merges.push(Merge { clusters, height, size: sizes[cluster] });
    }
    merges
}

/// Returns the largest cluster that holds `cluster`, and shortens the way to it.
fn root(parents: &mut [usize], mut cluster: usize) -> usize {
    while parents[cluster] != cluster {
        parents[cluster] = parents[parents[cluster]];
        cluster = parents[cluster];
    }
    cluster
}
