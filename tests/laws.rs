//! Tests that every measure keeps the laws, and that a law notices every change of a profile.

mod redeclared;

use rsa_laws::{Law, LawVerdict, Plan, Transformation};
use rsakit::{
    Measure, MeasureSpec, catalogue,
    core::{AnyMeasure, Identity, Invariances, Orientation, Profile},
};

use self::redeclared::Redeclared;

/// Returns the broken laws, as text.
fn failures<M: Measure>(plan: Plan, names: &[String], measures: &[&M], laws: &[Law]) -> Vec<String> {
    let verdicts = plan.check_all(measures, laws, |_| {});
    let pairs = names.iter().zip(&verdicts);
    pairs
        .flat_map(|(name, verdicts)| {
            verdicts.iter().flat_map(LawVerdict::failures).map(move |failure| format!("{name}: {failure}"))
        })
        .collect()
}

fn all_pass(plan: Plan, specs: &[MeasureSpec], laws: &[Law]) {
    let measures: Vec<AnyMeasure> = specs.iter().map(MeasureSpec::measure).collect();
    let names: Vec<_> = specs.iter().map(ToString::to_string).collect();
    let broken = failures(plan, &names, &measures.iter().collect::<Vec<_>>(), laws);
    assert!(broken.is_empty(), "{} laws broken\n{}", broken.len(), broken.join("\n\n"));
}

#[test]
fn the_catalogue_keeps_every_law() {
    all_pass(Plan::default(), &catalogue(), &Law::all());
}

/// The maps of predictivity, with one choice for each number.
const MAPS: [&str; 8] = [
    "linear",
    "ridge(loo)",
    "ridge(loo-per-site)",
    "ridge(relative(0.1))",
    "ridge(1)",
    "pls(2)",
    "one-to-one",
    "one-to-one(absolute)",
];

