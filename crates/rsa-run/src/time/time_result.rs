//! [`TimeResult`]: time courses of models with their tests, peaks and onsets.

use ndarray::Array2;
use rsakit::stats::{LatencyOutcome, MapTestOutcome, Model, TestedMap};
use serde::{Deserialize, Serialize};

use super::{TimeData, TimeRequest};
use crate::{given_rdms::GivenInput, inputs::Input};

/// Time courses of models, with their tests over subjects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimeResult {
    /// Version of rsakit.
    pub rsakit: String,
    /// Comparison of an RDM with a model.
    pub comparison: String,
    /// Dissimilarity of the movies; empty if their files do not say it.
    pub dissimilarity: String,
    /// Number of subjects.
    pub n_subjects: usize,
    /// Number of conditions.
    pub n_conditions: usize,
    /// Times in seconds.
    pub times: Vec<f64>,
    /// Models, in the order of their files.
    pub models: Vec<TimeModel>,
    /// Noise ceiling at each time.
    pub ceiling: TimeCeiling,
    /// Differences of peak latencies of all pairs of models.
    pub differences: Vec<TimeDifference>,
    /// First and last time at which peaks were looked for.
    pub peak_window: [f64; 2],
    /// Correction for the number of times; `None` without a test.
    pub correction: Option<String>,
    /// Threshold of t above which times form clusters.
    pub threshold: Option<f64>,
    /// Number of flips that were tried.
    pub tried: u64,
    /// `true` if these were all that exist.
    pub exact: bool,
    /// RDMs that were partialled out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<GivenInput>,
    /// Notes on the inputs and caveats.
    pub warnings: Vec<String>,
    /// Movies, then files of models.
    pub inputs: Vec<Input>,
    /// Request, with which the result can be repeated.
    pub request: TimeRequest,
}

/// Course of one model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimeModel {
    /// Name.
    pub name: String,
    /// Mean over subjects at each time.
    pub mean: Vec<f64>,
    /// Standard error of the mean; `None` for one subject.
    pub standard_error: Option<Vec<f64>>,
    /// Student's t at each time; `None` where nothing was tested.
    pub t: Vec<Option<f64>>,
    /// Corrected p at each time; 1 outside of clusters, for a correction by clusters.
    pub p: Vec<Option<f64>>,
    /// Clusters of times, the most significant first.
    pub clusters: Vec<TimeCluster>,
    /// First time of the first cluster with p at or below .05.
    pub onset: Option<f64>,
    /// Largest mean within the window of peaks.
    pub peak: TimePeak,
    /// Scores of each subject at each time.
    pub scores: Vec<Vec<f64>>,
}

/// Times that follow one another and are above the threshold of a test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimeCluster {
    /// First and last time.
    pub range: [f64; 2],
    /// Places of these times, from 0.
    pub places: [usize; 2],
    /// Time with the largest t.
    pub peak: f64,
    /// Sum of |t|, if the correction is by the mass of clusters.
    pub mass: Option<f64>,
    /// Corrected p of the cluster, or the smallest of its times.
    pub p: f64,
}

/// Peak of a course.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimePeak {
    /// Time of the peak.
    pub time: f64,
    /// Mean there.
    pub value: f64,
    /// 95 % bootstrap interval over subjects.
    pub interval: Option<[f64; 2]>,
}

/// Difference of two peak latencies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimeDifference {
    /// Model whose peak is taken.
    pub model: String,
    /// Model whose peak is subtracted.
    pub minus: String,
    /// Difference in seconds.
    pub difference: f64,
    /// 95 % bootstrap interval over subjects.
    pub interval: Option<[f64; 2]>,
    /// Two-sided p.
    pub p: Option<f64>,
}

/// Noise ceiling at each time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TimeCeiling {
    /// Lower bound.
    pub lower: Vec<Option<f64>>,
    /// Upper bound. In pure noise of S subjects it is about 1/√S, not 0.
    pub upper: Vec<Option<f64>>,
    /// Reason that there is none, if there is none at some time.
    pub reason: Option<String>,
}

