//! Models with parameters: fitted as well as can be, and scored on what they were not fitted to.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rsa_core::{Rdm, condensed};

use crate::{
    comparison::{
        Preparation,
        weighted::{PreparedRdm, WeightedPairs},
    },
    inference::rdm_set::{
        dataset::{Dataset, number_subjects},
        fit::TrainingSet,
    },
    resample::nth_order,
    *,
};

fn random(n: usize, seed: u64) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..condensed::n_pairs(n)).map(|_| (0..4).map(|_| rng.random::<f64>()).sum()).collect()
}

fn mixture(parts: &[(f64, Vec<f64>)]) -> Rdm {
    Rdm::new((0..parts[0].1.len()).map(|k| parts.iter().map(|(weight, values)| weight * values[k]).sum()).collect())
        .unwrap()
}

fn rdm(values: Vec<f64>) -> Rdm {
    Rdm::new(values).unwrap()
}

/// The mean similarity of `prediction` to the subjects.
fn gain(comparison: Scoring, prediction: &Rdm, data: &[Rdm]) -> f64 {
    data.iter().map(|rdm| comparison.compare(prediction, rdm).unwrap()).sum::<f64>() / data.len() as f64
}

/// The fitted prediction on all conditions and subjects.
fn fitted(comparison: Scoring, model: &Model, data: &[Rdm]) -> Rdm {
    let dataset = Dataset::new(
        comparison.preparation(),
        std::slice::from_ref(model),
        data,
        number_subjects(data.len()),
        &[],
        &(),
    )
    .unwrap();
    let pairs = std::sync::Arc::new(WeightedPairs::new(&vec![1; dataset.n_conditions], None).unwrap());
    let training = TrainingSet::new(&dataset, pairs.clone(), None, &()).unwrap();
    let target = training.target(vec![1.0; data.len()], &pairs);
    let prediction = target.prediction(0).unwrap();
    rdm(PreparedRdm::values(&prediction).to_vec())
}

fn data(n: usize) -> Vec<Rdm> {
    (0..4).map(|k| mixture(&[(1.0, random(n, 1)), (0.4, random(n, 2)), (0.8, random(n, 100 + k))])).collect()
}

#[test]
fn no_other_weights_have_a_larger_mean_similarity() {
    let (n, data) = (10, data(10));
    let components: Vec<Vec<f64>> = [1, 2, 3].map(|seed| random(n, seed)).to_vec();
    let rdms = || components.iter().cloned().map(rdm).collect::<Vec<_>>();
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    for comparison in Scoring::ALL {
        let linear = matches!(comparison.preparation(), Preparation::Linear(_));
        for non_negative in [false, true] {
            let make = if non_negative { Model::non_negative } else { Model::weighted };
            let best = gain(comparison, &fitted(comparison, &make("mix".to_owned(), rdms()).unwrap(), &data), &data);
            let mut better = 0;
            for _ in 0..300 {
                let low = if non_negative { 0.0 } else { -1.0 };
                let weights: Vec<f64> = (0..3).map(|_| rng.random_range(low..1.0)).collect();
                let parts: Vec<_> = weights.iter().copied().zip(components.iter().cloned()).collect();
                better += u32::from(gain(comparison, &mixture(&parts), &data) > best + 1e-12);
            }
            // Ranks are climbed step by step, and a few of many random weights may find a little more.
            assert!(better <= if linear { 0 } else { 15 }, "{comparison}, {non_negative}: {better} of 300");
        }
    }
}

#[test]
fn weights_that_would_be_negative_are_zero() {
    let n = 10;
    let data: Vec<Rdm> =
        (0..3).map(|k| mixture(&[(1.0, random(n, 1)), (-0.5, random(n, 2)), (0.2, random(n, 100 + k))])).collect();
    let rdms = vec![rdm(random(n, 1)), rdm(random(n, 2))];
    let model = Model::non_negative("mix", rdms).unwrap();
    let found = fitted(Scoring::Pearson, &model, &data);
    assert!((gain(Scoring::Pearson, &found, &[rdm(random(n, 1))]) - 1.0).abs() < 1e-12);
    // With data that no component agrees with, the one that disagrees least is left.
    let opposite: Vec<Rdm> = data.iter().map(|d| rdm(d.values().iter().map(|value| 9.0 - value).collect())).collect();
    let only = Model::non_negative("mix", vec![rdm(random(n, 1)), rdm(random(n, 3))]).unwrap();
    let found = fitted(Scoring::Pearson, &only, &opposite);
    assert!(gain(Scoring::Pearson, &found, &opposite) > gain(Scoring::Pearson, &rdm(random(n, 1)), &opposite));
}

