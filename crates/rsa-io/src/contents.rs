//! [`Contents`]: the arrays of one file as a format lists them, and [`Numbers`]: the numbers of one array.

use std::{fmt, ops::Range, sync::Arc};

use ndarray::{Array2, ArrayView2, ArrayViewMut2};
use rsa_core::{Conditions, Error, Result};

use crate::{
    layout::{allocate, too_few_axes},
    rdm_form::RdmForm,
    sensors::Epochs,
    voxels::BrainSpace,
};

/// The name, without extension, of the array or file that labels the conditions.
pub(crate) const CONDITIONS: &str = "conditions";

/// The name, without extension, of the array or file that gives the run of each row.
pub(crate) const RUNS: &str = "runs";

/// Names, in lower case, that are given to labels and are not read.
const NEIGHBORS: [(&str, &[&str]); 2] = [
    (CONDITIONS, &["conditions", "condition", "labels", "label", "stimuli", "stimulus"]),
    (RUNS, &["runs", "run", "sessions", "session"]),
];

/// The name of the array that names the matrices in a file of dissimilarity matrices.
pub(crate) const NAMES: &str = "names";

/// The name of the list in a file of patterns that says what was done to them.
pub(crate) const PREPARED: &str = "prepared";

/// The arrays of one file, as far as they are known before a layer is chosen.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// All arrays of numbers, also those with one axis.
    pub(crate) arrays: Vec<FileArray>,
    /// Lists of strings: [`CONDITIONS`] and [`RUNS`] belong to every array that has as many rows.
    pub(crate) texts: Vec<(String, Vec<String>)>,
    /// Arrays that cannot be read: name and reason.
    pub(crate) skipped: Vec<(String, Error)>,
    /// Names of arrays that are layers only if they are chosen by these names.
    pub(crate) only_by_name: Vec<String>,
    /// The error of a file whose arrays differ in their labels alone, unless one of them is chosen by its name.
    pub(crate) ambiguity: Option<Error>,
    /// Doubts about the file, one sentence each.
    pub(crate) warnings: Vec<String>,
}

impl Contents {
    /// Notes that the array `name` cannot be read.
    pub(crate) fn skip(&mut self, name: impl Into<String>, reason: Error) {
        self.skipped.push((name.into(), reason));
    }

    /// Takes the strings of the list `name` out of the contents, if there is one.
    pub(crate) fn take_text(&mut self, name: &str) -> Option<Vec<String>> {
        let at = self.texts.iter().position(|(known, _)| known == name)?;
        Some(self.texts.swap_remove(at).1)
    }

    /// Takes out the arrays that are layers only by their names.
    pub(crate) fn leave_out_unnamed(&mut self) {
        let only_by_name = std::mem::take(&mut self.only_by_name);
        self.arrays.retain(|array| !only_by_name.contains(&array.name));
    }

    /// Takes out what looks like labels and has another name, and warns that it is not read.
    pub(crate) fn note_neighbors(&mut self) {
        for (wanted, names) in NEIGHBORS {
            if self.texts.iter().any(|(name, _)| name == wanted) {
                continue;
            }
            let is_neighbor = |name: &str| names.contains(&name.to_lowercase().as_str());
            let mut found: Vec<String> = Vec::new();
            let mut note = |name: &str| {
                let take = is_neighbor(name);
                found.extend(take.then(|| name.to_owned()));
                !take
            };
            self.texts.retain(|(name, _)| note(name));
            self.skipped.retain(|(name, _)| note(name));
            // MATLAB has no array with one axis: a list is a row or a column.
            let is_list = |array: &FileArray| array.shape().iter().filter(|&&length| length > 1).count() < 2;
            if self.arrays.iter().any(|array| !is_list(array)) {
                self.arrays.retain(|array| !is_list(array) || note(&array.name));
            }
            self.warnings.extend(
                found
                    .iter()
                    .map(|name| format!("'{name}' is not read; name it '{wanted}' if it has one entry for every row")),
            );
        }
    }

