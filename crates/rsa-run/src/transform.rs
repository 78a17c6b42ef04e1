//! [`TransformRequest`]: from stored RDMs to RDMs, step by step.

mod mean;
mod read;
mod step;
mod working_set;

use std::path::PathBuf;

use rsa_io::OpenOptions;
use rsakit::{Error, Result, core::Observer};
use serde::{Deserialize, Serialize};

pub use self::{
    mean::MeanUnit,
    step::{RescaleWeights, TransformStep},
};
use crate::{
    inputs::ensure_rdms_fit,
    memory::MemorySize,
    notes::Notes,
    rdm::{NamedRdm, RdmOrigin, RdmResult},
};

/// Request for RDMs that are made of stored RDMs, by steps in the order of the request.
///
/// All inputs are read first, their conditions are brought into one order by their labels, and then each step is applied
/// to all RDMs.
///
/// # Example
/// ```
/// use std::fs::File;
///
/// use rsa_run::{MeanUnit, TransformRequest, TransformStep};
/// use rsakit::Rdm;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("squared.npz");
/// let rdm = |values: [f64; 3]| Rdm::new(values.to_vec());
/// let rdms = [("a".to_owned(), rdm([1.0, 4.0, 9.0])?), ("b".to_owned(), rdm([9.0, 4.0, 1.0])?)];
/// rsa_io::write_rdms(File::create(&path)?, &rdms)?;
///
/// let steps = vec![TransformStep::Sqrt, TransformStep::Mean(MeanUnit::All)];
/// let result = TransformRequest { steps, ..TransformRequest::new([path.display().to_string()]) }.run(&())?;
/// assert_eq!(result.rdms[0].rdm.values(), [2.0, 2.0, 2.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransformRequest {
    /// Files or folders of RDMs, as [`rsa_io::read_rdms`] takes them.
    pub inputs: Vec<String>,
    /// Steps, in the order in which they are applied.
    #[serde(default)]
    pub steps: Vec<TransformStep>,
    /// Patterns, with `*` and `?`, of which an RDM's name must match one; none keeps all.
    #[serde(default)]
    pub layers: Vec<String>,
    /// File with the label of each condition, for RDMs that have none.
    #[serde(default)]
    pub conditions: Option<PathBuf>,
    /// File with the name of each RDM, one a line in the order of the inputs, in the place of the names in the files.
    #[serde(default)]
    pub names: Option<PathBuf>,
    /// Treatment of RDMs that are not all of the same conditions; without it they are refused.
    #[serde(default)]
    pub combine: Option<Combination>,
    /// File with the weight of each RDM in the first mean, one a line.
    #[serde(default)]
    pub weights: Option<PathBuf>,
    /// Reading of the files.
    #[serde(default)]
    pub options: OpenOptions,
    /// Memory to use at most; a request that needs more is refused.
    #[serde(default)]
    pub memory: Option<MemorySize>,
}

/// Treatment of RDMs that are not all of the same conditions; conditions are matched by their labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Combination {
    /// RDMs are extended to the conditions of all of them; pairs that an RDM lacks are missing.
    Union,
    /// Conditions that all RDMs have are kept.
    Shared,
}

impl TransformRequest {
    /// Makes a request without steps, which joins the RDMs of all inputs.
    pub fn new<S: Into<String>>(inputs: impl IntoIterator<Item = S>) -> Self {
        Self {
            inputs: inputs.into_iter().map(Into::into).collect(),
            steps: Vec::new(),
            layers: Vec::new(),
            conditions: None,
            names: None,
            combine: None,
            weights: None,
            options: OpenOptions::default(),
            memory: None,
        }
    }

    /// Reads the RDMs and applies the steps.
    ///
    /// # Errors
    /// The errors of reading; `ShapeMismatch` or `LabelMismatch` for RDMs of different conditions that no `combine` brings
    /// together; the errors of the steps, each naming the step and the RDM; `TooLarge`; `Cancelled`.
    pub fn run(&self, observer: &dyn Observer) -> Result<RdmResult> {
        if self.weights.is_some() && !self.steps.iter().any(|step| matches!(step, TransformStep::Mean(_))) {
            return Err(Error::invalid_parameter("--weights", "given with --mean, which they are for", "no --mean"));
        }
        let budget = MemorySize::budget(self.memory, observer)?;
        ensure_rdms_fit(&self.inputs, &self.options, budget)?;
        let mut notes = Notes::new(observer);
        let (mut set, inputs) = read::read(self, &mut notes, observer)?;
        for (done, step) in self.steps.iter().enumerate() {
            observer.ensure_going("transforming RDMs")?;
            set = set.after(step, &mut notes).map_err(|error| error.context(step))?;
            observer.progress("steps", done as u64 + 1, self.steps.len() as u64);
        }
        let rdms = set.into_named().into_iter().map(|(name, rdm)| NamedRdm { name, rdm, noise: None });
        Ok(RdmResult {
            rsakit: env!("CARGO_PKG_VERSION").to_owned(),
            origin: RdmOrigin::Stored(self.steps.clone()),
            rdms: rdms.collect(),
            failures: Vec::new(),
            warnings: notes.into_texts(),
            inputs,
        })
    }
}
