//! The distance of Procrustes shapes.

use rsa_core::{AnyMeasure, Result};
use rsa_shape::{Alpha, Shape, ShapeDistance};

use super::{
    Advice, FamilyMember, MemoryNeed, Vocabulary,
    shape::{DISTANCES, WILLIAMS_2021, distance_argument, take_distance},
};
use crate::{Reference, spec::axes::TermArguments};

pub(super) const VOCABULARY: Vocabulary = Vocabulary {
    word: "procrustes",
    keys: &["distance"],
    values: || vec![format!("distance={}", DISTANCES.map(|(word, _)| word).join("|"))],
    examples: &["", "distance=chordal", "distance=similarity"],
};

/// The rotation of least squares.
const SCHOENEMANN_1966: Reference = Reference {
    authors: "Schönemann, P. H.",
    year: 1966,
    title: "A generalized solution of the orthogonal Procrustes problem",
    venue: "Psychometrika 31, 1–10",
    doi: Some("10.1007/BF02289451"),
};

/// Procrustes shapes: [`Shape`] with α = 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProcrustesSpec {
    /// The form of the score.
    pub distance: ShapeDistance,
}

pub(super) fn parse(mut axes: TermArguments<'_>) -> Result<ProcrustesSpec> {
    Ok(ProcrustesSpec { distance: take_distance(&mut axes)?.unwrap_or_default() })
}

impl FamilyMember for ProcrustesSpec {
    fn arguments(&self) -> Vec<String> {
        distance_argument(self.distance).into_iter().collect()
    }

    fn measure(&self) -> AnyMeasure {
        AnyMeasure::new(Shape { alpha: Alpha::ONE, distance: self.distance })
    }

    fn title(&self) -> &'static str {
        match self.distance {
            ShapeDistance::Similarity => "Procrustes similarity",
            ShapeDistance::Angular | ShapeDistance::Chordal => "Procrustes distance",
        }
    }

    fn cost(&self) -> &'static str {
        "n·p·min(n, p); n·r² + r³"
    }

    fn reference(&self) -> &'static str {
        "Williams et al. 2021, NeurIPS"
    }

    fn references(&self) -> Vec<Reference> {
        vec![WILLIAMS_2021, SCHOENEMANN_1966]
    }

    fn memory(&self, n: usize, p: usize) -> MemoryNeed {
        MemoryNeed::of_matrix(n, n.min(p))
    }

    fn advice(&self) -> Advice {
        Advice {
            reads: "the points of the conditions, under the rotation that brings them closest",
            beware: "independent data are closer together the more features there are for the conditions",
        }
    }
}
