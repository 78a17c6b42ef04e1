//! Tests that each misuse gives the right kind of error, with a message that says what to do.

use ndarray::{Array2, array};
use rsakit::{
    Cca, Cka, Keep, Measure, MeasureSpec, Rdm, Representation, Rsa, Svcca,
    core::{AnyMeasure, Cosine, Dissimilarity, Euclidean, SquaredEuclidean},
    stats,
};

#[track_caller]
fn check<T>(result: rsakit::Result<T>, kind: &str, message: &str) {
    let error = result.map(|_| ()).unwrap_err();
    assert_eq!(error.kind().name(), kind);
    assert_eq!(error.to_string(), message);
}

fn representation(values: Array2<f64>) -> Representation {
    Representation::new(values).unwrap()
}

fn waves(n: usize, p: usize) -> Representation {
    representation(Array2::from_shape_fn((n, p), |(i, j)| ((i * i * (j + 2)) as f64).sin()))
}

#[test]
fn values_that_are_no_representation() {
    check(
        Representation::new(array![[1.0, f64::NAN]]),
        "NonFinite",
        "the value of condition 0, feature 1 (both counted from 0) is NaN; every value must be finite: drop or impute \
         that condition or feature first",
    );
    check(
        Representation::new(Array2::zeros((0, 3))),
        "TooFewConditions",
        "0 conditions found, at least 1 needed: a representation has one row for every condition",
    );
    check(
        waves(3, 2).labeled(["a", "b"]),
        "ShapeMismatch",
        "2 labels for 3 conditions; give one label for every condition",
    );
}

#[test]
fn different_conditions() {
    check(
        Cka::linear().score(&waves(50, 3), &waves(48, 3)),
        "ShapeMismatch",
        "the second has 48 conditions, the first has 50; leave out those that only one of them has",
    );
    let [a, b] = [["cat", "dog", "owl"], ["cat", "owl", "dog"]].map(|labels| waves(3, 2).labeled(labels).unwrap());
    check(
        Rsa::new(Euclidean, stats::Spearman).score(&a, &b),
        "LabelMismatch",
        "condition 1 is 'dog' in the first representation and 'owl' in the second; align them by label first",
    );
}

#[test]
fn different_conditions_in_a_list() {
    let names = |first: usize| (0..30).map(move |i| format!("{}", (i + first) % 30));
    let value = |(i, j): (usize, usize)| (((i + 1) * (i + 1) * (j + 2)) as f64).sin();
    let layer = || representation(Array2::from_shape_fn((30, 3), value));
    let lists = [0, 1].map(|first| layer().labeled(names(first)).unwrap());
    for spec in rsakit::catalogue() {
        let grid = spec.measure().pairwise(&lists);
        assert!(grid.get(0, 0).is_ok(), "{spec}");
        assert_eq!(grid.get(0, 1).as_ref().unwrap_err().kind().name(), "LabelMismatch", "{spec}");
    }
}

#[test]
fn canonical_correlations_without_room() {
    check(
        Cca::default().score(&waves(20, 3), &waves(20, 25)),
        "TooFewConditions",
        "20 conditions found, at least 27 needed: the second representation fills all 19 dimensions that 20 centred \
         conditions have, so every canonical correlation is 1 whatever the data; use more conditions than features, or \
         SVCCA with fewer directions (equal variances are kept together), or CKA",
    );
}

#[test]
fn nothing_to_compare() {
    let same = representation(Array2::from_elem((6, 3), 0.1));
    check(
        Cka::linear().score(&waves(6, 3), &same),
        "Degenerate",
        "second representation: the centred Gram matrix vanishes: all conditions are equally alike; leave this \
         representation out",
    );
    check(
        Svcca::new(Keep::variance(0.99).unwrap()).score(&same, &waves(6, 3)),
        "Degenerate",
        "first representation: all conditions have the same pattern, so the features span no direction; leave this \
         representation out",
    );
    check(
        Rsa::new(Euclidean, stats::Spearman).score(&same, &waves(6, 3)),
        "Degenerate",
        "first representation: the dissimilarities compared are all equal; such an RDM says nothing about which \
         conditions are alike; leave it out",
    );
    check(
        Cosine.rdm(&representation(array![[1.0, 2.0], [0.0, 0.0]]).labeled(["cat", "blank"]).unwrap()),
        "Degenerate",
        "the pattern of condition 'blank' is all zero over its features, so it has no direction; drop that condition, \
         or use a dissimilarity that needs no direction, such as the Euclidean distance",
    );
}

