//! A weighted comparison equals the comparison of the resample written out with copies.

use std::array;

use ndarray::Array2;
use proptest::{prelude::*, test_runner::RngSeed};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rsa_core::{Rdm, condensed};

use crate::comparison::*;
use crate::whitening::dense;

/// An RDM with ties and missing pairs, from few numbers.
fn rdm(n: usize, seed: u64, missing: f64) -> Rdm {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let values = (0..condensed::n_pairs(n))
        .map(|_| match rng.random_bool(missing) {
            true => f64::NAN,
            false => f64::from(rng.random_range(-2..12_i32)) / 4.0,
        })
        .collect();
    Rdm::new(values).unwrap()
}

fn drawn(n: usize, seed: u64) -> Vec<u32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut counts = vec![0; n];
    (0..n).for_each(|_| counts[rng.random_range(0..n)] += 1);
    counts
}

/// The RDMs of the written-out resample: pairs of copies are missing.
fn written_out(rdm: &Rdm, counts: &[u32]) -> Rdm {
    let rows: Vec<usize> = (0..counts.len()).flat_map(|i| vec![i; counts[i] as usize]).collect();
    let value = |(a, b): (usize, usize)| if rows[a] == rows[b] { f64::NAN } else { rdm.get(rows[a], rows[b]) };
    Rdm::new(condensed::pairs(rows.len()).map(value).collect()).unwrap()
}

/// Pairs of pairs ordered alike less those ordered oppositely, and those untied in either.
fn signs(x: &[f64], y: &[f64]) -> (f64, [f64; 2]) {
    let (mut signs, mut untied) = (0.0, [0.0; 2]);
    let sign = |a: f64, b: f64| if a == b { 0.0 } else { (a - b).signum() };
    for i in 0..x.len() {
        for j in 0..i {
            let s = [sign(x[i], x[j]), sign(y[i], y[j])];
            signs += s[0] * s[1];
            untied = array::from_fn(|side| untied[side] + s[side].abs());
        }
    }
    (signs, untied)
}

/// Returns all comparisons by their definitions, on the pairs that are present in both RDMs.
///
/// First pearson, spearman, kendall-a, kendall-b, cosine and rho-a, by sums over pairs of pairs; then whitened-cosine
/// and whitened-pearson, by the covariance written out.
fn literal(a: &Rdm, b: &Rdm) -> [f64; 8] {
    let (x, y): (Vec<f64>, Vec<f64>) =
        a.values().iter().zip(b.values()).filter(|(a, b)| !a.is_nan() && !b.is_nan()).unzip();
    let ranks = |v: &[f64]| -> Vec<f64> {
        let below = |value: f64| v.iter().filter(|&&other| other < value).count() as f64;
        let same = |value: f64| v.iter().filter(|&&other| other == value).count() as f64;
        v.iter().map(|&value| below(value) + (same(value) + 1.0) / 2.0).collect()
    };
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let products = |v: &[f64], w: &[f64]| v.iter().zip(w).map(|(a, b)| a * b).sum::<f64>();
    let centered = |v: &[f64]| -> Vec<f64> { v.iter().map(|value| value - mean(v)).collect() };
    let cosine = |v: &[f64], w: &[f64]| products(v, w) / (products(v, v) * products(w, w)).sqrt();
    let (rx, ry) = (centered(&ranks(&x)), centered(&ranks(&y)));
    let (signs, untied) = signs(&x, &y);
    let l = x.len() as f64;
    let v = dense::covariance(Array2::eye(a.n_conditions()).view());
    let present: Vec<usize> =
        (0..a.values().len()).filter(|&k| !a.values()[k].is_nan() && !b.values()[k].is_nan()).collect();
    let whitened = |x: &[f64], y: &[f64]| {
        let scattered = |values: &[f64]| {
            let mut all = vec![f64::NAN; a.values().len()];
            present.iter().zip(values).for_each(|(&k, &value)| all[k] = value);
            all
        };
        let (x, y) = (scattered(x), scattered(y));
        let product = |x: &[f64], y: &[f64]| dense::inner_product(v.view(), x, y, &present);
        product(&x, &y) / (product(&x, &x) * product(&y, &y)).sqrt()
    };
    [
        cosine(&centered(&x), &centered(&y)),
        cosine(&rx, &ry),
        signs / (l * (l - 1.0) / 2.0),
        signs / (untied[0] * untied[1]).sqrt(),
        cosine(&x, &y),
        12.0 * products(&rx, &ry) / (l.powi(3) - l),
        whitened(&x, &y),
        whitened(&centered(&x), &centered(&y)),
    ]
}

