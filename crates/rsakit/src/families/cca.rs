//! Canonical correlation.

use rsa_cca::{Cca, Mean};
use rsa_core::{AnyMeasure, Result};

use super::{Advice, FamilyMember, MemoryNeed, Vocabulary};
use crate::{
    Reference,
    spec::axes::{TermArguments, word_of},
};

pub(super) const VOCABULARY: Vocabulary = Vocabulary {
    word: "cca",
    keys: &["mean"],
    values: || vec!["mean=plain|squared".to_owned()],
    examples: &["", "mean=squared"],
};

const MEANS: [(&str, Mean); 2] = [("plain", Mean::Plain), ("squared", Mean::Squared)];

/// Canonical correlations.
const HOTELLING_1936: Reference = Reference {
    authors: "Hotelling, H.",
    year: 1936,
    title: "Relations between two sets of variates",
    venue: "Biometrika 28, 321–377",
    doi: Some("10.1093/biomet/28.3-4.321"),
};

pub(super) fn parse(mut axes: TermArguments<'_>) -> Result<Cca> {
    Ok(Cca { mean: take_mean(&mut axes)? })
}

/// Takes the mean from the arguments.
pub(super) fn take_mean(axes: &mut TermArguments<'_>) -> Result<Mean> {
    Ok(axes.take("mean").map(|term| term.choice("mean", &MEANS)).transpose()?.unwrap_or_default())
}

/// Returns the argument of a mean, unless it has the default value.
pub(super) fn mean_argument(mean: Mean) -> Option<String> {
    (mean != Mean::default()).then(|| format!("mean={}", word_of(&MEANS, &mean)))
}

impl FamilyMember for Cca {
    fn arguments(&self) -> Vec<String> {
        mean_argument(self.mean).into_iter().collect()
    }

    fn measure(&self) -> AnyMeasure {
        AnyMeasure::new(*self)
    }

    fn title(&self) -> &'static str {
        "canonical correlation"
    }

    fn cost(&self) -> &'static str {
        "n·p·min(n, p); n·r² + r³"
    }

    fn reference(&self) -> &'static str {
        match self.mean {
            Mean::Plain => "Hotelling 1936, Biometrika",
            Mean::Squared => "Yanai 1974, J. Behaviormetrics",
        }
    }

    fn references(&self) -> Vec<Reference> {
        vec![HOTELLING_1936]
    }

    fn memory(&self, n: usize, p: usize) -> MemoryNeed {
        MemoryNeed::of_matrix(n, n.min(p))
    }

    fn advice(&self) -> Advice {
        Advice {
            reads: "the subspace that all features span",
            beware: "needs many more conditions than features; every direction counts alike, however little it varies",
        }
    }
}
