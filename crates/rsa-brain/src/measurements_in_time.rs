//! [`MeasurementsInTime`]: trials × channels × times, and the RDM of each time.

use std::collections::{HashMap, HashSet};

use ndarray::{Array2, Array3, ArrayView2, ArrayView3, Axis};
use rayon::prelude::*;
use rsa_core::{Conditions, Error, Measurements, Observer, Rdm, Representation, Result};
use rsa_stats::DrawnPseudoTrials;

use crate::time_bins::TimeBins;

/// Trials, or averages of conditions, of several channels at several times.
///
/// # Example
/// ```
/// use ndarray::Array3;
/// use rsa_brain::{MeasurementsInTime, PatternsAt, TimeBins};
/// use rsa_core::{Dissimilarity, Euclidean};
///
/// // Three conditions, two channels, four times; the conditions differ from the third time on.
/// let values = Array3::from_shape_fn((3, 2, 4), |(i, _, t)| if t >= 2 { i as f64 } else { 0.0 });
/// let trials = MeasurementsInTime::new(values.view(), vec![0.0, 0.01, 0.02, 0.03])?;
/// let binned = trials.binned(&TimeBins::new(trials.times(), 0.02)?);
/// assert_eq!(binned.times(), [0.005, 0.025]);
/// let movie = binned.rdms(&(), |_, patterns| match patterns {
///     PatternsAt::Patterns(x) => Euclidean.rdm(&x),
///     PatternsAt::Measurements(x) => Euclidean.rdm(&x.means()?),
/// })?;
/// assert_eq!(movie[0].values(), [0.0; 3]);
/// assert!((movie[1].values()[0] - 2f64.sqrt()).abs() < 1e-15);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct MeasurementsInTime {
    /// Times × trials × channels, so that the patterns of a time are contiguous.
    values: Array3<f64>,
    times: Vec<f64>,
    conditions: Option<Vec<String>>,
    runs: Option<Vec<String>>,
    precision: f64,
}

/// Patterns of one time.
#[derive(Clone, Debug)]
pub enum PatternsAt {
    /// One pattern a condition.
    Patterns(Representation),
    /// Repeated observations of conditions, or observations in runs.
    Measurements(Measurements),
}

impl MeasurementsInTime {
    /// Takes trials × channels × times, and the times in seconds.
    ///
    /// # Errors
    /// `ShapeMismatch` for another number of times, or an axis without an entry; `NonFinite` naming the first NaN or
    /// infinity by trial, channel and time; `InvalidParameter` for times that do not ascend.
    pub fn new(values: ArrayView3<'_, f64>, times: Vec<f64>) -> Result<Self> {
        let (n_trials, n_channels, n_times) = values.dim();
        if n_trials == 0 || n_channels == 0 || n_times == 0 || times.len() != n_times {
            return Err(Error::shape_mismatch(format!(
                "{n_trials} trials × {n_channels} channels × {n_times} times, and {} times in seconds; each axis needs an \
                 entry, and each sample a time",
                times.len()
            )));
        }
        let ascend = times.windows(2).all(|pair| pair[0] < pair[1]);
        if !(ascend && times.iter().all(|time| time.is_finite())) {
            return Err(Error::invalid_parameter("times", "finite numbers that ascend", "others"));
        }
        if let Some(((trial, channel, time), &value)) = values.indexed_iter().find(|(_, value)| !value.is_finite()) {
            let place = format!("trials at {} s, channel {channel}", times[time]);
            return Err(Error::non_finite_entry(place, trial, channel, value));
        }
        let values = values.permuted_axes([2, 0, 1]).as_standard_layout().into_owned();
        Ok(Self { values, times, conditions: None, runs: None, precision: f64::EPSILON })
    }

    /// Returns the measurements with the condition of each trial; without it every trial is a condition.
    ///
    /// # Errors
    /// `ShapeMismatch` for another number of labels.
    pub fn with_conditions(self, conditions: Vec<String>) -> Result<Self> {
        self.ensure_one_each(&conditions, "condition")?;
        Ok(Self { conditions: Some(conditions), ..self })
    }

