//! Tests of centered kernel alignment against other formulas, and of its documented bias.

use ndarray::{Array2, ArrayView1, Axis};
use proptest::prelude::*;
use rsakit::{
    Bandwidth, Cka, Measure, Representation, Rsa,
    cka::Hsic,
    core::{Dissimilarity, Euclidean, Gram, SquaredEuclidean, linalg},
    stats::WhitenedCosine,
};

use super::{config, pair};

/// Returns equation 5 of Song et al. 2012, the unbiased estimate of HSIC.
fn song(k: &Array2<f64>, l: &Array2<f64>) -> f64 {
    let n = k.nrows() as f64;
    let hollow = |gram: &Array2<f64>| {
        let mut gram = gram.clone();
        gram.diag_mut().fill(0.0);
        gram
    };
    let (k, l) = (hollow(k), hollow(l));
    let product = k.dot(&l);
    let sums = k.sum() * l.sum() / ((n - 1.0) * (n - 2.0)) - 2.0 / (n - 2.0) * product.sum();
    (product.diag().sum() + sums) / (n * (n - 3.0))
}

/// Returns the U-centered matrix, by definition 2 of Székely & Rizzo 2014.
fn u_centered(gram: Array2<f64>) -> Array2<f64> {
    let (n, mut hollow) = (gram.nrows() as f64, gram);
    hollow.diag_mut().fill(0.0);
    let (rows, all) = (hollow.sum_axis(Axis(1)) / (n - 2.0), hollow.sum() / ((n - 1.0) * (n - 2.0)));
    Array2::from_shape_fn(hollow.dim(), |(i, j)| if i == j { 0.0 } else { hollow[(i, j)] - rows[i] - rows[j] + all })
}

proptest! {
    #![proptest_config(config())]

    /// Linear CKA is the cosine of the full matrices HDH of squared distances, diagonal included.
    #[test]
    fn linear_cka_is_the_cosine_of_centered_distances(n in 3..12_usize, p in 1..14_usize, q in 1..14_usize, seed: u64) {
        let [x, y] = pair(n, p, q, seed);
        let centered = [&x, &y].map(|x| {
            linalg::center_kernel(SquaredEuclidean::default().rdm(x).unwrap().to_square())
        });
        let dot = |i: usize, j: usize| linalg::inner_product(centered[i].view(), centered[j].view());
        let cosine = dot(0, 1) / (dot(0, 0) * dot(1, 1)).sqrt();
        prop_assert!((Cka::linear().score(&x, &y).unwrap() - cosine).abs() < 1e-12);
    }

    /// Linear CKA is the whitened cosine of squared distances, which models the noise that pairs share by a condition.
    #[test]
    fn linear_cka_is_the_whitened_cosine_of_squared_distances(n in 3..12_usize, p in 1..14_usize, q in 1..14_usize, seed: u64) {
        let [x, y] = pair(n, p, q, seed);
        let whitened = Rsa::new(SquaredEuclidean::default(), WhitenedCosine).score(&x, &y).unwrap();
        prop_assert!((Cka::linear().score(&x, &y).unwrap() - whitened).abs() < 1e-12);
    }

    /// CKA with a wide radial basis function is linear CKA; the difference falls with the square of the width.
    #[test]
    fn rbf_cka_with_a_wide_bandwidth_is_linear(n in 4..12_usize, p in 1..14_usize, seed: u64) {
        let [x, y] = pair(n, p, 5, seed);
        for (linear, rbf) in [
            (Cka::linear(), Cka::rbf(Bandwidth::median(1e6).unwrap())),
            (Cka::linear().unbiased(), Cka::rbf(Bandwidth::median(1e6).unwrap()).unbiased()),
        ] {
            prop_assert!((linear.score(&x, &y).unwrap() - rbf.score(&x, &y).unwrap()).abs() < 1e-9);
        }
    }

    /// Four computations of unbiased CKA agree: by traces, by U-centering, from features and from Gram matrices.
    #[test]
    fn unbiased_cka_has_four_ways(n in 5..12_usize, p in 1..14_usize, q in 1..14_usize, seed: u64) {
        let [x, y] = pair(n, p, q, seed);
        let cka = Cka::linear().unbiased();
        let grams = [&x, &y].map(|x| linalg::gram(x.values()).unwrap());
        let song = |i: usize, j: usize| song(&grams[i], &grams[j]);
        let u_centered = grams.clone().map(u_centered);
        let by_centering = |i: usize, j: usize| (&u_centered[i] * &u_centered[j]).sum();
        let ratio = |hsic: &dyn Fn(usize, usize) -> f64| hsic(0, 1) / (hsic(0, 0) * hsic(1, 1)).sqrt();
        let geometry = |k: usize| cka.geometry_of_gram(&Gram::new(grams[k].clone()).unwrap()).unwrap();
        let found = cka.score(&x, &y).unwrap();
        for other in [ratio(&song), ratio(&by_centering), cka.compare(&geometry(0), &geometry(1)).unwrap()] {
            prop_assert!((found - other).abs() < 1e-10, "{found} and {other}");
        }
        let [k, l] = [&grams[0], &grams[1]].map(|gram| Gram::new(gram.clone()).unwrap());
        prop_assert!((Hsic::Unbiased.of(&k, &l).unwrap() - song(0, 1)).abs() < 1e-11 * (1.0 + song(0, 1).abs()));
    }

    /// Linear CKA is Σ λᵢ μⱼ ⟨uᵢ, vⱼ⟩² divided by the lengths of the spectra λ and μ.
    #[test]
    fn linear_cka_weighs_the_angles_between_principal_directions(p in 1..6_usize, q in 1..6_usize, seed: u64) {
        let [x, y] = pair(20, p, q, seed);
        let [a, b] = [&x, &y].map(|x| linalg::svd(linalg::center(x.values(), x.precision()).values.view()).unwrap());
        let angles = a.u.t().dot(&b.u);
        let (mut sum, length) = (0.0, |sigma: &[f64]| sigma.iter().map(|s| s.powi(4)).sum::<f64>().sqrt());
        for ((i, j), cosine) in angles.indexed_iter() {
            sum += (a.sigma[i] * b.sigma[j] * cosine).powi(2);
        }
        let expected = sum / (length(&a.sigma) * length(&b.sigma));
        prop_assert!((Cka::linear().score(&x, &y).unwrap() - expected).abs() < 1e-12);
    }

    /// The square of distance correlation (Székely et al. 2007) is CKA of the negative distances.
    #[test]
    fn distance_correlation_is_the_cka_of_distances(n in 4..12_usize, p in 1..6_usize, seed: u64) {
        let pair = pair(n, p, 3, seed);
        let distances = pair.each_ref().map(|x| Euclidean.rdm(x).unwrap().to_square());
        let centered = distances.clone().map(|d| {
            let (means, all) = (d.mean_axis(Axis(0)).unwrap(), d.mean().unwrap());
            Array2::from_shape_fn(d.dim(), |(i, j)| d[(i, j)] - means[i] - means[j] + all)
        });
        let covariance = |i: usize, j: usize| (&centered[i] * &centered[j]).mean().unwrap();
        let correlation = covariance(0, 1) / (covariance(0, 0) * covariance(1, 1)).sqrt();
        let geometry = |k: usize| Cka::linear().geometry_of_gram(&Gram::new(-&distances[k]).unwrap()).unwrap();
        let cka = Cka::linear().compare(&geometry(0), &geometry(1)).unwrap();
        prop_assert!((cka - correlation).abs() < 1e-12, "{cka} and {correlation}");
    }

    /// On independent data the unbiased estimate is 0 on average, and the biased estimate is far above 0.
    #[test]
    fn bias_is_in_the_biased_estimate_alone(seed: u64) {
        let draws = 24;
        let scores = |cka: Cka| -> Vec<f64> {
            let draw = |k| pair(20, 100, 100, seed.wrapping_add(k));
            (0..draws).map(draw).map(|[x, y]| cka.score(&x, &y).unwrap()).collect()
        };
        let mean = |scores: &[f64]| ArrayView1::from(scores).mean_axis(Axis(0)).unwrap().into_scalar();
        let unbiased = scores(Cka::linear().unbiased());
        let spread = ArrayView1::from(&unbiased).std(1.0) / (draws as f64).sqrt();
        prop_assert!(mean(&unbiased).abs() < 4.5 * spread);
        prop_assert!(mean(&scores(Cka::linear())) > 0.7);
    }
}

