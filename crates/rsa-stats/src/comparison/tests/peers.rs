//! Answers of other tools on two small RDMs with ties.

use crate::comparison::*;

/// Five conditions.
const A: [f64; 10] = [1.0, 2.0, 2.0, 4.0, 5.0, 3.0, 2.5, 6.0, 1.5, 4.0];
const B: [f64; 10] = [2.0, 1.0, 3.0, 3.0, 6.0, 4.0, 2.0, 5.0, 1.0, 3.5];

fn rdms() -> [Rdm; 2] {
    [A, B].map(|values| Rdm::new(values.to_vec()).unwrap())
}

/// Pairs 3 and 7 missing in the first, pair 3 alone in the second: what the peers cannot be asked.
fn with_gaps() -> [Rdm; 2] {
    let gaps = |values: [f64; 10], missing: &[usize]| {
        let value = |(k, &value): (usize, &f64)| if missing.contains(&k) { f64::NAN } else { value };
        Rdm::new(values.iter().enumerate().map(value).collect()).unwrap()
    };
    [gaps(A, &[3, 7]), gaps(B, &[3])]
}

#[track_caller]
fn check<C: Comparison>(comparison: &C, [a, b]: &[Rdm; 2], expected: f64) {
    let found = comparison.compare(&comparison.read(a).unwrap(), &comparison.read(b).unwrap()).unwrap();
    assert!((found - expected).abs() < 1e-14, "{found} and {expected}");
}

/// rsatoolbox 0.3.2, `compare(RDMs(a), RDMs(b), method=…)`, with NumPy 2.4.6 and SciPy 1.17.1.
#[test]
fn rsatoolbox_agrees_on_complete_rdms() {
    check(&Cosine, &rdms(), 0.9673087322811144);
    check(&Pearson, &rdms(), 0.8379210069429693);
    check(&Spearman, &rdms(), 0.8338501010749098);
    check(&RhoA, &rdms(), 0.8212121212121212);
    check(&KendallA, &rdms(), 0.6222222222222222);
    check(&KendallB, &rdms(), 0.6588691274690163);
    check(&WhitenedCosine, &rdms(), 0.9359511417561525);
    check(&WhitenedPearson, &rdms(), 0.8694457506612242);
}

/// rsatoolbox with NaN for pairs 3 and 7 in both.
#[test]
fn rsatoolbox_agrees_on_missing_pairs() {
    check(&Cosine, &with_gaps(), 0.9671503628023479);
    check(&Pearson, &with_gaps(), 0.854811652207613);
    check(&Spearman, &with_gaps(), 0.793953975413521);
    check(&RhoA, &with_gaps(), 0.7797619047619049);
    check(&KendallA, &with_gaps(), 0.6071428571428571);
    check(&KendallB, &with_gaps(), 0.6416236526819377);
    check(&WhitenedCosine, &with_gaps(), 0.9389786804320199);
    check(&WhitenedPearson, &with_gaps(), 0.8738642110482482);
}