    /// Returns the measurements with the run of each trial.
    ///
    /// # Errors
    /// `ShapeMismatch` for another number of labels.
    pub fn with_runs(self, runs: Vec<String>) -> Result<Self> {
        self.ensure_one_each(&runs, "run")?;
        Ok(Self { runs: Some(runs), ..self })
    }

    /// Returns the measurements with the relative spacing of their numbers; see [`Representation::with_precision`].
    #[must_use]
    pub fn with_precision(self, precision: f64) -> Self {
        Self { precision, ..self }
    }

    fn ensure_one_each(&self, labels: &[String], what: &str) -> Result<()> {
        match labels.len() == self.n_trials() {
            true => Ok(()),
            false => Err(Error::shape_mismatch(format!(
                "{} {what} labels for {} trials; give one for each",
                labels.len(),
                self.n_trials()
            ))),
        }
    }

    /// Returns the number of trials.
    pub fn n_trials(&self) -> usize {
        self.values.dim().1
    }

    /// Returns the number of channels.
    pub fn n_channels(&self) -> usize {
        self.values.dim().2
    }

    /// Returns the times in seconds.
    pub fn times(&self) -> &[f64] {
        &self.times
    }

    /// Returns the condition of each trial, if it is known.
    pub fn conditions(&self) -> Option<&[String]> {
        self.conditions.as_deref()
    }

    /// Returns the run of each trial, if it is known.
    pub fn runs(&self) -> Option<&[String]> {
        self.runs.as_deref()
    }

