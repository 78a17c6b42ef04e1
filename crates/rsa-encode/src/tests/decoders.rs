//! Decoding: scikit-learn 1.7's accuracies on digits, identities, chance, and designs that allow no answer.

use ndarray::{Array2, Axis, concatenate};
use rsa_core::{Measurements, Positive};

use super::data::{digits, normal};
use crate::{Classifier, ConditionGroups, Decoder, DiscriminantCovariance, Split};

const LDA: Classifier = Classifier::LinearDiscriminant(DiscriminantCovariance::Shrunk);

fn classifiers() -> [Classifier; 7] {
    [
        Classifier::NearestMean,
        Classifier::LinearDiscriminant(DiscriminantCovariance::Pooled),
        LDA,
        Classifier::LinearDiscriminant(DiscriminantCovariance::ShrunkByClass),
        Classifier::Logistic { cost: Positive::ONE },
        Classifier::SupportVectors { cost: Positive::ONE },
        Classifier::Ridge,
    ]
}

/// Five folds; the fold of an image is its rank within its class modulo 5.
fn decoder(classifier: Classifier) -> Decoder {
    Decoder { classifier, split: Split::contiguous(5).unwrap() }
}

fn accuracy(classifier: Classifier, x: &Measurements) -> f64 {
    decoder(classifier).decode(x, &Decoder::groups_of(x)).unwrap().accuracy()
}

#[test]
fn digits_are_decoded_as_by_scikit_learn() {
    let [conv3, conv5] = &digits();
    let expected = [
        (classifiers()[0], [0.75, 0.87]),
        (classifiers()[1], [0.8, 0.8966666666666666]),
        (classifiers()[3], [0.8066666666666666, 0.9133333333333333]),
        (classifiers()[4], [0.8366666666666667, 0.9233333333333333]),
    ];
    for (classifier, expected) in expected {
        let found = [accuracy(classifier, conv3), accuracy(classifier, conv5)];
        let off = found.iter().zip(expected).map(|(found, expected)| (found - expected).abs()).fold(0.0, f64::max);
        assert!(off < 1e-12, "{classifier:?}: {found:?}, expected {expected:?}");
    }
    // Pooled Ledoit and Wolf, by NumPy.
    assert!((accuracy(LDA, conv5) - 0.903333333333333).abs() < 1e-12);
}

#[test]
fn pairs_of_digits_are_decoded_as_by_numpy() {
    let [_, conv5] = &digits();
    let rdm = decoder(LDA).rdm(conv5, &Decoder::groups_of(conv5), &()).unwrap();
    let mean = rdm.values().iter().sum::<f64>() / 45.0;
    assert!((mean - 0.989259).abs() < 5e-7, "{mean}");
    assert!((rdm.get(3, 8) - 0.966667).abs() < 5e-7 && rdm.get(0, 1) == 1.0);
}

/// Two conditions alone are decoded from their features.
#[test]
fn products_decode_pairs_as_features_do() {
    for (n_each, p, seed) in [(6, 40, 1), (12, 3, 2), (5, 5, 3)] {
        let values = Array2::from_shape_fn((3 * n_each, p), |(i, j)| ((i % 3 + j) % 4) as f64 * 0.4)
            + normal(3 * n_each, p, seed);
        let x = Measurements::new(values, (0..3 * n_each).map(|i| ["a", "b", "c"][i % 3])).unwrap();
        let groups = Decoder::groups_of(&x);
        let decoder = Decoder { classifier: LDA, split: Split::folds(3, seed).unwrap() };
        let rdm = decoder.rdm(&x, &groups, &()).unwrap();
        let folds = decoder.split.deal(&groups).unwrap();
        for (first, second) in rsa_core::condensed::pairs(3) {
            let mut right = [0.0; 2];
            let mut tests = [0.0; 2];
            for fold in &folds {
                let of = |rows: &[usize]| {
                    let rows: Vec<usize> =
                        rows.iter().copied().filter(|&row| [first, second].contains(&(row % 3))).collect();
                    x.select(&rows).unwrap()
                };
                let decoding = decoder.generalize(&of(&fold.train), &of(&fold.test)).unwrap();
                for (class, label) in decoding.classes.labels().unwrap().iter().enumerate() {
                    let at = usize::from(*label == ["a", "b", "c"][second]);
                    right[at] += decoding.confusion[(class, class)] as f64;
                    tests[at] += decoding.confusion.row(class).sum() as f64;
                }
            }
            let expected = (right[0] / tests[0] + right[1] / tests[1]) / 2.0;
            assert!((rdm.get(first, second) - expected).abs() < 1e-12, "{first} {second}: {n_each} {p}");
        }
    }
}

