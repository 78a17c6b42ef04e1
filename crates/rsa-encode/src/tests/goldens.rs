//! Known values: NumPy 2.4 by two routes each, the maps also by scikit-learn 1.9 where it has them.

use rsa_core::{Fraction, Measure, Positive, Representation};

use super::data::known;
use crate::{ConditionGroups, Mapping, Predict, PredictionScore, RidgePenalty, Split, SplitScheme, UnitMatch};

const RIDGE: Mapping = Mapping::Ridge(RidgePenalty::LeaveOneOut);

fn absolute(lambda: f64) -> Mapping {
    Mapping::Ridge(RidgePenalty::Absolute(Positive::new("lambda", lambda).unwrap()))
}

fn predict(map: Mapping, score: PredictionScore) -> Predict {
    Predict { map, score, split: Split::contiguous(5).unwrap(), ..Predict::default() }
}

#[test]
fn the_known_values_come_out() {
    let [x, y, w] = &known();
    let pairs: [(&Representation, &Representation); 4] = [(x, y), (y, x), (w, y), (y, w)];
    let pearson = PredictionScore::Pearson;
    let explained = PredictionScore::ExplainedVariance;
    let one_to_one = Mapping::OneToOne(UnitMatch::Signed);
    let per_site = Mapping::Ridge(RidgePenalty::LeaveOneOutPerSite);
    // In the order X→Y, Y→X, W→Y, Y→W.
    let rows: [(Mapping, PredictionScore, &[f64]); 9] = [
        (Mapping::Linear, pearson, &[0.66826101, 0.67490266, 0.36254512, 0.39425451]),
        (absolute(1.0), pearson, &[0.66878090, 0.67499961, 0.36254741]),
        (absolute(100.0), pearson, &[0.67693130, 0.67320994, 0.35262055]),
        (RIDGE, pearson, &[0.67151365, 0.67580134, 0.35962012, 0.40103507]),
        (per_site, pearson, &[0.67254195, 0.67440494, 0.35261716, 0.39550622]),
        (Mapping::pls(3).unwrap(), pearson, &[0.37878388, 0.36128307, 0.21472010, 0.24838360]),
        (one_to_one, pearson, &[0.72143642, 0.72143642, 0.45764640]),
        (Mapping::Linear, explained, &[0.46431621, 0.45721630, 0.12545278, 0.12699939]),
        (RIDGE, explained, &[0.47069140, 0.46448093, 0.13700713, 0.16724563]),
    ];
    let mut wrong = Vec::new();
    for (map, score, expected) in rows {
        for ((from, to), expected) in pairs.into_iter().zip(expected) {
            let found = predict(map, score).score(from, to).unwrap();
            if (found - expected).abs() > 1e-8 {
                wrong.push(format!("{map:?} {score:?}: {found}, expected {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_median_over_sites_may_come_first() {
    let [x, y, _] = &known();
    for (map, expected) in [(Mapping::Linear, 0.69779474), (RIDGE, 0.69789305)] {
        let predict = predict(map, PredictionScore::Pearson);
        let read = |x| predict.read(x, &ConditionGroups::single(100)).unwrap();
        let found = predict.predictivity(&read(x), &read(y)).unwrap();
        assert!((found.mean_of_fold_medians() - expected).abs() < 1e-8, "{}", found.mean_of_fold_medians());
        assert!(found.spread_over_folds().is_some_and(|spread| spread > 0.0 && spread < 0.1));
    }
}

#[test]
fn the_penalty_is_of_the_training_conditions() {
    let [x, y, _] = &known();
    let penalty = RidgePenalty::Relative(Positive::new("multiple", 0.1).unwrap());
    let split = Split { scheme: SplitScheme::LeaveOneOut, ..Split::default() };
    let score = PredictionScore::ExplainedVariance;
    let found = Predict { map: Mapping::Ridge(penalty), split, score, ..Predict::default() }.score(x, y).unwrap();
    // .47663927 if the penalty were of all conditions, the tested one among them.
    assert!((found - 0.47667892).abs() < 1e-8, "{found}");
}

#[test]
fn ninety_tenths_splits_have_their_words() {
    let [x, y, _] = &known();
    let scheme = SplitScheme::Repeated {
        splits: std::num::NonZeroUsize::new(10).unwrap(),
        test: Fraction::new("test", 0.1).unwrap(),
    };
    let predict = Predict { split: Split { scheme, ..Split::default() }, ..Predict::default() };
    let read = |x| predict.read(x, &ConditionGroups::single(100)).unwrap();
    let found = predict.predictivity(&read(x), &read(y)).unwrap();
    assert_eq!(found.test_counts, [10; 10]);
    assert!((0.5..0.8).contains(&found.median()));
}
