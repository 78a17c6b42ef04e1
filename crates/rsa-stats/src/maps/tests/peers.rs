//! MNE, SciPy and nilearn on the same maps; `golden.py` says how.

use ndarray::Array2;

use super::golden;
use crate::{Adjacency, ClusterStatistic, MapContrast, MapCorrection, MapTest, TestedMap, Tfce, VoxelConnectivity};

const SHAPE: [usize; 3] = [5, 4, 3];
const N: usize = 8;
const V: usize = 60;

/// The maps of `golden.py`.
fn maps() -> Array2<f64> {
    let bump = [0, 1, 2, 5, 6, 25, 26, 27, 46, 47, 52];
    let dip = [13, 14, 18, 33];
    Array2::from_shape_fn((N, V), |(i, v)| {
        let shift = if bump.contains(&v) { 0.3 } else { 0.0 } - if dip.contains(&v) { 0.5 } else { 0.0 };
        ((37 * i * i + 11 * v * v + 29 * i * v + 13 * i + 7 * v) % 101) as f64 / 101.0 - 0.45 + shift
    })
}

fn volume(connectivity: VoxelConnectivity) -> Adjacency {
    Adjacency::of_voxels(SHAPE, &(0..V).collect::<Vec<_>>(), connectivity).unwrap()
}

#[track_caller]
fn tested(correction: MapCorrection, two_sided: bool, adjacency: &Adjacency) -> TestedMap {
    let test = MapTest { correction, two_sided, ..MapTest::default() };
    let mut outcome = test.run(&[maps().view()], &MapContrast::Mean, adjacency).unwrap();
    assert!(outcome.exact && outcome.tried == 256);
    outcome.maps.remove(0)
}

fn cluster(statistic: ClusterStatistic) -> MapCorrection {
    MapCorrection::Cluster { statistic, p: 0.05 }
}

#[track_caller]
fn close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (k, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() <= tolerance * expected.abs().max(1.0), "{found} and {expected} at {k}");
    }
}

#[test]
fn scipy_has_the_same_t() {
    close(&tested(MapCorrection::MaxT, false, &volume(VoxelConnectivity::Faces)).t, &golden::T, 1e-13);
}

#[test]
fn mne_has_the_same_p_of_clusters() {
    let faces = volume(VoxelConnectivity::Faces);
    let p = |statistic, two_sided, adjacency: &Adjacency| tested(cluster(statistic), two_sided, adjacency).p;
    close(&p(ClusterStatistic::TotalMass, false, &faces), &golden::MNE_VOLUME_MASS_P, 1e-12);
    close(&p(ClusterStatistic::Size, false, &faces), &golden::MNE_VOLUME_SIZE_P, 1e-12);
    close(&p(ClusterStatistic::TotalMass, true, &faces), &golden::MNE_VOLUME_TWO_SIDED_P, 1e-12);
    close(&p(ClusterStatistic::TotalMass, false, &Adjacency::of_times(V)), &golden::MNE_TIMES_MASS_P, 1e-12);
}

/// MNE sums over steps of .001.
#[test]
fn mne_has_the_same_tfce() {
    let faces = volume(VoxelConnectivity::Faces);
    let found = tested(MapCorrection::Tfce(Tfce::default()), false, &faces);
    close(found.enhanced.as_ref().unwrap(), &golden::MNE_TFCE_VALUES, 1e-3);
    close(&found.p, &golden::MNE_TFCE_P, 1e-12);
    let found = tested(MapCorrection::Tfce(Tfce::default()), true, &faces);
    let sizes: Vec<f64> = found.enhanced.unwrap().into_iter().map(f64::abs).collect();
    close(&sizes, &golden::MNE_TFCE_TWO_SIDED_VALUES.map(f64::abs), 1e-3);
    close(&found.p, &golden::MNE_TFCE_TWO_SIDED_P, 1e-12);
}

#[test]
fn scipy_labels_the_same_clusters() {
    let check = |connectivity, sizes: &[usize], masses: &[f64]| {
        let found = tested(cluster(ClusterStatistic::ExcessMass), false, &volume(connectivity));
        let mut clusters: Vec<_> = found.clusters.iter().map(|cluster| (cluster.size, cluster.mass.unwrap())).collect();
        clusters.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        assert_eq!(clusters.iter().map(|cluster| cluster.0).collect::<Vec<_>>(), sizes);
        close(&clusters.iter().map(|cluster| cluster.1).collect::<Vec<_>>(), masses, 1e-12);
        for cluster in &found.clusters {
            assert_eq!(found.labels.iter().filter(|&&label| label == cluster.id).count(), cluster.size);
            assert_eq!(found.t[cluster.peak], cluster.peak_t);
        }
    };
    check(VoxelConnectivity::Faces, &golden::SCIPY_FACES_SIZES, &golden::SCIPY_FACES_MASSES);
    check(VoxelConnectivity::Edges, &golden::SCIPY_EDGES_SIZES, &golden::SCIPY_EDGES_MASSES);
    check(VoxelConnectivity::Corners, &golden::SCIPY_CORNERS_SIZES, &golden::SCIPY_CORNERS_MASSES);
}

/// nilearn takes 100 steps from 0 to the largest t, and multiplies by no step.
#[test]
fn nilearn_has_the_same_mass_and_nearly_the_same_tfce() {
    let faces = volume(VoxelConnectivity::Faces);
    let found = tested(cluster(ClusterStatistic::ExcessMass), false, &faces);
    let mass =
        |&label: &u32| found.clusters.iter().find(|cluster| cluster.id == label).map_or(0.0, |c| c.mass.unwrap());
    close(&found.labels.iter().map(mass).collect::<Vec<_>>(), &golden::NILEARN_MASS, 1e-6);
    let enhanced = tested(MapCorrection::Tfce(Tfce::default()), false, &faces).enhanced.unwrap();
    let step = golden::T.iter().copied().fold(0.0, f64::max) / 100.0;
    let top = enhanced.iter().copied().fold(0.0, f64::max);
    for (exact, sum) in enhanced.iter().zip(golden::NILEARN_TFCE) {
        assert!((exact - sum * step).abs() < 0.03 * top, "{exact} and {}", sum * step);
    }
}

#[test]
fn scipy_and_nilearn_have_the_same_t_of_groups() {
    let is_first = [1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0];
    let age = vec![21.0, 35.0, 28.0, 44.0, 31.0, 52.0, 39.0, 25.0];
    let found = |held: Vec<Vec<f64>>| {
        let contrast = MapContrast::Slope { of: is_first.to_vec(), held };
        let outcome = MapTest { arrangements: 100, ..MapTest::default() }.run(
            &[maps().view()],
            &contrast,
            &Adjacency::of_times(V),
        );
        outcome.unwrap()
    };
    let groups = found(Vec::new());
    assert_eq!((groups.tried, groups.exact), (70, true));
    close(&groups.maps[0].t, &golden::GROUPS_T, 1e-12);
    let adjusted = found(vec![age]);
    assert_eq!((adjusted.tried, adjusted.exact), (100, false));
    close(&adjusted.maps[0].t, &golden::ADJUSTED_T, 1e-10);
    // The effect of a group is the difference of means.
    let maps = maps();
    let mean = |label: f64| (0..N).filter(|&i| is_first[i] == label).map(|i| maps[[i, 7]]).sum::<f64>() / 4.0;
    assert!((groups.maps[0].effects[7] - (mean(1.0) - mean(0.0))).abs() < 1e-14);
}
