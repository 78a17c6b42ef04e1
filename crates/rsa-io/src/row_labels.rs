//! [`RowLabels`]: the labels and runs that a file or folder gives for the rows of its arrays.

use std::sync::Arc;

use rsa_core::{Conditions, Error, Result};

use crate::{
    contents::{CONDITIONS, Contents, FileArray, RUNS},
    labels::ensure_label_count,
    layout::show_shape,
    options::OpenOptions,
};

/// One label and one run for each row, as far as a file or folder has them.
#[derive(Debug, Default)]
pub(crate) struct RowLabels {
    pub(crate) conditions: Option<Vec<String>>,
    pub(crate) runs: Option<Vec<String>>,
}

impl RowLabels {
    /// Takes the lists [`CONDITIONS`] and [`RUNS`] out of the contents of a file.
    pub(crate) fn take(contents: &mut Contents) -> Self {
        Self { conditions: contents.take_text(CONDITIONS), runs: contents.take_text(RUNS) }
    }

    /// Gives every array of two or more axes its labels and runs, and returns a warning for each array of another
    /// number of rows. Arrays that have labels or runs keep them.
    ///
    /// The list of axes in `options` says which axis of an array is the conditions, and which the runs, if they are one.
    ///
    /// # Errors
    /// `ShapeMismatch` if there are labels or runs and no array has as many rows: rows without labels would be paired
    /// as they stand.
    pub(crate) fn apply(self, arrays: &mut [FileArray], options: &OpenOptions) -> Result<Vec<String>> {
        let row_axis = |shape: &[usize]| options.condition_axis(shape);
        let run_axis = |shape: &[usize]| options.run_axis(shape).unwrap_or_else(|| row_axis(shape));
        let mut warnings = Vec::new();
        if let Some(labels) = self.conditions {
            let open = arrays.iter_mut().filter(|array| array.labels.is_none());
            let fitting = fitting(open, CONDITIONS, "labels", &labels, row_axis, &mut warnings)?;
            let conditions = Conditions::labeled(labels);
            fitting.into_iter().for_each(|array| array.labels = Some(conditions.clone()));
        }
        if let Some(labels) = self.runs {
            let open = arrays.iter_mut().filter(|array| array.runs.is_none());
            let fitting = fitting(open, RUNS, "runs", &labels, run_axis, &mut warnings)?;
            let runs: Arc<[String]> = labels.into();
            fitting.into_iter().for_each(|array| array.runs = Some(runs.clone()));
        }
        Ok(warnings)
    }
}

/// Returns the arrays that have a row for each of `labels`, and warns of the others.
fn fitting<'a>(
    arrays: impl Iterator<Item = &'a mut FileArray>,
    list: &str,
    what: &str,
    labels: &[String],
    row_axis: impl Fn(&[usize]) -> usize,
    warnings: &mut Vec<String>,
) -> Result<Vec<&'a mut FileArray>> {
    let n_rows = |array: &FileArray| array.shape()[array.row_axis(&row_axis)];
    let matrices = arrays.filter(|array| array.shape().len() > 1);
    let (fitting, others): (Vec<_>, Vec<_>) = matrices.partition(|array| n_rows(array) == labels.len());
    if let ([], [first, ..]) = (fitting.as_slice(), others.as_slice()) {
        let error = match ensure_label_count(labels, n_rows(first)) {
            Err(error) => error,
            Ok(()) => return Ok(fitting),
        };
        let hint = first.shape().iter().position(|&length| length == labels.len()).map(|axis| {
            let shape = show_shape(first.shape());
            format!("; axis {axis} of the array {shape} has as many: say with --axes where its conditions are")
        });
        let n_pairs = labels.len() * labels.len().saturating_sub(1) / 2;
        let triangles = first.shape().last() == Some(&n_pairs);
        let hint =
            hint.or_else(|| triangles.then(|| "; RDMs of as many conditions are compared with --rdm".to_owned()));
        let message = format!("{error}{}", hint.unwrap_or_default());
        return Err(Error::shape_mismatch(message).context(format!("'{list}' for layer '{}'", first.name)));
    }
    warnings.extend(others.iter().map(|array| {
        format!(
            "'{list}' has {} labels and layer '{}' {} conditions; the layer stays without {what}",
            labels.len(),
            array.name,
            n_rows(array)
        )
    }));
    Ok(fitting)
}
