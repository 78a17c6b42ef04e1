//! [`HeldInput`]: arrays in the memory of the caller, which are read as the arrays of a file.

use std::{fmt, ops::Range, path::Path, sync::Arc};

use ndarray::{ArrayViewMut2, Axis, Slice};
use rsa_core::{Conditions, Error, Result};

use crate::{
    contents::{CONDITIONS, Contents, FileArray, NAMES, Numbers, RUNS},
    number::{Number, NumberKind},
    precision,
};

/// Array in the memory of the caller, which may be of another language.
///
/// Blocks are copied out of it while it is read. Several threads may read at once.
pub trait HeldArray: fmt::Debug + Send + Sync {
    /// Returns the lengths of the axes.
    fn shape(&self) -> &[usize];

    /// Returns the type in which the numbers were computed, as NumPy calls it, such as `bfloat16`.
    ///
    /// It may be narrower than the type in which they are held; ties and ranks are judged by it.
    fn dtype(&self) -> &str;

    /// Copies `columns` of `rows` into `block`, which has that shape.
    ///
    /// The rows run along `axis`; all other axes are the columns, the last one running fastest.
    ///
    /// # Errors
    /// `Io` if the array cannot be read.
    fn read_block(
        &self,
        axis: usize,
        rows: Range<usize>,
        columns: Range<usize>,
        block: ArrayViewMut2<'_, f64>,
    ) -> Result<()>;
}

/// Arrays by name, with the lists of strings that a `.npz` has beside its arrays: `conditions`, `runs` and `names`.
#[derive(Clone, Debug, Default)]
pub struct HeldInput {
    arrays: Vec<InputArray>,
    texts: Vec<(String, Vec<String>)>,
}

#[derive(Clone, Debug)]
struct InputArray {
    name: String,
    labels: Option<Vec<String>>,
    array: Arc<dyn HeldArray>,
    number: Number,
}

impl HeldInput {
    /// Adds an array; `labels`, one a row, belong to it alone.
    ///
    /// # Errors
    /// `ShapeMismatch` for another number of labels than rows; `Format` for a name that is taken or a type that is not
    /// read.
    pub fn with_array(
        mut self,
        name: impl Into<String>,
        array: Arc<dyn HeldArray>,
        labels: Option<Vec<String>>,
    ) -> Result<Self> {
        let name = name.into();
        if self.arrays.iter().any(|there| there.name == name) {
            return Err(Error::format(format!("two arrays are named '{name}'; give each a name of its own")));
        }
        let number = Number::named(array.dtype()).ok_or_else(|| {
            let known = "use floats of 16, 32 or 64 bits, integers or booleans";
            Error::format(format!("array '{name}': numbers of type {} are not read; {known}", array.dtype()))
        })?;
        self.arrays.push(InputArray { name, labels, array, number });
        Ok(self)
    }

    /// Adds the condition of each row, for all arrays with as many rows.
    #[must_use]
    pub fn with_conditions(self, conditions: Vec<String>) -> Self {
        self.with_text(CONDITIONS, conditions)
    }

    /// Adds the run of each row, for all arrays with as many rows.
    #[must_use]
    pub fn with_runs(self, runs: Vec<String>) -> Self {
        self.with_text(RUNS, runs)
    }

    /// Adds the name of each dissimilarity matrix.
    #[must_use]
    pub fn with_names(self, names: Vec<String>) -> Self {
        self.with_text(NAMES, names)
    }

    fn with_text(mut self, name: &str, texts: Vec<String>) -> Self {
        self.texts.push((name.to_owned(), texts));
        self
    }

    /// Lists the arrays as those of a file are listed; their rows run along `row_axis` of their shape.
    fn contents(&self, row_axis: impl Fn(&[usize]) -> usize) -> Result<Contents> {
        let array = |held: &InputArray| {
            let numbers = ArrayNumbers { array: held.array.clone(), axis: 0, number: held.number };
            let mut array = FileArray::new(held.name.clone(), format!("array '{}'", held.name), numbers);
            if let Some(labels) = &held.labels {
                let shape = held.array.shape();
                let n_rows = shape.get(row_axis(shape)).copied().unwrap_or(0);
                if labels.len() != n_rows {
                    let sizes = format!("{} labels for {n_rows} rows; give one for each", labels.len());
                    return Err(Error::shape_mismatch(format!("array '{}': {sizes}", held.name)));
                }
                array.labels = Some(Conditions::labeled(labels));
            }
            Ok(array)
        };
        let arrays = self.arrays.iter().map(array).collect::<Result<_>>()?;
        Ok(Contents { arrays, texts: self.texts.clone(), ..Contents::default() })
    }
}

