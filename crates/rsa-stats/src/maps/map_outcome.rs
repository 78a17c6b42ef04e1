//! [`MapTestOutcome`]: maps of effects, t and p, with their clusters.

/// Result of a test of one or several maps.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MapTestOutcome {
    /// Maps, in the order of the models.
    pub maps: Vec<TestedMap>,
    /// Threshold of t above which elements form clusters, where all subjects have a value.
    pub threshold: Option<f64>,
    /// Number of arrangements that were tried; 0 if the correction needs none.
    pub tried: u64,
    /// `true` if these were all that exist, the one of the data among them.
    pub exact: bool,
}

/// Tested map of one model.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TestedMap {
    /// Elements that were tested, in rising order. The other lists have an entry for each.
    pub elements: Vec<usize>,
    /// Mean over subjects, or slope.
    pub effects: Vec<f64>,
    /// Student's t of the effect. That of a slope without residuals is finite, about 10⁷.
    pub t: Vec<f64>,
    /// Degrees of freedom of each t.
    pub degrees_of_freedom: Vec<u32>,
    /// Enhanced values, for TFCE; with a two-sided test those of negative t are negative.
    pub enhanced: Option<Vec<f64>>,
    /// Corrected p. For a correction by clusters it is that of the cluster, and 1 outside of clusters.
    pub p: Vec<f64>,
    /// Cluster of each element, as `id` of its cluster; 0 for none.
    pub labels: Vec<u32>,
    /// Clusters, the most significant first.
    pub clusters: Vec<MapCluster>,
    /// Number of elements that were left out because too few subjects have a value.
    pub n_missing: usize,
    /// Number of elements that were left out because the values of all subjects have one size, often 0.
    pub n_constant: usize,
    /// Skewness of the subjects' values where |t| is largest, for a test by flips of signs.
    pub skewness: Option<f64>,
}

/// Connected elements with effects of one sign.
///
/// They are above the threshold that forms clusters, or, for corrections of single elements, those with p at or below the
/// level of the test.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MapCluster {
    /// Number of the cluster, from 1.
    pub id: u32,
    /// Number of elements.
    pub size: usize,
    /// Mass, as the statistic defines it; `None` without a statistic of mass.
    pub mass: Option<f64>,
    /// Element with the largest |t|, the first of equal ones.
    pub peak: usize,
    /// t of that element.
    pub peak_t: f64,
    /// Corrected p of the cluster, or the smallest of its elements.
    pub p: f64,
}
