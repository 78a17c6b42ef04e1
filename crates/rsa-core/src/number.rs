//! [`Positive`] and [`Fraction`]: numbers whose range is checked when they are made.

use crate::{Error, Result};

/// A finite number above 0.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "f64", into = "f64"))]
pub struct Positive(f64);

impl Positive {
    /// One.
    pub const ONE: Self = Self(1.0);

    /// Checks `value` of the parameter `name`.
    ///
    /// # Errors
    /// `InvalidParameter` unless it is finite and above 0.
    pub fn new(name: &str, value: f64) -> Result<Self> {
        match value.is_finite() && value > 0.0 {
            true => Ok(Self(value)),
            false => Err(Error::invalid_parameter(name, "a finite number above 0", value)),
        }
    }

    /// Returns the number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Positive {
    type Error = Error;

    fn try_from(value: f64) -> Result<Self> {
        Self::new("a positive number", value)
    }
}

impl From<Positive> for f64 {
    fn from(number: Positive) -> Self {
        number.0
    }
}

/// A number above 0 and at most 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "f64", into = "f64"))]
pub struct Fraction(f64);

impl Fraction {
    /// Checks `value` of the parameter `name`.
    ///
    /// # Errors
    /// `InvalidParameter` unless 0 < value ≤ 1.
    pub fn new(name: &str, value: f64) -> Result<Self> {
        match value > 0.0 && value <= 1.0 {
            true => Ok(Self(value)),
            false => Err(Error::invalid_parameter(name, "above 0 and at most 1", value)),
        }
    }

    /// Returns the number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Fraction {
    type Error = Error;

    fn try_from(value: f64) -> Result<Self> {
        Self::new("a fraction", value)
    }
}

impl From<Fraction> for f64 {
    fn from(number: Fraction) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn illegal_numbers_are_refused_with_their_name() {
        for value in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let error = Positive::new("bandwidth", value).unwrap_err();
            assert!(error.to_string().starts_with("bandwidth must be "), "{error}");
        }
        assert!(Fraction::new("keep", 1.0).is_ok() && Fraction::new("keep", 1.0 + f64::EPSILON).is_err());
        assert!(Fraction::new("keep", f64::NAN).is_err());
    }
}
