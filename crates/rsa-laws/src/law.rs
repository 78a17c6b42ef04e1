//! [`Law`]: what is checked, and [`Claim`]: what a profile says about it.

use std::fmt;

use rsa_core::{Identity, Profile};

use crate::{Tolerance, Transformation};

/// Something that a measure declares in its [`Profile`], or that every measure must keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Law {
    /// The score ignores the transformation of an argument if and only if the profile says so.
    Invariance(Transformation),
    /// The same reordering of the conditions of both arguments changes nothing.
    Reordering,
    /// Exchanging the arguments changes nothing if and only if the profile says so.
    Symmetry,
    /// A distance with the triangle inequality if and only if the profile says so.
    Metric,
    /// A representation without ties scores what the profile says with itself.
    Identity,
    /// So it does with ties, if and only if the profile says *always*.
    Ties,
    /// Nothing is more like a representation than itself, by the orientation of the profile.
    Orientation,
    /// Scores keep to the range of the profile.
    Range,
    /// `pairwise`, `cross` and `compare_all` equal the single scores.
    Pairs,
    /// `geometry`, then `compare`, equals `score`.
    Geometry,
    /// Independent data score 0 on average if and only if the profile says so.
    Independence,
    /// The same bytes at any number of threads.
    Threads,
    /// Degenerate input has its kind of error, and NaN is never an answer.
    Refusals,
}

impl Law {
    /// All laws.
    pub fn all() -> Vec<Self> {
        let others = [
            Self::Reordering,
            Self::Symmetry,
            Self::Metric,
            Self::Identity,
            Self::Ties,
            Self::Orientation,
            Self::Range,
            Self::Pairs,
            Self::Geometry,
            Self::Independence,
            Self::Threads,
            Self::Refusals,
        ];
        Transformation::ALL.into_iter().map(Self::Invariance).chain(others).collect()
    }

    /// Its name, a word; that of an invariance is the name of the transformation.
    pub fn name(self) -> String {
        match self {
            Self::Invariance(transformation) => transformation.name(),
            other => format!("{other:?}").to_lowercase(),
        }
    }

    /// Whether it is checked once for a measure, on data of its own, and not on every case.
    pub fn is_checked_once(self) -> bool {
        matches!(self, Self::Independence | Self::Threads | Self::Refusals)
    }

    /// What `profile` says about it.
    pub fn claims(self, profile: &Profile) -> Vec<Claim> {
        let on = |side, declared| Claim { law: self, side, declared };
        match self {
            Self::Invariance(transformation) => Side::BOTH
                .map(|side| {
                    let ignored = profile.invariances[side as usize];
                    on(Some(side), ignored.contains(transformation.invariances()))
                })
                .into(),
            Self::Symmetry => vec![on(None, profile.symmetric)],
            Self::Metric => vec![on(None, profile.metric)],
            Self::Ties => vec![on(None, matches!(profile.identity, Identity::Always(_)))],
            Self::Independence => vec![on(None, profile.unbiased)],
            _ => vec![on(None, true)],
        }
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name())
    }
}

/// One of the two arguments of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The first.
    First,
    /// The second.
    Second,
}

impl Side {
    /// First, then second.
    pub const BOTH: [Self; 2] = [Self::First, Self::Second];
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::First => "first",
            Self::Second => "second",
        })
    }
}

/// What a profile says about one law, and one argument where the arguments differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The law.
    pub law: Law,
    /// The argument that is transformed.
    pub side: Option<Side>,
    /// Whether the profile says that it holds; what every measure must keep is always declared.
    pub declared: bool,
}

impl Claim {
    /// How far from its statement a law that is declared may be.
    pub fn tolerance(&self) -> Tolerance {
        match self.law {
            Law::Geometry => Tolerance::SAME_ROUTE,
            Law::Pairs => Tolerance::OTHER_ROUTE,
            Law::Independence => Tolerance::STANDARD_ERRORS,
            _ => Tolerance::ROUNDING,
        }
    }

    /// The words of the profile that say so.
    pub fn declaration(&self, profile: &Profile) -> String {
        match (self.law, self.side) {
            (Law::Invariance(_), Some(side)) => {
                format!("invariances[{}]: {}", side as usize, profile.invariances[side as usize])
            }
            (Law::Symmetry, _) => format!("symmetric: {}", profile.symmetric),
            (Law::Metric, _) => format!("metric: {}", profile.metric),
            (Law::Identity | Law::Ties, _) => format!("identity: {:?}", profile.identity),
            (Law::Orientation, _) => {
                format!("orientation: {}, identity: {:?}", profile.orientation.name(), profile.identity)
            }
            (Law::Range, _) => format!("range: {:?}", profile.range),
            (Law::Independence, _) => format!("unbiased: {}", profile.unbiased),
            _ => "every measure keeps this law".to_owned(),
        }
    }

    /// The line to change if the claim is wrong.
    pub fn remedy(&self) -> String {
        match (self.law, self.side, self.declared) {
            (Law::Invariance(transformation), Some(side), declared) => {
                let constant = format!("Invariances::{}", transformation.constant());
                match declared {
                    true => format!("take {constant}, and what contains it, out of `invariances[{}]`", side as usize),
                    false => format!("add {constant} to `invariances[{}]`", side as usize),
                }
            }
            (Law::Symmetry, ..) => format!("write `symmetric: {}`", !self.declared),
            (Law::Metric, ..) => format!("write `metric: {}`", !self.declared),
            (Law::Independence, ..) => format!("write `unbiased: {}`", !self.declared),
            (Law::Ties, _, true) => "write `identity: Identity::WithoutTies(…)`".to_owned(),
            (Law::Ties, _, false) => "write `identity: Identity::Always(…)`".to_owned(),
            (Law::Identity, ..) => "write the score of a representation with itself into `identity`".to_owned(),
            (Law::Orientation, ..) => "exchange `Similarity` and `Distance`, or correct `identity`".to_owned(),
            (Law::Range, ..) => "widen `range`, or keep the score within it".to_owned(),
            (Law::Pairs, ..) => "correct `compare_all`, `pairwise` or `cross`".to_owned(),
            (Law::Geometry, ..) => "leave `score` as the trait provides it".to_owned(),
            (Law::Threads, ..) => "sum in an order that does not depend on the number of threads".to_owned(),
            (Law::Reordering, ..) => "let no result depend on the position of a condition".to_owned(),
            _ => "refuse the input in `geometry` or `compare`, with the kind of error that names the defect".to_owned(),
        }
    }
}
