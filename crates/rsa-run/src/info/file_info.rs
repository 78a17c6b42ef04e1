//! [`FileInfo`]: what one file or folder holds.

use std::path::Path;

use rsa_io::{Grayordinates, LabelRole, Layer, ListedArray, OpenOptions};
use rsakit::{Error, core::RowBlocks};
use serde::{Deserialize, Serialize};

use super::{EventsInfo, LayerDescription, commands};
use crate::{
    inputs::{data_error, open_source},
    layer_filter::LayerFilter,
    memory::{ensure_fits, show},
};

/// Content of one file or folder.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileInfo {
    /// Name as the request has it.
    pub name: String,
    /// Name of the format.
    pub format: String,
    /// Bytes of the file; of all files of a folder.
    pub bytes: u64,
    /// Arrays of numbers, lists of strings, and what is not read, in this order.
    pub arrays: Vec<ArrayInfo>,
    /// Layers as `compare` and `rdm` read them.
    pub layers: Vec<LayerInfo>,
    /// Dissimilarity matrices as `--rdm` reads them.
    pub rdms: Option<RdmsInfo>,
    /// Labels, one a line or row, as `--conditions`, `--runs` and `--groups` read them.
    pub labels: Option<LabelsInfo>,
    /// Trials, if the file is a table of events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<EventsInfo>,
    /// Kind of computation, if the file is a part of one.
    pub part: Option<String>,
    /// Doubts about the file, one sentence each.
    pub notes: Vec<String>,
    /// Commands that fit, as they are typed.
    pub commands: Vec<String>,
    /// Reason why the file is nothing that rsakit reads.
    pub error: Option<String>,
    /// Sentences on what `rsakit prepare` did to the patterns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prepared: Vec<String>,
}

/// One array of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArrayInfo {
    /// Name in the file.
    pub name: String,
    /// Lengths of the axes; none of an array that is not read.
    pub shape: Vec<usize>,
    /// Type of the numbers; `strings` for labels.
    pub dtype: String,
    /// Reason why it is not read.
    pub reason: Option<String>,
}

/// One layer as rsakit reads it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerInfo {
    /// Name of the layer.
    pub name: String,
    /// Number of conditions.
    pub n_conditions: usize,
    /// Number of features.
    pub n_features: usize,
    /// Labels of the conditions, if the file has any.
    pub labels: Option<LabelsInfo>,
    /// Number of runs, if the file names them.
    pub n_runs: Option<usize>,
    /// Structures of the brain that the array has, such as `CORTEX_LEFT (29696 vertices)`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub structures: Vec<String>,
    /// Reading of an array of three or more axes.
    pub convention: Option<String>,
    /// Relative spacing of the numbers in the file.
    pub precision: f64,
    /// Facts on the numbers, if they were asked for.
    pub description: Option<LayerDescription>,
}

/// Dissimilarity matrices as rsakit reads them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RdmsInfo {
    /// Names of the matrices.
    pub names: Vec<String>,
    /// Number of conditions of the first.
    pub n_conditions: usize,
    /// Number of dissimilarities that are missing, in all matrices.
    pub n_missing: usize,
    /// Labels of the conditions of the first, if the file has any.
    pub labels: Option<LabelsInfo>,
}

/// List of labels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelsInfo {
    /// Number of labels.
    pub count: usize,
    /// Number of different labels.
    pub n_distinct: usize,
    /// First labels.
    pub first: Vec<String>,
}

/// Largest file that is searched for dissimilarity matrices: one has to read the numbers to tell them from layers.
const SEARCHED: usize = 1 << 28;

impl FileInfo {
    /// Reads what `input` holds; a layer that `filter` keeps is described.
    pub(super) fn read(input: &str, options: &OpenOptions, filter: Option<&LayerFilter>, budget: usize) -> Self {
        let mut info = Self { name: input.to_owned(), bytes: size(input), ..Self::default() };
        let contents = rsa_io::list_contents(input, options);
        if let Ok(contents) = &contents {
            info.format = contents.format.to_owned();
            info.prepared = contents.prepared().to_vec();
            info.arrays.extend(contents.arrays.iter().map(ArrayInfo::from));
            info.arrays.extend(contents.texts.iter().map(|(name, labels)| ArrayInfo::of_strings(name, labels)));
            info.arrays.extend(contents.unread.iter().map(|(name, reason)| ArrayInfo::unread(name, reason)));
        }
        let path = Path::new(input);
        if let Ok(part) = rsa_io::open_part(path) {
            info.part = Some(part.kind().to_owned());
        } else {
            let not_layers = info.add_layers(input, options, filter, budget).err();
            let not_rdms = info.add_rdms(input, options, budget).err();
            if path.is_file() && info.layers.is_empty() {
                info.labels =
                    rsa_io::read_labels(path, LabelRole::Conditions).ok().map(|labels| LabelsInfo::new(&labels));
            }
            info.events = EventsInfo::read(path);
            let is_read =
                !info.layers.is_empty() || info.rdms.is_some() || info.labels.is_some() || info.events.is_some();
            if !is_read {
                info.error = contents.err().or(not_layers).or(not_rdms).map(|error| error.to_string());
            }
        }
        if info.format.is_empty() && info.error.is_none() {
            info.format = "text".to_owned();
        }
        info.commands = commands::fitting(&info);
        info
    }

