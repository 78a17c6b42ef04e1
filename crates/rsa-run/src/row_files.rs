//! [`RowFiles`]: what files say of the rows of an input.

use std::path::{Path, PathBuf};

use rsa_io::{LabelRole, Layer, ensure_label_count};
use rsakit::{Error, Result, core::Conditions};

use crate::{files_of_inputs::files_of_inputs, inputs::data_error};

/// Files with the condition and the run of each row, or of each stimulus, of an input.
#[derive(Clone, Default)]
pub(crate) struct RowFiles {
    pub(crate) conditions: Option<LabelFile>,
    pub(crate) runs: Option<LabelFile>,
}

/// One label for each row, or for each stimulus, of every layer of an input.
#[derive(Clone)]
pub(crate) struct LabelFile {
    path: PathBuf,
    labels: Vec<String>,
}

impl RowFiles {
    /// Reads the files of each input.
    ///
    /// # Errors
    /// The errors of [`files_of_inputs`] and of [`rsa_io::read_labels`].
    pub(crate) fn read_all(conditions: &[String], runs: &[String], inputs: &[String]) -> Result<Vec<Self>> {
        Self::read_options([("--conditions", conditions), ("--runs", runs)], LabelRole::Runs, inputs)
    }

    /// Reads the files of each input, which two options of other names give; `role` is that of the second.
    ///
    /// # Errors
    /// See [`read_all`](Self::read_all).
    pub(crate) fn read_options(
        options: [(&str, &[String]); 2],
        role: LabelRole,
        inputs: &[String],
    ) -> Result<Vec<Self>> {
        let [conditions, runs] = options.map(|(option, files)| files_of_inputs(option, files, inputs));
        let read = |file: Option<String>, role| file.map(|file| LabelFile::read(Path::new(&file), role)).transpose();
        let one = |(conditions, runs)| {
            Ok(Self { conditions: read(conditions, LabelRole::Conditions)?, runs: read(runs, role)? })
        };
        conditions?.into_iter().zip(runs?).map(one).collect()
    }

    /// Returns the names of all files.
    ///
    /// # Errors
    /// The errors of [`files_of_inputs`].
    pub(crate) fn names(conditions: &[String], runs: &[String], inputs: &[String]) -> Result<Vec<PathBuf>> {
        Self::names_of_options([("--conditions", conditions), ("--runs", runs)], inputs)
    }

    /// Returns the names of all files, which two options of other names give.
    ///
    /// # Errors
    /// The errors of [`files_of_inputs`].
    pub(crate) fn names_of_options(options: [(&str, &[String]); 2], inputs: &[String]) -> Result<Vec<PathBuf>> {
        let [conditions, runs] = options.map(|(option, files)| files_of_inputs(option, files, inputs));
        let file = |address: String| rsa_io::split_address(&address).0.to_owned();
        Ok(conditions?.into_iter().chain(runs?).flatten().map(file).collect())
    }

    /// Returns the conditions that the file gives the rows of `layer`; `None` without a file.
    pub(crate) fn conditions_of(&self, layer: &Layer) -> Option<Conditions> {
        self.conditions.as_ref().map(|file| label_rows(&layer.labels_of_rows(&file.labels), layer.conditions()))
    }

    /// Returns the conditions that the file gives the `rows` of an input without layers; `None` without a file.
    pub(crate) fn conditions_of_rows(&self, rows: &Conditions) -> Option<Conditions> {
        self.conditions.as_ref().map(|file| label_rows(&file.labels, rows))
    }

    /// Returns the run of each stimulus of `layer`, by the file or by the layer itself.
    pub(crate) fn runs_of<'a>(&'a self, layer: &'a Layer) -> Option<&'a [String]> {
        self.runs.as_ref().map(LabelFile::labels).or(layer.runs())
    }

    /// Checks that the files have a label for each row of `layer` or for each stimulus, or for each condition where the
    /// runs are an axis.
    ///
    /// # Errors
    /// `ShapeMismatch` naming the file.
    pub(crate) fn ensure_fit(&self, layer: &Layer) -> Result<()> {
        let rows = layer.conditions();
        let is_spread = |file: &&LabelFile| layer.labels_of_rows(&file.labels).len() == rows.n_stimuli();
        let open = self.conditions.iter().filter(|file| !is_spread(file));
        open.chain(&self.runs).try_for_each(|labels| labels.ensure_fits(rows))
    }

