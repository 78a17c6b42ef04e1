//! [`InfoRequest`]: what files hold, and what can be done with them.

mod commands;
mod description;
mod events_info;
mod file_info;
mod text;

use rsa_io::OpenOptions;
use rsakit::{Error, Result, core::Observer};
use serde::{Deserialize, Serialize};

pub use self::{
    description::LayerDescription,
    events_info::EventsInfo,
    file_info::{ArrayInfo, FileInfo, LabelsInfo, LayerInfo, RdmsInfo},
};
use crate::{document::render_text, inputs::ensure_features_are_chosen, layer_filter::LayerFilter, memory::MemorySize};

/// Request to say what files hold: arrays with shapes and types, labels, and how rsakit reads them.
///
/// # Example
/// ```
/// use rsa_io::{npy, FloatWidth, write_atomically};
/// use rsa_run::InfoRequest;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("layer.npy");
/// let x = ndarray::array![[1.0, 0.0], [-1.0, 0.0], [0.0, 0.0]];
/// write_atomically(&path, false, |file| npy::write_matrix(file, x.view(), FloatWidth::F64))?;
///
/// let request = InfoRequest { layers: Some(Vec::new()), ..InfoRequest::new([path.display().to_string()]) };
/// let info = request.run(&())?;
/// let layer = &info.files[0].layers[0];
/// assert_eq!((layer.n_conditions, layer.n_features), (3, 2));
/// // The second feature is the same in all conditions.
/// assert_eq!(layer.description.as_ref().map(|d| d.n_constant), Some(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InfoRequest {
    /// Files or folders: `FILE`, `FILE::NAME` or a folder each.
    pub inputs: Vec<String>,
    /// Patterns of names, with `*` and `?`, of layers to read and describe; an empty list describes all. Without it
    /// only headers are read.
    #[serde(default)]
    pub layers: Option<Vec<String>>,
    /// Options for reading the inputs.
    #[serde(default)]
    pub options: OpenOptions,
    /// Memory to use at most; a layer that needs more is not described.
    #[serde(default)]
    pub memory: Option<MemorySize>,
}

/// Content of files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InfoResult {
    /// One entry for each input, in order.
    pub files: Vec<FileInfo>,
}

impl InfoRequest {
    /// Takes the inputs, and asks for their headers.
    pub fn new<S: Into<String>>(inputs: impl IntoIterator<Item = S>) -> Self {
        let inputs = inputs.into_iter().map(Into::into).collect();
        Self { inputs, layers: None, options: OpenOptions::default(), memory: None }
    }

    /// Reads what was asked for. An input that cannot be read has its `error` set, and the others are read.
    ///
    /// # Errors
    /// `InvalidParameter` for a malformed pattern, and for a mask or an atlas without volumes; `Cancelled`; the errors of starting threads.
    pub fn run(&self, observer: &dyn Observer) -> Result<InfoResult> {
        ensure_features_are_chosen(self.inputs.iter().map(String::as_str), &self.options)?;
        let filter = self.layers.as_deref().map(LayerFilter::new).transpose()?;
        let budget = MemorySize::budget(self.memory, observer)?;
        let read = |(done, input): (usize, &String)| {
            observer.progress("files read", done as u64, self.inputs.len() as u64);
            observer.ensure_going("reading files")?;
            Ok(FileInfo::read(input, &self.options, filter.as_ref(), budget))
        };
        Ok(InfoResult { files: self.inputs.iter().enumerate().map(read).collect::<Result<_>>()? })
    }
}

impl InfoResult {
    /// Returns the text for a terminal.
    pub fn text(&self) -> String {
        render_text(&text::blocks(self))
    }

    /// Returns the JSON on indented lines.
    ///
    /// # Errors
    /// `Format` if a value has no JSON.
    pub fn json(&self) -> Result<String> {
        let json = serde_json::to_string_pretty(self);
        json.map(|text| text + "\n").map_err(|error| Error::format(format!("the contents as JSON: {error}")))
    }
}
