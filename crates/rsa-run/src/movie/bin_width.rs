//! [`BinWidth`] and [`TimeSteps`]: times as users type them.

use std::{fmt, str::FromStr};

use rsakit::{Error, Result};
use serde::{Deserialize, Serialize};

/// Width of a bin in time with its unit, `10ms` or `0.01s`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct BinWidth(f64);

impl BinWidth {
    /// Returns the width in seconds.
    pub fn seconds(self) -> f64 {
        self.0
    }
}

impl fmt::Display for BinWidth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}s", self.0)
    }
}

impl FromStr for BinWidth {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let unit = |unit: &str, per_second: f64| {
            let number: f64 = text.trim().strip_suffix(unit)?.trim_end().parse().ok()?;
            Some(number / per_second).filter(|seconds| seconds.is_finite() && *seconds > 0.0)
        };
        unit("ms", 1000.0).or_else(|| unit("s", 1.0)).map(Self).ok_or_else(|| {
            let requirement = "a number above 0 with its unit, such as 10ms or 0.01s";
            Error::invalid_parameter("the width of bins", requirement, format_args!("'{text}'"))
        })
    }
}

impl TryFrom<String> for BinWidth {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<BinWidth> for String {
    fn from(width: BinWidth) -> Self {
        width.to_string()
    }
}

/// Equally spaced times of samples: the first, and the step from one to the next, in seconds, `-0.1,0.01`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct TimeSteps {
    /// Time of the first sample.
    pub first: f64,
    /// Distance of two samples.
    pub step: f64,
}

impl fmt::Display for TimeSteps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.first, self.step)
    }
}

impl FromStr for TimeSteps {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let number = |text: &str| text.trim().parse().ok().filter(|number: &f64| number.is_finite());
        let both = text.split_once(',').and_then(|(first, step)| Some((number(first)?, number(step)?)));
        match both {
            Some((first, step)) if step > 0.0 => Ok(Self { first, step }),
            _ => Err(Error::invalid_parameter(
                "the times of samples",
                "the first and the step in seconds, such as -0.1,0.01",
                format_args!("'{text}'"),
            )),
        }
    }
}

impl TryFrom<String> for TimeSteps {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<TimeSteps> for String {
    fn from(times: TimeSteps) -> Self {
        times.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units_and_come_back() {
        assert_eq!("10ms".parse::<BinWidth>().unwrap(), "0.01 s".parse().unwrap());
        assert_eq!("0.02s".parse::<BinWidth>().unwrap().to_string(), "0.02s");
        for text in ["10", "ms", "-5ms", "0s", "nans", "infs", ""] {
            let error = text.parse::<BinWidth>().unwrap_err().to_string();
            assert!(error.contains("such as 10ms"), "{text}: {error}");
        }
        assert_eq!("-0.1,0.01".parse::<TimeSteps>().unwrap(), TimeSteps { first: -0.1, step: 0.01 });
        for text in ["-0.1", "0,0", "0,-1", "a,1", "0,inf"] {
            assert!(text.parse::<TimeSteps>().is_err(), "{text}");
        }
    }
}
