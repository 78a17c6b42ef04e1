//! Tests of canonical correlations against other formulas.

use ndarray::Array2;
use proptest::prelude::*;
use rsakit::{
    Cca, Cka, Keep, Measure, Pwcca, Representation, Svcca,
    cca::{Mean, Subspace, canonical_correlations},
    core::linalg,
};

use super::{config, pair};

/// Returns the inputs of `corpus/golden.toml`.
fn golden() -> [Representation; 2] {
    let text = include_str!("../corpus/golden.toml").parse::<toml::Table>().unwrap();
    ["x", "y"].map(|side| {
        let rows: Vec<Vec<f64>> = text[side].clone().try_into().unwrap();
        let values = rows.iter().flatten().copied().collect();
        Representation::new(Array2::from_shape_vec((rows.len(), rows[0].len()), values).unwrap()).unwrap()
    })
}

proptest! {
    #![proptest_config(config())]

    /// Mean ρ² is CKA of the orthonormal bases, up to a factor from the ranks (Kornblith et al. 2019).
    #[test]
    fn mean_squared_cca_is_the_cka_of_the_bases(p in 1..6_usize, q in 1..6_usize, seed: u64) {
        let [x, y] = pair(20, p, q, seed);
        let bases = [&x, &y].map(|x| Representation::new(Subspace::of(x).unwrap().basis().to_owned()).unwrap());
        let cka = Cka::linear().score(&bases[0], &bases[1]).unwrap();
        let expected = (p.max(q) as f64 / p.min(q) as f64).sqrt() * cka;
        let cca = Cca { mean: Mean::Squared }.score(&x, &y).unwrap();
        prop_assert!((cca - expected).abs() < 1e-12);
    }

    /// Linear regression weights squared correlations by squared projections (Kornblith et al. 2019).
    ///
    /// PWCCA weights correlations by absolute projections.
    #[test]
    fn linear_regression_is_cca_weighted_by_squares(p in 1..6_usize, q in 1..6_usize, seed: u64) {
        let [x, y] = pair(20, p, q, seed);
        let [a, b] = [&x, &y].map(|x| Subspace::of(x).unwrap());
        let centered = linalg::center(x.values(), x.precision()).values;
        let explained = b.basis().t().dot(&centered).mapv(|v| v * v).sum() / centered.mapv(|v| v * v).sum();
        // Directions of X beyond the smaller rank have correlation 0.
        let between = a.basis().t().dot(&b.basis());
        let directions = linalg::eigh(between.dot(&between.t()).view()).unwrap();
        let projections = a.basis().dot(&directions.vectors).t().dot(&centered);
        let weights: Vec<f64> = projections.rows().into_iter().map(|row| row.dot(&row)).collect();
        let weighted: f64 = weights.iter().zip(&directions.values).map(|(weight, squared)| weight * squared).sum();
        prop_assert!((explained - weighted / weights.iter().sum::<f64>()).abs() < 1e-12);
    }

    /// PWCCA agrees with its formula, computed from the singular value decomposition of the product of the bases.
    #[test]
    fn pwcca_is_cca_weighted_by_projections(p in 1..6_usize, q in 1..6_usize, seed: u64) {
        let [x, y] = pair(20, p, q, seed);
        let [a, b] = [&x, &y].map(|x| Subspace::of(x).unwrap());
        let centered = linalg::center(x.values(), x.precision()).values;
        let svd = linalg::svd(a.basis().t().dot(&b.basis()).view()).unwrap();
        let projections = a.basis().dot(&svd.u).t().dot(&centered);
        let weights: Vec<f64> = projections.rows().into_iter().map(|row| row.mapv(f64::abs).sum()).collect();
        let weighted: f64 = weights.iter().zip(&svd.sigma).map(|(weight, rho)| weight * rho).sum();
        let expected = weighted / weights.iter().take(svd.sigma.len()).sum::<f64>();
        prop_assert!((Pwcca::default().score(&x, &y).unwrap() - expected).abs() < 1e-9);
    }

    #[test]
    fn svcca_of_everything_is_cca(p in 1..6_usize, q in 1..6_usize, seed: u64) {
        let [x, y] = pair(20, p, q, seed);
        let cca = Cca::default().score(&x, &y).unwrap();
        prop_assert!((Svcca::new(Keep::All).score(&x, &y).unwrap() - cca).abs() < 1e-12);
        prop_assert!((Svcca::new(Keep::variance(1.0).unwrap()).score(&x, &y).unwrap() - cca).abs() < 1e-10);
        prop_assert!((Svcca::new(Keep::count(6).unwrap()).score(&x, &y).unwrap() - cca).abs() < 1e-10);
        let mean = canonical_correlations(&Subspace::of(&x).unwrap(), &Subspace::of(&y).unwrap()).unwrap();
        prop_assert!((mean.iter().sum::<f64>() / mean.len() as f64 - cca).abs() < 1e-15);
    }
}

/// Linear regression of X on Y depends on the subspace of Y alone (Kornblith et al. 2019).
///
/// The value is from `numpy.linalg.lstsq` on the inputs of `corpus/golden.toml`.
#[test]
fn linear_regression_goes_by_the_subspace_of_the_predictor() {
    let [x, y] = golden();
    let centered = linalg::center(x.values(), x.precision()).values;
    let explained = linalg::product(Subspace::of(&y).unwrap().basis().t(), centered.view()).unwrap();
    let share = linalg::inner_product(explained.view(), explained.view())
        / linalg::inner_product(centered.view(), centered.view());
    assert!((share - 0.563_475_24).abs() < 5e-9, "{share}");
}
