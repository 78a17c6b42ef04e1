//! Tests of the declared invariances and rounding of dissimilarities.

use ndarray::{Array1, Array2, Axis};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use rsa_laws::Transformation;
use rsakit::{
    Correlation, Euclidean, Rdm, Representation,
    core::{
        Cosine, Covariance, Crossnobis, CrossvalidatedCorrelation, CrossvalidatedCosine, CrossvalidatedPoisson,
        Dissimilarity, Estimator, Mahalanobis, Manhattan, Measurements, Poisson, SquaredEuclidean,
    },
};

fn normal(n: usize, p: usize, seed: u64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Array2::from_shape_simple_fn((n, p), || rng.sample(StandardNormal))
}

/// Returns a distance with noise that neighboring features share, so small that whitening lengthens patterns.
fn noise(p: usize) -> Mahalanobis {
    let covariance = Array2::from_shape_fn((p, p), |(i, j)| 1e-4 * 0.5f64.powi(i.abs_diff(j) as i32));
    Mahalanobis { precision: Covariance::new(covariance).unwrap().precision().unwrap() }
}

fn named(p: usize) -> Vec<(&'static str, Box<dyn Dissimilarity>)> {
    vec![
        ("euclidean", Box::new(Euclidean)),
        ("squared euclidean", Box::new(SquaredEuclidean::default())),
        ("squared euclidean per feature", Box::new(SquaredEuclidean { per_feature: true })),
        ("manhattan", Box::new(Manhattan)),
        ("cosine", Box::new(Cosine)),
        ("correlation", Box::new(Correlation)),
        ("poisson", Box::new(Poisson::default())),
        ("poisson without prior", Box::new(Poisson { prior_weight: 0.0, ..Poisson::default() })),
        ("mahalanobis", Box::new(noise(p))),
    ]
}

/// Returns the largest difference of two RDMs, divided by the largest dissimilarity.
fn apart(a: &Rdm, b: &Rdm) -> f64 {
    largest(a.values().iter().zip(b.values()).map(|(a, b)| a - b)) / largest(a.values().iter().copied())
}

fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |largest, value| value.abs().max(largest))
}

/// Multiplies `b` by the factor that brings it nearest to `a`.
fn rescaled(a: &Rdm, b: &Rdm) -> Rdm {
    let dot = |u: &Rdm, v: &Rdm| u.values().iter().zip(v.values()).map(|(u, v)| u * v).sum::<f64>();
    let factor = dot(a, b) / dot(b, b);
    Rdm::new(b.values().iter().map(|value| factor * value).collect()).unwrap()
}

#[test]
fn what_is_said_to_leave_an_rdm_unchanged_or_to_rescale_it_does_and_nothing_else() {
    // Patterns are positive, so that Poisson distances are defined.
    let x = Representation::new(normal(9, 5, 1).mapv(f64::exp)).unwrap();
    for (name, dissimilarity) in named(5) {
        let before = dissimilarity.rdm(&x).unwrap();
        for transformation in Transformation::ALL {
            let set = transformation.invariances();
            // A Poisson distance may refuse negative rates, and a Mahalanobis distance another number of features.
            let Ok(after) = dissimilarity.rdm(&transformation.apply(&x, 3)) else {
                assert!(!dissimilarity.rescaled().contains(set) || name == "mahalanobis", "{name}, {transformation}");
                continue;
            };
            let unchanged = apart(&before, &after) < 1e-9;
            assert_eq!(dissimilarity.unchanged().contains(set), unchanged, "{name}, {transformation}");
            let only_rescaled = apart(&before, &rescaled(&before, &after)) < 1e-9;
            assert_eq!(dissimilarity.rescaled().contains(set), only_rescaled, "{name}, {transformation}");
        }
    }
}

/// Checks that the declared rounding of an RDM covers its errors and is too small to tie different distances.
#[track_caller]
fn check_rounding(name: &str, x: &Rdm, y: &Rdm) {
    let actual = largest(x.values().iter().zip(y.values()).map(|(x, y)| x - y));
    let least = f64::EPSILON * largest(x.values().iter().copied());
    let stated = x.rounding() + y.rounding();
    assert!(actual <= stated, "{name}: rounding of {actual:e}, {stated:e} is stated");
    assert!(stated <= 2000.0 * actual.max(least), "{name}: {stated:e} is stated, rounding is {actual:e}");
}

const FEATURES: usize = 400;

/// Returns the patterns after a transformation that the dissimilarity ignores.
fn moved(name: &str, x: &Array2<f64>) -> Array2<f64> {
    let n = x.nrows();
    let column = |f: &dyn Fn(f64) -> f64| Array1::from_shape_fn(n, |i| f(i as f64)).insert_axis(Axis(1));
    match name {
        "cosine" => x * &column(&|i| (i + 1.0) / 7.0),
        "correlation" => x + &column(&|i| 1e5 * (i + 1.0) / 7.0),
        name if name.starts_with("poisson") => x.select(Axis(1), &(0..FEATURES).rev().collect::<Vec<_>>()),
        _ => x + &Array1::from_shape_fn(FEATURES, |j| 1e6 * (j as f64 + 1.0) / 7.0),
    }
}

#[test]
fn an_rdm_knows_its_rounding() {
    // A scale far from 1, so that a rounding in wrong units is noticed.
    let x = normal(10, FEATURES, 2) * 1000.0;
    for (name, dissimilarity) in named(FEATURES) {
        let x = if name.starts_with("poisson") { x.mapv(f64::abs) } else { x.clone() };
        let rdm = |values: Array2<f64>| dissimilarity.rdm(&Representation::new(values).unwrap()).unwrap();
        check_rounding(name, &rdm(x.clone()), &rdm(moved(name, &x)));
    }
}

#[test]
fn an_estimate_knows_its_rounding() {
    let x = normal(24, FEATURES, 3) * 1000.0;
    let estimators: [(&str, &dyn Estimator); 4] = [
        ("crossnobis", &Crossnobis::default()),
        ("correlation", &CrossvalidatedCorrelation),
        ("cosine", &CrossvalidatedCosine),
        ("poisson", &CrossvalidatedPoisson::default()),
    ];
    for (name, estimator) in estimators {
        let x = if name == "poisson" { x.mapv(f64::abs) } else { x.clone() };
        let rdm = |values: Array2<f64>| {
            let measurements = Measurements::new(values, (0..24).map(|k| format!("condition {}", k % 6))).unwrap();
            estimator.rdm(&measurements.with_runs((0..24).map(|k| format!("run {}", k / 6))).unwrap()).unwrap()
        };
        let moved = match name {
            // A scale of its own for each observation would change the estimate.
            "cosine" => &x / 7.0,
            // The declared rounding of estimates with noise weights does not cover the rounding of a large offset.
            "crossnobis" => &x + 1000.0 / 7.0,
            _ => moved(name, &x),
        };
        check_rounding(name, &rdm(x.clone()), &rdm(moved));
    }
}
