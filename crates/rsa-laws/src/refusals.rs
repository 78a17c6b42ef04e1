//! Test of the errors that degenerate input must cause.

use std::fmt;

use ndarray::{Array2, Axis, concatenate};
use rsa_core::{Identity, Invariances, Measure, Orientation, Profile, Representation, Result};

use crate::{
    ArgumentSide,
    deviation::difference,
    random::{normal, stream},
};

/// Defects of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Defect {
    NotANumber,
    Infinite,
    OtherConditions,
    OtherLabels,
    OneCondition,
    TwoConditions,
    EqualPatterns,
    AllButOneEqual,
    Duplicated,
    ZeroPattern,
    ConstantPattern,
    Wide,
    Huge,
    Tiny,
}

const DEFECTS: [(Defect, &str); 14] = [
    (Defect::NotANumber, "a value is NaN"),
    (Defect::Infinite, "a value is infinite"),
    (Defect::OtherConditions, "there is one condition more"),
    (Defect::OtherLabels, "two labels are exchanged"),
    (Defect::OneCondition, "both have one condition"),
    (Defect::TwoConditions, "both have two conditions"),
    (Defect::EqualPatterns, "all patterns are equal"),
    (Defect::AllButOneEqual, "all patterns but one are equal"),
    (Defect::Duplicated, "every condition occurs twice"),
    (Defect::ZeroPattern, "one pattern is all zero"),
    (Defect::ConstantPattern, "one pattern is constant over features"),
    (Defect::Wide, "there are more features than conditions"),
    (Defect::Huge, "all values are near 1e200"),
    (Defect::Tiny, "all values are near 1e-200"),
];

/// Answer that a measure must not give, with the defect of the input.
pub(crate) struct WrongAnswer {
    pub(crate) defect: &'static str,
    pub(crate) side: ArgumentSide,
    pub(crate) expected: String,
    pub(crate) score: Result<f64>,
}

/// The right answers to a defect: a number within the range, if allowed, or an error of one of some kinds.
struct RightAnswer {
    /// Expected number, if it is known.
    number: Option<f64>,
    may_be_number: bool,
    kinds: &'static [&'static str],
}

/// As many as five folds of four conditions need.
const CONDITIONS: usize = 20;
const FEATURES: usize = 3;

/// Gives a measure every defect in either argument, and returns the first wrong answer.
pub(crate) fn find_wrong_answer<M: Measure>(measure: &M, seed: u64) -> Option<WrongAnswer> {
    let profile = measure.profile();
    for (defect, description) in DEFECTS {
        for side in ArgumentSide::BOTH {
            let rng = &mut stream(seed, 60 + side as u64);
            let values = [normal(rng, CONDITIONS, FEATURES), normal(rng, CONDITIONS, FEATURES)];
            let sound = score(measure, values.clone(), None);
            let labels = (defect == Defect::OtherLabels).then_some(side);
            let score = score(measure, spoil(values, defect, side), labels);
            let right = right_answer(defect, side, &profile, sound);
            if !is_right(&right, &profile, &score) {
                return Some(WrongAnswer { defect: description, side, expected: right.to_string(), score });
            }
        }
    }
    None
}

fn score<M: Measure>(measure: &M, values: [Array2<f64>; 2], relabeled: Option<ArgumentSide>) -> Result<f64> {
    let [x, y] = values.map(Representation::new);
    let (mut x, mut y) = (x?, y?);
    if let Some(side) = relabeled {
        let labels =
            |exchanged: bool| (0..CONDITIONS).map(move |i| format!("c{}", if exchanged && i < 2 { 1 - i } else { i }));
        x = x.labeled(labels(side == ArgumentSide::First))?;
        y = y.labeled(labels(side == ArgumentSide::Second))?;
    }
    measure.score(&x, &y)
}

