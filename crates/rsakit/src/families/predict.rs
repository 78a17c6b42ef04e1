//! Predictivity of encoding models.

use std::num::NonZeroUsize;

use rsa_core::{AnyMeasure, Error, Fraction, Positive, Result};
use rsa_encode::{
    Mapping, Predict, PredictionScore, Predictor, RidgePenalty, Split, SplitOrder, SplitScheme, UnitMatch,
};

use super::{Advice, FamilyMember, MemoryNeed, Vocabulary};
use crate::{
    Reference,
    spec::{
        axes::{TermArguments, unknown, word_of},
        grammar::{Argument, Term},
    },
};

pub(super) const VOCABULARY: Vocabulary = Vocabulary {
    word: "predict",
    keys: &["map", "folds", "splits", "test", "order", "seed", "score", "from"],
    values: || {
        vec![
            "map=ridge(loo)|ridge(loo-per-site)|ridge(relative(A))|ridge(LAMBDA)|linear|pls(K)".to_owned(),
            "    |one-to-one|one-to-one(absolute)".to_owned(),
            "folds=K|loo  order=seeded|given  seed=S  splits=M  test=SHARE (of splits)".to_owned(),
            "score=pearson|r2  from=first|second".to_owned(),
        ]
    },
    // Scores that are biased end the search of the laws for a bias early, which keeps the laws fast.
    examples: &[
        "",
        "map=linear,score=r2",
        "map=ridge(loo-per-site),score=r2",
        "map=ridge(1),score=r2",
        "map=ridge(relative(0.1)),folds=loo,score=r2",
        "map=pls(2)",
        "map=one-to-one",
        "map=one-to-one(absolute)",
        "map=one-to-one,score=r2",
        "map=one-to-one,folds=3,order=given",
        "map=one-to-one,splits=10,test=0.25,seed=3,from=second",
    ],
};

const SCORES: [(&str, PredictionScore); 2] =
    [("pearson", PredictionScore::Pearson), ("r2", PredictionScore::ExplainedVariance)];

const SIDES: [(&str, Predictor); 2] = [("first", Predictor::First), ("second", Predictor::Second)];

const MATCHES: [(&str, UnitMatch); 2] = [("signed", UnitMatch::Signed), ("absolute", UnitMatch::Absolute)];

/// The words of rules in the parentheses of `ridge`.
const PENALTIES: [(&str, RidgePenalty); 2] =
    [("loo", RidgePenalty::LeaveOneOut), ("loo-per-site", RidgePenalty::LeaveOneOutPerSite)];

/// The share of test conditions of repeated splits that is taken if none is given.
const TEST_SHARE: f64 = 0.1;

/// Predictivity of neurons by a network.
const YAMINS_2014: Reference = Reference {
    authors: "Yamins, D. L. K., Hong, H., Cadieu, C. F., Solomon, E. A., Seibert, D. & DiCarlo, J. J.",
    year: 2014,
    title: "Performance-optimized hierarchical models predict neural responses in higher visual cortex",
    venue: "Proceedings of the National Academy of Sciences 111, 8619–8624",
    doi: Some("10.1073/pnas.1403112111"),
};

/// Leave-one-out in closed form.
const ALLEN_1974: Reference = Reference {
    authors: "Allen, D. M.",
    year: 1974,
    title: "The relationship between variable selection and data augmentation and a method for prediction",
    venue: "Technometrics 16, 125–127",
    doi: Some("10.1080/00401706.1974.10489157"),
};

/// Partial least squares by kernels.
const LINDGREN_1993: Reference = Reference {
    authors: "Lindgren, F., Geladi, P. & Wold, S.",
    year: 1993,
    title: "The kernel algorithm for PLS",
    venue: "Journal of Chemometrics 7, 45–59",
    doi: Some("10.1002/cem.1180070104"),
};

pub(super) fn parse(mut axes: TermArguments<'_>) -> Result<Predict> {
    let map = axes.take("map").map(|term| mapping(&term)).transpose()?.unwrap_or_default();
    let score = axes.take("score").map(|term| term.choice("score of predict", &SCORES)).transpose()?;
    let from = axes.take("from").map(|term| term.choice("from of predict", &SIDES)).transpose()?;
    let split = split(&mut axes)?;
    let score = score.unwrap_or_default();
    if split.scheme == SplitScheme::LeaveOneOut && score == PredictionScore::Pearson {
        return Err(Error::invalid_parameter(
            "score of predict",
            "r2 with folds=loo, because one test condition has no correlation",
            "pearson",
        ));
    }
    Ok(Predict { map, split, score, from: from.unwrap_or_default() })
}

