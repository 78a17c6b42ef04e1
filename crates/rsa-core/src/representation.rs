//! [`Representation`]: what one system does with each condition, checked once.

use ndarray::{Array2, ArrayView1, ArrayView2, Axis};

use crate::{Conditions, Error, Result, RowBlocks};

/// Conditions × features: one row for every condition, one column for every feature.
///
/// A condition is what machine learning calls a sample or an input; a feature is a neuron, voxel, channel or unit.
/// A `Representation` is never empty and never holds a NaN or an infinity, so nothing downstream asks again.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::Representation;
///
/// let x = Representation::new(array![[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])?.labelled(["cat", "dog", "owl"])?;
/// assert_eq!((x.n_conditions(), x.n_features()), (3, 2));
/// assert_eq!(x.pattern(2).to_vec(), [1.0, 1.0]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Representation {
    values: Array2<f64>,
    conditions: Conditions,
    precision: f64,
}

impl Representation {
    /// Takes `values`, conditions × features.
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
        // Rows side by side in memory: what every kernel reads.
        let values = if values.is_standard_layout() { values } else { values.as_standard_layout().into_owned() };
        for (condition, pattern) in values.rows().into_iter().enumerate() {
            if let Some(feature) = pattern.iter().position(|value| !value.is_finite()) {
                return Err(Error::non_finite(condition, feature, pattern[feature]));
            }
        }
        let conditions = Conditions::unlabelled(values.nrows());
        Ok(Self { values, conditions, precision: f64::EPSILON })
    }

    /// Reads all of `source`.
    ///
    /// # Errors
    /// Those of the source, and those of [`Representation::new`].
    pub fn read(source: &dyn RowBlocks) -> Result<Self> {
        let mut values = Array2::zeros((source.n_conditions(), source.n_features()));
        source.read_rows(0..source.n_conditions(), values.view_mut())?;
        Self::new(values)?.with_precision(source.precision())
    }

    /// The same values with a label for every condition, in the order of the rows.
    ///
    /// # Errors
    /// `ShapeMismatch` if there are more or fewer labels than conditions.
    pub fn labelled<S: Into<String>>(self, labels: impl IntoIterator<Item = S>) -> Result<Self> {
        self.with_conditions(Conditions::labelled(labels))
    }

    /// The same values for `conditions`.
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

    /// The same values, which were rounded to numbers of relative spacing `precision` before they came here.
    ///
    /// Single-precision activations carry 1e-7 of noise, and with it directions that are nothing but that noise: a
    /// softmax layer has one direction less than features, which single precision hides. Ranks are judged by this.
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

    /// The rows at `rows`, in that order; a row may be taken more than once.
    ///
    /// # Errors
    /// `TooFewConditions` if `rows` is empty, `InvalidParameter` if a row does not exist.
    pub fn select(&self, rows: &[usize]) -> Result<Self> {
        if let Some(row) = rows.iter().find(|&&row| row >= self.n_conditions()) {
            let requirement = format!("below the {} conditions", self.n_conditions());
            return Err(Error::invalid_parameter("row", requirement, row));
        }
        let selected = Self::new(self.values.select(Axis(0), rows))?.with_conditions(self.conditions.select(rows))?;
        Ok(Self { precision: self.precision, ..selected })
    }

    /// The same conditions in the order of `target`, matched by label.
    ///
    /// # Errors
    /// `LabelMismatch` unless both have the same set of unique labels.
    pub fn aligned_to(&self, target: &Conditions) -> Result<Self> {
        self.select(&self.conditions.rows_of(target)?)
    }

    /// Number of rows.
    pub fn n_conditions(&self) -> usize {
        self.values.nrows()
    }

    /// Number of columns.
    pub fn n_features(&self) -> usize {
        self.values.ncols()
    }

    /// The relative spacing of the numbers that the values were rounded to.
    pub fn precision(&self) -> f64 {
        self.precision
    }

    /// Which conditions the rows are.
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// All values, conditions × features, rows contiguous in memory.
    pub fn values(&self) -> ArrayView2<'_, f64> {
        self.values.view()
    }

    /// The response pattern of condition `i`: one value for every feature.
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

/// Every `f32` is an `f64`; nothing is ever accumulated in single precision.
impl TryFrom<ArrayView2<'_, f32>> for Representation {
    type Error = Error;

    fn try_from(values: ArrayView2<'_, f32>) -> Result<Self> {
        Self::new(values.mapv(f64::from))?.with_precision(f32::EPSILON.into())
    }
}

/// The records of a linfa dataset: samples are conditions, features are features, targets are left out.
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
        let x = Representation::new(array![[1.0], [2.0]]).unwrap().labelled(["a", "b"]).unwrap();
        let y = x.aligned_to(&Conditions::labelled(["b", "a"])).unwrap();
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

    #[cfg(feature = "linfa")]
    #[test]
    fn a_linfa_dataset_is_a_representation() {
        let dataset = linfa::DatasetBase::from(array![[1.0f32, 2.0], [3.0, 4.0]]);
        let x = Representation::try_from(&dataset).unwrap();
        assert_eq!(x.values(), array![[1.0, 2.0], [3.0, 4.0]]);
        assert_eq!(x.precision(), f64::from(f32::EPSILON));
    }
}
