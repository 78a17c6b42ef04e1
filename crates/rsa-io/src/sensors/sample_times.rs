//! [`SampleTimes`]: the times of the samples of a trial, and [`TimeWindow`]: a part of them.

use std::{fmt, ops::Range, str::FromStr};

use rsa_core::{Error, Result};

/// Parts of a sample by which a time may differ from that of a sample and still be it: sampling rates are often 32-bit
/// floats, and windows are typed with few digits.
const TOLERANCE: f64 = 1e-3;

/// The times of the samples of a trial, which are equally spaced. Time 0 is the event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SampleTimes {
    first: f64,
    rate: f64,
    count: usize,
}

impl SampleTimes {
    /// Returns the times of `count` samples, `rate` a second, the first of which is sample `first` from the event on.
    ///
    /// # Errors
    /// `Format` for a rate that is no positive number, a first sample that is none, or no sample.
    pub fn new(first: f64, rate: f64, count: usize) -> Result<Self> {
        if !(rate.is_finite() && rate > 0.0) {
            return Err(Error::format(format!("the sampling rate is {rate} Hz; the file is damaged")));
        }
        // All whole numbers in this range are exact.
        if !(first.abs() < 2f64.powi(52) && count < 1 << 52) || count == 0 {
            return Err(Error::format(format!(
                "trials of {count} samples begin at sample {first}; the file is damaged"
            )));
        }
        Ok(Self { first, rate, count })
    }

    /// Returns the number of samples.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Returns the number of samples in a second.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// Returns the time of sample `k` in seconds.
    pub fn time(&self, k: usize) -> f64 {
        (self.first + k as f64) / self.rate
    }

    /// Returns the time of the first sample in seconds.
    pub fn first(&self) -> f64 {
        self.time(0)
    }

    /// Returns the time of the last sample in seconds.
    pub fn last(&self) -> f64 {
        self.time(self.count - 1)
    }

    /// Returns the time of sample `k` with as many decimals as tell samples apart.
    pub(crate) fn show(&self, k: usize) -> String {
        let decimals = (self.rate.log10().ceil().clamp(3.0, 9.0)) as usize;
        // No sample is at −0.
        format!("{:.decimals$}", self.time(k) + 0.0)
    }

    /// Returns the samples in `window`.
    ///
    /// # Errors
    /// `InvalidParameter` if the window has no sample, or reaches beyond the samples.
    pub fn samples_in(&self, window: TimeWindow) -> Result<Range<usize>> {
        // The first sample that is not before a time.
        let sample = |time: f64| (time * self.rate - self.first - TOLERANCE).ceil();
        let (start, end) = (sample(window.start), sample(window.end));
        if start < 0.0 || end > self.count as f64 || start >= end {
            let (first, last) = (self.show(0), self.show(self.count - 1));
            return Err(Error::invalid_parameter(
                "the time window",
                format!("of samples within {first} to {last} s, {} a second", self.rate),
                window,
            ));
        }
        Ok(start as usize..end as usize)
    }

    /// Returns the times of the samples `range`.
    #[must_use]
    pub fn part(&self, range: Range<usize>) -> Self {
        Self { first: self.first + range.start as f64, count: range.len(), ..*self }
    }
}

/// A window in time, in seconds: the first end belongs to it, the second does not.
///
/// # Example
/// ```
/// use rsa_io::TimeWindow;
///
/// let window: TimeWindow = "-0.1..0.5".parse()?;
/// assert_eq!((window.start, window.end), (-0.1, 0.5));
/// assert_eq!(window.to_string(), "-0.1..0.5");
/// assert!("0.5..0.1".parse::<TimeWindow>().is_err());
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "String", try_from = "String")
)]
pub struct TimeWindow {
    /// First time.
    pub start: f64,
    /// End, after the last time.
    pub end: f64,
}

// Both ends are finite when they are parsed.
impl Eq for TimeWindow {}

impl fmt::Display for TimeWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

impl FromStr for TimeWindow {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let ends = text.split_once("..").and_then(|(start, end)| {
            let second = |text: &str| text.trim().parse().ok().filter(|time: &f64| time.is_finite());
            Some((second(start)?, second(end)?))
        });
        match ends {
            Some((start, end)) if start < end => Ok(Self { start, end }),
            _ => Err(Error::invalid_parameter(
                "a time window",
                "two times in seconds, the earlier one first, such as -0.1..0.5",
                format_args!("'{text}'"),
            )),
        }
    }
}

impl TryFrom<String> for TimeWindow {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<TimeWindow> for String {
    fn from(window: TimeWindow) -> Self {
        window.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(times: &SampleTimes, window: &str) -> Option<Range<usize>> {
        times.samples_in(window.parse().unwrap()).ok()
    }

    #[test]
    fn windows_are_half_open() {
        let times = SampleTimes::new(-100.0, 1000.0, 601).unwrap();
        assert_eq!((times.first(), times.time(200), times.last()), (-0.1, 0.1, 0.5));
        assert_eq!(samples(&times, "-0.1..0.5"), Some(0..600));
        assert_eq!(samples(&times, "0.1..0.2"), Some(200..300));
        assert_eq!(samples(&times, "0.0999..0.1001"), Some(200..201));
        assert_eq!(samples(&times, "-0.1..0.501"), Some(0..601));
        for beyond in ["-0.101..0", "0..0.502", "0.1001..0.1009", "1..2"] {
            assert_eq!(samples(&times, beyond), None, "{beyond}");
        }
        let error = times.samples_in("1..2".parse().unwrap()).unwrap_err().to_string();
        assert!(error.contains("-0.100 to 0.500 s") && error.contains("1..2"), "{error}");
        let part = times.part(200..300);
        assert_eq!((part.first(), part.count(), part.show(0)), (0.1, 100, "0.100".to_owned()));
    }

    #[test]
    fn rates_that_are_rounded_leave_samples_where_they_are() {
        // The rate of a Neuromag system, a 32-bit float.
        let times = SampleTimes::new(-60.0, f64::from(600.615f32), 421).unwrap();
        assert_eq!(samples(&times, "-0.0999..0"), Some(0..60));
        assert_eq!(samples(&times, "-0.098232..0.0998976"), Some(1..120));
        assert_eq!(SampleTimes::new(-1.0, 2048.0, 2).unwrap().show(1), "0.0000");
    }

    #[test]
    fn impossible_times_are_refused() {
        for (first, rate, count) in
            [(0.0, 0.0, 1), (0.0, f64::NAN, 1), (f64::NAN, 1.0, 1), (0.0, 1.0, 0), (1e300, 1.0, 1)]
        {
            assert!(SampleTimes::new(first, rate, count).is_err());
        }
        for text in ["", "1", "0.5..0.1", "0..0", "a..b", "nan..1", "0..inf"] {
            let error = text.parse::<TimeWindow>().unwrap_err().to_string();
            assert!(error.contains("such as -0.1..0.5"), "{text}: {error}");
        }
    }
}
