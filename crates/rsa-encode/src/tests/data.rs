//! Data of the tests.

use ndarray::{Array2, Axis, Slice};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rsa_core::{Measurements, Representation};

use crate::{ConditionGroups, Split, SplitFold, SplitResponses};

/// X, Y = X + noise and W = some features of X + noise, of 100 conditions (tests/data/normal.py).
pub(super) fn known() -> [Representation; 3] {
    let text = include_str!("../../tests/data/normal.txt");
    let numbers: Vec<f64> =
        text.lines().skip(1).flat_map(str::split_whitespace).map(|number| number.parse().unwrap()).collect();
    let all = Array2::from_shape_vec((100, 27), numbers).unwrap();
    let part = |columns: std::ops::Range<usize>| all.slice_axis(Axis(1), Slice::from(columns)).to_owned();
    [part(0..10), part(10..20), part(20..27)].map(representation)
}

/// Two layers, 300 images of ten digits × 32 features each (tests/data/digits.py).
pub(crate) fn digits() -> [Measurements; 2] {
    let bytes = include_bytes!("../../tests/data/digits.f32");
    let numbers = bytes.chunks_exact(4).map(|four| f64::from(f32::from_le_bytes(four.try_into().unwrap())));
    let all = Array2::from_shape_vec((300, 64), numbers.collect()).unwrap();
    let classes = include_str!("../../tests/data/digits.txt").trim();
    [0..32, 32..64].map(|columns| {
        let layer = all.slice_axis(Axis(1), Slice::from(columns)).to_owned();
        Measurements::new(layer, classes.chars()).unwrap()
    })
}

/// The first layer of the digits, standardized, and whether a digit is none of 0, 3, 5, 8 and 9.
pub(crate) fn binary_digits() -> (Array2<f64>, Vec<usize>) {
    let [conv3, _] = digits();
    let mut x = &conv3.values() - &conv3.values().mean_axis(Axis(0)).unwrap();
    let deviations = x.map_axis(Axis(0), |column| (column.dot(&column) / 300.0).sqrt());
    x /= &deviations.mapv(|deviation| if deviation > 0.0 { deviation } else { 1.0 });
    let class = |&digit: &usize| usize::from(![0, 3, 5, 8, 9].contains(&digit));
    (x, conv3.condition_of().iter().map(class).collect())
}

pub(super) fn normal(n: usize, p: usize, seed: u64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Array2::from_shape_simple_fn((n, p), || StandardNormal.sample(&mut rng))
}

pub(super) fn representation(values: Array2<f64>) -> Representation {
    Representation::new(values).unwrap()
}

/// Responses with the fold that trains on all conditions but the last `tested`.
pub(super) fn with_fold(values: &Array2<f64>, tested: usize) -> (SplitResponses, SplitFold) {
    let n = values.nrows();
    let responses =
        SplitResponses::of(&representation(values.clone()), Split::contiguous(2).unwrap(), &ConditionGroups::single(n));
    let fold = SplitFold { train: (0..n - tested).collect(), test: (n - tested..n).collect() };
    (responses.unwrap(), fold)
}

/// The fold that trains on all conditions and predicts them again.
pub(super) fn whole(n: usize) -> SplitFold {
    SplitFold { train: (0..n).collect(), test: (0..n).collect() }
}

/// Rows less the means of the first `n_train`.
pub(super) fn centered(values: &Array2<f64>, n_train: usize) -> (Array2<f64>, Array2<f64>) {
    let means = values.slice_axis(Axis(0), Slice::from(..n_train)).mean_axis(Axis(0)).unwrap();
    let all = values - &means;
    let part = |rows: Slice| all.slice_axis(Axis(0), rows).to_owned();
    (part(Slice::from(..n_train)), part(Slice::from(n_train..)))
}

#[track_caller]
pub(super) fn assert_near(found: &Array2<f64>, expected: &Array2<f64>, tolerance: f64) {
    let off = (found - expected).iter().fold(0.0, |off: f64, value| off.max(value.abs()));
    assert!(off <= tolerance, "off by {off:e}");
}
