//! [`RdmResult`]: RDMs with their names, and the layers that have none.

use std::io::{self, Write};

use rsakit::{Error, Rdm, Result, core::Conditions, spec::RdmSpec};
use serde::{Deserialize, Serialize};

use super::{RdmOrigin, document::RdmDocument, view::RdmView};
use crate::{inputs::Input, model_rdm::ModelRdmSpec, noise::NoiseSummary, transform::TransformStep};

/// RDMs of the same conditions: of layers, of stored RDMs or of models.
///
/// The JSON has the keys `rsakit`, `dissimilarity` (or `steps`, or `models`), `n_conditions`, `conditions` (null without
/// labels), `rdms` (each with `name`, `values`, where null is a missing dissimilarity, `noise` and `rounding`), `failures`,
/// `warnings` and `inputs`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "StoredResult", try_from = "StoredResult")]
pub struct RdmResult {
    /// Version of the software.
    pub rsakit: String,
    /// Way that the RDMs came about: a dissimilarity of patterns, or steps, or models.
    pub origin: RdmOrigin,
    /// RDMs in the order of the layers, of the same conditions; empty if none could be computed.
    pub rdms: Vec<NamedRdm>,
    /// Layers without an RDM.
    pub failures: Vec<RdmFailure>,
    /// Notes on the inputs.
    pub warnings: Vec<String>,
    /// Files that the RDMs are of.
    pub inputs: Vec<Input>,
}

/// RDM with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedRdm {
    /// Name of the layer, of its file, or of both, whatever tells the RDMs apart.
    pub name: String,
    /// Dissimilarities of all pairs of conditions.
    pub rdm: Rdm,
    /// Noise estimate that the features were weighed by, if there is one.
    pub noise: Option<NoiseSummary>,
}

/// Reason that a layer has no RDM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RdmFailure {
    /// Name that the RDM would have.
    pub name: String,
    /// Kind of the error.
    pub kind: String,
    /// Error, with file and layer.
    pub message: String,
}

impl RdmFailure {
    pub(super) fn new(name: String, error: &Error) -> Self {
        Self { name, kind: error.kind().name().to_owned(), message: error.to_string() }
    }
}

impl RdmResult {
    /// Returns the number of conditions: 0 without an RDM.
    pub fn n_conditions(&self) -> usize {
        self.rdms.first().map_or(0, |first| first.rdm.n_conditions())
    }

    /// Returns the labels of the conditions, if there are any.
    pub fn labels(&self) -> Option<&[String]> {
        self.rdms.first()?.rdm.conditions().labels()
    }

    /// Returns the name of each condition: its label, or its number from 0.
    pub(super) fn condition_names(&self) -> Vec<String> {
        let numbers = || (0..self.n_conditions()).map(|i| i.to_string()).collect();
        self.labels().map_or_else(numbers, <[String]>::to_vec)
    }

    /// Returns names and RDMs.
    pub(super) fn named(&self) -> Vec<(String, Rdm)> {
        self.rdms.iter().map(|one| (one.name.clone(), one.rdm.clone())).collect()
    }

    /// Returns the result as a document whose figures show the given view of it.
    pub fn document<'a>(&'a self, view: &'a RdmView) -> RdmDocument<'a> {
        RdmDocument { result: self, view }
    }

    /// Writes an `.npz` file with the arrays `rdms` (k × L: upper triangles, row by row), `names`, `conditions` and
    /// `rounding`, as [`rsa_io::read_rdms`] reads it.
    ///
    /// # Errors
    /// The errors of [`rsa_io::write_rdms`].
    pub fn write_npz(&self, writer: impl Write) -> io::Result<()> {
        rsa_io::write_rdms(writer, &self.named())
    }

    /// Writes a MATLAB file of version 5 with the array of structs `RDMs` and the cell array `conditions`.
    ///
    /// # Errors
    /// The errors of [`rsa_io::write_mat_rdms`].
    pub fn write_mat(&self, writer: impl Write) -> io::Result<()> {
        rsa_io::write_mat_rdms(writer, &self.named())
    }

