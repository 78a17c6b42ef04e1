//! Tests that estimators converge to the true dissimilarities with more runs, and that unbiased ones have no bias.

use ndarray::{Array2, Axis};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use rsakit::{
    Rdm, Representation,
    core::{CovarianceEstimator, Measurements, Precision},
    spec::RdmSpec,
};

const CONDITIONS: usize = 4;
const FEATURES: usize = 12;

fn normal(rng: &mut ChaCha8Rng, n: usize, p: usize) -> Array2<f64> {
    Array2::from_shape_simple_fn((n, p), || rng.sample(StandardNormal))
}

/// Returns the matrix that mixes noise, so that it is correlated between features.
fn mixing() -> Array2<f64> {
    Array2::from_shape_fn((FEATURES, FEATURES), |(i, j)| match i.abs_diff(j) {
        0 => 1.0 + 0.1 * i as f64,
        1 => 0.4,
        _ => 0.0,
    })
}

/// Draws `runs` runs of noisy measurements of `patterns`.
fn measured(rng: &mut ChaCha8Rng, patterns: &Array2<f64>, runs: usize, noise: f64) -> Measurements {
    let n = patterns.nrows();
    let rows = Vec::from_iter((0..n * runs).map(|row| row % n));
    let values = patterns.select(Axis(0), &rows) + normal(rng, n * runs, FEATURES).dot(&mixing()) * noise;
    let measurements = Measurements::new(values, (0..n * runs).map(|row| (row % n).to_string())).unwrap();
    measurements.with_runs((0..n * runs).map(|row| (row / n).to_string())).unwrap()
}

/// Returns the true dissimilarities that an estimator estimates.
fn truth(text: &str, patterns: &Array2<f64>, precision: &Precision) -> Rdm {
    let x = Representation::new(patterns.clone()).unwrap();
    let (of, noise) = match text {
        "crossnobis" | "mahalanobis" => ("mahalanobis", Some(precision)),
        other => (other.split(':').next().unwrap(), None),
    };
    of.parse::<RdmSpec>().unwrap().rdm_of_patterns(&x, noise).unwrap()
}

#[test]
fn every_estimate_comes_to_its_truth_as_runs_grow() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    // Patterns are positive, because they are also used as Poisson rates.
    let patterns = normal(&mut rng, CONDITIONS, FEATURES).mapv(|value: f64| value.abs() + 4.0);
    let mixing = mixing();
    let precision = rsakit::core::Covariance::new(mixing.t().dot(&mixing) * 0.04).unwrap().precision().unwrap();
    for text in [
        "crossnobis",
        "crossnobis:weighting=runs",
        "mahalanobis",
        "squared-euclidean",
        "euclidean",
        "correlation",
        "correlation:crossvalidated=true",
        "cosine:crossvalidated=true",
        "poisson",
        "poisson:crossvalidated=true",
    ] {
        let spec: RdmSpec = text.parse().unwrap();
        let weighed = text.starts_with("crossnobis") || text == "mahalanobis";
        let expected = truth(if weighed { "crossnobis" } else { text }, &patterns, &precision);
        let largest = expected.values().iter().copied().fold(0.0, f64::max);
        let errors = [6, 96, 1536].map(|runs| {
            let measurements = measured(&mut rng, &patterns, runs, 0.2);
            // The noise is estimated from the same measurements.
            let estimated =
                CovarianceEstimator::Full.estimate_within_conditions(&measurements).unwrap().precision().unwrap();
            let rdm = spec.rdm_of_measurements(&measurements, weighed.then_some(&estimated)).unwrap();
            let off = rdm.values().iter().zip(expected.values()).map(|(found, expected)| (found - expected).abs());
            off.fold(0.0, f64::max) / largest
        });
        assert!(errors[2] < 0.05 && errors[2] < errors[0] / 2.0, "{text}: {errors:?}");
    }
}

#[test]
fn unbiased_estimates_of_no_distance_are_zero_on_average_and_biased_ones_are_not() {
    const EXPERIMENTS: usize = 600;
    let mut rng = ChaCha8Rng::seed_from_u64(13);
    // All conditions are equal, so a cross-validated product of differences has mean 0.
    let patterns = Array2::zeros((CONDITIONS, FEATURES));
    for (text, unbiased) in [("crossnobis", true), ("crossnobis:weighting=runs", true), ("squared-euclidean", false)] {
        let spec: RdmSpec = text.parse().unwrap();
        for absent in [&[][..], &[1, 6, 11]] {
            let draws: Vec<f64> = (0..EXPERIMENTS)
                .map(|_| {
                    let measurements = measured(&mut rng, &patterns, 5, 1.0);
                    let kept = Vec::from_iter((0..CONDITIONS * 5).filter(|row| !absent.contains(row)));
                    let rdm = spec.rdm_of_measurements(&measurements.select(&kept).unwrap(), None).unwrap();
                    rdm.values().iter().sum::<f64>() / rdm.values().len() as f64
                })
                .collect();
            let draws = ndarray::Array1::from(draws);
            let (mean, error) = (draws.mean().unwrap(), draws.std(1.0) / (EXPERIMENTS as f64).sqrt());
            assert_eq!(mean.abs() < 3.0 * error, unbiased, "{text}, {} absent: {mean} ± {error}", absent.len());
        }
    }
}
