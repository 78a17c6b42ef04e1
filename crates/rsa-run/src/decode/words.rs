//! Classifiers and folds as requests name them.

use std::{fmt, num::NonZeroUsize, str::FromStr};

use rsakit::{
    Error, Result,
    core::Positive,
    encode::{Classifier, DiscriminantCovariance},
};
use serde::{Deserialize, Serialize};

/// Rule that assigns observations to classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassifierWord {
    /// The nearest mean.
    NearestMean,
    /// Linear discriminants with the pooled covariance, shrunk (Ledoit & Wolf 2004).
    #[default]
    Lda,
    /// Linear discriminants with the pooled covariance as it is.
    LdaPooled,
    /// Linear discriminants with the average of the shrunk covariances of the classes.
    LdaByClass,
    /// Multinomial logistic regression.
    Logistic,
    /// Linear support vectors, squared hinge loss.
    Svm,
    /// Ridge regression of class membership.
    Ridge,
}

impl ClassifierWord {
    pub(super) fn classifier(self, cost: Positive) -> Classifier {
        match self {
            Self::NearestMean => Classifier::NearestMean,
            Self::Lda => Classifier::LinearDiscriminant(DiscriminantCovariance::Shrunk),
            Self::LdaPooled => Classifier::LinearDiscriminant(DiscriminantCovariance::Pooled),
            Self::LdaByClass => Classifier::LinearDiscriminant(DiscriminantCovariance::ShrunkByClass),
            Self::Logistic => Classifier::Logistic { cost },
            Self::Svm => Classifier::SupportVectors { cost },
            Self::Ridge => Classifier::Ridge,
        }
    }

    /// Returns the rule in words.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::NearestMean => "nearest mean",
            Self::Lda => "linear discriminants, shrunk",
            Self::LdaPooled => "linear discriminants, pooled covariance",
            Self::LdaByClass => "linear discriminants, covariances shrunk by class",
            Self::Logistic => "logistic regression",
            Self::Svm => "linear support vectors",
            Self::Ridge => "ridge regression",
        }
    }
}

/// Division of the groups into folds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum DecodingFolds {
    /// This many folds.
    Folds(NonZeroUsize),
    /// Each group is tested alone.
    LeaveOneGroupOut,
}

/// Five folds.
impl Default for DecodingFolds {
    fn default() -> Self {
        Self::Folds(NonZeroUsize::new(5).expect("5 is not 0"))
    }
}

impl FromStr for DecodingFolds {
    type Err = Error;

    /// Reads a number of at least 2, or `loo`.
    fn from_str(word: &str) -> Result<Self> {
        match (word, word.parse::<NonZeroUsize>()) {
            ("loo", _) => Ok(Self::LeaveOneGroupOut),
            (_, Ok(count)) if count.get() > 1 => Ok(Self::Folds(count)),
            _ => Err(Error::invalid_parameter("--folds", "a number of at least 2, or loo for one group a fold", word)),
        }
    }
}

impl TryFrom<String> for DecodingFolds {
    type Error = Error;

    fn try_from(word: String) -> Result<Self> {
        word.parse()
    }
}

impl From<DecodingFolds> for String {
    fn from(folds: DecodingFolds) -> Self {
        folds.to_string()
    }
}

impl fmt::Display for DecodingFolds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folds(count) => count.fmt(f),
            Self::LeaveOneGroupOut => f.write_str("loo"),
        }
    }
}
