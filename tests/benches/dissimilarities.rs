//! How long it takes to make an RDM of 1000 conditions × 4096 features, beside the matrix product that it cannot do
//! without; and to estimate the noise of 2000 features from 300 observations.
//!
//! ```text
//! cargo bench -p rsakit-tests --bench dissimilarities               our times
//! cargo bench -p rsakit-tests --bench dissimilarities -- --peers    and how many times as long NumPy and rsatoolbox take
//! ```

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measures")]

mod peers;
mod timing;

use std::{collections::BTreeMap, fs::File, hint::black_box};

use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rsa_io::FloatWidth;
use rsakit::{
    Representation,
    core::{
        Correlation, Cosine, CovarianceEstimator, Crossnobis, Dissimilarity, Estimator, Euclidean, Measurements,
        SquaredEuclidean,
    },
};

/// Random numbers, which the peers find in a file.
fn normal(name: &str, shape: (usize, usize), seed: u64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let values = Array2::from_shape_simple_fn(shape, || StandardNormal.sample(&mut rng));
    let path = peers::directory("dissimilarities").join(name).with_extension("npy");
    let file = File::create(path).expect("the directory can be written");
    rsa_io::npy::write_matrix(file, values.view(), FloatWidth::F64).expect("the file can be written");
    values
}

fn seconds(dissimilarity: &dyn Dissimilarity, x: &Representation) -> f64 {
    timing::shortest_seconds(|| {
        black_box(dissimilarity.rdm(x).expect("random patterns have distances"));
    })
}

fn main() {
    let patterns = Representation::new(normal("patterns", (1000, 4096), 1)).expect("numbers");
    let runs = normal("runs", (8 * 92, 500), 2);
    let runs = Measurements::new(runs, (0..8 * 92).map(|i| (i % 92).to_string()))
        .and_then(|measurements| measurements.with_runs((0..8 * 92).map(|i| (i / 92).to_string())))
        .expect("92 conditions in each of 8 runs");
    let residuals = normal("residuals", (300, 2000), 3);
    let ours: Vec<(&str, f64)> = peers::on_equal_threads(|| {
        let covariance = |estimator: CovarianceEstimator| {
            timing::shortest_seconds(|| {
                black_box(estimator.of_residuals(residuals.view(), 299.0).expect("residuals have a covariance"));
            })
        };
        vec![
            ("correlation", seconds(&Correlation, &patterns)),
            ("cosine", seconds(&Cosine, &patterns)),
            ("squared-euclidean", seconds(&SquaredEuclidean { per_feature: true }, &patterns)),
            ("euclidean", seconds(&Euclidean, &patterns)),
            (
                "crossnobis",
                timing::shortest_seconds(|| {
                    black_box(Crossnobis::default().rdm(&runs).expect("a balanced design"));
                }),
            ),
            ("shrinkage-identity", covariance(CovarianceEstimator::ShrinkageIdentity)),
            ("shrinkage-diagonal", covariance(CovarianceEstimator::ShrinkageDiagonal)),
        ]
    });
    let theirs = if peers::wanted() { peer_seconds() } else { BTreeMap::new() };
    println!(
        "RDMs of 1000 x 4096 (crossnobis: 92 conditions, 8 runs, 500 features; covariances: 300 x 2000), {} threads",
        peers::THREADS
    );
    println!(
        "{:<19} {:>10} {:>16} {:>8} {:>15} {:>14}",
        "", "rsakit ms", "rsatoolbox ms", "ratio", "X @ X.T ms", "rsakit/X @ X.T"
    );
    let product = theirs.get("product");
    for (name, ours) in ours {
        let peer = theirs.get(name).map(|theirs| format!("{:>16.1} {:>7.1}x", 1e3 * theirs, theirs / ours));
        let bound = product.filter(|_| !name.contains("shrinkage") && name != "crossnobis");
        let bound = bound.map(|product| format!("{:>15.1} {:>14.2}", 1e3 * product, ours / product));
        println!("{name:<19} {:>10.2} {:>25} {}", 1e3 * ours, peer.unwrap_or_default(), bound.unwrap_or_default());
    }
}

fn peer_seconds() -> BTreeMap<String, f64> {
    let directory = peers::directory("dissimilarities");
    peers::seconds("peers.py", &["dissimilarities", directory.to_str().expect("a path of plain letters")])
}
