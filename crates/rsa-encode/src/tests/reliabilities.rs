//! Reliabilities by hand and by their identities.

use std::num::NonZeroUsize;

use ndarray::{Array2, array};
use rsa_core::Measurements;

use super::data::normal;
use crate::SiteReliability;

/// Trials × sites of `n` conditions and `t` runs, trial by trial.
fn measurements(values: Array2<f64>, n: usize) -> Measurements {
    let rows = values.nrows();
    let labels: Vec<String> = (0..rows).map(|row| format!("c{}", row % n)).collect();
    let runs: Vec<String> = (0..rows).map(|row| format!("r{}", row / n)).collect();
    Measurements::new(values, labels).unwrap().with_runs(runs).unwrap()
}

fn without_runs(values: Array2<f64>, labels: &[usize]) -> Measurements {
    Measurements::new(values, labels.iter().map(|label| format!("c{label}"))).unwrap()
}

#[test]
fn the_case_by_hand() {
    // Trials (1, 2, 3) and (1, 3, 2) of three conditions: mean squares 3/2 and 1/2.
    let values = array![[1.0], [2.0], [3.0], [1.0], [3.0], [2.0]];
    let found = SiteReliability::Alpha.estimate(&measurements(values.clone(), 3)).unwrap();
    assert!((found.sites[0].unwrap() - 2.0 / 3.0).abs() < 1e-15);
    // Without the first condition, both means are 5/2.
    assert_eq!(found.standard_error, None);
    // Without runs, the mean square within conditions is 1/3: (3/2 − 1/3)/(3/2).
    let found = SiteReliability::Alpha.estimate(&without_runs(values, &[0, 1, 2, 0, 1, 2])).unwrap();
    assert!((found.sites[0].unwrap() - 7.0 / 9.0).abs() < 1e-15);
}

#[test]
fn alpha_is_the_mean_of_all_halves() {
    let (n, t) = (9, 4);
    let signal = normal(n, 1, 1);
    let values = Array2::from_shape_fn((n * t, 1), |(row, _)| signal[(row % n, 0)]) + normal(n * t, 1, 2);
    // Flanagan and Rulon: 4 cov(A, B)/var(A + B) for each half of four trials.
    let half = |first: [usize; 2]| {
        let sums = |chosen: &dyn Fn(usize) -> bool| -> Vec<f64> {
            (0..n).map(|i| (0..t).filter(|&k| chosen(k)).map(|k| values[(k * n + i, 0)]).sum()).collect()
        };
        let (a, b) = (sums(&|k| first.contains(&k)), sums(&|k| !first.contains(&k)));
        let center = |v: &[f64]| v.iter().map(|x| x - v.iter().sum::<f64>() / n as f64).collect::<Vec<_>>();
        let (a, b) = (center(&a), center(&b));
        let products = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        4.0 * products(&a, &b) / (products(&a, &a) + products(&b, &b) + 2.0 * products(&a, &b))
    };
    let expected = [[0, 1], [0, 2], [0, 3]].map(half).iter().sum::<f64>() / 3.0;
    let found = SiteReliability::Alpha.estimate(&measurements(values, n)).unwrap();
    assert!((found.sites[0].unwrap() - expected).abs() < 1e-13);
}

#[test]
fn the_standard_error_leaves_out_conditions() {
    let (n, t) = (12, 3);
    let signal = normal(n, 2, 1);
    let values = Array2::from_shape_fn((n * t, 2), |(row, site)| signal[(row % n, site)]) + normal(n * t, 2, 2);
    let labels: Vec<usize> = (0..n * t).map(|row| row % n).collect();
    for runs in [true, false] {
        let of = |rows: &[usize]| {
            let whole = match runs {
                true => measurements(values.clone(), n),
                false => without_runs(values.clone(), &labels),
            };
            SiteReliability::Alpha.estimate(&whole.select(rows).unwrap()).unwrap()
        };
        let without: Vec<f64> =
            (0..n).map(|i| of(&(0..n * t).filter(|row| row % n != i).collect::<Vec<_>>()).mean).collect();
        let mean = without.iter().sum::<f64>() / n as f64;
        let squares: f64 = without.iter().map(|value| (value - mean).powi(2)).sum();
        let expected = ((n as f64 - 1.0) / n as f64 * squares).sqrt();
        let found = of(&(0..n * t).collect::<Vec<_>>()).standard_error.unwrap();
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }
}

