//! Every measure of the catalogue ignores what it declares, and sees everything else, on either side.

mod recipe;
mod transformation;

use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{RngSeed, TestRunner},
};
use rsakit::{
    Measure, MeasureSpec, Representation, catalogue,
    core::{Identity, Invariances},
};

use self::{recipe::Recipe, transformation::transformed};

/// Rounding of a score: a few thousand operations, and directions near SVCCA's cut lose some digits.
const ROUNDING: f64 = 1e-8;

/// What a transformation that is seen moves a score by, at the least, in the median of several data.
const SEEN: f64 = 1e-5;

fn recipes() -> impl Strategy<Value = Recipe> {
    (30..40_usize, 7..10_usize, 7..10_usize, any::<u64>()).prop_map(|(n_conditions, p, q, seed)| Recipe {
        n_conditions,
        n_features: [p, q],
        seed,
    })
}

/// More features than conditions, where canonical correlations are forced and all else has its other form.
fn wide_recipes() -> impl Strategy<Value = Recipe> {
    (10..14_usize, 15..25_usize, 15..25_usize, any::<u64>()).prop_map(|(n_conditions, p, q, seed)| Recipe {
        n_conditions,
        n_features: [p, q],
        seed,
    })
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, rng_seed: RngSeed::Fixed(2008), failure_persistence: None, ..ProptestConfig::default() }
}

fn score(spec: MeasureSpec, pair: &[Representation; 2]) -> f64 {
    spec.measure().score(&pair[0], &pair[1]).unwrap()
}

/// By how much the score moves when one side is transformed.
fn moved(spec: MeasureSpec, recipe: Recipe, side: usize, set: Invariances) -> f64 {
    let pair = recipe.make();
    let mut other = pair.clone();
    other[side] = transformed(&pair[side], set, &mut recipe.rng());
    (score(spec, &pair) - score(spec, &other)).abs()
}

proptest! {
    #![proptest_config(config(12))]

    #[test]
    fn what_is_declared_ignored_is_ignored(recipe in recipes()) {
        for spec in catalogue() {
            let declared = spec.measure().profile().invariances;
            for (side, declared) in declared.into_iter().enumerate() {
                for (set, name) in Invariances::NAMED.into_iter().filter(|(set, _)| declared.contains(*set)) {
                    let off = moved(spec, recipe, side, set);
                    prop_assert!(off < ROUNDING, "{spec}: {name} of argument {side} moves the score by {off:e}");
                }
            }
        }
    }

    #[test]
    fn what_is_declared_ignored_is_ignored_with_more_features_than_conditions(recipe in wide_recipes()) {
        let pair = recipe.make();
        for spec in catalogue() {
            let measure = spec.measure();
            let declared = measure.profile().invariances;
            if measure.score(&pair[0], &pair[1]).is_err_and(|error| error.kind().name() == "TooFewConditions") {
                continue;
            }
            for (side, declared) in declared.into_iter().enumerate() {
                for (set, name) in Invariances::NAMED.into_iter().filter(|(set, _)| declared.contains(*set)) {
                    let off = moved(spec, recipe, side, set);
                    prop_assert!(off < ROUNDING, "{spec}: {name} of argument {side} moves the score by {off:e}");
                }
            }
        }
    }

    #[test]
    fn scores_keep_to_range_identity_and_symmetry(recipe in recipes()) {
        let [x, y] = recipe.make();
        for spec in catalogue() {
            let measure = spec.measure();
            let profile = measure.profile();
            let forth = measure.score(&x, &y).unwrap();
            let back = measure.score(&y, &x).unwrap();
            prop_assert!(profile.range[0] <= forth && forth <= profile.range[1], "{spec}: {forth}");
            if profile.symmetric {
                prop_assert!((forth - back).abs() < ROUNDING, "{spec}: {forth} and {back}");
            }
            let (Identity::Always(expected) | Identity::WithoutTies(expected)) = profile.identity;
            let itself = measure.score(&x, &x).unwrap();
            prop_assert!((itself - expected).abs() < ROUNDING, "{spec}: {itself} with itself");
        }
    }

    #[test]
    fn a_joint_reordering_of_the_conditions_changes_nothing(recipe in recipes()) {
        let pair = recipe.make();
        let rows: Vec<usize> = (0..recipe.n_conditions).map(|i| i * 7 % recipe.n_conditions).collect();
        let turned = (0..recipe.n_conditions).rev().collect::<Vec<_>>();
        let rows = if recipe.n_conditions % 7 == 0 { turned } else { rows };
        let other = pair.clone().map(|x| x.select(&rows).unwrap());
        for spec in catalogue() {
            let off = (score(spec, &pair) - score(spec, &other)).abs();
            prop_assert!(off < ROUNDING, "{spec}: moved by {off:e}");
        }
    }

    #[test]
    fn all_pairs_are_the_scores(recipe in recipes()) {
        let [x, y] = recipe.make();
        let z = Representation::new(&x.values() + 0.3 * &x.values().mapv(f64::sin)).unwrap();
        let (rows, columns) = ([x.clone(), y.clone(), z.clone()], [z, x]);
        for spec in catalogue() {
            let measure = spec.measure();
            for (grid, others) in [(measure.pairwise(&rows), &rows[..]), (measure.cross(&rows, &columns), &columns)] {
                for (i, row) in rows.iter().enumerate() {
                    for (j, column) in others.iter().enumerate() {
                        let off = (grid.get(i, j).as_ref().unwrap() - measure.score(row, column).unwrap()).abs();
                        prop_assert!(off < 1e-12, "{spec}: off by {off:e}");
                    }
                }
            }
        }
    }
}

#[test]
fn what_is_not_declared_is_seen() {
    let mut runner = TestRunner::new(config(1));
    let draws: Vec<_> = (0..7).map(|_| recipes().new_tree(&mut runner).unwrap().current()).collect();
    for spec in catalogue() {
        let declared = spec.measure().profile().invariances;
        for (side, declared) in declared.into_iter().enumerate() {
            for (set, name) in Invariances::NAMED.into_iter().filter(|(set, _)| !declared.contains(*set)) {
                let mut moves: Vec<_> = draws.iter().map(|&recipe| moved(spec, recipe, side, set)).collect();
                moves.sort_by(f64::total_cmp);
                let median = moves[moves.len() / 2];
                assert!(median > SEEN, "{spec}: {name} of argument {side} is not declared, and moves it by {median:e}");
            }
        }
    }
}

#[test]
fn what_is_not_symmetric_is_seen_to_be() {
    let mut runner = TestRunner::new(config(1));
    for spec in catalogue().into_iter().filter(|spec| !spec.measure().profile().symmetric) {
        let [x, y] = recipes().new_tree(&mut runner).unwrap().current().make();
        let off = (score(spec, &[x.clone(), y.clone()]) - score(spec, &[y, x])).abs();
        assert!(off > SEEN, "{spec} is declared asymmetric, and differs by {off:e}");
    }
}
