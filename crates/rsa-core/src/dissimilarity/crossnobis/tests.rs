//! Tests of the estimate: values of other tools, absence of bias, and errors that name what a design lacks.

use ndarray::{Array2, array};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use super::*;

/// ((7i + 5j + i²j) mod 13) − 6.
fn observations() -> Array2<f64> {
    Array2::from_shape_fn((12, 5), |(i, j)| ((i * 7 + j * 5 + i * i * j) % 13) as f64 - 6.0)
}

/// Four conditions in each of three runs.
fn balanced() -> Measurements {
    let measurements = Measurements::new(observations(), (0..12).map(|i| ["a", "b", "c", "d"][i % 4])).unwrap();
    measurements.with_runs((0..12).map(|i| (i / 4).to_string())).unwrap()
}

/// The balanced design without b in the second run and a in the third, and with d twice in the second.
fn unbalanced() -> Measurements {
    let kept = balanced().select(&[0, 1, 2, 3, 4, 6, 7, 9, 10, 11]).unwrap();
    kept.with_runs(["0", "0", "0", "0", "1", "1", "1", "2", "2", "1"]).unwrap()
}

fn precision() -> Array2<f64> {
    Array2::from_shape_fn((5, 5), |(i, j)| 1.0 / (1 + i + j) as f64 + if i == j { 2.0 } else { 0.0 })
}

fn shared() -> RunNoise {
    RunNoise::Shared(Precision::new(precision()).unwrap())
}

#[track_caller]
fn check(measurements: &Measurements, noise: RunNoise, weighting: PairWeighting, expected: [f64; 6]) {
    let rdm = Crossnobis { noise, weighting }.rdm(measurements).unwrap();
    for (found, expected) in rdm.values().iter().zip(expected) {
        assert!((found - expected).abs() < 1e-11, "{found} != {expected}");
    }
}

/// Values of rsatoolbox 0.3.2: `calc_rdm(…, 'crossnobis')` without a precision, with one, and with one for every run.
#[test]
fn balanced_as_rsatoolbox() {
    for weighting in [PairWeighting::Observations, PairWeighting::Runs] {
        let expected =
            [30.666666666666668, 3.4, 14.133333333333335, 12.933333333333332, 10.266666666666667, 3.3333333333333326];
        check(&balanced(), RunNoise::Identity, weighting, expected);
        let expected = [
            65.11232804232804,
            7.391084656084654,
            41.1926455026455,
            28.22121693121693,
            23.492116402116398,
            15.123174603174604,
        ];
        check(&balanced(), shared(), weighting, expected);
    }
    let of_run = |k: f64| {
        let matrix = precision() * (k + 1.0) + Array2::from_diag(&array![0.0, k, 2.0 * k, 3.0 * k, 4.0 * k]);
        // Inverting the precision of a covariance twice gives a covariance whose precision is `matrix`.
        Covariance::new(Covariance::new(matrix).unwrap().precision().unwrap().matrix().unwrap()).unwrap()
    };
    let expected = [
        126.533461773816,
        31.59425872639295,
        71.96179936803718,
        49.90090918512603,
        38.78227210249527,
        53.310790691592736,
    ];
    let covariances = vec![of_run(0.0), of_run(1.0), of_run(2.0)];
    check(&balanced(), RunNoise::PerRun(covariances), PairWeighting::Observations, expected);
}

/// Values of rsatoolbox 0.3.2, `calc_rdm_unbalanced(…, 'crossnobis')`; weighted by runs: NumPy 2.4.6, pair by pair.
#[test]
fn unbalanced_as_rsatoolbox() {
    let expected =
        [35.666666666666664, 3.666666666666666, 16.833333333333332, 13.466666666666667, 7.06, -2.2333333333333334];
    check(&unbalanced(), RunNoise::Identity, PairWeighting::Observations, expected);
    let expected = [
        79.24669312169311,
        10.77078042328042,
        55.36108465608466,
        29.18974867724868,
        15.661206349206351,
        3.6946825396825407,
    ];
    check(&unbalanced(), shared(), PairWeighting::Observations, expected);
    let expected = [
        79.24669312169311,
        10.77078042328042,
        53.733293650793655,
        29.189748677248673,
        14.637222222222222,
        -1.9155291005291062,
    ];
    check(&unbalanced(), shared(), PairWeighting::Runs, expected);
}

