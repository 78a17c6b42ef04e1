//! [`PrepareStep`]: one step from patterns to patterns.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Step from the patterns of a layer to patterns of the same or of other rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PrepareStep {
    /// Keep the rows whose condition is one of these, or matches one of these patterns.
    Keep(Vec<String>),
    /// Leave out the rows whose condition is one of these, or matches one of these patterns.
    Drop(Vec<String>),
    /// Keep the rows whose cell in a column of the events matches: `COLUMN=PATTERN`.
    KeepRows(String),
    /// Leave out the rows whose cell in a column of the events matches: `COLUMN=PATTERN`.
    DropRows(String),
    /// Bring each feature to the mean 0.
    Center(RowScope),
    /// Bring each feature to the mean 0 and the standard deviation 1.
    Zscore(RowScope),
    /// Average rows.
    Average(AverageUnit),
    /// Average this many trials of a condition in a run, drawn at random; incomplete groups are left out.
    PseudoTrials(usize),
    /// Multiply patterns by the symmetric root of the noise precision.
    Whiten,
}

/// Rows that share a mean and a standard deviation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowScope {
    /// The rows of each run.
    Runs,
    /// All rows of a layer.
    All,
}

/// Rows that are averaged with one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AverageUnit {
    /// All rows of a condition; there are no runs afterwards.
    Conditions,
    /// The rows of a condition in a run.
    Runs,
}

impl RowScope {
    /// Returns the word for the scope.
    pub fn word(self) -> &'static str {
        match self {
            Self::Runs => "runs",
            Self::All => "all",
        }
    }
}

impl AverageUnit {
    /// Returns the word for the unit.
    pub fn word(self) -> &'static str {
        match self {
            Self::Conditions => "conditions",
            Self::Runs => "runs",
        }
    }
}

impl fmt::Display for PrepareStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keep(patterns) => write!(f, "keep {}", patterns.join(" ")),
            Self::Drop(patterns) => write!(f, "drop {}", patterns.join(" ")),
            Self::KeepRows(rule) => write!(f, "keep-rows {rule}"),
            Self::DropRows(rule) => write!(f, "drop-rows {rule}"),
            Self::Center(scope) => write!(f, "center {}", scope.word()),
            Self::Zscore(scope) => write!(f, "zscore {}", scope.word()),
            Self::Average(unit) => write!(f, "average {}", unit.word()),
            Self::PseudoTrials(size) => write!(f, "pseudo-trials {size}"),
            Self::Whiten => f.write_str("whiten"),
        }
    }
}