#[test]
fn wide_features_are_decoded_like_their_rotation() {
    // Zero padding and duplicated columns span the same space, up to a common factor, as the features do.
    let values =
        normal(24, 30, 5) + Array2::from_shape_fn((24, 30), |(i, j)| if i % 2 == 0 && j < 4 { 1.0 } else { 0.0 });
    let labels = |i: usize| ["left", "right"][i % 2];
    let narrow = Measurements::new(values.clone(), (0..24).map(labels)).unwrap();
    let doubled = Measurements::new(concatenate![Axis(1), values, values], (0..24).map(labels)).unwrap();
    let groups = Decoder::groups_of(&narrow);
    let split = Split::folds(4, 3).unwrap();
    for classifier in [Classifier::NearestMean, Classifier::Ridge] {
        let decode = |x| Decoder { classifier, split }.decode(x, &groups).unwrap().folds;
        assert_eq!(decode(&narrow), decode(&doubled), "{classifier:?}");
    }
    // Weights of duplicated features halve, so the penalty does: twice the cost alone does the same.
    let two = Positive::new("cost", 2.0).unwrap();
    for (once, twice) in [
        (Classifier::Logistic { cost: two }, Classifier::Logistic { cost: Positive::ONE }),
        (Classifier::SupportVectors { cost: two }, Classifier::SupportVectors { cost: Positive::ONE }),
    ] {
        let decode = |x, classifier| Decoder { classifier, split }.decode(x, &groups).unwrap().folds;
        assert_eq!(decode(&narrow, once), decode(&doubled, twice), "{once:?}");
    }
}

#[test]
fn every_rule_tells_what_differs_and_guesses_what_does_not() {
    let noise = normal(200, 6, 11);
    let offset = Array2::from_shape_fn((200, 6), |(i, j)| if i % 4 == j { 6.0 } else { 0.0 });
    let labels = || (0..200).map(|i| format!("class {}", i % 4));
    let clear = Measurements::new(&noise + &offset, labels()).unwrap();
    let none = Measurements::new(noise, labels()).unwrap();
    let far = Measurements::new((&clear.values() + 1e6) * 1e-200, labels()).unwrap();
    let groups = Decoder::groups_of(&clear);
    for classifier in classifiers() {
        let decoder = Decoder { classifier, split: Split::default() };
        assert!(decoder.decode(&clear, &groups).unwrap().balanced_accuracy() > 0.95, "{classifier:?}");
        assert!(decoder.decode(&far, &groups).unwrap().balanced_accuracy() > 0.95, "{classifier:?}");
        // Chance is .25 with a standard deviation of about .03.
        let guessed = decoder.decode(&none, &groups).unwrap();
        assert!((guessed.balanced_accuracy() - guessed.chance()).abs() < 0.12, "{classifier:?}");
    }
}

#[test]
fn the_permutation_test_rejects_as_often_as_it_says() {
    let mut rejected = 0;
    let studies = 200;
    for study in 0..studies {
        let x = Measurements::new(normal(30, 5, study), (0..30).map(|i| ["a", "b"][i % 2])).unwrap();
        let decoder = Decoder { classifier: Classifier::NearestMean, split: Split::folds(3, study).unwrap() };
        let test = decoder.test(&x, &Decoder::groups_of(&x), 39, study, &()).unwrap();
        assert_eq!(test.null.len(), 39);
        rejected += usize::from(test.p <= 0.05);
    }
    // 5 % or fewer, since accuracies tie; 10 of 200 have a standard deviation of 3.
    assert!((2..=18).contains(&rejected), "{rejected} of {studies}");
}

