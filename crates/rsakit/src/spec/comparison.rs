//! [`ComparisonSpec`]: a comparison of RDMs as text.

use std::{fmt, str::FromStr};

use rsa_core::{Error, Result};
use rsa_stats::{
    Bures, Comparison, ConditionCovariance, ConditionWhitened, Cosine, KendallA, KendallB, Pearson, RhoA, Spearman,
    WhitenedCosine, WhitenedPearson,
};

use super::{
    grammar::{self, Term},
    word_of,
};

/// A comparison of RDMs, by name.
///
/// Comparisons have types of their own and no common one, since each reads an RDM into what it needs; a name becomes a
/// comparison by [`visit`](Self::visit).
///
/// # Example
/// ```
/// use rsakit::{
///     Rdm, Result,
///     spec::{ComparisonSpec, ComparisonVisitor},
///     stats::Comparison,
/// };
///
/// /// Two RDMs, to be compared.
/// struct Pair(Rdm, Rdm);
///
/// impl ComparisonVisitor for Pair {
///     type Output = Result<f64>;
///
///     fn visit<C: Comparison + 'static>(self, comparison: C) -> Result<f64> {
///         comparison.compare(&comparison.read(&self.0)?, &comparison.read(&self.1)?)
///     }
/// }
///
/// let spearman: ComparisonSpec = "spearman".parse()?;
/// let pair = Pair(Rdm::new(vec![0.1, 0.2, 9.0])?, Rdm::new(vec![1.0, 3.0, 2.0])?);
/// assert!((spearman.visit(pair)? - 0.5).abs() < 1e-15);
/// # Ok::<(), rsakit::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ComparisonSpec {
    /// [`Pearson`].
    Pearson,
    /// [`Spearman`].
    Spearman,
    /// [`KendallA`].
    KendallA,
    /// [`KendallB`].
    KendallB,
    /// [`Cosine`].
    Cosine,
    /// [`RhoA`].
    RhoA,
    /// [`WhitenedCosine`].
    WhitenedCosine,
    /// [`WhitenedPearson`].
    WhitenedPearson,
    /// [`Bures`].
    Bures,
}

const COMPARISONS: [(&str, ComparisonSpec); 9] = [
    ("pearson", ComparisonSpec::Pearson),
    ("spearman", ComparisonSpec::Spearman),
    ("kendall-a", ComparisonSpec::KendallA),
    ("kendall-b", ComparisonSpec::KendallB),
    ("cosine", ComparisonSpec::Cosine),
    ("rho-a", ComparisonSpec::RhoA),
    ("whitened-cosine", ComparisonSpec::WhitenedCosine),
    ("whitened-pearson", ComparisonSpec::WhitenedPearson),
    ("bures", ComparisonSpec::Bures),
];

/// What is done with a comparison whose type is known only when its name has been read.
pub trait ComparisonVisitor {
    /// What comes of it.
    type Output;

    /// Does it.
    fn visit<C: Comparison + 'static>(self, comparison: C) -> Self::Output;
}

impl ComparisonSpec {
    /// Does with the comparison of this name what `visitor` does.
    pub fn visit<V: ComparisonVisitor>(self, visitor: V) -> V::Output {
        match self {
            Self::Pearson => visitor.visit(Pearson),
            Self::Spearman => visitor.visit(Spearman),
            Self::KendallA => visitor.visit(KendallA),
            Self::KendallB => visitor.visit(KendallB),
            Self::Cosine => visitor.visit(Cosine),
            Self::RhoA => visitor.visit(RhoA),
            Self::WhitenedCosine => visitor.visit(WhitenedCosine),
            Self::WhitenedPearson => visitor.visit(WhitenedPearson),
            Self::Bures => visitor.visit(Bures),
        }
    }

    /// The whitened comparison of this name for a known covariance of the conditions' noise.
    ///
    /// # Errors
    /// `InvalidParameter` for a comparison that is not whitened.
    pub fn whitened_by(self, covariance: ConditionCovariance) -> Result<ConditionWhitened> {
        match self {
            Self::WhitenedCosine => Ok(ConditionWhitened::cosine(covariance)),
            Self::WhitenedPearson => Ok(ConditionWhitened::pearson(covariance)),
            other => Err(Error::invalid_parameter(
                "a comparison with a covariance of the conditions",
                "one of whitened-cosine, whitened-pearson",
                format_args!("'{other}'"),
            )),
        }
    }

    /// The comparison that `term` names as `axis`.
    pub(super) fn from_term(term: &Term<'_>, axis: &str) -> Result<Self> {
        term.choice(axis, &COMPARISONS)
    }
}

impl FromStr for ComparisonSpec {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::from_term(&grammar::parse(text)?, "a comparison")
    }
}

impl fmt::Display for ComparisonSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(word_of(&COMPARISONS, self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_comparison_has_a_word_of_its_own() {
        for (word, spec) in COMPARISONS {
            assert_eq!((word.parse::<ComparisonSpec>().unwrap(), spec.to_string().as_str()), (spec, word));
        }
        let error = "kendal-a".parse::<ComparisonSpec>().unwrap_err().to_string();
        assert!(
            error.starts_with("a comparison must be one of pearson, ") && error.contains("'kendall-a'?"),
            "{error}"
        );
    }

    #[test]
    fn only_whitened_comparisons_take_a_covariance() {
        let covariance = || ConditionCovariance::new(ndarray::Array2::eye(4)).unwrap();
        assert!(ComparisonSpec::WhitenedPearson.whitened_by(covariance()).is_ok());
        let error = ComparisonSpec::Spearman.whitened_by(covariance()).unwrap_err();
        assert!(error.to_string().ends_with("whitened-pearson, found 'spearman'"), "{error}");
    }
}
