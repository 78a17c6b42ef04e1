//! Sums without some conditions are those of a pass over the pairs that are left.

use rsa_core::condensed;

use super::*;

const N: usize = 14;

/// Four subjects and three models; `offset` is added to all dissimilarities, `weight` multiplies those of condition 5.
fn rdms(offset: f64, weight: f64, missing: &[usize]) -> Vec<Rdm> {
    let value = |seed: usize, k: usize, (i, j): (usize, usize)| {
        let noise = ((k * k * 31 + k * seed * 17 + seed * 7) % 101) as f64 / 101.0;
        let shared = ((k * 37) % 53) as f64 / 53.0;
        match missing.contains(&k) {
            true => f64::NAN,
            false => (offset + noise + shared) * if i == 5 || j == 5 { weight } else { 1.0 },
        }
    };
    let rdm = |seed| Rdm::new(condensed::pairs(N).enumerate().map(|(k, pair)| value(seed, k, pair)).collect());
    (1..8).map(|seed| rdm(seed).unwrap()).collect()
}

fn set(scoring: Scoring, rdms: &[Rdm]) -> RdmSet {
    let models: Vec<Model> = rdms[4..].iter().map(|rdm| Model::fixed("model", rdm.clone())).collect();
    RdmSet::new(scoring, &models, &rdms[..4]).unwrap()
}

fn without(out: &[usize]) -> Vec<u32> {
    (0..N).map(|i| u32::from(!out.contains(&i))).collect()
}

const LINEAR: [Scoring; 4] = [Scoring::Cosine, Scoring::Pearson, Scoring::WhitenedCosine, Scoring::WhitenedPearson];

#[test]
fn sums_without_conditions_are_those_of_the_pairs_left() {
    for (offset, missing) in [(0.0, vec![]), (50.0, vec![]), (0.0, vec![0, 3, 40, 41, 90])] {
        let rdms = rdms(offset, 1.0, &missing);
        for scoring in LINEAR {
            let set = set(scoring, &rdms);
            for out in [vec![0], vec![13], vec![2, 9], vec![0, 1, 13]] {
                let conditions = without(&out);
                let Some(found) = set.compare_by_sums(&conditions, &()).unwrap() else {
                    assert!(
                        !missing.is_empty() && matches!(scoring, Scoring::WhitenedCosine | Scoring::WhitenedPearson)
                    );
                    continue;
                };
                let expected = set.compare_pairs(&conditions, &()).unwrap();
                let close = |a: f64, b: f64| (a - b).abs() < 1e-13;
                let scores = found.scores.iter().zip(&expected.scores);
                assert!(scores.clone().all(|(a, b)| close(*a, *b)), "{scoring} without {out:?}: {scores:?}");
                let pools = |compared: &ComparedSubjects| {
                    let pool = compared.subjects.pool(&[1.0, 2.0, 0.0, 1.0]);
                    compared.subjects.compare_with_pool(&pool, &[0, 1, 2, 3]).unwrap()
                };
                assert!(pools(&found).iter().zip(pools(&expected)).all(|(a, b)| close(*a, b)), "{scoring}, {out:?}");
            }
        }
    }
}

#[test]
fn pairs_are_passed_where_sums_would_lose_digits_or_save_nothing() {
    for scoring in LINEAR {
        // Nearly all of the squared length belongs to the pairs of condition 5.
        let set = set(scoring, &rdms(0.0, 1e4, &[]));
        assert!(set.compare_by_sums(&without(&[5]), &()).unwrap().is_none(), "{scoring}");
        assert!(set.compare_by_sums(&without(&[4]), &()).unwrap().is_some(), "{scoring}");
        // Half of the conditions, copies, and none.
        assert!(set.compare_by_sums(&without(&[0, 1, 2, 3, 4, 6, 7]), &()).unwrap().is_none());
        let mut copies = without(&[3]);
        copies[0] = 2;
        assert!(set.compare_by_sums(&copies, &()).unwrap().is_none());
        assert!(set.compare_by_sums(&without(&[]), &()).unwrap().is_none());
    }
    let ranks = set(Scoring::Spearman, &rdms(0.0, 1.0, &[]));
    assert!(ranks.compare_by_sums(&without(&[3]), &()).unwrap().is_none());
}

#[test]
fn dissimilarities_that_hardly_vary_are_looked_at_pair_by_pair() {
    // They vary by 1 and are known to within .01.
    let rounded: Vec<Rdm> = rdms(0.0, 1.0, &[]).into_iter().map(|rdm| rdm.with_rounding(1e-2).unwrap()).collect();
    assert!(set(Scoring::Pearson, &rounded).compare_by_sums(&without(&[3]), &()).unwrap().is_none());
}

#[test]
fn concordances_without_conditions_are_those_of_the_pairs_left() {
    let rounded =
        |rdm: &Rdm, factor: f64| Rdm::new(rdm.values().iter().map(|value| (value * factor).round()).collect()).unwrap();
    let plain = rdms(0.0, 1.0, &[]);
    // Subjects and models with and without ties; the last has three different values.
    let factors = [1e6, 8.0, 1e6, 3.0, 1e6, 5.0, 1.0];
    let tied: Vec<Rdm> = plain.iter().zip(factors).map(|(rdm, factor)| rounded(rdm, factor)).collect();
    for rdms in [plain, tied] {
        for scoring in [Scoring::KendallA, Scoring::KendallB] {
            let set = set(scoring, &rdms);
            for out in [vec![0], vec![13], vec![2, 9], vec![0, 1, 13]] {
                let conditions = without(&out);
                let found = set.compare_by_sums(&conditions, &()).unwrap().expect("few are left out");
                let expected = set.compare_pairs(&conditions, &()).unwrap();
                assert_eq!(found.scores, expected.scores, "{scoring} without {out:?}");
                let left = |rdm: &Rdm| {
                    let pairs = condensed::pairs(N).zip(rdm.values());
                    let left = pairs.filter(|((i, j), _)| !out.contains(i) && !out.contains(j));
                    Rdm::new(left.map(|(_, value)| *value).collect()).unwrap()
                };
                let slow = scoring.compare(&left(&rdms[4]), &left(&rdms[1])).unwrap();
                assert!((found.scores[(0, 1)] - slow).abs() < 1e-14, "{scoring} without {out:?}");
            }
        }
    }
}

#[test]
fn pairs_are_passed_where_all_concordances_left_are_ties() {
    let mut rdms = rdms(0.0, 1.0, &[]);
    let with = |(i, j): (usize, usize)| f64::from(u8::from(i == 5 || j == 5));
    rdms[6] = Rdm::new(condensed::pairs(N).map(with).collect()).unwrap();
    let set = set(Scoring::KendallA, &rdms);
    assert!(set.compare_by_sums(&without(&[4]), &()).unwrap().is_some());
    assert!(set.compare_by_sums(&without(&[5]), &()).unwrap().is_none());
    let error = set.compare(&without(&[5]), &()).unwrap_err();
    assert!(error.to_string().contains("model"), "{error}");
}
