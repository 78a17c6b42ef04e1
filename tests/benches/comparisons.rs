//! Benchmark of comparing 20 × 50 RDMs of 92 conditions, including the time to read them.

use std::{collections::BTreeMap, fs::File, hint::black_box};

use ndarray::{Array2, ArrayView1};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rsa_io::FloatWidth;
use rsakit::{
    Rdm, Representation,
    core::{Dissimilarity, SquaredEuclidean, condensed},
    stats::{Bures, Comparison, Cosine, KendallA, Pearson, RhoA, Spearman, WhitenedCosine, WhitenedPearson},
};

use crate::{
    Options, peers,
    report::{self, Row},
    timing,
};

const CONDITIONS: usize = 92;

/// Generates RDMs (one a row) of patterns that share a part, like RDMs of subjects, and saves them for the peers.
fn dissimilarities(name: &str, count: usize, seed: u64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut patterns = |_| Array2::from_shape_simple_fn((CONDITIONS, 30), || StandardNormal.sample(&mut rng));
    let common: Array2<f64> = patterns(0);
    let mut rows = Array2::zeros((count, condensed::n_pairs(CONDITIONS)));
    for (k, mut row) in rows.rows_mut().into_iter().enumerate() {
        let x = Representation::new(patterns(k) + &common).expect("numbers");
        let rdm = SquaredEuclidean { per_feature: true }.rdm(&x).expect("random patterns have distances");
        row.assign(&ArrayView1::from(rdm.values()));
    }
    let path = peers::directory("comparisons").join(name).with_extension("npy");
    let file = File::create(path).expect("the directory can be written");
    rsa_io::npy::write_matrix(file, rows.view(), FloatWidth::F64).expect("the file can be written");
    rows
}

fn rdms(rows: &Array2<f64>) -> Vec<Rdm> {
    rows.rows().into_iter().map(|row| Rdm::new(row.to_vec()).expect("pairs of conditions")).collect()
}

fn row<C: Comparison>(name: &str, comparison: C, a: &[Rdm], b: &[Rdm]) -> Row {
    let seconds = timing::shortest_seconds(|| {
        let [a, b] =
            [a, b].map(|rdms| comparison.read_all(rdms).into_iter().collect::<Result<Vec<_>, _>>().expect("readable"));
        let [a, b] = [&a, &b].map(|read| read.iter().collect::<Vec<_>>());
        black_box(comparison.compare_all(&a, &b));
    });
    Row::new(name, seconds)
}

pub(crate) fn run(options: Options) {
    let [a, b] = [("a", 20, 1), ("b", 50, 2)].map(|(name, count, seed)| rdms(&dissimilarities(name, count, seed)));
    let ours = || {
        peers::on_equal_threads(|| {
            vec![
                row("cosine", Cosine, &a, &b),
                row("pearson", Pearson, &a, &b),
                row("spearman", Spearman, &a, &b),
                row("rho-a", RhoA, &a, &b),
                row("kendall-a", KendallA, &a, &b),
                row("whitened-cosine", WhitenedCosine, &a, &b),
                row("whitened-pearson", WhitenedPearson, &a, &b),
                row("bures", Bures, &a, &b),
            ]
        })
    };
    let (ours, theirs) = timing::time_in_turn(options.peers, ours, peer_seconds);
    let heading = format!("20 x 50 RDMs of {CONDITIONS} conditions, reading included, {} threads", peers::THREADS);
    let against = |row: Row| {
        let theirs = theirs.get(&row.what);
        row.with_peer("rsatoolbox", theirs)
    };
    report::publish(&heading, ours.into_iter().map(against).collect(), None);
}

fn peer_seconds() -> BTreeMap<String, f64> {
    peers::seconds(
        "peers.py",
        &["comparisons", peers::directory("comparisons").to_str().expect("a path of plain letters")],
    )
}
