//! Comparisons of RDMs: one entry of a table each.

use rsa_core::{Rdm, Result};
use rsa_stats::{
    ConditionCovariance,
    comparison::{
        AnyComparison, Bures, ConditionWhitened, Cosine, KendallA, KendallB, Partial, Pearson, RhoA, Scoring, Spearman,
        WhitenedCosine, WhitenedPearson,
    },
};

use super::ComparisonWithData;
use crate::Reference;

/// The facts of one comparison.
pub(super) struct ComparisonFacts {
    pub(super) word: &'static str,
    /// The short name on the axis of a figure.
    pub(super) label: &'static str,
    pub(super) title: &'static str,
    /// The part of an RDM that the comparison looks at.
    pub(super) reads: &'static str,
    /// The changes of all dissimilarities that leave the score as it is.
    pub(super) ignores: &'static str,
    /// The cost of RSA with it: of a representation; of a pair.
    pub(super) cost: &'static str,
    pub(super) reference: &'static str,
    /// The works to cite beside RSA itself.
    pub(super) references: &'static [Reference],
    pub(super) comparison: fn() -> AnyComparison,
    /// The comparison for inference, if resamples can be weighted; without it `rsakit evaluate` refuses the word.
    pub(super) scoring: Option<Scoring>,
    /// The comparison for a known covariance of the conditions' noise, if there is one.
    pub(super) with_covariance: Option<fn(ConditionCovariance) -> ConditionWhitened>,
    /// The partial comparison given other RDMs, if there is one.
    pub(super) with_given: Option<fn(Vec<Rdm>) -> Result<Partial>>,
}

/// Generates the enum of all comparisons and its dispatch from the table.
macro_rules! comparisons {
    ($($variant:ident => $facts:expr,)+) => {
        /// A comparison of RDMs, by name; some have data attached.
        ///
        /// The words are `pearson`, `spearman`, `kendall-a`, `kendall-b`, `cosine`, `rho-a`, `whitened-cosine`,
        /// `whitened-pearson` and `bures`. A comparison with data prints as `whitened-cosine(covariance=data)` or
        /// `pearson(given=data)`. Text cannot hold the data, so parsing these is an error that names
        /// [`whitened_by`](Self::whitened_by) and [`partial`](Self::partial).
        ///
        /// # Example
        /// ```
        /// use rsakit::{Rdm, spec::ComparisonSpec, stats::Comparison};
        ///
        /// let [a, b] = [vec![0.1, 0.2, 9.0], vec![1.0, 3.0, 2.0]].map(Rdm::new);
        /// let spearman = "spearman".parse::<ComparisonSpec>()?.comparison();
        /// assert!((spearman.compare(&spearman.read(&a?)?, &spearman.read(&b?)?)? - 0.5).abs() < 1e-15);
        ///
        /// let given = vec![Rdm::new(vec![1.0, 1.0, 1.0, 0.0, 0.0, 0.0])?];
        /// let partial = ComparisonSpec::Pearson.partial(given)?;
        /// assert_eq!(partial.to_string(), "pearson(given=data)");
        /// # Ok::<(), rsakit::Error>(())
        /// ```
        #[derive(Clone, Debug, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(into = "String", try_from = "String"))]
        #[non_exhaustive]
        pub enum ComparisonSpec {
            $(
                #[doc = concat!("[`", stringify!($variant), "`](rsa_stats::comparison::", stringify!($variant), ").")]
                $variant,
            )+
            /// A comparison with data attached.
            WithData(ComparisonWithData),
        }

        /// The comparisons without data, in the order in which they are listed.
        pub(super) const PLAIN: &[ComparisonSpec] = &[$(ComparisonSpec::$variant),+];

        impl ComparisonSpec {
            pub(super) fn facts(&self) -> &'static ComparisonFacts {
                match self {
                    $(
                        Self::$variant => {
                            static FACTS: ComparisonFacts = $facts;
                            &FACTS
                        }
                    )+
                    Self::WithData(attached) => attached.facts(),
                }
            }
        }
    };
}

/// The arguments of RSA in the catalogue; every comparison and every dissimilarity must stand here at least once.
pub(super) const RSA_EXAMPLES: [&str; 11] = [
    "rdm=correlation,compare=spearman",
    "rdm=correlation,compare=pearson",
    "rdm=correlation,compare=whitened-pearson",
    "rdm=euclidean,compare=spearman",
    "rdm=euclidean,compare=kendall-b",
    "rdm=squared-euclidean,compare=cosine",
    "rdm=squared-euclidean,compare=whitened-cosine",
    "rdm=squared-euclidean,compare=bures",
    "rdm=squared-euclidean(per_feature=true),compare=rho-a",
    "rdm=cosine,compare=spearman",
    "rdm=manhattan,compare=kendall-a",
];

/// Whitened comparisons of RDMs.
const DIEDRICHSEN_2021: Reference = Reference {
    authors: "Diedrichsen, J., Berlot, E., Mur, M., Schütt, H. H., Shahbazi, M. & Kriegeskorte, N.",
    year: 2021,
    title: "Comparing representational geometries using whitened unbiased-distance-matrix similarity",
    venue: "Neurons, Behavior, Data Analysis, and Theory 5",
    doi: Some("10.51628/001c.27664"),
};

