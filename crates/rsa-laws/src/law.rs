//! Laws, and the claims that a profile makes about them.

use std::fmt;

use rsa_core::{Identity, Profile};

use crate::{Tolerance, Transformation};

/// Property that a measure declares in its [`Profile`], or that every measure must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Law {
    /// The score ignores the transformation of an argument if and only if the profile declares it.
    Invariance(Transformation),
    /// Reordering the conditions of both arguments alike leaves the score if and only if the profile declares it.
    Reordering,
    /// Exchanging the arguments leaves the score unchanged if and only if the profile declares it.
    Symmetry,
    /// The score is a distance with the triangle inequality if and only if the profile declares it.
    Metric,
    /// A representation without ties has the declared score with itself.
    Identity,
    /// A representation with ties has the declared score with itself if and only if the profile says *always*.
    Ties,
    /// No representation is more similar to a representation than itself, by the orientation of the profile.
    Orientation,
    /// Scores are within the range of the profile.
    Range,
    /// `pairwise`, `cross` and `compare_all` equal the single scores.
    Pairs,
    /// `geometry`, then `compare`, equals `score`.
    Geometry,
    /// The mean score of independent data is 0 if and only if the profile declares it.
    Independence,
    /// Scores have the same bits at any number of threads.
    Threads,
    /// Degenerate input is refused with the proper kind of error, and no score is NaN.
    Refusals,
}

impl Law {
    /// Returns all laws.
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

    /// Returns the name, one word; an invariance has the name of its transformation.
    pub fn name(self) -> String {
        match self {
            Self::Invariance(transformation) => transformation.name(),
            other => format!("{other:?}").to_lowercase(),
        }
    }

    /// Returns `true` if the law is checked once per measure, on data of its own, and not on every case.
    pub fn is_checked_once(self) -> bool {
        matches!(self, Self::Independence | Self::Threads | Self::Refusals)
    }

    /// Returns the claims that `profile` makes about this law.
    pub fn claims(self, profile: &Profile) -> Vec<Claim> {
        let on = |side, declared| Claim { law: self, side, declared };
        match self {
            Self::Invariance(transformation) => ArgumentSide::BOTH
                .map(|side| {
                    let ignored = profile.invariances[side as usize];
                    on(Some(side), ignored.contains(transformation.invariances()))
                })
                .into(),
            Self::Reordering => vec![on(None, profile.reorderable)],
            Self::Symmetry => vec![on(None, profile.symmetric)],
            Self::Metric => vec![on(None, profile.metric)],
            // Without a promise there is nothing to compare with.
            Self::Identity | Self::Ties | Self::Orientation if profile.identity == Identity::NotPromised => Vec::new(),
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
pub enum ArgumentSide {
    /// First argument.
    First,
    /// Second argument.
    Second,
}

impl ArgumentSide {
    /// Both arguments in order.
    pub const BOTH: [Self; 2] = [Self::First, Self::Second];
}

impl fmt::Display for ArgumentSide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::First => "first",
            Self::Second => "second",
        })
    }
}

/// Statement of a profile about one law, for one argument if the law differs between arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The law.
    pub law: Law,
    /// The argument that is transformed.
    pub side: Option<ArgumentSide>,
    /// `true` if the profile declares the law; a law for every measure counts as declared.
    pub declared: bool,
}

impl Claim {
    /// Returns the largest deviation that a declared law may show.
    pub fn tolerance(&self) -> Tolerance {
        match self.law {
            Law::Geometry => Tolerance::SAME_ROUTE,
            Law::Pairs => Tolerance::OTHER_ROUTE,
            Law::Independence => Tolerance::STANDARD_ERRORS,
            _ => Tolerance::ROUNDING,
        }
    }

    /// Returns the field of the profile that makes this claim, with its value.
    pub fn declaration(&self, profile: &Profile) -> String {
        match (self.law, self.side) {
            (Law::Invariance(_), Some(side)) => {
                format!("invariances[{}]: {}", side as usize, profile.invariances[side as usize])
            }
            (Law::Reordering, _) => format!("reorderable: {}", profile.reorderable),
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

    /// Returns the change to make if the claim is wrong.
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
            (Law::Reordering, _, true) => "let no result depend on the position of a condition".to_owned(),
            (Law::Reordering, _, false) => "write `reorderable: true`".to_owned(),
            _ => "refuse the input in `geometry` or `compare`, with the kind of error that names the defect".to_owned(),
        }
    }
}