/// Returns `true` if there is nothing to compare: fewer than two pairs in common, or all of one side's equal there.
fn undefined(a: &Rdm, b: &Rdm) -> bool {
    let both = || a.values().iter().zip(b.values()).filter(|(a, b)| !a.is_nan() && !b.is_nan());
    let Some((x, y)) = both().next() else { return true };
    both().count() < 2 || both().all(|(other, _)| other == x) || both().all(|(_, other)| other == y)
}

fn plain<C: Comparison>(comparison: &C, a: &Rdm, b: &Rdm) -> Result<f64> {
    comparison.compare(&comparison.read(a)?, &comparison.read(b)?)
}

fn weighted<C: Weighted>(comparison: &C, a: &Rdm, b: &Rdm, drawn: &Multiplicities) -> Result<f64> {
    comparison.compare_weighted(&comparison.read(a)?, &comparison.read(b)?, drawn)
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(2023), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_weighted_comparison_is_that_of_the_copies(n in 4..12_usize, seed: u64, some_missing: bool) {
        let missing = if some_missing { 0.15 } else { 0.0 };
        let (a, b) = (rdm(n, seed, missing), rdm(n, seed ^ 1, missing));
        let counts = drawn(n, seed ^ 2);
        let Ok(drawn) = Multiplicities::new(counts.clone()) else { return Ok(()) };
        let expected = literal(&written_out(&a, &counts), &written_out(&b, &counts));
        let found = [
            weighted(&Pearson, &a, &b, &drawn),
            weighted(&Spearman, &a, &b, &drawn),
            weighted(&KendallA, &a, &b, &drawn),
            weighted(&KendallB, &a, &b, &drawn),
            weighted(&Cosine, &a, &b, &drawn),
            weighted(&RhoA, &a, &b, &drawn),
            weighted(&WhitenedCosine, &a, &b, &drawn),
            weighted(&WhitenedPearson, &a, &b, &drawn),
        ];
        for (found, expected) in found.into_iter().zip(expected) {
            match found {
                Ok(found) => prop_assert!((found - expected).abs() < 1e-12, "{found} and {expected}"),
                Err(error) => {
                    prop_assert_eq!(error.kind().name(), "Degenerate");
                    prop_assert!(undefined(&written_out(&a, &counts), &written_out(&b, &counts)));
                }
            }
        }
    }

    #[test]
    fn a_comparison_is_its_definition(n in 4..12_usize, seed: u64, some_missing: bool) {
        let missing = if some_missing { 0.15 } else { 0.0 };
        let (a, b) = (rdm(n, seed, missing), rdm(n, seed ^ 1, missing));
        let found = [
            plain(&Pearson, &a, &b),
            plain(&Spearman, &a, &b),
            plain(&KendallA, &a, &b),
            plain(&KendallB, &a, &b),
            plain(&Cosine, &a, &b),
            plain(&RhoA, &a, &b),
            plain(&WhitenedCosine, &a, &b),
            plain(&WhitenedPearson, &a, &b),
        ];
        for (found, expected) in found.into_iter().zip(literal(&a, &b)) {
            match found {
                Ok(found) => prop_assert!((found - expected).abs() < 1e-12, "{found} and {expected}"),
                Err(error) => {
                    prop_assert_eq!(error.kind().name(), "Degenerate");
                    prop_assert!(undefined(&a, &b));
                }
            }
        }
    }

    #[test]
    fn all_pairs_at_once_are_the_pairs(n in 4..12_usize, seed: u64, some_missing: bool) {
        let missing = if some_missing { 0.1 } else { 0.0 };
        let rdms: Vec<_> = (0..5).map(|k| rdm(n, seed ^ k, missing)).collect();
        let read: Vec<_> = rdms.iter().filter_map(|rdm| Spearman.read(rdm).ok()).collect();
        let (left, right): (Vec<_>, Vec<_>) = (read.iter().collect(), read.iter().skip(2).collect());
        let grid = Spearman.compare_all(&left, &right);
        for (i, a) in left.iter().enumerate() {
            for (j, b) in right.iter().enumerate() {
                match (grid.get(i, j), Spearman.compare(a, b)) {
                    (Ok(all), Ok(one)) => prop_assert!((all - one).abs() < 1e-14),
                    (all, one) => prop_assert_eq!(all.is_err(), one.is_err()),
                }
            }
        }
    }
}

#[test]
fn a_constant_rdm_is_refused_by_name() {
    let constant = Rdm::new(vec![2.0; 6]).unwrap();
    for error in [Pearson.read(&constant).map(|_| ()), Spearman.read(&constant).map(|_| ())] {
        assert_eq!(error.unwrap_err().kind().name(), "Degenerate");
    }
    assert!(KendallA.read(&constant).is_err() && RhoA.read(&constant).is_err());
    assert!(Cosine.read(&constant).is_ok() && Cosine.read(&Rdm::new(vec![0.0; 6]).unwrap()).is_err());
}

