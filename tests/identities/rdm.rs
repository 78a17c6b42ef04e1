//! Tests of RDMs and their comparisons against other formulas.

use ndarray::Array2;
use proptest::prelude::*;
use rsakit::{
    Measure, Rdm, Rsa,
    core::{
        Crossnobis, Dissimilarity, Estimator, Euclidean, Measurements, PairWeighting, SquaredEuclidean, condensed,
        linalg,
    },
    stats::{Bures, Comparison, KendallA, KendallB, RhoA, Spearman},
};

use super::{config, pair};

proptest! {
    #![proptest_config(config())]

    /// Bures similarity of squared distances is the Procrustes cosine ‖XᵀY‖_* / (‖X‖‖Y‖).
    #[test]
    fn bures_is_the_cosine_of_procrustes(n in 4..12_usize, p in 1..14_usize, q in 1..14_usize, seed: u64) {
        let [x, y] = pair(n, p, q, seed);
        let [a, b] = [&x, &y].map(|x| linalg::center(x.values(), x.precision()).values);
        let nuclear: f64 = linalg::singular_values(a.t().dot(&b).view()).unwrap().iter().sum();
        let length = |x: &Array2<f64>| linalg::inner_product(x.view(), x.view()).sqrt();
        let bures = Rsa::new(SquaredEuclidean::default(), Bures).score(&x, &y).unwrap();
        // The root of an eigenvalue that should be 0 has an error of the root of its rounding.
        prop_assert!((bures - nuclear / (length(&a) * length(&b))).abs() < 1e-7);
    }

    /// Without ties, ρ_a equals Spearman's correlation and τ_a equals τ_b.
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

    /// Crossnobis from all pairs of runs equals crossnobis from the mean pattern and each run.
    #[test]
    fn crossnobis_needs_one_product_for_each_run(n in 2..6_usize, runs in 2..5_usize, p in 1..6_usize, seed: u64) {
        let [observed, _] = pair(n * runs, p, 1, seed);
        let observed = observed.values().to_owned();
        let name = |what: &str, k: usize| format!("{what}{k}");
        let measurements = Measurements::new(observed.clone(), (0..n * runs).map(|k| name("condition", k % n)))
            .unwrap()
            .with_runs((0..n * runs).map(|k| name("run", k / n)))
            .unwrap();
        let pattern = |run: usize, condition: usize| observed.row(run * n + condition);
        for weighting in [PairWeighting::Observations, PairWeighting::Runs] {
            let found = Crossnobis { weighting, ..Crossnobis::default() }.rdm(&measurements).unwrap();
            for (i, j) in condensed::pairs(n) {
                let contrast = |run: usize| &pattern(run, i) - &pattern(run, j);
                let mut sum = 0.0;
                for a in 0..runs {
                    sum += (0..runs).filter(|b| *b != a).map(|b| contrast(a).dot(&contrast(b))).sum::<f64>();
                }
                let expected = sum / (runs * (runs - 1) * p) as f64;
                prop_assert!((found.get(i, j) - expected).abs() < 1e-12, "{weighting:?}");
            }
        }
    }
}