    /// Skips arrays with one axis and lists of strings, which cannot be layers, with the reasons.
    pub(crate) fn leave_out_vectors_and_texts(&mut self) {
        let reason = |array: &FileArray| (array.name.clone(), too_few_axes(array.shape()));
        let sets: Vec<_> = self.arrays.extract_if(.., |array| array.rdm_names().is_some()).collect();
        let vectors: Vec<_> = self.arrays.iter().filter(|array| array.shape().len() < 2).map(reason).collect();
        self.arrays.retain(|array| array.shape().len() > 1);
        self.skipped.splice(0..0, vectors);
        for set in sets {
            self.skip(set.name, Error::format("holds dissimilarity matrices; compare them with --rdm"));
        }
        if self.take_text(NAMES).is_some() {
            let doubt = "has 'names' as files of dissimilarity matrices have; those are compared with --rdm";
            self.warnings.push(doubt.to_owned());
        }
        self.take_text(PREPARED);
        for (name, _) in std::mem::take(&mut self.texts) {
            self.skip(name, Error::format("holds strings, which label conditions only as the 1-D array 'conditions'"));
        }
    }
}

/// One array of numbers of a file.
#[derive(Clone, Debug)]
pub(crate) struct FileArray {
    /// The name in the file, or the name of the file where it holds one array.
    pub(crate) name: String,
    /// File and array, for messages.
    pub(crate) place: String,
    /// The labels of the conditions, where the file gives them.
    pub(crate) labels: Option<Conditions>,
    /// The run of each row, where the file gives it.
    pub(crate) runs: Option<Arc<[String]>>,
    pub(crate) numbers: Arc<dyn Numbers>,
    /// The dissimilarity matrices that the array holds, where they stand otherwise than NumPy has them.
    pub(crate) rdms: Option<RdmForm>,
    /// The places of the brain that are the columns, where the rows are volumes or maps.
    pub(crate) space: Option<BrainSpace>,
    /// The channels and times that are the columns, where the rows are trials.
    pub(crate) sensors: Option<Arc<Epochs>>,
}

impl FileArray {
    /// Returns an array without labels.
    pub(crate) fn new(name: String, place: String, numbers: impl Numbers + 'static) -> Self {
        let numbers = Arc::new(numbers);
        Self { name, place, labels: None, runs: None, numbers, rdms: None, space: None, sensors: None }
    }

    /// Returns the lengths of the axes as the file has them.
    pub(crate) fn shape(&self) -> &[usize] {
        self.numbers.shape()
    }

    /// Returns the axis of the rows, which `of_shape` gives for an array of another kind than trials.
    pub(crate) fn row_axis(&self, of_shape: impl Fn(&[usize]) -> usize) -> usize {
        if self.sensors.is_some() { 0 } else { of_shape(self.shape()) }
    }

    /// Returns the shape of the array as dissimilarity matrices.
    pub(crate) fn rdm_shape(&self) -> Vec<usize> {
        self.rdms.as_ref().map_or_else(|| self.shape().to_vec(), RdmForm::shape)
    }

    /// Returns the names of its dissimilarity matrices, if it holds nothing else.
    pub(crate) fn rdm_names(&self) -> Option<Vec<String>> {
        self.rdms.as_ref()?.names()
    }

    /// Reads all numbers of its dissimilarity matrices, in the order of [`rdm_shape`](Self::rdm_shape).
    pub(crate) fn read_rdm_values(&self) -> Result<Vec<f64>> {
        match &self.rdms {
            Some(form) => form.read_all().map_err(|error| error.context(&self.place)),
            None => Ok(self.read_all()?.into_iter().collect()),
        }
    }

    /// Reads all numbers as they are, NaN and infinities too.
    pub(crate) fn read_all(&self) -> Result<Array2<f64>> {
        self.numbers.read_all().map_err(|error| error.context(&self.place))
    }
}

