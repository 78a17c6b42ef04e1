//! Models with parameters while conditions are left out: fits that stay or are made anew, and the rule that is named.

use ndarray::Array2;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rsa_core::{Rdm, condensed};

use crate::{
    inference::{groups::Groups, left_out::Statistic, resample_scorer::ASSIGNMENTS_OF_THIRD, third_out::WithoutThird},
    *,
};

fn random(n: usize, seed: u64) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..condensed::n_pairs(n)).map(|_| (0..4).map(|_| rng.random::<f64>()).sum()).collect()
}

/// Two candidates that are about equally near to the subjects, and the subjects.
fn near_ties(n: usize, seed: u64) -> ([Rdm; 2], Vec<Rdm>) {
    let truth = random(n, seed);
    let noisy = |other: u64| {
        let noise = random(n, other);
        Rdm::new(truth.iter().zip(&noise).map(|(value, noise)| value + noise).collect()).unwrap()
    };
    ([noisy(seed + 1), noisy(seed + 2)], (3..9).map(|k| noisy(seed + k)).collect())
}

fn models([a, b]: &[Rdm; 2]) -> Vec<Model> {
    let selection = Model::selection("selection", vec![a.clone(), b.clone()]).unwrap();
    vec![selection, Model::fixed("a", a.clone()), Model::fixed("b", b.clone())]
}

#[test]
fn a_fit_stays_while_conditions_are_left_out_of_scores() {
    let n = 10;
    let (mut same, mut other) = (0, 0);
    for seed in (0..200).step_by(10) {
        let (candidates, data) = near_ties(n, seed);
        let set = RdmSet::new(Scoring::Pearson, &models(&candidates), &data).unwrap();
        let groups = [data.len(), n].map(|count| Groups::new(None, count, "member").unwrap());
        let asked = Crossvalidation { subject_folds: 2, condition_folds: 1, repeats: 1 };
        let (all, subjects) = (vec![1; n], vec![1.0; data.len()]);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let folds = FoldAssignment::assign(&asked, [&groups[0], &groups[1]], &all, &subjects, 3, &mut rng).unwrap();
        let score = |conditions: &[u32], training_conditions: &[u32]| {
            set.scores(&Resample {
                conditions,
                training_conditions,
                subjects: &subjects,
                subject_groups: &groups[0].group_of_member,
                folds: Some(&folds),
                observer: &(),
            })
            .unwrap()
        };
        let selected = |scores: &Array2<f64>, i: usize| if scores[(0, i)] == scores[(1, i)] { 1 } else { 2 };
        let whole = score(&all, &all);
        for out in 0..n {
            let mut left = all.clone();
            left[out] = 0;
            let (stays, anew) = (score(&left, &all), score(&left, &left));
            for i in 0..data.len() {
                assert_eq!(stays[(0, i)], stays[(selected(&whole, i), i)]);
                *if selected(&anew, i) == selected(&whole, i) { &mut same } else { &mut other } += 1;
            }
        }
    }
    // A fit to the conditions that are left selects another candidate now and then.
    assert!(other > 10 && same > other, "{same} and {other}");
}

#[test]
fn leaving_a_third_out_of_a_mean_gives_the_variance_of_textbooks() {
    let values = [2.0, 3.0, 7.0, 4.0, 9.0, 5.0];
    let pairs = condensed::pairs(values.len());
    let mean_without = |(a, b): (usize, usize)| (30.0 - values[a] - values[b]) / 4.0;
    // Every pair occurs 40 times, so that the sample variance is that of all 15 pairs times 600/599.
    let rows: Vec<f64> = pairs.map(mean_without).collect();
    let values_of = Array2::from_shape_fn((600, ASSIGNMENTS_OF_THIRD), |(set, _)| rows[set % 15]);
    let without = WithoutThird { values: values_of.view(), groups: values.len(), columns: 1 };
    let expected = values.iter().map(|value| (value - 5.0_f64).powi(2)).sum::<f64>() / 5.0 / 6.0;
    let found = without.variance(Statistic { of: 0, minus: None });
    assert!((found / expected * 599.0 / 600.0 - 1.0).abs() < 1e-12, "{found} and {expected}");
    assert!((without.ratio() - 1.5).abs() < 1e-15);
}

