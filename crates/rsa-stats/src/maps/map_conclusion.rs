//! [`ConcludedClusters`]: the clusters of a map, in the order of their significance.

use super::{
    Adjacency, ClusterStatistic, MapCluster, clusters::ClusterFinder, null_maxima::SignedPeaks, unit_maps::UnitMaps,
};

/// Clusters of a map with the label of each tested element.
pub(super) struct ConcludedClusters {
    pub(super) labels: Vec<u32>,
    pub(super) clusters: Vec<MapCluster>,
}

/// Cluster before it has a number: the places of its elements.
struct Unnumbered {
    places: Vec<usize>,
    statistic: f64,
    p: f64,
}

impl ConcludedClusters {
    /// Numbers clusters from the most significant; `mass` returns the mass of a statistic, if it is one.
    fn new(mut found: Vec<Unnumbered>, unit: &UnitMaps, t: &[f64], mass: impl Fn(f64) -> Option<f64>) -> Self {
        found.sort_by(|a, b| {
            let by_statistic = b.statistic.total_cmp(&a.statistic);
            a.p.total_cmp(&b.p).then(by_statistic).then(a.places.cmp(&b.places))
        });
        let mut labels = vec![0; t.len()];
        let number = |(id, cluster): (u32, Unnumbered)| {
            cluster.places.iter().for_each(|&place| labels[place] = id);
            let higher = |best: usize, next: usize| if t[next].abs() > t[best].abs() { next } else { best };
            let peak = cluster.places.iter().copied().reduce(higher).expect("a cluster has an element");
            MapCluster {
                id,
                size: cluster.places.len(),
                mass: mass(cluster.statistic),
                peak: unit.elements[peak] as usize,
                peak_t: t[peak],
                p: cluster.p,
            }
        };
        let clusters = (1..).zip(found).map(number).collect();
        Self { labels, clusters }
    }

    /// Returns the p of the cluster of each element, and 1 outside of clusters.
    pub(super) fn p_of_elements(&self) -> Vec<f64> {
        let p = |&label: &u32| if label == 0 { 1.0 } else { self.clusters[label as usize - 1].p };
        self.labels.iter().map(p).collect()
    }
}

/// Returns the clusters of the elements above the threshold, with the p of their statistic.
pub(super) fn tested_clusters(
    unit: &UnitMaps,
    t: &[f64],
    peaks: &SignedPeaks,
    adjacency: &Adjacency,
    statistic: ClusterStatistic,
    p_of: impl Fn(f64) -> f64,
) -> ConcludedClusters {
    let mut finder = ClusterFinder::new(adjacency.n_elements());
    let mut found = Vec::new();
    for peaks in [&peaks.positive, &peaks.negative] {
        let statistics = finder.statistics(peaks, adjacency, statistic);
        let places = places(unit, peaks, &finder.labels, statistics.len());
        let clusters = places.into_iter().zip(statistics);
        found.extend(clusters.map(|(places, statistic)| Unnumbered { places, statistic, p: p_of(statistic) }));
    }
    let is_mass = statistic != ClusterStatistic::Size;
    ConcludedClusters::new(found, unit, t, |value| is_mass.then_some(value))
}

/// Returns the clusters of the elements whose p is at or below `level`, with the smallest p of each.
pub(super) fn significant_clusters(
    unit: &UnitMaps,
    t: &[f64],
    p: &[f64],
    level: f64,
    adjacency: &Adjacency,
) -> ConcludedClusters {
    let mut finder = ClusterFinder::new(adjacency.n_elements());
    let mut found = Vec::new();
    for is_positive in [true, false] {
        let is_taken = |&place: &usize| p[place] <= level && (t[place] > 0.0) == is_positive;
        let peaks: Vec<_> = (0..t.len()).filter(is_taken).map(|place| (t[place].abs(), unit.elements[place])).collect();
        let n_clusters = finder.find(&peaks, adjacency);
        for places in places(unit, &peaks, &finder.labels, n_clusters) {
            let smallest = places.iter().fold(1.0_f64, |least, &place| least.min(p[place]));
            found.push(Unnumbered { statistic: places.len() as f64, p: smallest, places });
        }
    }
    ConcludedClusters::new(found, unit, t, |_| None)
}

/// Returns the places of the elements of each cluster.
fn places(unit: &UnitMaps, peaks: &[(f64, u32)], labels: &[u32], n_clusters: usize) -> Vec<Vec<usize>> {
    let mut places = vec![Vec::new(); n_clusters];
    for (&(_, element), &label) in peaks.iter().zip(labels) {
        places[label as usize].push(unit.place(element));
    }
    places
}