/// The numbers of one array in a stretch of a file, in a compressed stream, in several files or in memory.
///
/// Numbers are read as a matrix: one axis of the array, the first unless
/// [`with_rows_along`](Self::with_rows_along) says otherwise, is the rows, and all other axes are the columns, the last
/// one running fastest. An array with one axis is a single row. Several threads may read at once.
pub(crate) trait Numbers: fmt::Debug + Send + Sync {
    /// Returns the lengths of the axes as the file has them.
    fn shape(&self) -> &[usize];

    /// Returns the type of the numbers in the file, as NumPy calls it.
    fn dtype(&self) -> &'static str;

    /// Returns the relative spacing of numbers of the type in the file, which is the same for all parts of an array.
    fn precision(&self) -> f64;

    /// Returns the relative spacing of the numbers that `values`, some numbers of the array, were rounded to.
    ///
    /// See [`precision::of_floats`](crate::precision::of_floats).
    fn precision_of(&self, values: &[f64]) -> f64;

    /// Returns the array with the rows along `axis`, which exists.
    fn with_rows_along(&self, axis: usize) -> Arc<dyn Numbers>;

    /// Returns the number of rows.
    fn n_rows(&self) -> usize;

    /// Returns the number of columns.
    fn n_columns(&self) -> usize;

    /// Reads `columns` of `rows` into `block`, which has that shape.
    fn read_block(&self, rows: Range<usize>, columns: Range<usize>, block: ArrayViewMut2<'_, f64>) -> Result<()>;

    /// Reads the chosen columns `columns`, in that order, of `rows` into `block`, which has that shape.
    fn read_columns(&self, rows: Range<usize>, columns: &[usize], block: ArrayViewMut2<'_, f64>) -> Result<()>;

    /// Reads all numbers.
    fn read_all(&self) -> Result<Array2<f64>> {
        read_as_block(self)
    }

    /// Reads `columns` of `rows`, at most `per_piece` rows at a time, and hands every piece with its first row to
    /// `consume`, in order.
    fn for_each_piece(
        &self,
        rows: Range<usize>,
        columns: Range<usize>,
        per_piece: usize,
        consume: &mut dyn FnMut(usize, ArrayView2<'_, f64>),
    ) -> Result<()> {
        read_pieces(rows, columns.len(), per_piece, consume, |rows, piece| {
            self.read_block(rows, columns.clone(), piece)
        })
    }

    /// Returns `true` if a block of few columns takes less reading than one of few rows.
    fn is_by_columns(&self) -> bool {
        false
    }

    /// Checks that a block can be read without reading all that is before it.
    ///
    /// # Errors
    /// `Format`, with the remedy, if the array is compressed.
    fn ensure_read_in_place(&self) -> Result<()> {
        Ok(())
    }
}

/// Reads all numbers as one block.
pub(crate) fn read_as_block<N: Numbers + ?Sized>(numbers: &N) -> Result<Array2<f64>> {
    let (rows, columns) = (numbers.n_rows(), numbers.n_columns());
    let mut values = allocate(rows, columns)?;
    numbers.read_block(0..rows, 0..columns, values.view_mut())?;
    Ok(values)
}

/// Calls `read` for at most `per_piece` of the `rows` at a time, and `consume` with what was read.
pub(crate) fn read_pieces(
    rows: Range<usize>,
    n_columns: usize,
    per_piece: usize,
    consume: &mut dyn FnMut(usize, ArrayView2<'_, f64>),
    mut read: impl FnMut(Range<usize>, ArrayViewMut2<'_, f64>) -> Result<()>,
) -> Result<()> {
    let mut buffer = allocate(per_piece.min(rows.len()), n_columns)?;
    for start in rows.clone().step_by(per_piece.max(1)) {
        let end = (start + per_piece).min(rows.end);
        let mut piece = buffer.slice_axis_mut(ndarray::Axis(0), (..end - start).into());
        read(start..end, piece.view_mut())?;
        consume(start, piece.view());
    }
    Ok(())
}