#[test]
fn the_rule_of_each_standard_error_is_named_and_fixed_models_keep_theirs() {
    let (candidates, data) = near_ties(20, 1000);
    let models = models(&candidates);
    let folds = Crossvalidation { subject_folds: 2, condition_folds: 2, repeats: 2 };
    for generalize_to in [GeneralizeTo::Nothing, GeneralizeTo::Subjects, GeneralizeTo::Conditions, GeneralizeTo::Both] {
        let inference = Inference { generalize_to, resamples: 4, crossvalidation: Some(folds), ..Inference::default() };
        let found = inference.evaluate(&models, &data).unwrap();
        let alone = inference.evaluate(&models[1..], &data).unwrap();
        let by = |found: &Evaluation| -> Vec<_> { found.models.iter().map(|m| m.standard_error_by.unwrap()).collect() };
        use StandardErrorBy::{LeavingAThirdOut, LeavingFewOut, Resamples};
        assert_eq!(by(&found), [LeavingAThirdOut, LeavingFewOut, LeavingFewOut], "{generalize_to:?}");
        for (with, without) in found.models[1..].iter().zip(&alone.models) {
            // Corrections depend on the number of models.
            let own = |m: &ModelEvaluation| (m.score, m.interval, m.p_above_zero, m.p_below_ceiling, m.bootstrap_mean);
            assert_eq!(own(with), own(without));
        }
        let pairs: Vec<_> = found.pairwise.iter().map(|pair| pair.standard_error_by.unwrap()).collect();
        assert_eq!(pairs, [LeavingAThirdOut, LeavingAThirdOut, LeavingFewOut]);
        if generalize_to != GeneralizeTo::Nothing {
            let bootstrap = Inference { variance: Variance::Rsatoolbox, ..inference }.evaluate(&models, &data).unwrap();
            assert_eq!(by(&bootstrap), [Resamples; 3]);
        }
    }
    let plain = Inference::default().evaluate(&models[1..], &data[..2]).unwrap();
    assert_eq!(plain.models[0].standard_error_by, Some(StandardErrorBy::SubjectValues));
}

/// Also with one subject a fold: without a third of the subjects there are fewer folds.
#[test]
fn parts_of_an_evaluation_with_a_selection_merge_to_the_same_bits() {
    let (candidates, data) = near_ties(20, 2000);
    let folds = Crossvalidation { subject_folds: 6, condition_folds: 1, repeats: 2 };
    let inference = Inference {
        generalize_to: GeneralizeTo::Both,
        resamples: 6,
        crossvalidation: Some(Crossvalidation { subject_folds: 2, ..folds }),
        ..Inference::default()
    };
    let set = RdmSet::new(inference.comparison, &models(&candidates), &data).unwrap();
    let part = |range| Part::compute(&inference, &set, range).unwrap();
    let read = |part: Part| {
        let tables = part.tables().into_iter().map(|(name, table)| (name.to_owned(), table.to_owned())).collect();
        Part::from_tables(part.header.clone(), tables).unwrap()
    };
    let merged = Part::merge(vec![read(part(2..6)), read(part(0..2))]).unwrap().conclude().unwrap();
    assert_eq!(merged, inference.evaluate_instrument(&set).unwrap());
    let one_a_fold = Inference { crossvalidation: Some(folds), generalize_to: GeneralizeTo::Nothing, ..inference };
    let found = one_a_fold.evaluate_instrument(&set).unwrap();
    assert_eq!(found.models[0].standard_error_by, Some(StandardErrorBy::LeavingAThirdOut));
}
