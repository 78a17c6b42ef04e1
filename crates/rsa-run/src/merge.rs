//! [`MergeRequest`]: parts of a divided run, put together.

use std::path::PathBuf;

use rsakit::{Error, Result, core::Observer};
use serde::{Deserialize, Serialize};

use crate::{
    accumulate::{self, ACCUMULATION},
    compare::CompareResult,
    evaluate::EvaluateResult,
    memory::MemorySize,
};

/// Request to merge the parts that [`Accumulation::write`](crate::Accumulation::write) or
/// [`EvaluationPart::write`](crate::EvaluationPart::write) wrote, all by one of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MergeRequest {
    /// Files of the parts, in any order.
    pub parts: Vec<PathBuf>,
    /// Memory to use at most; parts that need more are refused.
    #[serde(default)]
    pub memory: Option<MemorySize>,
}

/// Result of a run that was divided into parts.
#[derive(Clone, Debug, PartialEq)]
pub enum MergedResult {
    /// Scores of layers, from sums over all conditions.
    Comparison(Box<CompareResult>),
    /// Evaluation of models, from all resamples.
    Evaluation(Box<EvaluateResult>),
}

impl MergeRequest {
    /// Takes the files of the parts.
    pub fn new<P: Into<PathBuf>>(parts: impl IntoIterator<Item = P>) -> Self {
        Self { parts: parts.into_iter().map(Into::into).collect(), memory: None }
    }

    /// Merges the parts. The first part decides what they are of.
    ///
    /// # Errors
    /// `InvalidParameter` without parts; `Format`, naming the parts, for parts that are damaged, missing, of different
    /// computations, or there twice; `TooLarge`; `Io`; `Cancelled`.
    pub fn run(&self, observer: &dyn Observer) -> Result<MergedResult> {
        let Some(first) = self.parts.first() else {
            return Err(Error::invalid_parameter("the parts to merge", "at least one file", 0));
        };
        if rsa_io::open_part(first)?.kind() == ACCUMULATION {
            return accumulate::merge(&self.parts, self.memory, observer)
                .map(|result| MergedResult::Comparison(Box::new(result)));
        }
        let evaluation = EvaluateResult::merge(&self.parts, self.memory, observer)?;
        Ok(MergedResult::Evaluation(Box::new(evaluation)))
    }
}
