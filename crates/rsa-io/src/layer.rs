//! [`Layer`]: one named matrix of conditions × features, read when it is asked for.

use std::{fmt, ops::Range, sync::Arc};

use ndarray::ArrayViewMut2;
use rsa_core::{Conditions, Features, Representation, Result, RowBlocks};

use crate::{
    arrangement::Arrangement,
    contents::{FileArray, Numbers},
    convention::AppliedConvention,
    layout::allocate,
};

/// Most numbers (8 MB) read at once if features are not columns of the file; less than other blocks of a layer.
const PIECE: usize = 1 << 20;

/// One layer of a [`LayerSource`](crate::LayerSource): its name, its conditions, and the place of its numbers.
///
/// [`read`](Self::read) takes all of the layer into memory. [`RowBlocks`] takes a block of conditions with a small
/// buffer of its own, so that a layer may be larger than the memory; several threads may read at once.
///
/// Blocks are cheap where the file has the conditions one after the other (C order). In Fortran order each block
/// takes a piece of every column. An array that is compressed within a `.npz` is inflated from its start for every
/// block: few large blocks are then better than many small. Every [convention](crate::Convention) reads blocks.
#[derive(Clone)]
pub struct Layer {
    name: String,
    place: String,
    conditions: Conditions,
    runs: Option<Arc<[String]>>,
    /// Stimuli × columns of the array.
    numbers: Arc<dyn Numbers>,
    arrangement: Arc<Arrangement>,
}

impl Layer {
    /// Returns the layer that `arrangement` makes of `array`, which has two axes or more.
    pub(crate) fn new(array: FileArray, arrangement: Arrangement) -> Self {
        let numbers = match arrangement.condition_axis() {
            0 => array.numbers,
            axis => array.numbers.with_rows_along(axis),
        };
        let labels = array.labels.filter(|labels| labels.count() == numbers.n_rows());
        let stimuli = labels.unwrap_or_else(|| Conditions::unlabeled(numbers.n_rows()));
        let conditions = arrangement.conditions(&stimuli);
        let runs = array.runs.filter(|runs| runs.len() == numbers.n_rows());
        Self { name: array.name, place: array.place, conditions, runs, numbers, arrangement: Arc::new(arrangement) }
    }

    /// Returns the name in the file; the name of the file where it holds one layer.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the conditions of the rows, with labels where the file has them.
    ///
    /// Under [`Convention::Pixels`](crate::Convention::Pixels) they are stimulus × position.
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// Returns the run of each stimulus, where the file has it.
    ///
    /// Under [`Convention::Pixels`](crate::Convention::Pixels) all positions of a stimulus belong to its run; otherwise
    /// stimuli are the conditions.
    pub fn runs(&self) -> Option<&[String]> {
        self.runs.as_deref()
    }

    /// Returns the lengths of the axes of the array as the file has them.
    pub fn shape(&self) -> &[usize] {
        self.numbers.shape()
    }

    /// Returns the type of the numbers in the file, such as `float32`; `text` for a table.
    pub fn dtype(&self) -> &'static str {
        self.numbers.dtype()
    }

    /// Returns the convention by which an array of three or more axes is read; `None` for an array of two axes.
    ///
    /// A result must record it: the answer depends on it.
    pub fn convention(&self) -> Option<&AppliedConvention> {
        self.arrangement.applied()
    }

    /// Checks that blocks of the layer can be read without reading all that is before them.
    ///
    /// # Errors
    /// `Format`, with the remedy, if the array is compressed.
    pub fn ensure_read_in_place(&self) -> Result<()> {
        self.numbers.ensure_read_in_place().map_err(|error| error.context(&self.place))
    }

    /// Reads all conditions, with their labels.
    ///
    /// # Errors
    /// `NonFinite` if a value is NaN or infinite, `Format` if the data are damaged, `Io` if they cannot be read or
    /// do not fit into memory. The message names file and array.
    pub fn read(&self) -> Result<Representation> {
        let values = if self.arrangement.is_flat() {
            self.numbers.read_all().map_err(|error| error.context(&self.place))?
        } else {
            let mut values = allocate(self.n_conditions(), self.n_features())?;
            self.read_rows(0..self.n_conditions(), values.view_mut())?;
            values
        };
        let precision = self.numbers.precision_of(values.as_slice().expect("read in the order of rows"));
        Representation::new(values)
            .and_then(|x| x.with_precision(precision)?.with_conditions(self.conditions.clone()))
            .and_then(|x| x.with_features(self.features()))
            .map_err(|error| error.context(&self.place))
    }

    /// Reads the stimuli to which the conditions `rows` belong and arranges them, some at a time.
    fn read_arranged(&self, rows: Range<usize>, wanted: Range<usize>, mut block: ArrayViewMut2<'_, f64>) -> Result<()> {
        assert!(rows.end <= self.n_conditions(), "rows beyond the last condition");
        assert!(wanted.end <= self.n_features(), "columns beyond the last feature");
        assert_eq!(block.dim(), (rows.len(), wanted.len()), "the block has the shape of what is read");
        if rows.is_empty() || wanted.is_empty() {
            return Ok(());
        }
        let columns = self.arrangement.columns(wanted.clone());
        let per_piece = (PIECE / columns.len()).max(1);
        self.numbers.for_each_piece(self.arrangement.stimuli(rows.clone()), columns, per_piece, &mut |first, piece| {
            self.arrangement.arrange(piece, first, wanted.clone(), rows.clone(), block.view_mut());
        })
    }
}

impl RowBlocks for Layer {
    fn n_conditions(&self) -> usize {
        self.conditions.count()
    }

    fn n_features(&self) -> usize {
        self.arrangement.n_features(self.numbers.n_columns())
    }

    fn features(&self) -> Features {
        self.arrangement.features(self.numbers.n_columns())
    }

    fn precision(&self) -> f64 {
        self.numbers.precision()
    }

    fn place(&self) -> String {
        self.place.clone()
    }

    fn read_rows(&self, rows: Range<usize>, block: ArrayViewMut2<'_, f64>) -> Result<()> {
        self.read_block(rows, 0..self.n_features(), block)
    }

    fn read_block(&self, rows: Range<usize>, columns: Range<usize>, block: ArrayViewMut2<'_, f64>) -> Result<()> {
        match self.arrangement.is_flat() {
            true => self.numbers.read_block(rows, columns, block),
            false => self.read_arranged(rows, columns, block),
        }
        .map_err(|error| error.context(&self.place))
    }

    fn read_columns(&self, rows: Range<usize>, columns: &[usize], mut block: ArrayViewMut2<'_, f64>) -> Result<()> {
        if self.arrangement.is_flat() {
            return self.numbers.read_columns(rows, columns, block).map_err(|error| error.context(&self.place));
        }
        let (Some(&first), Some(&last)) = (columns.iter().min(), columns.iter().max()) else { return Ok(()) };
        let mut read = allocate(rows.len(), last + 1 - first)?;
        self.read_block(rows, first..last + 1, read.view_mut())?;
        for (mut values, &column) in block.columns_mut().into_iter().zip(columns) {
            values.assign(&read.column(column - first));
        }
        Ok(())
    }
}

impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layer")
            .field("place", &self.place)
            .field("n_conditions", &self.n_conditions())
            .field("n_features", &self.n_features())
            .finish_non_exhaustive()
    }
}
