//! [`GroupResult`]: the clusters of maps of a group, with what was tested.

use rsakit::stats::{ClusterStatistic, MapCluster, MapCorrection, MapTest, MapTestOutcome, TestedMap};
use serde::{Deserialize, Serialize};

use super::{GroupCorrection, GroupRequest, map_space::MapSpace};
use crate::{document::four_digits, inputs::Input, notes::Notes};

/// Skewness above which the symmetry that flips assume is doubtful.
const SKEWED: f64 = 1.0;

/// Result of a test of maps over subjects; the maps themselves are [`GroupMaps`](super::GroupMaps).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupResult {
    /// Version of the software.
    pub rsakit: String,
    /// Effect that was tested, in words.
    pub effect: String,
    /// `true` if effects of both signs were tested.
    pub two_sided: bool,
    /// Correction for the number of elements.
    pub correction: GroupCorrection,
    /// Meaning of the mass of a cluster, if the correction has one.
    pub mass: Option<String>,
    /// Threshold of t above which elements form clusters, where all subjects have a value.
    pub threshold: Option<f64>,
    /// p at or below which elements are joined into clusters, unless clusters were tested.
    pub level: Option<f64>,
    /// Number of subjects.
    pub n_subjects: usize,
    /// Elements of a map and their neighbors, in words.
    pub elements: String,
    /// Number of flips or permutations that were tried.
    pub tried: u64,
    /// `true` if these were all that exist.
    pub exact: bool,
    /// `flips` of signs, or `permutations` of subjects.
    pub arrangements: String,
    /// Seed of random flips.
    pub seed: u64,
    /// Models, in the order in which they first stand among the maps.
    pub models: Vec<GroupModel>,
    /// Notes and caveats.
    pub warnings: Vec<String>,
    /// Files of the maps.
    pub inputs: Vec<Input>,
    /// Request, with which the test can be repeated.
    pub request: GroupRequest,
}

/// Clusters of one model, and counts of the elements of its map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupModel {
    /// Name, if the names of files have one.
    pub name: Option<String>,
    /// Number of elements that were tested.
    pub n_tested: usize,
    /// Number of elements that were left out because too few subjects have a value.
    pub n_missing: usize,
    /// Number of elements that were left out because the values of all subjects have one size.
    pub n_constant: usize,
    /// Smallest corrected p; `None` if no element was tested.
    pub smallest_p: Option<f64>,
    /// Skewness of the subjects' values where |t| is largest.
    pub skewness: Option<f64>,
    /// Clusters, the most significant first.
    pub clusters: Vec<GroupCluster>,
}

/// Cluster of a map of a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupCluster {
    /// Number from 1, as in the map of clusters.
    pub id: u32,
    /// Number of elements.
    pub size: usize,
    /// Mass, if the correction has one.
    pub mass: Option<f64>,
    /// t with the largest size.
    pub peak_t: f64,
    /// Effect there, in the unit of the maps.
    pub peak_value: f64,
    /// Index of that voxel, time, or row and column, from 0.
    pub peak: Vec<usize>,
    /// Place of that voxel in mm.
    pub peak_mm: Option<[f64; 3]>,
    /// Name of that time, if the file has one.
    pub peak_name: Option<String>,
    /// First and last time of the cluster, from 0, in time courses.
    pub range: Option<[usize; 2]>,
    /// Corrected p of the cluster, or the smallest of its elements.
    pub p: f64,
}

/// Parts of a result that the request does not say.
pub(super) struct Tested<'a> {
    pub(super) space: &'a MapSpace,
    pub(super) effect: String,
    pub(super) n_subjects: usize,
    pub(super) is_flipped: bool,
    pub(super) test: &'a MapTest,
    pub(super) inputs: Vec<Input>,
}

