//! [`MdsRequest`]: maps of conditions, of layers and of RDMs.

mod conditions;
mod document;
mod layers;
mod rdms;
mod result;
mod second_order;

use std::path::PathBuf;

use rsa_io::OpenOptions;
use rsakit::{
    MeasureSpec, Rdm, Result,
    core::Observer,
    spec::ComparisonSpec,
    stats::{Mds, MdsScaling},
};
use serde::{Deserialize, Serialize};

use crate::{
    inputs::{Input, data_error, ensure_rdms_fit, read_groups},
    layer_filter::LayerFilter,
    memory::{MemorySize, ensure_fits, float_bytes},
    notes::Notes,
    stimulus_pictures,
};

pub use self::result::{MdsPairs, MdsPoint, MdsResult};

/// Request for a map: points whose distances follow dissimilarities (multidimensional scaling).
///
/// # Example
/// ```
/// use rsa_io::{npy, FloatWidth, write_atomically};
/// use rsa_run::{MdsRequest, MdsSubject};
///
/// // A right triangle of sides 3, 4 and 5, as the upper triangle of an RDM.
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("rdm.npy");
/// let triangle = ndarray::array![[3.0, 4.0, 5.0]];
/// write_atomically(&path, false, |file| npy::write_matrix(file, triangle.view(), FloatWidth::F64))?;
///
/// let request = MdsRequest::new([path.display().to_string()], MdsSubject::Conditions);
/// let map = request.run(&())?;
/// assert!(map.stress < 1e-6 && map.points.len() == 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MdsRequest {
    /// Layers of networks or RDMs: `FILE`, `FILE::NAME` or a folder each.
    pub inputs: Vec<String>,
    /// Things that are mapped, with their dissimilarity.
    pub subject: MdsSubject,
    /// `true` if distances follow the order of the dissimilarities alone (non-metric scaling).
    #[serde(default)]
    pub ordinal: bool,
    /// File with the group of each point, one a line. Without it points of several inputs are grouped by input.
    #[serde(default)]
    pub groups: Option<PathBuf>,
    /// Folder of pictures named after the points, or a table of their files: `FILE` or `FILE::COLUMN`.
    #[serde(default)]
    pub pictures: Option<String>,
    /// Patterns of names of layers or RDMs, with `*` and `?`. Without patterns all are taken.
    #[serde(default)]
    pub layers: Vec<String>,
    /// Options for reading the inputs.
    #[serde(default)]
    pub options: OpenOptions,
    /// Memory to use at most; a map that needs more is refused. No map depends on it.
    #[serde(default)]
    pub memory: Option<MemorySize>,
}

/// Things that a map shows as points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MdsSubject {
    /// Layers of all inputs, as far apart as a measure says. A similarity s becomes the dissimilarity 1 − s; a measure
    /// that is not symmetric is taken both ways and averaged.
    Layers {
        /// Measure of two layers.
        measure: MeasureSpec,
    },
    /// Conditions of one RDM.
    Conditions,
    /// RDMs of all inputs, as far apart as a comparison says.
    Rdms {
        /// Comparison of two RDMs.
        comparison: ComparisonSpec,
    },
}

/// Points with their dissimilarities, before they are mapped.
struct Unmapped {
    /// Title of the map.
    title: String,
    /// Name of the dissimilarities.
    dissimilarity: &'static str,
    rdm: Rdm,
    /// Group of each point, if the inputs have any.
    groups: Vec<String>,
    /// Points that are the layers of one network.
    paths: Vec<Vec<usize>>,
    inputs: Vec<Input>,
}

impl MdsRequest {
    /// Makes a request with the defaults: metric scaling of all layers or RDMs.
    pub fn new<S: Into<String>>(inputs: impl IntoIterator<Item = S>, subject: MdsSubject) -> Self {
        Self {
            inputs: inputs.into_iter().map(Into::into).collect(),
            subject,
            ordinal: false,
            groups: None,
            pictures: None,
            layers: Vec::new(),
            options: OpenOptions::default(),
            memory: None,
        }
    }

    /// Computes the map, on all threads.
    ///
    /// # Errors
    /// `InvalidParameter` unless a map of conditions is of one RDM, and for patterns of names without a layer or an RDM;
    /// those of reading the inputs, of the measure or comparison, and of [`Mds`]; `TooLarge`; `Cancelled`.
    pub fn run(&self, observer: &dyn Observer) -> Result<MdsResult> {
        let filter = LayerFilter::new(&self.layers)?;
        let budget = MemorySize::budget(self.memory, observer)?;
        if !matches!(self.subject, MdsSubject::Layers { .. }) {
            ensure_rdms_fit(&self.inputs, &self.options, budget)?;
        }
        let mut notes = Notes::new(observer);
        let mut unmapped = match &self.subject {
            MdsSubject::Layers { measure } => layers::read(self, measure, &filter, budget, &mut notes, observer)?,
            MdsSubject::Conditions => conditions::read(self, &filter, &mut notes)?,
            MdsSubject::Rdms { comparison } => rdms::read(self, comparison, &filter, &mut notes, observer)?,
        };
        ensure_map_fits(unmapped.rdm.n_conditions(), budget)?;
        if let Some(path) = &self.groups {
            unmapped.groups = read_groups(path, unmapped.rdm.n_conditions()).map_err(data_error)?;
        }
        let pictures = match &self.pictures {
            Some(place) => stimulus_pictures::read(place, unmapped.rdm.conditions(), "--icons", &mut notes)?,
            None => Vec::new(),
        };
        notes.add_all(missing_note(&unmapped.rdm));
        let n_negative = unmapped.rdm.values().iter().filter(|value| **value < 0.0).count();
        if n_negative > 0 {
            unmapped.rdm = unmapped.rdm.positive().map_err(data_error)?;
            let n_pairs = unmapped.rdm.values().len();
            notes.add(format!(
                "negative dissimilarities were set to 0, because no distance is negative: {n_negative} of {n_pairs}"
            ));
        }
        let scaling = if self.ordinal { MdsScaling::Ordinal } else { MdsScaling::Metric };
        let mds = Mds { scaling, ..Mds::default() };
        let embedding = mds.run_observed(&unmapped.rdm, observer).map_err(|error| {
            let names: Vec<_> = unmapped.inputs.iter().map(|input| input.name.as_str()).collect();
            data_error(error.context(names.join(", ")))
        })?;
        if !embedding.converged {
            notes.add(format!("the stress was still falling after {} steps", embedding.steps));
        }
        let map = MdsResult::new(self.subject.clone(), unmapped, scaling, &embedding, notes.into_texts());
        Ok(MdsResult { pictures, ..map })
    }
}

/// Returns a note if dissimilarities are missing.
fn missing_note(rdm: &Rdm) -> Option<String> {
    let n_missing = rdm.values().iter().filter(|value| value.is_nan()).count();
    let text = || {
        let n_pairs = rdm.values().len();
        format!(
            "pairs of points whose dissimilarity is missing were skipped: {n_missing} of {n_pairs}; their distances follow \
             from those of all others"
        )
    };
    (n_missing > 0).then(text)
}

/// Refuses a map of more points than fit into `budget`.
fn ensure_map_fits(n_points: usize, budget: usize) -> Result<()> {
    // Squares, kernel and eigenvectors of all pairs, or weights and distances: at most six numbers a pair of points.
    let needed = float_bytes(n_points.saturating_mul(n_points)).saturating_mul(6);
    ensure_fits(format_args!("a map of {n_points} points"), needed, budget, "map fewer points")
}