#[test]
fn the_noise_of_single_precision_is_nothing_to_compare() {
    // The patterns are equal except for the last bit of single precision.
    let last_bit = |(i, j): (usize, usize)| f32::from_bits(0.1f32.to_bits() + ((i * i + 3 * j * i) % 3) as u32);
    let noise = Representation::try_from(Array2::from_shape_fn((8, 5), last_bit).view()).unwrap();
    for measure in
        ["cka:kernel=rbf,bandwidth=fixed(0.000001)", "cka:kernel=rbf,bandwidth=fixed(0.000001),hsic=unbiased"]
    {
        let measure = measure.parse::<MeasureSpec>().unwrap().measure();
        assert_eq!(measure.score(&noise, &noise).unwrap_err().kind().name(), "Degenerate");
        // Without the mark of single precision, the differences of these numbers count.
        let exact = representation(noise.values().to_owned());
        assert!(measure.score(&exact, &exact).is_ok());
    }
}

#[test]
fn missing_dissimilarities_that_leave_too_little() {
    let rdm = |values: [f64; 6]| Rdm::new(values.to_vec()).unwrap();
    let missing = f64::NAN;
    let partial = stats::Partial::pearson(vec![rdm([1.0, 5.0, 2.0, missing, 4.0, 3.0])]).unwrap();
    let read = |values| stats::Comparison::read(&partial, &rdm(values)).unwrap();
    let (a, b) = (read([2.0, 1.0, 4.0, 3.0, missing, 6.0]), read([5.0, 1.0, 3.0, 2.0, 4.0, missing]));
    check(
        stats::Comparison::compare(&partial, &a, &b),
        "Degenerate",
        "1 independent given RDMs and the mean leave too little of 3 pairs to correlate; give fewer RDMs, or compare \
         more conditions",
    );
}

#[test]
fn numbers_out_of_range() {
    check(
        SquaredEuclidean::default().rdm(&representation(array![[0.0], [1e200]])),
        "OutOfRange",
        "a squared Euclidean distance cannot be held by a 64-bit float; divide the features by their common scale \
         first, or use the Euclidean distance",
    );
    check(
        Rdm::new(vec![1.0, 2.0]),
        "ShapeMismatch",
        "2 dissimilarities are not all pairs of any number of conditions; n >= 2 conditions have n(n-1)/2 pairs",
    );
}

#[test]
fn geometries_of_another_measure() {
    let [cka, cca] = ["cka", "cca"].map(|text| text.parse::<MeasureSpec>().unwrap().measure());
    let x = waves(9, 3);
    let (own, foreign) = (cka.geometry(&x).unwrap(), cca.geometry(&x).unwrap());
    check(
        cka.compare(&own, &foreign),
        "Foreign",
        "a geometry of type Subspace was handed to a measure that compares CenteredGram; compare geometries by the \
         measure that read them",
    );
    check(cka.select(&foreign, &[0, 1]).unwrap(), "Foreign", &cka.compare(&foreign, &own).unwrap_err().to_string());
    let grid = cka.compare_all(&[&own, &foreign], &[&own]);
    assert!((grid.get(0, 0).as_ref().unwrap() - 1.0).abs() < 1e-14, "pairs without the foreign geometry have a score");
    assert_eq!(grid.get(1, 0).as_ref().unwrap_err().kind().name(), "Foreign");
    // RSA reads RDMs into types that depend on the comparison.
    let rsa = |text: &str| format!("rsa:rdm=euclidean,compare={text}").parse::<MeasureSpec>().unwrap().measure();
    let (pearson, kendall) = (rsa("pearson"), rsa("kendall-a"));
    let read = |measure: &AnyMeasure| measure.geometry(&x).unwrap();
    assert_eq!(pearson.compare(&read(&pearson), &read(&kendall)).unwrap_err().kind().name(), "Foreign");
}

#[test]
fn measures_that_do_not_exist() {
    check(
        "rsa:rdm=correlation,compare=sperman".parse::<MeasureSpec>(),
        "InvalidParameter",
        "compare of rsa must be one of pearson, spearman, kendall-a, kendall-b, cosine, rho-a, whitened-cosine, \
         whitened-pearson, bures, found 'sperman'; did you mean 'spearman'?",
    );
    check(
        "rsa:rdm=euclidean,compare=whitened-cosine(covariance=data)".parse::<MeasureSpec>(),
        "InvalidParameter",
        "covariance of whitened-cosine must be data, which a program attaches with ComparisonSpec::whitened_by or \
         ComparisonSpec::partial, found text",
    );
    check(
        "svcca:keep=variance(99)".parse::<MeasureSpec>(),
        "InvalidParameter",
        "keep of svcca: the share of the variance to keep must be above 0 and at most 1, found 99",
    );
}
