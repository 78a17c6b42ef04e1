//! Identities between measures.

use ndarray::{Array2, Axis};
use proptest::{prelude::*, test_runner::RngSeed};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use rsakit::{
    Bandwidth, Cca, Cka, Keep, Measure, Rdm, Representation, Rsa, Svcca,
    cca::{Mean, Subspace, canonical_correlations},
    core::{Dissimilarity, Euclidean, SquaredEuclidean, linalg},
    stats::{Comparison, KendallA, KendallB, RhoA, Spearman, WhitenedCosine},
};

fn pair(n: usize, p: usize, q: usize, seed: u64) -> [Representation; 2] {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    [p, q].map(|p| {
        let values = Array2::from_shape_simple_fn((n, p), || 1.0 + rng.sample::<f64, _>(StandardNormal));
        Representation::new(values).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 40, rng_seed: RngSeed::Fixed(2019), failure_persistence: None, ..ProptestConfig::default()
    })]

    /// Kornblith et al. 2019: mean ρ² is, up to the ranks, the CKA of the orthonormal bases.
    #[test]
    fn mean_squared_cca_is_the_cka_of_the_bases(p in 1..6_usize, q in 1..6_usize, seed: u64) {
        let [x, y] = pair(20, p, q, seed);
        let bases = [&x, &y].map(|x| Representation::new(Subspace::of(x).unwrap().basis().to_owned()).unwrap());
        let cka = Cka::linear().score(&bases[0], &bases[1]).unwrap();
        let expected = (p.max(q) as f64 / p.min(q) as f64).sqrt() * cka;
        let cca = Cca { mean: Mean::Squared }.score(&x, &y).unwrap();
        prop_assert!((cca - expected).abs() < 1e-12);
    }

    /// Linear CKA is the cosine of the full matrices HDH of squared distances, diagonal included.
    #[test]
    fn linear_cka_is_the_cosine_of_centred_distances(n in 3..12_usize, p in 1..14_usize, q in 1..14_usize, seed: u64) {
        let [x, y] = pair(n, p, q, seed);
        let centred = [&x, &y].map(|x| {
            linalg::center_kernel(SquaredEuclidean::default().rdm(x).unwrap().to_square())
        });
        let dot = |i: usize, j: usize| linalg::inner_product(centred[i].view(), centred[j].view());
        let cosine = dot(0, 1) / (dot(0, 0) * dot(1, 1)).sqrt();
        prop_assert!((Cka::linear().score(&x, &y).unwrap() - cosine).abs() < 1e-12);
    }

    /// Whitening the squared distances against the noise that pairs with a common condition share gives the same again.
    #[test]
    fn linear_cka_is_the_whitened_cosine_of_squared_distances(n in 3..12_usize, p in 1..14_usize, q in 1..14_usize, seed: u64) {
        let [x, y] = pair(n, p, q, seed);
        let whitened = Rsa::new(SquaredEuclidean::default(), WhitenedCosine).score(&x, &y).unwrap();
        prop_assert!((Cka::linear().score(&x, &y).unwrap() - whitened).abs() < 1e-12);
    }

    /// A wide radial basis function is linear, to all digits: the error falls as the square of the width.
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

    #[test]
    fn svcca_of_everything_is_cca(p in 1..6_usize, q in 1..6_usize, seed: u64) {
        let [x, y] = pair(20, p, q, seed);
        let cca = Cca::default().score(&x, &y).unwrap();
        prop_assert!((Svcca::new(Keep::All).score(&x, &y).unwrap() - cca).abs() < 1e-12);
        prop_assert!((Svcca::new(Keep::count(6).unwrap()).score(&x, &y).unwrap() - cca).abs() < 1e-10);
        let mean = canonical_correlations(&Subspace::of(&x).unwrap(), &Subspace::of(&y).unwrap()).unwrap();
        prop_assert!((mean.iter().sum::<f64>() / mean.len() as f64 - cca).abs() < 1e-15);
    }

    /// Without ties ρ_a is Spearman's correlation and τ_a is τ_b.
    #[test]
    fn tie_corrections_do_nothing_without_ties(n in 4..12_usize, seed: u64) {
        let [x, y] = pair(n, 5, 3, seed);
        let [a, b]: [Rdm; 2] = [&x, &y].map(|x| Euclidean.rdm(x).unwrap());
        let read = |rdm| (Spearman.read(rdm).unwrap(), RhoA.read(rdm).unwrap(), KendallA.read(rdm).unwrap());
        let ((s, r, k), (t, u, l)) = (read(&a), read(&b));
        prop_assert!((Spearman.compare(&s, &t).unwrap() - RhoA.compare(&r, &u).unwrap()).abs() < 1e-14);
        prop_assert!((KendallA.compare(&k, &l).unwrap() - KendallB.compare(&k, &l).unwrap()).abs() < 1e-15);
        // A square root changes no order.
        let squared = Rsa::new(SquaredEuclidean::default(), Spearman).score(&x, &y).unwrap();
        prop_assert!((squared - Spearman.compare(&s, &t).unwrap()).abs() < 1e-14);
    }

    /// Independent data: the unbiased estimate is 0 on average, the biased one far above.
    #[test]
    fn bias_is_in_the_biased_estimate_alone(seed: u64) {
        let draws = 24;
        let scores = |cka: Cka| -> Vec<f64> {
            let draw = |k| pair(20, 100, 100, seed.wrapping_add(k));
            (0..draws).map(draw).map(|[x, y]| cka.score(&x, &y).unwrap()).collect()
        };
        let mean = |scores: &[f64]| ndarray::ArrayView1::from(scores).mean_axis(Axis(0)).unwrap().into_scalar();
        let unbiased = scores(Cka::linear().unbiased());
        let spread = ndarray::ArrayView1::from(&unbiased).std(1.0) / (draws as f64).sqrt();
        prop_assert!(mean(&unbiased).abs() < 4.5 * spread);
        prop_assert!(mean(&scores(Cka::linear())) > 0.7);
    }
}

