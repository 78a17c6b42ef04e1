//! [`ClusterFinder`]: the clusters of the elements above a threshold.

use super::{Adjacency, ClusterStatistic};

/// Memory of a search for clusters, used again and again for maps of one adjacency.
pub(super) struct ClusterFinder {
    /// Place in the list plus 1 of each element in it that has no cluster yet; otherwise 0.
    places: Vec<u32>,
    open: Vec<u32>,
    /// Cluster of each peak, counted from 0.
    pub(super) labels: Vec<u32>,
}

impl ClusterFinder {
    pub(super) fn new(n_elements: usize) -> Self {
        Self { places: vec![0; n_elements], open: Vec::new(), labels: Vec::new() }
    }

    /// Finds the clusters of elements, leaves that of each in `labels`, and returns their number.
    ///
    /// Clusters are counted in the order of the first element of each.
    pub(super) fn find(&mut self, peaks: &[(f64, u32)], adjacency: &Adjacency) -> usize {
        self.labels.clear();
        self.labels.resize(peaks.len(), 0);
        (1..).zip(peaks).for_each(|(place, &(_, element))| self.places[element as usize] = place);
        let mut n_clusters = 0;
        for &(_, first) in peaks {
            if self.places[first as usize] == 0 {
                continue;
            }
            self.open.push(first);
            while let Some(element) = self.open.pop() {
                let place = std::mem::take(&mut self.places[element as usize]);
                // An element can be reached by several neighbors before its turn.
                if place > 0 {
                    self.labels[place as usize - 1] = n_clusters;
                    let left = adjacency.neighbors(element as usize).iter();
                    self.open.extend(left.filter(|&&neighbor| self.places[neighbor as usize] > 0));
                }
            }
            n_clusters += 1;
        }
        n_clusters as usize
    }

    /// Returns the number of elements of each cluster, or the sum of their heights.
    pub(super) fn statistics(
        &mut self,
        peaks: &[(f64, u32)],
        adjacency: &Adjacency,
        statistic: ClusterStatistic,
    ) -> Vec<f64> {
        let mut sums = vec![0.0; self.find(peaks, adjacency)];
        for (&(height, _), &label) in peaks.iter().zip(&self.labels) {
            sums[label as usize] += match statistic {
                ClusterStatistic::Size => 1.0,
                ClusterStatistic::ExcessMass | ClusterStatistic::TotalMass => height,
            };
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_sums_of_two_clusters_on_a_line() {
        let line = Adjacency::of_times(6);
        let peaks = [(2.0, 0), (4.0, 1), (3.0, 4)];
        let mut finder = ClusterFinder::new(6);
        for (statistic, expected) in [(ClusterStatistic::Size, [2.0, 1.0]), (ClusterStatistic::TotalMass, [6.0, 3.0])] {
            assert_eq!(finder.statistics(&peaks, &line, statistic), expected);
            assert_eq!(finder.labels, [0, 0, 1]);
        }
        assert_eq!(finder.find(&[], &line), 0);
        assert!(finder.places.iter().all(|&place| place == 0), "the memory is clean for the next map");
    }
}
