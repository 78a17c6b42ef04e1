//! [`RdmOrigin`]: the way RDMs came about.

use rsakit::{Reference, spec::RdmSpec};

use crate::{model_rdm::ModelRdmSpec, transform::TransformStep};

/// Way that RDMs came about.
#[derive(Clone, Debug, PartialEq)]
pub enum RdmOrigin {
    /// A dissimilarity of patterns.
    Patterns(RdmSpec),
    /// Stored RDMs and the steps applied to them, in order.
    Stored(Vec<TransformStep>),
    /// Categories, quantities and features of conditions.
    Models(Vec<ModelRdmSpec>),
}

impl RdmOrigin {
    /// Returns the command that makes such RDMs.
    pub(super) fn command(&self) -> &'static str {
        match self {
            Self::Patterns(_) => "rsakit rdm",
            Self::Stored(_) => "rsakit transform",
            Self::Models(_) => "rsakit model",
        }
    }

    /// Returns the origin in words, as a heading.
    pub(super) fn heading(&self) -> String {
        match self {
            Self::Patterns(spec) => spec.to_string(),
            Self::Stored(steps) if steps.is_empty() => "RDMs as they are stored".to_owned(),
            Self::Stored(steps) => steps.iter().map(ToString::to_string).collect::<Vec<_>>().join(" then "),
            Self::Models(_) => "model RDMs".to_owned(),
        }
    }

    /// Returns the name of the dissimilarities, as on the color bar of a figure.
    pub(super) fn label(&self) -> String {
        match self {
            Self::Patterns(spec) => spec.label(),
            Self::Stored(_) | Self::Models(_) => "dissimilarity".to_owned(),
        }
    }

    /// Returns the works to cite.
    pub(super) fn works(&self) -> Vec<Reference> {
        match self {
            Self::Patterns(spec) if spec.is_crossvalidated() => {
                vec![Reference::KRIEGESKORTE_2008, Reference::WALTHER_2016]
            }
            _ => vec![Reference::KRIEGESKORTE_2008],
        }
    }
}