/// Returns mean and standard error over 400 experiments of the estimates between three equal conditions and another.
fn simulate(noise: impl Fn() -> RunNoise, weighting: PairWeighting, absent: &[usize]) -> (Vec<f64>, Vec<f64>) {
    const EXPERIMENTS: usize = 400;
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let kept = Vec::from_iter((0..32).filter(|i| !absent.contains(i)));
    let crossnobis = Crossnobis { noise: noise(), weighting };
    let (mut sum, mut squares) = (vec![0.0; 6], vec![0.0; 6]);
    for _ in 0..EXPERIMENTS {
        let values = Array2::from_shape_fn((32, 10), |(i, _)| {
            let signal = if i % 4 == 3 { 1.0 } else { 0.0 };
            signal + 2.0 * rng.sample::<f64, _>(StandardNormal)
        });
        let measurements = Measurements::new(values, (0..32).map(|i| (i % 4).to_string())).unwrap();
        let measurements = measurements.with_runs((0..32).map(|i| (i / 8).to_string())).unwrap();
        let rdm = crossnobis.rdm(&measurements.select(&kept).unwrap()).unwrap();
        for (k, value) in rdm.values().iter().enumerate() {
            sum[k] += value;
            squares[k] += value * value;
        }
    }
    let n = EXPERIMENTS as f64;
    let error = sum.iter().zip(&squares).map(|(sum, squares)| ((squares / n - (sum / n).powi(2)) / (n - 1.0)).sqrt());
    (sum.iter().map(|sum| sum / n).collect(), error.collect())
}

#[test]
fn the_mean_estimate_is_the_true_distance_in_any_design() {
    // Conditions 0, 1 and 2 are equal; condition 3 differs by 1 in every feature.
    let truth = [0.0, 0.0, 1.0, 0.0, 1.0, 1.0];
    let absent: [&[usize]; 3] = [&[], &[4, 9, 13, 18, 22, 31], &[8, 12, 17, 21]];
    for absent in absent {
        for weighting in [PairWeighting::Observations, PairWeighting::Runs] {
            for precision in [1.0, 0.25] {
                let noise = || RunNoise::Shared(Precision::new(Array2::eye(10) * precision).unwrap());
                let (mean, error) = simulate(noise, weighting, absent);
                for k in 0..6 {
                    let distance = (mean[k] - truth[k] * precision).abs();
                    assert!(distance < 3.0 * error[k], "{absent:?} {weighting:?} pair {k}: {} ± {}", mean[k], error[k]);
                }
            }
        }
    }
    let noise = || RunNoise::PerRun((1..5).map(|k| Covariance::new(Array2::eye(10) * f64::from(k)).unwrap()).collect());
    let (mean, error) = simulate(noise, PairWeighting::Runs, &[]);
    assert!([0, 1, 3].into_iter().all(|k| mean[k].abs() < 3.0 * error[k]), "{mean:?} ± {error:?}");
}

#[test]
fn an_offset_of_a_million_keeps_the_digits_of_a_thousandth() {
    let shift = |measurements: Measurements, offset: f64| {
        let values = measurements.values().mapv(|value| value * 1e-3 + offset);
        measurements.with_values(values).unwrap()
    };
    let covariances = vec![Covariance::new(precision()).unwrap(); 3];
    for noise in [RunNoise::Identity, shared(), RunNoise::PerRun(covariances)] {
        let crossnobis = Crossnobis { noise, weighting: PairWeighting::Observations };
        let near = crossnobis.rdm(&shift(balanced(), 0.0)).unwrap();
        let far = crossnobis.rdm(&shift(balanced(), 1e6)).unwrap();
        for (near, far) in near.values().iter().zip(far.values()) {
            assert!((near / far - 1.0).abs() < 1e-6, "{near} {far}");
        }
    }
}

