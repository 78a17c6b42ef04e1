//! Representational similarity analysis: a dissimilarity of patterns times a comparison of RDMs.

use rsa_core::{AnyMeasure, Error, Result};
use rsa_stats::Rsa;

use super::{
    Advice, ComparisonSpec, DissimilaritySpec, FamilyMember, MemoryNeed, RdmSpec, Vocabulary, comparison_spec,
    comparisons,
};
use crate::{Reference, spec::axes::TermArguments};

/// RSA by the names of its parts.
pub type RsaSpec = Rsa<DissimilaritySpec, ComparisonSpec>;

pub(super) const VOCABULARY: Vocabulary = Vocabulary {
    word: "rsa",
    keys: &["rdm", "compare"],
    values: || {
        vec![
            "rdm=euclidean|squared-euclidean|squared-euclidean(per_feature=true)|correlation|cosine|manhattan"
                .to_owned(),
            "    |poisson(prior_rate=R,prior_weight=W), for rates".to_owned(),
            format!("compare={}", comparison_spec::words().collect::<Vec<_>>().join("|")),
        ]
    },
    examples: &comparisons::RSA_EXAMPLES,
};

pub(super) fn parse(mut axes: TermArguments<'_>) -> Result<RsaSpec> {
    let dissimilarity = match RdmSpec::from_term(axes.need("rdm", "correlation")?, "rdm of rsa")? {
        RdmSpec::Patterns(dissimilarity) => dissimilarity,
        other => {
            return Err(Error::invalid_parameter(
                "rdm of rsa",
                "a dissimilarity of patterns alone",
                format_args!(
                    "'{other}', which needs repeated runs or a noise covariance; make RDMs of it by `rsakit rdm`, \
                     and compare those"
                ),
            ));
        }
    };
    let comparison = ComparisonSpec::from_term(&axes.need("compare", "spearman")?, "compare of rsa")?;
    Ok(Rsa::new(dissimilarity, comparison))
}

impl FamilyMember for RsaSpec {
    fn arguments(&self) -> Vec<String> {
        vec![format!("rdm={}", self.dissimilarity), format!("compare={}", self.comparison)]
    }

    fn measure(&self) -> AnyMeasure {
        AnyMeasure::new(Rsa::new(self.dissimilarity.dissimilarity(), self.comparison.comparison()))
    }

    fn title(&self) -> &'static str {
        "representational similarity analysis"
    }

    fn cost(&self) -> &'static str {
        self.comparison.cost()
    }

    fn reference(&self) -> &'static str {
        self.comparison.reference()
    }

    fn references(&self) -> Vec<Reference> {
        [vec![Reference::KRIEGESKORTE_2008], self.comparison.references()].concat()
    }

    /// Returns the need of the dissimilarities of half of all pairs, and of their ranks.
    fn memory(&self, n: usize, _p: usize) -> MemoryNeed {
        MemoryNeed::of_pairs(n)
    }

    fn advice(&self) -> Advice {
        Advice {
            reads: "the RDM: how far apart the patterns of every two conditions are",
            beware: "one number for thousands of pairs: two RDMs may agree in their groups and in nothing else; look at \
                     them",
        }
    }
}
