//! [`OpenOptions`]: what a user may say about files that they do not say themselves.

use std::path::{Path, PathBuf};

use crate::{axes::Axes, convention::Convention, held_input::HeldInputs, sensors::TimeWindow};

/// Options for opening files. The default detects what can be detected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct OpenOptions {
    /// The reading of `.csv`, `.tsv` and `.txt` files.
    pub table: TableOptions,
    /// The meaning of the axes, for arrays that have as many; without it the first axis is the conditions.
    pub axes: Option<Axes>,
    /// The way arrays of three or more axes become conditions × features.
    pub convention: Convention,
    /// The way RDM files that hold similarities become dissimilarities.
    pub similarities: Similarities,
    /// The meaning of the diagonal of RDM files in square form.
    pub diagonal: Diagonal,
    /// The file of the mask of volumes: a voxel inside has a finite value that is not 0.
    pub mask: Option<PathBuf>,
    /// The regions of volumes, each of which becomes a layer.
    pub regions: Option<RegionOptions>,
    /// The times of trials of sensors that are features; of continuous recordings the times around each event.
    pub window: Option<TimeWindow>,
    /// The times of trials of sensors whose mean is subtracted from each channel of each trial.
    pub baseline: Option<TimeWindow>,
    /// The features that are left out, of files of every format.
    pub drop_features: DropFeatures,
    /// The inputs that are arrays in memory and no files.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub held: HeldInputs,
}

impl OpenOptions {
    /// Returns the options without those that choose features.
    #[must_use]
    pub fn with_all_features(self) -> Self {
        Self { drop_features: DropFeatures::default(), ..self.without_voxels().without_times() }
    }

    /// Returns the options without those that choose times.
    #[must_use]
    pub fn without_times(self) -> Self {
        Self { window: None, baseline: None, ..self }
    }

    /// Returns `true` if the options choose times.
    pub fn choose_times(&self) -> bool {
        self.window.is_some() || self.baseline.is_some()
    }

    /// Returns the options without those that choose voxels.
    #[must_use]
    pub fn without_voxels(self) -> Self {
        Self { mask: None, regions: None, ..self }
    }

    /// Returns `true` if the options choose voxels.
    pub fn choose_voxels(&self) -> bool {
        self.mask.is_some() || self.regions.is_some()
    }

    /// Returns the files that choose voxels or name regions.
    pub fn files_of_voxels(&self) -> impl Iterator<Item = &PathBuf> {
        let regions = self.regions.iter().flat_map(|regions| [Some(&regions.atlas), regions.names.as_ref()]);
        self.mask.iter().chain(regions.flatten())
    }

    /// Returns `true` if the file at `path` chooses voxels or names regions, and so holds no layer.
    pub(crate) fn is_of_voxels(&self, path: &Path) -> bool {
        let same = |other: &PathBuf| {
            other == path
                || (other.file_name() == path.file_name()
                    && other.canonicalize().is_ok_and(|other| path.canonicalize().is_ok_and(|path| path == other)))
        };
        self.files_of_voxels().any(same)
    }

    /// Returns the axis that is the conditions, of an array of `shape`.
    pub(crate) fn condition_axis(&self, shape: &[usize]) -> usize {
        let axes = self.axes.as_ref().filter(|axes| axes.names().len() == shape.len());
        axes.map_or(0, Axes::condition_axis)
    }

    /// Returns the axis that is the runs, of an array of `shape`; `None` if the runs are no axis.
    pub(crate) fn run_axis(&self, shape: &[usize]) -> Option<usize> {
        self.axes.as_ref().filter(|axes| axes.names().len() == shape.len()).and_then(Axes::run_axis)
    }
}

/// An atlas: a volume whose voxels have the number of their region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct RegionOptions {
    /// The file of the volume.
    pub atlas: PathBuf,
    /// The table of numbers and names; without it regions go by their number.
    pub names: Option<PathBuf>,
}

/// The kinds of features that are left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct DropFeatures {
    /// Features with one value in all conditions.
    pub dead: bool,
    /// Features with a NaN or an infinity.
    pub nan: bool,
}

/// The way a file of similarities becomes one of dissimilarities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Similarities {
    /// Similarities are refused if a diagonal of 1 or the name of a column shows them.
    #[default]
    Refuse,
    /// 1 − s is taken, unless a diagonal of 0 or the file says that it holds dissimilarities.
    OneMinus,
}

/// The diagonal of a dissimilarity matrix in square form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Diagonal {
    /// It is 0 up to rounding, or missing.
    #[default]
    Zero,
    /// It is not looked at.
    Ignore,
}

/// Presence of a header, or of a column of labels, in a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Presence {
    /// As the cells suggest.
    #[default]
    Detect,
    /// The table has it.
    Yes,
    /// The table does not have it.
    No,
}

/// The reading of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct TableOptions {
    /// Presence of a first row that names the columns. Detected if a cell of it beyond the first column is text, or if
    /// its first cell is empty.
    pub header: Presence,
    /// Presence of a first column that labels the conditions. Detected if it is text in every row below the header.
    pub labels: Presence,
}