/// The inputs of `corpus/golden.toml`.
fn golden() -> [Representation; 2] {
    let text = include_str!("corpus/golden.toml").parse::<toml::Table>().unwrap();
    ["x", "y"].map(|side| {
        let rows: Vec<Vec<f64>> = text[side].clone().try_into().unwrap();
        let values = rows.iter().flatten().copied().collect();
        Representation::new(Array2::from_shape_vec((rows.len(), rows[0].len()), values).unwrap()).unwrap()
    })
}

/// Kornblith et al. 2019: how well X follows linearly from Y, from the subspace of Y alone. The value is that of
/// `numpy.linalg.lstsq` on the inputs of `corpus/golden.toml`.
#[test]
fn linear_regression_goes_by_the_subspace_of_the_predictor() {
    let [x, y] = golden();
    let centered = linalg::center(x.values(), x.precision()).values;
    let explained = linalg::product(Subspace::of(&y).unwrap().basis().t(), centered.view()).unwrap();
    let share = linalg::inner_product(explained.view(), explained.view())
        / linalg::inner_product(centered.view(), centered.view());
    assert!((share - 0.563_475_24).abs() < 5e-9, "{share}");
}

/// The bias that the documentation of CKA states, for n = 50 independent conditions.
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

/// Davari et al. 2022: one condition far from all others, shared by independent representations, is all that biased
/// CKA sees.
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

/// Single precision enters as it is and is never accumulated: an offset of 3000 costs nothing.
#[test]
fn an_offset_in_single_precision_leaves_cka_as_it_is() {
    let [x, y] = pair(60, 8, 8, 9).map(|x| (x.values().mapv(|v| (v * 64.0).round() / 64.0)).mapv(|v| v as f32));
    let score = |offset: f32| {
        let [x, y] = [&x, &y].map(|x| Representation::try_from((x + offset).view()).unwrap());
        Cka::linear().score(&x, &y).unwrap()
    };
    assert!((score(3000.0) - score(0.0)).abs() < 1e-12);
}
