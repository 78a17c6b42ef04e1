//! Projection-weighted CCA.

use rsa_cca::{Pwcca, Weights};
use rsa_core::{AnyMeasure, Result};

use super::{Advice, FamilyMember, MemoryNeed, Vocabulary};
use crate::{
    Reference,
    spec::axes::{TermArguments, word_of},
};

pub(super) const VOCABULARY: Vocabulary = Vocabulary {
    word: "pwcca",
    keys: &["weights"],
    values: || vec!["weights=first|second|mean".to_owned()],
    examples: &["", "weights=second", "weights=mean"],
};

const WEIGHTS: [(&str, Weights); 3] = [("first", Weights::First), ("second", Weights::Second), ("mean", Weights::Mean)];

/// PWCCA.
const MORCOS_2018: Reference = Reference {
    authors: "Morcos, A. S., Raghu, M. & Bengio, S.",
    year: 2018,
    title: "Insights on representational similarity in neural networks with canonical correlation",
    venue: "NeurIPS",
    doi: Some("10.48550/arXiv.1806.05759"),
};

pub(super) fn parse(mut axes: TermArguments<'_>) -> Result<Pwcca> {
    let weights = axes.take("weights").map(|term| term.choice("weights of pwcca", &WEIGHTS)).transpose()?;
    Ok(Pwcca { weights: weights.unwrap_or_default() })
}

impl FamilyMember for Pwcca {
    fn arguments(&self) -> Vec<String> {
        match self.weights == Weights::default() {
            true => Vec::new(),
            false => vec![format!("weights={}", word_of(&WEIGHTS, &self.weights))],
        }
    }

    fn measure(&self) -> AnyMeasure {
        AnyMeasure::new(*self)
    }

    fn title(&self) -> &'static str {
        "projection-weighted CCA"
    }

    fn cost(&self) -> &'static str {
        "n·p·min(n, p); n·r² + r³ + r²·p"
    }

    fn reference(&self) -> &'static str {
        "Morcos et al. 2018, NeurIPS"
    }

    fn references(&self) -> Vec<Reference> {
        vec![MORCOS_2018]
    }

    fn memory(&self, n: usize, p: usize) -> MemoryNeed {
        let (basis, features) = (MemoryNeed::of_matrix(n, n.min(p)), MemoryNeed::of_matrix(p, n.min(p)));
        MemoryNeed { held: basis.held.saturating_add(features.held), working: 0 }
    }

    fn advice(&self) -> Advice {
        Advice {
            reads: "the subspace of all features, its directions weighted by how much of the features they carry",
            beware: "needs many more conditions than features; layers of unequal width are not scored alike",
        }
    }
}
