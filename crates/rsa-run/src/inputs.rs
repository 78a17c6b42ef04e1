//! [`Input`]: what a result was computed from.

use std::path::{Path, PathBuf};

use rsa_io::{AppliedConvention, Diagonal, LabelRole, Layer, LayerSource, OpenOptions, Similarities, StoredRdms};
use rsakit::{
    Error, Rdm, Result,
    core::{ErrorKind, RowBlocks},
};
use serde::{Deserialize, Serialize};

use crate::{layer_filter::LayerFilter, memory::ensure_fits, notes::Notes};

/// File or folder that a result was computed from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Input {
    /// Name as the request has it.
    pub name: String,
    /// Content in words: how many layers or RDMs, and their sizes.
    pub holds: String,
    /// Reading of arrays of three or more axes, if the input has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub convention: Option<AppliedConvention>,
    /// The way similarities became dissimilarities, if the input holds similarities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub similarities: Option<Similarities>,
    /// The meaning of the diagonal of RDMs, if one that is not 0 was left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diagonal: Option<Diagonal>,
}

impl Input {
    /// Describes the layers that are read from an input.
    pub(crate) fn from_layers(name: &str, layers: &[Layer]) -> Self {
        let shapes: Vec<_> = layers.iter().map(|layer| (layer.n_conditions(), layer.n_features())).collect();
        let convention = layers.iter().find_map(Layer::convention).cloned();
        Self { name: name.to_owned(), holds: describe_shapes(&shapes), convention, ..Self::default() }
    }

    /// Describes RDMs that are read from an input and what was done to them.
    pub(crate) fn from_rdms(name: &str, stored: &StoredRdms) -> Self {
        let n_rdms = stored.rdms.len();
        let s = if n_rdms == 1 { "" } else { "s" };
        let n_conditions = stored.rdms.first().map_or(0, |(_, rdm)| rdm.n_conditions());
        let similarities = if stored.one_minus { ", 1 − similarities" } else { "" };
        let diagonal = if stored.diagonal_ignored { ", without their diagonal" } else { "" };
        Self {
            name: name.to_owned(),
            holds: format!("{n_rdms} RDM{s} of {n_conditions} conditions{similarities}{diagonal}"),
            convention: None,
            similarities: stored.one_minus.then_some(Similarities::OneMinus),
            diagonal: stored.diagonal_ignored.then_some(Diagonal::Ignore),
        }
    }
}

/// Returns the sentences on arrays of three or more axes, each once.
pub(crate) fn conventions(inputs: &[Input]) -> Vec<String> {
    let mut sentences: Vec<String> = Vec::new();
    for convention in inputs.iter().filter_map(|input| input.convention.as_ref()) {
        let sentence = convention.to_string();
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    sentences
}

/// Describes layers of these numbers of conditions and features.
fn describe_shapes(shapes: &[(usize, usize)]) -> String {
    let span = |count: fn(&(usize, usize)) -> usize| {
        let counts = || shapes.iter().map(count);
        match (counts().min(), counts().max()) {
            (Some(low), Some(high)) if low == high => low.to_string(),
            (Some(low), Some(high)) => format!("{low} to {high}"),
            _ => "0".to_owned(),
        }
    };
    let s = if shapes.len() == 1 { "" } else { "s" };
    format!("{} layer{s} of {} × {}", shapes.len(), span(|shape| shape.0), span(|shape| shape.1))
}

/// Refuses a mask or an atlas if none of the inputs holds volumes, and times if none holds trials of sensors.
///
/// # Errors
/// `InvalidParameter`.
pub(crate) fn ensure_features_are_chosen<'a>(
    inputs: impl IntoIterator<Item = &'a str>,
    options: &OpenOptions,
) -> Result<()> {
    let inputs: Vec<_> = inputs.into_iter().collect();
    if options.choose_times() && !inputs.iter().any(|input| rsa_io::holds_sensors(input)) {
        return Err(Error::invalid_parameter(
            "--window and --baseline",
            "given for trials of MEG and EEG, whose times they choose",
            format_args!("inputs without any: {}", inputs.join(", ")),
        ));
    }
    match !options.choose_voxels() || inputs.iter().any(|input| rsa_io::holds_volumes(input, options)) {
        true => Ok(()),
        false => Err(Error::invalid_parameter(
            "--mask and --roi",
            "given for NIfTI, CIFTI-2 and GIfTI files, whose voxels and vertices they choose",
            format_args!("inputs without one: {}", inputs.join(", ")),
        )),
    }
}

