//! Repeated, noisy observations of conditions, checked once on construction.

mod cells;

use ndarray::{Array2, ArrayView2, Axis};

pub(crate) use cells::{DesignCell, DesignCells, group_means, residuals};

use crate::{Conditions, Error, Representation, Result};

/// Observations × features, with the condition of every observation and, if there are several runs, its run.
///
/// A run is a part of the experiment (a scanner run, a session, a repetition) whose noise is independent of the other
/// parts. A design need not be balanced: any condition may have any number of observations in any run. An estimator
/// that needs more of a design returns an error that names what is missing.
///
/// Conditions and runs are in the order of their first appearance and are never sorted.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::Measurements;
///
/// let values = array![[1.0, 0.0], [4.0, 4.0], [3.0, 2.0], [6.0, 4.0]];
/// let measurements = Measurements::new(values, ["owl", "cat", "owl", "cat"])?.with_runs(["1", "1", "2", "2"])?;
/// assert!(measurements.is_balanced());
/// let means = measurements.means()?;
/// assert_eq!(means.conditions().labels().unwrap(), ["owl", "cat"]);
/// assert_eq!(means.values(), array![[2.0, 1.0], [5.0, 4.0]]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Measurements {
    values: Array2<f64>,
    conditions: Labeling,
    runs: Option<Labeling>,
    precision: f64,
}

/// Distinct labels in the order of first appearance, and the index of each observation's label.
#[derive(Clone, Debug, PartialEq)]
struct Labeling {
    labels: Conditions,
    of: Vec<usize>,
}

impl Labeling {
    fn new(labels: Vec<String>) -> Self {
        let mut places = std::collections::HashMap::new();
        let mut distinct = Vec::new();
        let of = labels.into_iter().map(|label| {
            *places.entry(label).or_insert_with_key(|label| {
                distinct.push(label.clone());
                distinct.len() - 1
            })
        });
        let of = of.collect();
        Self { labels: Conditions::labeled(distinct), of }
    }

    fn label(&self, observation: usize) -> String {
        self.labels.labels().expect("made from labels")[self.of[observation]].clone()
    }
}

impl Measurements {
    /// Builds measurements from `values`, observations × features, and the condition of every observation.
    ///
    /// # Errors
    /// `TooFewConditions` without observations, `ShapeMismatch` without features or with another number of labels,
    /// `NonFinite` naming the first NaN or infinity.
    pub fn new<S: Into<String>>(values: Array2<f64>, conditions: impl IntoIterator<Item = S>) -> Result<Self> {
        let conditions: Vec<String> = conditions.into_iter().map(Into::into).collect();
        if values.nrows() == 0 {
            return Err(Error::too_few_conditions(1, 0, "measurements have one row for every observation"));
        }
        if values.ncols() == 0 {
            return Err(Error::shape_mismatch(format!(
                "{} observations have no feature; measurements need at least one",
                values.nrows()
            )));
        }
        ensure_one_label_each(conditions.len(), values.nrows(), "condition")?;
        let values = if values.is_standard_layout() { values } else { values.as_standard_layout().into_owned() };
        if let Some(((i, feature), &value)) = values.indexed_iter().find(|(_, value)| !value.is_finite()) {
            return Err(Error::non_finite_observation(i, &format!("'{}'", conditions[i]), feature, value));
        }
        Ok(Self { values, conditions: Labeling::new(conditions), runs: None, precision: f64::EPSILON })
    }

    /// Returns these measurements with the run of every observation.
    ///
    /// # Errors
    /// `ShapeMismatch` if there are more or fewer labels than observations.
    pub fn with_runs<S: Into<String>>(self, runs: impl IntoIterator<Item = S>) -> Result<Self> {
        let runs: Vec<String> = runs.into_iter().map(Into::into).collect();
        ensure_one_label_each(runs.len(), self.n_observations(), "run")?;
        Ok(Self { runs: Some(Labeling::new(runs)), ..self })
    }

    /// Returns these measurements with the relative spacing `precision` that their values were rounded to.
    ///
    /// See [`Representation::with_precision`].
    ///
    /// # Errors
    /// `InvalidParameter` unless `precision` is between that of 64-bit floats and 1.
    pub fn with_precision(self, precision: f64) -> Result<Self> {
        match (f64::EPSILON..1.0).contains(&precision) {
            true => Ok(Self { precision, ..self }),
            false => Err(Error::invalid_parameter("the precision of measurements", "between 2.2e-16 and 1", precision)),
        }
    }

    /// Returns the relative spacing of the numbers that the values were rounded to at their source.
    pub fn precision(&self) -> f64 {
        self.precision
    }

    /// Number of observations (rows).
    pub fn n_observations(&self) -> usize {
        self.values.nrows()
    }

