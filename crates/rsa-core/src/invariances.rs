//! [`Invariances`]: the sets of transformations that a measure ignores.

use std::{
    fmt,
    ops::{BitOr, BitOrAssign},
};

use crate::{Error, Result};

/// A set of transformations of a representation's features (or of each condition's pattern).
///
/// Each constant contains its subgroups, so that no inconsistent declaration can be written: a measure that ignores
/// [`ORTHOGONAL`](Self::ORTHOGONAL) maps ignores permutations and sign flips, too.
///
/// ```
/// use rsa_core::Invariances;
/// assert!(Invariances::LINEAR.contains(Invariances::ORTHOGONAL));
/// assert!(Invariances::ORTHOGONAL.contains(Invariances::PERMUTATION | Invariances::SIGN_FLIP));
/// assert!(!Invariances::ORTHOGONAL.contains(Invariances::SCALING));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(into = "Vec<&'static str>", try_from = "Vec<String>"))]
pub struct Invariances(u16);

impl Invariances {
    /// The empty set.
    pub const NONE: Self = Self(0);
    /// Reordering of the features.
    pub const PERMUTATION: Self = Self(1);
    /// Negation of some features.
    pub const SIGN_FLIP: Self = Self(1 << 1);
    /// Rotations and reflections of feature space.
    pub const ORTHOGONAL: Self = Self(1 << 2 | Self::PERMUTATION.0 | Self::SIGN_FLIP.0);
    /// Multiplication of all values by one positive factor.
    pub const SCALING: Self = Self(1 << 3);
    /// Multiplication of each feature by a positive factor of its own.
    pub const PER_FEATURE_SCALING: Self = Self(1 << 4 | Self::SCALING.0);
    /// Invertible linear maps of feature space.
    pub const LINEAR: Self = Self(1 << 5 | Self::ORTHOGONAL.0 | Self::PER_FEATURE_SCALING.0);
    /// Addition of one vector to the patterns of all conditions.
    pub const TRANSLATION: Self = Self(1 << 6);
    /// Invertible linear maps and translations.
    pub const AFFINE: Self = Self(Self::LINEAR.0 | Self::TRANSLATION.0);
    /// Multiplication of each condition's pattern by a positive factor of its own.
    pub const PER_CONDITION_SCALE: Self = Self(1 << 7 | Self::SCALING.0);
    /// Addition of a constant, one for each condition, to all its features.
    pub const PER_CONDITION_OFFSET: Self = Self(1 << 8);
    /// Appending of features that are 0 for every condition.
    pub const ZERO_PADDING: Self = Self(1 << 9);
    /// Repetition of every feature the same number of times.
    pub const DUPLICATION: Self = Self(1 << 10);

    /// The transformations with names of their own, each after the ones that it contains.
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

    /// Returns `true` if the set contains all of `other`.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Returns the union of both sets; `|` in constants.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns the names of the largest sets contained: "orthogonal", and not also "permutation".
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

impl TryFrom<Vec<String>> for Invariances {
    type Error = Error;

    /// Reads the names that [`names`](Self::names) returns.
    fn try_from(names: Vec<String>) -> Result<Self> {
        names.iter().try_fold(Self::NONE, |set, name| {
            let known = Self::NAMED.iter().find(|(_, known)| known == name);
            let (named, _) = known.ok_or_else(|| {
                let all = Self::NAMED.map(|(_, name)| name).join(", ");
                Error::invalid_parameter("an invariance", format!("one of {all}"), format_args!("'{name}'"))
            })?;
            Ok(set | *named)
        })
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
