//! [`TransformStep`]: one step from RDMs to RDMs.

use std::{fmt, path::PathBuf};

use rsakit::core::Evidence;
use serde::{Deserialize, Serialize};

use super::MeanUnit;

/// Step from RDMs to RDMs of the same or of other conditions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransformStep {
    /// Keep the conditions whose label is one of these, or matches one of these patterns.
    Keep(Vec<String>),
    /// Leave out the conditions whose label is one of these, or matches one of these patterns.
    Drop(Vec<String>),
    /// Bring the conditions into the order in which this file lists all of them.
    Order(PathBuf),
    /// Average over groups of conditions, which this file names: `FILE` or `FILE::COLUMN`.
    Blocks(String),
    /// Average over RDMs.
    Mean(MeanUnit),
    /// Bring partial RDMs to one scale.
    Rescale(RescaleWeights),
    /// Take the square root of each dissimilarity.
    Sqrt,
    /// Square each dissimilarity.
    Square,
    /// Replace dissimilarities by their ranks.
    Ranks,
    /// Set negative dissimilarities to 0.
    Positive,
    /// Shift and scale each RDM to the range from 0 to 1.
    MinMax,
    /// Take 1 − d of each dissimilarity d.
    OneMinus,
}

/// Weights of dissimilarities when partial RDMs are brought to one scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RescaleWeights {
    /// The square of the dissimilarity as it was given, 0.04 at least.
    #[default]
    Evidence,
    /// One over the number of pairs of the RDM.
    SetSize,
    /// 1, for all.
    Simple,
}

impl RescaleWeights {
    /// Returns the word for the weights.
    pub fn word(self) -> &'static str {
        match self {
            Self::Evidence => "evidence",
            Self::SetSize => "set-size",
            Self::Simple => "simple",
        }
    }
}

impl From<RescaleWeights> for Evidence {
    fn from(weights: RescaleWeights) -> Self {
        match weights {
            RescaleWeights::Evidence => Self::Dissimilarity,
            RescaleWeights::SetSize => Self::SetSize,
            RescaleWeights::Simple => Self::Equal,
        }
    }
}

impl fmt::Display for TransformStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keep(patterns) => write!(f, "keep {}", patterns.join(" ")),
            Self::Drop(patterns) => write!(f, "drop {}", patterns.join(" ")),
            Self::Order(path) => write!(f, "order {}", path.display()),
            Self::Blocks(file) => write!(f, "blocks {file}"),
            Self::Mean(unit) => write!(f, "{unit}"),
            Self::Rescale(weights) => write!(f, "rescale {}", weights.word()),
            Self::Sqrt => f.write_str("sqrt"),
            Self::Square => f.write_str("square"),
            Self::Ranks => f.write_str("ranks"),
            Self::Positive => f.write_str("positive"),
            Self::MinMax => f.write_str("min-max"),
            Self::OneMinus => f.write_str("one-minus"),
        }
    }
}