#[test]
fn two_conditions_and_different_conditions_are_refused() {
    let pair = Rdm::new(vec![1.0]).unwrap();
    assert_eq!(Spearman.read(&pair).unwrap_err().kind().name(), "TooFewConditions");
    let a = rdm(5, 1, 0.0);
    let error = plain(&Spearman, &a, &rdm(6, 1, 0.0)).unwrap_err();
    assert_eq!(error.kind().name(), "ShapeMismatch");
    let named = |labels: [&str; 5]| a.clone().with_conditions(rsa_core::Conditions::labeled(labels)).unwrap();
    let error = plain(&KendallB, &named(["a", "b", "c", "d", "e"]), &named(["a", "b", "c", "e", "d"])).unwrap_err();
    assert_eq!(error.kind().name(), "LabelMismatch");
}

#[test]
fn a_tie_costs_kendall_a_and_rho_a_but_not_the_others() {
    let tied = Rdm::new(vec![1.0, 1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
    assert_eq!(plain(&KendallA, &tied, &tied).unwrap(), 14.0 / 15.0);
    assert!((plain(&RhoA, &tied, &tied).unwrap() - 17.0 / 17.5).abs() < 1e-15);
    assert_eq!(plain(&KendallB, &tied, &tied).unwrap(), 1.0);
    assert!((plain(&Spearman, &tied, &tied).unwrap() - 1.0).abs() < 1e-15);
}

#[test]
fn dissimilarities_near_the_ends_of_the_range_are_compared() {
    for scale in [1e300, 1e-300] {
        let a = Rdm::new([1.0, 2.0, 3.0].map(|value| value * scale).to_vec()).unwrap();
        let b = Rdm::new(vec![1.0, 3.0, 2.0]).unwrap();
        assert!((plain(&Pearson, &a, &b).unwrap() - 0.5).abs() < 1e-15);
        assert!((plain(&Cosine, &a, &b).unwrap() - 13.0 / 14.0).abs() < 1e-15);
    }
}

#[test]
fn very_large_counts_are_counted_exactly() {
    // With every condition drawn c times each pair counts c² times: concordance c⁴ times, among c²L(c²L − 1)/2.
    let (a, b) = (rdm(8, 3, 0.0), rdm(8, 4, 0.0));
    let plain = literal(&a, &b);
    for c in [46_341_u32, 65_536, 100_000] {
        let drawn = Multiplicities::new(vec![c; 8]).unwrap();
        let (c, l) = (f64::from(c), 28.0);
        let expected = plain[2] * (l * (l - 1.0)) * c.powi(4) / ((c * c * l) * (c * c * l - 1.0));
        assert!((weighted(&KendallA, &a, &b, &drawn).unwrap() - expected).abs() < 1e-12, "{c}");
        assert!((weighted(&Spearman, &a, &b, &drawn).unwrap() - plain[1]).abs() < 1e-9, "{c}");
    }
}

#[test]
fn many_conditions_with_few_and_with_many_ties_are_counted() {
    for (seed, levels) in [(1, 3), (2, 500), (3, 1 << 20)] {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut rdm = || Rdm::new((0..780).map(|_| f64::from(rng.random_range(0..levels))).collect()).unwrap();
        let (a, b) = (rdm(), rdm());
        let (signs, untied) = signs(a.values(), b.values());
        assert_eq!(plain(&KendallA, &a, &b).unwrap(), signs / (780.0 * 779.0 / 2.0));
        assert_eq!(plain(&KendallB, &a, &b).unwrap(), signs / (untied[0] * untied[1]).sqrt());
        let once = Multiplicities::new(vec![1; 40]).unwrap();
        assert_eq!(weighted(&KendallA, &a, &b, &once).unwrap(), plain(&KendallA, &a, &b).unwrap());
    }
}

#[test]
fn a_reading_of_another_comparison_is_refused() {
    let (a, b) = (rdm(6, 1, 0.0), rdm(6, 2, 0.0));
    let (pearson, spearman) = (Pearson.read(&a).unwrap(), Spearman.read(&b).unwrap());
    for result in [Spearman.compare(&pearson, &pearson), Spearman.compare(&spearman, &pearson)] {
        assert_eq!(result.unwrap_err().kind().name(), "InvalidParameter");
    }
    assert!(Spearman.compare_all(&[&pearson], &[&pearson]).get(0, 0).is_err());
    assert!(Pearson.compare_weighted(&pearson, &spearman, &Multiplicities::new(vec![1; 6]).unwrap()).is_err());
}
