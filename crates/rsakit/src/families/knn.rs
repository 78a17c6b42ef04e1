//! Shared nearest neighbors.

use rsa_core::{AnyMeasure, Error, Result};
use rsa_shape::{Chance, Knn, NeighborMetric, NeighborScore};

use super::{Advice, FamilyMember, MemoryNeed, Vocabulary};
use crate::{
    Reference,
    spec::axes::{TermArguments, word_of},
};

pub(super) const VOCABULARY: Vocabulary = Vocabulary {
    word: "knn",
    keys: &["k", "metric", "compare", "chance"],
    values: || {
        vec![
            "k=10|K  metric=cosine|euclidean|correlation  compare=overlap|jaccard".to_owned(),
            "chance=included|corrected (of compare=overlap)".to_owned(),
        ]
    },
    examples: &["k=5", "k=3,metric=euclidean,compare=jaccard", "k=3,metric=correlation,chance=corrected"],
};

const METRICS: [(&str, NeighborMetric); 3] = [
    ("cosine", NeighborMetric::Cosine),
    ("euclidean", NeighborMetric::Euclidean),
    ("correlation", NeighborMetric::Correlation),
];

/// The words of the forms of a score: `true` for the Jaccard index.
const FORMS: [(&str, bool); 2] = [("overlap", false), ("jaccard", true)];

const CHANCES: [(&str, Chance); 2] = [("included", Chance::Included), ("corrected", Chance::Corrected)];

/// Mutual nearest neighbors and CKNNA.
pub(super) const HUH_2024: Reference = Reference {
    authors: "Huh, M., Cheung, B., Wang, T. & Isola, P.",
    year: 2024,
    title: "Position: The Platonic representation hypothesis",
    venue: "ICML",
    doi: Some("10.48550/arXiv.2405.07987"),
};

pub(super) fn parse(mut axes: TermArguments<'_>) -> Result<Knn> {
    let k = take_k(&mut axes, "knn")?;
    let metric = axes.take("metric").map(|term| term.choice("metric of knn", &METRICS)).transpose()?;
    let jaccard = axes.take("compare").map(|term| term.choice("compare of knn", &FORMS)).transpose()?;
    let chance = axes.take("chance").map(|term| term.choice("chance of knn", &CHANCES)).transpose()?;
    let compare = match (jaccard.unwrap_or_default(), chance) {
        (false, chance) => NeighborScore::Overlap(chance.unwrap_or_default()),
        (true, None) => NeighborScore::Jaccard,
        (true, Some(_)) => {
            let requirement = "given with compare=overlap only";
            return Err(Error::invalid_parameter("chance of knn", requirement, "compare=jaccard"));
        }
    };
    Ok(Knn { k, metric: metric.unwrap_or_default(), compare })
}

/// Takes the number of neighbors from the arguments of `word`.
pub(super) fn take_k(axes: &mut TermArguments<'_>, word: &str) -> Result<usize> {
    let Some(term) = axes.take("k") else { return Ok(Knn::default().k) };
    match term.word.parse() {
        Ok(k) if k > 0 && term.arguments.is_empty() => Ok(k),
        _ => Err(Error::invalid_parameter(
            format!("k of {word}"),
            "a whole number above 0, such as 10",
            format_args!("'{}'", term.word),
        )),
    }
}

/// Returns the argument of a number of neighbors, unless it has the default value.
pub(super) fn k_argument(k: usize) -> Option<String> {
    (k != Knn::default().k).then(|| format!("k={k}"))
}

impl FamilyMember for Knn {
    fn arguments(&self) -> Vec<String> {
        let mut arguments: Vec<String> = k_argument(self.k).into_iter().collect();
        if self.metric != NeighborMetric::default() {
            arguments.push(format!("metric={}", word_of(&METRICS, &self.metric)));
        }
        match self.compare {
            NeighborScore::Overlap(Chance::Included) => {}
            NeighborScore::Overlap(chance) => arguments.push(format!("chance={}", word_of(&CHANCES, &chance))),
            NeighborScore::Jaccard => arguments.push("compare=jaccard".to_owned()),
        }
        arguments
    }

    fn measure(&self) -> AnyMeasure {
        AnyMeasure::new(*self)
    }

    fn title(&self) -> &'static str {
        "shared nearest neighbours"
    }

    fn cost(&self) -> &'static str {
        "n²·p; n·k"
    }

    fn reference(&self) -> &'static str {
        "Huh et al. 2024, ICML"
    }

    fn references(&self) -> Vec<Reference> {
        vec![HUH_2024]
    }

    fn memory(&self, n: usize, p: usize) -> MemoryNeed {
        // An index and a weight for each neighbor; a copy of the patterns while they are read.
        MemoryNeed { working: MemoryNeed::of_matrix(n, p).held, ..MemoryNeed::of_matrix(n, self.k.saturating_mul(2)) }
    }

    fn advice(&self) -> Advice {
        Advice {
            reads: "the lists of the nearest other conditions of each condition",
            beware: "independent data share k/(n − 1) of their neighbours: compare with it, or take \
                     `chance=corrected`; everything beyond the k-th neighbour is ignored",
        }
    }
}