#[test]
fn selection_and_interpolation_find_the_best_of_theirs() {
    let (n, data) = (10, data(10));
    let rdms: Vec<Rdm> = [3, 1, 2, 4].map(|seed| rdm(random(n, seed))).to_vec();
    for comparison in Scoring::ALL {
        let selected = fitted(comparison, &Model::selection("one", rdms.clone()).unwrap(), &data);
        let best = rdms.iter().map(|rdm| gain(comparison, rdm, &data)).fold(f64::MIN, f64::max);
        assert!((gain(comparison, &selected, &data) - best).abs() < 1e-12, "{comparison}");
        let between = fitted(comparison, &Model::interpolated("line", rdms.clone()).unwrap(), &data);
        for pair in rdms.windows(2) {
            for step in 0..=16 {
                let weight = f64::from(step) / 16.0;
                let values = pair.iter().map(|rdm| rdm.values().to_vec()).collect::<Vec<_>>();
                let mix = mixture(&[(weight, values[0].clone()), (1.0 - weight, values[1].clone())]);
                assert!(gain(comparison, &mix, &data) <= gain(comparison, &between, &data) + 1e-12, "{comparison}");
            }
        }
    }
}

#[test]
fn an_interpolation_is_chosen_on_training_conditions_and_scored_on_others() {
    let n = 12;
    let (a, b) = (random(n, 1), random(n, 2));
    let subject = |k: u64| mixture(&[(0.4, a.clone()), (0.6, b.clone()), (0.2, random(n, 100 + k))]);
    let data: Vec<Rdm> = (0..6).map(subject).collect();
    for comparison in Scoring::ALL {
        let folds = Crossvalidation { subject_folds: 2, condition_folds: 2, repeats: 4 };
        let inference = Inference { comparison, crossvalidation: Some(folds), ..Inference::default() };
        let line = Model::interpolated("line", vec![rdm(a.clone()), rdm(b.clone())]).unwrap();
        let ends = [Model::fixed("a", rdm(a.clone())), Model::fixed("b", rdm(b.clone()))];
        let found = inference.evaluate(&[&[line], &ends[..]].concat(), &data).unwrap();
        let scores: Vec<f64> = found.models.iter().map(|model| model.score).collect();
        assert!(scores[0] > scores[1].max(scores[2]), "{comparison}: {scores:?}");
    }
}

#[test]
fn what_was_fitted_to_noise_does_not_score_on_other_conditions() {
    let n = 16;
    let folds = Crossvalidation { subject_folds: 2, condition_folds: 2, repeats: 4 };
    let noise: Vec<Rdm> = (1000..1006).map(|seed| rdm(random(n, seed))).collect();
    let component = |k: u64| rdm(random(n, k));
    let mut means = [0.0; 2];
    let studies = 12;
    for study in 0..studies {
        let data: Vec<Rdm> = (0..6)
            .map(|k| {
                mixture(&[
                    (1.0, random(n, study)),
                    (1.0, random(n, 50 + study)),
                    (1.0, random(n, 200 + 10 * study + k)),
                ])
            })
            .collect();
        let inference = Inference {
            comparison: Scoring::Pearson,
            crossvalidation: Some(folds),
            seed: study,
            ..Inference::default()
        };
        let of_noise = Model::weighted("noise", noise.clone()).unwrap();
        let of_truth = Model::weighted("truth", vec![component(study), component(50 + study)]).unwrap();
        let found = inference.evaluate(&[of_noise, of_truth], &data).unwrap();
        means[0] += found.models[0].score / studies as f64;
        means[1] += found.models[1].score / studies as f64;
        let ceiling = found.noise_ceiling.unwrap();
        assert!(ceiling.lower < ceiling.upper);
    }
    // Six weights of noise fit 28 pairs well, and say nothing about 28 others.
    assert!(means[0].abs() < 0.08 && means[1] > 0.7, "{means:?}");
}

#[test]
fn few_repeats_leave_no_chance_of_the_assignment_in_scores() {
    let score = |repeats| {
        let folds = Crossvalidation { subject_folds: 2, condition_folds: 2, repeats };
        let inference = Inference { crossvalidation: Some(folds), ..Inference::default() };
        let model = Model::weighted("m", (1..4).map(|seed| rdm(random(10, seed))).collect()).unwrap();
        inference.evaluate(&[model], &data(10)).unwrap().models[0].scores_by_subject.clone()
    };
    assert_eq!(score(1), score(100));
    assert_ne!(score(1), score(101));
}

