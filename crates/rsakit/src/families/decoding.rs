//! Classifiers and the RDM of pairwise decoding, by name.

use std::{fmt, num::NonZeroUsize, str::FromStr};

use rsa_core::{Error, Positive, Result};
use rsa_encode::{Classifier, Decoder, DiscriminantCovariance, Split, SplitOrder, SplitScheme};

use crate::spec::{
    axes::{TermArguments, unknown, word_of},
    grammar::{self, Term},
};

/// A rule of classification, which can be written and read.
///
/// | word | keys | values, the default first |
/// |---|---|---|
/// | `lda` | `covariance` | `shrunk`, `pooled`, `by-class` |
/// | `nearest-mean`, `ridge` | | |
/// | `logistic`, `svm` | `cost` | `1` |
///
/// # Example
/// ```
/// use rsakit::spec::ClassifierSpec;
///
/// let classifier: ClassifierSpec = "svm:cost=0.5".parse()?;
/// assert_eq!(classifier.to_string(), "svm(cost=0.5)");
/// # Ok::<(), rsakit::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(into = "String", try_from = "String"))]
pub struct ClassifierSpec(pub Classifier);

/// Division of groups of observations into folds: `5`, or `loo` for one group a fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(into = "String", try_from = "String"))]
pub enum DecodingFolds {
    /// This many folds.
    Folds(NonZeroUsize),
    /// Each group is tested alone.
    LeaveOneGroupOut,
}

/// The dissimilarity of two conditions as the accuracy of telling their observations apart.
///
/// The word is `decoding` with the keys `classifier`, `folds` and `seed`. Observations of one run are in one fold.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DecodingSpec {
    /// The rule.
    pub classifier: ClassifierSpec,
    /// Folds.
    pub folds: DecodingFolds,
    /// Seed of the folds.
    pub seed: u64,
}

const COVARIANCES: [(&str, DiscriminantCovariance); 3] = [
    ("shrunk", DiscriminantCovariance::Shrunk),
    ("pooled", DiscriminantCovariance::Pooled),
    ("by-class", DiscriminantCovariance::ShrunkByClass),
];
const RULES: [&str; 5] = ["lda", "nearest-mean", "logistic", "svm", "ridge"];

impl ClassifierSpec {
    fn from_term(term: Term<'_>) -> Result<Self> {
        let word = term.word;
        let keys: &[&str] = match word {
            "lda" => &["covariance"],
            "logistic" | "svm" => &["cost"],
            _ => &[],
        };
        if !RULES.contains(&word) {
            return Err(unknown("a classifier", word, &RULES));
        }
        let mut axes = TermArguments::new(term, keys)?;
        let cost = |axes: &mut TermArguments<'_>| Positive::new(&format!("cost of {word}"), axes.number("cost", 1.0)?);
        Ok(Self(match word {
            "lda" => {
                let covariance = axes.take("covariance").map(|term| term.choice("covariance of lda", &COVARIANCES));
                Classifier::LinearDiscriminant(covariance.transpose()?.unwrap_or_default())
            }
            "nearest-mean" => Classifier::NearestMean,
            "logistic" => Classifier::Logistic { cost: cost(&mut axes)? },
            "svm" => Classifier::SupportVectors { cost: cost(&mut axes)? },
            _ => Classifier::Ridge,
        }))
    }

    /// Returns the rule in words, as in a heading.
    pub fn title(&self) -> String {
        let cost =
            |cost: Positive| if cost == Positive::ONE { String::new() } else { format!(", cost {}", cost.get()) };
        match self.0 {
            Classifier::NearestMean => "nearest mean".to_owned(),
            Classifier::LinearDiscriminant(covariance) => {
                format!("linear discriminants, {} covariance", word_of(&COVARIANCES, &covariance).replace('-', " "))
            }
            Classifier::Logistic { cost: weight } => format!("logistic regression{}", cost(weight)),
            Classifier::SupportVectors { cost: weight } => format!("linear support vectors{}", cost(weight)),
            Classifier::Ridge => "ridge regression".to_owned(),
        }
    }
}

impl FromStr for ClassifierSpec {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::from_term(grammar::parse(text)?)
    }
}

