//! Benchmark of RDMs of 1000 conditions × 4096 features, and of noise covariances of 2000 features from 300
//! observations.
//!
//! Times of RDMs are shown beside the time of the matrix product that they need.

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

use crate::{
    Options, peers,
    report::{self, Row},
    timing,
};

/// Draws normal numbers and saves them for the peers.
fn normal(name: &str, shape: (usize, usize), seed: u64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let values = Array2::from_shape_simple_fn(shape, || StandardNormal.sample(&mut rng));
    let path = peers::directory("dissimilarities").join(name).with_extension("npy");
    let file = File::create(path).expect("the directory can be written");
    rsa_io::npy::write_matrix(file, values.view(), FloatWidth::F64).expect("the file can be written");
    values
}

fn row(name: &str, dissimilarity: &dyn Dissimilarity, x: &Representation) -> Row {
    let seconds = timing::shortest_seconds(|| {
        black_box(dissimilarity.rdm(x).expect("random patterns have distances"));
    });
    Row::new(name, seconds)
}

pub(crate) fn run(options: Options) {
    let patterns = Representation::new(normal("patterns", (1000, 4096), 1)).expect("numbers");
    let runs = normal("runs", (8 * 92, 500), 2);
    let runs = Measurements::new(runs, (0..8 * 92).map(|i| (i % 92).to_string()))
        .and_then(|measurements| measurements.with_runs((0..8 * 92).map(|i| (i / 92).to_string())))
        .expect("92 conditions in each of 8 runs");
    let residuals = normal("residuals", (300, 2000), 3);
    let ours = || {
        peers::on_equal_threads(|| {
            let covariance = |name: &str, estimator: CovarianceEstimator| {
                let seconds = timing::shortest_seconds(|| {
                    black_box(
                        estimator
                            .estimate_from_residuals(residuals.view(), 299.0)
                            .expect("residuals have a covariance"),
                    );
                });
                Row::new(name, seconds)
            };
            let crossnobis = timing::shortest_seconds(|| {
                black_box(Crossnobis::default().rdm(&runs).expect("a balanced design"));
            });
            vec![
                row("correlation", &Correlation, &patterns),
                row("cosine", &Cosine, &patterns),
                row("squared-euclidean", &SquaredEuclidean { per_feature: true }, &patterns),
                row("euclidean", &Euclidean, &patterns),
                Row::new("crossnobis", crossnobis),
                covariance("shrinkage-identity", CovarianceEstimator::ShrinkageIdentity),
                covariance("shrinkage-diagonal", CovarianceEstimator::ShrinkageDiagonal),
            ]
        })
    };
    let (ours, theirs) = timing::time_in_turn(options.peers, ours, peer_seconds);
    let heading = format!(
        "RDMs of 1000 x 4096 (crossnobis: 92 conditions, 8 runs, 500 features; covariances: 300 x 2000), {} threads",
        peers::THREADS
    );
    let against = |row: Row| {
        let name = row.what.clone();
        let bound = theirs.get("product").filter(|_| !name.contains("shrinkage") && name != "crossnobis");
        row.with_peer("rsatoolbox", theirs.get(&name)).with_peer("NumPy's X @ X.T", bound)
    };
    report::publish(&heading, ours.into_iter().map(against).collect(), None);
}

fn peer_seconds() -> BTreeMap<String, f64> {
    let directory = peers::directory("dissimilarities");
    peers::seconds("peers.py", &["dissimilarities", directory.to_str().expect("a path of plain letters")])
}
