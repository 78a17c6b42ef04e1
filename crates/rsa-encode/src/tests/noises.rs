//! The noise of sites, fitted and added.

use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Poisson};
use rsa_core::Measurements;

use super::data::{normal, representation};
use crate::{NoiseModel, match_sites};

/// Poisson counts of 60 conditions and 20 sites, ten trials each.
fn counts() -> (Measurements, Array2<f64>) {
    let mut random = ChaCha8Rng::seed_from_u64(9);
    let rates = normal(60, 20, 8).mapv(|value| (1.0 + 0.5 * value).exp());
    let rows = (0..600).map(|row| rates.row(row / 10).mapv(|rate| Poisson::new(rate).unwrap().sample(&mut random)));
    let rows: Vec<_> = rows.collect();
    let views: Vec<_> = rows.iter().map(|row| row.view()).collect();
    let values = ndarray::stack(ndarray::Axis(0), &views).unwrap();
    (Measurements::new(values, (0..600).map(|row| format!("image {}", row / 10))).unwrap(), rates)
}

#[test]
fn the_variance_of_counts_is_their_mean_and_noise_makes_up_for_it() {
    let (counts, rates) = counts();
    let noise = NoiseModel::fit(&counts).unwrap();
    // In units of the total standard deviation d, a count's variance m·d is a line of slope 1/d.
    let values = counts.values();
    let mean = values.mean().unwrap();
    let total = values.mapv(|value| (value - mean).powi(2)).mean().unwrap();
    assert!((noise.slope * total.sqrt() - 1.0).abs() < 0.1, "{}", noise.slope * total.sqrt());
    let of_rates = rates.mapv(|rate| (rate - rates.mean().unwrap()).powi(2)).mean().unwrap() / total;
    // Signal and noise of 1200 means correlate by chance, which leaves 2 %.
    assert!((noise.signal - of_rates).abs() < 0.06 * of_rates, "{} {of_rates}", noise.signal);
    assert!((noise.trials - 10.0).abs() < 1e-12);
    // The rates with added noise vary as the trial means do.
    let noisy = noise.apply(&representation(rates), 1, 0).unwrap();
    let noisy = noisy.values();
    let mean = noisy.mean().unwrap();
    let variance = noisy.mapv(|value| (value - mean).powi(2)).mean().unwrap();
    assert!((variance - noise.signal - noise.noise).abs() < 0.02 * variance, "{variance}");
}

#[test]
fn noise_has_a_seed_and_sites_are_drawn_once() {
    let (counts, rates) = counts();
    let noise = NoiseModel::fit(&counts).unwrap();
    let model = representation(rates);
    let draw = |seed, draw| noise.apply(&model, seed, draw).unwrap();
    assert_eq!(draw(1, 0), draw(1, 0));
    assert_ne!(draw(1, 0), draw(1, 1));
    let matched = match_sites(&model, 7, 3, 0).unwrap();
    assert_eq!(matched.n_features(), 7);
    let columns: Vec<usize> = (0..7)
        .map(|site| (0..20).find(|&j| model.values().column(j) == matched.values().column(site)).unwrap())
        .collect();
    assert!(columns.windows(2).all(|two| two[0] < two[1]), "{columns:?}");
    assert_eq!(match_sites(&model, 21, 3, 0).unwrap_err().kind().name(), "InvalidParameter");
}

#[test]
fn responses_that_are_noise_alone_are_refused() {
    let labels = || (0..60).map(|row| (row / 3).to_string());
    let error = NoiseModel::fit(&Measurements::new(Array2::ones((60, 4)), labels()).unwrap()).unwrap_err();
    assert!(error.to_string().contains("no response varies"), "{error}");
    // Trials that cancel leave equal means.
    let values = Array2::from_shape_fn((60, 4), |(row, _)| [-1.0, 0.0, 1.0][row % 3]);
    let error = NoiseModel::fit(&Measurements::new(values, labels()).unwrap()).unwrap_err();
    assert!(error.to_string().contains("responds alike"), "{error}");
}
