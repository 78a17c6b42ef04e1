//! Tests that a seed determines the results, for any number of threads and of parts.

use rsakit::{
    Rdm,
    core::Observer,
    stats::{Crossvalidation, Evaluation, GeneralizeTo, Inference, Model, Part, RdmSet, Scoring},
};

fn rdm(seed: u32) -> Rdm {
    let value = |k: u32| f64::from((k * k * 31) % 41) + f64::from((k * k * seed * 7 + 13 * k + seed) % 53) / 2.0;
    Rdm::new((0..91).map(value).collect()).unwrap()
}

fn settings() -> Vec<Inference> {
    let folds = Crossvalidation { subject_folds: 2, condition_folds: 2, repeats: 2 };
    [GeneralizeTo::Subjects, GeneralizeTo::Conditions, GeneralizeTo::Both]
        .into_iter()
        .flat_map(|generalize_to| {
            let plain = Inference { generalize_to, resamples: 40, seed: 7, ..Inference::default() };
            [
                Inference { comparison: Scoring::KendallA, permutations: 20, ..plain.clone() },
                Inference { comparison: Scoring::WhitenedPearson, permutations: 20, ..plain.clone() },
                Inference { crossvalidation: Some(folds), ..plain },
            ]
        })
        .collect()
}

fn evaluate(inference: &Inference, parts: u64) -> Evaluation {
    let models: Vec<Model> = (11..14).map(|seed| Model::fixed(format!("m{seed}"), rdm(seed))).collect();
    let data: Vec<Rdm> = (1..6).map(rdm).collect();
    let rdms = RdmSet::new(inference.comparison, &models, &data).unwrap();
    let total = inference.n_resamples();
    let range = |part: u64| part * total / parts..(part + 1) * total / parts;
    let part = |k| Part::compute(inference, &rdms, range(k)).unwrap();
    Part::merge((0..parts).rev().map(part).collect()).unwrap().conclude().unwrap()
}

#[test]
fn threads_and_parts_do_not_change_a_bit() {
    for inference in settings() {
        let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let bytes = |evaluation: &Evaluation| serde_json::to_string(evaluation).unwrap();
        let one = bytes(&pool(1).install(|| evaluate(&inference, 1)));
        assert_eq!(one, bytes(&pool(2).install(|| evaluate(&inference, 1))));
        assert_eq!(one, bytes(&pool(2).install(|| evaluate(&inference, 7))));
        let other = Inference { seed: 8, ..inference.clone() };
        assert_ne!(one, bytes(&evaluate(&other, 1)));
    }
}

/// An observer that cancels the work before it begins.
struct Stopped;

impl Observer for Stopped {
    fn is_cancelled(&self) -> bool {
        true
    }
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let inference = &settings()[0];
    let (models, data) = ([Model::fixed("m", rdm(11))], [rdm(1), rdm(2)]);
    let rdms = RdmSet::new(inference.comparison, &models, &data).unwrap();
    let part = |range| Part::compute(inference, &rdms, range).unwrap();
    let message = |parts| Part::merge(parts).and_then(|part| part.conclude()).unwrap_err().to_string();
    assert!(message(vec![]).starts_with("the parts of an evaluation must be at least one"));
    assert!(message(vec![part(0..10), part(11..40)]).starts_with("the first resample of a part must be 10"));
    assert!(message(vec![part(0..10)]).contains("all resamples, 0..40"));
    let seed = Inference { seed: 8, ..inference.clone() };
    let other = Part::compute(&seed, &rdms, 10..40).unwrap();
    assert!(message(vec![part(0..10), other]).contains("same data and settings"));
    assert!(Part::compute(inference, &rdms, 30..41).is_err());
    let stopped = Part::compute_observed(inference, &rdms, 0..40, &Stopped).unwrap_err();
    assert_eq!(stopped.kind().name(), "Cancelled");
}