#[test]
fn unequal_numbers_of_trials_and_halves_estimate_the_truth() {
    // Signal variance 1, noise variance 4 with 2 to 10 trials: the mean has 1/(1 + 4/t_h).
    let n = 400;
    let counts: Vec<usize> = (0..n).map(|i| 2 + i % 9).collect();
    let labels: Vec<usize> = (0..n).flat_map(|i| vec![i; counts[i]]).collect();
    let (signal, noise) = (normal(n, 5, 3), normal(labels.len(), 5, 4));
    let values =
        Array2::from_shape_fn((labels.len(), 5), |(row, site)| signal[(labels[row], site)] + 2.0 * noise[(row, site)]);
    let harmonic = n as f64 / counts.iter().map(|&t| 1.0 / t as f64).sum::<f64>();
    let truth = 1.0 / (1.0 + 4.0 / harmonic);
    let data = without_runs(values, &labels);
    let halves = SiteReliability::SplitHalf { halves: NonZeroUsize::new(20).unwrap(), seed: 1 };
    for (estimate, tolerance) in [(SiteReliability::Alpha, 0.05), (halves, 0.08)] {
        let found = estimate.estimate(&data).unwrap();
        assert!((found.mean - truth).abs() < tolerance, "{estimate:?}: {} {truth}", found.mean);
    }
}

#[test]
fn what_has_no_reliability_is_refused_or_left_out() {
    let single = without_runs(normal(5, 2, 1), &[0, 1, 2, 3, 4]);
    let error = SiteReliability::Alpha.estimate(&single).unwrap_err();
    assert!(error.to_string().contains("no condition has two trials"), "{error}");
    let uneven = without_runs(normal(6, 2, 1), &[0, 0, 1, 1, 2, 3]);
    assert!(SiteReliability::Alpha.estimate(&uneven).is_ok());
    let halves = SiteReliability::SplitHalf { halves: NonZeroUsize::MIN, seed: 0 };
    let error = halves.estimate(&uneven).unwrap_err();
    assert!(error.to_string().contains("condition 2 (counted from 0) has a single trial"), "{error}");
    let mut values = normal(6, 2, 1);
    values.column_mut(1).fill(0.25);
    let found = SiteReliability::Alpha.estimate(&measurements(values, 3)).unwrap();
    assert_eq!((found.sites[1], found.intervals[1]), (None, None));
    assert!(SiteReliability::Alpha.estimate(&measurements(Array2::ones((6, 2)), 3)).is_err());
    assert!(SiteReliability::Alpha.estimate(&measurements(normal(4, 2, 1), 2)).is_err());
}

#[test]
fn intervals_cover_the_truth() {
    let (n, t, q) = (40, 4, 400);
    let signal = normal(n, q, 5);
    let values = Array2::from_shape_fn((n * t, q), |(row, site)| signal[(row % n, site)]) + normal(n * t, q, 6) * 2.0;
    let found = SiteReliability::Alpha.estimate(&measurements(values, n)).unwrap();
    let covers = |interval: &Option<[f64; 2]>| interval.is_some_and(|[low, high]| low <= 0.5 && 0.5 <= high);
    let share = found.intervals.iter().filter(|interval| covers(interval)).count() as f64 / q as f64;
    // The standard error of the share is .011.
    assert!((share - 0.95).abs() < 0.035, "{share}");
}