/// Tests an unbalanced design far from the origin, where s = 2¹² ± small, against the definition in whole numbers.
#[test]
fn an_unbalanced_estimate_far_from_the_origin_is_the_definition() {
    let measurements = unbalanced();
    let shifted = measurements.with_values(&measurements.values() + 4096.0).unwrap();
    let rdm = Crossnobis::default().rdm(&shifted).unwrap();
    let run_of = shifted.run_of().unwrap();
    let similarity = |i: usize, j: usize| {
        let (mut sum, mut count) = (0.0, 0.0);
        for a in (0..10).filter(|&a| shifted.condition_of()[a] == i) {
            for b in (0..10).filter(|&b| shifted.condition_of()[b] == j && run_of[a] != run_of[b]) {
                sum += shifted.values().row(a).dot(&shifted.values().row(b));
                count += 1.0;
            }
        }
        sum / count / 5.0
    };
    for (i, j) in crate::condensed::pairs(4) {
        let expected = similarity(i, i) + similarity(j, j) - 2.0 * similarity(i, j);
        assert!((rdm.get(i, j) - expected).abs() < 1e-7, "({i}, {j}): {} != {expected}", rdm.get(i, j));
    }
}

#[test]
fn products_too_small_for_a_float_are_no_distances_of_zero() {
    let tiny = balanced().with_values(observations() * 1e-170).unwrap();
    let error = Crossnobis::default().rdm(&tiny).unwrap_err();
    assert_eq!(error.kind().name(), "OutOfRange");
}

#[test]
fn what_a_design_lacks_is_named() {
    let message = |measurements: Result<Measurements>, noise: RunNoise| {
        let crossnobis = Crossnobis { noise, weighting: PairWeighting::Observations };
        crossnobis.rdm(&measurements.unwrap()).unwrap_err().to_string()
    };
    let identity = || RunNoise::Identity;
    let one_run = message(balanced().select(&[0, 1, 2, 3]), identity());
    assert!(one_run.starts_with("all observations are from run '0'; cross-validation needs two runs"), "{one_run}");
    let once = message(balanced().select(&[0, 1, 2, 4, 5]), identity());
    assert!(once.starts_with("condition 'c' was observed in one run only; "), "{once}");
    let alone = message(balanced().select(&[0, 4]), identity());
    assert!(alone.starts_with("1 condition found, at least 2 needed"), "{alone}");
    let unknown = message(Measurements::new(array![[1.0], [2.0]], ["a", "b"]), identity());
    assert!(unknown.starts_with("the runs of the measurements must be one label for every observation"), "{unknown}");
    let covariances = vec![Covariance::new(precision()).unwrap(); 2];
    let fewer = message(Ok(balanced()), RunNoise::PerRun(covariances));
    assert!(fewer.starts_with("2 noise covariances for 3 runs"), "{fewer}");
    let covariances = vec![Covariance::new(precision()).unwrap(); 3];
    let gap = message(Ok(unbalanced()), RunNoise::PerRun(covariances));
    assert!(gap.starts_with("run '1' has no observation of condition 'b'"), "{gap}");
    let other = message(Ok(balanced()), RunNoise::Shared(Precision::new(Array2::eye(4)).unwrap()));
    assert!(other.contains("patterns have 5 features and the noise precision has 4"), "{other}");
}

#[test]
fn whole_numbers_of_eight_bits_and_constant_patterns_are_patterns_like_any_other() {
    let counts = array![[0u8, 255], [255, 0], [1, 254], [254, 0], [7, 7], [7, 7]];
    let measurements = Measurements::new(counts.mapv(f64::from), ["a", "b", "a", "b", "flat", "flat"]).unwrap();
    let measurements = measurements.with_runs(["1", "1", "2", "2", "1", "2"]).unwrap();
    let rdm = Crossnobis::default().rdm(&measurements).unwrap();
    assert_eq!(rdm.get(0, 1), (255.0 * 253.0 + 255.0 * 254.0) / 2.0);
    assert_eq!(rdm.get(0, 2), (7.0 * 6.0 + 248.0 * 247.0) / 2.0);
}