impl GroupResult {
    pub(super) fn new(
        request: &GroupRequest,
        names: Vec<Option<String>>,
        tested: Tested<'_>,
        outcome: &MapTestOutcome,
        warnings: Vec<String>,
    ) -> Self {
        let Tested { space, effect, n_subjects, is_flipped, test, inputs } = tested;
        let mass = match test.correction {
            MapCorrection::Cluster { statistic: ClusterStatistic::ExcessMass, .. } => Some("sum of |t| − threshold"),
            MapCorrection::Cluster { statistic: ClusterStatistic::TotalMass, .. } => Some("sum of |t|"),
            _ => None,
        };
        let tests_clusters = matches!(test.correction, MapCorrection::Cluster { .. });
        let models = names.into_iter().zip(&outcome.maps).map(|(name, map)| GroupModel::new(name, map, space));
        Self {
            rsakit: env!("CARGO_PKG_VERSION").to_owned(),
            effect,
            two_sided: request.two_sided,
            correction: request.correction,
            mass: mass.map(str::to_owned),
            threshold: outcome.threshold,
            level: (!tests_clusters).then_some(test.level),
            n_subjects,
            elements: space.describe(),
            tried: outcome.tried,
            exact: outcome.exact,
            arrangements: if is_flipped { "flips" } else { "permutations" }.to_owned(),
            seed: request.seed,
            models: models.collect(),
            warnings,
            inputs,
            request: request.clone(),
        }
    }
}

impl GroupModel {
    fn new(name: Option<String>, map: &TestedMap, space: &MapSpace) -> Self {
        Self {
            name,
            n_tested: map.elements.len(),
            n_missing: map.n_missing,
            n_constant: map.n_constant,
            smallest_p: map.p.iter().copied().reduce(f64::min),
            skewness: map.skewness,
            clusters: map.clusters.iter().map(|cluster| GroupCluster::new(cluster, map, space)).collect(),
        }
    }
}

impl GroupCluster {
    fn new(cluster: &MapCluster, map: &TestedMap, space: &MapSpace) -> Self {
        let place = map.elements.binary_search(&cluster.peak).unwrap_or_default();
        let members = || map.elements.iter().zip(&map.labels).filter(|(_, label)| **label == cluster.id);
        let range = || Some([*members().next()?.0, *members().next_back()?.0]);
        Self {
            id: cluster.id,
            size: cluster.size,
            mass: cluster.mass,
            peak_t: cluster.peak_t,
            peak_value: map.effects[place],
            peak: space.index(cluster.peak),
            peak_mm: space.position(cluster.peak),
            peak_name: matches!(space, MapSpace::Times { names: Some(_), .. }).then(|| space.show(cluster.peak)),
            range: matches!(space, MapSpace::Times { .. }).then(range).flatten(),
            p: cluster.p,
        }
    }
}

/// Adds what a reader should know before trusting p.
pub(super) fn add_caveats(outcome: &MapTestOutcome, is_flipped: bool, space: &MapSpace, notes: &mut Notes<'_>) {
    let what = if space.is_volume() { "voxels" } else { "times" };
    for map in &outcome.maps {
        if map.n_missing > 0 {
            notes.add(format!("{} {what} are left out because too few subjects have a value", map.n_missing));
        }
        if map.n_constant > 0 {
            notes.add(format!(
                "{} {what} are left out because the values of all subjects have one size, such as 0",
                map.n_constant
            ));
        }
        if let Some(skewness) = map.skewness.filter(|skewness| is_flipped && skewness.abs() > SKEWED) {
            notes.add(format!(
                "where |t| is largest, the values of subjects have a skewness of {}; flips of signs assume symmetry: for \
                 skewed values the test of the long tail rejects too seldom, that of the short tail too often",
                four_digits(skewness)
            ));
        }
    }
    if outcome.exact && outcome.tried < 20 {
        notes.add(format!(
            "there are {} ways to arrange these subjects, so p is at least {}; more subjects are needed for p of .05",
            outcome.tried,
            four_digits(1.0 / outcome.tried as f64)
        ));
    }
}