    /// Returns trials × channels at time `k`.
    pub fn values_at(&self, k: usize) -> ArrayView2<'_, f64> {
        self.values.index_axis(Axis(0), k)
    }

    /// Returns the means over the samples of each bin.
    #[must_use]
    pub fn binned(&self, bins: &TimeBins) -> Self {
        let (_, n_trials, n_channels) = self.values.dim();
        let mut values = Array3::zeros((bins.ranges().len(), n_trials, n_channels));
        for (range, mut mean) in bins.ranges().iter().zip(values.outer_iter_mut()) {
            let samples = self.values.slice_axis(Axis(0), range.clone().into());
            let n = range.len() as f64;
            samples.outer_iter().for_each(|sample| mean.scaled_add(1.0 / n, &sample));
        }
        Self { values, times: bins.times().to_vec(), ..self.clone_labels() }
    }

    /// Returns the means of pseudo-trials; the `k`th of each condition is its observation in run `k`.
    ///
    /// Every condition keeps as many as the one with the fewest.
    ///
    /// # Errors
    /// `InvalidParameter` if the conditions of trials are unknown, `Degenerate` naming a condition that has fewer than two
    /// pseudo-trials.
    ///
    /// # Panics
    /// If `drawn` is not of these trials.
    pub fn averaged(&self, drawn: &DrawnPseudoTrials) -> Result<Self> {
        let Some(conditions) = &self.conditions else {
            return Err(Error::invalid_parameter("the condition of each trial", "known for pseudo-trials", "unknown"));
        };
        let n_groups = drawn.cell_of_group.len();
        let mut members = vec![Vec::new(); n_groups];
        let grouped = drawn.group_of.iter().enumerate().filter_map(|(trial, group)| Some((trial, (*group)?)));
        grouped.for_each(|(trial, group)| members[group].push(trial));
        let n_cells = distinct(conditions).len();
        let mut counts = vec![0; n_cells];
        drawn.cell_of_group.iter().for_each(|&cell| counts[cell] += 1);
        let fewest = counts.iter().copied().min().unwrap_or(0);
        if fewest < 2 {
            let cell = counts.iter().position(|&count| count == fewest).unwrap_or(0);
            let name = distinct(conditions)[cell];
            let n = conditions.iter().filter(|condition| *condition == name).count();
            let s = if fewest == 1 { "" } else { "s" };
            return Err(Error::degenerate(
                format!("condition '{name}' has {n} trials, which make {fewest} pseudo-trial{s}, and two are needed"),
                "average fewer trials, or leave the condition out",
            ));
        }
        let mut place_in_cell = vec![0; n_cells];
        let (mut kept, mut labels, mut runs) = (Vec::new(), Vec::new(), Vec::new());
        for (group, &cell) in drawn.cell_of_group.iter().enumerate() {
            let place = place_in_cell[cell];
            place_in_cell[cell] += 1;
            if place < fewest {
                kept.push(group);
                labels.push(conditions[members[group][0]].clone());
                runs.push(place.to_string());
            }
        }
        let (n_times, _, n_channels) = self.values.dim();
        let mut values = Array3::zeros((n_times, kept.len(), n_channels));
        for (from, mut to) in self.values.outer_iter().zip(values.outer_iter_mut()) {
            for (&group, mut mean) in kept.iter().zip(to.rows_mut()) {
                let n = members[group].len() as f64;
                members[group].iter().for_each(|&trial| mean.scaled_add(1.0 / n, &from.row(trial)));
            }
        }
        Ok(Self {
            values,
            times: self.times.clone(),
            conditions: Some(labels),
            runs: Some(runs),
            precision: self.precision,
        })
    }

    /// Returns the index of the condition of each trial, in the order of first appearance.
    pub fn condition_of(&self) -> Option<Vec<usize>> {
        let conditions = self.conditions.as_ref()?;
        let places: HashMap<&String, usize> =
            distinct(conditions).into_iter().enumerate().map(|(place, label)| (label, place)).collect();
        Some(conditions.iter().map(|condition| places[condition]).collect())
    }

    /// Returns the trials at time `k` with their conditions and runs.
    ///
    /// # Errors
    /// `InvalidParameter` for runs without conditions; those of [`Measurements`].
    pub fn measurements_at(&self, k: usize) -> Result<Measurements> {
        let Some(conditions) = &self.conditions else {
            let requirement = "given by labels, where trials are repeated or in runs";
            return Err(Error::invalid_parameter("the condition of each trial", requirement, "none"));
        };
        let measurements = Measurements::new(self.values_at(k).to_owned(), conditions.iter().cloned())?;
        let measurements = measurements.with_precision(self.precision)?;
        match &self.runs {
            Some(runs) => measurements.with_runs(runs.iter().cloned()),
            None => Ok(measurements),
        }
    }

    /// Returns `true` if conditions are repeated or runs are known.
    pub fn are_repeated(&self) -> bool {
        let repeated = |labels: &Vec<String>| distinct(labels).len() < labels.len();
        self.runs.is_some() || self.conditions.as_ref().is_some_and(repeated)
    }

    /// Returns the patterns of time `k`.
    ///
    /// # Errors
    /// The errors of [`measurements_at`](Self::measurements_at).
    pub fn patterns_at(&self, k: usize) -> Result<PatternsAt> {
        if self.are_repeated() {
            return self.measurements_at(k).map(PatternsAt::Measurements);
        }
        let values: Array2<f64> = self.values_at(k).to_owned();
        let patterns = Representation::new(values)?.with_precision(self.precision)?;
        Ok(PatternsAt::Patterns(match &self.conditions {
            Some(labels) => patterns.with_conditions(Conditions::labeled(labels))?,
            None => patterns,
        }))
    }

    /// Computes the RDM of every time by `rdm`, which is given the number of the time, on all threads.
    ///
    /// # Errors
    /// The first error of a time, naming it; `Cancelled`.
    pub fn rdms(
        &self,
        observer: &dyn Observer,
        rdm: impl Fn(usize, PatternsAt) -> Result<Rdm> + Sync,
    ) -> Result<Vec<Rdm>> {
        let at = |k: usize| {
            observer.ensure_going("the computation of a movie")?;
            let of_time = self.patterns_at(k).and_then(|patterns| rdm(k, patterns));
            of_time.map_err(|error| error.context(format!("at {} s", show_time(self.times[k]))))
        };
        // All are computed before the first error in time is returned, whatever thread finds one first.
        let all: Vec<Result<Rdm>> = (0..self.times.len()).into_par_iter().map(at).collect();
        all.into_iter().collect()
    }

    /// Returns labels and precision, without the values.
    fn clone_labels(&self) -> Self {
        Self {
            values: Array3::zeros((0, 0, 0)),
            times: Vec::new(),
            conditions: self.conditions.clone(),
            runs: self.runs.clone(),
            precision: self.precision,
        }
    }
}

