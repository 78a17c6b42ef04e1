//! A resample as a weight equals the resample written out with copies.

use ndarray::Array2;
use proptest::{prelude::*, test_runner::RngSeed};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rsa_core::{Rdm, Result, condensed};

use crate::{
    ranks::SortedValues,
    resample::{multiplicities, shuffled},
    whitening::dense,
    *,
};

/// An RDM with ties and missing pairs, from few numbers.
pub(super) fn rdm(n: usize, seed: u64, missing: f64) -> Rdm {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let value = |_| match rng.random_bool(missing) {
        true => f64::NAN,
        false => f64::from(rng.random_range(1..14_i32)) / 4.0,
    };
    Rdm::new((0..condensed::n_pairs(n)).map(value).collect()).unwrap()
}

/// The RDM of the written-out resample on the pairs present everywhere: pairs of copies are missing.
pub(super) fn written_out(rdm: &Rdm, all: &[&Rdm], counts: &[u32]) -> Rdm {
    let rows: Vec<usize> = (0..counts.len()).flat_map(|i| vec![i; counts[i] as usize]).collect();
    let value = |(a, b): (usize, usize)| {
        let (a, b) = (rows[a], rows[b]);
        match a == b || all.iter().any(|other| other.get(a, b).is_nan()) {
            true => f64::NAN,
            false => rdm.get(a, b),
        }
    };
    Rdm::new(condensed::pairs(rows.len()).map(value).collect()).unwrap()
}

/// The pool by its definition, of written-out RDMs with the same pairs present.
fn pool(scoring: Scoring, rdms: &[&Rdm], copies: &[f64]) -> Rdm {
    let present: Vec<usize> = (0..rdms[0].values().len()).filter(|&k| !rdms[0].values()[k].is_nan()).collect();
    let v = dense::covariance(Array2::eye(rdms[0].n_conditions()).view());
    let mut sum = vec![0.0; present.len()];
    for (rdm, copies) in rdms.iter().zip(copies) {
        let mut values: Vec<f64> = present.iter().map(|&k| rdm.values()[k]).collect();
        if !matches!(scoring, Scoring::Cosine | Scoring::Pearson | Scoring::WhitenedCosine | Scoring::WhitenedPearson) {
            values = SortedValues::new(&values, 0.0).mid_ranks(None);
        }
        if !matches!(scoring, Scoring::Cosine | Scoring::WhitenedCosine) {
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            values.iter_mut().for_each(|value| *value -= mean);
        }
        let length = match scoring {
            Scoring::Cosine | Scoring::Pearson | Scoring::Spearman => {
                values.iter().map(|value| value * value).sum::<f64>().sqrt()
            }
            Scoring::WhitenedCosine | Scoring::WhitenedPearson => {
                let mut all = vec![f64::NAN; rdm.values().len()];
                present.iter().zip(&values).for_each(|(&k, &value)| all[k] = value);
                dense::inner_product(v.view(), &all, &all, &present).sqrt()
            }
            _ => 1.0,
        };
        sum.iter_mut().zip(&values).for_each(|(sum, value)| *sum += copies * value / length);
    }
    // Sums of the same numbers in another order are ties.
    let mut all = vec![f64::NAN; rdms[0].values().len()];
    present.iter().zip(&sum).for_each(|(&k, &value)| all[k] = (value * 1e10).round() / 1e10);
    if matches!(scoring, Scoring::Cosine | Scoring::Pearson | Scoring::WhitenedCosine | Scoring::WhitenedPearson) {
        present.iter().zip(&sum).for_each(|(&k, &value)| all[k] = value);
    }
    Rdm::new(all).unwrap()
}

/// Means over subjects of the scores, the lower and the upper ceiling, all by the definition.
fn literal(scoring: Scoring, models: &[Rdm], subjects: &[Rdm], counts: &[u32], copies: &[f64]) -> Result<Vec<f64>> {
    let all: Vec<&Rdm> = models.iter().chain(subjects).collect();
    let out = |rdms: &[Rdm]| rdms.iter().map(|rdm| written_out(rdm, &all, counts)).collect::<Vec<_>>();
    let (models, subjects) = (out(models), out(subjects));
    let total: f64 = copies.iter().sum();
    let mean = |score: &dyn Fn(usize) -> Result<f64>| -> Result<f64> {
        let mut sum = 0.0;
        for i in (0..copies.len()).filter(|&i| copies[i] > 0.0) {
            sum += copies[i] * score(i)?;
        }
        Ok(sum / total)
    };
    let references: Vec<&Rdm> = subjects.iter().collect();
    let mut found = Vec::new();
    for model in &models {
        found.push(mean(&|i| scoring.compare(model, &subjects[i]))?);
    }
    found.push(mean(&|i| {
        let others: Vec<f64> = (0..copies.len()).map(|j| if j == i { 0.0 } else { copies[j] }).collect();
        scoring.compare(&pool(scoring, &references, &others), &subjects[i])
    })?);
    let everyone = pool(scoring, &references, copies);
    found.push(mean(&|i| scoring.compare(&everyone, &subjects[i]))?);
    Ok(found)
}

