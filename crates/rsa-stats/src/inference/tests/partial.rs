//! Partial correlations of models and subjects: on the data, on resamples, on folds, with ceilings.

use std::sync::Arc;

use rsa_core::Rdm;

use super::resamples::{rdm, written_out};
use crate::{
    comparison::weighted::WeightedPairs,
    inference::rdm_set::dataset::{Dataset, PreparedModel, number_subjects},
    *,
};

/// The waves of the reference values: sin((k + 2)·p) for the pairs p = 1, 2, ….
fn wave(k: usize, n_pairs: usize) -> Vec<f64> {
    (1..=n_pairs).map(|p| ((k as f64 + 2.0) * p as f64).sin()).collect()
}

fn sum(parts: &[(f64, usize)]) -> Rdm {
    let add = |mut sum: Vec<f64>, &(factor, k): &(f64, usize)| {
        sum.iter_mut().zip(wave(k, 21)).for_each(|(sum, value)| *sum += factor * value);
        sum
    };
    Rdm::new(parts.iter().fold(vec![0.0; 21], add)).unwrap()
}

fn named(rdms: Vec<Rdm>) -> Vec<(String, Rdm)> {
    rdms.into_iter().enumerate().map(|(k, rdm)| (format!("given {k}"), rdm)).collect()
}

fn evaluate(inference: &Inference, models: &[Model], data: &[Rdm], given: &[(String, Rdm)]) -> Evaluation {
    let names = number_subjects(data.len());
    let rdms = RdmSet::new_partial(inference.comparison, models, data, names, given, &()).unwrap();
    inference.evaluate_instrument(&rdms).unwrap()
}

fn subjects() -> Vec<Rdm> {
    (0..3).map(|k| sum(&[(1.0, 1), (0.5, 10 + k), (0.6, 3)])).collect()
}

fn given() -> Vec<(String, Rdm)> {
    named(vec![sum(&[(1.0, 3)]), sum(&[(1.0, 4), (0.3, 1)])])
}

/// NumPy 2.4.6: residuals φ of `linalg.lstsq` with a column of ones, of values and of SciPy 1.17.1 `rankdata`.
///
/// Scores are products of unit residuals, the upper ceiling is the length of their mean.
#[test]
fn residuals_of_least_squares_agree() {
    for (comparison, scores, ceilings) in [
        (
            Scoring::Pearson,
            [0.8866992073350201, 0.896030077641401, 0.8877577891983999],
            [0.8322436475427439, 0.9261292021511629],
        ),
        (
            Scoring::Spearman,
            [0.8624793242326764, 0.9196545640122521, 0.9079470565066079],
            [0.8560913295305029, 0.9364956018597473],
        ),
    ] {
        let inference = Inference { comparison, ..Inference::default() };
        let model = [Model::fixed("model", sum(&[(1.0, 1), (0.4, 3)]))];
        let found = evaluate(&inference, &model, &subjects(), &given());
        for (found, expected) in found.models[0].scores_by_subject.iter().zip(scores) {
            assert!((found - expected).abs() < 1e-13, "{comparison}: {found}, {expected}");
        }
        let ceiling = found.noise_ceiling.unwrap();
        assert!((ceiling.lower - ceilings[0]).abs() < 1e-13 && (ceiling.upper - ceilings[1]).abs() < 1e-13);
        assert_eq!(ceiling.upper_is, CeilingKind::Maximum);
    }
}

