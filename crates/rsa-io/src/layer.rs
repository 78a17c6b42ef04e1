//! [`Layer`]: one named matrix of conditions × features, read when it is asked for.

mod same_features;

use std::{fmt, ops::Range, sync::Arc};

use ndarray::{Array2, ArrayViewMut2, Axis};
use rsa_core::{Conditions, Error, ErrorKind, Features, Representation, Result, RowBlocks};

use crate::{
    arrangement::Arrangement,
    contents::{FileArray, Numbers},
    convention::AppliedConvention,
    feature_survey::FeatureSurvey,
    held_columns::HeldColumns,
    layout::{allocate, too_large},
    run_axis::RunAxis,
    sensors::sensor_features,
    voxels::{BrainSpace, Grayordinates, VolumeGeometry},
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
    /// Runs and conditions of the rows, where the runs are an axis of the array.
    run_axis: Option<RunAxis>,
    /// Stimuli × columns of the array.
    numbers: Arc<dyn Numbers>,
    arrangement: Arc<Arrangement>,
    /// All features of the arrangement.
    all_features: Features,
    /// The features that are the columns, where they are not all; in ascending order.
    chosen: Option<Arc<[usize]>>,
    features: Features,
    space: Option<BrainSpace>,
}

impl Layer {
    /// Returns the layer that `arrangement` makes of `array`, which has two axes or more.
    ///
    /// # Errors
    /// `Io` if there is no memory for the names of its features; `InvalidParameter` for a position that is no number.
    pub(crate) fn new(array: FileArray, arrangement: Arrangement) -> Result<Self> {
        let numbers = match arrangement.condition_axis() {
            0 => array.numbers,
            axis => array.numbers.with_rows_along(axis),
        };
        let labels = array.labels.filter(|labels| labels.count() == numbers.n_rows());
        let stimuli = labels.unwrap_or_else(|| Conditions::unlabeled(numbers.n_rows()));
        let conditions = arrangement.conditions(&stimuli);
        let runs = array.runs.filter(|runs| runs.len() == numbers.n_rows());
        let features = arrangement.features(numbers.n_columns());
        let features = match &array.sensors {
            Some(epochs) => sensor_features(epochs, features)?,
            None => features,
        };
        Ok(Self {
            name: array.name,
            place: array.place,
            conditions,
            runs,
            run_axis: None,
            all_features: features.clone(),
            features,
            numbers,
            arrangement: Arc::new(arrangement),
            chosen: None,
            space: array.space,
        })
    }

    /// Returns the layer of an `array` whose rows are run × condition.
    ///
    /// # Errors
    /// The errors of [`new`](Self::new).
    pub(crate) fn with_run_axis(array: FileArray, arrangement: Arrangement, runs: RunAxis) -> Result<Self> {
        Ok(Self { run_axis: Some(runs), ..Self::new(array, arrangement)? })
    }

    /// Returns `true` if the runs are an axis of the array.
    pub(crate) fn has_run_axis(&self) -> bool {
        self.run_axis.is_some()
    }

    /// Returns labels of the rows: where the runs are an axis of the array, one label of each condition is repeated for
    /// each run, and otherwise labels are returned as they are.
    pub fn labels_of_rows(&self, labels: &[String]) -> Vec<String> {
        self.run_axis.map_or_else(|| labels.to_vec(), |runs| runs.spread(labels))
    }

    /// Returns the layer with another name.
    pub(crate) fn renamed(&self, name: String) -> Self {
        Self { place: format!("{}::{name}", self.place), name, ..self.clone() }
    }

    /// Returns the layer of the features `chosen` alone, which ascend. Places of the brain have their names and
    /// positions.
    ///
    /// # Errors
    /// `InvalidParameter` if a position overflows.
    pub(crate) fn with_features(&self, chosen: Vec<usize>) -> Result<Self> {
        let all = self.chosen.as_deref();
        self.with_columns(chosen.into_iter().map(|j| all.map_or(j, |all| all[j])).collect())
    }

    /// Returns the layer of the columns `places` of the volumes or maps, which ascend.
    ///
    /// # Errors
    /// `InvalidParameter` if a position overflows.
    pub(crate) fn with_places(&self, places: Vec<usize>) -> Result<Self> {
        self.with_columns(places.into())
    }