/// Inputs in the memory of the caller, by the names under which requests have them.
///
/// A name stands before files of this name. Two sets are equal if they hold the same inputs, not equal ones.
#[derive(Clone, Debug, Default)]
pub struct HeldInputs(Vec<(String, Arc<HeldInput>)>);

impl HeldInputs {
    /// Adds an input.
    pub fn add(&mut self, name: impl Into<String>, input: HeldInput) {
        self.0.push((name.into(), Arc::new(input)));
    }

    /// Returns the contents of the input at `path`, if it is one of these.
    pub(crate) fn contents(&self, path: &Path, row_axis: impl Fn(&[usize]) -> usize) -> Option<Result<Contents>> {
        let (_, input) = self.0.iter().find(|(name, _)| Path::new(name) == path)?;
        Some(input.contents(row_axis))
    }

    /// Returns `true` if the input at `path` is one of these.
    pub(crate) fn hold(&self, path: &Path) -> bool {
        self.0.iter().any(|(name, _)| Path::new(name) == path)
    }
}

impl PartialEq for HeldInputs {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(|(a, b)| a.0 == b.0 && Arc::ptr_eq(&a.1, &b.1))
    }
}

impl Eq for HeldInputs {}

/// Numbers of a held array, with the rows along one of its axes.
#[derive(Clone, Debug)]
struct ArrayNumbers {
    array: Arc<dyn HeldArray>,
    axis: usize,
    number: Number,
}

impl Numbers for ArrayNumbers {
    fn shape(&self) -> &[usize] {
        self.array.shape()
    }

    fn dtype(&self) -> &'static str {
        self.number.name()
    }

    fn precision(&self) -> f64 {
        self.number.precision()
    }

    fn precision_of(&self, values: &[f64]) -> f64 {
        precision::of_floats(values, self.number)
    }

    fn with_rows_along(&self, axis: usize) -> Arc<dyn Numbers> {
        Arc::new(Self { axis, ..self.clone() })
    }

    /// An array with one axis is a single row.
    fn n_rows(&self) -> usize {
        match self.shape() {
            [] | [_] => 1,
            shape => shape[self.axis],
        }
    }

    fn n_columns(&self) -> usize {
        match self.shape() {
            [] => 1,
            [length] => *length,
            shape => {
                shape.iter().enumerate().filter(|&(axis, _)| axis != self.axis).map(|(_, length)| length).product()
            }
        }
    }

    fn read_block(&self, rows: Range<usize>, columns: Range<usize>, block: ArrayViewMut2<'_, f64>) -> Result<()> {
        self.array.read_block(self.axis, rows, columns, block)
    }

    /// Reads each stretch of neighboring columns as one block.
    fn read_columns(&self, rows: Range<usize>, columns: &[usize], mut block: ArrayViewMut2<'_, f64>) -> Result<()> {
        let mut first = 0;
        for stretch in columns.chunk_by(|a, b| a + 1 == *b) {
            let part = block.slice_axis_mut(Axis(1), Slice::from(first..first + stretch.len()));
            self.read_block(rows.clone(), stretch[0]..stretch[0] + stretch.len(), part)?;
            first += stretch.len();
        }
        Ok(())
    }
}

impl Number {
    /// Returns the type that NumPy calls by `name`.
    fn named(name: &str) -> Option<Self> {
        use NumberKind::{BF16, Bool, F16, F32, F64, I8, I16, I32, I64, U8, U16, U32, U64};
        let kinds = [Bool, I8, U8, I16, U16, I32, U32, I64, U64, F16, BF16, F32, F64];
        kinds.map(|kind| Self { kind, big_endian: false }).into_iter().find(|number| number.name() == name)
    }
}

#[cfg(test)]
mod tests;
