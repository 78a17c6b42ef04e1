//! Rounded patterns change every dissimilarity by less than half of the rounding that its RDM states, and not by far.

use ndarray::{Array2, array};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use crate::{
    Correlation, Cosine, Covariance, Crossnobis, CrossvalidatedCorrelation, CrossvalidatedCosine,
    CrossvalidatedPoisson, Dissimilarity, Estimator, Euclidean, Mahalanobis, Manhattan, Measurements, PairWeighting,
    Poisson, Precision, Rdm, Representation, RunNoise, SquaredEuclidean,
};

/// Binary digits of the numbers that values are rounded to: 32-bit and 16-bit floats.
const DIGITS: [i32; 2] = [24, 11];

fn spacing(digits: i32) -> f64 {
    2f64.powi(1 - digits)
}

fn rounded(values: &Array2<f64>, digits: i32) -> Array2<f64> {
    values.mapv(|value| {
        let unit = crate::linalg::power_of_two(&[value]) * spacing(digits);
        (value / unit).round() * unit
    })
}

/// Normal values of another mean and deviation in each feature.
fn normal(n: usize, p: usize, offset: f64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(17);
    Array2::from_shape_fn((n, p), |(_, j)| {
        let deviation = 1.0 + (j % 3) as f64;
        offset * (1.0 + (j % 5) as f64) + deviation * rng.sample::<f64, _>(StandardNormal)
    })
}

#[track_caller]
fn check(name: &str, exact: &Rdm, found: &Rdm) {
    let errors = exact.values().iter().zip(found.values()).map(|(a, b)| (a - b).abs());
    let (largest, rounding) = (errors.fold(0.0, f64::max), found.rounding());
    assert!(largest <= rounding / 2.0, "{name}: an error of {largest} and a rounding of {rounding}");
    assert!(largest >= rounding / 300.0, "{name}: no error beyond {largest} and a rounding of {rounding}");
}

fn correlated(p: usize) -> Precision {
    let matrix = Array2::from_shape_fn((p, p), |(i, j)| 0.5 + if i == j { 1.0 + i as f64 } else { 0.0 });
    Covariance::new(matrix).unwrap().precision().unwrap()
}

#[test]
fn dissimilarities_of_rounded_patterns_are_within_the_stated_rounding() {
    for (p, offset) in [(1, 0.0), (2, 3.0), (7, 0.0), (60, 0.0), (60, 4.0)] {
        let mut all: Vec<(&str, Box<dyn Dissimilarity>)> = vec![
            ("euclidean", Box::new(Euclidean)),
            ("squared", Box::new(SquaredEuclidean::default())),
            ("manhattan", Box::new(Manhattan)),
            ("mahalanobis", Box::new(Mahalanobis { precision: correlated(p) })),
        ];
        if p > 2 {
            all.push(("cosine", Box::new(Cosine)));
            all.push(("correlation", Box::new(Correlation)));
        }
        let values = normal(30, p, offset);
        for (name, dissimilarity) in &all {
            for digits in DIGITS {
                let x = Representation::new(rounded(&values, digits)).unwrap();
                let found = dissimilarity.rdm(&x.with_precision(spacing(digits)).unwrap()).unwrap();
                let exact = dissimilarity.rdm(&Representation::new(values.clone()).unwrap()).unwrap();
                check(&format!("{name} of {p} features around {offset}, {digits} digits"), &exact, &found);
            }
        }
    }
}

#[test]
fn divergences_of_rounded_rates_are_within_the_stated_rounding() {
    let values = normal(30, 20, 0.0).mapv(|value| (value / 4.0).exp());
    for digits in DIGITS {
        let x = Representation::new(rounded(&values, digits)).unwrap().with_precision(spacing(digits)).unwrap();
        let exact = Poisson::default().rdm(&Representation::new(values.clone()).unwrap()).unwrap();
        check("poisson", &exact, &Poisson::default().rdm(&x).unwrap());
    }
}

fn measurements(values: Array2<f64>, observations: usize) -> Measurements {
    let measurements = Measurements::new(values, (0..observations).map(|i| (i % 8).to_string())).unwrap();
    measurements.with_runs((0..observations).map(|i| (i / 8).to_string())).unwrap()
}

#[test]
fn estimates_from_rounded_measurements_are_within_the_stated_rounding() {
    let shared = || RunNoise::Shared(correlated(12));
    let per_run = RunNoise::PerRun(vec![Covariance::new(Array2::eye(12) * 2.0).unwrap(); 4]);
    let crossnobis = |noise| Box::new(Crossnobis { noise, weighting: PairWeighting::Observations });
    // In the last but one design, a run lacks a condition.
    let all: [(&str, Box<dyn Estimator>, usize); 6] = [
        ("crossnobis", crossnobis(RunNoise::Identity), 32),
        ("crossnobis with noise", crossnobis(shared()), 32),
        ("crossnobis with noise of runs", crossnobis(per_run), 32),
        ("unbalanced crossnobis", crossnobis(shared()), 31),
        ("cosine", Box::new(CrossvalidatedCosine), 32),
        ("correlation", Box::new(CrossvalidatedCorrelation), 32),
    ];
    for (name, estimator, n) in all {
        let values = normal(n, 12, 1.0);
        for digits in DIGITS {
            let x = measurements(rounded(&values, digits), n).with_precision(spacing(digits)).unwrap();
            check(name, &estimator.rdm(&measurements(values.clone(), n)).unwrap(), &estimator.rdm(&x).unwrap());
        }
    }
    let rates = normal(32, 12, 0.0).mapv(|value| (value / 4.0).exp());
    let x = measurements(rounded(&rates, 11), 32).with_precision(spacing(11)).unwrap();
    let poisson = CrossvalidatedPoisson::default();
    check("poisson", &poisson.rdm(&measurements(rates, 32)).unwrap(), &poisson.rdm(&x).unwrap());
}

#[test]
fn whitening_carries_the_rounding_of_an_offset_along() {
    let values = normal(30, 6, 1000.0);
    let precision = correlated(6);
    let x = Representation::new(values).unwrap();
    let whitened = precision.whiten(&x).unwrap();
    let single = x.clone().with_precision(spacing(24)).unwrap();
    assert!(precision.whiten(&single).unwrap().precision() >= spacing(24));
    let found = Representation::new(rounded(&x.values().to_owned(), 24)).unwrap().with_precision(spacing(24)).unwrap();
    let exact = Euclidean.rdm(&whitened).unwrap();
    check("whitened", &exact, &Euclidean.rdm(&precision.whiten(&found).unwrap()).unwrap());
}

#[test]
fn a_feature_that_all_patterns_share_counts_for_nothing_and_exact_patterns_have_no_error_but_arithmetic() {
    let values = array![[0.1, 1.0], [0.4, 1.0], [0.9, 1.0]];
    let far = array![[0.1, 1e6], [0.4, 1e6], [0.9, 1e6]];
    let x = |values: &Array2<f64>| Representation::new(values.clone()).unwrap().with_precision(1e-3).unwrap();
    for dissimilarity in [&Euclidean as &dyn Dissimilarity, &Manhattan] {
        let [near, far] = [&values, &far].map(|values| dissimilarity.rdm(&x(values)).unwrap().rounding());
        assert!((far / near - 1.0).abs() < 1e-5, "{far} {near}");
        let exact = dissimilarity.rdm(&Representation::new(values.clone()).unwrap()).unwrap();
        assert!(exact.rounding() < 1e-14);
    }
}
