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

    /// Builds the model RDM of the interaction of factors; of one factor it is 0 for one category and 1 for two.
    ///
    /// Patterns that differ in nothing but the interaction, as the analysis of variance defines it, have squared distances
    /// of twice these values. For two factors of two categories conditions that differ in both factors are as near as
    /// those that differ in none.
    ///
    /// # Formula
    /// d = Π (1 − 1/aₖ) − Π (sₖ − 1/aₖ), with sₖ = 1 if the conditions agree in factor k and 0 if not, and aₖ the number
    /// of categories of factor k.
    ///
    /// # Errors
    /// The errors of [`categorical`](Self::categorical).
    ///
    /// # Example
    /// ```
    /// use rsa_core::Rdm;
    ///
    /// let kind = ["animal", "animal", "tool", "tool"];
    /// let size = ["large", "small", "large", "small"];
    /// assert_eq!(Rdm::interaction(&[&kind, &size])?.values(), [0.5, 0.5, 0.0, 0.0, 0.5, 0.5]);
    /// # Ok::<(), rsa_core::Error>(())
    /// ```
    pub fn interaction<T: PartialEq>(factors: &[&[T]]) -> Result<Self> {
        Self::categorical(factors)?;
        let n_categories = |factor: &[T]| (0..factor.len()).filter(|&i| !factor[..i].contains(&factor[i])).count();
        let shares: Vec<f64> = factors.iter().map(|factor| 1.0 / n_categories(factor) as f64).collect();
        let largest: f64 = shares.iter().map(|share| 1.0 - share).product();
        let agreement = |i: usize, j: usize| -> f64 {
            let of_factor = |(factor, share): (&&[T], &f64)| f64::from(u8::from(factor[i] == factor[j])) - share;
            factors.iter().zip(&shares).map(of_factor).product()
        };
        Self::from_pairs(factors[0].len(), |i, j| largest - agreement(i, j))
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
    fn an_interaction_is_the_distance_of_products_of_centered_codes() {
        // Codes of 2 and 3 categories without their means, and the products of every two of their columns.
        let (a, b) = ([0, 0, 0, 1, 1, 1, 0, 1], [0, 1, 2, 0, 1, 2, 1, 0]);
        let code = |category: usize, n: usize| -> Vec<f64> {
            (0..n).map(|k| f64::from(u8::from(k == category)) - 1.0 / n as f64).collect()
        };
        let pattern = |i: usize| -> Vec<f64> {
            let (a, b) = (code(a[i], 2), code(b[i], 3));
            a.iter().flat_map(|x| b.iter().map(move |y| x * y)).collect()
        };
        let rdm = Rdm::interaction(&[&a[..], &b]).unwrap();
        for (i, j) in crate::condensed::pairs(8) {
            let squared: f64 = pattern(i).iter().zip(pattern(j)).map(|(x, y)| (x - y).powi(2)).sum();
            assert!((rdm.get(i, j) - squared / 2.0).abs() < 1e-15, "{i} {j}");
        }
        assert_eq!(Rdm::interaction(&[&a[..]]).unwrap(), Rdm::categorical(&[&a[..]]).unwrap());
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