#[test]
fn folds_of_everything_score_fixed_models_as_without() {
    // Folds of subjects alone score a fixed model on every subject once.
    let data = data(10);
    let model = [Model::fixed("m", rdm(random(10, 1)))];
    for comparison in Scoring::ALL {
        let plain = Inference { comparison, ..Inference::default() };
        let folds = Crossvalidation { subject_folds: 4, condition_folds: 1, repeats: 1 };
        let folded = Inference { crossvalidation: Some(folds), ..plain.clone() };
        let (plain, folded) = (plain.evaluate(&model, &data).unwrap(), folded.evaluate(&model, &data).unwrap());
        assert!((plain.models[0].score - folded.models[0].score).abs() < 1e-12);
        let (plain, folded) = (plain.noise_ceiling.unwrap(), folded.noise_ceiling.unwrap());
        assert!((plain.lower - folded.lower).abs() < 1e-12 && (plain.upper - folded.upper).abs() < 1e-12);
    }
}

#[test]
fn permutations_are_those_of_the_conditions() {
    let n = 6;
    let data: Vec<Rdm> = (0..3).map(|k| mixture(&[(1.0, random(n, 1)), (1.5, random(n, 100 + k))])).collect();
    let models = [rdm(random(n, 1)), rdm(random(n, 2))];
    for comparison in Scoring::ALL {
        let inference = Inference { comparison, permutations: 1, correction: Correction::Max, ..Inference::default() };
        let named = models.iter().map(|rdm| Model::fixed("m", rdm.clone())).collect::<Vec<_>>();
        let found = inference.evaluate(&named, &data).unwrap();
        let scores = |index: u64| {
            let order = nth_order(n, index);
            let permuted: Vec<Rdm> = data.iter().map(|rdm| rdm.select(&order).unwrap()).collect();
            models.each_ref().map(|model| gain(comparison, model, &permuted))
        };
        let observed = scores(0);
        let (mut own, mut any) = ([0.0; 2], [0.0; 2]);
        for index in 0..720 {
            let found = scores(index);
            for m in 0..2 {
                own[m] += f64::from(u8::from(found[m] >= observed[m] - 1e-12)) / 720.0;
                any[m] += f64::from(u8::from(found[0].max(found[1]) >= observed[m] - 1e-12)) / 720.0;
            }
        }
        for (m, model) in found.models.iter().enumerate() {
            assert!((model.p_permutation.unwrap() - own[m]).abs() < 1e-12, "{comparison}");
            assert!((model.p_above_zero_corrected.unwrap() - any[m]).abs() < 1e-12, "{comparison}");
        }
    }
}

/// Data that are an exact mixture of 2 and -1, or 3 and 1, parts of two RDMs.
#[test]
fn weights_of_fits_are_those_of_the_data() {
    let (n, parts) = (9, [random(9, 1), random(9, 2), random(9, 3)]);
    assert_eq!(parts[0].len(), n * (n - 1) / 2);
    let rdms = || parts.iter().cloned().map(rdm).collect::<Vec<_>>();
    let weights = |comparison, model: Model, mix: [f64; 3]| {
        let mixed: Vec<(f64, Vec<f64>)> = mix.into_iter().zip(parts.iter().cloned()).collect();
        let set =
            RdmSet::new(comparison, &[model, Model::fixed("one", rdms()[0].clone())], &[mixture(&mixed)]).unwrap();
        let mut found = set.fitted_weights(&()).unwrap();
        assert_eq!(found.pop(), Some(None), "a fixed model");
        found[0].clone().unwrap()
    };
    let close = |found: Vec<f64>, expected: [f64; 3], most: f64| {
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < most), "{found:?} and {expected:?}");
    };
    let weighted = || Model::weighted("w", rdms()).unwrap();
    for comparison in [Scoring::Cosine, Scoring::Pearson, Scoring::WhitenedPearson] {
        close(weights(comparison, weighted(), [2.0, -1.0, 1.0]), [0.5, -0.25, 0.25], 1e-12);
        let interpolated = Model::interpolated("i", rdms()).unwrap();
        close(weights(comparison, interpolated, [0.0, 3.0, 1.0]), [0.0, 0.75, 0.25], 1e-12);
    }
    close(weights(Scoring::Spearman, weighted(), [2.0, -1.0, 1.0]), [0.5, -0.25, 0.25], 0.15);
    let non_negative = Model::non_negative("n", rdms()).unwrap();
    assert!(weights(Scoring::Pearson, non_negative, [2.0, -1.0, 0.0]).iter().all(|&weight| weight >= 0.0));
    let selection = Model::selection("s", rdms()).unwrap();
    close(weights(Scoring::KendallA, selection, [0.1, 0.2, 2.0]), [0.0, 0.0, 1.0], 1e-15);
}
