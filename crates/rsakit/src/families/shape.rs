//! The family of shape metrics.

use rsa_core::{AnyMeasure, Error, Result};
use rsa_shape::{Alpha, Shape, ShapeDistance, SizeAndShape};

use super::{Advice, FamilyMember, MemoryNeed, Vocabulary};
use crate::{
    Reference,
    spec::{
        axes::{TermArguments, word_of},
        grammar::Term,
    },
};

pub(super) const VOCABULARY: Vocabulary = Vocabulary {
    word: "shape",
    keys: &["alpha", "distance", "scale"],
    values: || {
        let distances = DISTANCES.map(|(word, _)| word).join("|");
        vec![
            format!("alpha=A (needed, 0 to 1)  distance={distances}"),
            "scale=unit|keep (of alpha=1, without distance)".to_owned(),
        ]
    },
    examples: &["alpha=0.5", "alpha=0", "alpha=1,scale=keep"],
};

/// The words of the forms of a score.
pub(super) const DISTANCES: [(&str, ShapeDistance); 3] = [
    ("angular", ShapeDistance::Angular),
    ("chordal", ShapeDistance::Chordal),
    ("similarity", ShapeDistance::Similarity),
];

/// The words of sizes: `true` if the size counts.
const SCALES: [(&str, bool); 2] = [("unit", false), ("keep", true)];

/// Metrics of shapes.
pub(super) const WILLIAMS_2021: Reference = Reference {
    authors: "Williams, A. H., Kunz, E., Kornblith, S. & Linderman, S. W.",
    year: 2021,
    title: "Generalized shape metrics on neural representations",
    venue: "NeurIPS",
    doi: Some("10.48550/arXiv.2110.14739"),
};

/// A shape metric, or the distance of configurations as large as they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ShapeSpec {
    /// Configurations of unit size.
    Unit(Shape),
    /// Configurations as large as they are, with α = 1.
    Keep(SizeAndShape),
}

pub(super) fn parse(mut axes: TermArguments<'_>) -> Result<ShapeSpec> {
    let alpha = match axes.take("alpha") {
        Some(term) => alpha(&term)?,
        None => return Err(Error::invalid_parameter("alpha of shape", "given, such as alpha=0.5", "nothing")),
    };
    let distance = take_distance(&mut axes)?;
    let keeps = axes.take("scale").map(|term| term.choice("scale of shape", &SCALES)).transpose()?;
    match keeps.unwrap_or_default() {
        false => Ok(ShapeSpec::Unit(Shape { alpha, distance: distance.unwrap_or_default() })),
        true if alpha != Alpha::ONE || distance.is_some() => Err(Error::invalid_parameter(
            "scale=keep of shape",
            "given with alpha=1 and without distance",
            if distance.is_some() { "a distance".to_owned() } else { format!("alpha={}", alpha.get()) },
        )),
        true => Ok(ShapeSpec::Keep(SizeAndShape)),
    }
}

fn alpha(term: &Term<'_>) -> Result<Alpha> {
    let wrong = || Error::invalid_parameter("alpha of shape", "a number from 0 to 1, such as 0.5", term.word);
    let value = term.word.parse().map_err(|_| wrong())?;
    if !term.arguments.is_empty() {
        return Err(wrong());
    }
    Alpha::new(value).map_err(|_| wrong())
}

/// Takes the form of the score from the arguments.
pub(super) fn take_distance(axes: &mut TermArguments<'_>) -> Result<Option<ShapeDistance>> {
    axes.take("distance").map(|term| term.choice("distance of shapes", &DISTANCES)).transpose()
}

/// Returns the argument of a form of the score, unless it has the default value.
pub(super) fn distance_argument(distance: ShapeDistance) -> Option<String> {
    (distance != ShapeDistance::default()).then(|| format!("distance={}", word_of(&DISTANCES, &distance)))
}

impl FamilyMember for ShapeSpec {
    fn arguments(&self) -> Vec<String> {
        match self {
            Self::Unit(shape) => {
                let alpha = format!("alpha={}", shape.alpha.get());
                [alpha].into_iter().chain(distance_argument(shape.distance)).collect()
            }
            Self::Keep(_) => vec!["alpha=1".to_owned(), "scale=keep".to_owned()],
        }
    }

    fn measure(&self) -> AnyMeasure {
        match self {
            Self::Unit(shape) => AnyMeasure::new(*shape),
            Self::Keep(size_and_shape) => AnyMeasure::new(*size_and_shape),
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::Unit(Shape { distance: ShapeDistance::Similarity, .. }) => "shape similarity",
            Self::Unit(_) => "shape distance",
            Self::Keep(_) => "size-and-shape distance",
        }
    }

    fn cost(&self) -> &'static str {
        "n·p·min(n, p); n·r² + r³"
    }

    fn reference(&self) -> &'static str {
        "Williams et al. 2021, NeurIPS"
    }

    fn references(&self) -> Vec<Reference> {
        vec![WILLIAMS_2021]
    }

    fn memory(&self, n: usize, p: usize) -> MemoryNeed {
        MemoryNeed::of_matrix(n, n.min(p))
    }

    fn advice(&self) -> Advice {
        match self {
            Self::Unit(shape) if shape.alpha == Alpha::ZERO => Advice {
                reads: "the subspace that all features span",
                beware: "needs many more conditions than features; every direction counts alike, however little it \
                         varies",
            },
            Self::Unit(_) => Advice {
                reads: "the points of the conditions, under the rotation that brings them closest",
                beware: "independent data are closer together the more features there are for the conditions",
            },
            Self::Keep(_) => Advice {
                reads: "the points of the conditions with their size, under the rotation that brings them closest",
                beware: "layers in other units, or with more features, are far apart by size alone",
            },
        }
    }
}
