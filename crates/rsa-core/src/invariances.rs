//! [`Invariances`]: the closed sets of transformations that a measure ignores.

use std::{
    fmt,
    ops::{BitOr, BitOrAssign},
};

/// A set of transformations of a representation's features (or of each condition's pattern).
///
/// The constants contain their subgroups, so that an inconsistent declaration cannot be written: whoever ignores
/// [`ORTHOGONAL`](Self::ORTHOGONAL) maps ignores permutations and sign flips, too.
///
/// ```
/// use rsa_core::Invariances;
/// assert!(Invariances::LINEAR.contains(Invariances::ORTHOGONAL));
/// assert!(Invariances::ORTHOGONAL.contains(Invariances::PERMUTATION | Invariances::SIGN_FLIP));
/// assert!(!Invariances::ORTHOGONAL.contains(Invariances::SCALING));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(into = "Vec<&'static str>"))]
pub struct Invariances(u16);

impl Invariances {
    /// No transformation at all.
    pub const NONE: Self = Self(0);
    /// The features in another order.
    pub const PERMUTATION: Self = Self(1);
    /// Some features negated.
    pub const SIGN_FLIP: Self = Self(1 << 1);
    /// Rotations and reflections of feature space.
    pub const ORTHOGONAL: Self = Self(1 << 2 | Self::PERMUTATION.0 | Self::SIGN_FLIP.0);
    /// One positive factor for everything.
    pub const SCALING: Self = Self(1 << 3);
    /// An own positive factor for every feature.
    pub const PER_FEATURE_SCALING: Self = Self(1 << 4 | Self::SCALING.0);
    /// Invertible linear maps of feature space.
    pub const LINEAR: Self = Self(1 << 5 | Self::ORTHOGONAL.0 | Self::PER_FEATURE_SCALING.0);
    /// One vector added to every condition's pattern.
    pub const TRANSLATION: Self = Self(1 << 6);
    /// Invertible linear maps and translations.
    pub const AFFINE: Self = Self(Self::LINEAR.0 | Self::TRANSLATION.0);
    /// An own positive factor for every condition.
    pub const PER_CONDITION_SCALE: Self = Self(1 << 7 | Self::SCALING.0);
    /// A constant, one for every condition, added to all of its features.
    pub const PER_CONDITION_OFFSET: Self = Self(1 << 8);
    /// Features that are 0 for every condition appended.
    pub const ZERO_PADDING: Self = Self(1 << 9);
    /// Every feature repeated the same number of times.
    pub const DUPLICATION: Self = Self(1 << 10);

    /// The transformations that can be ignored one by one, with their names, each after what it contains.
    pub const NAMED: [(Self, &str); 11] = [
        (Self::PERMUTATION, "permutation"),
        (Self::SIGN_FLIP, "sign flip"),
        (Self::ORTHOGONAL, "orthogonal"),
        (Self::SCALING, "scaling"),
        (Self::PER_FEATURE_SCALING, "per-feature scaling"),
        (Self::LINEAR, "linear"),
        (Self::TRANSLATION, "translation"),
        (Self::PER_CONDITION_SCALE, "per-condition scale"),
        (Self::PER_CONDITION_OFFSET, "per-condition offset"),
        (Self::ZERO_PADDING, "zero padding"),
        (Self::DUPLICATION, "duplication"),
    ];

    /// Whether everything in `other` is ignored.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Everything that either set ignores; `|` in constants.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Names of the largest sets contained: "orthogonal" and not also "permutation".
    pub fn names(self) -> Vec<&'static str> {
        let held = || Self::NAMED.iter().filter(|(set, _)| self.contains(*set));
        held()
            .filter(|(set, _)| !held().any(|(larger, _)| larger != set && larger.contains(*set)))
            .map(|&(_, name)| name)
            .collect()
    }
}

impl BitOr for Invariances {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.union(other)
    }
}

impl BitOrAssign for Invariances {
    fn bitor_assign(&mut self, other: Self) {
        *self = *self | other;
    }
}

impl From<Invariances> for Vec<&'static str> {
    fn from(set: Invariances) -> Self {
        set.names()
    }
}

impl fmt::Display for Invariances {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.names().as_slice() {
            [] => f.write_str("nothing"),
            names => f.write_str(&names.join(", ")),
        }
    }
}

impl fmt::Debug for Invariances {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invariances({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_named_set_contains_what_stands_in_it() {
        let contained = [
            (Invariances::ORTHOGONAL, Invariances::PERMUTATION),
            (Invariances::ORTHOGONAL, Invariances::SIGN_FLIP),
            (Invariances::PER_FEATURE_SCALING, Invariances::SCALING),
            (Invariances::PER_CONDITION_SCALE, Invariances::SCALING),
            (Invariances::LINEAR, Invariances::ORTHOGONAL),
            (Invariances::LINEAR, Invariances::PER_FEATURE_SCALING),
            (Invariances::AFFINE, Invariances::TRANSLATION),
        ];
        for (large, small) in contained {
            assert!(large.contains(small), "{large} should contain {small}");
            assert!(!small.contains(large), "{small} should not contain {large}");
        }
    }

    #[test]
    fn only_the_largest_sets_are_named() {
        assert_eq!((Invariances::AFFINE | Invariances::ZERO_PADDING).to_string(), "linear, translation, zero padding");
        let pwcca = Invariances::PERMUTATION | Invariances::SIGN_FLIP | Invariances::SCALING;
        assert_eq!(pwcca.to_string(), "permutation, sign flip, scaling");
        assert_eq!(Invariances::NONE.to_string(), "nothing");
    }
}