/// Returns the path of an input and the layers that `filter` keeps of it; notes the parts that cannot be read.
///
/// # Errors
/// The errors of [`rsa_io::open`], and `InvalidParameter` if no layer is left.
pub(crate) fn open_layers(
    input: &str,
    filter: &LayerFilter,
    options: &OpenOptions,
    notes: &mut Notes<'_>,
) -> Result<(PathBuf, Vec<Layer>)> {
    let source = open_source(input, options)?;
    notes.add_all(source.warnings());
    let path = source.path().to_owned();
    let mut layers = source.into_layers();
    filter.keep(&mut layers, input, Layer::name)?;
    Ok((path, layers))
}

/// Opens an input; a mask or an atlas is for inputs that hold volumes.
///
/// # Errors
/// The errors of [`rsa_io::open`].
pub(crate) fn open_source(input: &str, options: &OpenOptions) -> Result<LayerSource> {
    let own = match rsa_io::holds_volumes(input, options) {
        true => options.clone(),
        false => options.clone().without_voxels(),
    };
    rsa_io::open(input, &own).map_err(data_error)
}

/// Returns the RDMs that `filter` keeps of an input, and describes them; notes the parts that cannot be read.
///
/// # Errors
/// The errors of [`rsa_io::read_rdms`], and `InvalidParameter` if no RDM is left.
pub(crate) fn read_rdms(
    input: &str,
    filter: &LayerFilter,
    options: &OpenOptions,
    notes: &mut Notes<'_>,
) -> Result<(Vec<(String, Rdm)>, Input)> {
    let mut stored = rsa_io::read_rdms(input, options).map_err(data_error)?;
    notes.add_all(std::mem::take(&mut stored.warnings));
    filter.keep(&mut stored.rdms, input, |(name, _)| name)?;
    let described = Input::from_rdms(input, &stored);
    Ok((stored.rdms, described))
}

/// Bytes that an RDM takes while it is compared, for each byte of its values: the values twice, as they are read and in
/// the common order, their order with ranks, and the vector that is compared.
const BYTES_PER_RDM_BYTE: usize = 5;

/// Refuses, before they are read, RDMs that do not fit into memory.
///
/// # Errors
/// `TooLarge`.
pub(crate) fn ensure_rdms_fit<'a>(
    inputs: impl IntoIterator<Item = &'a String>,
    options: &OpenOptions,
    budget: usize,
) -> Result<()> {
    let bytes = inputs.into_iter().map(|input| rsa_io::rdms_bytes(input, options)).fold(0, usize::saturating_add);
    let needed = bytes.saturating_mul(BYTES_PER_RDM_BYTE);
    ensure_fits("comparing these RDMs", needed, budget, "take fewer RDMs or fewer conditions at a time")
}

/// Returns the error of data: never an `InvalidParameter`, because that kind blames the request.
pub(crate) fn data_error(error: Error) -> Error {
    match error.kind() {
        ErrorKind::InvalidParameter { .. } => Error::format(error.to_string()),
        _ => error,
    }
}

/// Reads a label for each of `count` points, one a line.
///
/// # Errors
/// The errors of reading, and `ShapeMismatch` for another number of labels.
pub(crate) fn read_groups(path: &Path, count: usize) -> Result<Vec<String>> {
    let labels = rsa_io::read_labels(path, LabelRole::Groups)?;
    match labels.len() == count {
        true => Ok(labels),
        false => Err(Error::shape_mismatch(format!(
            "{}: {} labels for {count} points; give one a line for each, in their order",
            path.display(),
            labels.len()
        ))),
    }
}

/// Returns the name of a file without folder and extension.
pub(crate) fn stem(path: &str) -> String {
    match rsa_io::stem(Path::new(path)) {
        name if name.is_empty() => path.to_owned(),
        name => name,
    }
}
