//! Families of measures. Each file holds everything that the workspace knows of one family.
//!
//! A family's file has its words, parsing and printing, title, cost, references, memory need, reading advice and the
//! examples of the catalogue. The table in this file lists the families; it generates [`MeasureSpec`] and every function
//! that depends on the family.

mod cka;

mod cca;
mod pwcca;
mod svcca;

mod procrustes;
mod shape;

mod cknna;
mod knn;

mod rsa;

mod predict;

mod comparison_spec;
mod comparisons;
mod decoding;
mod dissimilarities;
mod rdms;

use std::{fmt, str::FromStr};

use rsa_cca::{Cca, Pwcca, Svcca};
use rsa_cka::Cka;
use rsa_core::{AnyMeasure, Error, Result};
use rsa_encode::Predict;
use rsa_shape::{Cknna, Knn};

use crate::{
    Reference,
    spec::{
        axes::{TermArguments, unknown},
        grammar::{self, Term},
    },
};

pub use self::{
    comparison_spec::ComparisonWithData,
    comparisons::ComparisonSpec,
    decoding::{ClassifierSpec, DecodingFolds, DecodingSpec},
    dissimilarities::DissimilaritySpec,
    procrustes::ProcrustesSpec,
    rdms::RdmSpec,
    rsa::RsaSpec,
    shape::ShapeSpec,
};

/// The words of a family.
pub(crate) struct Vocabulary {
    /// The word before the colon.
    word: &'static str,
    /// The keys after it.
    keys: &'static [&'static str],
    /// Lines of the legend: each key with its values.
    values: fn() -> Vec<String>,
    /// Entries of the catalogue: the arguments after the colon. Together they take every value of every key.
    examples: &'static [&'static str],
}

/// The facts and functions of one member of a family: a measure with all its parameters.
trait FamilyMember {
    /// Returns the arguments after the colon, without those that have their default value.
    fn arguments(&self) -> Vec<String>;

    /// Makes the measure.
    fn measure(&self) -> AnyMeasure;

    /// Returns the name of the measure.
    fn title(&self) -> &'static str;

    /// Returns the operations for n conditions, p and q features, rank r: of a representation; of a pair.
    fn cost(&self) -> &'static str;

    /// Returns the authors, year and venue that defined the measure.
    fn reference(&self) -> &'static str;

    /// Returns the works to cite.
    fn references(&self) -> Vec<Reference>;

    /// Returns the memory that a layer of `n` conditions and `p` features takes.
    fn memory(&self, n: usize, p: usize) -> MemoryNeed;

    /// Returns how to read the scores.
    fn advice(&self) -> Advice;

    /// Describes the route by which many layers are compared, if there is a choice.
    fn route(&self, n: usize, rows: &[usize], columns: Option<&[usize]>) -> Option<String> {
        let _ = (n, rows, columns);
        None
    }
}

/// The memory that a layer takes under a measure, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryNeed {
    /// Bytes that the geometry of the layer holds.
    pub held: usize,
    /// Further bytes while the geometry is read, beside the layer itself.
    pub working: usize,
}

impl MemoryNeed {
    /// Makes the need of a geometry of `n` × `p` numbers.
    fn of_matrix(n: usize, p: usize) -> Self {
        Self { held: n.saturating_mul(p).saturating_mul(size_of::<f64>()), working: 0 }
    }

    /// Makes the need of a geometry of all pairs of `n` conditions, which takes as much again while it is read.
    fn of_pairs(n: usize) -> Self {
        let Self { held, .. } = Self::of_matrix(n, n);
        Self { held, working: held }
    }
}

/// Advice on how to read the scores of a measure, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The part of a representation that the measure looks at.
    pub reads: &'static str,
    /// The situations in which scores mislead.
    pub beware: &'static str,
}