/// Tests the bias that the documentation of CKA states, for n = 50 independent conditions.
#[test]
fn biased_cka_rises_with_the_features_as_documented() {
    for (p, expected) in [(10, 0.17), (200, 0.80), (1000, 0.95)] {
        let mean = |cka: Cka| {
            (0..12).map(|k| pair(50, p, p, 77 + k)).map(|[x, y]| cka.score(&x, &y).unwrap()).sum::<f64>() / 12.0
        };
        let (biased, unbiased) = (mean(Cka::linear()), mean(Cka::linear().unbiased()));
        assert!((biased - expected).abs() < 0.02, "p = {p}: {biased}");
        assert!(unbiased.abs() < 0.05, "p = {p}: {unbiased}");
    }
}

/// Tests that one condition far from all others dominates biased CKA (Davari et al. 2022).
#[test]
fn a_shared_outlier_makes_biased_cka_one_and_unbiased_cka_small() {
    let [x, y] = pair(200, 30, 30, 5).map(|x| {
        let mut values = x.values().to_owned();
        values.row_mut(7).fill(1000.0);
        Representation::new(values).unwrap()
    });
    assert!(Cka::linear().score(&x, &y).unwrap() > 0.999);
    assert!(Cka::linear().unbiased().score(&x, &y).unwrap().abs() < 0.2);
}

/// Tests that sums are computed in double precision: an offset of 3000 in single precision costs no digits.
#[test]
fn an_offset_in_single_precision_leaves_cka_as_it_is() {
    let [x, y] = pair(60, 8, 8, 9).map(|x| (x.values().mapv(|v| (v * 64.0).round() / 64.0)).mapv(|v| v as f32));
    let score = |offset: f32| {
        let [x, y] = [&x, &y].map(|x| Representation::try_from((x + offset).view()).unwrap());
        Cka::linear().score(&x, &y).unwrap()
    };
    assert!((score(3000.0) - score(0.0)).abs() < 1e-12);
}