/// Level of the clusters whose first time is an onset.
const LEVEL: f64 = 0.05;

impl TimeResult {
    #[expect(clippy::too_many_arguments, reason = "the parts of a result, each from another step")]
    pub(super) fn new(
        request: &TimeRequest,
        data: TimeData,
        courses: &[Array2<f64>],
        tested: Option<&MapTestOutcome>,
        latencies: LatencyOutcome,
        peak_window: [f64; 2],
        ceiling: TimeCeiling,
        warnings: Vec<String>,
    ) -> Self {
        let TimeData { times, subjects, models, given, dissimilarity, inputs } = data;
        let model = |((k, model), peak): ((usize, &Model), _)| {
            TimeModel::new(model.name.clone(), &courses[k], tested.map(|outcome| &outcome.maps[k]), peak, &times)
        };
        let of_models: Vec<TimeModel> = models.iter().enumerate().zip(&latencies.peaks).map(model).collect();
        let differences = latencies.differences.iter().map(|one| TimeDifference {
            model: models[one.course].name.clone(),
            minus: models[one.minus].name.clone(),
            difference: one.difference,
            interval: one.interval,
            p: one.p,
        });
        Self {
            rsakit: env!("CARGO_PKG_VERSION").to_owned(),
            comparison: request.comparison.name().to_owned(),
            dissimilarity,
            n_subjects: subjects.len(),
            n_conditions: subjects[0][0].n_conditions(),
            differences: differences.collect(),
            models: of_models,
            times,
            ceiling,
            peak_window,
            correction: tested.map(|_| request.correction.to_string()),
            threshold: tested.and_then(|outcome| outcome.threshold),
            tried: tested.map_or(0, |outcome| outcome.tried),
            exact: tested.is_some_and(|outcome| outcome.exact),
            given: given.into_inputs(),
            warnings,
            inputs,
            request: request.clone(),
        }
    }
}

impl TimeModel {
    fn new(
        name: String,
        course: &Array2<f64>,
        tested: Option<&TestedMap>,
        peak: &rsakit::stats::PeakLatency,
        times: &[f64],
    ) -> Self {
        let n = course.nrows() as f64;
        let means: Vec<f64> = course.columns().into_iter().map(|values| values.sum() / n).collect();
        let error = |(values, mean): (ndarray::ArrayView1<'_, f64>, &f64)| {
            let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
            (squares / (n - 1.0) / n).sqrt()
        };
        let errors = || course.columns().into_iter().zip(&means).map(error).collect();
        let (mut t, mut p) = (vec![None; times.len()], vec![None; times.len()]);
        let mut clusters = Vec::new();
        if let Some(map) = tested {
            for (k, &place) in map.elements.iter().enumerate() {
                (t[place], p[place]) = (Some(map.t[k]), Some(map.p[k]));
            }
            for cluster in &map.clusters {
                let members = map.elements.iter().zip(&map.labels).filter(|(_, label)| **label == cluster.id);
                let members: Vec<usize> = members.map(|(place, _)| *place).collect();
                if let (Some(&first), Some(&last)) = (members.first(), members.last()) {
                    clusters.push(TimeCluster {
                        range: [times[first], times[last]],
                        places: [first, last],
                        peak: times[cluster.peak],
                        mass: cluster.mass,
                        p: cluster.p,
                    });
                }
            }
        }
        let onset = clusters.iter().filter(|cluster| cluster.p <= LEVEL).map(|cluster| cluster.range[0]);
        Self {
            name,
            onset: onset.reduce(f64::min),
            standard_error: (course.nrows() > 1).then(errors),
            t,
            p,
            clusters,
            peak: TimePeak { time: peak.time, value: peak.value, interval: peak.interval },
            scores: course.rows().into_iter().map(|row| row.to_vec()).collect(),
            mean: means,
        }
    }

    /// Returns the clusters with p at or below .05.
    pub(super) fn significant(&self) -> impl Iterator<Item = &TimeCluster> {
        self.clusters.iter().filter(|cluster| cluster.p <= LEVEL)
    }
}
