//! [`LabelFile`]: labels of rows and the file that they are from.

use std::path::{Path, PathBuf};

use rsa_io::{LabelRole, ensure_label_count};
use rsakit::{Result, core::Conditions};

use crate::inputs::data_error;

/// One label for each row, or for each stimulus, of every layer.
pub(super) struct LabelFile {
    path: PathBuf,
    labels: Vec<String>,
}

impl LabelFile {
    /// Reads the labels.
    ///
    /// # Errors
    /// The errors of [`rsa_io::read_labels`].
    pub(super) fn read(path: &Path, role: LabelRole) -> Result<Self> {
        let labels = rsa_io::read_labels(path, role).map_err(data_error)?;
        Ok(Self { path: path.to_owned(), labels })
    }

    pub(super) fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Checks that there is one label for each of the `rows` or for each stimulus.
    ///
    /// # Errors
    /// `ShapeMismatch` naming the file.
    pub(super) fn ensure_fits(&self, rows: &Conditions) -> Result<()> {
        if self.labels.len() == rows.n_stimuli() {
            return Ok(());
        }
        ensure_label_count(&self.labels, rows.count()).map_err(|error| error.context(self.path.display()))
    }
}
