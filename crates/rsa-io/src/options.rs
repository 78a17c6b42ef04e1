//! [`OpenOptions`]: what a user may say about files that they do not say themselves.

use crate::{axes::Axes, convention::Convention};

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
}

impl OpenOptions {
    /// Returns the axis that is the conditions, of an array of `shape`.
    pub(crate) fn condition_axis(&self, shape: &[usize]) -> usize {
        let axes = self.axes.as_ref().filter(|axes| axes.names().len() == shape.len());
        axes.map_or(0, Axes::condition_axis)
    }
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