fn mapping(term: &Term<'_>) -> Result<Mapping> {
    let found = match term.word {
        "linear" => term.choice("map of predict", &[("linear", Mapping::Linear)]),
        "ridge" => penalty(term).map(Mapping::Ridge),
        "pls" => term.number("25").and_then(Mapping::pls),
        "one-to-one" => match argument(term) {
            None => Ok(Mapping::OneToOne(UnitMatch::default())),
            Some(by) => by?.choice("one-to-one", &MATCHES).map(Mapping::OneToOne),
        },
        word => return Err(unknown("map of predict", word, &["ridge", "linear", "pls", "one-to-one"])),
    };
    found.map_err(|error| error.context("map of predict"))
}

/// Returns the one value in parentheses; `None` without parentheses.
fn argument<'a, 't>(term: &'a Term<'t>) -> Option<Result<&'a Term<'t>>> {
    match term.arguments.as_slice() {
        [] => None,
        [Argument { key: None, value }] => Some(Ok(value)),
        _ => Some(Err(Error::invalid_parameter(term.word, "given with one value in parentheses", "something else"))),
    }
}

fn penalty(term: &Term<'_>) -> Result<RidgePenalty> {
    let Some(rule) = argument(term) else { return Ok(RidgePenalty::LeaveOneOut) };
    let rule = rule?;
    if let Ok(lambda) = rule.word.parse::<f64>() {
        return Ok(RidgePenalty::Absolute(Positive::new("the penalty of ridge", lambda)?));
    }
    match rule.word {
        "relative" => Ok(RidgePenalty::Relative(Positive::new("the relative penalty of ridge", rule.number("0.1")?)?)),
        word if PENALTIES.iter().any(|(known, _)| *known == word) => rule.choice("ridge", &PENALTIES),
        word => Err(unknown("the penalty of ridge", word, &["a number", "relative", "loo", "loo-per-site"])),
    }
}

fn split(axes: &mut TermArguments<'_>) -> Result<Split> {
    let folds = axes.take("folds");
    let splits = axes.take("splits").map(|term| count("splits of predict", &term)).transpose()?;
    let test = axes.take("test").map(|term| number("test of predict", &term)).transpose()?;
    let given = axes.take("order").map(|term| term.choice("order of predict", &[("seeded", false), ("given", true)]));
    let seed = axes.take("seed").map(|term| number("seed of predict", &term)).transpose()?;
    let order = match (given.transpose()?.unwrap_or(false), seed) {
        (false, seed) => SplitOrder::Seeded(seed.unwrap_or(0)),
        (true, None) => SplitOrder::Given,
        (true, Some(_)) => {
            return Err(Error::invalid_parameter("seed of predict", "left out with order=given", "one"));
        }
    };
    let scheme = match (folds, splits, test) {
        (Some(_), Some(_), _) => {
            let requirement = "given without splits: folds test each condition once, splits draw them anew";
            return Err(Error::invalid_parameter("folds of predict", requirement, "both"));
        }
        (_, None, Some(_)) => {
            return Err(Error::invalid_parameter("test of predict", "given with splits only", "folds"));
        }
        (None, Some(_), _) if order == SplitOrder::Given => {
            return Err(Error::invalid_parameter("order of predict", "seeded for random splits", "given"));
        }
        (None, Some(splits), test) => {
            let test = Fraction::new("test of predict", test.unwrap_or(TEST_SHARE))?;
            SplitScheme::Repeated { splits, test }
        }
        (None, None, None) => Split::default().scheme,
        (Some(folds), None, None) => match folds.word {
            // Each condition is tested alone, in whatever order.
            "loo" if order == SplitOrder::Seeded(0) => {
                folds.choice("folds of predict", &[("loo", SplitScheme::LeaveOneOut)])?
            }
            "loo" => {
                let requirement = "left to itself with folds=loo, where each condition is tested alone";
                return Err(Error::invalid_parameter("the order of predict", requirement, "an order or a seed"));
            }
            _ => Split::folds(count("folds of predict", &folds)?.get(), 0)?.scheme,
        },
    };
    Ok(Split { scheme, order })
}

fn count(axis: &str, term: &Term<'_>) -> Result<NonZeroUsize> {
    number::<usize>(axis, term)
        .and_then(|count| NonZeroUsize::new(count).ok_or_else(|| Error::invalid_parameter(axis, "at least 1", count)))
}

fn number<T: std::str::FromStr>(axis: &str, term: &Term<'_>) -> Result<T> {
    match term.word.parse() {
        Ok(number) if term.arguments.is_empty() => Ok(number),
        _ => Err(Error::invalid_parameter(axis, "a number", format_args!("'{}'", term.word))),
    }
}