    /// Checks that the files have a label for each of the `rows`, or for each stimulus, of an input without layers.
    ///
    /// # Errors
    /// `ShapeMismatch` naming the file.
    pub(crate) fn ensure_fit_rows(&self, rows: &Conditions) -> Result<()> {
        self.conditions.iter().chain(&self.runs).try_for_each(|labels| labels.ensure_fits(rows))
    }
}

impl LabelFile {
    /// Reads the labels of `FILE`, or of a column of a table, `FILE::COLUMN`.
    ///
    /// # Errors
    /// The errors of [`rsa_io::read_labels`] and [`rsa_io::read_columns`]; `Format` for a row without a label.
    pub(crate) fn read(path: &Path, role: LabelRole) -> Result<Self> {
        let labels = match path.to_str().map(rsa_io::split_address) {
            Some((file, Some(column))) => column_labels(file, column).map_err(|error| error.context(path.display())),
            _ => rsa_io::read_labels(path, role),
        };
        Ok(Self { path: path.to_owned(), labels: labels.map_err(data_error)? })
    }

    pub(crate) fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Checks that there is one label for each of the `rows` or for each stimulus.
    ///
    /// # Errors
    /// `ShapeMismatch` naming the file.
    pub(crate) fn ensure_fits(&self, rows: &Conditions) -> Result<()> {
        if self.labels.len() == rows.n_stimuli() {
            return Ok(());
        }
        ensure_label_count(&self.labels, rows.count()).map_err(|error| error.context(self.path.display()))
    }
}

/// Returns the cells of a column of the table in `file`, one a row.
fn column_labels(file: &Path, column: &str) -> Result<Vec<String>> {
    let table = rsa_io::read_columns(file, true)?;
    let at = table.find(column)?;
    let cell = |row| match table.is_missing(row, at) {
        false => Ok(table.cell(row, at).to_owned()),
        true => {
            let place = table.place(row);
            Err(Error::format(format!("{place} has no value in column '{column}'; give every row one")))
        }
    };
    (0..table.n_rows()).map(cell).collect()
}

/// Returns conditions with `labels`, one for each of the `rows` or one for each stimulus.
///
/// The label of a stimulus labels all positions of the stimulus; the index of the position is appended.
fn label_rows(labels: &[String], rows: &Conditions) -> Conditions {
    let conditions = Conditions::labeled(labels);
    match rows.positions() {
        Some(positions) if labels.len() == rows.n_stimuli() => conditions.at_positions(positions),
        _ => conditions,
    }
}

/// Returns one value for each of the `rows`, from one for each row or for each stimulus.
pub(crate) fn repeat_for_rows(values: &[String], rows: &Conditions) -> Vec<String> {
    match values.len() == rows.n_stimuli() {
        true => values.iter().flat_map(|value| std::iter::repeat_n(value.clone(), rows.rows_per_stimulus())).collect(),
        false => values.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn labels_of_stimuli_label_their_positions() {
        let rows = Conditions::unlabeled(2).at_positions(&[1, 2]);
        let labels = label_rows(&words(&["cat", "dog"]), &rows);
        assert_eq!(labels.labels().unwrap(), ["cat (0, 0)", "cat (0, 1)", "dog (0, 0)", "dog (0, 1)"]);
        assert_eq!(labels.n_stimuli(), 2);
        assert_eq!(repeat_for_rows(&words(&["1", "2"]), &rows), ["1", "1", "2", "2"]);
    }

    #[test]
    fn labels_of_rows_stay() {
        let rows = Conditions::unlabeled(2).at_positions(&[1, 2]);
        let own = words(&["a", "b", "c", "d"]);
        assert_eq!(label_rows(&own, &rows).labels().unwrap(), own);
        assert_eq!(repeat_for_rows(&own, &rows), own);
        assert_eq!(label_rows(&own[..2], &Conditions::unlabeled(2)).labels().unwrap(), &own[..2]);
        assert_eq!(label_rows(&own[..3], &rows).count(), 3, "a wrong number is left to the checks of the values");
    }
}
