//! [`Representation`]: the responses of one system to every condition, checked once.

use ndarray::{Array2, ArrayView1, ArrayView2, Axis};

use crate::{Conditions, Error, Features, Result, RowBlocks};

/// Responses of one system, conditions × features: one row for every condition, one column for every feature.
///
/// A condition is what machine learning calls a sample or an input; a feature is a neuron, voxel, channel or unit.
/// A `Representation` is never empty and never holds a NaN or an infinity, so measures need not check again.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::Representation;
///
/// let x = Representation::new(array![[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])?.labeled(["cat", "dog", "owl"])?;
/// assert_eq!((x.n_conditions(), x.n_features()), (3, 2));
/// assert_eq!(x.pattern(2).to_vec(), [1.0, 1.0]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Representation {
    values: Array2<f64>,
    conditions: Conditions,
    features: Features,
    precision: f64,
}

impl Representation {
    /// Returns the representation of `values`, conditions × features.
    ///
    /// # Errors
    /// `TooFewConditions` without rows, `ShapeMismatch` without columns, `NonFinite` naming the first NaN or infinity.
    pub fn new(values: Array2<f64>) -> Result<Self> {
        if values.nrows() == 0 {
            return Err(Error::too_few_conditions(1, 0, "a representation has one row for every condition"));
        }
        if values.ncols() == 0 {
            return Err(Error::shape_mismatch(format!(
                "{} conditions with no feature; a representation has at least one",
                values.nrows()
            )));
        }
        // All computations expect contiguous rows.
        let values = if values.is_standard_layout() { values } else { values.as_standard_layout().into_owned() };
        for (condition, pattern) in values.rows().into_iter().enumerate() {
            if let Some(feature) = pattern.iter().position(|value| !value.is_finite()) {
                return Err(Error::non_finite(condition, feature, pattern[feature]));
            }
        }
        let conditions = Conditions::unlabeled(values.nrows());
        let features = Features::unnamed(values.ncols());
        Ok(Self { values, conditions, features, precision: f64::EPSILON })
    }

    /// Reads all conditions of `source` into memory.
    ///
    /// # Errors
    /// The errors of the source, and of [`Representation::new`].
    pub fn read(source: &dyn RowBlocks) -> Result<Self> {
        let mut values = Array2::zeros((source.n_conditions(), source.n_features()));
        source.read_rows(0..source.n_conditions(), values.view_mut())?;
        Self::new(values)?.with_precision(source.precision())?.with_features(source.features())
    }

    /// Returns the values with a label for every condition, in the order of the rows.
    ///
    /// # Errors
    /// `ShapeMismatch` if there are more or fewer labels than conditions.
    pub fn labeled<S: Into<String>>(self, labels: impl IntoIterator<Item = S>) -> Result<Self> {
        self.with_conditions(Conditions::labeled(labels))
    }

    /// Returns the values with these `conditions` as rows.
    ///
    /// # Errors
    /// `ShapeMismatch` if `conditions` has another count.
    pub fn with_conditions(self, conditions: Conditions) -> Result<Self> {
        if conditions.count() != self.n_conditions() {
            return Err(Error::shape_mismatch(format!(
                "{} labels for {} conditions; give one label for every condition",
                conditions.count(),
                self.n_conditions()
            )));
        }
        Ok(Self { conditions, ..self })
    }

    /// Returns the values with these `features` as columns.
    ///
    /// # Errors
    /// `ShapeMismatch` if `features` has another count.
    pub fn with_features(self, features: Features) -> Result<Self> {
        if features.count() != self.n_features() {
            return Err(Error::shape_mismatch(format!(
                "{} features described for {} columns; describe every column",
                features.count(),
                self.n_features()
            )));
        }
        Ok(Self { features, ..self })
    }

    /// Returns the values marked as rounded to numbers of relative spacing `precision` at their source.
    ///
    /// Dissimilarities use the precision to find ties and constant patterns, measures of subspaces to find the rank.
    /// Rounding to single precision adds relative noise of 1e-7, which tells equal distances apart and spans
    /// directions of its own. The outputs of a softmax layer, for example, sum to 1 and so
    /// have one direction less than features, but after rounding every feature seems to add a direction.
    ///
    /// # Errors
    /// `InvalidParameter` unless `precision` is between that of 64-bit floats and 1.
    pub fn with_precision(self, precision: f64) -> Result<Self> {
        match (f64::EPSILON..1.0).contains(&precision) {
            true => Ok(Self { precision, ..self }),
            false => {
                Err(Error::invalid_parameter("the precision of a representation", "between 2.2e-16 and 1", precision))
            }
        }
    }

