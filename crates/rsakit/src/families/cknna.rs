//! The alignment of inner products among nearest neighbors.

use rsa_core::{AnyMeasure, Result};
use rsa_shape::{Cknna, PatternLength};

use super::{
    Advice, FamilyMember, MemoryNeed, Vocabulary,
    knn::{HUH_2024, k_argument, take_k},
};
use crate::{
    Reference,
    spec::axes::{TermArguments, word_of},
};

pub(super) const VOCABULARY: Vocabulary = Vocabulary {
    word: "cknna",
    keys: &["k", "rows"],
    values: || vec!["k=10|K  rows=unit|raw".to_owned()],
    examples: &["k=5", "k=3,rows=raw"],
};

const LENGTHS: [(&str, PatternLength); 2] = [("unit", PatternLength::Unit), ("raw", PatternLength::Raw)];

pub(super) fn parse(mut axes: TermArguments<'_>) -> Result<Cknna> {
    let k = take_k(&mut axes, "cknna")?;
    let rows = axes.take("rows").map(|term| term.choice("rows of cknna", &LENGTHS)).transpose()?;
    Ok(Cknna { k, rows: rows.unwrap_or_default() })
}

impl FamilyMember for Cknna {
    fn arguments(&self) -> Vec<String> {
        let rows = (self.rows != PatternLength::default()).then(|| format!("rows={}", word_of(&LENGTHS, &self.rows)));
        k_argument(self.k).into_iter().chain(rows).collect()
    }

    fn measure(&self) -> AnyMeasure {
        AnyMeasure::new(*self)
    }

    fn title(&self) -> &'static str {
        "nearest-neighbour kernel alignment"
    }

    fn cost(&self) -> &'static str {
        "n²·p; n·k·log k"
    }

    fn reference(&self) -> &'static str {
        "Huh et al. 2024, ICML"
    }

    fn references(&self) -> Vec<Reference> {
        vec![HUH_2024]
    }

    fn memory(&self, n: usize, p: usize) -> MemoryNeed {
        // An index, a weight and an inner product for each neighbor; a copy of the patterns while they are read.
        MemoryNeed { working: MemoryNeed::of_matrix(n, p).held, ..MemoryNeed::of_matrix(n, self.k.saturating_mul(3)) }
    }

    fn advice(&self) -> Advice {
        Advice {
            reads: "the inner products of each condition with its nearest neighbours in both representations",
            beware: "independent data score above 0, so compare with permuted conditions; features are not clipped, \
                     as the code of the paper does",
        }
    }
}