fn found(scoring: Scoring, models: &[Rdm], subjects: &[Rdm], counts: &[u32], copies: &[f64]) -> Result<Vec<f64>> {
    let fixed: Vec<Model> = models.iter().map(|rdm| Model::fixed("m", rdm.clone())).collect();
    let rdms = RdmSet::new(scoring, &fixed, subjects)?;
    let subject_groups: Vec<usize> = (0..subjects.len()).collect();
    let resample = Resample {
        conditions: counts,
        training_conditions: counts,
        subjects: copies,
        subject_groups: &subject_groups,
        folds: None,
        observer: &(),
    };
    Ok(rdms.score_all(&[resample], true)?[0].means(copies))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 96, rng_seed: RngSeed::Fixed(82566), failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn scores_and_ceilings_are_those_of_the_copies(n in 5..10_usize, seed: u64, some_missing: bool) {
        let missing = if some_missing { 0.04 } else { 0.0 };
        let models: Vec<Rdm> = (0..2).map(|k| rdm(n, seed ^ k, missing)).collect();
        let subjects: Vec<Rdm> = (2..6).map(|k| rdm(n, seed ^ k, missing)).collect();
        let mut rng = ChaCha8Rng::seed_from_u64(!seed);
        let counts = multiplicities(&mut rng, n);
        let copies: Vec<f64> = multiplicities(&mut rng, 4).into_iter().map(f64::from).collect();
        for scoring in Scoring::ALL {
            let found = found(scoring, &models, &subjects, &counts, &copies);
            let Ok(found) = found else { continue };
            // Where subjects have no ceiling on this draw there is nothing to compare it with.
            if found.iter().any(|value| value.is_nan()) {
                continue;
            }
            let expected = literal(scoring, &models, &subjects, &counts, &copies).unwrap();
            for (found, expected) in found.iter().zip(&expected) {
                prop_assert!((found - expected).abs() < 1e-12, "{scoring}: {found} and {expected}");
            }
        }
    }

    /// A fold has some of the conditions, each once: ranks are those among its own pairs.
    #[test]
    fn scores_and_ceilings_of_a_fold_are_those_of_its_conditions_alone(n in 6..11_usize, seed: u64, left_out in 1..3_usize) {
        let models: Vec<Rdm> = (0..2).map(|k| rdm(n, seed ^ k, 0.0)).collect();
        let subjects: Vec<Rdm> = (2..6).map(|k| rdm(n, seed ^ k, 0.0)).collect();
        let mut rng = ChaCha8Rng::seed_from_u64(!seed);
        let mut counts = vec![1; n];
        shuffled(&mut rng, n)[..left_out].iter().for_each(|&i| counts[i] = 0);
        for scoring in Scoring::ALL {
            let Ok(found) = found(scoring, &models, &subjects, &counts, &[1.0; 4]) else { continue };
            if found.iter().any(|value| value.is_nan()) {
                continue;
            }
            let expected = literal(scoring, &models, &subjects, &counts, &[1.0; 4]).unwrap();
            for (found, expected) in found.iter().zip(&expected) {
                prop_assert!((found - expected).abs() < 1e-12, "{scoring}: {found} and {expected}");
            }
        }
    }
}

#[test]
fn most_resamples_are_not_degenerate() {
    let models = [rdm(9, 1, 0.04)];
    let subjects: Vec<Rdm> = (2..6).map(|k| rdm(9, k, 0.0)).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for scoring in Scoring::ALL {
        for _ in 0..20 {
            let counts = multiplicities(&mut rng, 9);
            assert!(found(scoring, &models, &subjects, &counts, &[1.0; 4]).is_ok(), "{scoring}, {counts:?}");
        }
    }
}