    /// Number of features (columns).
    pub fn n_features(&self) -> usize {
        self.values.ncols()
    }

    /// Number of distinct conditions.
    pub fn n_conditions(&self) -> usize {
        self.conditions.labels.count()
    }

    /// Distinct conditions, in the order of first appearance.
    pub fn conditions(&self) -> &Conditions {
        &self.conditions.labels
    }

    /// Index of the condition of every observation in [`conditions`](Self::conditions).
    pub fn condition_of(&self) -> &[usize] {
        &self.conditions.of
    }

    /// Labels of the distinct runs in the order of first appearance, if runs are known.
    pub fn runs(&self) -> Option<&[String]> {
        self.runs.as_ref().and_then(|runs| runs.labels.labels())
    }

    /// Index of the run of every observation in [`runs`](Self::runs), if runs are known.
    pub fn run_of(&self) -> Option<&[usize]> {
        self.runs.as_ref().map(|runs| runs.of.as_slice())
    }

    /// Values, observations × features; rows are contiguous in memory.
    pub fn values(&self) -> ArrayView2<'_, f64> {
        self.values.view()
    }

    /// Returns `true` if every condition has the same number of observations, in every run if runs are known.
    pub fn is_balanced(&self) -> bool {
        let n_runs = self.runs().map_or(1, <[String]>::len);
        let mut counts = vec![0_usize; self.n_conditions() * n_runs];
        for (observation, &condition) in self.condition_of().iter().enumerate() {
            counts[condition * n_runs + self.run_of().map_or(0, |run_of| run_of[observation])] += 1;
        }
        counts.windows(2).all(|two| two[0] == two[1])
    }

    /// Counts the conditions that at least one run lacks; 0 without runs.
    pub fn n_incomplete_conditions(&self) -> usize {
        let Ok(cells) = self.cells() else { return 0 };
        let mut runs_of = vec![0; self.n_conditions()];
        cells.list().iter().for_each(|cell| runs_of[cell.condition] += 1);
        runs_of.into_iter().filter(|&runs| runs < cells.n_runs()).count()
    }

    /// Computes the mean pattern of every condition over all of its observations.
    ///
    /// # Errors
    /// `OutOfRange` if a difference of two observations overflows.
    pub fn means(&self) -> Result<Representation> {
        self.representation(group_means(self.values(), self.condition_of(), self.n_conditions()))
    }

    /// Computes the mean pattern of every condition in each run; all runs have all conditions, in one order.
    ///
    /// # Errors
    /// `InvalidParameter` without run labels, `Degenerate` naming a condition and the run it is absent from,
    /// `OutOfRange` if a difference of two observations overflows.
    pub fn run_means(&self) -> Result<Vec<Representation>> {
        let cells = self.cells()?;
        cells.ensure_complete(self)?;
        let means = cells.means(self.values());
        let n = self.n_conditions();
        let of_run = |run| Vec::from_iter(run * n..(run + 1) * n);
        (0..cells.n_runs()).map(|run| self.representation(means.select(Axis(0), &of_run(run)))).collect()
    }

    /// Returns the observations at the indices `observations`, in that order; an index may occur more than once.
    ///
    /// # Errors
    /// `TooFewConditions` if `observations` is empty, `InvalidParameter` if an observation does not exist.
    pub fn select(&self, observations: &[usize]) -> Result<Self> {
        if let Some(found) = observations.iter().find(|&&i| i >= self.n_observations()) {
            let requirement = format!("below the {} observations", self.n_observations());
            return Err(Error::invalid_parameter("observation", requirement, found));
        }
        let labels = |labeling: &Labeling| Vec::from_iter(observations.iter().map(|&i| labeling.label(i)));
        let selected = Self::new(self.values.select(Axis(0), observations), labels(&self.conditions))?;
        let selected = Self { precision: self.precision, ..selected };
        match &self.runs {
            Some(runs) => selected.with_runs(labels(runs)),
            None => Ok(selected),
        }
    }

    /// Splits the observations by run, for example to estimate one noise covariance per run.
    ///
    /// # Errors
    /// `InvalidParameter` without run labels.
    pub fn split_by_run(&self) -> Result<Vec<Self>> {
        let run_of = &self.known_runs()?.of;
        let of_run = |run| Vec::from_iter((0..run_of.len()).filter(|&i| run_of[i] == run));
        (0..self.known_runs()?.labels.count()).map(|run| self.select(&of_run(run))).collect()
    }

    /// Returns the cells of the design, which are the groups of observations of one condition in one run.
    ///
    /// # Errors
    /// `InvalidParameter` without run labels.
    pub(crate) fn cells(&self) -> Result<DesignCells> {
        let runs = self.known_runs()?;
        Ok(DesignCells::new(&self.conditions.of, &runs.of, runs.labels.count()))
    }

    /// Returns these measurements with other values and the same labels.
    pub(crate) fn with_values(&self, values: Array2<f64>) -> Result<Self> {
        if let Some(((i, feature), &value)) = values.indexed_iter().find(|(_, value)| !value.is_finite()) {
            let name = self.conditions().name(self.condition_of()[i]);
            return Err(Error::non_finite_observation(i, &name, feature, value));
        }
        Ok(Self { values, ..self.clone() })
    }

    fn known_runs(&self) -> Result<&Labeling> {
        self.runs.as_ref().ok_or_else(|| {
            Error::invalid_parameter("the runs of the measurements", "one label for every observation", "none")
        })
    }

    fn representation(&self, means: Array2<f64>) -> Result<Representation> {
        if !means.iter().all(|value| value.is_finite()) {
            return Err(Error::out_of_range("a mean", "divide the features by their common scale first"));
        }
        Representation::new(means)?.with_precision(self.precision)?.with_conditions(self.conditions().clone())
    }
}

