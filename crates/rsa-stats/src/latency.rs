//! [`PeakLatencies`]: when courses of values over time are largest, with intervals over subjects.

use ndarray::ArrayView2;
use rayon::prelude::*;
use rsa_core::{Error, Observer, Result};

use crate::resample::{Purpose, multiplicities, stream};

/// Peak latency of each of several courses over the same subjects and times, with bootstrap intervals over subjects.
///
/// Subjects are drawn with replacement, the same draws for all courses, so that differences of latencies are paired.
///
/// # Formula
/// A peak is the time, within the window, at which the mean over subjects is largest, the first of equal ones. Intervals are
/// the percentiles 2.5 and 97.5 of the peaks over resamples, and
/// p = min(1, 2 min((1 + #{difference ≤ 0}) / (B + 1), (1 + #{difference ≥ 0}) / (B + 1))).
///
/// # Errors
/// `ShapeMismatch` for courses of other shapes; `InvalidParameter` without a course, for a window without a time, and for
/// fewer than 2 resamples.
///
/// # Example
/// ```
/// use ndarray::Array2;
/// use rsa_stats::PeakLatencies;
///
/// // Three subjects whose courses are largest at the third time.
/// let course = Array2::from_shape_fn((3, 5), |(s, t)| -((t as f64) - 2.0).powi(2) + 0.1 * s as f64);
/// let times = [0.0, 0.1, 0.2, 0.3, 0.4];
/// let outcome = PeakLatencies::default().run(&[course.view()], &times)?;
/// assert_eq!((outcome.peaks[0].time, outcome.peaks[0].interval), (0.2, Some([0.2, 0.2])));
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Cichy et al. 2014, Nature Neuroscience, doi:10.1038/nn.3635.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PeakLatencies {
    /// First and last time at which a peak is looked for; without it all times.
    pub window: Option<[f64; 2]>,
    /// Number of resamples, at least 2.
    pub resamples: u64,
    /// Seed of the resamples.
    pub seed: u64,
}

impl Default for PeakLatencies {
    /// Returns 1000 resamples over all times.
    fn default() -> Self {
        Self { window: None, resamples: 1000, seed: 0 }
    }
}

/// Peak of a course.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PeakLatency {
    /// Time of the peak.
    pub time: f64,
    /// Mean over subjects there.
    pub value: f64,
    /// 95 % interval of the time; `None` for one subject.
    pub interval: Option<[f64; 2]>,
}

/// Difference of the peaks of two courses.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LatencyDifference {
    /// Course whose peak is taken.
    pub course: usize,
    /// Course whose peak is subtracted.
    pub minus: usize,
    /// Difference of the times.
    pub difference: f64,
    /// 95 % interval; `None` for one subject.
    pub interval: Option<[f64; 2]>,
    /// Two-sided p that there is no difference; `None` for one subject.
    pub p: Option<f64>,
}

/// Peaks of all courses, and their differences.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LatencyOutcome {
    /// Peak of each course.
    pub peaks: Vec<PeakLatency>,
    /// Differences of all pairs of courses, the later one minus the earlier one in their order.
    pub differences: Vec<LatencyDifference>,
}