impl fmt::Display for ClassifierSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with_cost = |f: &mut fmt::Formatter<'_>, word: &str, cost: Positive| match cost == Positive::ONE {
            true => f.write_str(word),
            false => write!(f, "{word}(cost={})", cost.get()),
        };
        match self.0 {
            Classifier::NearestMean => f.write_str("nearest-mean"),
            Classifier::LinearDiscriminant(DiscriminantCovariance::Shrunk) => f.write_str("lda"),
            Classifier::LinearDiscriminant(covariance) => {
                write!(f, "lda(covariance={})", word_of(&COVARIANCES, &covariance))
            }
            Classifier::Logistic { cost } => with_cost(f, "logistic", cost),
            Classifier::SupportVectors { cost } => with_cost(f, "svm", cost),
            Classifier::Ridge => f.write_str("ridge"),
        }
    }
}

impl TryFrom<String> for ClassifierSpec {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<ClassifierSpec> for String {
    fn from(spec: ClassifierSpec) -> Self {
        spec.to_string()
    }
}

/// Five folds.
impl Default for DecodingFolds {
    fn default() -> Self {
        Self::Folds(NonZeroUsize::new(5).expect("5 is not 0"))
    }
}

impl DecodingFolds {
    /// Returns the split whose folds have the order of `seed`.
    pub fn split(self, seed: u64) -> Split {
        let scheme = match self {
            Self::LeaveOneGroupOut => SplitScheme::LeaveOneOut,
            Self::Folds(count) => SplitScheme::Folds(count),
        };
        Split { scheme, order: SplitOrder::Seeded(seed) }
    }
}

impl FromStr for DecodingFolds {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self> {
        match (word, word.parse::<NonZeroUsize>()) {
            ("loo", _) => Ok(Self::LeaveOneGroupOut),
            (_, Ok(count)) if count.get() > 1 => Ok(Self::Folds(count)),
            _ => {
                let requirement = "a number of at least 2, or loo for one group a fold";
                Err(Error::invalid_parameter("the folds of decoding", requirement, format_args!("'{word}'")))
            }
        }
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

impl DecodingSpec {
    /// Returns the decoder.
    pub fn decoder(&self) -> Decoder {
        Decoder { classifier: self.classifier.0, split: self.folds.split(self.seed) }
    }

    pub(super) const KEYS: [&str; 3] = ["classifier", "folds", "seed"];

    pub(super) fn parse(mut axes: TermArguments<'_>) -> Result<Self> {
        let classifier = axes.take("classifier").map(ClassifierSpec::from_term).transpose()?.unwrap_or_default();
        let folds = axes.take("folds").map(|term| term.word.parse()).transpose()?.unwrap_or_default();
        let seed = |term: Term<'_>| {
            let wrong =
                |_| Error::invalid_parameter("seed of decoding", "a whole number", format_args!("'{}'", term.word));
            term.word.parse().map_err(wrong)
        };
        Ok(Self { classifier, folds, seed: axes.take("seed").map(seed).transpose()?.unwrap_or(0) })
    }
}

impl fmt::Display for DecodingSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let defaults = Self::default();
        let arguments = [
            (self.classifier != defaults.classifier).then(|| format!("classifier={}", self.classifier)),
            (self.folds != defaults.folds).then(|| format!("folds={}", self.folds)),
            (self.seed != defaults.seed).then(|| format!("seed={}", self.seed)),
        ];
        let given: Vec<String> = arguments.into_iter().flatten().collect();
        match given.is_empty() {
            true => f.write_str("decoding"),
            false => write!(f, "decoding({})", given.join(",")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classifiers_that_are_printed_are_read_back() {
        let texts = ["lda", "lda(covariance=pooled)", "lda(covariance=by-class)", "nearest-mean", "logistic", "ridge"];
        for text in texts.into_iter().chain(["svm", "svm(cost=0.5)", "logistic(cost=10)"]) {
            assert_eq!(text.parse::<ClassifierSpec>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn wrong_rules_and_folds_are_refused_with_what_is_known() {
        let message = |text: &str| text.parse::<ClassifierSpec>().unwrap_err().to_string();
        assert!(message("lad").contains("did you mean 'lda'?"));
        assert!(message("lda:cost=1").contains("a parameter of lda"));
        assert!(message("svm:cost=0").contains("above 0"));
        assert!("1".parse::<DecodingFolds>().unwrap_err().to_string().contains("at least 2, or loo"));
    }
}