/// Returns the specs of all combinations of parameters, with one choice for each number.
fn combinations() -> Vec<MeasureSpec> {
    let mut texts: Vec<String> = Vec::new();
    for hsic in ["biased", "unbiased"] {
        texts.push(format!("cka:hsic={hsic}"));
        for bandwidth in ["median(1)", "median(0.5)", "fixed(1)"] {
            texts.push(format!("cka:kernel=rbf,bandwidth={bandwidth},hsic={hsic}"));
        }
        texts.push(format!("cka:kernel=distance,hsic={hsic}"));
    }
    for mean in ["plain", "squared"] {
        texts.push(format!("cca:mean={mean}"));
        texts.extend(["variance(0.99)", "count(2)", "all"].map(|keep| format!("svcca:keep={keep},mean={mean}")));
    }
    texts.extend(["first", "second", "mean"].map(|weights| format!("pwcca:weights={weights}")));
    texts.extend(["angular", "chordal", "similarity"].map(|distance| format!("procrustes:distance={distance}")));
    for alpha in ["0", "0.5"] {
        texts.extend(["angular", "similarity"].map(|distance| format!("shape:alpha={alpha},distance={distance}")));
    }
    texts.push("shape:alpha=1,scale=keep".to_owned());
    for metric in ["cosine", "euclidean", "correlation"] {
        let forms = ["compare=overlap", "compare=jaccard", "chance=corrected"];
        texts.extend(forms.map(|form| format!("knn:k=4,metric={metric},{form}")));
    }
    texts.extend(["unit", "raw"].map(|rows| format!("cknna:k=4,rows={rows}")));
    for rdm in
        ["euclidean", "squared-euclidean", "squared-euclidean(per_feature=true)", "correlation", "cosine", "manhattan"]
    {
        for compare in [
            "pearson",
            "spearman",
            "kendall-a",
            "kendall-b",
            "cosine",
            "rho-a",
            "whitened-cosine",
            "whitened-pearson",
            "bures",
        ] {
            texts.push(format!("rsa:rdm={rdm},compare={compare}"));
        }
    }
    for map in MAPS {
        texts.extend(
            ["score=pearson", "score=r2", "score=r2,from=second"].map(|rest| format!("predict:map={map},{rest}")),
        );
    }
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn every_combination_of_the_axes_keeps_the_laws_of_cases() {
    let combinations = combinations();
    // CKA; CCA and SVCCA; PWCCA; Procrustes and shapes; neighbors; RSA with six dissimilarities and nine comparisons;
    // predictivity by eight maps.
    assert_eq!(combinations.len(), 10 + 8 + 3 + 8 + 11 + 54 + 24);
    let laws: Vec<_> = Law::all().into_iter().filter(|law| !law.is_checked_once()).collect();
    all_pass(Plan { cases: 100, seed: 2019 }, &combinations, &laws);
}

#[test]
fn every_combination_of_the_axes_says_whether_it_is_biased() {
    all_pass(Plan::default(), &combinations(), &[Law::Independence, Law::Refusals]);
}

/// Returns profiles with one property changed, and the law that must notice the change.
fn flips(profile: Profile) -> Vec<(String, Law, Profile)> {
    let mut flips = Vec::new();
    for transformation in Transformation::ALL {
        for side in 0..2 {
            let mut changed = profile;
            changed.invariances[side] = flipped(profile.invariances[side], transformation.invariances());
            flips.push((format!("{transformation} of argument {side}"), Law::Invariance(transformation), changed));
        }
    }
    // A promise where there is none is noticed as a wrong promise is.
    let (identity, ties) = match profile.identity {
        Identity::Always(value) => (Identity::Always(value - 0.1), Some(Identity::WithoutTies(value))),
        Identity::WithoutTies(value) => (Identity::Always(value - 0.1), Some(Identity::Always(value))),
        Identity::NotPromised => (Identity::Always(0.9), None),
    };
    let orientation = match profile.orientation {
        Orientation::Similarity => Orientation::Distance,
        Orientation::Distance => Orientation::Similarity,
    };
    // A representation scores at the end of the range with itself, and scores 1 if there is no end.
    let [low, high] = profile.range;
    let range = match profile.orientation {
        Orientation::Similarity => [low, high.min(1.0) - 0.1],
        Orientation::Distance => [low + 0.1, high],
    };
    flips.extend([
        ("symmetric".to_owned(), Law::Symmetry, Profile { symmetric: !profile.symmetric, ..profile }),
        ("metric".to_owned(), Law::Metric, Profile { metric: !profile.metric, ..profile }),
        ("unbiased".to_owned(), Law::Independence, Profile { unbiased: !profile.unbiased, ..profile }),
        ("reorderable".to_owned(), Law::Reordering, Profile { reorderable: !profile.reorderable, ..profile }),
        ("identity".to_owned(), Law::Identity, Profile { identity, ..profile }),
        ("range".to_owned(), Law::Range, Profile { range, ..profile }),
    ]);
    if let Some(ties) = ties {
        flips.push(("ties".to_owned(), Law::Ties, Profile { identity: ties, ..profile }));
        flips.push(("orientation".to_owned(), Law::Orientation, Profile { orientation, ..profile }));
    }
    flips
}

/// Returns the set with `bit` and all it contains, or without `bit` and all that contain it.
fn flipped(set: Invariances, bit: Invariances) -> Invariances {
    if !set.contains(bit) {
        return set | bit;
    }
    let kept = Invariances::NAMED.into_iter().filter(|(named, _)| set.contains(*named) && !named.contains(bit));
    kept.fold(Invariances::NONE, |kept, (named, _)| kept | named)
}

#[test]
fn no_word_of_a_profile_can_be_changed_unnoticed() {
    let mut by_law: Vec<(Law, Vec<(String, Redeclared)>)> =
        Law::all().into_iter().map(|law| (law, Vec::new())).collect();
    for spec in catalogue() {
        for (what, law, profile) in flips(spec.measure().profile()) {
            let (_, wrong) = by_law.iter_mut().find(|(known, _)| *known == law).unwrap();
            wrong.push((format!("{spec} with another {what}"), Redeclared { measure: spec.measure(), profile }));
        }
    }
    let promised = |spec: &MeasureSpec| spec.measure().profile().identity != Identity::NotPromised;
    let expected: usize = catalogue().iter().map(|spec| if promised(spec) { 8 } else { 6 }).sum();
    let (mut count, mut unnoticed) = (0, Vec::new());
    for (law, wrong) in by_law {
        count += wrong.len();
        let measures: Vec<_> = wrong.iter().map(|(_, measure)| measure).collect();
        let verdicts = Plan::default().check_all(&measures, &[law], |_| {});
        let passed = wrong.iter().zip(verdicts).filter(|(_, verdicts)| verdicts[0].passed());
        unnoticed.extend(passed.map(|((name, _), _)| name.clone()));
    }
    assert_eq!(count, catalogue().len() * 2 * Transformation::ALL.len() + expected);
    assert!(unnoticed.is_empty(), "{} of {count} unnoticed:\n{}", unnoticed.len(), unnoticed.join("\n"));
}

#[test]
fn a_search_is_a_function_of_its_seed_at_any_number_of_threads() {
    let specs = catalogue();
    let measures: Vec<AnyMeasure> = specs.iter().map(MeasureSpec::measure).collect();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let plan = Plan { cases: 16, seed: 3 };
        let laws = [Law::Range, Law::Symmetry, Law::Invariance(Transformation::Orthogonal)];
        pool.install(|| format!("{:?}", plan.check_all(&measures.iter().collect::<Vec<_>>(), &laws, |_| {})))
    };
    assert_eq!(run(1), run(3));
}
