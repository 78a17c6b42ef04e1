//! Data that allow no answer, and data that only seem so.

use ndarray::{Array2, Axis, concatenate};
use rsa_core::Measure;

use super::data::{normal, representation};
use crate::{ConditionGroups, Mapping, Predict, PredictionScore, RidgePenalty, Split, UnitMatch};

#[test]
fn small_folds_are_refused_with_fold_and_remedy() {
    let (x, y) = (representation(normal(12, 3, 1)), representation(normal(12, 3, 2)));
    let error = Predict::default().score(&x, &y).unwrap_err();
    for part in ["fold 2 of 5", "tests 2 of 12 conditions", "take fewer folds", "explained variance"] {
        assert!(error.to_string().contains(part), "no '{part}' in {error}");
    }
    let explained = Predict { score: PredictionScore::ExplainedVariance, ..Predict::default() };
    assert!(explained.score(&x, &y).is_ok());
}

#[test]
fn folds_of_another_measure_are_refused() {
    let x = representation(normal(20, 3, 1));
    let [five, four] = [5, 4].map(|folds| Predict { split: Split::folds(folds, 0).unwrap(), ..Predict::default() });
    let [a, b] = [five, four].map(|predict| predict.geometry(&x).unwrap());
    assert_eq!(five.compare(&a, &b).unwrap_err().kind().name(), "InvalidParameter");
    assert_eq!(five.read(&x, &ConditionGroups::single(19)).unwrap_err().kind().name(), "ShapeMismatch");
}

#[test]
fn units_far_from_one_and_repeated_features_change_nothing() {
    let (x, y) = (normal(30, 4, 1), normal(30, 3, 2));
    let explained = PredictionScore::ExplainedVariance;
    for map in [Mapping::Linear, Mapping::default(), Mapping::pls(2).unwrap(), Mapping::OneToOne(UnitMatch::Signed)] {
        let predict = Predict { map, ..Predict::default() };
        let score = |x: &Array2<f64>, y: &Array2<f64>| {
            predict.score(&representation(x.clone()), &representation(y.clone())).unwrap()
        };
        let expected = score(&x, &y);
        for (a, b) in [(1e200, 1.0), (1e-200, 1.0), (1.0, 1e200), (1.0, 1e-200), (1e6, 1e-6)] {
            assert!((score(&(&x * a), &(&y * b)) - expected).abs() < 1e-9, "{map:?} {a:e} {b:e}");
        }
        let repeated = concatenate![Axis(1), x, x, Array2::from_elem((30, 2), 0.1)];
        assert!((score(&repeated, &y) - expected).abs() < 1e-9, "{map:?}");
        assert!((score(&(&x + 1e6), &(&y + 1e6)) - expected).abs() < 1e-6, "{map:?}");
    }
    // An error in units of the site that no float holds.
    let predict = Predict { map: Mapping::OneToOne(UnitMatch::Signed), score: explained, ..Predict::default() };
    let error = predict.score(&representation(x * 1e200), &representation(y * 1e-100)).unwrap_err();
    assert_eq!(error.kind().name(), "OutOfRange");
}

#[test]
fn a_site_whose_unit_is_tiny_beside_the_others_is_scored_alike() {
    let (x, y) = (normal(30, 4, 1), normal(30, 2, 2));
    let mut small = y.clone();
    small.column_mut(1).mapv_inplace(|value| value * 1e-180);
    let penalty = RidgePenalty::LeaveOneOutPerSite;
    for map in [Mapping::Linear, Mapping::Ridge(penalty), Mapping::OneToOne(UnitMatch::Signed)] {
        let predict = Predict { map, ..Predict::default() };
        let sites = |y: &Array2<f64>| {
            let read = |values: &Array2<f64>| predict.geometry(&representation(values.clone())).unwrap();
            predict.predictivity(&read(&x), &read(y)).unwrap().sites
        };
        let (expected, found) = (sites(&y), sites(&small));
        assert!((found[1].score - expected[1].score).abs() < 1e-9, "{map:?}: {} {}", found[1].score, expected[1].score);
    }
}
