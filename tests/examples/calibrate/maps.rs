//! Family-wise rates of tests of maps over subjects: how often is anything significant where nothing is there?

use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use rsakit::stats::{
    Adjacency, ClusterStatistic, Correction, ElementP, MapContrast, MapCorrection, MapTest, Tfce, VoxelConnectivity,
};

const SUBJECTS: usize = 15;

/// Arrangements of each test: at .05 the test is exact if their number plus 1 is a multiple of 20.
const ARRANGEMENTS: u64 = 199;

/// Shape and smoothness of null maps: the standard deviation of a Gaussian kernel in elements along each axis.
struct NullMaps {
    name: &'static str,
    shape: [usize; 3],
    smoothness: f64,
}

const COURSES: NullMaps = NullMaps { name: "130 samples", shape: [130, 1, 1], smoothness: 3.0 };
const VOLUMES: NullMaps = NullMaps { name: "12 x 12 x 10 voxels", shape: [12, 12, 10], smoothness: 1.5 };

impl NullMaps {
    fn draw(&self, seed: u64) -> Array2<f64> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let n = self.shape.iter().product();
        let mut maps = Array2::zeros((SUBJECTS, n));
        for mut map in maps.rows_mut() {
            let mut values: Vec<f64> = (0..n).map(|_| StandardNormal.sample(&mut random)).collect();
            (0..3).for_each(|axis| values = self.smooth(&values, axis));
            map.iter_mut().zip(values).for_each(|(map, value)| *map = value);
        }
        maps
    }

    /// Smooths along one axis, with the ends joined, so that all elements have one variance.
    fn smooth(&self, values: &[f64], axis: usize) -> Vec<f64> {
        let length = self.shape[axis];
        let stride: usize = self.shape[..axis].iter().product();
        let reach = length / 2;
        let weight = |step: usize| (-0.5 * (step as f64 / self.smoothness).powi(2)).exp();
        let smoothed = |place: usize| {
            let along = place / stride % length;
            let at = |step: usize| values[place - along * stride + (along + step) % length * stride];
            let both = (1..=reach).map(|step| weight(step) * (at(step) + at(length - step))).sum::<f64>();
            values[place] + both
        };
        (0..values.len()).map(smoothed).collect()
    }
}

/// Prints the rates of `simulations` sets of maps for every correction.
pub(crate) fn print(simulations: u64) {
    println!("\nmaps of {SUBJECTS} subjects without an effect; {ARRANGEMENTS} arrangements, level .05\n");
    println!("| maps | test | any significant |\n|---|---|---|");
    let cluster = |statistic, p| MapCorrection::Cluster { statistic, p };
    let tfce = MapCorrection::Tfce(Tfce::default());
    let mass = cluster(ClusterStatistic::TotalMass, 0.05);
    let bh = MapCorrection::FalseDiscovery { correction: Correction::Bh, p: ElementP::StudentT };
    let halves = (0..SUBJECTS).map(|subject| f64::from(u8::from(subject < 7))).collect::<Vec<_>>();
    let ages = (0..SUBJECTS).map(|subject| ((7 * subject) % 11) as f64).collect::<Vec<_>>();
    let groups = MapContrast::Slope { of: halves.clone(), held: Vec::new() };
    let held = MapContrast::Slope { of: halves, held: vec![ages] };
    let times = Adjacency::of_times(COURSES.shape[0]);
    for (name, correction, two_sided, contrast) in [
        ("max t", MapCorrection::MaxT, false, &MapContrast::Mean),
        ("mass, p = .05", mass, false, &MapContrast::Mean),
        ("size, p = .05", cluster(ClusterStatistic::Size, 0.05), false, &MapContrast::Mean),
        ("mass, p = .001", cluster(ClusterStatistic::TotalMass, 0.001), false, &MapContrast::Mean),
        ("mass, p = .05, two-sided", mass, true, &MapContrast::Mean),
        ("TFCE", tfce, false, &MapContrast::Mean),
        ("bh", bh, false, &MapContrast::Mean),
        ("max t of two groups", MapCorrection::MaxT, true, &groups),
        ("max t of two groups, covariate", MapCorrection::MaxT, true, &held),
    ] {
        row(simulations, &COURSES, &times, name, correction, two_sided, contrast);
    }
    let places: Vec<usize> = (0..VOLUMES.shape.iter().product()).collect();
    let adjacency = |connectivity| Adjacency::of_voxels(VOLUMES.shape, &places, connectivity).expect("all voxels");
    let (faces, corners) = (adjacency(VoxelConnectivity::Faces), adjacency(VoxelConnectivity::Corners));
    for (name, correction, adjacency) in [
        ("max t", MapCorrection::MaxT, &faces),
        ("TFCE, 6 neighbors", tfce, &faces),
        ("TFCE, 26 neighbors", tfce, &corners),
        ("mass, p = .01", cluster(ClusterStatistic::ExcessMass, 0.01), &faces),
        ("size, p = .01", cluster(ClusterStatistic::Size, 0.01), &faces),
    ] {
        row(simulations, &VOLUMES, adjacency, name, correction, false, &MapContrast::Mean);
    }
}

fn row(
    simulations: u64,
    maps: &NullMaps,
    adjacency: &Adjacency,
    name: &str,
    correction: MapCorrection,
    two_sided: bool,
    contrast: &MapContrast,
) {
    let is_significant = |seed: u64| {
        let test = MapTest { correction, two_sided, arrangements: ARRANGEMENTS, seed, ..MapTest::default() };
        let outcome = test.run(&[maps.draw(seed).view()], contrast, adjacency).expect("maps have a test");
        outcome.maps[0].p.iter().any(|&p| p <= 0.05)
    };
    let count = (0..simulations).into_par_iter().filter(|&seed| is_significant(seed)).count();
    println!("| {} | {name} | {:.3} |", maps.name, count as f64 / simulations as f64);
}
