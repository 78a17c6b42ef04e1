//! Wilcoxon's test in the place of Student's t.

use rsa_core::Rdm;

use crate::*;

fn sum(parts: &[(f64, usize)]) -> Rdm {
    let value = |p: usize| parts.iter().map(|(factor, k)| factor * ((*k as f64 + 2.0) * p as f64).sin()).sum();
    Rdm::new((1..=21).map(value).collect()).unwrap()
}

fn data() -> Vec<Rdm> {
    (0..7).map(|k| sum(&[(1.0, 1), (0.5, 10 + k), (0.3 + 0.1 * k as f64, 3)])).collect()
}

fn models() -> [Model; 2] {
    [Model::fixed("a", sum(&[(1.0, 1), (0.4, 3)])), Model::fixed("b", sum(&[(1.0, 3), (0.8, 5)]))]
}

fn wilcoxon() -> Inference {
    Inference { comparison: Scoring::Pearson, test: SubjectTest::Wilcoxon, ..Inference::default() }
}

/// SciPy 1.17.1 `stats.wilcoxon` of scores and lower ceilings by NumPy 2.4.6.
#[test]
fn scipy_agrees_on_models_differences_and_ceilings() {
    let found = wilcoxon().evaluate(&models(), &data()).unwrap();
    assert_eq!((found.models[0].p_above_zero, found.models[0].p_below_ceiling), (Some(0.0078125), Some(0.7109375)));
    assert_eq!((found.models[1].p_above_zero, found.models[1].p_below_ceiling), (Some(0.0078125), Some(0.0078125)));
    assert_eq!((found.pairwise[0].p, found.exact, found.test), (Some(0.015625), Some(true), SubjectTest::Wilcoxon));
    assert_eq!(found.models[0].p_above_zero_corrected, Some(0.015625), "Holm");
    let t = Inference { test: SubjectTest::T, ..wilcoxon() }.evaluate(&models(), &data()).unwrap();
    assert_eq!((t.exact, t.models[0].interval), (None, found.models[0].interval));
    assert_ne!(t.models[1].p_below_ceiling, found.models[1].p_below_ceiling);
}

#[test]
fn groups_of_subjects_are_one_value_each() {
    let inference = Inference { subject_groups: Some(vec![0, 0, 1, 2, 2, 3, 3]), ..wilcoxon() };
    // Four groups, all positive: 1/2⁴.
    assert_eq!(inference.evaluate(&models(), &data()).unwrap().models[1].p_above_zero, Some(1.0 / 16.0));
    let one = wilcoxon().evaluate(&models(), &data()[..1]).unwrap();
    assert_eq!((one.models[0].p_above_zero, one.exact), (None, None));
}

#[test]
fn new_conditions_have_no_signed_ranks() {
    for generalize_to in [GeneralizeTo::Conditions, GeneralizeTo::Both] {
        let error = Inference { generalize_to, ..wilcoxon() }.evaluate(&models(), &data()).unwrap_err();
        assert!(error.to_string().contains("signed ranks are those of subjects"), "{error}");
    }
    let subjects = Inference { generalize_to: GeneralizeTo::Subjects, resamples: 20, ..wilcoxon() };
    assert_eq!(subjects.evaluate(&models(), &data()).unwrap().pairwise[0].p, Some(0.015625));
    let folds = Crossvalidation { subject_folds: 2, condition_folds: 1, repeats: 1 };
    let fitted = [Model::selection("s", vec![sum(&[(1.0, 1)]), sum(&[(1.0, 3)])]).unwrap()];
    let found = Inference { crossvalidation: Some(folds), ..wilcoxon() }.evaluate(&fitted, &data()).unwrap();
    assert!(found.warnings.iter().any(|warning| warning.starts_with("signed ranks take subjects' own scores")));
}
