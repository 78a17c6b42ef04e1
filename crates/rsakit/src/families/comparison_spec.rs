//! [`ComparisonSpec`]: a comparison of RDMs as text, and with data attached.

use std::{fmt, str::FromStr};

use rsa_core::{Error, Rdm, Result};
use rsa_stats::{AnyComparison, ConditionCovariance, Scoring};

use super::{
    ComparisonSpec,
    comparisons::{ComparisonFacts, PLAIN},
    rsa,
};
use crate::{
    Reference,
    spec::grammar::{self, Term},
};

/// A comparison with data attached; equal only to its clones.
#[derive(Clone)]
pub struct ComparisonWithData {
    facts: &'static ComparisonFacts,
    /// The key under which the data stand: `covariance` or `given`.
    key: &'static str,
    comparison: AnyComparison,
}

impl ComparisonWithData {
    /// Returns the facts of the comparison without data.
    pub(super) fn facts(&self) -> &'static ComparisonFacts {
        self.facts
    }
}

impl PartialEq for ComparisonWithData {
    fn eq(&self, other: &Self) -> bool {
        self.comparison.is_clone_of(&other.comparison)
    }
}

impl fmt::Debug for ComparisonWithData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for ComparisonWithData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({}=data)", self.facts.word, self.key)
    }
}

/// The key of a covariance of the conditions.
const COVARIANCE: &str = "covariance";
/// The key of RDMs to partial out.
const GIVEN: &str = "given";

/// Returns the words of all comparisons without data.
pub(crate) fn words() -> impl Iterator<Item = &'static str> {
    PLAIN.iter().map(|spec| spec.facts().word)
}

impl ComparisonSpec {
    /// Makes the comparison.
    pub fn comparison(&self) -> AnyComparison {
        match self {
            Self::WithData(attached) => attached.comparison.clone(),
            plain => (plain.facts().comparison)(),
        }
    }

    /// Returns all comparisons without data.
    pub fn all() -> Vec<Self> {
        PLAIN.to_vec()
    }

    /// Returns the name of the comparison.
    pub fn title(&self) -> &'static str {
        self.facts().title
    }

    /// Returns the short name of a score, as on the axis of a figure.
    pub fn label(&self) -> &'static str {
        self.facts().label
    }

    /// Returns the part of an RDM that the comparison looks at, for people.
    pub fn reads(&self) -> &'static str {
        self.facts().reads
    }

    /// Returns the changes of an RDM that the comparison ignores, for people.
    pub fn ignores(&self) -> &'static str {
        self.facts().ignores
    }

    /// Returns the works to cite with the comparison, beside RSA itself.
    pub fn references(&self) -> Vec<Reference> {
        self.facts().references.to_vec()
    }

    /// Returns the cost of RSA with the comparison: of a representation; of a pair.
    pub(super) fn cost(&self) -> &'static str {
        self.facts().cost
    }

    /// Returns the authors, year and venue that defined the comparison.
    pub(super) fn reference(&self) -> &'static str {
        self.facts().reference
    }

    /// Attaches a known covariance of the conditions' noise to a whitened comparison.
    ///
    /// # Errors
    /// `InvalidParameter` for a comparison that is not whitened.
    pub fn whitened_by(&self, covariance: ConditionCovariance) -> Result<Self> {
        match (self, self.facts().with_covariance) {
            (Self::WithData(_), _) | (_, None) => {
                let able = words_with(|facts| facts.with_covariance.is_some());
                Err(self.refused("a comparison with a covariance of the conditions", format!("one of {able}")))
            }
            (_, Some(make)) => Ok(self.with_data(COVARIANCE, AnyComparison::new(make(covariance)))),
        }
    }

    /// Attaches RDMs to partial out of a correlation.
    ///
    /// # Errors
    /// `InvalidParameter` for a comparison without a partial form; those of
    /// [`Partial::pearson`](rsa_stats::Partial::pearson).
    pub fn partial(&self, given: Vec<Rdm>) -> Result<Self> {
        match (self, self.facts().with_given) {
            (Self::WithData(_), _) | (_, None) => {
                let able = words_with(|facts| facts.with_given.is_some());
                Err(self.refused("a comparison given other RDMs", format!("one of {able}")))
            }
            (_, Some(make)) => Ok(self.with_data(GIVEN, AnyComparison::new(make(given)?))),
        }
    }

    fn with_data(&self, key: &'static str, comparison: AnyComparison) -> Self {
        Self::WithData(ComparisonWithData { facts: self.facts(), key, comparison })
    }

    /// Returns the comparison for inference, which weighs resamples.
    ///
    /// # Errors
    /// `InvalidParameter` for a comparison that cannot be weighted by a resample, listing those that can.
    pub fn scoring(&self) -> Result<Scoring> {
        match (self, self.facts().scoring) {
            (Self::WithData(_), _) | (_, None) => {
                let words: Vec<_> = Scoring::ALL.iter().map(|scoring| scoring.name()).collect();
                let requirement = format!("one that can be weighted by a resample: {}", words.join(", "));
                Err(self.refused("a comparison of models with data", requirement))
            }
            (_, Some(scoring)) => Ok(scoring),
        }
    }

    fn refused(&self, what: &str, requirement: String) -> Error {
        Error::invalid_parameter(what, requirement, format_args!("'{self}'"))
    }

    /// Reads the comparison that `term` names as `axis`.
    pub(super) fn from_term(term: &Term<'_>, axis: &str) -> Result<Self> {
        if let Some(key) = term.arguments.iter().filter_map(|argument| argument.key).find(|key| is_data(key)) {
            return Err(Error::invalid_parameter(
                format!("{key} of {}", term.word),
                "data, which a program attaches with ComparisonSpec::whitened_by or ComparisonSpec::partial",
                "text",
            ));
        }
        let known: Vec<_> = words().zip(0..).collect();
        Ok(PLAIN[term.choice::<usize>(axis, &known)?].clone())
    }
}