/// Returns a time in seconds with three decimals, or as many as it has up to six.
pub fn show_time(time: f64) -> String {
    let text = format!("{:.6}", time + 0.0);
    let kept = text.trim_end_matches('0');
    let point = text.find('.').unwrap_or(0);
    text[..kept.len().max(point + 4)].to_owned()
}

/// Returns each label once, in the order of first appearance.
fn distinct(labels: &[String]) -> Vec<&String> {
    let mut seen = HashSet::new();
    labels.iter().filter(|label| seen.insert(label.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use rsa_core::{Dissimilarity, Euclidean};
    use rsa_stats::PseudoTrials;

    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    fn trials() -> MeasurementsInTime {
        let values = Array3::from_shape_fn((6, 2, 4), |(i, c, t)| (i * 8 + c * 4 + t) as f64);
        MeasurementsInTime::new(values.view(), vec![-0.1, 0.0, 0.1, 0.2]).unwrap()
    }

    #[test]
    fn a_value_that_is_missing_is_named_by_time_and_channel() {
        let mut values = Array3::zeros((2, 3, 2));
        values[[1, 2, 1]] = f64::NAN;
        let error = MeasurementsInTime::new(values.view(), vec![0.0, 0.1]).unwrap_err();
        assert_eq!(error.kind().name(), "NonFinite");
        assert!(error.to_string().contains("trials at 0.1 s, channel 2"), "{error}");
        for times in [vec![0.0], vec![0.1, 0.0], vec![0.0, f64::NAN]] {
            assert!(MeasurementsInTime::new(Array3::zeros((2, 3, 2)).view(), times).is_err());
        }
    }

    #[test]
    fn pseudo_trials_are_means_with_runs_of_their_own() {
        let trials = trials().with_conditions(words("b a b a b b")).unwrap();
        let drawn = PseudoTrials { size: 1, seed: 3 }.draw(&trials.condition_of().unwrap(), 0);
        let averaged = trials.averaged(&drawn).unwrap();
        // Four trials of b and two of a: two of each are kept.
        assert_eq!(averaged.conditions().unwrap(), words("b b a a"));
        assert_eq!(averaged.runs().unwrap(), words("0 1 0 1"));
        let of_a: f64 = (2..4).map(|k| averaged.values_at(1)[[k, 0]]).sum();
        assert_eq!(of_a, trials.values_at(1)[[1, 0]] + trials.values_at(1)[[3, 0]]);

        let drawn = PseudoTrials { size: 2, seed: 3 }.draw(&trials.condition_of().unwrap(), 0);
        let error = trials.averaged(&drawn).unwrap_err().to_string();
        assert!(error.starts_with("condition 'a' has 2 trials, which make 1 pseudo-trial, and two"), "{error}");
    }

    #[test]
    fn a_movie_has_the_rdm_of_each_time() {
        let trials = trials();
        let movie = trials.rdms(&(), |_, patterns| match patterns {
            PatternsAt::Patterns(x) => Euclidean.rdm(&x),
            PatternsAt::Measurements(_) => panic!("no condition is repeated"),
        });
        assert_eq!(movie.unwrap()[3].values()[0], 128f64.sqrt());
        let failing = trials.rdms(&(), |_, _| Err(Error::format("no")));
        assert_eq!(failing.unwrap_err().to_string(), "at -0.100 s: no");
        assert_eq!(
            ["0.17", "-0.0001", "0"].map(|text| show_time(text.parse().unwrap())),
            ["0.170", "-0.0001", "0.000"]
        );
    }
}