    fn add_layers(
        &mut self,
        input: &str,
        options: &OpenOptions,
        filter: Option<&LayerFilter>,
        budget: usize,
    ) -> Result<(), Error> {
        let source = open_source(input, options)?;
        self.notes.extend(source.warnings().iter().cloned());
        let mut described: Vec<&Layer> = source.layers().iter().collect();
        match filter.map(|filter| filter.keep(&mut described, input, |layer| layer.name())) {
            None => described.clear(),
            Some(Ok(())) => {}
            Some(Err(error)) => {
                described.clear();
                self.notes.push(error.to_string());
            }
        }
        let described: Vec<&str> = described.into_iter().map(Layer::name).collect();
        for layer in source.layers() {
            let mut entry = LayerInfo::new(layer);
            if described.contains(&layer.name()) {
                match LayerDescription::read(layer, budget) {
                    Ok(description) => entry.description = Some(description),
                    Err(error) => self.notes.push(error.to_string()),
                }
            }
            self.layers.push(entry);
        }
        Ok(())
    }

    fn add_rdms(&mut self, input: &str, options: &OpenOptions, budget: usize) -> Result<(), Error> {
        // RDMs have no features to choose.
        let options = &options.clone().with_all_features();
        let bytes = rsa_io::rdms_bytes(input, options);
        if bytes > SEARCHED.min(budget) && !self.layers.is_empty() {
            self.notes.push(format!(
                "{} were not searched for dissimilarity matrices; if it holds some, `rsakit mds --rdm` reads them",
                show(bytes)
            ));
            return Ok(());
        }
        ensure_fits("reading it as dissimilarity matrices", bytes, budget, "allow more with --memory")?;
        let stored = rsa_io::read_rdms(input, options).map_err(data_error)?;
        self.notes.extend(stored.warnings.into_iter().filter(|note| !self.notes.contains(note)).collect::<Vec<_>>());
        let Some((_, first)) = stored.rdms.first() else { return Ok(()) };
        self.rdms = Some(RdmsInfo {
            n_conditions: first.n_conditions(),
            n_missing: stored.rdms.iter().flat_map(|(_, rdm)| rdm.values()).filter(|value| value.is_nan()).count(),
            labels: first.conditions().labels().map(LabelsInfo::new),
            names: stored.rdms.iter().map(|(name, _)| name.clone()).collect(),
        });
        Ok(())
    }
}

impl From<&ListedArray> for ArrayInfo {
    fn from(array: &ListedArray) -> Self {
        let ListedArray { name, shape, dtype } = array;
        Self { name: name.clone(), shape: shape.clone(), dtype: (*dtype).to_owned(), reason: None }
    }
}

impl ArrayInfo {
    fn of_strings(name: &str, labels: &[String]) -> Self {
        Self { name: name.to_owned(), shape: vec![labels.len()], dtype: "strings".to_owned(), reason: None }
    }

    fn unread(name: &str, reason: &Error) -> Self {
        Self { name: name.to_owned(), shape: Vec::new(), dtype: String::new(), reason: Some(reason.to_string()) }
    }
}

impl LayerInfo {
    fn new(layer: &Layer) -> Self {
        Self {
            name: layer.name().to_owned(),
            n_conditions: layer.n_conditions(),
            n_features: layer.n_features(),
            labels: layer.conditions().labels().map(LabelsInfo::new),
            n_runs: layer.runs().map(count_distinct),
            structures: layer.grayordinates().map_or_else(Vec::new, structures),
            convention: layer.convention().map(ToString::to_string),
            precision: layer.precision(),
            description: None,
        }
    }
}

/// Returns the structures of `gray`, unless there is one without a name.
fn structures(gray: &Grayordinates) -> Vec<String> {
    let named = gray.structures().iter().filter(|structure| !structure.name().is_empty());
    named.map(ToString::to_string).collect()
}

impl LabelsInfo {
    fn new(labels: &[String]) -> Self {
        /// Most labels that are shown.
        const SHOWN: usize = 3;
        let first = labels.iter().take(SHOWN).cloned().collect();
        Self { count: labels.len(), n_distinct: count_distinct(labels), first }
    }
}

fn count_distinct(labels: &[String]) -> usize {
    labels.iter().collect::<std::collections::HashSet<_>>().len()
}

/// Returns the bytes of all files of an input; files that are not there have none.
fn size(input: &str) -> u64 {
    let length = |path: &Path| path.metadata().ok().filter(|file| file.is_file()).map_or(0, |file| file.len());
    rsa_io::list_input_files(input).iter().map(|path| length(path)).sum()
}