#[test]
fn a_weighted_resample_is_the_one_written_out() {
    let (n, counts) = (9, [2, 1, 0, 3, 1, 1, 0, 2, 1]);
    for (comparison, missing) in
        [(Scoring::Pearson, 0.0), (Scoring::Pearson, 0.1), (Scoring::Spearman, 0.0), (Scoring::Spearman, 0.1)]
    {
        let rdms: Vec<Rdm> = (0..5).map(|seed| rdm(n, seed, missing)).collect();
        let all: Vec<&Rdm> = rdms.iter().collect();
        let [model, a, b, g, h] = [0, 1, 2, 3, 4].map(|k| rdms[k].clone());
        let dataset = Dataset::new(
            comparison.preparation(),
            &[Model::fixed("model", model)],
            &[a, b],
            number_subjects(2),
            &named(vec![g, h]),
            &(),
        )
        .unwrap();
        let pairs = Arc::new(WeightedPairs::new(&counts, dataset.present.as_deref()).unwrap());
        let subjects = dataset.prepare_subjects(pairs, &()).unwrap();
        let models: Vec<_> = dataset.models.iter().filter_map(PreparedModel::fixed).collect();
        let found = subjects.scores(&models, &|_| "model".to_owned(), &()).unwrap();
        let out: Vec<Rdm> = rdms.iter().map(|rdm| written_out(rdm, &all, &counts)).collect();
        let given = out[3..].to_vec();
        let partial = match comparison {
            Scoring::Pearson => Partial::pearson(given),
            _ => Partial::spearman(given),
        };
        let partial = partial.unwrap();
        let read: Vec<_> = out[..3].iter().map(|rdm| partial.read(rdm).unwrap()).collect();
        for i in 0..2 {
            let expected = partial.compare(&read[0], &read[1 + i]).unwrap();
            assert!((found[(0, i)] - expected).abs() < 1e-12, "{comparison}, {missing}: {} {expected}", found[(0, i)]);
        }
    }
}

/// With ranks and without, the fit of a weighted model is the best of random weights on all data.
#[test]
fn fits_maximize_the_partial_correlation() {
    let folds = Crossvalidation { subject_folds: 3, condition_folds: 1, repeats: 2 };
    for comparison in [Scoring::Pearson, Scoring::Spearman] {
        let inference = Inference { comparison, crossvalidation: Some(folds), ..Inference::default() };
        let parts = vec![sum(&[(1.0, 1)]), sum(&[(1.0, 7)])];
        let models = [
            Model::weighted("weighted", parts.clone()).unwrap(),
            Model::interpolated("interpolated", parts.clone()).unwrap(),
            Model::selection("selection", parts.clone()).unwrap(),
            Model::fixed("one", parts[0].clone()),
        ];
        let found = evaluate(&inference, &models, &subjects(), &given());
        let scores: Vec<f64> = found.models.iter().map(|model| model.score).collect();
        assert!((scores[2] - scores[3]).abs() < 1e-13, "the wave of the data is selected: {scores:?}");
        assert!(scores[0] > scores[3] - 0.05 && scores[1] > scores[3] - 0.05, "{scores:?}");
        let both = Inference { generalize_to: GeneralizeTo::Both, resamples: 20, crossvalidation: None, ..inference };
        let found = evaluate(&both, &models[3..], &subjects(), &given());
        assert!(found.models[0].standard_error.is_some_and(|error| error > 0.0) && found.resamples.used > 10);
    }
}

#[test]
fn what_has_no_partial_form_is_refused_by_name() {
    let (data, given) = (subjects(), given());
    let set =
        |comparison, models: &[Model]| RdmSet::new_partial(comparison, models, &data, number_subjects(3), &given, &());
    for comparison in Scoring::ALL {
        let is_partial = matches!(comparison, Scoring::Pearson | Scoring::Spearman);
        assert_eq!(set(comparison, &[]).is_ok(), is_partial, "{comparison}");
    }
    let twin = sum(&[(2.0, 3)]);
    let error = set(Scoring::Pearson, &[Model::fixed("twin", twin.clone())]).unwrap_err().to_string();
    assert!(error.starts_with("model 'twin': the dissimilarities compared are a combination"), "{error}");
    let reasons = RdmSet::reasons_against_partial(Scoring::Spearman, &[&twin, &data[0]], &given, &()).unwrap();
    assert_eq!(reasons.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false]);
    let flat = named(vec![Rdm::new(vec![1.0; 21]).unwrap()]);
    let error = RdmSet::reasons_against_partial(Scoring::Pearson, &[&data[0]], &flat, &()).unwrap_err();
    assert!(error.to_string().starts_with("given 0: "), "{error}");
    let permuted = Inference { comparison: Scoring::Pearson, permutations: 9, ..Inference::default() };
    let error = permuted.evaluate_instrument(&set(Scoring::Pearson, &[Model::fixed("m", data[0].clone())]).unwrap());
    assert!(error.unwrap_err().to_string().contains("partial correlations"));
}