fn ensure_one_label_each(found: usize, observations: usize, what: &str) -> Result<()> {
    match found == observations {
        true => Ok(()),
        false => Err(Error::shape_mismatch(format!(
            "{found} {what} labels for {observations} observations; give one label for every observation"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::ErrorKind;

    fn unbalanced() -> Measurements {
        let values = array![[1.0], [10.0], [3.0], [20.0], [5.0]];
        let measurements = Measurements::new(values, ["z", "a", "z", "a", "z"]).unwrap();
        measurements.with_runs(["2", "2", "1", "1", "1"]).unwrap()
    }

    #[test]
    fn means_keep_the_order_of_first_appearance() {
        let means = unbalanced().means().unwrap();
        assert_eq!(means.conditions().labels().unwrap(), ["z", "a"]);
        assert_eq!(means.values(), array![[3.0], [15.0]]);
        let by_run = unbalanced().run_means().unwrap();
        assert_eq!(unbalanced().runs().unwrap(), ["2", "1"]);
        assert_eq!(
            (by_run[0].values(), by_run[1].values()),
            (array![[1.0], [10.0]].view(), array![[4.0], [20.0]].view())
        );
        assert!(!unbalanced().is_balanced() && unbalanced().select(&[0, 1, 2, 3]).unwrap().is_balanced());
    }

    #[test]
    fn equal_observations_have_exactly_their_value_as_mean() {
        let measurements = Measurements::new(Array2::from_elem((7, 2), 0.1), ["a"; 7]).unwrap();
        assert_eq!(measurements.means().unwrap().values(), array![[0.1, 0.1]]);
    }

    #[test]
    fn a_subset_knows_only_its_own_labels() {
        let second = &unbalanced().split_by_run().unwrap()[1];
        assert_eq!((second.n_observations(), second.n_conditions()), (3, 2));
        assert_eq!(second.runs().unwrap(), ["1"]);
        let only = unbalanced().select(&[1, 3]).unwrap();
        assert_eq!((only.conditions().labels().unwrap(), only.condition_of()), (&["a".to_owned()][..], &[0, 0][..]));
        assert!(only.select(&[2]).is_err());
    }

    #[test]
    fn what_is_missing_is_missed_by_name_and_only_where_it_is_needed() {
        let gap = unbalanced().select(&[0, 1, 2]).unwrap();
        assert!(gap.means().is_ok());
        assert_eq!((gap.n_incomplete_conditions(), unbalanced().n_incomplete_conditions()), (1, 0));
        let error = gap.run_means().unwrap_err();
        assert_eq!(error.to_string(), "run '1' has no observation of condition 'a'; drop that run or that condition");
        let error = Measurements::new(array![[1.0]], ["a"]).unwrap().run_means().unwrap_err();
        assert!(error.to_string().starts_with("the runs of the measurements must be one label"), "{error}");
    }

    #[test]
    fn what_is_empty_not_finite_or_without_label_stays_outside() {
        let error = Measurements::new(array![[1.0, 2.0], [3.0, f64::NAN]], ["a", "b"]).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::NonFinite { condition: 1, feature: 1 });
        assert!(error.to_string().contains("observation 1 (condition 'b'), feature 1"), "{error}");
        let kind = |values, n| Measurements::new(values, vec!["a"; n]).unwrap_err().kind().name();
        assert_eq!(kind(Array2::zeros((0, 1)), 0), "TooFewConditions");
        assert_eq!(kind(Array2::zeros((1, 0)), 1), "ShapeMismatch");
        assert_eq!(kind(Array2::zeros((2, 1)), 1), "ShapeMismatch");
        assert!(unbalanced().with_runs(["1"]).is_err());
    }
}
