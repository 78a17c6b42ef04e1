//! [`TimeBins`]: samples of a trial that are averaged.

use std::ops::Range;

use rsa_core::{Error, Result};

use crate::measurements_in_time::show_time;

/// Share of a sample by which a time may fall short of the start of its bin, because times are often rounded.
const TOLERANCE: f64 = 1e-3;

/// Bins of equal width, which follow one another from the first sample on.
///
/// A sample at time t belongs to the bin with start ≤ t < start + width. The time of a bin is the mean of its samples.
/// A last bin that would be incomplete is left out.
///
/// # Example
/// ```
/// use rsa_brain::TimeBins;
///
/// let bins = TimeBins::new(&[0.0, 0.1, 0.2, 0.3, 0.4], 0.2)?;
/// assert_eq!((bins.ranges(), bins.n_left_out()), (&[0..2, 2..4][..], 1));
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct TimeBins {
    ranges: Vec<Range<usize>>,
    times: Vec<f64>,
    n_left_out: usize,
}

impl TimeBins {
    /// Divides ascending `times`, in seconds, into bins of `width` seconds.
    ///
    /// # Errors
    /// `InvalidParameter` for a width that is no positive number, for one that is so small that a bin has no sample, and for
    /// one that no bin of these times has.
    pub fn new(times: &[f64], width: f64) -> Result<Self> {
        let refuse = |requirement: String| {
            Err(Error::invalid_parameter("the width of bins", requirement, format_args!("{width} s")))
        };
        let spacing = times.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
        let (Some(&first), Some(&last)) = (times.first(), times.last()) else {
            return refuse("given for at least one time".to_owned());
        };
        if !(width.is_finite() && width > 0.0) {
            return refuse("above 0".to_owned());
        }
        let tolerance = TOLERANCE * if spacing.is_finite() { spacing } else { width };
        // The last sample lasts as long as the spacing, so a bin may end where it does.
        let end = last + if spacing.is_finite() { spacing } else { 0.0 } + tolerance;
        let (mut ranges, mut start) = (Vec::new(), 0);
        loop {
            let edge = first + (ranges.len() + 1) as f64 * width;
            if edge > end {
                break;
            }
            let n = times[start..].iter().take_while(|time| **time < edge - tolerance).count();
            if n == 0 {
                return refuse(format!("at least {} s, the spacing of samples", show_time(spacing)));
            }
            ranges.push(start..start + n);
            start += n;
        }
        if ranges.is_empty() {
            return refuse(format!("at most {} s, the length of the trials", show_time(end - tolerance - first)));
        }
        let mean = |range: &Range<usize>| {
            let start = times[range.start];
            start + times[range.clone()].iter().map(|time| time - start).sum::<f64>() / range.len() as f64
        };
        let of_bins = ranges.iter().map(mean).collect();
        Ok(Self { ranges, times: of_bins, n_left_out: times.len() - start })
    }

    /// Returns the samples of each bin.
    pub fn ranges(&self) -> &[Range<usize>] {
        &self.ranges
    }

    /// Returns the time of each bin.
    pub fn times(&self) -> &[f64] {
        &self.times
    }

    /// Returns the number of samples at the end that fill no bin.
    pub fn n_left_out(&self) -> usize {
        self.n_left_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(first: i32, count: i32, rate: f64) -> Vec<f64> {
        (first..first + count).map(|k| f64::from(k) / rate).collect()
    }

    #[test]
    fn samples_belong_to_the_bin_that_begins_with_them() {
        let bins = TimeBins::new(&times(-100, 205, 1000.0), 0.01).unwrap();
        assert_eq!((bins.ranges().len(), bins.n_left_out()), (20, 5));
        assert!(bins.ranges().iter().all(|range| range.len() == 10));
        assert!((bins.times()[0] + 0.0955).abs() < 1e-12);
        // 600.615 Hz: 12 samples in some bins of 20 ms, 13 in others.
        let uneven = TimeBins::new(&times(0, 600, 600.615), 0.02).unwrap();
        let counts: Vec<usize> = uneven.ranges().iter().map(Range::len).collect();
        assert!(counts.iter().all(|n| [12, 13].contains(n)) && counts.contains(&13), "{counts:?}");
        assert_eq!(TimeBins::new(&times(0, 3, 100.0), 0.01).unwrap().times(), times(0, 3, 100.0));
    }

    #[test]
    fn widths_without_a_bin_are_refused() {
        let message = |width: f64| TimeBins::new(&times(0, 10, 100.0), width).unwrap_err().to_string();
        assert!(message(0.004).contains("at least 0.010 s, the spacing"), "{}", message(0.004));
        assert!(message(0.2).contains("at most 0.100 s"), "{}", message(0.2));
        for width in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(TimeBins::new(&times(0, 10, 100.0), width).is_err());
        }
        assert!(TimeBins::new(&[], 0.1).is_err());
    }
}
