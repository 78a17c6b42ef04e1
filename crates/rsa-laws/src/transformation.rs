//! Random transformations of a representation, one kind for every invariance.

use std::fmt;

use ndarray::{Array1, Array2, Axis, concatenate};
use rand::{RngExt, seq::SliceRandom};
use rsa_core::{Invariances, Representation};

use crate::random::{factor, factors, normal, orthogonal, stream};

/// Kind of transformation of a representation, one for every bit of [`Invariances`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transformation {
    /// Permutation of the features.
    Permutation,
    /// Negation of some features, never of all.
    SignFlip,
    /// Rotation or reflection of feature space, uniformly distributed.
    Orthogonal,
    /// Multiplication of all values by one positive factor.
    Scaling,
    /// Multiplication of every feature by a positive factor of its own.
    PerFeatureScaling,
    /// Invertible linear map with a condition number of at most 16.
    Linear,
    /// Addition of one vector to every pattern.
    Translation,
    /// Multiplication of every pattern by a positive factor of its own.
    PerConditionScale,
    /// Addition of a constant to all features of a pattern, a different one for every condition.
    PerConditionOffset,
    /// Appending of features that are 0 for every condition.
    ZeroPadding,
    /// Duplication of every feature.
    Duplication,
}

impl Transformation {
    /// All kinds, in the order of [`Invariances::NAMED`].
    pub const ALL: [Self; 11] = [
        Self::Permutation,
        Self::SignFlip,
        Self::Orthogonal,
        Self::Scaling,
        Self::PerFeatureScaling,
        Self::Linear,
        Self::Translation,
        Self::PerConditionScale,
        Self::PerConditionOffset,
        Self::ZeroPadding,
        Self::Duplication,
    ];

    /// Returns the invariance with which a measure declares that it ignores this transformation.
    pub const fn invariances(self) -> Invariances {
        Invariances::NAMED[self as usize].0
    }

    /// Returns the name, one word.
    pub fn name(self) -> String {
        Invariances::NAMED[self as usize].1.replace(' ', "-")
    }

    /// Returns the name of the constant of [`Invariances`] that declares it.
    pub fn constant(self) -> String {
        self.name().replace('-', "_").to_uppercase()
    }

    /// Returns `true` for kinds that only move, negate or repeat numbers, so that equal dissimilarities stay equal.
    pub const fn is_exact(self) -> bool {
        matches!(self, Self::Permutation | Self::SignFlip | Self::ZeroPadding | Self::Duplication)
    }

    /// Applies to `x` the transformation of this kind that `seed` draws.
    ///
    /// # Panics
    /// If the values are so large that the transformed ones overflow.
    pub fn apply(self, x: &Representation, seed: u64) -> Representation {
        let rng = &mut stream(seed, 2 + self as u64);
        let (values, (n, p)) = (x.values(), x.values().dim());
        let changed: Array2<f64> = match self {
            Self::Permutation => {
                let mut order: Vec<usize> = (0..p).collect();
                // The identity is excluded, because every measure ignores it.
                while p > 1 && order.is_sorted() {
                    order.shuffle(rng);
                }
                values.select(Axis(1), &order)
            }
            Self::SignFlip => {
                let flipped = rng.random_range(1..p.max(2));
                &values * &Array1::from_shape_fn(p, |j| if j < flipped { -1.0 } else { 1.0 })
            }
            Self::Orthogonal => values.dot(&orthogonal(rng, p)),
            Self::Scaling => &values * factor(rng),
            Self::PerFeatureScaling => &values * &factors(rng, p),
            Self::Linear => {
                let stretched = orthogonal(rng, p) * &factors(rng, p);
                values.dot(&stretched.dot(&orthogonal(rng, p)))
            }
            Self::Translation => &values + &(normal(rng, 1, p) * 3.0),
            Self::PerConditionScale => &values * &factors(rng, n).insert_axis(Axis(1)),
            Self::PerConditionOffset => &values + &(normal(rng, n, 1) * 2.0),
            Self::ZeroPadding => concatenate![Axis(1), values, Array2::zeros((n, 3))],
            Self::Duplication => concatenate![Axis(1), values, values],
        };
        let changed = Representation::new(changed).expect("moderate numbers stay finite");
        let changed =
            changed.with_conditions(x.conditions().clone()).and_then(|changed| changed.with_precision(x.precision()));
        changed.expect("no condition was added, and the precision is that of x")
    }
}

/// Returns the order of `n` conditions that `seed` draws, never the identity if `n` > 1.
pub fn reordering(n: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    let rng = &mut stream(seed, 1);
    while n > 1 && order.is_sorted() {
        order.shuffle(rng);
    }
    order
}

impl fmt::Display for Transformation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name())
    }
}

#[cfg(test)]
mod tests {
    use rsa_core::linalg;

    use super::*;

    fn representation() -> Representation {
        Representation::new(normal(&mut stream(5, 0), 6, 4)).unwrap()
    }

    #[test]
    fn each_is_declared_by_its_own_constant() {
        assert_eq!(Transformation::PerConditionScale.invariances(), Invariances::PER_CONDITION_SCALE);
        assert_eq!(Transformation::Duplication.invariances(), Invariances::DUPLICATION);
        assert_eq!(Transformation::PerFeatureScaling.constant(), "PER_FEATURE_SCALING");
        for (transformation, (set, _)) in Transformation::ALL.into_iter().zip(Invariances::NAMED) {
            assert_eq!(transformation.invariances(), set);
        }
    }

    #[test]
    fn none_is_the_identity_and_a_seed_draws_one_of_each() {
        let x = representation();
        for transformation in Transformation::ALL {
            for seed in 0..20 {
                let changed = transformation.apply(&x, seed);
                assert_ne!(changed, x, "{transformation}, seed {seed}");
                assert_eq!(changed, transformation.apply(&x, seed));
            }
        }
        for seed in 0..20 {
            assert!(!reordering(3, seed).is_sorted());
        }
    }

    #[test]
    fn rotations_keep_inner_products_and_linear_maps_their_condition_number() {
        let x = representation();
        let gram = |x: &Representation| x.values().dot(&x.values().t());
        for seed in 0..20 {
            let rotated = Transformation::Orthogonal.apply(&x, seed);
            assert!((gram(&rotated) - gram(&x)).iter().all(|off| off.abs() < 1e-13));
            // The image of the identity matrix is the matrix of the map.
            let map = Transformation::Linear.apply(&Representation::new(Array2::eye(4)).unwrap(), seed);
            let sigma = linalg::singular_values(map.values()).unwrap();
            assert!(sigma[0] / sigma[3] <= 16.0 + 1e-12 && sigma[3] > 0.2);
        }
    }
}