    /// Returns the layer with the features `chosen` of all that the array has.
    fn with_columns(&self, chosen: Arc<[usize]>) -> Result<Self> {
        let features = match &self.space {
            Some(space) => space.features(&chosen)?,
            None => self.all_features.select(&chosen),
        };
        let is_all = chosen.len() == self.arrangement.n_features(self.numbers.n_columns());
        Ok(Self { chosen: (!is_all).then_some(chosen), features, ..self.clone() })
    }

    /// Returns the columns that are the features.
    pub(crate) fn places(&self) -> impl Iterator<Item = usize> {
        (0..self.n_features()).map(|j| self.chosen.as_ref().map_or(j, |chosen| chosen[j]))
    }

    /// Returns the layer with its values held in memory, if its file is compressed.
    pub(crate) fn held_if_compressed(&self) -> Result<Self> {
        let Some(chosen) = self.chosen.as_ref().filter(|_| self.numbers.ensure_read_in_place().is_err()) else {
            return Ok(self.clone());
        };
        let values = self.read_chosen(chosen)?;
        Ok(Self { numbers: Arc::new(HeldColumns::new(self.numbers.clone(), chosen.clone(), values)), ..self.clone() })
    }

    /// Looks at every value, and returns what is known of the features.
    pub(crate) fn survey(&self) -> Result<FeatureSurvey> {
        let mut survey = FeatureSurvey::default();
        let (n, p) = (self.n_conditions(), self.n_features());
        if self.arrangement.is_flat() && self.numbers.is_by_columns() {
            let per_block = (PIECE / n.max(1)).clamp(1, p.max(1));
            for start in (0..p).step_by(per_block) {
                let mut part = allocate(n, per_block.min(p - start))?;
                self.read_block(0..n, start..start + part.ncols(), part.view_mut())?;
                survey.add(0, start, part.view())?;
            }
            return Ok(survey);
        }
        if self.chosen.is_none() && p > PIECE {
            // One condition is read in parts, so that the memory grows with what is really there.
            for (row, start) in (0..n).flat_map(|row| (0..p).step_by(PIECE).map(move |start| (row, start))) {
                let mut part = allocate(1, PIECE.min(p - start))?;
                self.read_block(row..row + 1, start..start + part.ncols(), part.view_mut())?;
                survey.add(row, start, part.view())?;
            }
            return Ok(survey);
        }
        let mut outcome = Ok(());
        self.for_each_block(p, &mut |first, block| {
            if outcome.is_ok() {
                outcome = survey.add(first, 0, block);
            }
        })?;
        outcome?;
        Ok(survey)
    }

