//! [`ModelRdmRequest`]: model RDMs from what files say of the conditions.

mod compute;
mod spec;

use std::path::PathBuf;

use rsa_io::LabelRole;
use rsakit::{Error, Rdm, Result, core::Observer};
use serde::{Deserialize, Serialize};

pub use self::spec::{ModelRdmKind, ModelRdmSpec};
use crate::{
    alignment::Alignment,
    condition_values::{ConditionRows, ConditionTable},
    inputs::{Input, data_error},
    memory::{MemorySize, ensure_fits, float_bytes},
    notes::Notes,
    rdm::{NamedRdm, RdmOrigin, RdmResult},
};

/// Request for model RDMs: predictions from categories, quantities and features of the conditions.
///
/// # Example
/// ```
/// use rsa_run::{ModelRdmKind, ModelRdmRequest, ModelRdmSpec};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("labels.csv");
/// std::fs::write(&path, "condition,kind,size\ncat,animal,0.3\ndog,animal,0.8\ncar,tool,4\n")?;
/// let model = |kind, text: &str| ModelRdmSpec::parse(kind, &text.replace("FILE", &path.display().to_string()));
/// let models = [
///     model(ModelRdmKind::Category, "animacy=FILE::kind")?,
///     model(ModelRdmKind::Quantity, "FILE::size")?,
/// ];
/// let result = ModelRdmRequest::new(models).run(&())?;
/// assert_eq!(result.rdms[0].rdm.values(), [0.0, 1.0, 1.0]);
/// assert_eq!((result.rdms[1].name.as_str(), result.rdms[1].rdm.get(0, 1)), ("size", 0.5));
/// assert_eq!(result.labels().unwrap(), ["cat", "dog", "car"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelRdmRequest {
    /// Models, in the order of the result.
    pub models: Vec<ModelRdmSpec>,
    /// File with the condition of each row of all tables. Without it a column of the table names them, if it has one.
    #[serde(default)]
    pub conditions: Option<PathBuf>,
    /// Name of the column that names the conditions; without it `condition`, `stimulus`, `trial_type` and the like.
    #[serde(default)]
    pub condition_column: Option<String>,
    /// Memory to use at most; a request that needs more is refused.
    #[serde(default)]
    pub memory: Option<MemorySize>,
}

impl ModelRdmRequest {
    /// Makes a request of models; columns with usual names name the conditions.
    pub fn new(models: impl IntoIterator<Item = ModelRdmSpec>) -> Self {
        Self { models: models.into_iter().collect(), conditions: None, condition_column: None, memory: None }
    }

    /// Reads the tables and makes the RDMs.
    ///
    /// # Errors
    /// The errors of reading; `InvalidParameter` without a model, or for two models of one name; `Degenerate` for a model
    /// whose dissimilarities are all equal; `LabelMismatch` or `ShapeMismatch` for files of different conditions;
    /// `TooLarge`; `Cancelled`.
    pub fn run(&self, observer: &dyn Observer) -> Result<RdmResult> {
        if self.models.is_empty() {
            return Err(Error::invalid_parameter("the models", "at least one", 0));
        }
        let budget = MemorySize::budget(self.memory, observer)?;
        let mut notes = Notes::new(observer);
        let labels = self.conditions.as_deref().map(|path| rsa_io::read_labels(path, LabelRole::Conditions));
        let labels = labels.transpose().map_err(data_error)?;
        let rows = ConditionRows { column: self.condition_column.as_deref(), labels: labels.as_deref() };
        let (mut models, mut inputs) = (Vec::<(String, Rdm)>::new(), Vec::<Input>::new());
        for spec in &self.models {
            observer.ensure_going("making model RDMs")?;
            let table = ConditionTable::read(&spec.file, &spec.columns, rows, &mut notes)?;
            let n = table.conditions.count();
            ensure_fits("these model RDMs", float_bytes(n.saturating_mul(n)), budget, "take fewer conditions")?;
            models.extend(compute::rdms(spec, &table, &mut notes)?);
            if inputs.iter().all(|input| input.name != spec.file) {
                let holds = format!("{n} conditions");
                inputs.push(Input { name: spec.file.clone(), holds, ..Input::default() });
            }
            if table.conditions.labels().is_none() {
                notes.add(format!(
                    "{}: nothing names the {n} conditions, so the RDMs have no labels; --conditions or --condition-column \
                     names them",
                    spec.file
                ));
            }
        }
        if let Some(k) = (1..models.len()).find(|&k| models[..k].iter().any(|other| other.0 == models[k].0)) {
            let name = &models[k].0;
            let requirement = "different for each model: write NAME=FILE::COLUMN";
            return Err(Error::invalid_parameter("the name of a model", requirement, format_args!("'{name}' twice")));
        }
        let rdms = align(models, &mut notes)?;
        let rdms = rdms.into_iter().map(|(name, rdm)| NamedRdm { name, rdm, noise: None }).collect();
        Ok(RdmResult {
            rsakit: env!("CARGO_PKG_VERSION").to_owned(),
            origin: RdmOrigin::Models(self.models.clone()),
            rdms,
            failures: Vec::new(),
            warnings: notes.into_texts(),
            inputs,
        })
    }
}

/// Brings the conditions of all models into one order.
fn align(models: Vec<(String, Rdm)>, notes: &mut Notes<'_>) -> Result<Vec<(String, Rdm)>> {
    let conditions: Vec<_> = models.iter().map(|(_, rdm)| rdm.conditions().clone()).collect();
    let alignment = Alignment::new(&conditions);
    notes.add_all(alignment.notes("models", "models", conditions.iter()));
    let align = |(name, rdm): (String, Rdm)| {
        let aligned = alignment.align_to_first(rdm);
        let aligned = aligned.map_err(|error| data_error(error.context(format!("model '{name}'"))))?;
        Ok((name, aligned))
    };
    models.into_iter().map(align).collect()
}