fn map_argument(map: Mapping) -> Option<String> {
    let text = match map {
        Mapping::Ridge(RidgePenalty::LeaveOneOut) => return None,
        Mapping::Ridge(RidgePenalty::LeaveOneOutPerSite) => "ridge(loo-per-site)".to_owned(),
        Mapping::Ridge(RidgePenalty::Relative(multiple)) => format!("ridge(relative({}))", multiple.get()),
        Mapping::Ridge(RidgePenalty::Absolute(lambda)) => format!("ridge({})", lambda.get()),
        Mapping::Linear => "linear".to_owned(),
        Mapping::Pls(count) => format!("pls({count})"),
        Mapping::OneToOne(UnitMatch::Signed) => "one-to-one".to_owned(),
        Mapping::OneToOne(by) => format!("one-to-one({})", word_of(&MATCHES, &by)),
    };
    Some(format!("map={text}"))
}

impl FamilyMember for Predict {
    fn arguments(&self) -> Vec<String> {
        let mut arguments: Vec<String> = map_argument(self.map).into_iter().collect();
        match self.split.scheme {
            scheme if scheme == Split::default().scheme => {}
            SplitScheme::Folds(count) => arguments.push(format!("folds={count}")),
            SplitScheme::LeaveOneOut => arguments.push("folds=loo".to_owned()),
            SplitScheme::Repeated { splits, test } => {
                arguments.push(format!("splits={splits}"));
                if test.get() != TEST_SHARE {
                    arguments.push(format!("test={}", test.get()));
                }
            }
        }
        match self.split.order {
            SplitOrder::Seeded(0) => {}
            SplitOrder::Seeded(seed) => arguments.push(format!("seed={seed}")),
            SplitOrder::Given => arguments.push("order=given".to_owned()),
        }
        if self.score != PredictionScore::default() {
            arguments.push(format!("score={}", word_of(&SCORES, &self.score)));
        }
        if self.from != Predictor::default() {
            arguments.push(format!("from={}", word_of(&SIDES, &self.from)));
        }
        arguments
    }

    fn measure(&self) -> AnyMeasure {
        AnyMeasure::new(*self)
    }

    fn title(&self) -> &'static str {
        match self.map {
            Mapping::Linear => "predictivity by least squares",
            Mapping::Ridge(_) => "predictivity by ridge regression",
            Mapping::Pls(_) => "predictivity by partial least squares",
            Mapping::OneToOne(_) => "predictivity by single features",
        }
    }

    fn cost(&self) -> &'static str {
        match self.map {
            Mapping::Linear | Mapping::Ridge(_) => "n·p·min(n, p) a fold; n·r·q a fold",
            Mapping::Pls(_) => "n²·p; n·min(n, p)·q a component and fold",
            Mapping::OneToOne(_) => "n·p; n·p·q a fold",
        }
    }

    fn reference(&self) -> &'static str {
        "Yamins et al. 2014, PNAS"
    }

    fn references(&self) -> Vec<Reference> {
        match self.map {
            Mapping::Ridge(RidgePenalty::LeaveOneOut | RidgePenalty::LeaveOneOutPerSite) => {
                vec![YAMINS_2014, ALLEN_1974]
            }
            Mapping::Pls(_) => vec![YAMINS_2014, LINDGREN_1993],
            _ => vec![YAMINS_2014],
        }
    }

    fn memory(&self, n: usize, p: usize) -> MemoryNeed {
        let values = MemoryNeed::of_matrix(n, p);
        // Each fold keeps the directions of its conditions.
        let folds = match (self.map, self.split.scheme) {
            (Mapping::OneToOne(_), _) => 0,
            (Mapping::Pls(_), _) => 1,
            (_, SplitScheme::Folds(count)) => count.get(),
            (_, SplitScheme::LeaveOneOut) => n,
            (_, SplitScheme::Repeated { splits, .. }) => splits.get(),
        };
        let directions = MemoryNeed::of_matrix(n, n.min(p)).held.saturating_mul(folds);
        MemoryNeed { held: values.held.saturating_add(directions), working: values.held }
    }

    fn advice(&self) -> Advice {
        match self.map {
            Mapping::OneToOne(_) => Advice {
                reads: "the single features: is there one for each site that responds like it to new conditions",
                beware: "with many features some fit by chance in training; what they lose on new conditions is in the \
                         score",
            },
            _ => Advice {
                reads: "what a linear map of the features says about each site, on conditions that it was not fitted to",
                beware: "rows are predictors and columns targets; noise of the sites lowers the score; views of one object \
                         on both sides of a fold raise it",
            },
        }
    }
}
