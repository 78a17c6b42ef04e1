//! [`Exactness`]: difference up to which two entries of a square matrix are equal.

use rsa_core::linalg::held_precision;

use crate::precision::significant_digits;

/// Relative rounding that other programs leave in 64-bit floats.
///
/// One minus NumPy's `corrcoef`, for example, has rounding errors on its diagonal.
const ROUNDING: f64 = 1e-9;

/// Units in the last place within which two results of the same arithmetic are equal.
const UNITS: f64 = 8.0;

/// Numbers of significant digits with which programs write 32-bit floats: `%g` has six, nine tell all of them apart.
const SINGLE_DIGITS: std::ops::RangeInclusive<i32> = 6..=9;

/// Distance of the values of an array from what they stand for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exactness {
    relative: f64,
    /// Significant digits of a text that are fewer than those of a 64-bit float.
    digits: Option<i32>,
}

impl Exactness {
    /// Judges `values` of numbers that lie `precision` apart in the file, or show a coarser spacing.
    pub(super) fn of_numbers(values: &[f64], precision: f64) -> Self {
        let held = precision.max(held_precision(values.iter().copied()));
        Self { relative: ROUNDING.max(UNITS * held), digits: None }
    }

    /// Judges `values` by the digits with which they are written in `cells`.
    ///
    /// Fewer digits than those of 32-bit floats are no rounding: two written values that differ were meant to.
    pub(super) fn of_text<'a>(values: &[f64], cells: impl Iterator<Item = &'a str>) -> Self {
        let exactness = Self::of_numbers(values, f64::EPSILON);
        let digits = cells.map(significant_digits).max().unwrap_or(0);
        let whole = values.iter().all(|value| value.fract() == 0.0 || !value.is_finite());
        match SINGLE_DIGITS.contains(&digits) && !whole {
            true => Self { relative: ROUNDING.max(UNITS * f64::from(f32::EPSILON)), digits: Some(digits) },
            false => exactness,
        }
    }

    /// Returns the difference below which two entries of `matrix` are equal.
    pub(super) fn tolerance(&self, matrix: &[f64]) -> f64 {
        let finite = matrix.iter().filter(|value| value.is_finite());
        let largest = finite.fold(0.0, |largest: f64, value| largest.max(value.abs()));
        let last_place = |digits| match largest > 0.0 {
            #[allow(clippy::cast_possible_truncation, reason = "exponents are between -324 and 308")]
            true => 10f64.powi(largest.log10().floor() as i32 + 1 - digits),
            false => 0.0,
        };
        // A little more than one unit, because the difference of two decimals is rounded, too.
        (self.relative * largest).max(1.01 * self.digits.map_or(0.0, last_place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tolerance_follows_what_the_values_hold() {
        let of_text = |cells: &[&str]| {
            let values: Vec<f64> = cells.iter().map(|cell| cell.parse().unwrap()).collect();
            Exactness::of_text(&values, cells.iter().copied()).tolerance(&values)
        };
        // Six digits: one unit of the sixth. Eight: some units of 32-bit floats.
        assert!((of_text(&["1.49998", "0.873186"]) - 1.01e-5).abs() < 1e-12);
        assert!((of_text(&["1.4999828"]) - 8.0 * f64::from(f32::EPSILON) * 1.4999828).abs() < 1e-12);
        // Two digits, whole numbers and 64-bit floats are as they stand.
        for cells in [&["0.25", "1"][..], &["123457", "2"], &["0.12345678901234567"]] {
            assert!(of_text(cells) <= 1e-9 * 123_457.0, "{cells:?}");
        }
        let single = [f64::from(0.1_f32), 1.0];
        assert!(Exactness::of_numbers(&single, f64::EPSILON).tolerance(&single) > 1e-7);
        assert!(Exactness::of_numbers(&[0.1, 1.0], f32::EPSILON.into()).tolerance(&single) > 1e-7);
    }
}
