//! Functions applied to every dissimilarity, returning a new RDM.

use crate::{Error, Rdm, Result};

impl Rdm {
    /// Returns the square root of every dissimilarity, which turns squared distances into distances.
    ///
    /// # Errors
    /// `Degenerate` naming a negative dissimilarity, as unbiased estimates have. Apply [`Rdm::positive`] first to treat
    /// negative dissimilarities as 0.
    pub fn sqrt(&self) -> Result<Self> {
        if let Some(k) = self.values().iter().position(|&value| value < 0.0) {
            return Err(Error::degenerate(
                format!("dissimilarity {k} is {}, which has no square root", self.values()[k]),
                "set negative estimates to 0 first, or compare the squared ones",
            ));
        }
        // An error r of v becomes an error r/(2√v) of √v. Taking v = a 256th of the largest v gives 8 r/√(largest v), a
        // bound for all but the smallest values. The bound for all values, √r, would tie values that clearly differ.
        let largest = self.values().iter().copied().fold(0.0, f64::max);
        let rounding = if largest > 0.0 { 8.0 * self.rounding() / largest.sqrt() } else { 0.0 };
        self.map(f64::sqrt, rounding)
    }

    /// Returns this RDM with negative dissimilarities set to 0, which makes an unbiased estimate biased.
    ///
    /// # Errors
    /// No error occurs for an RDM that was checked on construction.
    pub fn positive(&self) -> Result<Self> {
        // `f64::max` would turn a missing value (NaN) into 0.
        self.map(|value| if value < 0.0 { 0.0 } else { value }, self.rounding())
    }

    /// Returns the square of every dissimilarity, which turns distances into squared distances.
    ///
    /// Dissimilarities that rounding ties are equal in the result, and its rounding is 0.
    ///
    /// # Errors
    /// `Degenerate` naming a negative dissimilarity, whose square would be large; `OutOfRange` if a square overflows.
    pub fn square(&self) -> Result<Self> {
        if let Some(k) = self.values().iter().position(|&value| value < 0.0) {
            return Err(Error::degenerate(
                format!(
                    "dissimilarity {k} is {}, and its square would say that the conditions differ",
                    self.values()[k]
                ),
                "set negative estimates to 0 first",
            ));
        }
        if self.extremes()[1] > f64::MAX.sqrt() {
            return Err(Error::out_of_range("a square", "divide the dissimilarities by their scale first"));
        }
        // No one error bound fits the squares of small and of large dissimilarities.
        self.with_ties_made_equal().map(|value| value * value, 0.0)
    }

    /// Returns 1 − d for every dissimilarity d, which turns similarities into dissimilarities.
    ///
    /// # Errors
    /// No error occurs for an RDM that was checked on construction.
    pub fn one_minus(&self) -> Result<Self> {
        self.map(|value| 1.0 - value, self.rounding())
    }

    /// Returns this RDM shifted and scaled so that the smallest dissimilarity is 0 and the largest 1.
    ///
    /// # Errors
    /// `Degenerate` if all present dissimilarities are equal, or all are missing.
    pub fn min_max(&self) -> Result<Self> {
        let low = self.values().iter().copied().fold(f64::INFINITY, f64::min);
        let high = self.values().iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // Halves, because the difference of two large values may overflow.
        let half_range = high / 2.0 - low / 2.0;
        if half_range <= self.rounding() / 2.0 || low > high {
            return Err(Error::degenerate("all dissimilarities are equal", "there is no range to scale to"));
        }
        self.map(|value| (value / 2.0 - low / 2.0) / half_range, self.rounding() / 2.0 / half_range)
    }

    fn map(&self, f: impl Fn(f64) -> f64, rounding: f64) -> Result<Self> {
        let values = self.values().iter().map(|&value| f(value)).collect();
        Self::new(values)?.with_rounding(rounding)?.with_conditions(self.conditions().clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rdm(values: [f64; 3]) -> Rdm {
        Rdm::new(values.to_vec()).unwrap()
    }

    #[test]
    fn each_function_is_applied_and_its_input_kept() {
        let squares = rdm([4.0, 9.0, 0.0]);
        assert_eq!(squares.sqrt().unwrap().values(), [2.0, 3.0, 0.0]);
        assert_eq!(squares.min_max().unwrap().values(), [4.0 / 9.0, 1.0, 0.0]);
        assert_eq!(squares.square().unwrap().values(), [16.0, 81.0, 0.0]);
        assert_eq!(rdm([0.25, 1.5, -1.0]).one_minus().unwrap().values(), [0.75, -0.5, 2.0]);
        assert_eq!(squares, rdm([4.0, 9.0, 0.0]));
        assert_eq!(rdm([-1.0, 2.0, 3.0]).positive().unwrap().values(), [0.0, 2.0, 3.0]);
    }

    #[test]
    fn missing_dissimilarities_stay_missing() {
        let partial = rdm([f64::NAN, 1.0, 4.0]);
        for transformed in
            [partial.sqrt(), partial.square(), partial.one_minus(), partial.positive(), partial.min_max()]
        {
            let transformed = transformed.unwrap();
            assert!(transformed.values()[0].is_nan() && !transformed.values()[1].is_nan());
        }
    }

    #[test]
    fn squares_of_tied_dissimilarities_are_equal() {
        let squares = rdm([0.1 + 0.2, 0.3, 0.5]).with_rounding(1e-15).unwrap().square().unwrap();
        assert_eq!((squares.values()[0], squares.rounding()), (squares.values()[1], 0.0));
    }

    #[test]
    fn what_has_no_answer_is_an_error() {
        assert!(rdm([-1.0, 2.0, 3.0]).sqrt().unwrap_err().to_string().contains("dissimilarity 0 is -1"));
        assert!(rdm([3.0, -1.0, 2.0]).square().unwrap_err().to_string().contains("dissimilarity 1 is -1"));
        assert_eq!(rdm([1e200, 1.0, 2.0]).square().unwrap_err().kind().name(), "OutOfRange");
        assert_eq!(rdm([2.0; 3]).min_max().unwrap_err().kind().name(), "Degenerate");
        assert_eq!(rdm([f64::NAN; 3]).min_max().unwrap_err().kind().name(), "Degenerate");
        assert_eq!(rdm([-1.7e308, 0.0, 1.7e308]).min_max().unwrap().values(), [0.0, 0.5, 1.0]);
    }
}