    /// Returns the conditions at `rows`, in that order; a row may be taken more than once.
    ///
    /// # Errors
    /// `TooFewConditions` if `rows` is empty, `InvalidParameter` if a row does not exist.
    pub fn select(&self, rows: &[usize]) -> Result<Self> {
        if let Some(row) = rows.iter().find(|&&row| row >= self.n_conditions()) {
            let requirement = format!("below the {} conditions", self.n_conditions());
            return Err(Error::invalid_parameter("row", requirement, row));
        }
        let selected = Self::new(self.values.select(Axis(0), rows))?.with_conditions(self.conditions.select(rows))?;
        Ok(Self { precision: self.precision, features: self.features.clone(), ..selected })
    }

    /// Returns the rows of `stimuli`, in that order, with all positions of each stimulus.
    ///
    /// Without positions every condition is a stimulus. See [`Conditions::n_stimuli`].
    ///
    /// # Errors
    /// `TooFewConditions` if `stimuli` is empty, `InvalidParameter` if a stimulus does not exist.
    pub fn select_stimuli(&self, stimuli: &[usize]) -> Result<Self> {
        if let Some(stimulus) = stimuli.iter().find(|&&stimulus| stimulus >= self.conditions.n_stimuli()) {
            let requirement = format!("below the {} stimuli", self.conditions.n_stimuli());
            return Err(Error::invalid_parameter("stimulus", requirement, stimulus));
        }
        self.select(&self.conditions.rows_of_stimuli(stimuli))
    }

    /// Returns the features at `columns`, in that order; a column may be taken more than once.
    ///
    /// # Errors
    /// `ShapeMismatch` if `columns` is empty, `InvalidParameter` if a column does not exist.
    pub fn select_features(&self, columns: &[usize]) -> Result<Self> {
        if let Some(column) = columns.iter().find(|&&column| column >= self.n_features()) {
            let requirement = format!("below the {} features", self.n_features());
            return Err(Error::invalid_parameter("column", requirement, column));
        }
        let selected = Self::new(self.values.select(Axis(1), columns))?.with_features(self.features.select(columns))?;
        Ok(Self { precision: self.precision, conditions: self.conditions.clone(), ..selected })
    }

    /// Returns the conditions in the order of `target`, matched by label.
    ///
    /// # Errors
    /// `LabelMismatch` unless both have the same set of unique labels; `ShapeMismatch` if positions differ.
    pub fn aligned_to(&self, target: &Conditions) -> Result<Self> {
        self.select(&self.conditions.rows_of(target)?)
    }

    /// Returns the number of conditions, which are the rows.
    pub fn n_conditions(&self) -> usize {
        self.values.nrows()
    }

    /// Returns the number of features, which are the columns.
    pub fn n_features(&self) -> usize {
        self.values.ncols()
    }

    /// Returns the relative spacing of the numbers that the values were rounded to at their source.
    pub fn precision(&self) -> f64 {
        self.precision
    }

    /// Returns the conditions of the rows.
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// Returns the features of the columns.
    pub fn features(&self) -> &Features {
        &self.features
    }

    /// Returns all values, conditions × features, rows contiguous in memory.
    pub fn values(&self) -> ArrayView2<'_, f64> {
        self.values.view()
    }

    /// Returns the response pattern of condition `i`: one value for every feature.
    ///
    /// # Panics
    /// If there is no condition `i`.
    pub fn pattern(&self, i: usize) -> ArrayView1<'_, f64> {
        self.values.row(i)
    }
}

impl TryFrom<Array2<f64>> for Representation {
    type Error = Error;

    fn try_from(values: Array2<f64>) -> Result<Self> {
        Self::new(values)
    }
}

impl TryFrom<ArrayView2<'_, f64>> for Representation {
    type Error = Error;

    fn try_from(values: ArrayView2<'_, f64>) -> Result<Self> {
        Self::new(values.to_owned())
    }
}

/// Converts every value to `f64`; nothing is accumulated in single precision.
impl TryFrom<ArrayView2<'_, f32>> for Representation {
    type Error = Error;

    fn try_from(values: ArrayView2<'_, f32>) -> Result<Self> {
        Self::new(values.mapv(f64::from))?.with_precision(f32::EPSILON.into())
    }
}

