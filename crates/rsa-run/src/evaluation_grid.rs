//! [`EvaluateGridRequest`]: models evaluated on several sets of data, such as regions or points in time.

mod document;
mod figure;

use std::collections::HashSet;

use glob::Pattern;
use rsakit::{
    Error, Result,
    core::{ErrorKind, Observer},
};
use serde::{Deserialize, Serialize};

use crate::{
    evaluate::{EvaluateRequest, EvaluateResult},
    inputs::{data_error, stem},
    layer_filter::LayerFilter,
};

/// Request to evaluate the same models on several sets of data, each by itself.
///
/// # Example
/// ```
/// use rsa_run::{DataSetUnit, EvaluateGridRequest, EvaluateRequest};
///
/// let evaluation = EvaluateRequest::new(["V1.npz", "IT.npz"], ["models.npz"]);
/// let request = EvaluateGridRequest { evaluation, unit: DataSetUnit::File };
/// let text = serde_json::to_string(&request)?;
/// assert_eq!(serde_json::from_str::<EvaluateGridRequest>(&text)?, request);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluateGridRequest {
    /// Evaluation of each set, with the data of all sets.
    pub evaluation: EvaluateRequest,
    /// RDMs of the data that are one set.
    pub unit: DataSetUnit,
}

/// RDMs of the data that are one set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataSetUnit {
    /// RDMs of one file, such as one file a region.
    File,
    /// RDMs of one name in all files, such as one file a subject with an RDM for each region.
    Label,
}

/// Evaluations of the same models on several sets of data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvaluationGrid {
    /// Version of the software.
    pub rsakit: String,
    /// Sets with their evaluations, in the order of the data.
    pub data_sets: Vec<DataSetEvaluation>,
    /// Sets without an evaluation.
    pub failures: Vec<DataSetFailure>,
}

/// Evaluation of one set of data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataSetEvaluation {
    /// Name of the set.
    pub name: String,
    /// Models on the data of the set.
    pub result: EvaluateResult,
}

/// Reason that a set of data has no evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataSetFailure {
    /// Name of the set.
    pub name: String,
    /// Kind of the error.
    pub kind: String,
    /// Error.
    pub message: String,
}

impl EvaluateGridRequest {
    /// Evaluates the models on each set.
    ///
    /// A set that cannot be evaluated is a failure in the result; the others are evaluated nevertheless.
    ///
    /// # Errors
    /// `InvalidParameter` for settings that contradict one another; the errors of reading the names of the data; the error
    /// of the first set if none can be evaluated; `Cancelled`.
    pub fn run(&self, observer: &dyn Observer) -> Result<EvaluationGrid> {
        let (mut data_sets, mut failures) = (Vec::new(), Vec::new());
        let mut first_error = None;
        let requests = self.requests()?;
        let total = requests.len() as u64;
        for (done, (name, request)) in requests.into_iter().enumerate() {
            observer.progress("sets of data", done as u64, total);
            match request.run(observer) {
                Ok(result) => data_sets.push(DataSetEvaluation { name, result }),
                // What is wrong with the request is wrong for every set.
                Err(error) if matches!(error.kind(), ErrorKind::Cancelled | ErrorKind::InvalidParameter { .. }) => {
                    return Err(error.context(name));
                }
                Err(error) => {
                    let (kind, message) = (error.kind().name().to_owned(), error.to_string());
                    failures.push(DataSetFailure { name, kind, message });
                    first_error.get_or_insert(error);
                }
            }
        }
        match first_error.filter(|_| data_sets.is_empty()) {
            Some(error) => Err(error),
            None => Ok(EvaluationGrid { rsakit: env!("CARGO_PKG_VERSION").to_owned(), data_sets, failures }),
        }
    }

    /// Returns the name and the request of each set.
    fn requests(&self) -> Result<Vec<(String, EvaluateRequest)>> {
        let all = &self.evaluation;
        match self.unit {
            DataSetUnit::File => {
                let stems: Vec<String> = all.data.iter().map(|path| stem(path)).collect();
                let is_unique = stems.iter().collect::<HashSet<_>>().len() == stems.len();
                let request = |(path, stem): (&String, String)| {
                    let name = if is_unique { stem } else { path.clone() };
                    (name, EvaluateRequest { data: vec![path.clone()], ..all.clone() })
                };
                Ok(all.data.iter().zip(stems).map(request).collect())
            }
            DataSetUnit::Label => self.requests_by_label(),
        }
    }

    /// Returns a request for each name of an RDM, of the files that have one of that name.
    fn requests_by_label(&self) -> Result<Vec<(String, EvaluateRequest)>> {
        let all = &self.evaluation;
        if all.subject_groups.is_some() {
            let requirement = "given without --data-sets label, which divides the RDMs of a file";
            return Err(Error::invalid_parameter("--subject-groups", requirement, "both"));
        }
        let filter = LayerFilter::new(&all.layers)?;
        let mut sets: Vec<(String, Vec<String>)> = Vec::new();
        for path in &all.data {
            let mut rdms = rsa_io::read_rdms(path, &all.options).map_err(data_error)?.rdms;
            filter.keep(&mut rdms, path, |(name, _)| name)?;
            for (name, _) in rdms {
                match sets.iter_mut().find(|(set, _)| *set == name) {
                    Some((_, files)) if files.last() != Some(path) => files.push(path.clone()),
                    Some(_) => {}
                    None => sets.push((name, vec![path.clone()])),
                }
            }
        }
        let request = |(name, data): (String, Vec<String>)| {
            let layers = vec![Pattern::escape(&name)];
            (name, EvaluateRequest { data, layers, ..all.clone() })
        };
        Ok(sets.into_iter().map(request).collect())
    }
}