/// Returns both arguments with the defect in one of them, or in both if the defect is too few conditions.
fn spoil(values: [Array2<f64>; 2], defect: Defect, side: ArgumentSide) -> [Array2<f64>; 2] {
    let both = |change: &dyn Fn(&Array2<f64>) -> Array2<f64>| [change(&values[0]), change(&values[1])];
    let mut one = values.clone();
    let x = &mut one[side as usize];
    match defect {
        Defect::NotANumber => x[(4, 1)] = f64::NAN,
        Defect::Infinite => x[(4, 1)] = f64::NEG_INFINITY,
        Defect::OtherConditions => *x = rows(x, (0..CONDITIONS).chain([0])),
        Defect::OtherLabels => {}
        Defect::OneCondition => return both(&|x| rows(x, 0..1)),
        Defect::TwoConditions => return both(&|x| rows(x, 0..2)),
        // 0.1 is not a binary fraction, so centering leaves rounding instead of 0.
        Defect::EqualPatterns => *x = Array2::from_elem(x.dim(), 0.1),
        Defect::AllButOneEqual => {
            let odd = x.row(0).to_owned();
            x.fill(0.1);
            x.row_mut(0).assign(&odd);
        }
        Defect::Duplicated => *x = rows(x, (0..CONDITIONS).map(|i| i % (CONDITIONS / 2))),
        Defect::ZeroPattern => x.row_mut(3).fill(0.0),
        Defect::ConstantPattern => x.row_mut(3).fill(0.1),
        Defect::Wide => {
            let waves: Vec<_> = (1..8).map(|frequency| (&*x * f64::from(frequency)).mapv(f64::sin)).collect();
            let all: Vec<_> = waves.iter().map(Array2::view).chain([x.view()]).collect();
            *x = concatenate(Axis(1), &all).expect("matrices of the same conditions");
        }
        Defect::Huge => *x *= 1e200,
        Defect::Tiny => *x *= 1e-200,
    }
    one
}

fn rows(x: &Array2<f64>, rows: impl IntoIterator<Item = usize>) -> Array2<f64> {
    x.select(Axis(0), &rows.into_iter().collect::<Vec<_>>())
}

/// Derives the right answers from the profile.
fn right_answer(defect: Defect, side: ArgumentSide, profile: &Profile, sound: Result<f64>) -> RightAnswer {
    let ignores = |set: Invariances| profile.invariances[side as usize].contains(set);
    let only = |kinds| RightAnswer { number: None, may_be_number: false, kinds };
    let number_or = |kinds| RightAnswer { number: None, may_be_number: true, kinds };
    match defect {
        Defect::NotANumber | Defect::Infinite => only(&["NonFinite"]),
        Defect::OtherConditions => only(&["ShapeMismatch"]),
        Defect::OtherLabels => only(&["LabelMismatch"]),
        Defect::OneCondition => only(&["TooFewConditions"]),
        Defect::TwoConditions => number_or(&["TooFewConditions", "Degenerate"]),
        // A distance between coinciding points may be a number; a similarity has nothing to compare.
        Defect::EqualPatterns if profile.orientation == Orientation::Distance => number_or(&["Degenerate"]),
        Defect::EqualPatterns => only(&["Degenerate"]),
        Defect::AllButOneEqual | Defect::Duplicated => number_or(&["Degenerate"]),
        // A measure that ignores the length of a pattern depends on its direction, and a zero pattern has none.
        Defect::ZeroPattern if ignores(Invariances::PER_CONDITION_SCALE) => only(&["Degenerate"]),
        Defect::ConstantPattern if ignores(Invariances::PER_CONDITION_SCALE | Invariances::PER_CONDITION_OFFSET) => {
            only(&["Degenerate"])
        }
        Defect::ZeroPattern | Defect::ConstantPattern => number_or(&[]),
        // Kornblith et al. 2019, theorem 1: with as many features as conditions, a measure that ignores linear maps is
        // constant. What is fitted to some conditions and scored on others need not be.
        Defect::Wide if ignores(Invariances::LINEAR) && profile.identity != Identity::NotPromised => {
            only(&["TooFewConditions"])
        }
        Defect::Wide => number_or(&["TooFewConditions"]),
        Defect::Huge | Defect::Tiny => RightAnswer {
            number: sound.ok().filter(|_| ignores(Invariances::SCALING)),
            may_be_number: true,
            kinds: &["OutOfRange", "Degenerate"],
        },
    }
}

/// Largest error of a score that values near the ends of the range of floats may cause.
const EXTREME: f64 = 1e-6;

fn is_right(right: &RightAnswer, profile: &Profile, score: &Result<f64>) -> bool {
    match (score, right.number) {
        (Err(error), _) => right.kinds.contains(&error.kind().name()),
        (Ok(_), Some(number)) => difference(score, &Ok(number)) < EXTREME,
        (Ok(score), None) => right.may_be_number && profile.range[0] <= *score && *score <= profile.range[1],
    }
}

impl fmt::Display for RightAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = match (self.number, self.may_be_number) {
            (Some(number), _) => Some(format!("{number}")),
            (None, true) => Some("a number within the range".to_owned()),
            (None, false) => None,
        };
        let words: Vec<_> = number.into_iter().chain(self.kinds.iter().map(|kind| (*kind).to_owned())).collect();
        f.write_str(&words.join(" or "))
    }
}
