//! Facts that hold for every map: chance, constants, groups and threads.

use ndarray::{Array2, Axis, concatenate};
use rsa_core::{Measure, Positive, Representation};

use super::data::{normal, representation};
use crate::{ConditionGroups, Mapping, Predict, PredictionScore, RidgePenalty, Split, UnitMatch};

fn maps() -> [Mapping; 6] {
    let one = Positive::new("lambda", 1.0).unwrap();
    [
        Mapping::Linear,
        Mapping::Ridge(RidgePenalty::Absolute(one)),
        Mapping::Ridge(RidgePenalty::LeaveOneOut),
        Mapping::Ridge(RidgePenalty::LeaveOneOutPerSite),
        Mapping::pls(3).unwrap(),
        Mapping::OneToOne(UnitMatch::Absolute),
    ]
}

#[test]
fn independent_data_score_nothing() {
    for map in maps() {
        let mean = |score: PredictionScore| {
            let predict = Predict { map, score, ..Predict::default() };
            let draw =
                |seed| predict.score(&representation(normal(60, 8, seed)), &representation(normal(60, 9, seed + 500)));
            (0..40).map(|seed| draw(seed).unwrap()).sum::<f64>() / 40.0
        };
        // One score has a standard deviation of about .07, their mean of .011.
        assert!(mean(PredictionScore::Pearson).abs() < 0.04, "{map:?}: {}", mean(PredictionScore::Pearson));
        assert!(mean(PredictionScore::ExplainedVariance) < 0.005, "{map:?}");
    }
}

/// A penalty so large that the prediction is all but the training mean: the correlation of all predictions together
/// would be far below 0.
#[test]
fn a_strong_penalty_has_no_bias_and_explains_nothing() {
    let penalty = RidgePenalty::Absolute(Positive::new("lambda", 1e9).unwrap());
    let mean = |score: PredictionScore| {
        let predict =
            Predict { map: Mapping::Ridge(penalty), score, split: Split::folds(20, 0).unwrap(), ..Predict::default() };
        let draw =
            |seed| predict.score(&representation(normal(100, 5, seed)), &representation(normal(100, 20, seed + 500)));
        (0..20).map(|seed| draw(seed).unwrap()).sum::<f64>() / 20.0
    };
    assert!(mean(PredictionScore::Pearson).abs() < 0.04);
    assert!(mean(PredictionScore::ExplainedVariance).abs() < 1e-6);
}

#[test]
fn what_predicts_nothing_scores_exactly_zero() {
    // Two groups of conditions: within a test fold the predictor does not vary.
    let n = 24;
    let x = representation(Array2::from_shape_fn((n, 1), |(i, _)| f64::from(u8::from(i < 12))));
    let y = representation(normal(n, 3, 4));
    let predict = Predict { map: Mapping::Linear, split: Split::contiguous(4).unwrap(), ..Predict::default() };
    let read = |x: &Representation| predict.read(x, &ConditionGroups::single(n)).unwrap();
    let found = predict.predictivity(&read(&x), &read(&y)).unwrap();
    assert_eq!((found.median(), found.constant_predictions), (0.0, 12));
    // Only the first condition differs, so training without it learns nothing.
    let x = representation(Array2::from_shape_fn((n, 1), |(i, _)| f64::from(u8::from(i == 0))));
    for map in maps().into_iter().filter(|map| !matches!(map, Mapping::Pls(_))) {
        let predict = Predict { map, score: PredictionScore::ExplainedVariance, ..predict };
        let read = |x: &Representation| predict.read(x, &ConditionGroups::single(n)).unwrap();
        let found = predict.predictivity(&read(&x), &read(&y)).unwrap();
        assert!(found.sites.iter().all(|site| site.folds[0] == Some(0.0)), "{map:?} {found:?}");
        let caveats = predict.caveats(&read(&x), &read(&y));
        let counts =
            |caveat: &rsa_core::Caveat| caveat.message.contains("predictions of a site in a fold are constant");
        assert!(caveats.iter().any(counts), "{caveats:?}");
    }
}

#[test]
fn constant_sites_are_left_out_by_name_and_folds_are_skipped() {
    let n = 20;
    let x = normal(n, 3, 1);
    let mut y = concatenate![Axis(1), normal(n, 2, 2) + &x.select(Axis(1), &[0, 1]), Array2::from_elem((n, 1), 0.1)];
    // Site 1 is silent in the first fold.
    (0..5).for_each(|i| y[(i, 1)] = 0.0);
    let predict = Predict { split: Split::contiguous(4).unwrap(), ..Predict::default() };
    let [x, y] = [x, y].map(representation);
    let read = |x| predict.read(x, &ConditionGroups::single(n)).unwrap();
    let found = predict.predictivity(&read(&x), &read(&y)).unwrap();
    assert_eq!((found.constant_sites.as_slice(), found.skipped, found.sites.len()), (&[2][..], 1, 2));
    assert_eq!(found.sites[1].folds[0], None);
    let messages: Vec<String> =
        predict.caveats(&read(&x), &read(&y)).into_iter().map(|caveat| caveat.message).collect();
    assert!(messages.iter().any(|text| text.contains("1 of 3 sites are constant and left out (the first is site 2)")));
}

#[test]
fn copies_of_a_condition_in_both_parts_of_a_fold_are_avoided_by_groups() {
    let (n, views) = (40, 2);
    let own = |values: Array2<f64>| values.select(Axis(0), &(0..n).map(|i| i / views).collect::<Vec<_>>());
    let x = representation(own(normal(20, 30, 1)) + normal(n, 30, 3) * 0.1);
    let y = representation(own(normal(20, 10, 2)) + normal(n, 10, 4) * 0.1);
    let labels: Vec<String> = (0..n).map(|i| format!("object {}", i / views)).collect();
    let predict = Predict::default();
    let median = |groups: &ConditionGroups| {
        let read = |x| predict.read(x, groups).unwrap();
        predict.predictivity(&read(&x), &read(&y)).unwrap().median()
    };
    let (leaking, grouped) = (median(&ConditionGroups::single(n)), median(&ConditionGroups::labeled(&labels)));
    assert!(leaking > 0.5 && grouped.abs() < 0.3, "{leaking} {grouped}");
}

#[test]
fn least_squares_that_interpolate_say_so() {
    let (x, y) = (representation(normal(20, 30, 1)), representation(normal(20, 3, 2)));
    let predict = Predict { map: Mapping::Linear, ..Predict::default() };
    let caveats = predict.caveats(&predict.geometry(&x).unwrap(), &predict.geometry(&y).unwrap());
    assert!(caveats[0].message.starts_with("in 5 of 5 folds"), "{caveats:?}");
}

#[test]
fn results_have_the_same_bits_at_any_number_of_threads() {
    let (x, y) = (representation(normal(90, 300, 1)), representation(normal(90, 40, 2)));
    let scores = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| maps().map(|map| Predict { map, ..Predict::default() }.score(&x, &y).unwrap().to_bits()))
    };
    assert_eq!(scores(1), scores(3));
}

#[test]
fn one_reading_serves_all_targets() {
    let predict = Predict::default();
    let all: Vec<Representation> = (0..3).map(|seed| representation(normal(30, 4 + seed as usize, seed))).collect();
    let grid = predict.pairwise(&all);
    for i in 0..3 {
        for j in 0..3 {
            assert_eq!(grid.get(i, j).as_ref().unwrap(), &predict.score(&all[i], &all[j]).unwrap());
        }
    }
}