#[test]
fn labels_are_exchanged_within_runs_and_between_objects() {
    // Classes differ, and a run adds an offset; every run has all classes.
    let values = normal(24, 4, 3)
        + Array2::from_shape_fn((24, 4), |(i, j)| (if i % 2 == j { 3.0 } else { 0.0 }) + (i / 6) as f64);
    let x = Measurements::new(values, (0..24).map(|i| ["a", "b"][i % 2])).unwrap();
    let x = x.with_runs((0..24).map(|i| (i / 6).to_string())).unwrap();
    let decoder = Decoder { classifier: LDA, split: Split::folds(4, 0).unwrap() };
    let test = decoder.test(&x, &Decoder::groups_of(&x), 99, 1, &()).unwrap();
    assert!(test.p < 0.05 && test.null.iter().sum::<f64>() / 99.0 < 0.65, "{}", test.p);
    // Twelve objects of two views each keep their views together.
    let objects: Vec<String> = (0..24).map(|i| format!("object {}", i / 4 * 2 + i % 2)).collect();
    let groups = ConditionGroups::labeled(&objects);
    let test = decoder.test(&x, &groups, 99, 1, &()).unwrap();
    assert!(test.p < 0.05, "{}", test.p);
}

#[test]
fn the_same_seed_gives_the_same_bytes_at_any_number_of_threads() {
    let [conv3, _] = &digits();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let decoder = decoder(LDA);
            let groups = Decoder::groups_of(conv3);
            (decoder.rdm(conv3, &groups, &()).unwrap(), decoder.test(conv3, &groups, 8, 2, &()).unwrap())
        })
    };
    assert_eq!(run(1), run(2));
}

#[test]
fn designs_without_an_answer_are_refused_by_name() {
    let x = |labels: [&str; 6]| Measurements::new(normal(6, 3, 1), labels).unwrap();
    let decoder = Decoder { classifier: LDA, split: Split::folds(3, 0).unwrap() };
    let refused = |x: &Measurements, groups: &ConditionGroups| decoder.decode(x, groups).unwrap_err();
    let one = x(["a"; 6]);
    assert_eq!(refused(&one, &ConditionGroups::single(6)).kind().name(), "TooFewConditions");
    let rare = x(["a", "a", "a", "a", "a", "b"]);
    let error = refused(&rare, &Decoder::groups_of(&rare));
    assert!(error.to_string().contains("no training observation is of class 'b'"), "{error}");
    let fine = x(["a", "b", "a", "b", "a", "b"]);
    assert_eq!(refused(&fine, &ConditionGroups::single(5)).kind().name(), "ShapeMismatch");
    let constant = Measurements::new(Array2::ones((6, 2)), ["a", "b", "a", "b", "a", "b"]).unwrap();
    for classifier in classifiers().into_iter().filter(|rule| matches!(rule, Classifier::LinearDiscriminant(_))) {
        let error = Decoder { classifier, split: Split::folds(3, 0).unwrap() }
            .decode(&constant, &Decoder::groups_of(&constant));
        let error = error.unwrap_err().to_string();
        assert!(error.contains("fold 0 of 3") && error.contains("feature 0"), "{error}");
    }
    let other = Measurements::new(normal(2, 3, 1), ["a", "z"]).unwrap();
    let error = decoder.generalize(&fine, &other).unwrap_err();
    assert!(error.to_string().contains("class 'z'"), "{error}");
    assert_eq!(
        decoder.test(&fine, &Decoder::groups_of(&fine), 0, 1, &()).unwrap_err().kind().name(),
        "InvalidParameter"
    );
}
