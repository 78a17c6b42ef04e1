//! Tests that estimated variances equal the true ones on average, over studies of a known population with fixed seeds.

use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use rsakit::{
    Rdm, Representation,
    core::{Dissimilarity, SquaredEuclidean},
    stats::{GeneralizeTo, Inference, Model, Scoring, Variance},
};

const STUDIES: u64 = 400;
const CONDITIONS: usize = 16;

/// Returns the score of one study and its estimated variances, unbiased and by resampling alone.
fn study(comparison: Scoring, generalize_to: GeneralizeTo, seed: u64) -> [f64; 3] {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut normal = || Array2::from_shape_simple_fn((CONDITIONS, 12), || StandardNormal.sample(&mut rng));
    let rdm = |patterns: Array2<f64>| -> Rdm {
        SquaredEuclidean { per_feature: true }.rdm(&Representation::new(patterns).unwrap()).unwrap()
    };
    let truth: Array2<f64> = normal();
    let models = [Model::fixed("m", rdm(&truth + &normal()))];
    let data: Vec<Rdm> = (0..5).map(|_| rdm(&truth + &normal())).collect();
    let found = |variance| {
        let inference = Inference { comparison, generalize_to, variance, resamples: 60, seed, ..Inference::default() };
        let model = inference.evaluate(&models, &data).unwrap().models.remove(0);
        [model.score, model.standard_error.unwrap().powi(2)]
    };
    let [score, unbiased] = found(Variance::Unbiased);
    [score, unbiased, found(Variance::Rsatoolbox)[1]]
}

/// Returns the ratios of estimated to true variance, unbiased and by resampling alone.
fn ratios(comparison: Scoring, generalize_to: GeneralizeTo) -> [f64; 2] {
    let found: Vec<[f64; 3]> =
        (0..STUDIES).into_par_iter().map(|seed| study(comparison, generalize_to, seed)).collect();
    let mean = |k: usize| found.iter().map(|found| found[k]).sum::<f64>() / STUDIES as f64;
    let score = mean(0);
    let variance = found.iter().map(|found| (found[0] - score).powi(2)).sum::<f64>() / (STUDIES - 1) as f64;
    [1, 2].map(|k| mean(k) / variance)
}

/// Tests a variance that four hundred studies measure to 7 %.
///
/// Resampling conditions overstates the variance, most of all under whitened comparisons.
#[test]
fn new_conditions_have_the_variance_that_is_estimated() {
    for (comparison, overstated) in
        [(Scoring::Pearson, 1.1), (Scoring::Spearman, 1.25), (Scoring::WhitenedPearson, 1.8)]
    {
        let [unbiased, resampled] = ratios(comparison, GeneralizeTo::Conditions);
        assert!((0.8..1.2).contains(&unbiased), "{comparison}: {unbiased}, resampled {resampled}");
        assert!(resampled > overstated, "{comparison}: {resampled}");
    }
}

/// Tests the variance for new subjects and new conditions, which may be a fifth too large.
///
/// Here subjects differ by noise alone. Estimates of their variance that would be negative are set to 0, so the mean
/// estimate is too large.
#[test]
fn new_subjects_and_conditions_have_the_variance_that_is_estimated() {
    let [unbiased, resampled] = ratios(Scoring::WhitenedPearson, GeneralizeTo::Both);
    assert!((0.85..1.35).contains(&unbiased) && resampled > 1.8, "{unbiased}, resampled {resampled}");
}