fn is_data(key: &str) -> bool {
    [COVARIANCE, GIVEN].contains(&key)
}

fn words_with(has: impl Fn(&ComparisonFacts) -> bool) -> String {
    let able = PLAIN.iter().map(ComparisonSpec::facts).filter(|facts| has(facts)).map(|facts| facts.word);
    able.collect::<Vec<_>>().join(", ")
}

impl From<Scoring> for ComparisonSpec {
    fn from(scoring: Scoring) -> Self {
        let found = PLAIN.iter().find(|spec| spec.facts().scoring == Some(scoring));
        found.expect("every comparison of inference is in the table").clone()
    }
}

impl FromStr for ComparisonSpec {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let term = grammar::parse(text)?;
        if term.word == rsa::VOCABULARY.word {
            let requirement = "of RDMs alone, such as 'spearman', because no RDM is made";
            return Err(Error::invalid_parameter("a comparison", requirement, format_args!("'{text}'")));
        }
        Self::from_term(&term, "a comparison")
    }
}

impl fmt::Display for ComparisonSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WithData(attached) => write!(f, "{attached}"),
            plain => f.write_str(plain.facts().word),
        }
    }
}

impl TryFrom<String> for ComparisonSpec {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<ComparisonSpec> for String {
    fn from(spec: ComparisonSpec) -> Self {
        spec.to_string()
    }
}

#[cfg(test)]
mod tests {
    use rsa_stats::Comparison;

    use super::{super::comparisons::RSA_EXAMPLES, *};

    #[test]
    fn a_measure_of_patterns_is_no_comparison() {
        let error = "rsa:rdm=euclidean,compare=spearman".parse::<ComparisonSpec>().unwrap_err().to_string();
        assert!(error.contains("of RDMs alone, such as 'spearman'"), "{error}");
    }

    #[test]
    fn every_comparison_has_a_word_of_its_own_and_is_in_the_catalogue() {
        for spec in PLAIN {
            let word = spec.to_string();
            assert_eq!(&word.parse::<ComparisonSpec>().unwrap(), spec);
            assert!(RSA_EXAMPLES.iter().any(|example| example.ends_with(&format!("compare={word}"))), "{word}");
        }
        let error = "kendal-a".parse::<ComparisonSpec>().unwrap_err().to_string();
        assert!(
            error.starts_with("a comparison must be one of pearson, ") && error.contains("'kendall-a'?"),
            "{error}"
        );
    }

    #[test]
    fn all_but_bures_can_be_weighted() {
        for scoring in Scoring::ALL {
            let spec = ComparisonSpec::from(scoring);
            assert_eq!((spec.scoring().unwrap(), spec.to_string().as_str()), (scoring, scoring.name()));
        }
        let error = ComparisonSpec::Bures.scoring().unwrap_err().to_string();
        assert!(error.contains("cosine, pearson, ") && error.ends_with("found 'bures'"), "{error}");
    }

    #[test]
    fn only_whitened_comparisons_take_a_covariance_and_only_correlations_are_partial() {
        let covariance = || ConditionCovariance::new(ndarray::Array2::eye(4)).unwrap();
        let whitened = ComparisonSpec::WhitenedPearson.whitened_by(covariance()).unwrap();
        let error = ComparisonSpec::Spearman.whitened_by(covariance()).unwrap_err();
        assert!(error.to_string().ends_with("whitened-pearson, found 'spearman'"), "{error}");
        let error = whitened.partial(Vec::new()).unwrap_err();
        assert!(error.to_string().ends_with("pearson, spearman, found 'whitened-pearson(covariance=data)'"), "{error}");
        assert!(whitened.scoring().is_err() && whitened.whitened_by(covariance()).is_err());
    }

    #[test]
    fn a_comparison_with_data_prints_what_cannot_be_read_back() {
        let rdm = |values: [f64; 6]| Rdm::new(values.to_vec()).unwrap();
        let given = vec![rdm([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])];
        let partial = ComparisonSpec::Pearson.partial(given.clone()).unwrap();
        assert_eq!(partial.to_string(), "pearson(given=data)");
        let error = partial.to_string().parse::<ComparisonSpec>().unwrap_err();
        assert!(error.to_string().starts_with("given of pearson must be data, which a program"), "{error}");
        assert_eq!(partial.clone(), partial);
        assert_ne!(ComparisonSpec::Pearson.partial(given).unwrap(), partial, "other data are another comparison");
        // Residuals -1 0 1 -1 0 1 and -1 1 0 -1 1 0: 2/√(4·4).
        let comparison = partial.comparison();
        let [a, b] = [[1.0, 2.0, 3.0, 7.0, 8.0, 9.0], [4.0, 6.0, 5.0, 0.0, 2.0, 1.0]]
            .map(|values| comparison.read(&rdm(values)).unwrap());
        assert!((comparison.compare(&a, &b).unwrap() - 0.5).abs() < 1e-15);
    }
}