    /// Writes an HDF5 file that rsatoolbox loads.
    ///
    /// # Errors
    /// The errors of [`rsa_io::write_toolbox_rdms`].
    pub fn write_hdf5(&self, writer: impl Write) -> io::Result<()> {
        rsa_io::write_toolbox_rdms(writer, &self.named(), &self.origin.heading())
    }

    /// Writes one RDM as a table with the conditions in the first row and column.
    ///
    /// # Errors
    /// The errors of [`rsa_io::write_square_table`].
    pub fn write_square(&self, writer: impl Write) -> io::Result<()> {
        rsa_io::write_square_table(writer, &self.named())
    }

    /// Writes an `.npy` file of the upper triangles, k × L, row by row.
    ///
    /// # Errors
    /// The errors of [`rsa_io::write_triangles`].
    pub fn write_npy(&self, writer: impl Write) -> io::Result<()> {
        rsa_io::write_triangles(writer, &self.named())
    }
}

/// Serialized form of an [`RdmResult`], not yet checked.
#[derive(Clone, Serialize, Deserialize)]
struct StoredResult {
    rsakit: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dissimilarity: Option<RdmSpec>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    steps: Option<Vec<TransformStep>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    models: Option<Vec<ModelRdmSpec>>,
    n_conditions: usize,
    conditions: Option<Vec<String>>,
    rdms: Vec<StoredRdm>,
    failures: Vec<RdmFailure>,
    warnings: Vec<String>,
    #[serde(default)]
    inputs: Vec<Input>,
}

#[derive(Clone, Serialize, Deserialize)]
struct StoredRdm {
    name: String,
    /// `None` for a missing dissimilarity, because JSON has no NaN.
    values: Vec<Option<f64>>,
    noise: Option<NoiseSummary>,
    #[serde(default)]
    rounding: f64,
}

impl From<RdmResult> for StoredResult {
    fn from(result: RdmResult) -> Self {
        let (n_conditions, conditions) = (result.n_conditions(), result.labels().map(<[String]>::to_vec));
        let present = |&value: &f64| (!value.is_nan()).then_some(value);
        let store = |NamedRdm { name, rdm, noise }| StoredRdm {
            name,
            values: rdm.values().iter().map(present).collect(),
            noise,
            rounding: rdm.rounding(),
        };
        let RdmResult { rsakit, origin, rdms, failures, warnings, inputs } = result;
        let rdms = rdms.into_iter().map(store).collect();
        let (dissimilarity, steps, models) = match origin {
            RdmOrigin::Patterns(spec) => (Some(spec), None, None),
            RdmOrigin::Stored(steps) => (None, Some(steps), None),
            RdmOrigin::Models(models) => (None, None, Some(models)),
        };
        Self { rsakit, dissimilarity, steps, models, n_conditions, conditions, rdms, failures, warnings, inputs }
    }
}

impl TryFrom<StoredResult> for RdmResult {
    type Error = Error;

    fn try_from(stored: StoredResult) -> Result<Self> {
        let StoredResult { rsakit, dissimilarity, steps, models, n_conditions, conditions, rdms, .. } = stored;
        let (failures, warnings, inputs) = (stored.failures, stored.warnings, stored.inputs);
        let origin = match (dissimilarity, steps, models) {
            (Some(spec), None, None) => RdmOrigin::Patterns(spec),
            (None, Some(steps), None) => RdmOrigin::Stored(steps),
            (None, None, Some(models)) => RdmOrigin::Models(models),
            _ => return Err(Error::format("RDMs have one of the keys 'dissimilarity', 'steps' and 'models'")),
        };
        let conditions = conditions.map_or_else(|| Conditions::unlabeled(n_conditions), Conditions::labeled);
        let restore = |StoredRdm { name, values, noise, rounding }| {
            let values = values.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect();
            let rdm = Rdm::new(values)?.with_rounding(rounding)?.with_conditions(conditions.clone())?;
            Ok(NamedRdm { name, rdm, noise })
        };
        let rdms = rdms.into_iter().map(restore).collect::<Result<_>>()?;
        Ok(Self { rsakit, origin, rdms, failures, warnings, inputs })
    }
}