comparisons! {
    Pearson => ComparisonFacts {
        word: "pearson",
        label: "Pearson's r",
        title: "Pearson correlation of RDMs",
        reads: "dissimilarities as they are",
        ignores: "unit and offset",
        cost: "n²·p; n²",
        reference: "Kriegeskorte et al. 2008, Front. Syst. Neurosci.",
        references: &[],
        comparison: || AnyComparison::new(Pearson),
        scoring: Some(Scoring::Pearson),
        with_covariance: None,
        with_given: Some(Partial::pearson),
    },
    Spearman => ComparisonFacts {
        word: "spearman",
        label: "Spearman's ρ",
        title: "Spearman correlation of RDMs",
        reads: "the order of dissimilarities",
        ignores: "all but the order",
        cost: "n²·p + n²·log n; n²",
        reference: "Kriegeskorte et al. 2008, Front. Syst. Neurosci.",
        references: &[],
        comparison: || AnyComparison::new(Spearman),
        scoring: Some(Scoring::Spearman),
        with_covariance: None,
        with_given: Some(Partial::spearman),
    },
    KendallA => ComparisonFacts {
        word: "kendall-a",
        label: "Kendall's τ-a",
        title: "Kendall's τ-a of RDMs",
        reads: "pairs of dissimilarities in the same order; ties predict nothing",
        ignores: "all but the order",
        cost: "n²·p + n²·log n; n²·log n",
        reference: "Nili et al. 2014, PLoS Comput. Biol.",
        references: &[Reference::NILI_2014],
        comparison: || AnyComparison::new(KendallA),
        scoring: Some(Scoring::KendallA),
        with_covariance: None,
        with_given: None,
    },
    KendallB => ComparisonFacts {
        word: "kendall-b",
        label: "Kendall's τ-b",
        title: "Kendall's τ-b of RDMs",
        reads: "pairs of dissimilarities in the same order, of those not tied",
        ignores: "all but the order",
        cost: "n²·p + n²·log n; n²·log n",
        reference: "Kriegeskorte et al. 2008, Front. Syst. Neurosci.",
        references: &[],
        comparison: || AnyComparison::new(KendallB),
        scoring: Some(Scoring::KendallB),
        with_covariance: None,
        with_given: None,
    },
    Cosine => ComparisonFacts {
        word: "cosine",
        label: "cosine",
        title: "cosine of RDMs",
        reads: "dissimilarities as they are, with their 0",
        ignores: "the unit",
        cost: "n²·p; n²",
        reference: "Diedrichsen & Kriegeskorte 2017, PLoS Comput. Biol.",
        references: &[],
        comparison: || AnyComparison::new(Cosine),
        scoring: Some(Scoring::Cosine),
        with_covariance: None,
        with_given: None,
    },
    RhoA => ComparisonFacts {
        word: "rho-a",
        label: "ρ-a",
        title: "ρ-a of RDMs",
        reads: "the order of dissimilarities; ties predict nothing",
        ignores: "all but the order",
        cost: "n²·p + n²·log n; n²",
        reference: "Schütt et al. 2023, eLife",
        references: &[Reference::SCHUETT_2023],
        comparison: || AnyComparison::new(RhoA),
        scoring: Some(Scoring::RhoA),
        with_covariance: None,
        with_given: None,
    },
    WhitenedCosine => ComparisonFacts {
        word: "whitened-cosine",
        label: "whitened cosine",
        title: "whitened cosine of RDMs",
        reads: "dissimilarities, weighed by how their noise varies together",
        ignores: "the unit",
        cost: "n²·p; n²",
        reference: "Diedrichsen et al. 2021, Neurons Behav. Data Anal. Theory",
        references: &[DIEDRICHSEN_2021],
        comparison: || AnyComparison::new(WhitenedCosine),
        scoring: Some(Scoring::WhitenedCosine),
        with_covariance: Some(ConditionWhitened::cosine),
        with_given: None,
    },
    WhitenedPearson => ComparisonFacts {
        word: "whitened-pearson",
        label: "whitened Pearson's r",
        title: "whitened Pearson correlation of RDMs",
        reads: "dissimilarities, weighed by how their noise varies together",
        ignores: "unit and offset",
        cost: "n²·p; n²",
        reference: "Diedrichsen et al. 2021, Neurons Behav. Data Anal. Theory",
        references: &[DIEDRICHSEN_2021],
        comparison: || AnyComparison::new(WhitenedPearson),
        scoring: Some(Scoring::WhitenedPearson),
        with_covariance: Some(ConditionWhitened::pearson),
        with_given: None,
    },
    Bures => ComparisonFacts {
        word: "bures",
        label: "Bures similarity",
        title: "Bures similarity of RDMs",
        reads: "the points that squared distances imply",
        ignores: "the unit",
        cost: "n²·p + n³; n·r² + r³",
        reference: "Tang et al. 2020, arXiv",
        references: &[],
        comparison: || AnyComparison::new(Bures),
        scoring: None,
        with_covariance: None,
        with_given: None,
    },
}