/// Generates the enum of all measures and its dispatch from the table of families.
macro_rules! families {
    (
        $(#[$of_enum:meta])*
        pub enum $name:ident {
            $($(#[$of_variant:meta])* $variant:ident($member:ty) in $module:ident,)+
        }
    ) => {
        $(#[$of_enum])*
        pub enum $name {
            $($(#[$of_variant])* $variant($member),)+
        }

        /// The words of every family.
        const VOCABULARIES: &[&Vocabulary] = &[$(&$module::VOCABULARY),+];

        impl $name {
            fn family(&self) -> &dyn FamilyMember {
                match self {
                    $(Self::$variant(member) => member,)+
                }
            }

            fn vocabulary(&self) -> &'static Vocabulary {
                match self {
                    $(Self::$variant(_) => &$module::VOCABULARY,)+
                }
            }

            /// Reads a measure from a parsed term.
            fn from_term(term: Term<'_>) -> Result<Self> {
                $(
                    if term.word == $module::VOCABULARY.word {
                        return $module::parse(TermArguments::new(term, $module::VOCABULARY.keys)?).map(Self::$variant);
                    }
                )+
                let words: Vec<_> = VOCABULARIES.iter().map(|vocabulary| vocabulary.word).collect();
                Err(unknown("a measure", term.word, &words))
            }
        }
    };
}

families! {
    /// A measure with all its parameters, which can be written and read.
    ///
    /// The grammar is `word[:key=value,…]`; arguments of a value stand in parentheses. The keys are the axes of the
    /// measure, which are the fields of its struct:
    ///
    /// | word | keys | values, the default first |
    /// |---|---|---|
    /// | `cka` | `kernel` | `linear`, `rbf`, `distance` |
    /// | | `bandwidth` (of `rbf`) | `median(1)`, `median(T)`, `fixed(SIGMA)` |
    /// | | `hsic` | `biased`, `unbiased` |
    /// | `cca` | `mean` | `plain`, `squared` |
    /// | `svcca` | `keep` | `variance(0.99)`, `variance(SHARE)`, `count(K)`, `all` |
    /// | | `mean` | `plain`, `squared` |
    /// | `pwcca` | `weights` | `first`, `second`, `mean` |
    /// | `procrustes` | `distance` | `angular`, `chordal`, `similarity` |
    /// | `shape` | `alpha` (needed) | a number from 0 to 1 |
    /// | | `distance` | `angular`, `chordal`, `similarity` |
    /// | | `scale` | `unit`, `keep` (of `alpha=1`, without `distance`) |
    /// | `knn` | `k` | `10`, a number |
    /// | | `metric` | `cosine`, `euclidean`, `correlation` |
    /// | | `compare` | `overlap`, `jaccard` |
    /// | | `chance` (of `overlap`) | `included`, `corrected` |
    /// | `cknna` | `k` | `10`, a number |
    /// | | `rows` | `unit`, `raw` |
    /// | `rsa` | `rdm` (needed) | a [`DissimilaritySpec`] |
    /// | | `compare` (needed) | a [`ComparisonSpec`] |
    /// | `predict` | `map` | `ridge(loo)`, `ridge(loo-per-site)`, `ridge(relative(A))`, `ridge(LAMBDA)`, `linear`, `pls(K)`, `one-to-one`, `one-to-one(absolute)` |
    /// | | `folds` | `5`, a number, `loo` |
    /// | | `splits` (in place of `folds`) | a number of random splits |
    /// | | `test` (of `splits`) | `0.1`, the share of test conditions |
    /// | | `order` | `seeded`, `given` |
    /// | | `seed` (of the order) | `0`, a number |
    /// | | `score` | `pearson`, `r2` |
    /// | | `from` | `first`, `second` |
    ///
    /// Printing leaves defaults out, except for SVCCA's cut, which is always printed because the literature uses several.
    /// A measure whose parameter is data prints the word `data` in its place; such text cannot be read back, and parsing
    /// it is an error that says how to attach the data.
    ///
    /// # Example
    /// ```
    /// use rsakit::MeasureSpec;
    ///
    /// let spec: MeasureSpec = "cka:hsic=biased,kernel=rbf".parse()?;
    /// assert_eq!(spec.to_string(), "cka:kernel=rbf");
    /// let error = "rsa:rdm=correlaton,compare=spearman".parse::<MeasureSpec>().unwrap_err();
    /// assert!(error.to_string().contains("did you mean 'correlation'?"));
    /// # Ok::<(), rsakit::Error>(())
    /// ```
    #[derive(Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
    #[cfg_attr(feature = "serde", serde(into = "String", try_from = "String"))]
    pub enum MeasureSpec {
        /// Centered kernel alignment.
        Cka(Cka) in cka,
        /// Mean canonical correlation.
        Cca(Cca) in cca,
        /// Singular vector CCA.
        Svcca(Svcca) in svcca,
        /// Projection-weighted CCA.
        Pwcca(Pwcca) in pwcca,
        /// The distance of Procrustes shapes.
        Procrustes(ProcrustesSpec) in procrustes,
        /// The family of shape metrics.
        Shape(ShapeSpec) in shape,
        /// Shared nearest neighbors.
        Knn(Knn) in knn,
        /// Alignment of inner products among nearest neighbors.
        Cknna(Cknna) in cknna,
        /// Representational similarity analysis.
        Rsa(RsaSpec) in rsa,
        /// Predictivity of encoding models.
        Predict(Predict) in predict,
    }
}

impl MeasureSpec {
    /// Makes the measure.
    pub fn measure(&self) -> AnyMeasure {
        self.family().measure()
    }

    /// Returns the word of the family, which stands before the colon.
    pub fn word(&self) -> &'static str {
        self.vocabulary().word
    }

    /// Returns the name of the measure.
    pub fn title(&self) -> &'static str {
        self.family().title()
    }

    /// Returns the operations for n conditions, p and q features, rank r: of a representation; of a pair.
    pub fn cost(&self) -> &'static str {
        self.family().cost()
    }

    /// Returns the authors, year and venue that defined the measure.
    pub fn reference(&self) -> &'static str {
        self.family().reference()
    }

    /// Returns the works to cite with the measure.
    pub fn references(&self) -> Vec<Reference> {
        self.family().references()
    }

    /// Returns the memory that a layer of `n_conditions` and `n_features` takes under the measure.
    pub fn memory(&self, n_conditions: usize, n_features: usize) -> MemoryNeed {
        self.family().memory(n_conditions, n_features)
    }

    /// Returns how to read the scores of the measure.
    pub fn advice(&self) -> Advice {
        self.family().advice()
    }

    /// Describes the route by which layers are compared, if the measure has a choice.
    ///
    /// All layers of `rows` are compared with all of `columns`, or with each other; both hold numbers of features.
    pub fn route(&self, n_conditions: usize, rows: &[usize], columns: Option<&[usize]>) -> Option<String> {
        self.family().route(n_conditions, rows, columns)
    }

    /// Returns `true` if the measure can read layers a block at a time
    /// ([`Measure::streamed`](rsa_core::Measure::streamed)).
    pub fn is_streamed(&self) -> bool {
        rsa_core::Measure::streamed(&self.measure()).is_some()
    }
}

impl FromStr for MeasureSpec {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::from_term(grammar::parse(text)?)
    }
}

impl fmt::Display for MeasureSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arguments = self.family().arguments();
        match arguments.is_empty() {
            true => f.write_str(self.word()),
            false => write!(f, "{}:{}", self.word(), arguments.join(",")),
        }
    }
}

impl TryFrom<String> for MeasureSpec {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<MeasureSpec> for String {
    fn from(spec: MeasureSpec) -> Self {
        spec.to_string()
    }
}

/// Returns the measures of the catalogue, as text.
pub(crate) fn examples() -> impl Iterator<Item = String> {
    VOCABULARIES.iter().flat_map(|vocabulary| {
        let example = |arguments: &&str| match *arguments {
            "" => vocabulary.word.to_owned(),
            arguments => format!("{}:{arguments}", vocabulary.word),
        };
        vocabulary.examples.iter().map(example)
    })
}

/// Returns every family with its keys and their values, a line or more each: the legend of `rsakit measures`.
pub fn legend() -> String {
    let mut lines = String::new();
    for vocabulary in VOCABULARIES {
        for (k, line) in (vocabulary.values)().iter().enumerate() {
            let word = if k == 0 { vocabulary.word } else { "" };
            lines += &format!("  {word:<10}  {line}\n");
        }
    }
    lines
}

#[cfg(test)]
mod tests;