    /// Reads all features of all conditions, some conditions at a time, and hands them to `consume` in order.
    fn for_each_block(&self, p: usize, consume: &mut dyn FnMut(usize, ndarray::ArrayView2<'_, f64>)) -> Result<()> {
        let n = self.n_conditions();
        let per_block = (PIECE / p.max(1)).clamp(1, n.max(1));
        if self.chosen.is_none() && self.arrangement.is_flat() {
            let read = self.numbers.for_each_piece(0..n, 0..p, per_block, consume);
            return read.map_err(|error| error.context(&self.place));
        }
        let mut block = allocate(per_block, p)?;
        for start in (0..n).step_by(per_block) {
            let mut block = block.slice_axis_mut(Axis(0), (..per_block.min(n - start)).into());
            self.read_rows(start..start + block.nrows(), block.view_mut())?;
            consume(start, block.view());
        }
        Ok(())
    }

    /// Returns the voxels of the volumes that the features are of, where the layer is of volumes.
    ///
    /// The grid of [`features`](RowBlocks::features) has the place of each feature among them.
    pub fn geometry(&self) -> Option<&VolumeGeometry> {
        match &self.space {
            Some(BrainSpace::Volume(volume)) => Some(volume),
            _ => None,
        }
    }

    /// Returns the vertices and voxels that the features are of, where the layer is of a CIFTI-2 or GIfTI file.
    ///
    /// In a layer of one structure the grid of [`features`](RowBlocks::features) has the vertex or voxel of each
    /// feature; in every layer the names have it.
    pub fn grayordinates(&self) -> Option<&Grayordinates> {
        match &self.space {
            Some(BrainSpace::Grayordinates(gray)) => Some(gray),
            _ => None,
        }
    }

    /// Returns the places of the brain that the features are of.
    pub(crate) fn space(&self) -> Option<&BrainSpace> {
        self.space.as_ref()
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
        let values = if let Some(chosen) = &self.chosen {
            self.read_chosen(chosen)?
        } else if self.arrangement.is_flat() {
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
            .map_err(|error| self.named_with_remedy(&error))
    }

    /// Returns an error that names the layer and, for a value that is not finite, what leaves its feature out.
    fn named_with_remedy(&self, error: &Error) -> Error {
        let named = error.context(&self.place);
        match named.kind() {
            ErrorKind::NonFinite { .. } => named.with_remedy("--drop-features nan leaves out such features"),
            _ => named,
        }
    }

    /// Reads the features `chosen` of all conditions.
    fn read_chosen(&self, chosen: &[usize]) -> Result<Array2<f64>> {
        let (n, p) = (self.n_conditions(), chosen.len());
        if self.space.is_none() && self.arrangement.is_flat() {
            // The order in the file may be any, and a compressed array is inflated once.
            let all = self.numbers.read_all().map_err(|error| error.context(&self.place))?;
            let mut values = allocate(n, p)?;
            for (mut row, all) in values.rows_mut().into_iter().zip(all.rows()) {
                row.iter_mut().zip(chosen).for_each(|(value, &j)| *value = all[j]);
            }
            return Ok(values);
        }
        if self.numbers.is_by_columns() && self.numbers.ensure_read_in_place().is_ok() {
            let mut values = allocate(n, p)?;
            self.read_rows(0..n, values.view_mut())?;
            return Ok(values);
        }
        // Few of the features may be wanted, and compressed volumes are as long as they turn out to be.
        let mut values: Vec<f64> = Vec::new();
        let per_piece = (PIECE / p.max(1)).clamp(1, n.max(1));
        for start in (0..n).step_by(per_piece) {
            let rows = start..(start + per_piece).min(n);
            let (known, more) = (values.len(), rows.len() * p);
            if values.capacity() - known < more {
                values.try_reserve_exact(known.max(more).min((n - start) * p)).map_err(|_| too_large(n, p))?;
            }
            values.resize(known + more, 0.0);
            let piece = ArrayViewMut2::from_shape((rows.len(), p), &mut values[known..]);
            self.read_rows(rows, piece.map_err(|_| too_large(n, p))?)?;
        }
        Array2::from_shape_vec((n, p), values).map_err(|_| too_large(n, p))
    }

    /// Reads features of the arrangement, in the order of `columns`.
    fn read_arranged_columns(
        &self,
        rows: Range<usize>,
        columns: &[usize],
        mut block: ArrayViewMut2<'_, f64>,
    ) -> Result<()> {
        if self.arrangement.is_flat() {
            return self.numbers.read_columns(rows, columns, block).map_err(|error| error.context(&self.place));
        }
        let (Some(&first), Some(&last)) = (columns.iter().min(), columns.iter().max()) else { return Ok(()) };
        let mut read = allocate(rows.len(), last + 1 - first)?;
        self.read_arranged(rows, first..last + 1, read.view_mut()).map_err(|error| error.context(&self.place))?;
        for (mut values, &column) in block.columns_mut().into_iter().zip(columns) {
            values.assign(&read.column(column - first));
        }
        Ok(())
    }

    /// Reads the stimuli to which the conditions `rows` belong and arranges them, some at a time.
    fn read_arranged(&self, rows: Range<usize>, wanted: Range<usize>, mut block: ArrayViewMut2<'_, f64>) -> Result<()> {
        assert!(rows.end <= self.n_conditions(), "rows beyond the last condition");
        assert!(wanted.end <= self.arrangement.n_features(self.numbers.n_columns()), "columns beyond the last feature");
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
        self.features.count()
    }

    fn features(&self) -> Features {
        self.features.clone()
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
        if let Some(chosen) = &self.chosen {
            return self.read_arranged_columns(rows, &chosen[columns], block);
        }
        match self.arrangement.is_flat() {
            true => self.numbers.read_block(rows, columns, block),
            false => self.read_arranged(rows, columns, block),
        }
        .map_err(|error| error.context(&self.place))
    }

    fn read_columns(&self, rows: Range<usize>, columns: &[usize], block: ArrayViewMut2<'_, f64>) -> Result<()> {
        match &self.chosen {
            None => self.read_arranged_columns(rows, columns, block),
            Some(chosen) => {
                let columns: Vec<_> = columns.iter().map(|&column| chosen[column]).collect();
                self.read_arranged_columns(rows, &columns, block)
            }
        }
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
