//! Model RDMs: predictions from categories or quantities.

use crate::{Error, Rdm, Result};

impl Rdm {
    /// Builds a model RDM from categories: 0 for conditions that agree in every factor, 1 for all others.
    ///
    /// `factors` holds, for each factor, the category of every condition.
    ///
    /// # Errors
    /// `InvalidParameter` without factors, `ShapeMismatch` if factors differ in length or have fewer than two
    /// conditions.
    ///
    /// # Example
    /// ```
    /// use rsa_core::Rdm;
    ///
    /// let kind = ["animal", "animal", "tool"];
    /// let size = ["large", "small", "small"];
    /// assert_eq!(Rdm::categorical(&[&kind])?.values(), [0.0, 1.0, 1.0]);
    /// assert_eq!(Rdm::categorical(&[&kind, &size])?.values(), [1.0, 1.0, 1.0]);
    /// # Ok::<(), rsa_core::Error>(())
    /// ```
    ///
    /// Reference: Kriegeskorte, Mur & Bandettini 2008, Frontiers in Systems Neuroscience, doi:10.3389/neuro.06.004.2008.
    pub fn categorical<T: PartialEq>(factors: &[&[T]]) -> Result<Self> {
        let Some(first) = factors.first() else {
            return Err(Error::invalid_parameter("the number of factors of a model", "at least 1", 0));
        };
        if let Some(other) = factors.iter().find(|factor| factor.len() != first.len()) {
            return Err(Error::shape_mismatch(format!(
                "one factor has {} conditions and another {}; give one category for every condition in every factor",
                first.len(),
                other.len()
            )));
        }
        let differ = |i: usize, j: usize| factors.iter().any(|factor| factor[i] != factor[j]);
        Self::from_pairs(first.len(), |i, j| if differ(i, j) { 1.0 } else { 0.0 })
    }

    /// Builds a model RDM of absolute differences of a quantity, such as size, with one value per condition.
    ///
    /// # Errors
    /// `NonFinite` for a NaN or an infinity, `ShapeMismatch` below two conditions, `OutOfRange` if a difference
    /// overflows.
    ///
    /// # Example
    /// ```
    /// use rsa_core::Rdm;
    /// assert_eq!(Rdm::differences(&[1.0, 4.0, 2.0])?.values(), [3.0, 1.0, 2.0]);
    /// # Ok::<(), rsa_core::Error>(())
    /// ```
    pub fn differences(quantity: &[f64]) -> Result<Self> {
        if let Some(i) = quantity.iter().position(|value| !value.is_finite()) {
            return Err(Error::non_finite(i, 0, quantity[i]));
        }
        let low = quantity.iter().copied().fold(f64::INFINITY, f64::min);
        let high = quantity.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if high - low == f64::INFINITY {
            return Err(Error::out_of_range("a difference", "divide the quantity by its scale first"));
        }
        Self::from_pairs(quantity.len(), |i, j| (quantity[i] - quantity[j]).abs())
    }

    fn from_pairs(n: usize, value: impl Fn(usize, usize) -> f64) -> Result<Self> {
        Self::new(crate::condensed::pairs(n).map(|(i, j)| value(i, j)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_are_crossed() {
        let rdm = Rdm::categorical(&[&[1, 1, 2, 2], &[1, 2, 1, 1]]).unwrap();
        assert_eq!(rdm.values(), [1.0, 1.0, 1.0, 1.0, 1.0, 0.0]);
    }

    #[test]
    fn misuse_is_an_error() {
        assert_eq!(Rdm::categorical::<u8>(&[]).unwrap_err().kind().name(), "InvalidParameter");
        assert_eq!(Rdm::categorical(&[&[1, 2][..], &[1]]).unwrap_err().kind().name(), "ShapeMismatch");
        assert_eq!(Rdm::categorical(&[&[1]]).unwrap_err().kind().name(), "ShapeMismatch");
        assert_eq!(Rdm::differences(&[1.0, f64::NAN]).unwrap_err().kind().name(), "NonFinite");
        assert_eq!(Rdm::differences(&[1.7e308, -1.7e308]).unwrap_err().kind().name(), "OutOfRange");
    }
}