/// Takes the records of a linfa dataset: samples are conditions, features are features, targets are left out.
#[cfg(feature = "linfa")]
impl<F, D, T> TryFrom<&linfa::DatasetBase<ndarray::ArrayBase<D, ndarray::Ix2>, T>> for Representation
where
    F: linfa::Float + Into<f64>,
    D: ndarray::Data<Elem = F>,
{
    type Error = Error;

    fn try_from(dataset: &linfa::DatasetBase<ndarray::ArrayBase<D, ndarray::Ix2>, T>) -> Result<Self> {
        Self::new(dataset.records.mapv(Into::into))?.with_precision(F::epsilon().into())
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::ErrorKind;

    #[test]
    fn what_is_empty_or_not_finite_stays_outside() {
        let kind = |values| Representation::new(values).unwrap_err().kind().clone();
        assert_eq!(kind(Array2::zeros((0, 3))), ErrorKind::TooFewConditions { needed: 1, found: 0 });
        assert_eq!(kind(Array2::zeros((3, 0))), ErrorKind::ShapeMismatch);
        assert_eq!(kind(array![[1.0, 2.0], [f64::NAN, 0.0]]), ErrorKind::NonFinite { condition: 1, feature: 0 });
        assert_eq!(kind(array![[1.0, f64::NEG_INFINITY]]), ErrorKind::NonFinite { condition: 0, feature: 1 });
    }

    #[test]
    fn single_precision_enters_as_it_is() {
        let x = Representation::try_from(array![[0.1f32, 1e-30]].view()).unwrap();
        assert_eq!(x.values(), array![[f64::from(0.1f32), f64::from(1e-30f32)]]);
        assert_eq!(x.select(&[0]).unwrap().precision(), f64::from(f32::EPSILON));
        assert!(x.with_precision(0.0).is_err());
    }

    #[test]
    fn column_major_input_is_stored_by_rows() {
        let x = Representation::new(array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]].reversed_axes()).unwrap();
        assert!(x.values().is_standard_layout());
        assert_eq!(x.pattern(1).to_vec(), [2.0, 5.0]);
    }

    #[test]
    fn alignment_moves_rows_with_their_labels() {
        let x = Representation::new(array![[1.0], [2.0]]).unwrap().labeled(["a", "b"]).unwrap();
        let y = x.aligned_to(&Conditions::labeled(["b", "a"])).unwrap();
        assert_eq!(y.values(), array![[2.0], [1.0]]);
        assert_eq!(y.conditions().labels().unwrap(), ["b", "a"]);
    }

    #[test]
    fn a_block_source_is_read_whole() {
        let x = Representation::new(array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]).unwrap();
        assert_eq!(Representation::read(&x).unwrap(), x);
        let mut block = Array2::zeros((2, 2));
        x.read_rows(1..3, block.view_mut()).unwrap();
        assert_eq!(block, array![[3.0, 4.0], [5.0, 6.0]]);
    }

    #[test]
    fn features_and_stimuli_are_selected_with_their_identity() {
        let x = Representation::new(Array2::from_shape_fn((4, 3), |(i, j)| (10 * i + j) as f64)).unwrap();
        let x = x.with_conditions(Conditions::labeled(["a", "b"]).at_positions(&[1, 2])).unwrap();
        let x = x.with_features(Features::named(["p", "q", "r"])).unwrap().with_precision(1e-7).unwrap();
        let y = x.select_features(&[2, 0]).unwrap().select_stimuli(&[1]).unwrap();
        assert_eq!(y.values(), array![[22.0, 20.0], [32.0, 30.0]]);
        assert_eq!(y.features().names().unwrap(), ["r", "p"]);
        assert_eq!((y.conditions().n_stimuli(), y.precision()), (1, 1e-7));
        assert!(x.select_stimuli(&[2]).is_err() && x.select_features(&[3]).is_err());
        assert!(x.with_features(Features::unnamed(2)).is_err());
    }

    #[cfg(feature = "linfa")]
    #[test]
    fn a_linfa_dataset_is_a_representation() {
        let dataset = linfa::DatasetBase::from(array![[1.0f32, 2.0], [3.0, 4.0]]);
        let x = Representation::try_from(&dataset).unwrap();
        assert_eq!(x.values(), array![[1.0, 2.0], [3.0, 4.0]]);
        assert_eq!(x.precision(), f64::from(f32::EPSILON));
    }
}
