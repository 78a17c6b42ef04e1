//! Normalization of simulated models, whose truth is known.

use ndarray::Array2;
use rsa_core::{Measurements, Result};

use super::data::normal;
use crate::{NormalizedVariance, PredictionScore, Predictivity, ReliabilityTable, SitePredictivity, SiteReliability};

const CONDITIONS: usize = 100;
const SITES: usize = 40;
const TRIALS: usize = 8;

/// Trials of sites with the reliability `rho`; `shared` is the share of the noise that all sites have in common.
fn simulated(rho: f64, shared: f64, seed: u64) -> (Array2<f64>, Measurements) {
    let (n, rows) = (CONDITIONS, CONDITIONS * TRIALS);
    let signal = normal(n, SITES, seed);
    let (own, common) = (normal(rows, SITES, seed + 1), normal(rows, 1, seed + 2));
    let sd = ((1.0 / rho - 1.0) * TRIALS as f64).sqrt();
    let values = Array2::from_shape_fn((rows, SITES), |(row, site)| {
        let noise = (1.0 - shared).sqrt() * own[(row, site)] + shared.sqrt() * common[(row, 0)];
        signal[(row % n, site)] + sd * noise
    });
    let labels: Vec<String> = (0..rows).map(|row| format!("c{}", row % n)).collect();
    let runs: Vec<String> = (0..rows).map(|row| format!("r{}", row / n)).collect();
    (signal, Measurements::new(values, labels).unwrap().with_runs(runs).unwrap())
}

/// The predictivity of given predictions, over all conditions as one fold.
fn scored(predicted: &Array2<f64>, measurements: &Measurements) -> Predictivity {
    let means = measurements.means().unwrap();
    let correlation = |site: usize| {
        let center = |column: ndarray::ArrayView1<'_, f64>| &column - column.mean().unwrap();
        let (a, b) = (center(predicted.column(site)), center(means.values().column(site)));
        a.dot(&b) / (a.dot(&a) * b.dot(&b)).sqrt()
    };
    let sites = (0..SITES).map(|site| {
        let r = correlation(site);
        SitePredictivity { site, score: r, folds: vec![Some(r)] }
    });
    Predictivity {
        sites: sites.collect(),
        constant_sites: Vec::new(),
        skipped: 0,
        constant_predictions: 0,
        chosen_penalties: Vec::new(),
        test_counts: vec![CONDITIONS],
        scored_by: PredictionScore::Pearson,
    }
}

fn normalized(perfect: bool, rho: f64, shared: f64, seed: u64) -> (Result<NormalizedVariance>, ReliabilityTable) {
    let (signal, measurements) = simulated(rho, shared, 10 * seed);
    let predicted = if perfect { signal } else { normal(CONDITIONS, SITES, 10 * seed + 5) };
    let table = SiteReliability::Alpha.estimate(&measurements).unwrap();
    (NormalizedVariance::new(&scored(&predicted, &measurements), &table), table)
}

#[test]
fn a_perfect_model_is_near_one_and_never_far_above() {
    for (rho, shared, tolerance) in [(0.8, 0.0, 0.02), (0.44, 0.0, 0.02), (0.8, 0.3, 0.02), (0.44, 0.3, 0.04)] {
        let ratios: Vec<f64> = (0..40).map(|seed| normalized(true, rho, shared, seed).0.unwrap().ratio).collect();
        let mean = ratios.iter().sum::<f64>() / 40.0;
        assert!((mean - 1.0).abs() < tolerance, "{rho} {shared}: {mean}");
        assert!(ratios.iter().all(|ratio| *ratio < 1.3), "{rho} {shared}: {ratios:?}");
    }
}

#[test]
fn a_model_that_predicts_nothing_is_near_zero() {
    for rho in [0.8, 0.44] {
        let ratios: Vec<f64> = (0..40).map(|seed| normalized(false, rho, 0.0, seed).0.unwrap().ratio).collect();
        assert!(ratios.iter().all(|ratio| ratio.abs() < 0.02), "{rho}: {ratios:?}");
    }
}

#[test]
fn reliabilities_near_zero_divide_nothing() {
    for seed in 0..20 {
        let (result, table) = normalized(true, 0.04, 0.0, seed);
        let error = result.unwrap_err();
        assert!(error.to_string().contains(&format!("the mean reliability is {:.3}", table.mean)), "{error}");
        // Where it is .14 instead, what is not refused is not far off, either.
        if let Ok(found) = normalized(true, 0.14, 0.0, seed).0 {
            assert!(found.ratio < 1.3, "{}", found.ratio);
        }
    }
}

#[test]
fn single_sites_are_divided_only_where_their_reliability_is_clear() {
    let (result, table) = normalized(true, 0.29, 0.0, 1);
    let found = result.unwrap();
    for (site, ratio) in found.sites.iter().enumerate() {
        assert_eq!(ratio.is_some(), table.intervals[site].unwrap()[0] > NormalizedVariance::LEAST);
    }
    let blank = found.sites.iter().filter(|ratio| ratio.is_none()).count();
    assert!(blank > 0 && blank < SITES, "{blank}");
    assert_eq!(found.caveats().is_empty(), found.ratio <= 1.0);
}

#[test]
fn explained_variance_is_not_normalized_as_a_correlation() {
    let (signal, measurements) = simulated(0.8, 0.0, 1);
    let table = SiteReliability::Alpha.estimate(&measurements).unwrap();
    let explained = Predictivity { scored_by: PredictionScore::ExplainedVariance, ..scored(&signal, &measurements) };
    assert_eq!(NormalizedVariance::new(&explained, &table).unwrap_err().kind().name(), "InvalidParameter");
}