impl PeakLatencies {
    /// Finds the peaks of `courses`, subjects × times each.
    ///
    /// # Errors
    /// See [`PeakLatencies`].
    pub fn run(&self, courses: &[ArrayView2<'_, f64>], times: &[f64]) -> Result<LatencyOutcome> {
        self.run_observed(courses, times, &())
    }

    /// Like [`run`](Self::run), and asks an observer whether to go on.
    ///
    /// # Errors
    /// Errors of [`run`](Self::run), and `Cancelled`.
    pub fn run_observed(
        &self,
        courses: &[ArrayView2<'_, f64>],
        times: &[f64],
        observer: &dyn Observer,
    ) -> Result<LatencyOutcome> {
        let (n_subjects, inside) = self.ensure_valid(courses, times)?;
        let peak = |course: &ArrayView2<'_, f64>, weights: &[u32]| {
            let mean = |t: usize| {
                let sum: f64 =
                    course.column(t).iter().zip(weights).map(|(value, weight)| value * f64::from(*weight)).sum();
                sum / n_subjects as f64
            };
            let mut best = (inside[0], mean(inside[0]));
            for &t in &inside[1..] {
                let value = mean(t);
                if value > best.1 {
                    best = (t, value);
                }
            }
            best
        };
        let once = vec![1; n_subjects];
        let observed: Vec<(usize, f64)> = courses.iter().map(|course| peak(course, &once)).collect();
        let draw = |index: u64| {
            observer.ensure_going("the bootstrap of latencies")?;
            let weights = multiplicities(&mut stream(self.seed, Purpose::Subjects, index), n_subjects);
            Ok(courses.iter().map(|course| times[peak(course, &weights).0]).collect::<Vec<f64>>())
        };
        let drawn: Vec<Vec<f64>> = match n_subjects {
            1 => Vec::new(),
            _ => (0..self.resamples).into_par_iter().map(draw).collect::<Result<_>>()?,
        };
        let of = |value: &dyn Fn(&[f64]) -> f64| -> Vec<f64> { drawn.iter().map(|peaks| value(peaks)).collect() };
        let peaks = observed.iter().enumerate().map(|(k, &(t, value))| PeakLatency {
            time: times[t],
            value,
            interval: interval(of(&|peaks| peaks[k])),
        });
        let pairs = (0..courses.len()).flat_map(|minus| (minus + 1..courses.len()).map(move |course| (course, minus)));
        let differences = pairs.map(|(course, minus)| {
            let values = of(&|peaks| peaks[course] - peaks[minus]);
            LatencyDifference {
                course,
                minus,
                difference: times[observed[course].0] - times[observed[minus].0],
                p: (n_subjects > 1).then(|| two_sided_p(&values)),
                interval: interval(values),
            }
        });
        Ok(LatencyOutcome { differences: differences.collect(), peaks: peaks.collect() })
    }

    /// Checks shapes; returns the number of subjects and the times of the window.
    fn ensure_valid(&self, courses: &[ArrayView2<'_, f64>], times: &[f64]) -> Result<(usize, Vec<usize>)> {
        let Some(first) = courses.first() else {
            return Err(Error::invalid_parameter("the courses", "at least one", "none"));
        };
        let n_subjects = first.nrows();
        if let Some(other) = courses.iter().find(|course| course.dim() != (n_subjects, times.len())) {
            return Err(Error::shape_mismatch(format!(
                "courses of {} × {} values and {} × {}; all have a value for each subject and time",
                n_subjects,
                times.len(),
                other.nrows(),
                other.ncols()
            )));
        }
        if n_subjects == 0 || self.resamples < 2 {
            return Err(Error::invalid_parameter("subjects and resamples", "at least 1 and 2", "fewer"));
        }
        let is_inside = |time: f64| self.window.is_none_or(|[from, to]| from <= time && time <= to);
        let inside: Vec<usize> = (0..times.len()).filter(|&t| is_inside(times[t])).collect();
        if inside.is_empty() {
            let [from, to] = self.window.unwrap_or_default();
            return Err(Error::invalid_parameter(
                "the window of peaks",
                "one with a time of the courses",
                format_args!("{from} to {to} s"),
            ));
        }
        Ok((n_subjects, inside))
    }
}

/// Returns the percentiles 2.5 and 97.5, between order statistics by linear interpolation.
fn interval(mut values: Vec<f64>) -> Option<[f64; 2]> {
    if values.is_empty() {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = share * (values.len() - 1) as f64;
        let (low, part) = (place.floor(), place.fract());
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the values")]
        let low = low as usize;
        let high = (low + 1).min(values.len() - 1);
        // Equal neighbors give exactly their value.
        values[low] + part * (values[high] - values[low])
    };
    Some([at(0.025), at(0.975)])
}

fn two_sided_p(differences: &[f64]) -> f64 {
    let share = |is: &dyn Fn(f64) -> bool| {
        let count = differences.iter().filter(|difference| is(**difference)).count();
        (1 + count) as f64 / (differences.len() + 1) as f64
    };
    (2.0 * share(&|difference| difference <= 0.0).min(share(&|difference| difference >= 0.0))).min(1.0)
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use rand::RngExt;

    use super::*;

    /// Courses of subjects with a Gaussian bump of width 40 ms at `peak`, and noise.
    fn courses(n: usize, peak: f64, noise: f64, seed: u64) -> Array2<f64> {
        let mut rng = stream(seed, Purpose::Signs, 0);
        let of = |(_, t): (usize, usize)| {
            // The sum of twelve uniform numbers less 6 has variance 1.
            let normal: f64 = (0..12).map(|_| rng.random_range(0.0..1.0)).sum::<f64>() - 6.0;
            let bump = (-((t as f64 * 0.01 - peak) / 0.04).powi(2) / 2.0).exp();
            bump + noise * normal
        };
        Array2::from_shape_fn((n, 50), of)
    }

    fn times() -> Vec<f64> {
        (0..50).map(|t| f64::from(t) * 0.01).collect()
    }

    #[test]
    fn simulated_latencies_and_their_differences_are_recovered() {
        let mut covered = 0;
        for seed in 0..20 {
            let (early, late) = (courses(15, 0.1, 0.3, 2 * seed), courses(15, 0.2, 0.3, 2 * seed + 1));
            let outcome = PeakLatencies::default().run(&[early.view(), late.view()], &times()).unwrap();
            let [low, high] = outcome.differences[0].interval.unwrap();
            assert!((outcome.differences[0].difference - 0.1).abs() < 0.045, "{outcome:?}");
            assert!(low > 0.0 && outcome.differences[0].p.unwrap() < 0.01, "{outcome:?}");
            covered += u32::from(low - 1e-9 <= 0.1 && 0.1 <= high + 1e-9);
        }
        // 95 % of 20, and percentile intervals on a grid of 10 ms cover more.
        assert!(covered >= 17, "{covered}");
    }

    #[test]
    fn a_peak_is_the_first_of_equal_ones_in_the_window() {
        let course = Array2::from_shape_vec((1, 5), vec![9.0, 1.0, 3.0, 3.0, 0.0]).unwrap();
        let times = [-0.1, 0.0, 0.1, 0.2, 0.3];
        let peaks = |window| {
            let latencies = PeakLatencies { window, ..PeakLatencies::default() };
            latencies.run(&[course.view(), course.view()], &times)
        };
        let inside = peaks(Some([0.0, 0.3])).unwrap();
        assert_eq!((inside.peaks[0].time, inside.peaks[0].value, inside.peaks[0].interval), (0.1, 3.0, None));
        assert_eq!((inside.differences[0].difference, inside.differences[0].p), (0.0, None));
        assert_eq!(peaks(None).unwrap().peaks[0].time, -0.1);
        assert!(peaks(Some([0.4, 0.5])).unwrap_err().to_string().contains("0.4 to 0.5 s"));
        assert!(PeakLatencies::default().run(&[course.view()], &times[..4]).is_err());
        assert!(PeakLatencies::default().run(&[], &times).is_err());
    }

    #[test]
    fn intervals_are_percentiles() {
        assert_eq!(interval((0..=40).map(f64::from).collect()), Some([1.0, 39.0]));
        assert_eq!(two_sided_p(&[1.0, 2.0, 3.0]), 0.5);
        assert_eq!(two_sided_p(&[0.0, 0.0, 0.0]), 1.0);
    }
}
