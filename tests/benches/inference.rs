//! Benchmark of one resample of subjects and conditions: 20 subjects, 10 models, 92 conditions, with noise ceilings.

use std::{collections::BTreeMap, fs::File, time::Instant};

use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rsa_io::FloatWidth;
use rsakit::{
    Rdm, Representation,
    core::{Dissimilarity, SquaredEuclidean},
    stats::{Crossvalidation, GeneralizeTo, Inference, Model, Scoring},
};

use crate::{
    Options, peers,
    report::{self, Row},
};

const CONDITIONS: usize = 92;

fn patterns(rng: &mut ChaCha8Rng) -> Array2<f64> {
    Array2::from_shape_simple_fn((CONDITIONS, 30), || StandardNormal.sample(rng))
}

/// Generates RDMs of patterns that share the part `common`.
fn rdms(common: &Array2<f64>, count: usize, rng: &mut ChaCha8Rng) -> Vec<Rdm> {
    let mut rdm = |_| {
        let x = Representation::new(patterns(rng) + common)?;
        // Rebuilt from its values, without rounding, like an RDM read from a file.
        Rdm::new(SquaredEuclidean { per_feature: true }.rdm(&x)?.values().to_vec())
    };
    (0..count).map(|k| rdm(k).expect("random patterns have distances")).collect()
}

/// Saves the RDMs for the peers.
fn write(name: &str, rdms: &[Rdm]) {
    let rows = Array2::from_shape_fn((rdms.len(), rdms[0].values().len()), |(i, k)| rdms[i].values()[k]);
    let path = peers::directory("inference").join(name).with_extension("npy");
    let file = File::create(path).expect("the directory can be written");
    rsa_io::npy::write_matrix(file, rows.view(), FloatWidth::F64).expect("the file can be written");
}

/// Returns the seconds per resample: the difference between many and few resamples.
///
/// The difference excludes work that is done once, such as reading the RDMs and leaving conditions out.
fn seconds(inference: &Inference, models: &[Model], data: &[Rdm], resamples: u64) -> f64 {
    let run = |resamples| {
        let start = Instant::now();
        let inference = Inference { resamples, ..inference.clone() };
        inference.evaluate(models, data).expect("the data can be evaluated");
        start.elapsed().as_secs_f64()
    };
    let shortest = |resamples| (0..3).map(|_| run(resamples)).fold(f64::INFINITY, f64::min);
    (shortest(resamples) - shortest(2)) / (resamples - 2) as f64
}

pub(crate) fn run(options: Options) {
    let mut rng = ChaCha8Rng::seed_from_u64(20);
    let common = patterns(&mut rng);
    let (subjects, candidates) = (rdms(&common, 20, &mut rng), rdms(&common, 10, &mut rng));
    let fixed: Vec<Model> =
        candidates.iter().enumerate().map(|(k, rdm)| Model::fixed(k.to_string(), rdm.clone())).collect();
    let weighted = [Model::weighted("weighted", candidates[..5].to_vec()).expect("the same conditions")];
    let both = |comparison| Inference { comparison, generalize_to: GeneralizeTo::Both, ..Inference::default() };
    let folds = Crossvalidation { subject_folds: 2, condition_folds: 2, repeats: 2 };
    let crossvalidated = Inference { crossvalidation: Some(folds), ..both(Scoring::Pearson) };

    let ours = peers::on_equal_threads(|| {
        let of = |comparison, resamples| seconds(&both(comparison), &fixed, &subjects, resamples);
        vec![
            ("pearson", of(Scoring::Pearson, 2000)),
            ("spearman", of(Scoring::Spearman, 1000)),
            ("rho-a", of(Scoring::RhoA, 1000)),
            ("kendall-a", of(Scoring::KendallA, 400)),
            ("whitened-pearson", of(Scoring::WhitenedPearson, 2000)),
            ("weighted, pearson", seconds(&crossvalidated, &weighted, &subjects, 400)),
        ]
    });
    let theirs = if options.peers { peer_seconds(&subjects, &candidates) } else { BTreeMap::new() };
    let heading = format!(
        "a resample of 20 subjects and {CONDITIONS} conditions, 10 models, noise ceilings included, {} threads",
        peers::THREADS
    );
    let row = |(name, seconds)| Row::new(name, seconds).with_peer("rsatoolbox", theirs.get(name));
    report::publish(&heading, ours.into_iter().map(row).collect(), None);
}

fn peer_seconds(subjects: &[Rdm], models: &[Rdm]) -> BTreeMap<String, f64> {
    write("subjects", subjects);
    write("models", models);
    peers::seconds("peers.py", &["inference", peers::directory("inference").to_str().expect("a path of plain letters")])
}
