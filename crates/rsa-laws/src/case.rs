//! Cases, which are recipes of three representations, and the strategies that draw cases.

use std::fmt;

use proptest::prelude::*;
use rsa_core::linalg;

use crate::Recipe;

/// Recipes of three representations of the same conditions.
///
/// The first two are compared; the third serves lists and triangle inequalities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Case {
    /// Recipe of the first argument.
    pub x: Recipe,
    /// Recipe of the second argument.
    pub y: Recipe,
    /// Recipe of a third representation.
    pub z: Recipe,
}

/// Kinds of data, each of which some measures treat by different code.
///
/// Cases near a discontinuity of a measure are not drawn. Dissimilarities have no ties (except in
/// [`Tied`](Self::Tied)), spectra are away from the usual cutoff of SVCCA, .99, and canonical correlations are either
/// equal because of the dimensions or clearly different.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Many more conditions than features: no canonical correlation is determined by the dimensions.
    Tall,
    /// Few conditions: some canonical correlations are 1 because of the dimensions.
    Forced,
    /// Constant features, and fewer directions than features that vary.
    Deficient,
    /// More features than conditions.
    Wide,
    /// Repeated values.
    Tied,
}

impl Family {
    /// Returns the family of case number `index`; half of all cases are tall.
    pub fn for_case(index: usize) -> Self {
        match index % 8 {
            1 => Self::Forced,
            3 => Self::Deficient,
            5 => Self::Wide,
            7 => Self::Tied,
            _ => Self::Tall,
        }
    }

    /// Returns the strategy that draws cases of this family, shrinking to few conditions and features and small seeds.
    pub fn cases(self) -> BoxedStrategy<Case> {
        let (conditions, features, dead, missing) = match self {
            Self::Tall => (14..26_usize, 3..7_usize, 0..1_usize, 0..1_usize),
            Self::Forced => (8..12, 4..7, 0..1, 0..1),
            Self::Deficient => (14..22, 5..8, 1..3, 1..3),
            Self::Wide => (6..11, 8..17, 0..3, 0..3),
            Self::Tied => (7..13, 3..6, 0..1, 0..1),
        };
        let ties = self == Self::Tied;
        // Powers of two keep repeated values repeated.
        let scale = prop::sample::select(vec![1.0, 0.5, 0.25, 2.0]);
        let system = (features, dead, missing, 1.5..60.0_f64, scale, 0..1_000_000_u64);
        (conditions, 0..1_000_000_u64, [system.clone(), system.clone(), system])
            .prop_map(move |(n_conditions, stimuli, systems)| {
                let [x, y, z] = systems.map(|(n_features, dead, missing, conditioning, scale, seed)| Recipe {
                    n_conditions,
                    n_features,
                    rank: (n_features - dead - missing).min(n_conditions - 1),
                    conditioning,
                    scale,
                    ties,
                    dead,
                    stimuli,
                    seed,
                });
                Case { x, y, z }
            })
            .prop_filter("the case is near a discontinuity", Case::is_clear)
            .boxed()
    }
}

/// Share of variance that SVCCA keeps in the literature.
const USUAL_CUT: f64 = 0.99;

impl Case {
    /// Returns `true` if the case is away from discontinuities.
    ///
    /// Discontinuities are the usual cutoff of a spectrum, and canonical correlations that are nearly equal or nearly
    /// 0.
    fn is_clear(&self) -> bool {
        let spectra = [self.x, self.y, self.z].iter().all(|recipe| recipe.distance_from_cut(USUAL_CUT) > 1e-3);
        let product = self.x.directions().t().dot(&self.y.directions());
        let apart = linalg::singular_values(product.view()).is_ok_and(|rho| {
            let gaps = rho.windows(2).map(|pair| pair[0] - pair[1]);
            gaps.chain(rho.last().copied()).all(|gap| !(1e-12..=1e-4).contains(&gap))
        });
        spectra && apart
    }

    /// Returns `true` if an argument has repeated values.
    pub fn has_ties(&self) -> bool {
        self.x.ties || self.y.ties
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "x: {}\ny: {}\nz: {}", self.x, self.y, self.z)
    }
}

#[cfg(test)]
mod tests {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};

    use super::*;

    #[test]
    fn every_family_has_what_it_is_for() {
        let mut runner = TestRunner::deterministic();
        for family in [Family::Tall, Family::Forced, Family::Deficient, Family::Wide, Family::Tied] {
            for _ in 0..50 {
                let Case { x, y, z } = family.cases().new_tree(&mut runner).unwrap().current();
                assert!(x.n_conditions == y.n_conditions && x.n_conditions == z.n_conditions);
                let n = x.n_conditions;
                let kept = match family {
                    Family::Tall => x.rank + y.rank < n && x.rank == x.n_features,
                    Family::Forced => x.rank < n - 1 && y.rank < n - 1,
                    Family::Deficient => x.rank + x.dead < x.n_features && x.dead > 0,
                    Family::Wide => x.n_features > n - 3,
                    Family::Tied => x.ties && y.ties,
                };
                assert!(kept, "{family:?}\n{x}\n{y}");
                assert_eq!(x.representation().n_features(), x.n_features);
            }
        }
    }

    #[test]
    fn half_of_all_cases_are_tall_and_every_family_comes_early() {
        let families: Vec<_> = (0..8).map(Family::for_case).collect();
        assert_eq!(families.iter().filter(|family| **family == Family::Tall).count(), 4);
        assert!(families.contains(&Family::Tied) && families.contains(&Family::Wide));
    }
}
